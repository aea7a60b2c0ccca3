"""What lines of the national side must be to one another: tranches that exist, years that do not overlap, a balance that holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spf_analysis import wording
from spf_analysis.errors import Problem
from spf_analysis.fund.endowment import Endowment, EndowmentEntry
from spf_analysis.fund.ledger import NationalCommitment, Participation, Tranche

Entry = tuple[NationalCommitment, str]


def problems_of_national(
    entries: Sequence[Entry], decided: Sequence[tuple[Participation, str]], tranches: Iterable[Tranche]
) -> list[Problem]:
    """Everything that is wrong between national commitments, further tranches and the areas' agreements."""
    superseded = {item.supersedes for item, _ in entries}
    in_force = [(item, where) for item, where in entries if item.id not in superseded]
    found = [*_doubled(entries), *_corrections(entries), *_strangers(in_force, tuple(tranches)), *_overlapping(in_force)]
    return [*found, *_before_agreement(in_force, decided)]


def problems_of_endowment(entries: Sequence[tuple[EndowmentEntry, str]]) -> list[Problem]:
    """Whether the endowment's ids are its own and its balance never falls below nothing [section C]."""
    found: list[Problem] = []
    seen: set[str] = set()
    for item, where in entries:
        if item.id in seen:
            found.append(_problem(where, f"the movement '{item.id}' stands twice", "Give each movement an id of its own."))
        seen.add(item.id)
    overdrawn = Endowment(tuple(item for item, _ in entries)).overdrawn
    if overdrawn:
        day, held = overdrawn
        place = next(where for item, where in entries if item.day == day and item.change < 0)
        message = f"the endowment's balance falls to {wording.pounds_and_pence(held)} on {wording.day(day)}"
        found.append(_problem(place, message, "No more can go out than is there: correct the amount, the date or the kind."))
    return found


def _doubled(entries: Sequence[Entry]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item, where in entries:
        if item.id in seen:
            yield _problem(where, f"the line '{item.id}' stands twice", "Give the newer line an id of its own and fill in 'supersedes'.")
        seen.add(item.id)


def _corrections(entries: Sequence[Entry]) -> Iterator[Problem]:
    lines, first = {item.id: item for item, _ in entries}, dict[str, str]()
    for item, where in entries:
        if not item.supersedes:
            continue
        former = lines.get(item.supersedes)
        if former is None:
            message = f"the line '{item.id}' supersedes '{item.supersedes}', which is not there"
            yield _problem(where, message, "Name the id of the line that it corrects.")
        elif former is item or former.day > item.day:
            message = f"the line '{item.id}' supersedes '{item.supersedes}', which is not older"
            yield _problem(where, message, "A correction has an id of its own and is dated when it is made.")
        if not item.note:
            yield _problem(where, f"the line '{item.id}' corrects another one without saying why", "Say it in 'note'.")
        if item.supersedes in first:
            message = f"the lines '{first[item.supersedes]}' and '{item.id}' both supersede '{item.supersedes}'"
            yield _problem(where, message, f"Let the newer one supersede '{first[item.supersedes]}'.")
        first.setdefault(item.supersedes, item.id)


def _strangers(entries: Sequence[Entry], tranches: tuple[Tranche, ...]) -> Iterator[Problem]:
    """A line of a further tranche names one that there is, in a year that it covers [42]."""
    known = {item.id: item for item in tranches}
    for item, where in entries:
        if item.tranche and item.tranche not in known:
            hint = f"There are: {wording.listed(sorted(known)) or 'none'}. Add it to tranches.csv with its rule and dates."
            yield _problem(where, f"there is no tranche '{item.tranche}'", hint)
        elif item.tranche and not known[item.tranche].covers(item.year):
            found = known[item.tranche]
            message = f"the tranche '{item.tranche}' runs from {found.first_year} to {found.last_year}, not in {item.year}"
            yield _problem(where, message, "Correct the year, or the tranche's years in tranches.csv.")


def _overlapping(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An investor's lines for one year and tranche are for every area or for single ones, and instalments have days of their own."""
    for number, (item, where) in enumerate(entries):
        for other, _ in entries[:number]:
            if (item.investor, item.year, item.tranche) != (other.investor, other.year, other.tranche):
                continue
            if (item.area is None) != (other.area is None):
                message = f"the lines '{other.id}' and '{item.id}' overlap: one is for every area, the other for {item.area or other.area}"
                yield _problem(where, message, "Keep the one for every area, or commit area by area.")
            elif item.area == other.area and _time(item) == _time(other):
                message = f"the lines '{other.id}' and '{item.id}' overlap: one investor, one year, and no days that tell them apart"
                yield _problem(
                    where, message, "Give instalments their days in 'transfer_expected', or name the older line in 'supersedes'."
                )


def _time(item: NationalCommitment) -> tuple[object, ...]:
    return item.status, item.transfer_expected, item.day if item.status == "transferred" else None


def _before_agreement(entries: Sequence[Entry], decided: Sequence[tuple[Participation, str]]) -> Iterator[Problem]:
    """A national transfer comes after the area's agreement is signed [E]."""
    for item, where in entries:
        if item.status != "transferred" or item.area is None:
            continue
        days = [one.agreement_signed for one, _ in decided if one.area == item.area and one.agreement_signed]
        if not days or min(days) > item.day:
            said = f"signed on {wording.day(min(days))}" if days else "not recorded as signed"
            message = f"the line '{item.id}' is a transfer before the agreement of {item.area}, which is {said}"
            yield _problem(where, message, "Record the agreement in participation.csv, or correct the status or the date.")


def _problem(where: str, message: str, hint: str) -> Problem:
    return Problem("fund", where, message, hint)
