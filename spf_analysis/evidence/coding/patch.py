"""What a change did to files, as a unified diff that people read and that can be taken back, exactly or not at all."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spf_analysis.errors import EvidenceError

_HEAD = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NO_END = "\\ No newline at end of file"


@dataclass(frozen=True)
class Hunk:
    """A run of lines before and after a change, and the line (from nought) at which it begins afterwards."""

    at: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The difference between two sets of files by name, as `diff -u` shows it."""
    shown = (line for name in sorted({*before, *after}) for line in _one(name, before.get(name, ""), after.get(name, "")))
    return "".join(shown)


def _one(name: str, before: str, after: str) -> Iterator[str]:
    for line in difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}", n=3):
        yield line if line.endswith("\n") else f"{line}\n{_NO_END}\n"


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def hunks(diff: str) -> dict[str, list[Hunk]]:
    """The hunks of a diff by file. Raises EvidenceError for text that is no diff."""
    found: dict[str, list[Hunk]] = {}
    lines, number, name = _lines(diff), 0, ""
    while number < len(lines):
        line = lines[number]
        head = _HEAD.match(line)
        if line.startswith("+++ b/"):
            name = line[6:].rstrip("\n").partition("\t")[0]
            found.setdefault(name, [])
        elif head and name:
            hunk, number = _hunk(lines, number + 1, [int(head[group] or 1) for group in (2, 4)], int(head[3]))
            found[name].append(hunk)
            continue
        elif not line.startswith("--- "):
            raise EvidenceError("the record of the migration is no difference of files", where=f"line {number + 1}", hint="Restore it.")
        number += 1
    return found


def _hunk(lines: Sequence[str], number: int, counts: Sequence[int], start: int) -> tuple[Hunk, int]:
    before: list[str] = []
    after: list[str] = []
    while number < len(lines) and (len(before) < counts[0] or len(after) < counts[1] or lines[number].startswith("\\")):
        sign, content = lines[number][:1], lines[number][1:]
        if sign == "\\":
            for side in (before, after):
                if side and lines[number - 1][:1] in (" ", "-" if side is before else "+"):
                    side[-1] = side[-1].removesuffix("\n")
        if sign in (" ", "-"):
            before.append(content)
        if sign in (" ", "+"):
            after.append(content)
        number += 1
    return Hunk(max(start - 1, 0), tuple(before), tuple(after)), number


def taken_back(text: str, found: Sequence[Hunk], name: str) -> str:
    """The text as it was before the change. Raises EvidenceError where the lines that the change left are no longer there, or where it
    is not clear which of several like them they are.
    """
    lines = _lines(text)
    for hunk in sorted(found, key=lambda one: one.at, reverse=True):
        at = _place(lines, hunk)
        if at is None:
            hint = "What was changed there since has to be taken back first, by hand or from version control."
            raise EvidenceError(
                "the lines that the migration left have been changed since", where=f"evidence/{name}, line {hunk.at + 1}", hint=hint
            )
        lines[at : at + len(hunk.after)] = hunk.before
    return "".join(lines)


def _place(lines: Sequence[str], hunk: Hunk) -> int | None:
    size = len(hunk.after)
    if tuple(lines[hunk.at : hunk.at + size]) == hunk.after:
        return hunk.at
    elsewhere = [at for at in range(len(lines) - size + 1) if tuple(lines[at : at + size]) == hunk.after]
    return elsewhere[0] if len(elsewhere) == 1 else None
