"""What must hold of coding rounds and of what two people agreed on: finished files unchanged, marks of agreement still true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spf_analysis.errors import EvidenceError, Problem, SpfError
from spf_analysis.evidence.agreed import Agreed
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.coding.adjudication import decisions
from spf_analysis.evidence.coding.agreement import seal_problems
from spf_analysis.evidence.coding.marking import codes_digest, judgement_digest
from spf_analysis.evidence.coding.round import RoundFolder, frame_hash, open_round, round_names

KIND = EvidenceError.kind


def problems_of(evidence: Path, base: EvidenceBase) -> list[Problem]:
    """Every problem of the coding rounds, and of the marks of agreement in findings and claims."""
    return [*_rounds(evidence), *_marks(evidence, base)]


def _rounds(evidence: Path) -> Iterator[Problem]:
    for name in round_names(evidence):
        try:
            found = open_round(evidence, name)
            yield from seal_problems(found, missing=False)
            decisions(found)
        except SpfError as error:
            yield from error.problems
            continue
        yield from frame_problems(found, evidence)


def frame_problems(found: RoundFolder, evidence: Path) -> Iterator[Problem]:
    """A coding frame that is not the one with which a round began, while somebody is still coding."""
    if found.state == "coding" and frame_hash(evidence) != found.round.coding_frame.sha256:
        message = f"the coding frame has changed since the round began with version {found.round.coding_frame.version}"
        hint = "Take the change back, or write why the round was given up as 'abandoned: …' into its round.yaml and begin another."
        yield Problem(KIND, found.where, message, hint)


def _marks(evidence: Path, base: EvidenceBase) -> Iterator[Problem]:
    rounds = round_names(evidence)
    for finding in base.findings.values():
        if finding.agreed:
            where = base.where("finding", finding.id, "agreed")
            yield from _mark(finding.agreed, where, codes_digest(finding), "its codes or passage have", rounds)
    for claim in base.claims.values():
        if claim.agreed:
            where = base.where("claim", claim.id, "agreed")
            yield from _mark(claim.agreed, where, judgement_digest(claim), "the claim has", rounds)


def _mark(agreed: Agreed, where: str, digest: str, what: str, rounds: tuple[str, ...]) -> Iterator[Problem]:
    if agreed.of != digest:
        hint = "Let two people look again, or remove 'agreed'."
        yield Problem(KIND, where, f"{what} changed since two people agreed on {agreed.date}", hint)
    if agreed.round and agreed.round not in rounds:
        yield Problem(KIND, where, f"there is no coding round '{agreed.round}'", did_you_mean(agreed.round, rounds))
