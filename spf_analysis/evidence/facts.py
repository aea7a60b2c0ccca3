"""The facts table: every figure that is reported of one outcome, with the design behind it, how many, and compared with what.

Figures stand as their sources wrote them. They count different things in different people, so nothing is pooled or ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Finding, ReportedFigure
from spf_analysis.evidence.synthesis import Support, support
from spf_analysis.wording import counted, listed

PER_CENT = "per cent"


@dataclass(frozen=True)
class OutcomeFact:
    """One reported figure with its finding."""

    finding: Finding
    figure: ReportedFigure

    @property
    def said(self) -> str:
        """The figure as its source wrote it, and what it counts: "28%: fall in demand for GP services"."""
        return f"{self.figure.as_written}: {self.figure.what}"

    def as_dict(self) -> dict[str, Any]:
        finding = self.finding
        return {
            "finding": finding.id,
            "study": finding.study,
            "source": finding.source,
            "locator": str(finding.locator),
            "second_hand": finding.second_hand,
            "design": finding.design.value,
            "about": finding.about,
            "direction": finding.direction.value,
            "caution": finding.caution,
            **self.figure.model_dump(mode="json"),
        }


@dataclass(frozen=True)
class Facts:
    """All figures of one outcome, by study in the order of the evidence base; `findings` counts its statements, with figures or without."""

    outcome: str
    label: str
    facts: tuple[OutcomeFact, ...]
    findings: int

    @property
    def behind(self) -> Support:
        """What the figures come from: distinct primary studies, reviews, and statements that no study is reported behind."""
        return support(fact.finding for fact in self.facts)

    @property
    def said(self) -> str:
        """How many figures there are, from how many studies, and out of how many statements."""
        if not self.facts:
            statements = counted(self.findings, "statement speaks", "statements speak")
            return f"No figure is reported; {statements} of it in words."
        figures, behind = counted(len(self.facts), "figure").capitalize(), self.behind
        grounds = [counted(len(behind.primary), "primary study", "primary studies")] * bool(behind.primary)
        grounds += [counted(len(behind.reviews), "review")] * bool(behind.reviews)
        bare = behind.without_study
        grounds += [f"{counted(bare, 'statement')} with no study reported behind {'it' if bare == 1 else 'them'}"] * bool(bare)
        without = sum(fact.figure.compared_with is None for fact in self.facts)
        return (
            f"{figures} from {listed(grounds)}, among {counted(self.findings, 'statement')} on this outcome; "
            f"{counted(without, 'figure is', 'figures are')} compared with nothing."
        )

    def as_dict(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "label": self.label, "said": self.said, "facts": [fact.as_dict() for fact in self.facts]}


def facts(base: EvidenceBase, outcome: str) -> Facts:
    """Every figure of the findings with a code, such as "outcome.wellbeing". Raises EvidenceError for an unknown code."""
    code = base.code(outcome)
    findings = base.findings_with(code.id)
    order = {study: number for number, study in enumerate(dict.fromkeys(finding.study for finding in findings))}
    found = [OutcomeFact(finding, figure) for finding in findings for figure in finding.figures]
    return Facts(code.id, code.label, tuple(sorted(found, key=lambda fact: order[fact.finding.study])), len(findings))
