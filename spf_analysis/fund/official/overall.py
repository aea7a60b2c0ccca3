"""NHS England's "overall weighted populations" workbooks: need indices of areas, year by year, each year with a layout of its own.

The layouts are known from public code that reads them. Where a sheet has columns for registered and overall weighted population,
these are taken over; where it has the need index alone, the registered population of the last tool at hand is multiplied by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.dating import year_in
from spf_analysis.fund.official.extract import NHS_ENGLAND, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import number, plain
from spf_analysis.fund.official.placing import Placed, place
from spf_analysis.fund.official.practices import whole
from spf_analysis.fund.official.sheet import OfficialFile, Sheet
from spf_analysis.fund.tables import WeightedPopulation
from spf_analysis.periods import FinancialYear

TABLE, PUBLISHED = "weighted_populations.csv", "published"
NOT_AREAS = frozenset({"2022 base", "year", "total", "england"})
_AREA_CODE = re.compile(r"Q[A-Z0-9]{2}|[A-Z][0-9][A-Z][0-9][A-Z]|E54\d{6}")
_NEW_SHEET = re.compile(r"icb_index_(\d\d)(\d\d)", re.IGNORECASE)
_REGISTERED = ("registered population", "gp registered population", "projected registered population", "population")
_WEIGHTED = ("overall icb weighted population", "overall weighted population")
NEED_FROM, NEED_TO, TOLERANCE = Decimal("0.5"), Decimal("2"), Decimal("0.02")


@dataclass(frozen=True)
class Layout:
    """Where a sheet keeps the code of an area and its need index, counted from column 1; `year` where the whole sheet is of one."""

    sheet: Sheet
    code: int
    index: int
    year: FinancialYear | None


@dataclass(frozen=True)
class NeedIndex:
    """One area's row: its code, the need index (England about 1), registered and weighted population where the sheet has them."""

    code: str
    year: FinancialYear
    where: str
    need: Decimal
    registered: Decimal | None
    weighted: Decimal | None


def _layouts(file: OfficialFile) -> Iterator[Layout]:
    for sheet in file.sheets:
        name, new = plain(sheet.name), _NEW_SHEET.fullmatch(sheet.name.strip())
        if name == "icb weighted population":
            yield Layout(sheet, 2, 21, FinancialYear(2022))
        elif name == "icb need index":
            yield Layout(sheet, 5, 24, None)
        elif new and (int(new[1]) + 1) % 100 == int(new[2]):
            yield Layout(sheet, 4, 22, FinancialYear(2000 + int(new[1])))


def _fits(file: OfficialFile) -> bool:
    return any(True for _ in _layouts(file))


def _read(file: OfficialFile, ground: Ground) -> Extract:
    problems: list[Problem] = []
    known = {code for vintage in ground.areas.vintages for area in vintage.areas for code in (area.code, area.gss_code)}
    rows = [row for layout in _layouts(file) for row in _rows(file, layout, known, problems)]
    if not rows and not problems:
        problems.append(Problem("fund", file.name, "no sheet has a row for an area", "Its layout is new: compare it with last year's."))
    if problems:
        raise FundError(problems)
    facts: list[Fact] = []
    checked: list[str] = []
    notes: list[str] = []
    source = f"nhse-overall-weighted-{min((row.year for row in rows), default=FinancialYear(0)).start_year}"
    for year in sorted({row.year for row in rows}):
        made = _year(year, [row for row in rows if row.year == year], ground, file, source, problems)
        if made:
            facts += made[0]
            checked.append(made[1])
            notes.append(made[2])
    if problems:
        raise FundError(problems)
    coped = (f"the ICBs' tables are in the sheets {wording.listed(layout.sheet.name for layout in _layouts(file))}",)
    origin = _origin(min(row.year for row in rows), max(row.year for row in rows), ground)
    return Extract(tuple(facts), origin, tuple(checked), coped, (), tuple(notes))


def _rows(file: OfficialFile, layout: Layout, known: set[str], problems: list[Problem]) -> Iterator[NeedIndex]:
    """The areas of a sheet: rows whose code is an area's, or has the form of one, in the column where that layout keeps it."""
    headings = _headings(layout)
    for line, cells in enumerate(layout.sheet.rows, start=1):
        code = cells[layout.code - 1] if len(cells) >= layout.code else ""
        where = file.where(layout.sheet, line)
        if not (code in known or _AREA_CODE.fullmatch(code)) or plain(cells[0]) in NOT_AREAS:
            problems.extend(_moved(cells, layout.code, known, where))
            continue
        year = layout.year or year_in(cells[0])
        need = number(cells[layout.index - 1]) if len(cells) >= layout.index else None
        if year is None:
            problems.append(
                Problem("fund", where, f"'{cells[0]}' is not a financial year", "Its layout is new: compare it with last year's.")
            )
        elif need is None or not NEED_FROM <= need <= NEED_TO:
            said = cells[layout.index - 1] if len(cells) >= layout.index else ""
            message = f"'{said}' in column {layout.index} is not a need index between {NEED_FROM} and {NEED_TO}"
            problems.append(Problem("fund", where, message, "Its layout is new: compare it with last year's."))
        else:
            people = [_at(cells, headings.get(name)) for name in ("registered", "weighted")]
            yield NeedIndex(code, year, where, need, people[0], people[1])


def _moved(cells: tuple[str, ...], column: int, known: set[str], where: str) -> Iterator[Problem]:
    """A row whose area stands in another column than that layout has: then no other column can be trusted either."""
    for index, cell in enumerate(cells, start=1):
        if cell in known and index != column:
            message = f"the area '{cell}' stands in column {index}, where that layout has it in column {column}"
            yield Problem("fund", where, message, "Columns have moved: its layout is new, compare it with last year's.")


def _at(cells: tuple[str, ...], column: int | None) -> Decimal | None:
    return number(cells[column]) if column is not None and column < len(cells) else None


def _headings(layout: Layout) -> Mapping[str, int]:
    """The columns of registered and overall weighted population, where a row above the areas names them."""
    found: dict[str, int] = {}
    for row in layout.sheet.rows[:8]:
        labels = {plain(cell): index for index, cell in reversed(list(enumerate(row)))}
        for name, spellings in (("registered", _REGISTERED), ("weighted", _WEIGHTED)):
            index = next((labels[item] for item in spellings if item in labels), None)
            if index is not None:
                found.setdefault(name, index)
    return found


Made = tuple[list[Fact], str, str]


def _year(
    year: FinancialYear, rows: list[NeedIndex], ground: Ground, file: OfficialFile, source: str, problems: list[Problem]
) -> Made | None:
    first: dict[str, str] = {}
    for row in rows:
        if row.code in first:
            problems.append(Problem("fund", row.where, f"'{row.code}' stands twice for {year}", "Download the workbook again."))
        first.setdefault(row.code, row.where)
    placed = place(first, ground.areas, problems)
    if placed is None:
        return None
    needs = {placed.codes[row.code]: row for row in rows if row.code in placed.codes}
    if all(row.registered and row.weighted for row in needs.values()):
        people = {area: (row.registered or Decimal(0), row.weighted or Decimal(0)) for area, row in needs.items()}
        method, note = PUBLISHED, f"{year}: registered and weighted populations as published."
    elif own := _own(placed, year, source, ground):
        return [], f"{year}: {len(needs)} areas, each once; {_beside(needs, own)}", f"{year}: the tables have that year's people already."
    else:
        base = _base(placed, year, source, ground)
        if set(base) < set(needs) or not base:
            message = f"{year} has need indices alone, and no registered population of those areas is at hand to multiply"
            problems.append(Problem("fund", file.name, message, "Give the weighted populations by GP practice first."))
            return None
        people, method, note = _multiplied(needs, base, year)
    _balances(people, year, file, problems)
    checked = f"{year}: {len(people)} areas, each once; needs between {_least(needs)} and {_most(needs)}"
    return _facts(people if method == PUBLISHED else _rescaled(people), placed, year, method, source), checked, note


def _own(placed: Placed, year: FinancialYear, source: str, ground: Ground) -> dict[str, WeightedPopulation]:
    """The year's rows that rest on another source, which need indices alone cannot better; none where an area lacks one."""
    rows = {
        item.area: item for item in ground.tables.weights_for(placed.vintage.start, year) if item.year == year and item.source != source
    }
    return rows if set(rows) == {area.code for area in placed.vintage.areas} else {}


def _base(placed: Placed, year: FinancialYear, source: str, ground: Ground) -> dict[str, WeightedPopulation]:
    """The last registered populations up to a year that do not come from these workbooks themselves, by area."""
    own = [item for item in ground.tables.weighted_populations if item.vintage == placed.vintage.start and item.source != source]
    last = max((item.year for item in own if item.year <= year), default=None)
    return {item.area: item for item in own if item.year == last}


def _beside(needs: Mapping[str, NeedIndex], own: Mapping[str, WeightedPopulation]) -> str:
    """How far the need indices are from weighted ÷ registered population in the tables, at most."""
    apart = {area: abs(row.need - Decimal(own[area].weighted) / own[area].registered) for area, row in needs.items()}
    most = max(apart, key=lambda area: (apart[area], area))
    return f"at most {wording.decimal(apart[most], 3)} from need in the tables ({most})"


def _multiplied(
    needs: Mapping[str, NeedIndex], base: Mapping[str, WeightedPopulation], year: FinancialYear
) -> tuple[dict[str, tuple[Decimal, Decimal]], str, str]:
    """Registered population of the last tool × published need index, before rescaling."""
    registered = {area: Decimal(base[area].registered) for area in needs}
    people = {area: (registered[area], registered[area] * needs[area].need) for area in needs}
    of = next(iter(base.values())).year
    note = f"{year}: need indices alone; weighted populations are the registered ones of {of} times the index, rescaled to the same sum."
    return people, f"registered population of {of} times the published need index", note


def _rescaled(people: Mapping[str, tuple[Decimal, Decimal]]) -> dict[str, tuple[Decimal, Decimal]]:
    """The same people with weighted populations that sum to the registered ones, so that England's mean need is 1."""
    factor = sum(one for one, _ in people.values()) / sum((two for _, two in people.values()), Decimal(0))
    return {area: (registered, weighted * factor) for area, (registered, weighted) in people.items()}


def _balances(people: Mapping[str, tuple[Decimal, Decimal]], year: FinancialYear, file: OfficialFile, problems: list[Problem]) -> None:
    registered, weighted = (sum((item[index] for item in people.values()), Decimal(0)) for index in (0, 1))
    if abs(weighted / registered - 1) > TOLERANCE:
        message = f"{year}: weighted populations sum to {wording.whole(weighted)}, registered ones to {wording.whole(registered)}"
        problems.append(Problem("fund", file.name, message, "Over England the two are equal: compare the layout with last year's."))


def _least(needs: Mapping[str, NeedIndex]) -> str:
    return wording.decimal(min(row.need for row in needs.values()), 3)


def _most(needs: Mapping[str, NeedIndex]) -> str:
    return wording.decimal(max(row.need for row in needs.values()), 3)


def _facts(people: Mapping[str, tuple[Decimal, Decimal]], placed: Placed, year: FinancialYear, method: str, source: str) -> list[Fact]:
    vintage = placed.vintage.start.isoformat()
    return [
        Fact(
            TABLE,
            {"area": area, "vintage": vintage, "financial_year": str(year)},
            {"registered": whole(registered), "weighted": whole(weighted), "method": method, "source": source},
        )
        for area, (registered, weighted) in sorted(people.items())
    ]


def _origin(first: FinancialYear, last: FinancialYear, ground: Ground) -> Origin:
    years = str(first) if first == last else f"{first} to {last}"
    return Origin(
        id=f"nhse-overall-weighted-{first.start_year}",
        title=f"Overall weighted populations, {years}",
        publisher=NHS_ENGLAND,
        locator="the ICBs' sheet of each year: code, need index, populations where given",
        about=f"allocation years {years}",
        published=ground.told.published,
        dated=(first.start_year,),
    )


KIND = FileKind(
    "nhse-overall",
    "NHS England overall weighted populations (Excel)",
    "a sheet named 'ICB weighted population', 'ICB_need_index' or 'icb_index_2627' (or another year)",
    _fits,
    _read,
)
