"""Carrying what a ledger says of the areas of an old vintage over to their successors: contributions, decisions, national amounts.

Contributions and national amounts go whole where an area was merged, otherwise in the parts of `carrying`. A decision goes over where
all predecessors of an area had decided alike; the agreement stays behind unless the footprint is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from spf_analysis import wording
from spf_analysis.areas import Area, Areas, Vintage
from spf_analysis.fund.carrying import Division, carried
from spf_analysis.fund.ledger import Contribution, Ledger, NationalCommitment, Participation
from spf_analysis.periods import FinancialYear

Line = TypeVar("Line", Contribution, NationalCommitment)


@dataclass(frozen=True)
class CarriedLedger:
    """A year's ledger in the areas in force on its first day; `unplaced` are lines of which a part went to nobody, with the pounds.

    `moved` gives for each line that was carried over, by its new id, the area that it was entered for.
    """

    ledger: Ledger
    unplaced: tuple[tuple[Contribution, Decimal], ...] = ()
    moved: Mapping[str, str] | None = None

    def predecessor(self, line: Contribution) -> str | None:
        """The area that a line was entered for, or None where it is the area that it stands under."""
        return (self.moved or {}).get(line.id)


def carried_ledger(ledger: Ledger, year: FinancialYear, areas: Areas, divisions: Iterable[Division]) -> CarriedLedger:
    """The lines in force of a year, carried to the areas in force on its first day. Raises FundError as `carried` does."""
    known = tuple(divisions)
    entered = [item for item in ledger.contributions if item.year == year]
    in_force = [item for item in ledger.in_force if item.year == year]
    lines, unplaced, moved = _carried_lines(in_force, entered, areas, known)
    national = _carried_national(ledger, year, areas, known)
    decisions = tuple(_decisions(ledger, areas.vintage(year.first_day), areas).values())
    return CarriedLedger(replace(ledger, participations=decisions, contributions=lines, national_commitments=national), unplaced, moved)


def carried_contributions(
    lines: Iterable[Contribution], areas: Areas, divisions: Iterable[Division]
) -> tuple[tuple[Contribution, ...], tuple[tuple[Contribution, Decimal], ...]]:
    """Ledger lines with those entered for an area that is gone by the first day of their year carried to its successors, to the penny.

    A carried line keeps contributor, type, status, dates and confidence; its id and note say where it comes from. Second: the lines
    of which a part could not be placed, each with that part in pounds. Raises FundError as `carried` does.
    """
    given = tuple(lines)
    return _carried_lines(given, given, areas, tuple(divisions))[:2]


def _carried_lines(
    lines: Sequence[Contribution], entered: Sequence[Contribution], areas: Areas, divisions: tuple[Division, ...]
) -> tuple[tuple[Contribution, ...], tuple[tuple[Contribution, Decimal], ...], dict[str, str]]:
    found: list[Contribution] = []
    unplaced: list[tuple[Contribution, Decimal]] = []
    moved: dict[str, str] = {}
    by_id = {item.id: item for item in entered}
    for line in lines:
        start = _vintage_of(_first_of(line, by_id), areas)
        if areas.vintage(line.year.first_day).get(line.area) is not None or start is None:
            found.append(line)
            continue
        went = carried({line.area: line.amount}, start.start, line.year.first_day, areas, divisions, places=2)
        parts = [_renamed(line, code, amount) for code, amount in sorted(went.amounts.items()) if amount]
        found.extend(parts)
        moved.update((part.id, line.area) for part in parts)
        if went.total_unplaced:
            unplaced.append((line, went.total_unplaced))
    return tuple(found), tuple(unplaced), moved


def _first_of(line: Contribution, by_id: Mapping[str, Contribution]) -> Contribution:
    """The line that a chain of corrections began with: what was recorded in the area's life may be corrected after its end."""
    seen = {line.id}
    while (former := by_id.get(line.supersedes or "")) is not None and former.id not in seen:
        line = former
        seen.add(line.id)
    return line


def _vintage_of(line: Contribution, areas: Areas) -> Vintage | None:
    """The vintage that a line was entered in, where it has the line's area."""
    past = [item for item in areas.vintages if item.start <= line.day]
    last = max(past, key=lambda item: item.start, default=None)
    return last if last is not None and last.get(line.area) is not None else None


def _renamed(line: Line, area: str, amount: Decimal) -> Line:
    note = f"carried over from {line.area}, line {line.id}"
    return replace(line, id=f"{line.id}-{area}", area=area, amount=amount, note=f"{line.note}; {note}" if line.note else note)


def _carried_national(ledger: Ledger, year: FinancialYear, areas: Areas, divisions: tuple[Division, ...]) -> tuple[NationalCommitment, ...]:
    superseded = {item.supersedes for item in ledger.national_commitments if item.supersedes}
    vintage = areas.vintage(year.first_day)
    found: list[NationalCommitment] = []
    for item in ledger.national_commitments:
        if item.id in superseded or item.year != year:
            continue
        if item.area is None or vintage.get(item.area) is not None:
            found.append(item)
        elif item.amount is not None:
            earlier = max(one.start for one in areas.vintages if one.start <= year.first_day and one.get(item.area) is not None)
            went = carried({item.area: item.amount}, earlier, year.first_day, areas, divisions, places=2)
            found.extend(_renamed(item, code, amount) for code, amount in sorted(went.amounts.items()) if amount)
    return tuple(found)


def _decisions(ledger: Ledger, vintage: Vintage, areas: Areas) -> dict[str, Participation]:
    """The decision that holds in each area of a vintage: its own, or that of all its predecessors where they had decided alike."""
    earlier = [item for item in areas.vintages if item.start < vintage.start]
    before = _decisions(ledger, max(earlier, key=lambda item: item.start), areas) if earlier else {}
    found = {area.code: decision for area in vintage.areas if (decision := _decision(area, ledger, before, vintage, areas))}
    return found


def _decision(area: Area, ledger: Ledger, before: Mapping[str, Participation], vintage: Vintage, areas: Areas) -> Participation | None:
    former = [item.predecessor for item in areas.successions if item.successor == area.code and item.day == vintage.start]
    changed = former and not _same_footprint(area, former, vintage, areas)
    own = [item for item in ledger.participations if item.area == area.code]
    if changed and area.code in former:
        own = [item for item in own if item.day >= vintage.start]
    if own:
        return max(own, key=lambda item: item.day)
    decided = [before[code] for code in former if code in before]
    if not decided or len(decided) < len(former) or len({item.takes_part for item in decided}) > 1:
        return None
    return _joined(area, decided, keep_agreement=not changed)


def _same_footprint(area: Area, former: Sequence[str], vintage: Vintage, areas: Areas) -> bool:
    return len(former) == 1 and [i.successor for i in areas.successions if i.predecessor == former[0] and i.day == vintage.start] == [
        area.code
    ]


def _joined(area: Area, decided: Sequence[Participation], *, keep_agreement: bool) -> Participation:
    """One decision from those of all predecessors: their common years, and nothing that only one vehicle or agreement was good for."""
    last = max(decided, key=lambda item: item.day)
    if keep_agreement:
        return replace(last, area=area.code)
    return Participation(
        area.code,
        last.takes_part,
        last.day,
        wording.listed(dict.fromkeys(item.recorded_by for item in decided)),
        last.reference,
        max(_known(item.first_year for item in decided), default=None),
        min(_known(item.last_year for item in decided), default=None),
        note=f"carried over from {wording.listed(item.area for item in decided)}",
    )


def _known(years: Iterable[FinancialYear | None]) -> Iterator[FinancialYear]:
    return (year for year in years if year is not None)
