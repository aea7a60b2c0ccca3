"""The strength profile of a claim: which studies stand for and against it, by which design, and which sources tell of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Design, Finding
from spf_analysis.evidence.synthesis import Support, stands_on_a_study, strength

Stand = Literal["for", "against"]


@dataclass(frozen=True)
class Behind:
    """One study on one side of a claim: its design, the sources that report it and how many statements rest on it.

    `design` is None for the statements of a source that no study stands behind.
    """

    stand: Stand
    study: str
    design: Design | None
    sources: tuple[str, ...]
    statements: int
    verified: int

    @property
    def shared(self) -> bool:
        """Whether more than one source reports the study."""
        return len(self.sources) > 1

    def as_dict(self) -> dict[str, Any]:
        return {
            "side": self.stand,
            "study": self.study,
            "design": self.design.value if self.design else None,
            "sources": list(self.sources),
            "statements": self.statements,
            "anchors_verified": self.verified,
        }


@dataclass(frozen=True)
class StrengthProfile:
    """What stands behind a claim, study by study. A study that several sources report has one row and counts once."""

    claim: str
    text: str
    said: str
    behind: tuple[Behind, ...]

    def designs(self, stand: Stand) -> dict[Design | None, int]:
        """Distinct studies on one side by design, in the order of the designs; None counts sources that state without a study."""
        found = [item.design for item in self.behind if item.stand == stand]
        return {design: found.count(design) for design in (*Design, None) if design in found}

    @property
    def shared(self) -> tuple[Behind, ...]:
        """The studies that more than one source reports: where the sources overlap."""
        return tuple(item for item in self.behind if item.shared)

    def as_dict(self) -> dict[str, Any]:
        return {"claim": self.claim, "text": self.text, "said": self.said, "studies": [item.as_dict() for item in self.behind]}


def strength_profile(base: EvidenceBase, claim: str) -> StrengthProfile:
    """The profile of a claim. Raises EvidenceError for an unknown one."""
    record = base.claim(claim)
    found = strength(base, record)
    sides: tuple[tuple[Stand, tuple[str, ...], Support], ...] = (
        ("for", record.findings_for, found.for_it),
        ("against", record.findings_against, found.against_it),
    )
    rows = [row for stand, keys, support in sides for row in _side(base, stand, [base.finding(key) for key in keys], support)]
    return StrengthProfile(record.id, record.text, found.said, tuple(rows))


def _side(base: EvidenceBase, stand: Stand, findings: list[Finding], support: Support) -> list[Behind]:
    with_study = [finding for finding in findings if stands_on_a_study(finding)]
    bare = [finding for finding in findings if not stands_on_a_study(finding)]
    rows = [
        _row(base, stand, study, design, [finding for finding in with_study if finding.study == study])
        for study, design in support.studies.items()
    ]
    rows += [
        _row(base, stand, study, None, [finding for finding in bare if finding.study == study])
        for study in dict.fromkeys(item.study for item in bare)
    ]
    order = [*Design, None]
    return sorted(rows, key=lambda row: (order.index(row.design), row.study))


def _row(base: EvidenceBase, stand: Stand, study: str, design: Design | None, findings: list[Finding]) -> Behind:
    sources = tuple(dict.fromkeys(finding.source for finding in findings))
    return Behind(stand, study, design, sources, len(findings), sum(finding.id in base.verified for finding in findings))
