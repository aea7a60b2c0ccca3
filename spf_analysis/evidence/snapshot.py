"""A snapshot: what the evidence base held at one moment, small enough to be kept and compared later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import BaseModel

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Claim, ClaimKind
from spf_analysis.evidence.synthesis import strength

NOUNS = (
    "source",
    "library entry",
    "group of codes",
    "code",
    "finding",
    "case study",
    "claim",
    "gap",
    "contradiction",
    "instrument",
    "appraisal",
)
_DIGITS = 16


@dataclass(frozen=True)
class ClaimState:
    """A claim at one moment: its sentence, how sure one can be of it, and the distinct studies behind it, each side by id.

    `confidence` is "low confidence", "moderate certainty", "not graded" or "" where the kind of claim carries none.
    """

    id: str
    text: str
    kind: str
    section: str
    confidence: str = ""
    reason: str = ""
    caution: str = ""
    strength: str = ""
    statements_for: int = 0
    statements_against: int = 0
    primary_for: tuple[str, ...] = ()
    primary_against: tuple[str, ...] = ()
    reviews_for: tuple[str, ...] = ()
    reviews_against: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Snapshot:
    """Every record of an evidence base by noun and id with a digest of its content, and the state of every claim."""

    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    claims: Mapping[str, ClaimState] = field(default_factory=dict)


def snapshot(base: EvidenceBase) -> Snapshot:
    """What the base holds now. A field that was left at its default counts for nothing, so that a newer layout changes no digest."""
    groups = {key: group.model_copy(update={"codes": ()}) for key, group in base.groups.items()}
    held: tuple[Mapping[str, BaseModel], ...] = (
        base.sources,
        base.library,
        groups,
        base.codes,
        base.findings,
        base.case_studies,
        base.claims,
        base.gaps,
        base.contradictions,
        base.instruments,
        base.appraisals,
    )
    records = {noun: {key: digest(record) for key, record in sorted(found.items())} for noun, found in zip(NOUNS, held, strict=True)}
    return Snapshot(records, {claim.id: state_of(base, claim) for claim in base.claims.values()})


def digest(record: BaseModel) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a record's content."""
    content = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:_DIGITS]


def state_of(base: EvidenceBase, claim: Claim) -> ClaimState:
    """The state of one claim. Raises EvidenceError where a finding is unknown."""
    found = strength(base, claim)
    return ClaimState(
        id=claim.id,
        text=claim.text,
        kind=str(claim.kind),
        section=claim.section,
        confidence=confidence_said(claim),
        reason=claim.confidence.reason if claim.confidence else "",
        caution=claim.caution or "",
        strength=found.said,
        statements_for=found.for_it.statements,
        statements_against=found.against_it.statements,
        primary_for=tuple(found.for_it.primary),
        primary_against=tuple(found.against_it.primary),
        reviews_for=tuple(found.for_it.reviews),
        reviews_against=tuple(found.against_it.reviews),
    )


def confidence_said(claim: Claim) -> str:
    """How sure one can be of a claim, as print says it: "low confidence", "moderate certainty", "not graded"; "" where it carries none."""
    if claim.confidence is None:
        return ""
    level = getattr(claim.confidence, "level", None)
    noun = "confidence" if claim.kind is ClaimKind.QUALITATIVE else "certainty"
    return f"{level} {noun}" if level else "not graded"
