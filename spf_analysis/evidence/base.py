"""The evidence base: everything coded, frozen, looked up by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.case_study import CaseStudy
from spf_analysis.evidence.library import Work
from spf_analysis.evidence.model import (
    Claim,
    Code,
    CodeGroup,
    Contradiction,
    Finding,
    Frame,
    Gap,
    Source,
)
from spf_analysis.evidence.quality.appraisal import Appraisal
from spf_analysis.evidence.quality.instrument import Instrument
from spf_analysis.figures import Reference

T = TypeVar("T")
_NAMED = 8


@dataclass(frozen=True)
class Place:
    """Where a record stands: its file, and the line of the record ("") and of each of its fields."""

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def said(self, name: str, field_name: str = "") -> str:
        """ "file, line 12, finding 'x', field 'codes'" as messages print it."""
        line = self.lines.get(field_name) or self.lines.get("")
        parts = [self.file, f"line {line}" if line else "", name, f"field '{field_name}'" if field_name else ""]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class EvidenceBase:
    """Sources, library, coding frame, findings, case studies, claims, gaps, contradictions, instruments and appraisals, each by id.

    `verified` maps a finding's id to the hash of what was found at its locator in the source's text. `places` says where a
    record stands; `refused` names records that stand in a file but could not be read. Both serve messages only. `withdrawn` names
    claims, gaps and contradictions that a base supposed to be without a source has lost: a briefing leaves them out.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    library: Mapping[str, Work] = field(default_factory=dict)
    frame: Frame | None = None
    groups: Mapping[str, CodeGroup] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    case_studies: Mapping[str, CaseStudy] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    contradictions: Mapping[str, Contradiction] = field(default_factory=dict)
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    appraisals: Mapping[str, Appraisal] = field(default_factory=dict)
    verified: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, repr=False, compare=False)
    refused: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False, compare=False)
    withdrawn: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, value in vars(self).copy().items():
            if isinstance(value, dict):
                object.__setattr__(self, name, MappingProxyType(value))

    @cached_property
    def codes(self) -> Mapping[str, Code]:
        """Every code of the coding frame by id, in the order of its files."""
        return MappingProxyType({code.id: code for group in self.groups.values() for code in group.codes})

    def source(self, key: str) -> Source:
        """The registered source. This and the look-ups below raise EvidenceError, with a "did you mean", for an unknown id."""
        return _found(self.sources, key, "source")

    def work(self, key: str) -> Work:
        """How a source is cited."""
        return _found(self.library, key, "library entry")

    def group(self, key: str) -> CodeGroup:
        """A group of codes."""
        return _found(self.groups, key, "group of codes")

    def code(self, key: str) -> Code:
        """A code of the coding frame."""
        return _found(self.codes, key, "code")

    def finding(self, key: str) -> Finding:
        """A finding."""
        return _found(self.findings, key, "finding")

    def case_study(self, key: str) -> CaseStudy:
        """A case study."""
        return _found(self.case_studies, key, "case study")

    def claim(self, key: str) -> Claim:
        """A claim."""
        return _found(self.claims, key, "claim")

    def gap(self, key: str) -> Gap:
        """A gap."""
        return _found(self.gaps, key, "gap")

    def contradiction(self, key: str) -> Contradiction:
        """A contradiction."""
        return _found(self.contradictions, key, "contradiction")

    def instrument(self, key: str) -> Instrument:
        """An instrument of quality appraisal."""
        return _found(self.instruments, key, "instrument")

    def appraisal(self, key: str) -> Appraisal:
        """An appraisal."""
        return _found(self.appraisals, key, "appraisal")

    def appraisals_of(self, source: str) -> tuple[Appraisal, ...]:
        """The appraisals of a source, in the order of its file."""
        key = self.source(source).id
        return tuple(appraisal for appraisal in self.appraisals.values() if appraisal.source == key)

    def findings_of(self, source: str) -> tuple[Finding, ...]:
        """The findings coded from a source, in the order of its file."""
        return self._by_source.get(self.source(source).id, ())

    def findings_with(self, code: str) -> tuple[Finding, ...]:
        """The findings that carry a code."""
        return self._by_code.get(self.code(code).id, ())

    def findings_about(self, case_study: str) -> tuple[Finding, ...]:
        """The findings that describe a case study's scheme."""
        key = self.case_study(case_study).id
        return tuple(finding for finding in self.findings.values() if finding.case_study == key)

    def claims_in(self, section: str) -> tuple[Claim, ...]:
        """The claims of a section ("funding-models"), in the order of their files."""
        return tuple(claim for claim in self.claims.values() if claim.section == section)

    def gaps_limiting(self, claim: str) -> tuple[Gap, ...]:
        """The open gaps that limit a claim."""
        return tuple(gap for gap in self.gaps.values() if claim in gap.limits and gap.status == "open")

    def reference(self, finding: str) -> Reference:
        """The source and place of a finding."""
        record = self.finding(finding)
        return Reference(record.source, str(record.locator))

    def references(self, claim: Claim) -> tuple[Reference, ...]:
        """The sources and places that a claim rests on, for and against, each once, in order."""
        return tuple(dict.fromkeys(self.reference(key) for key in (*claim.findings_for, *claim.findings_against)))

    def works_of(self, claim: Claim) -> tuple[str, ...]:
        """The ids of the sources behind a claim and of the primary studies that they report, each once, sorted."""
        findings = [self.finding(key) for key in (*claim.findings_for, *claim.findings_against)]
        return tuple(sorted({work for finding in findings for work in (finding.source, finding.study)}))

    def where(self, noun: str, key: str, field_name: str = "") -> str:
        """Where a record or one of its fields stands, as messages print it."""
        place = self.places.get((noun, key))
        name = f"{noun} '{key}'"
        return place.said(name, field_name) if place else name

    @cached_property
    def _by_source(self) -> Mapping[str, tuple[Finding, ...]]:
        return _grouped((finding.source, finding) for finding in self.findings.values())

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Finding, ...]]:
        return _grouped((code, finding) for finding in self.findings.values() for code in dict.fromkeys(finding.codes))


def did_you_mean(key: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known id, or a few of those there are."""
    from rapidfuzz import fuzz, process

    names = list(known)
    nearest = process.extractOne(key, names, scorer=fuzz.ratio, score_cutoff=70)
    if nearest:
        return f"Did you mean '{nearest[0]}'?"
    if len(names) > _NAMED:
        return f"Known are, among others: {', '.join(names[:_NAMED])}."
    return f"Known are: {', '.join(names)}." if names else "None is known."


def _found(records: Mapping[str, T], key: str, noun: str) -> T:
    try:
        return records[key]
    except KeyError:
        raise EvidenceError(f"there is no {noun} '{key}'", where="evidence", hint=did_you_mean(key, records)) from None


def _grouped(pairs: Iterable[tuple[str, Any]]) -> Mapping[str, tuple[Any, ...]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return MappingProxyType({key: tuple(values) for key, values in found.items()})
