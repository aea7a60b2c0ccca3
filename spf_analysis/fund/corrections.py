"""Lines that are only ever added to: a correction names the line that it supersedes and says why; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from spf_analysis.errors import Problem


class _Line(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def supersedes(self) -> str | None: ...
    @property
    def note(self) -> str | None: ...


L = TypeVar("L", bound=_Line)


@dataclass(frozen=True)
class Entered(Generic[L]):
    """A line and where it was entered; `apart` where that is the folder that is not kept in version control."""

    line: L
    where: str
    apart: bool = False


def in_force(lines: Iterable[L]) -> tuple[L, ...]:
    """The lines that no other one supersedes, in the order in which they were entered."""
    entered = tuple(lines)
    superseded = {line.supersedes for line in entered if line.supersedes}
    return tuple(line for line in entered if line.id not in superseded)


def wrong_corrections(entries: Sequence[Entered[L]]) -> list[Problem]:
    """Everything that is wrong with ids and corrections; nothing but ids is told of a line, because it may be confidential."""
    lines = {entry.line.id: entry for entry in reversed(entries)}
    found = [*_doubled(entries, lines), *_corrected_twice(entries)]
    for entry in entries:
        if entry.line.supersedes:
            found += _correction(entry, lines.get(entry.line.supersedes))
    return found


def _problem(entry: Entered[L], message: str, hint: str) -> Problem:
    return Problem("fund", entry.where, message, hint)


def _doubled(entries: Sequence[Entered[L]], lines: dict[str, Entered[L]]) -> Iterable[Problem]:
    for entry in entries:
        if entry.line.id and lines[entry.line.id] is not entry:
            yield _problem(
                entry, f"the line '{entry.line.id}' stands twice", "Give the newer line an id of its own and fill in 'supersedes'."
            )


def _corrected_twice(entries: Sequence[Entered[L]]) -> Iterable[Problem]:
    first: dict[str, str] = {}
    for entry in entries:
        former = entry.line.supersedes
        if former and former in first:
            message = f"the lines '{first[former]}' and '{entry.line.id}' both supersede '{former}'"
            yield _problem(entry, message, f"Let the newer one supersede '{first[former]}'.")
        elif former:
            first[former] = entry.line.id


def _correction(entry: Entered[L], former: Entered[L] | None) -> Iterable[Problem]:
    line = entry.line
    said = f"the line '{line.id}' supersedes '{line.supersedes}'"
    if former is None:
        yield _problem(entry, f"{said}, which is not there", "Name the id of the line that it corrects.")
    elif former is entry or former.line.day > line.day:
        yield _problem(entry, f"{said}, which is not older", "A correction has an id of its own and is dated when it is made.")
    if former is not None and former.apart and not entry.apart:
        message = f"the line '{line.id}' corrects a confidential one in the open"
        yield _problem(entry, message, "Move it to the folder 'confidential', to the file of the same name.")
    if not line.note:
        yield _problem(entry, f"the line '{line.id}' corrects another one without saying why", "Say it in 'note'.")
