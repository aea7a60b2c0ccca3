"""Where a source stands: current, superseded by another, retracted or withdrawn; set by hand, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.bibliography.register import Register

Status = Literal["current", "superseded", "retracted", "withdrawn"]
STATUSES: tuple[Status, ...] = ("current", "superseded", "retracted", "withdrawn")


@dataclass(frozen=True)
class Marked:
    """What marking a source did, and the claims and gaps that rest on it and have to be looked at."""

    source: str
    before: str
    after: str
    by: str | None
    claims: tuple[str, ...]
    gaps: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The marking as JSON."""
        told = {"source": self.source, "before": self.before, "status": self.after, "superseded_by": self.by}
        return {**told, "claims": list(self.claims), "closed_gaps": list(self.gaps)}


def mark(register: Register, source: str, status: Status, *, by: str | None = None, why: str | None = None) -> Marked:
    """Set the status of a source; nothing is written before the register is saved.

    `by` is the successor of a superseded source, `why` the reason, such as a notice of retraction; both go when it is current again.
    A reason for making it current again is kept in its note, with what it was before and why.
    Raises EvidenceError for an unknown source or successor, and for a status that does not go with what was named.
    """
    base = register.base
    before = base.source(source)
    problems = [*_hindrances(base, source, status, by, why)]
    if problems:
        raise EvidenceError(problems)
    register.change(source, lambda record: _set(record, status, by, why))
    return Marked(source, before.status, status, by, _claims(base, source), _gaps(base, source))


def _set(record: Any, status: Status, by: str | None, why: str | None) -> None:
    before = {name: record.pop(name, None) for name in ("status", "superseded_by", "status_reason")}
    if status == "current":
        if why:
            record["note"] = " ".join(part for part in (record.get("note"), _reinstated(before, why)) if part)
        return
    record["status"] = status
    if by:
        record["superseded_by"] = by
    if why:
        record["status_reason"] = why


def _reinstated(before: dict[str, str | None], why: str) -> str:
    """What the note of a source keeps that is current again: "Was retracted (Notice of 3 May 2026). Current again: the notice …"."""
    reason = f" ({before['status_reason'].rstrip('.')})" if before["status_reason"] else ""
    by = f" by {before['superseded_by']}" if before["superseded_by"] else ""
    again = f"Was {before['status']}{by}{reason}. Current again" if before["status"] else "Current"
    return f"{again}: {why}"


def _hindrances(base: EvidenceBase, source: str, status: Status, by: str | None, why: str | None) -> list[Problem]:
    found: list[tuple[str, str]] = []
    if (status == "superseded") != (by is not None):
        found.append(
            ("a superseded source names its successor, and only a superseded one does", "Name it with --by SOURCE, or leave --by.")
        )
    if by is not None and by not in base.sources:
        found.append((f"there is no source '{by}'", did_you_mean(by, base.sources)))
    elif by is not None and _goes_round(base, source, by):
        found.append((f"'{by}' is, or leads back to, '{source}' itself", "Name a successor that is current."))
    if status != "current" and not why:
        found.append(("a source is marked with a reason, unless it is current again", "Say why with --why '…'."))
    return [Problem(EvidenceError.kind, base.where("source", source), message, hint) for message, hint in found]


def _goes_round(base: EvidenceBase, source: str, by: str) -> bool:
    at: str | None = by
    for _ in base.sources:
        if at is None or at == source:
            break
        at = base.sources[at].superseded_by if at in base.sources else None
    return at == source


def _claims(base: EvidenceBase, source: str) -> tuple[str, ...]:
    """The claims of which a finding for them comes from the source, or from a study of that id."""
    rests = {finding.id for finding in base.findings.values() if source in (finding.source, finding.study)}
    return tuple(claim.id for claim in base.claims.values() if rests & set(claim.findings_for))


def _gaps(base: EvidenceBase, source: str) -> tuple[str, ...]:
    rests = {finding.id for finding in base.findings.values() if source in (finding.source, finding.study)} | {source}
    return tuple(gap.id for gap in base.gaps.values() if rests & set(gap.closed_by))
