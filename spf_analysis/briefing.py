"""A briefing in the making: what a notebook shows, says and places, in its own order.

A notebook fills a `Briefing` by showing figures, saying claims and placing exhibits; its last value is the frozen
`BriefingContext`. No sentence about evidence enters it except as a claim of the evidence base; no number except as a figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from spf_analysis.context import SCHEMA, BriefingContext, Exhibit, Json, Shown
from spf_analysis.errors import BriefingError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.library import cited
from spf_analysis.evidence.model import CONTROLLED, CaseStudy, Claim, Concern, StatementKind
from spf_analysis.evidence.nearest import MEASURE, Nearest
from spf_analysis.evidence.synthesis import strength
from spf_analysis.figures import Figure, Interpretation
from spf_analysis.fund.alternatives import Effect
from spf_analysis.fund.parameters import OpenQuestion
from spf_analysis.fund.position import AreaPosition, Position

JUDGEMENT = "single coding, machine-assisted, not yet checked by a second person"

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

    def show(self, *figures: Figure) -> Shown:
        """Add figures, with their references, worked steps and interpretations."""
        for figure in figures:
            self._figures[figure.id] = figure.as_dict()
            self.note_interpretations(figure.interpretations)
            self.cite(reference.source for reference in figure.references)
            self.cite(step.reference.source for step in figure.steps)
        return Shown(tuple((figure.label, figure.said) for figure in figures))

    def glance(self, *figures: Figure) -> Shown:
        """Show figures and put them, in this order, at the head of the briefing."""
        self.tell("glance", [{"id": figure.id, "said": figure.brief, "label": figure.label, "note": figure.note} for figure in figures])
        return self.show(*figures)

    def note_interpretations(self, interpretations: Iterable[Interpretation]) -> None:
        """Record readings that were chosen where the draft is open, to be printed wherever they matter."""
        for interpretation in interpretations:
            self._interpretations[interpretation.id] = interpretation.as_dict()
            self.cite([interpretation.reference.source])

    def say(self, section: str, *claim_ids: str) -> Shown:
        """Add claims to a section of the briefing. Raises EvidenceError for an id that the evidence base does not hold."""
        claims = [self.evidence.claim(claim_id) for claim_id in claim_ids]
        for claim in claims:
            self._claims.setdefault(claim.id, {"number": len(self._claims) + 1, **self._claim(claim)})
            self._sections.setdefault(section, []).append(claim.id)
        return Shown(tuple((claim.id, claim.text) for claim in claims))

    def say_section(self, section: str, filed_under: str) -> Shown:
        """Add to a section of the briefing every claim that the evidence base files under a heading, in its order.

        Raises BriefingError where none is filed there: a heading with nothing under it is no briefing.
        """
        claims = self.evidence.claims_in(filed_under)
        if not claims:
            hint = f"Add claims with 'section: {filed_under}' to evidence/claims, or take the section out of notebook and template."
            raise BriefingError(f"no claim is filed under '{filed_under}'", where=f"briefing '{self.target}'", hint=hint)
        return self.say(section, *(claim.id for claim in claims))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims said so far, each once, in order."""
        return tuple(self.evidence.claim(claim_id) for claim_id in self._claims)

    def exhibit(self, exhibit: Exhibit, sources: Sequence[str] = ()) -> Exhibit:
        """Place a chart or table; `sources` are the citation keys that its source note names."""
        if exhibit.id in self._exhibits:
            raise BriefingError("two exhibits carry the same id", where=f"exhibit '{exhibit.id}'", hint="Give each its own id.")
        self._exhibits[exhibit.id] = exhibit.as_dict()
        self.cite(sources)
        return exhibit

    def tell(self, name: str, value: Any) -> None:
        """Add a further part of the context under a name of its own (plain JSON values only)."""
        self._parts[name] = json.loads(json.dumps(value))

    def tell_gaps(self, *names: str) -> Shown:
        """Add open questions by name ("full-cost"), each with what would answer it; all open ones where none is named."""
        gaps = [self.evidence.gap(f"gap.{name}") for name in names] or [gap for gap in self.evidence.gaps.values() if gap.status == "open"]
        rows = [
            {"id": gap.id, "question": gap.question, "would_answer": gap.would_answer, "sources": self._sources(gap.raised_in)}
            for gap in gaps
        ]
        self.tell("gaps", rows)
        return Shown(tuple((gap.id, gap.question) for gap in gaps))

    def tell_contradictions(self, *names: str) -> Shown:
        """Add disagreements between sources by name, all of them where none is named: every side, each with who paid for it."""
        found = [self.evidence.contradiction(f"contradiction.{name}") for name in names] or list(self.evidence.contradictions.values())
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
        return Shown(tuple((item.id, item.question) for item in found))

    def tell_position(self, position: AreaPosition, interpretations: Iterable[Interpretation]) -> Shown:
        """Add where an area stands, and the readings behind its conditions; what nobody recorded stays missing."""
        open_ones = [item for item in interpretations if all(effect is None for _, effect in item.effects)]
        self.cite(item.reference.source for item in open_ones)
        self.tell("position", position.as_dict())
        self.tell("condition_readings", [item.as_dict() for item in open_ones])
        return Shown(tuple((name, str(state)) for name, state in position.conditions.items()))

    def tell_cases(self, name: str, cases: Iterable[tuple[CaseStudy, str]]) -> Shown:
        """Add case studies, each with the reason why it is shown here."""
        rows = [self._case(case, reason) for case, reason in cases]
        self.tell(name, rows)
        return Shown(tuple((row["name"], row["reason"]) for row in rows))

    def tell_nearest(self, found: Nearest, most: int = 3) -> Shown:
        """Add the case studies nearest to an area with the reason in words and numbers, and whether any resembles it at all."""
        shown = found.resembling[:most] or found.others[: most - 1]
        self.tell("nearest", {"said": found.said, "measure": MEASURE, "resembles": bool(found.resembling)})
        return self.tell_cases(
            "cases", ((self.evidence.case_study(item.case_study), f"{item.said} {_listed_reasons(item.reasons)}") for item in shown)
        )

    def tell_strength(self) -> Shown:
        """Add how many primary studies stand behind the coded results, and how many had a comparison group."""
        results = [finding for finding in self.evidence.findings.values() if finding.statement_kind is StatementKind.RESULT]
        studies = {finding.study for finding in results}
        compared = {finding.study for finding in results if finding.design in CONTROLLED}
        counts = {"findings": len(self.evidence.findings), "results": len(results), "studies": len(studies), "compared": sorted(compared)}
        self.tell("strength", counts)
        return Shown(tuple((name, str(value)) for name, value in counts.items()))

    def tell_participation(self, position: Position) -> Shown:
        """Add how many areas are recorded as taking part, and England's sums; missing ones stay missing."""
        self.tell("participation", {"none_recorded": position.is_empty, **position.totals()})
        return Shown((("areas taking part", str(position.taking_part)), ("nothing recorded", str(position.is_empty))))

    def tell_readings(self, questions: Sequence[OpenQuestion], effects: Iterable[Effect]) -> Shown:
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
        return Shown(tuple((item.question, item.chosen.text) for item in questions))

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
                "judgement": JUDGEMENT,
                "figures": self._figures,
                "interpretations": list(self._interpretations.values()),
                "claims": self._claims,
                "sections": self._sections,
                "exhibits": self._exhibits,
                "sources": self._registered(),
                "data_sources": [name for name in self._cited if self.evidence.source(name).kind == "data set"],
                "references": cited(self.evidence, self._cited),
                **self._parts,
            }
        )

    def _registered(self) -> list[Json]:
        sources = self.evidence.sources
        texts = [source for source in sources.values() if source.kind == "source text" and source.id in self._cited]
        return [
            {"id": s.id, "sponsor": s.sponsor, "interest": s.interest, "chosen_because": s.chosen_because, "note": s.note} for s in texts
        ]

    def _claim(self, claim: Claim) -> Json:
        sources = self._sources(claim.findings_for)
        against = self._sources(claim.findings_against)
        behind = strength(self.evidence, claim)
        return {
            "id": claim.id,
            "text": claim.text,
            "kind": str(claim.kind),
            "kind_said": _KIND_SAID[str(claim.kind)],
            "confidence": _confidence(claim),
            "caution": claim.caution,
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

    def _sources(self, finding_ids: Iterable[str]) -> list[str]:
        keys = list(dict.fromkeys(self.evidence.finding(finding_id).source for finding_id in finding_ids))
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
        "said": f"{level} confidence" if level and claim.kind == "qualitative" else f"{level} certainty" if level else "not graded",
        "concerns": {name: {"concern": concern.concern, "reason": concern.reason} for name, concern in concerns.items()},
    }
