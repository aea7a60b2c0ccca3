"""Merging two records of one work: the older stays registered, points to its successor, and is no longer rested on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.bibliography import csl
from spf_analysis.evidence.bibliography.record_editing import edited
from spf_analysis.evidence.bibliography.register import Register, uses
from spf_analysis.records import read_text


@dataclass(frozen=True)
class Merged:
    """What a merge did: the record superseded, its successor, the fields that this gained, and the findings that now name it."""

    superseded: str
    by: str
    gained: tuple[str, ...]
    findings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The merge as JSON."""
        return {"superseded": self.superseded, "by": self.by, "gained": list(self.gained), "findings": list(self.findings)}


def merge(register: Register, old: str, new: str) -> Merged:
    """Make `new` the successor of `old`; nothing is written before the register is saved.

    The successor gains the fields that only the other has; findings that name `old` as their primary study name `new`, so that the study is
    counted once. Raises EvidenceError for an unknown source, or one that cannot be merged.
    """
    base = register.base
    problems = [*_hindrances(base, old, new)]
    if problems:
        raise EvidenceError(problems)
    entry, other = register.works[new], register.works[old]
    gained = tuple(name for name in sorted(other, key=csl.rank) if name not in entry)
    whole = {**entry, **{name: other[name] for name in gained}}
    register.works[new] = {name: whole[name] for name in sorted(whole, key=csl.rank)}
    register.change(old, _superseded_by(new))
    link = base.sources[old].zotero
    if link and not base.sources[new].zotero:
        register.link(old, None)
        register.link(new, link)
        held = register.zotero.get("items", {}).get(link.get("item"))
        if held:
            held["source"] = new
    return Merged(old, new, gained, _counted_by(register, old, new))


def _superseded_by(new: str) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        record["status"], record["superseded_by"] = "superseded", new

    return change


def _hindrances(base: EvidenceBase, old: str, new: str) -> list[Problem]:
    """What stands against a merge. Raises EvidenceError for an unknown source."""
    first, second = base.source(old), base.source(new)
    found: list[tuple[str, str]] = []
    if old == new:
        found.append(("a source cannot be merged into itself", "Name two sources."))
    for source in (first, second):
        if source.status != "current":
            found.append((f"'{source.id}' is {source.status}", "Merge sources that are current."))
    if first.kind != second.kind:
        found.append(
            (f"'{old}' is a {first.kind}, '{new}' a {second.kind}", "Merge the work into the one that was coded, the other way round.")
        )
    elif base.findings_of(old) or first.kind == "source text" or any(case.source == old for case in base.case_studies.values()):
        found.append((f"'{old}' was coded itself: {uses(base, old)} rest on it", "Merge the other way round, or move its findings first."))
    return [Problem("evidence", base.where("source", old), message, hint) for message, hint in found]


def _counted_by(register: Register, old: str, new: str) -> tuple[str, ...]:
    """Let the findings that come from the study `old` name `new`."""
    moved: list[str] = []
    by_file: dict[str, list[str]] = {}
    for finding in register.base.findings.values():
        if finding.primary_study == old:
            by_file.setdefault(f"findings/{finding.source}.yaml", []).append(finding.id)

    def change(record: Any) -> None:
        record["primary_study"] = new

    for name, ids in by_file.items():
        text = read_text(register.folder / name, "evidence")
        register.rewrite(name, edited(text, "findings", dict.fromkeys(ids, change)))
        moved += ids
    return tuple(moved)
