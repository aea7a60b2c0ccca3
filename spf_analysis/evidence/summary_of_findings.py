"""The Summary of Qualitative Findings of GRADE-CERQual: every qualitative claim with its studies, four concerns and judgement.

Format: Lewin et al. 2018, doi:10.1186/s13012-017-0689-2. The columns of its evidence profile, which give each component's concern with
its reason, stand beside those of the summary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.library import short_citation
from spf_analysis.evidence.model import Cerqual, Claim, Concern
from spf_analysis.evidence.synthesis import stands_on_a_study, strength
from spf_analysis.wording import listed

COMPONENTS = ("methodological_limitations", "coherence", "adequacy", "relevance")
REFERENCE = "lewin-2018"


@dataclass(frozen=True)
class QualitativeFinding:
    """One row of the table: a qualitative claim and the confidence in it. `studies` are citations, each study once."""

    number: int
    claim: str
    statement: str
    studies: tuple[str, ...]
    against: tuple[str, ...]
    strength: str
    appraisals: tuple[str, ...]
    concerns: tuple[Concern, Concern, Concern, Concern]
    level: str
    explanation: str
    agreed_by: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        concerns = {name: concern.model_dump() for name, concern in zip(COMPONENTS, self.concerns, strict=True)}
        return {
            "number": self.number,
            "claim": self.claim,
            "statement": self.statement,
            "contributing_studies": list(self.studies),
            "stated_differently_by": list(self.against),
            "strength": self.strength,
            "appraisals_of_them": list(self.appraisals),
            **concerns,
            "confidence": self.level,
            "explanation": self.explanation,
            "agreed_by": list(self.agreed_by),
        }


def summary_of_findings(base: EvidenceBase) -> tuple[QualitativeFinding, ...]:
    """The qualitative claims in the order of their files. Claims of other kinds have no confidence by GRADE-CERQual and no row."""
    claims = [(claim, claim.confidence) for claim in base.claims.values() if isinstance(claim.confidence, Cerqual)]
    return tuple(_row(base, number, claim, judged) for number, (claim, judged) in enumerate(claims, start=1))


def _row(base: EvidenceBase, number: int, claim: Claim, judged: Cerqual) -> QualitativeFinding:
    works = base.works_of(claim)
    return QualitativeFinding(
        number=number,
        claim=claim.id,
        statement=claim.text,
        studies=_studies(base, claim.findings_for),
        against=_studies(base, claim.findings_against),
        strength=strength(base, claim).said,
        appraisals=tuple(appraisal.id for work in works for appraisal in base.appraisals_of(work)),
        concerns=(judged.methodological_limitations, judged.coherence, judged.adequacy, judged.relevance),
        level=judged.level,
        explanation=judged.reason,
        agreed_by=claim.agreed.by if claim.agreed else (),
    )


def _studies(base: EvidenceBase, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The works behind some findings as citations; each names the sources that tell of it, and says where no study is reported."""
    told: dict[str, dict[str, None]] = {}
    findings = [base.finding(key) for key in keys]
    for finding in findings:
        told.setdefault(finding.study, {})[finding.source] = None
    found = {finding.study for finding in findings if stands_on_a_study(finding)}
    return tuple(_cited(base, study, [source for source in sources if source != study], study in found) for study, sources in told.items())


def _cited(base: EvidenceBase, study: str, reporters: list[str], found: bool) -> str:
    notes = [f"as told by {listed(short_citation(base, source) for source in reporters)}"] if reporters else []
    notes += [] if found else ["no study reported"]
    return f"{short_citation(base, study)} ({'; '.join(notes)})" if notes else short_citation(base, study)
