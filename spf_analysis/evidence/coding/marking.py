"""Who judged: what a briefing says about the coding of the findings and claims that it prints, told from the findings themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from spf_analysis.evidence.agreed import MACHINE
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Claim, Finding
from spf_analysis.wording import listed, whole

SINGLE = "single coding"
UNCHECKED = "not yet checked by a second person"
_DIGITS = 16


@dataclass(frozen=True)
class Marking:
    """How many findings there are, how many of them two named people agreed on, and whether a machine helped with any of the others;
    the same of claims. Nothing is final before two named people agreed on it.
    """

    findings: int
    agreed: int
    machine: bool
    claims: int = 0
    claims_agreed: int = 0

    @property
    def provisional(self) -> bool:
        """Whether anything has not yet been agreed on by two people."""
        return self.agreed < self.findings or self.claims_agreed < self.claims

    @property
    def single(self) -> str:
        """How what has not been agreed on was coded: "single coding, machine-assisted, not yet checked by a second person"."""
        return ", ".join([SINGLE, *([MACHINE] if self.machine else []), UNCHECKED])

    @property
    def said(self) -> str:
        """Who judged, as a briefing prints it."""
        if not self.agreed and not self.claims_agreed:
            return self.single
        if not self.provisional:
            return "coded by two people independently, who agreed or settled what they differed on, and judged by two people"
        coded = f"two named people agreed on the codes of {whole(self.agreed)} of {whole(self.findings)} findings"
        judged = f"on the judgement of {whole(self.claims_agreed)} of {whole(self.claims)} claims"
        return f"{coded} and {judged}; the rest is {self.single}" if self.claims else f"{coded}; the rest is {self.single}"


def marking(base: EvidenceBase, claims: Iterable[Claim] | None = None) -> Marking:
    """Who judged what a briefing prints: the claims, and the findings that they rest on; all findings where no claims are given."""
    said = list(claims) if claims is not None else []
    names = dict.fromkeys(key for claim in said for key in (*claim.findings_for, *claim.findings_against))
    findings = [base.findings[key] for key in names if key in base.findings] if claims is not None else list(base.findings.values())
    rest = [finding for finding in findings if finding.agreed is None]
    return Marking(
        len(findings),
        len(findings) - len(rest),
        any(finding.coder == MACHINE for finding in rest),
        len(said),
        sum(claim.agreed is not None for claim in said),
    )


def finding_said(finding: Finding) -> str:
    """Who coded one finding: "agreed by A and B" or that it was coded once."""
    if finding.agreed:
        return f"codes agreed by {listed(finding.agreed.by)}"
    return ", ".join([SINGLE, *([MACHINE] if finding.coder == MACHINE else [f"by {finding.coder}"]), UNCHECKED])


def claim_said(base: EvidenceBase, claim: Claim) -> str | None:
    """What is said beside a claim: who agreed on its judgement, or that two people agreed on the findings behind it; None otherwise,
    since what holds for the rest is said once for the whole briefing.
    """
    if claim.agreed:
        return f"judgement agreed by {listed(claim.agreed.by)}"
    behind = marking(base, [claim])
    if behind.findings and behind.agreed == behind.findings:
        return "findings coded by two people, who agreed"
    return None


def codes_digest(finding: Finding) -> str:
    """The digest of what two coders agree on in a finding: which passage it is, and its codes in whatever order."""
    place = finding.locator.model_dump(mode="json", exclude_none=True)
    return _digest([finding.id, place, finding.anchor, sorted(finding.codes)])


def judgement_digest(claim: Claim) -> str:
    """The digest of what two people agree on in a claim: its sentence, what it rests on, and how sure one can be of it."""
    names = {"id", "text", "kind", "findings_for", "findings_against", "confidence", "caution"}
    return _digest(claim.model_dump(mode="json", include=names, exclude_defaults=True))


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
