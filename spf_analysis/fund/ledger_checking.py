"""What lines of the ledger must be to one another: corrections, contributors, transfers, confidences. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from spf_analysis import wording
from spf_analysis.areas import Areas
from spf_analysis.errors import Problem
from spf_analysis.fund.ledger import Contribution, Participation

CONFIDENTIAL = "evidence/fund/ledger/confidential/contributions.csv"


@dataclass(frozen=True)
class LedgerLine:
    """A contribution and where it was entered; `apart` where that is the folder that is not kept in version control.

    `late` where it is for a year of an area that was gone by then, and was made after the area's end: only a correction may be.
    """

    line: Contribution
    where: str
    apart: bool = False
    late: bool = False


def problems_between(entries: Sequence[LedgerLine], participations: Sequence[tuple[Participation, str]]) -> list[Problem]:
    """Everything that is wrong between the lines of a ledger; a confidential line is never told more of than its id."""
    lines = {entry.line.id: entry for entry in entries}
    checks: tuple[Callable[[Sequence[LedgerLine], dict[str, LedgerLine]], Iterable[Problem]], ...] = (
        _doubled, _corrections, _corrected_twice, _late_corrections, _confidences, _changed_types, _overlapping,
    )  # fmt: skip
    found = [problem for check in checks for problem in check(entries, lines)]
    found += _before_agreement(entries, participations)
    found += _decided_twice(participations)
    return found


def _problem(where: str, message: str, hint: str) -> Problem:
    return Problem("fund", where, message, hint)


def _doubled(entries: Sequence[LedgerLine], lines: dict[str, LedgerLine]) -> Iterable[Problem]:
    for entry in entries:
        if lines[entry.line.id] is not entry:
            hint = "Give the newer line an id of its own and fill in 'supersedes'."
            yield _problem(lines[entry.line.id].where, f"the line '{entry.line.id}' stands twice", hint)


def _corrections(entries: Sequence[LedgerLine], lines: dict[str, LedgerLine]) -> Iterable[Problem]:
    for entry in entries:
        line, former = entry.line, lines.get(entry.line.supersedes or "")
        if not line.supersedes:
            continue
        if former is None:
            message = f"the line '{line.id}' supersedes '{line.supersedes}', which is not there"
            yield _problem(entry.where, message, "Name the id of the line that it corrects.")
        elif former is entry or former.line.day > line.day:
            message = f"the line '{line.id}' supersedes '{line.supersedes}', which is not older"
            yield _problem(entry.where, message, "A correction has an id of its own and is dated when it is made.")
        if not line.note:
            yield _problem(entry.where, f"the line '{line.id}' corrects another one without saying why", "Say it in 'note'.")


def _corrected_twice(entries: Sequence[LedgerLine], lines: dict[str, LedgerLine]) -> Iterable[Problem]:
    first: dict[str, str] = {}
    for entry in entries:
        former = entry.line.supersedes
        if former and former in first:
            message = f"the lines '{first[former]}' and '{entry.line.id}' both supersede '{former}'"
            yield _problem(entry.where, message, f"Let the newer one supersede '{first[former]}'.")
        elif former:
            first[former] = entry.line.id


def _late_corrections(entries: Sequence[LedgerLine], lines: dict[str, LedgerLine]) -> Iterable[Problem]:
    """What corrects a line of an abolished area stays with that area; it is carried over as the line was."""
    for entry in entries:
        former = lines.get(entry.line.supersedes or "")
        if entry.late and former is not None and former.line.area != entry.line.area:
            message = f"the line '{entry.line.id}' moves '{former.line.id}' to an area that was gone when it was made"
            yield _problem(entry.where, message, "Keep the area of the line that it corrects, or name an area in force.")


def _confidences(entries: Sequence[LedgerLine], lines: dict[str, LedgerLine]) -> Iterable[Problem]:
    for entry in entries:
        former = lines.get(entry.line.supersedes or "")
        if entry.line.confidential and not entry.apart:
            message = f"the line '{entry.line.id}' is confidential and stands in a file that is kept in version control"
            yield _problem(entry.where, message, f"Move it to {CONFIDENTIAL}.")
        if former is not None and former.apart and not entry.apart:
            message = f"the line '{entry.line.id}' corrects a confidential one in the open"
            yield _problem(entry.where, message, f"Move it to {CONFIDENTIAL}.")


def _changed_types(entries: Sequence[LedgerLine], lines: dict[str, LedgerLine]) -> Iterable[Problem]:
    superseded = {entry.line.supersedes for entry in entries}
    types: dict[str, LedgerLine] = {}
    for entry in (entry for entry in entries if entry.line.id not in superseded):
        earlier = types.setdefault(entry.line.contributor.casefold(), entry)
        if earlier.line.source_type != entry.line.source_type:
            message = f"the contributor of '{entry.line.id}' is of another source type than in '{earlier.line.id}'"
            yield _problem(entry.where, message, "Correct the type, or tell the two contributors apart by name.")


def _overlapping(entries: Sequence[LedgerLine], lines: dict[str, LedgerLine]) -> Iterable[Problem]:
    """A contributor's lines of one area, year and status are instalments, told apart by their days."""
    superseded = {entry.line.supersedes for entry in entries}
    seen: dict[tuple[object, ...], LedgerLine] = {}
    for entry in (entry for entry in entries if entry.line.id not in superseded):
        line = entry.line
        day = line.day if line.status == "transferred" else None
        key = (line.contributor.casefold(), line.source_type, line.area, line.year, line.status, line.transfer_expected, day)
        earlier = seen.setdefault(key, entry)
        wrongly = line.supersedes and (line.supersedes not in lines or line.supersedes == earlier.line.supersedes)
        if earlier is not entry and earlier.line.id != line.id and not wrongly:
            message = f"the lines '{earlier.line.id}' and '{line.id}' overlap: one contributor, one year, and no days that tell them apart"
            hint = "Give instalments their days in 'transfer_expected', or name the older line in 'supersedes'."
            yield _problem(entry.where, message, hint)


def _before_agreement(entries: Sequence[LedgerLine], participations: Sequence[tuple[Participation, str]]) -> Iterable[Problem]:
    """A transfer comes after the area's agreement is signed [C, E]."""
    signed: dict[str, list[Participation]] = {}
    for item, _ in participations:
        if item.agreement_signed:
            signed.setdefault(item.area, []).append(item)
    superseded = {entry.line.supersedes for entry in entries}
    for entry in entries:
        line = entry.line
        if line.status != "transferred" or line.id in superseded:
            continue
        days = [item.agreement_signed for item in signed.get(line.area, []) if item.agreement_signed]
        if not days or min(days) > line.day:
            said = f"signed on {wording.day(min(days))}" if days else "not recorded as signed"
            hint = "Record the agreement in participation.csv, or correct the status or the date."
            whose = "of its area, which is not signed by then" if entry.apart else f"of {line.area}, which is {said}"
            yield _problem(entry.where, f"the line '{line.id}' is a transfer before the agreement {whose}", hint)


def _decided_twice(participations: Sequence[tuple[Participation, str]]) -> Iterable[Problem]:
    seen: set[tuple[str, object]] = set()
    for item, where in participations:
        if (item.area, item.day) in seen:
            message = f"{item.area} has two decisions of {wording.day(item.day)}"
            yield _problem(where, message, "Keep one, or date the later one when it was made.")
        seen.add((item.area, item.day))


def remarks_on(
    fresh: Iterable[Contribution], decisions: Iterable[Participation], known: Iterable[Participation], areas: Areas
) -> tuple[str, ...]:
    """What is no error and should be said of lines to be added: money of an area that is not known to take part, decisions replaced.

    `known` are the decisions recorded before; of a confidential line not even the area is told.
    """
    new, old = tuple(decisions), tuple(known)
    latest = {item.area: item for item in sorted((*old, *new), key=lambda item: item.day)}
    found = [remark for line in fresh if (remark := _not_taking_part(line, latest, areas))]
    found += [_replacing(later, item) for later in new for item in (*old, *new) if later.area == item.area and later.day > item.day]
    found += [_behind(item, later) for item in new for later in old if later.area == item.area and later.day > item.day]
    return tuple(dict.fromkeys(found))


def _not_taking_part(line: Contribution, latest: Mapping[str, Participation], areas: Areas) -> str | None:
    decided = latest.get(line.area)
    name = "The area of a confidential line" if line.confidential else line.area
    if decided is not None:
        said = f"{name} is recorded as not taking part: none of its money counts towards the conditions."
        return None if decided.takes_part else said
    former = areas.vintage(line.year.first_day).get(line.area)
    if former is not None and any(code in latest for code in areas.predecessors(former)):
        return None
    return f"{name} is not recorded as taking part: its money is counted, and nothing would be matched before a decision is recorded."


def _replacing(later: Participation, item: Participation) -> str:
    """What a decision does to an earlier one of its area: the latest alone is in force, for all its years."""
    return f"{later.area}: the decision of {wording.day(later.day)} replaces that of {wording.day(item.day)}{_years(item)}."


def _behind(item: Participation, later: Participation) -> str:
    there = f"that of {wording.day(later.day)}{_years(later)}, which is later and in force"
    return f"{item.area}: the decision of {wording.day(item.day)} stays behind {there}."


def _years(item: Participation) -> str:
    return f", for {item.first_year} to {item.last_year}" if item.first_year and item.last_year else ""
