"""Reading the Fund's tables of facts; every area must exist in its vintage, and stand once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from spf_analysis import wording
from spf_analysis.areas import Areas, suggestion
from spf_analysis.errors import Problem
from spf_analysis.figures import Reference
from spf_analysis.fund.cells import Cells
from spf_analysis.fund.form import ORIGINS, out_of_form
from spf_analysis.fund.tables import (
    ColumnOrigin,
    Deprivation,
    Land,
    LinkWorkers,
    RegisteredPatients,
    Residents,
    SchemePlace,
    Tables,
    Tile,
    WeightedPopulation,
)
from spf_analysis.records import RecordError, Row, read_csv, read_yaml

T = TypeVar("T")
COLUMNS: dict[str, tuple[str, ...]] = {
    "residents.csv": ("area", "vintage", "mid_year", "residents", "method"),
    "weighted_populations.csv": ("area", "vintage", "financial_year", "registered", "weighted", "method", "source"),
    "registered_patients.csv": ("area", "vintage", "date", "registered", "method", "source"),
    "deprivation.csv": ("area", "vintage", "average_score", "rank", "method"),
    "link_workers.csv": ("area", "vintage", "date", "fte", "method"),
    "land_area.csv": ("area", "vintage", "km2"),
    "tiles.csv": ("area", "vintage", "row", "column"),
    "scheme_places.csv": (
        "place", "local_authorities", "area_2022", "area_2026", "financial_year", "registered", "weighted", "need", "km2",
    ),
}  # fmt: skip


def read_tables(folder: Path, areas: Areas | None, problems: list[Problem]) -> Tables:
    """All tables of a folder; whatever is wrong is added to `problems`. Without areas, codes are not checked."""
    reader = _Reader(folder, areas, problems)
    return Tables(
        residents=reader.table("residents.csv", _residents, lambda item: (item.vintage, item.area, item.mid_year), _mid_year),
        weighted_populations=reader.table("weighted_populations.csv", _weighted, lambda item: (item.vintage, item.area, item.year), _year),
        deprivation=reader.table("deprivation.csv", _deprivation, lambda item: (item.vintage, item.area)),
        link_workers=reader.table("link_workers.csv", _link_workers, lambda item: (item.vintage, item.area, item.day)),
        land=reader.table("land_area.csv", _land, lambda item: (item.vintage, item.area)),
        tiles=reader.table("tiles.csv", _tile, lambda item: (item.vintage, item.row, item.column), lambda item: "the map"),
        places=reader.table("scheme_places.csv", _place, lambda item: item.place),
        origins=_origins(folder / "columns.yaml", problems),
        registered_patients=reader.table("registered_patients.csv", _registered, lambda item: (item.vintage, item.area, item.day), _day)
        if (folder / "registered_patients.csv").exists()
        else (),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads one table after another; a table that must cover all areas names the period of each row by `period`."""

    folder: Path
    areas: Areas | None
    problems: list[Problem]

    def table(
        self,
        name: str,
        make: Callable[[Cells], T | None],
        key: Callable[[T], Hashable],
        period: Callable[[T], str] | None = None,
    ) -> tuple[T, ...]:
        """The rows of a table as made by `make`, no two with the same `key`."""
        before = len(self.problems)
        try:
            rows = read_csv(self.folder / name, COLUMNS[name], "fund")
        except RecordError as error:
            self.problems.extend(error.problems)
            return ()
        found = [(item, row) for row in rows if (item := make(Cells(row, self.problems))) is not None]
        self.problems.extend(_doubled([(key(item), row) for item, row in found]))
        self.problems.extend(problem for item, row in found if (problem := _stranger(item, row, self.areas)))
        items = tuple(item for item, _ in found)
        if period and len(self.problems) == before:
            self.problems.extend(_absent(f"evidence/fund/{name}", [(item, period(item)) for item in items], self.areas))
        return items


def _doubled(keyed: list[tuple[Hashable, Row]]) -> list[Problem]:
    first: dict[Hashable, Row] = {}
    found: list[Problem] = []
    for key, row in keyed:
        if key in first:
            line = first[key].where.rpartition(", ")[2]
            found.append(
                Problem("fund", row.where, f"the row says again what {line} says already, or takes its place", "Keep one of the two.")
            )
        first.setdefault(key, row)
    return found


def _stranger(item: object, row: Row, areas: Areas | None) -> Problem | None:
    """The problem of a row whose area is not in its vintage; None where all is well or the row has no vintage."""
    code, start = getattr(item, "area", None), getattr(item, "vintage", None)
    if areas is None or code is None or start is None:
        return None
    vintage = next((vintage for vintage in areas.vintages if vintage.start == start), None)
    if vintage is not None and vintage.get(code):
        return None
    nearest = suggestion(code, vintage.areas) if vintage else None
    hint = f"Did you mean {nearest}?" if nearest else "Correct the code or the vintage, or add the area to areas.csv."
    return Problem("fund", row.where, f"the area '{code}' is not in the vintage of {wording.day(start)}", hint)


def _absent(where: str, items: list[tuple[Any, str]], areas: Areas | None) -> list[Problem]:
    """A problem for each vintage and period in which some areas have a row and others none: every share rests on all of them."""
    found: list[Problem] = []
    for vintage in areas.vintages if areas else ():
        there: dict[str, set[str]] = {}
        for item, period in items:
            if item.vintage == vintage.start:
                there.setdefault(period, set()).add(item.area)
        for period, codes in there.items():
            lacking = sorted({area.code for area in vintage.areas} - codes)
            if lacking:
                message = f"no row for {period} and {wording.listed(lacking)} in the vintage of {wording.day(vintage.start)}"
                found.append(Problem("fund", where, message, "Add the rows: every share rests on all areas."))
    return found


def _mid_year(item: Residents) -> str:
    return wording.day(item.mid_year)


def _year(item: WeightedPopulation) -> str:
    return str(item.year)


def _day(item: RegisteredPatients) -> str:
    return wording.day(item.day)


def _registered(cells: Cells) -> RegisteredPatients | None:
    area, method, source = cells.text("area"), cells.text("method"), cells.text("source")
    vintage, day, people = cells.day("vintage"), cells.day("date"), cells.people("registered")
    return RegisteredPatients(area, vintage, day, people, method, source) if vintage and day and people else None


def _residents(cells: Cells) -> Residents | None:
    area, method = cells.text("area"), cells.text("method")
    vintage, mid_year, people = cells.day("vintage"), cells.day("mid_year"), cells.people("residents")
    return Residents(area, vintage, mid_year, people, method) if vintage and mid_year and people else None


def _weighted(cells: Cells) -> WeightedPopulation | None:
    area, method, source = cells.text("area"), cells.text("method"), cells.text("source")
    vintage, year = cells.day("vintage"), cells.year("financial_year")
    registered, weighted = cells.people("registered"), cells.people("weighted")
    if not (vintage and year and registered and weighted):
        return None
    return WeightedPopulation(area, vintage, year, registered, weighted, method, source)


def _deprivation(cells: Cells) -> Deprivation | None:
    area, method, vintage = cells.text("area"), cells.text("method"), cells.day("vintage")
    score = cells.measure("average_score") if cells.optional("average_score") else None
    rank = cells.whole("rank") if cells.optional("rank") else None
    return Deprivation(area, vintage, score, rank, method) if vintage else None


def _link_workers(cells: Cells) -> LinkWorkers | None:
    area, method = cells.text("area"), cells.text("method")
    vintage, day, fte = cells.day("vintage"), cells.day("date"), cells.measure("fte")
    return LinkWorkers(area, vintage, day, fte, method) if vintage and day and fte is not None else None


def _land(cells: Cells) -> Land | None:
    area, vintage, km2 = cells.text("area"), cells.day("vintage"), cells.measure("km2")
    return Land(area, vintage, km2) if vintage and km2 else None


def _tile(cells: Cells) -> Tile | None:
    area, vintage, row, column = cells.text("area"), cells.day("vintage"), cells.whole("row"), cells.whole("column")
    return Tile(area, vintage, row, column) if vintage and row and column else None


def _place(cells: Cells) -> SchemePlace | None:
    place, authorities = cells.text("place"), tuple(cells.text("local_authorities").split())
    year, registered, weighted = cells.year("financial_year"), cells.people("registered"), cells.people("weighted")
    need: Decimal | None = cells.measure("need")
    km2 = cells.measure("km2") if cells.optional("km2") else None
    if not (year and registered and weighted and need):
        return None
    return SchemePlace(place, authorities, cells.text("area_2022"), cells.text("area_2026"), year, registered, weighted, need, km2)


def _origins(path: Path, problems: list[Problem]) -> tuple[ColumnOrigin, ...]:
    try:
        document = read_yaml(path, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return ()
    tables = document.content.get("tables") if isinstance(document.content, dict) else None
    problems.extend(wrong := out_of_form(document, ORIGINS))
    if wrong:
        return ()
    found: list[ColumnOrigin] = []
    for table, columns in (tables if isinstance(tables, dict) else {}).items():
        for column, entry in (columns if isinstance(columns, dict) else {}).items():
            reference = entry.get("reference") if isinstance(entry, dict) else None
            if not isinstance(reference, dict) or not reference.get("source") or not reference.get("locator"):
                where = document.where("tables", table, column)
                problems.append(
                    Problem("fund", where, f"the column '{column}' of {table} has no reference", "Give its source and locator.")
                )
                continue
            found.append(ColumnOrigin(table, column, Reference(str(reference["source"]), str(reference["locator"])), entry.get("derived")))
    if not isinstance(tables, dict) or not tables:
        problems.append(Problem("fund", document.where("tables"), "no column has an origin", "Say for each column where it comes from."))
    return tuple(found)
