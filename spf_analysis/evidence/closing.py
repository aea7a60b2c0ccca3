"""Closing a gap and opening it again: the record points to what answers its question and says why. Only that record is touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.bibliography.record_editing import edited
from spf_analysis.records import read_text

FILE = "gaps.yaml"


def closed(folder: Path, base: EvidenceBase, gap: str, by: Sequence[str], why: str) -> str:
    """The text of gaps.yaml with a gap closed by these findings or sources.

    Raises EvidenceError for an unknown gap, one that is closed already, and for what cannot close it.
    """
    record = base.gap(gap)
    problems = [*_hindrances(base, gap, by), *_without_reason(base, gap, why)]
    if record.status == "closed":
        hint = f"Open it first: spf evidence reopen {gap}."
        problems.insert(0, _problem(base, gap, f"the gap is closed already, by {', '.join(record.closed_by)}", hint))
    if problems:
        raise EvidenceError(problems)

    def change(item: Any) -> None:
        item["status"] = "closed"
        item["closed_by"] = list(dict.fromkeys(by))
        item["closed_because"] = why.strip()

    return edited(read_text(folder / FILE, EvidenceError.kind), "gaps", {gap: change})


def reopened(folder: Path, base: EvidenceBase, gap: str) -> str:
    """The text of gaps.yaml with a closed gap open again. Raises EvidenceError for an unknown gap and for one that is open."""
    if base.gap(gap).status == "open":
        raise EvidenceError([_problem(base, gap, "the gap is open", "Only a closed gap can be opened again.")])

    def change(item: Any) -> None:
        item["status"] = "open"
        item.pop("closed_by", None)
        item.pop("closed_because", None)

    return edited(read_text(folder / FILE, EvidenceError.kind), "gaps", {gap: change})


def _problem(base: EvidenceBase, gap: str, message: str, hint: str) -> Problem:
    return Problem(EvidenceError.kind, base.where("gap", gap), message, hint)


def _without_reason(base: EvidenceBase, gap: str, why: str) -> list[Problem]:
    hint = "Say how it answers the question: --why '…'."
    return [] if why.strip() else [_problem(base, gap, "a gap is not closed without a reason", hint)]


def _hindrances(base: EvidenceBase, gap: str, by: Sequence[str]) -> list[Problem]:
    """What stands against closing: nothing named, what is unknown, what raised the question itself, what was retracted."""
    found = [] if by else [_problem(base, gap, "a closed gap points to what closed it", "Name a finding or a source with --by.")]
    for key in by:
        works = {key} & base.sources.keys()
        if key in base.findings:
            works = {base.findings[key].source, base.findings[key].study} & base.sources.keys()
        elif not works:
            hint = did_you_mean(key, [*base.findings, *base.sources])
            found.append(_problem(base, gap, f"there is no finding or source '{key}'", hint))
        if key in base.gap(gap).raised_in:
            found.append(_problem(base, gap, f"'{key}' raised the question", "What asks a question does not answer it; name another."))
        for work in sorted(works):
            if base.sources[work].status in ("retracted", "withdrawn"):
                found.append(_problem(base, gap, f"'{work}' was {base.sources[work].status}", "Name a source that stands."))
    return found
