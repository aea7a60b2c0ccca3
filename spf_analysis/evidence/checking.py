"""What must hold between the records of an evidence base, told all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence import appraisal, screening
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.case_study import CaseStudy
from spf_analysis.evidence.coding import checking as rounds
from spf_analysis.evidence.fingerprints import fingerprint
from spf_analysis.evidence.intake import UNREAD
from spf_analysis.evidence.model import Claim, ClaimKind, CodeGroup, Contradiction, Finding, Gap, Source, StatementKind
from spf_analysis.evidence.numerals import contradicted
from spf_analysis.evidence.quality.checking import problems_of_quality
from spf_analysis.evidence.reading import read_leniently, uncollected
from spf_analysis.wording import keyed

KIND = EvidenceError.kind
OPEN_GROUPS = frozenset({"theme", "outcome"})
_SPOILT = {"retracted": "was retracted", "withdrawn": "was withdrawn"}


def problems_of(folder: Path) -> list[Problem]:
    """Every problem of an evidence folder: of reading, between records, of wording, and of anchors not yet verified."""
    return checked(folder)[1]


def checked(folder: Path) -> tuple[EvidenceBase, list[Problem]]:
    """What can be read of an evidence folder, and every problem of it."""
    base, problems = read_leniently(folder)
    with uncollected():
        return base, problems + problems_between(base) + screening.problems_of(folder) + rounds.problems_of(folder, base)


def problems_between(base: EvidenceBase) -> list[Problem]:
    """What does not hold between the records of a base. A record that could not be read is not told again as unknown."""
    checks = (_sources, _library, _groups, _uses, _findings, _anchors, _claims, _case_studies, _gaps, _contradictions, problems_of_quality)
    return [problem for check in checks for problem in check(base)]


def _problem(base: EvidenceBase, noun: str, key: str, field: str, message: str, hint: str) -> Problem:
    return Problem(KIND, base.where(noun, key, field), message, hint)


@dataclass(frozen=True)
class _Known:
    """The records of a noun that an id may name."""

    base: EvidenceBase
    noun: str
    records: Mapping[str, object]

    def missing(self, owner: tuple[str, str], field: str, keys: Iterable[str | None]) -> Iterator[Problem]:
        """A problem for each key that names nothing."""
        for key in keys:
            if key is not None and key not in self.records and not _unread(self.base, self.noun, key):
                yield _problem(self.base, *owner, field, f"there is no {self.noun} '{key}'", did_you_mean(key, self.records))


def _unread(base: EvidenceBase, noun: str, key: str = UNREAD) -> bool:
    """Whether the record stands in a file but was refused there, or may stand in a file that cannot be read."""
    if noun == "code":
        return _unread(base, "group", key.partition(".")[0])
    return (noun, key) in base.refused or (noun, UNREAD) in base.refused


def _sources(base: EvidenceBase) -> Iterator[Problem]:
    known = _Known(base, "source", base.sources)
    for source in base.sources.values():
        yield from known.missing(("source", source.id), "superseded_by", [source.superseded_by])
        if source.superseded_by and _goes_round(base, source):
            hint = "Follow 'superseded_by': it must end at a source that is current."
            yield _problem(base, "source", source.id, "superseded_by", "the successors of this source go round in a circle", hint)
        if source.kind == "source text" and source.text_sha256 is None:
            yield _problem(
                base,
                "source",
                source.id,
                "",
                "the source text has no 'text_sha256'",
                "Without it its anchors cannot be verified: sha256sum FILE.",
            )


def _goes_round(base: EvidenceBase, source: Source) -> bool:
    seen, at = {source.id}, source.superseded_by
    while at and at in base.sources:
        if at in seen:
            return True
        seen.add(at)
        at = base.sources[at].superseded_by
    return False


def _library(base: EvidenceBase) -> Iterator[Problem]:
    for key in base.sources:
        if key not in base.library and not _unread(base, "work", key):
            hint = "Add an entry with this id to evidence/library.json."
            yield _problem(base, "source", key, "", f"the source '{key}' has no entry in the library, so it cannot be cited", hint)
    for work in base.library.values():
        if not work.title:
            yield _problem(base, "work", work.id, "title", "the library entry has no title", "A work without a title cannot be cited.")
        if not (work.author or work.editor or work.publisher):
            hint = 'Add "author": [{"family": …, "given": …}] or [{"literal": …}].'
            yield _problem(base, "work", work.id, "author", "the library entry has no author", hint)
        if work.id not in base.sources and not _unread(base, "source", work.id):
            hint = "Register it in evidence/sources.yaml, or remove it."
            yield _problem(base, "work", work.id, "", f"the library entry '{work.id}' is not a registered source", hint)


def _groups(base: EvidenceBase) -> Iterator[Problem]:
    known = _Known(base, "source", base.sources)
    for group in base.groups.values():
        yield from known.missing(("group", group.group), "typology_of", [group.typology_of])
        for code in group.codes:
            if not code.id.startswith(f"{group.group}."):
                yield _problem(
                    base,
                    "code",
                    code.id,
                    "",
                    f"the code does not begin with its group, '{group.group}.'",
                    f"Name it {group.group}.…, in the findings that carry it too.",
                )
        yield from _mapping(base, group)


def _mapping(base: EvidenceBase, group: CodeGroup) -> Iterator[Problem]:
    owner = ("group", group.group)
    own = [code.id for code in group.codes]
    facets = [code.id for other in base.groups.values() if other.facet for code in other.codes]
    mapped = [mapping.code for mapping in group.mapping]
    if group.mapping and not group.typology_of:
        yield _problem(base, *owner, "mapping", "only a source's typology is mapped onto the facets", "Name the source in 'typology_of'.")
    for key in own if group.typology_of else ():
        if mapped.count(key) != 1:
            stands = "is not mapped onto the facets of funding" if key not in mapped else "is mapped more than once"
            yield _problem(
                base,
                *owner,
                "mapping",
                f"the type '{key}' {stands}",
                "Map each type once: who commissions, where the money comes from, how it is paid.",
            )
    for mapping in group.mapping:
        if mapping.code not in own:
            yield _problem(base, *owner, "mapping", f"'{mapping.code}' is not a code of this group", did_you_mean(mapping.code, own))
        for facet in mapping.facets:
            if facet not in facets and not _unread(base, "code", facet):
                yield _problem(base, *owner, "mapping", f"'{facet}' is not a code of a facet of funding", did_you_mean(facet, facets))
        if mapping.coincides != "not defined" and not mapping.facets:
            yield _problem(
                base,
                *owner,
                "mapping",
                f"the type '{mapping.code}' coincides {mapping.coincides}, with nothing",
                "Name the facets, or say 'not defined'.",
            )


def _uses(base: EvidenceBase) -> Iterator[Problem]:
    """Every code has a finding, but for the facets, themes and outcomes: there an empty row of the evidence map is information."""
    if any(noun == "finding" for noun, _ in base.refused):
        return
    used = {code for finding in base.findings.values() for code in finding.codes}
    for group in base.groups.values():
        for code in () if group.facet or group.group in OPEN_GROUPS else group.codes:
            if code.id not in used:
                yield _problem(
                    base,
                    "code",
                    code.id,
                    "",
                    f"the code '{code.id}' has no finding",
                    "Code the statement that it stands for, or remove it.",
                )


def _findings(base: EvidenceBase) -> Iterator[Problem]:
    sources, codes, cases = (
        _Known(base, "source", base.sources),
        _Known(base, "code", base.codes),
        _Known(base, "case study", base.case_studies),
    )
    for finding in base.findings.values():
        owner = ("finding", finding.id)
        yield from sources.missing(owner, "source", [finding.source])
        yield from sources.missing(owner, "primary_study", [finding.primary_study])
        yield from codes.missing(owner, "codes", finding.codes)
        yield from cases.missing(owner, "case_study", [finding.case_study])
        if not finding.id.startswith(f"{finding.source}."):
            yield _problem(
                base,
                *owner,
                "id",
                f"the id does not begin with its source, '{finding.source}.'",
                f"Name it {finding.source}.{finding.id.rpartition('.')[2]}.",
            )
        yield from _in_outline(base, finding)
        yield from _as_written(base, finding)


def _as_written(base: EvidenceBase, finding: Finding) -> Iterator[Problem]:
    for figure in finding.figures:
        for value in contradicted(figure):
            message = f"the figure's value {keyed(value)} is not the number of '{figure.as_written}'"
            hint = "Correct the value, or 'as_written', by what stands in the source."
            yield _problem(base, "finding", finding.id, "figures", message, hint)


def _in_outline(base: EvidenceBase, finding: Finding) -> Iterator[Problem]:
    source = base.sources.get(finding.source)
    sections = [section.section for section in source.outline] if source else []
    if sections and finding.locator.section not in sections:
        message = f"the source has no section '{finding.locator.section}'"
        yield _problem(base, "finding", finding.id, "locator", message, did_you_mean(finding.locator.section, sections))


def _anchors(base: EvidenceBase) -> Iterator[Problem]:
    for finding in base.findings.values():
        source = base.sources.get(finding.source)
        if source is None or source.text_sha256 is None:
            continue
        if base.verified.get(finding.id) != fingerprint(finding, source.text_sha256):
            stands = "has changed since it was verified" if finding.id in base.verified else "has not been verified"
            hint = "Run `spf evidence verify --texts DIR` with a folder that holds the source texts."
            yield _problem(base, "finding", finding.id, "anchor", f"the anchor {stands} in the source's text", hint)


def _claims(base: EvidenceBase) -> Iterator[Problem]:
    known = _Known(base, "finding", base.findings)
    for claim in base.claims.values():
        owner = ("claim", claim.id)
        yield from known.missing(owner, "findings_for", claim.findings_for)
        yield from known.missing(owner, "findings_against", claim.findings_against)
        for key in sorted(set(claim.findings_for) & set(claim.findings_against)):
            yield _problem(base, *owner, "findings_against", f"'{key}' stands for and against the claim", "Keep it on one side.")
        for key in sorted({key for key in claim.findings_for if claim.findings_for.count(key) > 1}):
            yield _problem(base, *owner, "findings_for", f"'{key}' stands twice", "Keep it once.")
        yield from _standing(base, claim)
        yield from _effect_needs_result(base, claim)
        yield from appraisal.too_strong(base, claim)


def _standing(base: EvidenceBase, claim: Claim) -> Iterator[Problem]:
    """A claim rests on no source that was retracted or withdrawn, and on none that a later edition replaces."""
    findings = [base.findings[key] for key in claim.findings_for if key in base.findings]
    for key in sorted({work for finding in findings for work in (finding.source, finding.study)} & base.sources.keys()):
        source = base.sources[key]
        if source.status in _SPOILT:
            hint = "Rest it on other findings, or withdraw the claim."
            yield _problem(base, "claim", claim.id, "findings_for", f"the claim rests on '{key}', which {_SPOILT[source.status]}", hint)
        elif source.status == "superseded":
            hint = f"Code '{source.superseded_by}' and rest the claim on that."
            yield _problem(
                base, "claim", claim.id, "findings_for", f"the claim rests on '{key}', which '{source.superseded_by}' supersedes", hint
            )


def _effect_needs_result(base: EvidenceBase, claim: Claim) -> Iterator[Problem]:
    findings = [base.findings[key] for key in claim.findings_for if key in base.findings]
    if claim.kind is ClaimKind.EFFECT and findings and not any(finding.statement_kind is StatementKind.RESULT for finding in findings):
        message = "an effect claim rests on no result; " + "only results support statements of effect"
        yield _problem(
            base, "claim", claim.id, "findings_for", message, "Rest it on a finding of kind 'result', or make it a documentary claim."
        )


def _case_studies(base: EvidenceBase) -> Iterator[Problem]:
    sources, codes = _Known(base, "source", base.sources), _Known(base, "code", base.codes)
    for case in base.case_studies.values():
        owner = ("case study", case.id)
        yield from sources.missing(owner, "source", [case.source])
        yield from codes.missing(owner, "codes", case.codes)
        yield from _attributes(base, case)
        yield from _unsupported(base, *owner, "summary", case.summary)


def _unsupported(base: EvidenceBase, noun: str, key: str, field: str, text: str) -> Iterator[Problem]:
    """Statements of effect in a text that is no claim. Where it stands is looked up only if there is one."""
    for problem in appraisal.unsupported(text, ""):
        yield replace(problem, where=base.where(noun, key, field))


def _attributes(base: EvidenceBase, case: CaseStudy) -> Iterator[Problem]:
    known = _Known(base, "finding", base.findings)
    for name, attribute in case.attributes().items():
        yield from known.missing(("case study", case.id), name, attribute.findings)
        for key in attribute.findings:
            finding = base.findings.get(key)
            if finding and finding.case_study in base.case_studies and finding.case_study != case.id:
                message = f"the finding '{key}' is about the case study '{finding.case_study}'"
                yield _problem(base, "case study", case.id, name, message, "Take a finding about this scheme.")


def _gaps(base: EvidenceBase) -> Iterator[Problem]:
    askers = _Known(base, "finding", {**base.findings, **base.sources})
    claims = _Known(base, "claim", base.claims)
    for gap in base.gaps.values():
        asked = (key for key in gap.raised_in if not _unread(base, "source", key))
        yield from askers.missing(("gap", gap.id), "raised_in", asked)
        yield from claims.missing(("gap", gap.id), "limits", gap.limits)
        closing = (key for key in gap.closed_by if not _unread(base, "source", key))
        yield from askers.missing(("gap", gap.id), "closed_by", closing)
        yield from _closed_by_spoilt(base, gap)


def _closed_by_spoilt(base: EvidenceBase, gap: Gap) -> Iterator[Problem]:
    """A gap is not closed by a source that was retracted or withdrawn."""
    found = [base.findings[key] for key in gap.closed_by if key in base.findings]
    named = {*gap.closed_by, *(work for finding in found for work in (finding.source, finding.study))}
    for key in sorted(named & base.sources.keys()):
        if base.sources[key].status in _SPOILT:
            hint = f"Open it again: spf evidence reopen {gap.id}."
            message = f"the gap is closed by '{key}', which {_SPOILT[base.sources[key].status]}"
            yield _problem(base, "gap", gap.id, "closed_by", message, hint)


def _contradictions(base: EvidenceBase) -> Iterator[Problem]:
    known = _Known(base, "finding", base.findings)
    for contradiction in base.contradictions.values():
        owner = ("contradiction", contradiction.id)
        for side in contradiction.sides:
            yield from known.missing(owner, "sides", side.findings)
        if any(one == other for one, other in combinations(_grounds(base, contradiction), 2)):
            message = "two sides rest on the same source and study"
            yield _problem(base, *owner, "sides", message, "A contradiction has sides from different sources or studies.")
        yield from _unsupported(base, *owner, "reading", contradiction.reading)


def _grounds(base: EvidenceBase, contradiction: Contradiction) -> list[frozenset[tuple[str, str]]]:
    found = [[base.findings[key] for key in side.findings if key in base.findings] for side in contradiction.sides]
    return [frozenset((finding.source, finding.study) for finding in findings) for findings in found if findings]
