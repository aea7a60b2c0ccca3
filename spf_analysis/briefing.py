"""A briefing in the making: what a notebook shows, says and places, in its own order.

A notebook fills a `Briefing` by showing figures, saying claims and placing exhibits; its last value is the frozen
`BriefingContext`. No sentence about evidence enters it except as a claim of the evidence base; no number except as a figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from spf_analysis import wording
from spf_analysis.changes import Change
from spf_analysis.context import SCHEMA, BriefingContext, Exhibit, Json, Shown, show_in_notebook
from spf_analysis.errors import BriefingError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.case_study import CaseStudy
from spf_analysis.evidence.coding.marking import claim_said, marking
from spf_analysis.evidence.library import cited
from spf_analysis.evidence.model import CONTROLLED, Claim, Concern, StatementKind
from spf_analysis.evidence.nearest import MEASURE, Nearest
from spf_analysis.evidence.snapshot import confidence_said
from spf_analysis.evidence.synthesis import strength, support
from spf_analysis.figures import Figure, Interpretation
from spf_analysis.fund.account import Account
from spf_analysis.fund.alternatives import Effect
from spf_analysis.fund.parameters import OpenQuestion
from spf_analysis.fund.path_view import PathView
from spf_analysis.fund.position import AreaPosition, Position

_KIND_SAID = {
    "qualitative": "what people reported",
    "effect": "what was measured",
    "documentary": "what a document says",
    "normative": "what someone recommends",
}
_COMPONENTS = ("methodological_limitations", "coherence", "adequacy", "relevance")


@dataclass
class Briefing:
    """A briefing in the making: figures shown, claims said and exhibits placed, in the order of the notebook."""

    kind: str
    target: str
    title: str
    subtitle: str
    edition: Json
    evidence: EvidenceBase
    about: Json = field(default_factory=dict)
    illustrative: bool = False
    _figures: dict[str, Json] = field(default_factory=dict)
    _claims: dict[str, Json] = field(default_factory=dict)
    _sections: dict[str, list[str]] = field(default_factory=dict)
    _exhibits: dict[str, Json] = field(default_factory=dict)
    _interpretations: dict[str, Json] = field(default_factory=dict)
    _parts: dict[str, Any] = field(default_factory=dict)
    _cited: dict[str, None] = field(default_factory=dict)
    _studies: dict[str, None] = field(default_factory=dict)

    def show(self, *figures: Figure) -> None:
        """Add figures, with their references, worked steps and interpretations."""
        for figure in figures:
            self._figures[figure.id] = figure.as_dict()
            self.note_interpretations(figure.interpretations)
            self.cite(reference.source for reference in figure.references)
            self.cite(step.reference.source for step in figure.steps)
        show_in_notebook(Shown(tuple((figure.label, figure.said) for figure in figures)))

    def glance(self, *figures: Figure) -> None:
        """Show figures and put them, in this order, at the head of the briefing."""
        self.tell("glance", [{"id": figure.id, "said": figure.brief, "label": figure.label, "note": figure.note} for figure in figures])
        self.show(*figures)

    def note_interpretations(self, interpretations: Iterable[Interpretation]) -> None:
        """Record readings that were chosen where the draft is open, to be printed wherever they matter."""
        for interpretation in interpretations:
            self._interpretations[interpretation.id] = interpretation.as_dict()
            self.cite([interpretation.reference.source])

    def say(self, section: str, *claim_ids: str) -> None:
        """Add claims to a section of the briefing. Raises EvidenceError for an id that the evidence base does not hold."""
        self._sections.setdefault(section, [])
        claims = [self.evidence.claim(claim_id) for claim_id in self._standing(claim_ids)]
        for claim in claims:
            self._claims.setdefault(claim.id, {"number": len(self._claims) + 1, **self._claim(claim)})
            self._sections[section].append(claim.id)
        show_in_notebook(Shown(tuple((claim.id, _claim_said(claim)) for claim in claims)))

    def say_section(self, section: str, filed_under: str) -> None:
        """Add to a section of the briefing every claim that the evidence base files under a heading, in its order.

        Raises BriefingError where none is filed there: a heading with nothing under it is no briefing.
        """
        claims = self.evidence.claims_in(filed_under)
        if not claims and not self.evidence.withdrawn:
            hint = f"Add claims with 'section: {filed_under}' to evidence/claims, or take the section out of notebook and template."
            raise BriefingError(f"no claim is filed under '{filed_under}'", where=f"briefing '{self.target}'", hint=hint)
        self.say(section, *(claim.id for claim in claims))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims said so far, each once, in order."""
        return tuple(self.evidence.claim(claim_id) for claim_id in self._claims)

    def exhibit(self, exhibit: Exhibit, sources: Sequence[str] = ()) -> None:
        """Place a chart or table; `sources` are the citation keys that its source note names.

        In an illustrative briefing every exhibit is stamped. Raises BriefingError where an illustrative one is placed in any other.
        """
        if exhibit.id in self._exhibits:
            raise BriefingError("two exhibits carry the same id", where=f"exhibit '{exhibit.id}'", hint="Give each its own id.")
        self.admit(exhibit.illustrative, f"exhibit '{exhibit.id}'")
        placed = exhibit.stamped() if self.illustrative else exhibit
        self._exhibits[exhibit.id] = placed.as_dict()
        self.cite(sources)
        show_in_notebook(placed)

    def admit(self, illustrative: bool, what: str) -> None:
        """Refuse what rests on invented figures in a briefing that does not say so. Raises BriefingError."""
        if illustrative and not self.illustrative:
            hint = "Open the workbench of the briefing with the same sample, or leave it out."
            raise BriefingError("invented figures cannot stand in a briefing that is not illustrative", where=what, hint=hint)

    def tell(self, name: str, value: Any) -> None:
        """Add a further part of the context under a name of its own (plain JSON values only)."""
        self._parts[name] = json.loads(json.dumps(value))

    def tell_gaps(self, *names: str) -> None:
        """Add open questions by name ("full-cost"), each with what would answer it; all open ones where none is named."""
        named = self._standing(f"gap.{name}" for name in names)
        gaps = [*map(self.evidence.gap, named)] if names else [gap for gap in self.evidence.gaps.values() if gap.status == "open"]
        rows = [
            {"id": gap.id, "question": gap.question, "would_answer": gap.would_answer, "sources": self._sources(gap.raised_in)}
            for gap in gaps
        ]
        self.tell("gaps", rows)
        show_in_notebook(Shown(tuple((gap.id, gap.question) for gap in gaps)))

    def tell_contradictions(self, *names: str) -> None:
        """Add disagreements between sources by name, all of them where none is named: every side, each with who paid for it."""
        named = self._standing(f"contradiction.{name}" for name in names)
        found = [*map(self.evidence.contradiction, named)] if names else list(self.evidence.contradictions.values())
        rows = [
            {
                "id": item.id,
                "question": item.question,
                "reading": item.reading,
                "sides": [self._side(side.position, side.findings) for side in item.sides],
            }
            for item in found
        ]
        self.tell("contradictions", rows)
        show_in_notebook(Shown(tuple((item.id, item.question) for item in found)))

    def tell_position(self, position: AreaPosition, questions: Iterable[OpenQuestion], account: Account | None = None) -> None:
        """Add where an area stands, the readings that bear on its conditions, and its account; what nobody recorded stays missing."""
        rows = [
            {"question": item.question, "chosen": item.chosen.text, "reference": item.reference.as_dict()}
            for item in questions
            if item.bears_on == "conditions"
        ]
        self.cite(row["reference"]["source"] for row in rows if isinstance(row["reference"], dict))
        self.tell("position", position.as_dict())
        self.tell("condition_readings", rows)
        self.tell("account", account.told() if account else None)
        show_in_notebook(Shown(tuple((name.replace("_", " "), str(state)) for name, state in position.conditions.items())))

    def tell_path(self, view: PathView | None) -> None:
        """Add the years of the term under a scenario beside a range of the past; None where no scenario reaches so far."""
        self.tell("path", view.as_dict() if view else None)
        if view:
            self.cite(item.reference.source for item in view.scenario.cpi_september[:1])

    def tell_cases(self, name: str, cases: Iterable[tuple[CaseStudy, str]]) -> None:
        """Add case studies, each with the reason why it is shown here."""
        rows = [self._case(case, reason) for case, reason in cases]
        self.tell(name, rows)
        show_in_notebook(Shown(tuple((row["name"], row["reason"]) for row in rows)))

    def tell_nearest(self, found: Nearest, most: int = 2) -> None:
        """Add the case studies nearest to an area with the reason in words and numbers, and whether any resembles it at all."""
        shown = found.resembling[:most] or found.others[:1]
        self.tell("nearest", {"said": found.said, "measure": MEASURE, "resembles": bool(found.resembling)})
        self.tell_cases(
            "cases", ((self.evidence.case_study(item.case_study), f"{item.said} {_listed_reasons(item.reasons)}") for item in shown)
        )

    def tell_strength(self) -> None:
        """Add how many primary studies and reviews stand behind the coded results, and which had a comparison group."""
        results = [finding for finding in self.evidence.findings.values() if finding.statement_kind is StatementKind.RESULT]
        compared = {finding.study: finding.about for finding in results if finding.design in CONTROLLED}
        behind = support(results)
        counts = {
            "findings": len(self.evidence.findings),
            "results": len(results),
            "studies": len(behind.primary),
            "reviews": len(behind.reviews),
            "without_study": behind.without_study,
            "compared": sorted(compared.values()),
        }
        self.tell("strength", counts)
        said = {
            "statements coded": wording.whole(len(self.evidence.findings)),
            "of them results": wording.whole(len(results)),
            "primary studies behind the results": wording.whole(len(behind.primary)),
            "reviews behind the results": wording.whole(len(behind.reviews)),
            "results without a study": wording.whole(behind.without_study),
            "studies that compared groups": wording.listed(sorted(compared.values())) or "none",
        }
        show_in_notebook(Shown(tuple(said.items())))

    def tell_participation(self, position: Position) -> None:
        """Add how many areas are recorded as taking part, and England's sums; missing ones stay missing."""
        self.tell("participation", {"none_recorded": position.is_empty, **position.totals()})
        show_in_notebook(
            Shown((("areas taking part", str(position.taking_part)), ("anything recorded", "no" if position.is_empty else "yes")))
        )

    def tell_readings(self, questions: Sequence[OpenQuestion], effects: Iterable[Effect]) -> None:
        """Add every interpretation with what each alternative would change in England."""
        by_question: dict[str, list[Json]] = {}
        for effect in effects:
            by_question.setdefault(effect.interpretation, []).append(
                {"alternative": effect.alternative.text, "local_total": effect.local_total, "moved": effect.moved}
            )
        rows = [
            {
                "id": item.id,
                "question": item.question,
                "chosen": item.chosen.text,
                "reference": item.reference.as_dict(),
                "effects": by_question.get(item.id, []),
            }
            for item in questions
        ]
        self.cite(item.reference.source for item in questions)
        self.tell("readings", rows)
        show_in_notebook(Shown(tuple((item.question, item.chosen.text) for item in questions)))

    def tell_changes(self, changes: Iterable[Change]) -> None:
        """Add what changed since the last edition, one line each; the template prints nothing where nothing did."""
        rows = [change.as_dict() for change in changes]
        self.tell("changes", rows)
        if rows:
            show_in_notebook(Shown(tuple((row["kind"], row["text"]) for row in rows)))

    def cite(self, sources: Iterable[str]) -> None:
        """Put sources on the list of references."""
        for source in sources:
            self._cited.setdefault(source)

    @property
    def context(self) -> BriefingContext:
        """The frozen context. Raises SourceError where a cited source is not in the library."""
        missing = [source for source in self._cited if source not in self.evidence.library]
        if missing:
            raise BriefingError(
                f"cited but not in the library: {', '.join(missing)}",
                where=f"briefing '{self.target}'",
                hint="Add them to evidence/library.json.",
            )
        judged = marking(self.evidence, self.claims or None)
        return BriefingContext(
            {
                "schema": SCHEMA,
                "kind": self.kind,
                "target": self.target,
                "title": self.title,
                "subtitle": self.subtitle,
                "edition": self.edition,
                "illustrative": self.illustrative,
                "about": self.about,
                "judgement": judged.said,
                "provisional": judged.provisional,
                "figures": self._figures,
                "interpretations": list(self._interpretations.values()),
                "claims": self._claims,
                "sections": self._sections,
                "exhibits": self._exhibits,
                "sources": self._registered(),
                "known_only_as_cited": self._known_only_as_cited(),
                "data_sources": [name for name in self._cited if self.evidence.source(name).kind == "data set"],
                "references": cited(self.evidence, self._cited),
                **self._parts,
            }
        )

    def _standing(self, names: Iterable[str]) -> list[str]:
        """The records named, but for those that the evidence base is supposed to have lost."""
        return [name for name in names if name not in self.evidence.withdrawn]

    def _known_only_as_cited(self) -> list[str]:
        """The studies behind what is said that were not at hand themselves."""
        return sorted(name for name in self._studies if self.evidence.source(name).kind == "work")

    def _registered(self) -> list[Json]:
        sources = self.evidence.sources
        texts = [source for source in sources.values() if source.kind == "source text" and source.id in self._cited]
        return [
            {"id": s.id, "sponsor": s.sponsor, "interest": s.interest, "chosen_because": s.chosen_because, "note": s.note} for s in texts
        ]

    def _claim(self, claim: Claim) -> Json:
        sources = self._sources(claim.findings_for)
        studies = [self.evidence.finding(name).study for name in self._standing((*claim.findings_for, *claim.findings_against))]
        self._studies |= dict.fromkeys(studies)
        self.cite(studies)
        against = self._sources(claim.findings_against)
        behind = strength(self.evidence, claim)
        return {
            "id": claim.id,
            "text": claim.text,
            "kind": str(claim.kind),
            "kind_said": _KIND_SAID[str(claim.kind)],
            "confidence": _confidence(claim),
            "caution": claim.caution,
            "coded": claim_said(self.evidence, claim),
            "sources": sources,
            "against": against,
            "strength": behind.said,
            "findings": [self._finding(finding_id) for finding_id in (*claim.findings_for, *claim.findings_against)],
        }

    def _finding(self, finding_id: str) -> Json:
        finding = self.evidence.finding(finding_id)
        return {
            "id": finding.id,
            "source": finding.source,
            "locator": str(finding.locator),
            "statement": finding.statement,
            "statement_kind": str(finding.statement_kind),
            "design": str(finding.design),
            "study": finding.study,
            "second_hand": finding.second_hand,
        }

    def _sources(self, names: Iterable[str]) -> list[str]:
        """The sources of findings, or, where a source itself is named (a gap may be raised in one), that source."""
        keys = list(dict.fromkeys(name if name in self.evidence.sources else self.evidence.finding(name).source for name in names))
        self.cite(keys)
        return keys

    def _side(self, position: str, finding_ids: Sequence[str]) -> Json:
        keys = self._sources(finding_ids)
        sponsors = [self.evidence.source(key).sponsor or "sponsor not reported" for key in keys]
        interests = [self.evidence.source(key).interest or "interest not reported" for key in keys]
        return {"position": position, "sources": keys, "sponsors": sponsors, "interests": interests}

    def _case(self, case: CaseStudy, reason: str) -> Json:
        attributes = {name: attribute.value for name, attribute in case.attributes().items()}
        findings = [finding for attribute in case.attributes().values() for finding in attribute.findings]
        return {
            "id": case.id,
            "name": case.name,
            "summary": case.summary,
            "as_of": case.as_of,
            "reason": reason,
            "attributes": attributes,
            "sources": self._sources(dict.fromkeys(findings)) or [case.source],
        }


def _claim_said(claim: Claim) -> str:
    confidence = _confidence(claim)
    return f"{claim.text} ({_KIND_SAID[str(claim.kind)]}{'; ' + confidence['said'] if confidence else ''})"


def _listed_reasons(reasons: Sequence[str]) -> str:
    text = "; ".join(reasons)
    return f"{text[0].upper()}{text[1:]}."


def _confidence(claim: Claim) -> Json | None:
    if claim.confidence is None:
        return None
    level = getattr(claim.confidence, "level", None)
    concerns: dict[str, Concern] = {name: getattr(claim.confidence, name) for name in _COMPONENTS if hasattr(claim.confidence, name)}
    return {
        "method": claim.confidence.method,
        "level": level,
        "reason": claim.confidence.reason,
        "said": confidence_said(claim),
        "concerns": {name: {"concern": concern.concern, "reason": concern.reason} for name, concern in concerns.items()},
    }
