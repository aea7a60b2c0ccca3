"""What can go wrong, and the exit code that each kind earns.

    SpfError
    ├── UsageError         2   wrong usage or a malformed argument
    ├── SourceError       11   a source, its file or the library
    ├── EvidenceError     12   the coded evidence base
    ├── FundError         13   the Fund: unknown area or year, rules, tables, ledgers
    ├── BriefingError     14   a notebook, a template or a context
    └── TypesettingError  15   the typesetter, unwritable output, failed briefings

Every message has three parts: what is wrong, where (file, item, field, line) and what to do.
A `Problem` is one such message as data, so that all problems of a run can be told in one go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: its kind, where it is, what it is and what to do about it."""

    kind: str
    where: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        said = f"{self.where}: {self.message}" if self.where else self.message
        return f"{said}\n  → {self.hint}" if self.hint else said

    def as_dict(self) -> dict[str, str]:
        """The problem as the command line prints it under `--json`."""
        return asdict(self)


class SpfError(Exception):
    """Something is wrong with what the workbench was given; carries one or more problems."""

    kind: ClassVar[str] = "workbench"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | Iterable[Problem], *, where: str = "", hint: str = "") -> None:
        if isinstance(message, str):
            self.problems: tuple[Problem, ...] = (Problem(self.kind, where, message, hint),)
        else:
            self.problems = tuple(message)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.problems,))


class UsageError(SpfError):
    """Wrong usage, or an argument that is not of the form it should have."""

    kind = "usage"
    exit_code = 2


class SourceError(SpfError):
    """A source, a data file or the library is missing, unreadable or inconsistent."""

    kind = "source"
    exit_code = 11


class EvidenceError(SpfError):
    """The coded evidence base does not hold together."""

    kind = "evidence"
    exit_code = 12


class FundError(SpfError):
    """The Fund's areas, years, rules, tables or ledgers do not hold together."""

    kind = "fund"
    exit_code = 13


class BriefingError(SpfError):
    """A notebook, a template or a briefing context fails."""

    kind = "briefing"
    exit_code = 14


class TypesettingError(SpfError):
    """The typesetter fails, or output cannot be written."""

    kind = "typesetting"
    exit_code = 15


EXIT_CODES: dict[str, int] = {
    error.kind: error.exit_code for error in (UsageError, SourceError, EvidenceError, FundError, BriefingError, TypesettingError)
}


def exit_code_for(problems: Iterable[Problem]) -> int:
    """The exit code of a run with these problems: the lowest of theirs, 0 where there is none."""
    return min((EXIT_CODES.get(problem.kind, 1) for problem in problems), default=0)
