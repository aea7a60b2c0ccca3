"""Carrying figures and commitments of an old vintage over to the areas that took the place of the old ones.

An area that continued, was renamed or was merged goes whole to its successor. A divided area goes to its successors in proportion
to the weighted population of the GP practices that each took over (`divisions.csv`); the practices that could not be placed keep
their part, which is counted and shown. What is missing stays missing: a successor of an area without a figure has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

from spf_analysis import wording
from spf_analysis.areas import Areas, Succession, Vintage
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.cells import Cells
from spf_analysis.periods import FinancialYear
from spf_analysis.records import RecordError, Row, read_csv

FILE = "divisions.csv"
COLUMNS = ("predecessor", "successor", "date", "financial_year", "practices", "registered", "weighted")


@dataclass(frozen=True)
class Division:
    """One part of a divided area: the practices that a successor took over (None: that could not be placed), and their people.

    `registered` and `weighted` are populations of the allocation year `year`, summed over those practices.
    """

    predecessor: str
    successor: str | None
    day: date
    year: FinancialYear
    practices: int
    registered: int
    weighted: int


@dataclass(frozen=True)
class Move:
    """One amount that went from an area to a successor (None: could not be placed); `portion` of the area's whole, 1 where whole."""

    predecessor: str
    successor: str | None
    day: date
    portion: Decimal
    amount: Decimal | None


@dataclass(frozen=True)
class Carried:
    """Amounts by area of the later vintage, what could not be placed by old area, and every move that was not one to one.

    Amounts and what was not placed sum to what was carried. An amount is None where one of its predecessors reports none.
    """

    amounts: Mapping[str, Decimal | None]
    unplaced: Mapping[str, Decimal]
    moves: tuple[Move, ...]

    @property
    def total_unplaced(self) -> Decimal:
        """What could not be placed, all old areas together."""
        return sum(self.unplaced.values(), Decimal(0))


def read_divisions(folder: Path, areas: Areas | None, problems: list[Problem]) -> tuple[Division, ...]:
    """The table `divisions.csv` of a folder, empty where there is none; whatever is wrong is added to `problems`.

    Every area that was divided has a part for each of its successors.
    """
    if not (folder / FILE).exists():
        return ()
    try:
        rows = read_csv(folder / FILE, COLUMNS, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return ()
    before = len(problems)
    found = [(item, row) for row in rows if (item := _division(Cells(row, problems))) is not None]
    divisions = tuple(item for item, _ in found)
    if areas is not None and len(problems) == before:
        problems.extend(problem for item, row in found if (problem := _stranger(item, row, areas)))
        problems.extend(_absent(divisions, areas))
    return divisions


def _division(cells: Cells) -> Division | None:
    predecessor, successor, day, year = (
        cells.text("predecessor"),
        cells.optional("successor"),
        cells.day("date"),
        cells.year("financial_year"),
    )
    practices, registered, weighted = cells.whole("practices"), cells.people("registered"), cells.people("weighted")
    if not (predecessor and day and year and practices and registered and weighted):
        return None
    return Division(predecessor, successor, day, year, practices, registered, weighted)


def _stranger(item: Division, row: Row, areas: Areas) -> Problem | None:
    if item.successor is None:
        return None
    steps = (step for step in areas.successions if step.kind == "divided" and step.day == item.day)
    if any((step.predecessor, step.successor) == (item.predecessor, item.successor) for step in steps):
        return None
    message = f"'{item.predecessor}' was not divided with a part for '{item.successor}' on {wording.day(item.day)}"
    return Problem("fund", row.where, message, "Correct the codes or the date, or add the succession to successions.csv.")


def _absent(divisions: tuple[Division, ...], areas: Areas) -> list[Problem]:
    known = {(item.predecessor, item.successor, item.day) for item in divisions}
    lacking = [step for step in areas.successions if step.kind == "divided" and (step.predecessor, step.successor, step.day) not in known]
    return [
        Problem(
            "fund",
            f"evidence/fund/{FILE}",
            f"the part of '{step.predecessor}' that went to '{step.successor}' is missing",
            "Add the weighted population of the practices that it took over.",
        )
        for step in lacking
    ]


def portions(predecessor: str, day: date, areas: Areas, divisions: Iterable[Division]) -> dict[str | None, Decimal]:
    """What part of an area each successor took over on a day, by ODS code, and under None the part that could not be placed.

    1 where the area went whole to one successor; otherwise weighted population of the practices taken over ÷ that of all its
    practices. Raises FundError where nothing is known of the area's end, or how it was divided.
    """
    steps = [step for step in areas.successions if step.predecessor == predecessor and step.day == day]
    if not steps:
        raise _unknown(predecessor, f"nothing is known of what became of '{predecessor}' on {wording.day(day)}", "successions.csv")
    if len(steps) == 1:
        return {steps[0].successor: Decimal(1)}
    parts = [item for item in divisions if item.predecessor == predecessor and item.day == day]
    if {step.successor for step in steps} - {item.successor for item in parts}:
        raise _unknown(predecessor, f"it is not known how '{predecessor}' was divided on {wording.day(day)}", FILE)
    whole = Decimal(sum(item.weighted for item in parts))
    found: dict[str | None, Decimal] = {}
    for item in parts:
        found[item.successor] = found.get(item.successor, Decimal(0)) + item.weighted / whole
    return found


def _unknown(predecessor: str, message: str, table: str) -> FundError:
    return FundError(message, where=f"area '{predecessor}'", hint=f"Add it to evidence/fund/{table}.")


def carried(
    amounts: Mapping[str, Decimal | None],
    earlier: date,
    later: date,
    areas: Areas,
    divisions: Iterable[Division],
    *,
    places: int = 0,
    spread: bool = False,
) -> Carried:
    """Amounts that can be added up (people, pounds, full-time equivalents), carried from the vintage of one day to that of another.

    `places` are the decimal places that parts keep (2 for pence). With `spread`, what could not be placed follows the rest of its
    area, for counts whose sum over England must hold; otherwise it stays with nobody and is shown. Raises FundError for an amount
    of an area that is not in the earlier vintage, and as `portions` does.
    """
    start = areas.vintage(earlier)
    strangers = sorted(code for code in amounts if start.get(code) is None)
    if strangers:
        message = f"{wording.listed(strangers)} is not in the vintage of {wording.day(start.start)}"
        raise FundError(message, where="areas", hint="Carry each figure from the vintage that it was made under.")
    state = Carried(dict(amounts), {}, ())
    known = tuple(divisions)
    for vintage in sorted(areas.vintages, key=lambda item: item.start):
        if start.start < vintage.start <= later:
            state = _step(state, vintage, areas, known, places, spread)
    return state


def _step(state: Carried, vintage: Vintage, areas: Areas, divisions: tuple[Division, ...], places: int, spread: bool) -> Carried:
    """One change of vintage: every amount moves to the successors of its area."""
    amounts: dict[str, Decimal | None] = {}
    unplaced, moves = dict(state.unplaced), list(state.moves)
    for code in sorted(state.amounts):
        parts = portions(code, vintage.start, areas, divisions)
        placed = {key: part for key, part in parts.items() if key is not None}
        shared: dict[str | None, Decimal] = {key: part / sum(placed.values()) for key, part in placed.items()} if spread else dict(parts)
        for successor, amount in _split(state.amounts[code], shared, places).items():
            if successor is None:
                unplaced[code] = unplaced.get(code, Decimal(0)) + (amount or Decimal(0))
            else:
                amounts[successor] = _plus(amounts[successor], amount) if successor in amounts else amount
            if (code, Decimal(1)) != (successor, shared[successor]):
                moves.append(Move(code, successor, vintage.start, shared[successor], amount))
    return Carried(amounts, unplaced, tuple(moves))


def _plus(one: Decimal | None, two: Decimal | None) -> Decimal | None:
    return None if one is None or two is None else one + two


def _split(amount: Decimal | None, parts: Mapping[str | None, Decimal], places: int) -> dict[str | None, Decimal | None]:
    """An amount divided into parts that sum to it exactly, by largest remainder (ties by code, what is not placed last)."""
    if amount is None:
        return dict.fromkeys(parts)
    if len(parts) == 1:
        return dict.fromkeys(parts, amount)
    unit = Decimal(1).scaleb(-places)
    exact = {key: amount * part for key, part in parts.items()}
    floors = {key: value.quantize(unit, rounding=ROUND_FLOOR) for key, value in exact.items()}
    left = amount - sum(floors.values(), Decimal(0))
    order = sorted(parts, key=lambda key: (floors[key] - exact[key], key is None, key or ""))
    found: dict[str | None, Decimal | None] = dict(floors)
    for key in order:
        more = min(unit, left)
        found[key], left = floors[key] + more, left - more
    return found


def change_between(code: str, earlier: date, later: date, areas: Areas, divisions: Iterable[Division] = ()) -> str | None:
    """A sentence that says why figures of an area on two days cannot simply be compared; None where its footprint is the same.

    Raises FundError where the area is not in force on the later day.
    """
    area = areas.get(code, later)
    if areas.unchanged(code, earlier, later):
        return None
    start = areas.vintage(earlier).start
    steps = [item for item in areas.successions if item.successor == code and start < item.day <= later]
    if not steps:
        return None
    day = max(item.day for item in steps)
    said = [_said(item, areas, tuple(divisions)) for item in steps if item.day == day]
    return (
        f"{area.short_name} has had this footprint since {wording.day(day)}, made from {wording.listed(said)}; "
        "earlier figures are those of the earlier areas, carried over."
    )


def _said(step: Succession, areas: Areas, divisions: tuple[Division, ...]) -> str:
    old = next(
        (area for item in reversed(areas.vintages) if item.start < step.day for area in item.areas if area.code == step.predecessor), None
    )
    name = old.short_name if old else step.predecessor
    if step.kind != "divided":
        return f"the whole of {name}"
    try:
        part = portions(step.predecessor, step.day, areas, divisions)[step.successor]
    except FundError:
        return f"a part of {name}"
    return f"{wording.per_cent(part * 100)} of {name} by weighted population"
