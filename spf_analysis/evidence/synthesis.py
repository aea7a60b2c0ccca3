"""What stands behind a claim or at a crossing of two groups of codes, with every primary study counted once.

A finding is not a unit of evidence: one study may be coded many times and be reported by several sources. So strength is a number
of distinct primary studies by design, never a number of findings. Reviews are told apart from primary studies, and statements that
no study stands behind (opinions, policy documents, assertions) apart from both; `stands_on_a_study` says which those are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import CONTROLLED, Claim, Design, Finding, StatementKind
from spf_analysis.wording import counted, listed

REVIEWS = frozenset({Design.SYSTEMATIC_REVIEW, Design.EVIDENCE_REVIEW})
WITHOUT_STUDY = frozenset({Design.NO_STUDY, Design.POLICY_DOCUMENT})
_FOUND = frozenset({StatementKind.RESULT, StatementKind.PRACTICE})
_ASKED = frozenset({Design.INTERVIEWS, Design.SURVEY, Design.MIXED_METHODS})
_NOUNS: Mapping[Design, tuple[str, str]] = {
    Design.SYSTEMATIC_REVIEW: ("systematic review", "systematic reviews"),
    Design.EVIDENCE_REVIEW: ("evidence review", "evidence reviews"),
    Design.RANDOMISED_TRIAL: ("randomised trial", "randomised trials"),
    Design.CONTROLLED_COMPARISON: ("controlled comparison", "controlled comparisons"),
    Design.BEFORE_AND_AFTER: ("uncontrolled before and after study", "uncontrolled before and after studies"),
    Design.SURVEY: ("survey", "surveys"),
    Design.INTERVIEWS: ("interview study", "interview studies"),
    Design.MIXED_METHODS: ("uncontrolled mixed-methods evaluation", "uncontrolled mixed-methods evaluations"),
    Design.CASE_DESCRIPTION: ("case description", "case descriptions"),
    Design.SERVICE_RECORDS: ("study of service records", "studies of service records"),
    Design.MODELLING: ("modelling study", "modelling studies"),
    Design.NOT_REPORTED: ("study of unreported design", "studies of unreported design"),
}


def stands_on_a_study(finding: Finding) -> bool:
    """Whether a study stands behind a statement, so that it may be counted.

    A result or practice does where the study's design is known; an opinion, recommendation or proposal only where a study gathered it
    by asking people. Where the design is not reported, only a result does that another work than the source found.
    """
    if finding.design in WITHOUT_STUDY:
        return False
    if finding.design is Design.NOT_REPORTED:
        return finding.statement_kind is StatementKind.RESULT and finding.second_hand
    return finding.statement_kind in _FOUND or finding.design in _ASKED


def compared_groups(design: Design) -> bool | None:
    """Whether a study of this design compared groups; None where the design cannot tell: a review, or one that is not reported."""
    return None if design in REVIEWS or design in WITHOUT_STUDY or design is Design.NOT_REPORTED else design in CONTROLLED


@dataclass(frozen=True)
class Support:
    """What stands on one side of a claim: its statements, the distinct studies behind them by design, and the sources that say so.

    `studies` maps a study's id to its design; `without_study` counts the statements that no study stands behind.
    """

    statements: int
    studies: Mapping[str, Design]
    without_study: int
    sources: tuple[str, ...]
    shared: Mapping[str, tuple[str, ...]]

    @property
    def primary(self) -> dict[str, Design]:
        """The distinct primary studies, reviews left out."""
        return {study: design for study, design in self.studies.items() if design not in REVIEWS}

    @property
    def reviews(self) -> dict[str, Design]:
        """The distinct reviews."""
        return {study: design for study, design in self.studies.items() if design in REVIEWS}

    @property
    def controlled(self) -> int:
        """How many of the studies had a comparison group."""
        return sum(design in CONTROLLED for design in self.studies.values())

    @property
    def by_design(self) -> dict[Design, int]:
        """Distinct studies by design, in the order of the designs."""
        found = Counter(self.studies.values())
        return {design: found[design] for design in Design if found[design]}

    @property
    def comparison(self) -> str:
        """Whether the studies compared groups, in words; said of known designs only, and "" where no study stands here."""
        if self.controlled:
            return f"{counted(self.controlled, 'study', 'studies')} had a comparison group"
        if not self.primary:
            who = "it" if len(self.reviews) == 1 else "they"
            return f"whether the studies that {who} read had comparison groups is not counted here" if self.reviews else ""
        known = sum(compared_groups(design) is not None for design in self.studies.values())
        if not known:
            whom = "it" if len(self.studies) == 1 else "the primary study" if len(self.primary) == 1 else "any of the primary studies"
            return f"whether {whom} had a comparison group is not reported"
        of_known = "" if known == len(self.studies) else " of known design"
        if known == 1:
            return f"the {'one ' if of_known else ''}study{of_known} had no comparison group"
        return f"none of the studies{of_known} had a comparison group"

    @property
    def said(self) -> str:
        """The side in words: "five statements from two primary studies (one interview study, one survey)"."""
        grounds = [
            self._counted(self.primary, "primary study", "primary studies", "primary"),
            self._counted(self.reviews, "review", "reviews", "review"),
        ]
        with_study, bare = self.statements - self.without_study, self.without_study
        said = [f"{counted(with_study, 'statement')} from {listed(part for part in grounds if part)}"] if with_study else []
        said += [f"{counted(bare, 'statement')} with no study reported behind {'it' if bare == 1 else 'them'}"] * bool(bare)
        return listed(said)

    def _counted(self, studies: Mapping[str, Design], noun: str, plural: str, role: str) -> str:
        designs = [(design, number) for design, number in self.by_design.items() if (design in REVIEWS) == (role == "review")]
        if len(studies) == 1:
            return counted(1, _NOUNS[designs[0][0]][0]) if role == "review" else f"one {noun} ({_NOUNS[designs[0][0]][0]})"
        kinds = listed(counted(number, *_NOUNS[design]) for design, number in designs)
        return f"{counted(len(studies), noun, plural)} ({kinds})" if studies else ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "statements": self.statements,
            "studies": {study: design.value for study, design in sorted(self.studies.items())},
            "by_design": {design.value: number for design, number in self.by_design.items()},
            "without_study": self.without_study,
            "sources": list(self.sources),
            "studies_reported_by_several_sources": {study: list(sources) for study, sources in self.shared.items()},
        }


@dataclass(frozen=True)
class Strength:
    """What stands for and against a claim."""

    claim: str
    for_it: Support
    against_it: Support

    @property
    def said(self) -> str:
        """The strength in sentences, for print beside a claim."""
        sentences = ["; ".join(part for part in (f"Rests on {self.for_it.said}", self.for_it.comparison) if part)]
        if self.for_it.shared:
            shared = len(self.for_it.shared)
            sentences.append(f"{counted(shared, 'study is', 'studies are').capitalize()} reported by more than one source and counted once")
        if self.against_it.statements:
            verb = "stands" if self.against_it.statements == 1 else "stand"
            sentences.append(f"Against it {verb} {self.against_it.said}")
        return ". ".join(sentences) + "."

    def as_dict(self) -> dict[str, Any]:
        return {"claim": self.claim, "said": self.said, "for": self.for_it.as_dict(), "against": self.against_it.as_dict()}


def strength(base: EvidenceBase, claim: Claim) -> Strength:
    """What stands for and against a claim, studies counted once. Raises EvidenceError where a finding is unknown."""
    sides = ([base.finding(key) for key in keys] for keys in (claim.findings_for, claim.findings_against))
    return Strength(claim.id, *(support(findings) for findings in sides))


def support(findings: Iterable[Finding]) -> Support:
    """The distinct studies behind some findings. A study coded with several designs counts under the known one most often coded."""
    known = list({finding.id: finding for finding in findings}.values())
    designs: defaultdict[str, Counter[Design]] = defaultdict(Counter)
    told: defaultdict[str, set[str]] = defaultdict(set)
    for finding in known:
        if stands_on_a_study(finding):
            designs[finding.study][finding.design] += 1
            told[finding.study].add(finding.source)
    return Support(
        statements=len(known),
        studies={study: _design(found) for study, found in sorted(designs.items())},
        without_study=sum(not stands_on_a_study(finding) for finding in known),
        sources=tuple(sorted({finding.source for finding in known})),
        shared={study: tuple(sorted(sources)) for study, sources in sorted(told.items()) if len(sources) > 1},
    )


def _design(coded: Counter[Design]) -> Design:
    order = list(Design)
    return max(coded, key=lambda design: (design is not Design.NOT_REPORTED, coded[design], -order.index(design)))


@dataclass(frozen=True)
class Matrix:
    """Findings at the crossings of two groups of codes. Rows and columns are code ids; a crossing without findings holds none."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], tuple[Finding, ...]]

    def findings(self, row: str, column: str) -> tuple[Finding, ...]:
        """The findings that carry both codes."""
        return self.cells.get((row, column), ())

    def studies(self, row: str, column: str) -> int:
        """How many distinct studies, primary or review, stand behind the findings of a crossing."""
        return len(support(self.findings(row, column)).studies)


def matrix(base: EvidenceBase, row_group: str, column_group: str) -> Matrix:
    """The findings by the codes of two groups. Raises EvidenceError for an unknown group."""
    rows, columns = ([code.id for code in base.group(group).codes] for group in (row_group, column_group))
    cells = {
        (row, column): found
        for row in rows
        for column in columns
        if (found := tuple(finding for finding in base.findings_with(row) if column in finding.codes))
    }
    return Matrix(tuple(rows), tuple(columns), cells)
