"""Areas (the footprints of ICBs and their ICPs), their vintages and successions, and what an area or a place is like.

An area is known by its ODS code. Which areas there are depends on the day: a vintage is the set valid from a date, and a
succession says what became of an area when the next vintage came into force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from math import log10
from pathlib import Path
from typing import Any

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.records import RecordError, Row, read_csv

AREA_COLUMNS = ("vintage", "area", "gss_code", "name", "short_name", "region")
SUCCESSION_COLUMNS = ("predecessor", "successor", "date", "kind", "note")
GSS_COLUMNS = ("area", "gss_code", "from", "until")
SUCCESSION_KINDS = frozenset({"continued", "merged", "divided", "renamed"})


@dataclass(frozen=True)
class Area:
    """The footprint of one ICB and its partnership in one vintage; `code` is the ODS code, `vintage` the day it is valid from."""

    code: str
    gss_code: str
    name: str
    short_name: str
    region: str
    vintage: date

    def __str__(self) -> str:
        return f"{self.short_name} ({self.code})"


@dataclass(frozen=True)
class Vintage:
    """The set of areas valid from a day, until the next vintage starts."""

    start: date
    areas: tuple[Area, ...]

    def get(self, code: str) -> Area | None:
        """The area of that ODS code in this vintage, or None."""
        return next((area for area in self.areas if area.code == code), None)


@dataclass(frozen=True)
class Succession:
    """What became of an area on a day: continued, renamed, merged whole into a successor, or divided between several."""

    predecessor: str
    successor: str
    day: date
    kind: str
    note: str = ""


@dataclass(frozen=True)
class GssChange:
    """A GSS code that an area bore for part of a vintage, first and last day included."""

    area: str
    gss_code: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Setting:
    """What an area or a smaller place is like, so that it can be compared with others; each value None where not reported.

    `residents` in people, `registered` people on GP lists, `km2` of land, `need` as weighted ÷ registered population (England
    about 1), `deprivation` the average score of the Index of Multiple Deprivation (higher is more deprived).
    """

    code: str
    name: str
    region: str | None = None
    residents: int | None = None
    registered: int | None = None
    km2: Decimal | None = None
    need: Decimal | None = None
    deprivation: Decimal | None = None
    areas: tuple[str, ...] = field(default=())

    @property
    def density(self) -> Decimal | None:
        """People per square kilometre of land: a stand-in for rurality. Residents, or registered people where there are none."""
        return None if self._people is None or not self.km2 else Decimal(self._people) / self.km2

    @property
    def rurality(self) -> str | None:
        """Density in words. The bands are the workbench's own, not an official classification."""
        return _band(self.density, ((250, "sparsely populated"), (1000, "town and country"), (3000, "mostly urban")), "densely urban")

    @property
    def size(self) -> str | None:
        """Number of people in words. The bands are the workbench's own."""
        bands = ((500_000, "a single place"), (1_000_000, "a smaller area"), (2_000_000, "a mid-sized area"))
        return _band(None if self._people is None else Decimal(self._people), bands, "a larger area")

    @property
    def need_band(self) -> str | None:
        """Need beside England's in words: lower, about the same (within three hundredths), higher."""
        bands = ((Decimal("0.97"), "lower need than England"), (Decimal("1.03"), "need about that of England"))
        return _band(self.need, bands, "higher need than England")

    def distance(self, other: Setting) -> float | None:
        """How unlike another place is: the mean of what sets them apart in density, people and need; 0 is alike, 1 clearly unlike.

        One unit is a factor of ten in density or people, or a fifth in need. What either does not report is left out; None where
        nothing can be compared. The measure is the workbench's own.
        """
        pairs = ((self.density, other.density), (self._people, other._people))
        parts = [abs(log10(one) - log10(two)) for one, two in pairs if one and two]
        if self.need is not None and other.need is not None:
            parts.append(abs(float(self.need - other.need)) / 0.2)
        return sum(parts) / len(parts) if parts else None

    @property
    def _people(self) -> int | None:
        return self.residents if self.residents is not None else self.registered


def _band(value: Decimal | None, bands: tuple[tuple[int | Decimal, str], ...], beyond: str) -> str | None:
    if value is None:
        return None
    return next((name for limit, name in bands if value < limit), beyond)


@dataclass(frozen=True)
class Areas:
    """All vintages, the successions between them and the GSS codes that changed in between."""

    vintages: tuple[Vintage, ...]
    successions: tuple[Succession, ...] = ()
    gss_changes: tuple[GssChange, ...] = ()

    def vintage(self, day: date) -> Vintage:
        """The vintage in force on a day. Raises FundError for a day before the first."""
        found = [vintage for vintage in self.vintages if vintage.start <= day]
        if not found:
            first = min(vintage.start for vintage in self.vintages)
            raise FundError(
                f"no areas are known on {wording.day(day)}", where="areas", hint=f"The first vintage is valid from {wording.day(first)}."
            )
        return max(found, key=lambda vintage: vintage.start)

    def on(self, day: date) -> tuple[Area, ...]:
        """The areas in force on a day, by code, each with its GSS code of that day. Raises FundError for a day before the first vintage."""
        return tuple(self._as_of(area, day) for area in self.vintage(day).areas)

    def get(self, code: str, day: date) -> Area:
        """The area of an ODS code on a day.

        Raises FundError: for an unknown code, naming the nearest code or name; for an abolished area, naming its successors
        and the day; for an area that does not exist yet, naming its predecessors.
        """
        vintage = self.vintage(day)
        found = vintage.get(code)
        if found:
            return self._as_of(found, day)
        elsewhere = self._elsewhere(code)
        if elsewhere is None:
            raise self._unknown(code, vintage)
        raise self._abolished(elsewhere, day) if elsewhere.vintage < vintage.start else self._not_yet(elsewhere, vintage)

    def predecessors(self, area: Area) -> tuple[str, ...]:
        """Codes of the areas that it was made from; none where it continued unchanged or belongs to the first vintage."""
        found = sorted(item.predecessor for item in self.successions if item.successor == area.code and item.day == area.vintage)
        return () if found == [area.code] else tuple(found)

    def successors(self, area: Area) -> tuple[str, ...]:
        """Codes of the areas that took its place; none where it is still in force or continued unchanged."""
        following = self._after(area)
        found = sorted(item.successor for item in following if item.predecessor == area.code)
        unchanged = found == [area.code] and [item.predecessor for item in following if item.successor == area.code] == found
        return () if unchanged else tuple(found)

    def unchanged(self, code: str, earlier: date, later: date) -> bool:
        """Whether the area has the same footprint on two days (another GSS code or name does not change it)."""
        return self.whole_predecessors(code, earlier, later) == (code,)

    def whole_predecessors(self, code: str, earlier: date, later: date) -> tuple[str, ...] | None:
        """Codes of the earlier areas that together make up exactly this later one, or None where one of them was divided."""
        start = self.vintage(earlier).start
        codes = {code}
        for vintage in sorted((item for item in self.vintages if start < item.start <= later), key=lambda item: item.start, reverse=True):
            steps = [item for item in self.successions if item.day == vintage.start]
            came_from = {item.predecessor for item in steps if item.successor in codes}
            if not {item.successor for item in steps if item.predecessor in came_from} <= codes:
                return None
            codes = came_from
        return tuple(sorted(codes))

    def as_dict(self, day: date) -> dict[str, Any]:
        """The areas in force on a day as `spf areas --json` prints them; `area` is the ODS code."""
        entries = [
            {
                "area": area.code,
                "gss_code": area.gss_code,
                "name": area.name,
                "region": area.region,
                "predecessors": list(self.predecessors(area)),
                "successors": list(self.successors(area)),
            }
            for area in self.on(day)
        ]
        return {"areas": entries}

    def _after(self, area: Area) -> list[Succession]:
        later = [item.day for item in self.successions if item.day > area.vintage]
        return [item for item in self.successions if later and item.day == min(later)]

    def _as_of(self, area: Area, day: date) -> Area:
        change = next((item for item in self.gss_changes if item.area == area.code and item.first_day <= day <= item.last_day), None)
        return replace(area, gss_code=change.gss_code) if change else area

    def _elsewhere(self, code: str) -> Area | None:
        known = [area for vintage in self.vintages if (area := vintage.get(code))]
        return known[-1] if known else None

    def _named(self, codes: Iterable[str]) -> str:
        return wording.listed(str(area) for code in codes if (area := self._elsewhere(code)))

    def _abolished(self, area: Area, day: date) -> FundError:
        ended = next((item.day for item in self._after(area)), None)
        when = f" on {wording.day(ended)}" if ended else ""
        successors = self._named(self.successors(area))
        until = f", or ask for {area.code} on a day up to {wording.day(ended - timedelta(days=1))}" if ended else ""
        message = f"{area.name} ({area.code}) was abolished{when}"
        return FundError(message, where=f"area '{area.code}'", hint=f"Its successors are {successors or 'not known'}{until}.")

    def _not_yet(self, area: Area, vintage: Vintage) -> FundError:
        first = min(item.start for item in self.vintages if item.get(area.code) and item.start > vintage.start)
        predecessors = self._named(self.predecessors(area))
        message = f"{area.name} ({area.code}) does not exist before {wording.day(first)}"
        hint = f"Before that day its people lived in {predecessors or 'areas not known'}."
        return FundError(message, where=f"area '{area.code}'", hint=hint)

    def _unknown(self, code: str, vintage: Vintage) -> FundError:
        nearest = suggestion(code, vintage.areas) or suggestion(code, (area for item in self.vintages for area in item.areas))
        hint = f"Did you mean {nearest}?" if nearest else "List the areas with 'spf areas'."
        return FundError(f"there is no area '{code}'", where=f"area '{code}'", hint=hint)


def suggestion(text: str, areas: Iterable[Area]) -> Area | None:
    """The area whose ODS code, GSS code or name comes nearest to what was typed, or None where nothing comes near."""
    from rapidfuzz import fuzz

    wanted = text.strip().casefold()

    def nearness(area: Area) -> float:
        codes = 100.0 if wanted in (area.code.casefold(), area.gss_code.casefold()) else fuzz.ratio(wanted, area.code.casefold())
        name = area.short_name.casefold()
        whole = 90.0 if len(wanted) > 3 and (wanted in name or name in wanted) else fuzz.ratio(wanted, name)
        return max(codes, whole, fuzz.partial_ratio(wanted, name) - 15 if len(wanted) > 5 else 0.0)

    best = max(areas, key=nearness, default=None)
    return best if best and nearness(best) >= 60 else None


def read_areas(folder: Path) -> Areas:
    """Read areas.csv, successions.csv and earlier_gss_codes.csv of a folder. Raises FundError with every problem found."""
    problems: list[Problem] = []
    area_rows = _rows(folder / "areas.csv", AREA_COLUMNS, problems)
    succession_rows = _rows(folder / "successions.csv", SUCCESSION_COLUMNS, problems)
    gss_rows = _rows(folder / "earlier_gss_codes.csv", GSS_COLUMNS, problems)
    vintages = _vintages(area_rows, problems)
    known = {area.code for vintage in vintages for area in vintage.areas}
    successions = tuple(item for row in succession_rows if (item := _succession(row, known, problems)))
    gss_changes = tuple(change for row in gss_rows if (change := _gss_change(row, problems)))
    if not vintages and not problems:
        problems.append(Problem("fund", "evidence/fund/areas.csv", "the table holds no area", "Add the areas of at least one vintage."))
    if problems:
        raise FundError(sorted(set(problems)))
    return Areas(vintages, successions, gss_changes)


def read_day(row: Row, column: str, problems: list[Problem]) -> date | None:
    """A day written as 2026-04-01 in a column; anything else is added to the problems."""
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        problems.append(Problem("fund", f"{row.where}, column '{column}'", f"'{row[column]}' is not a date", "Write it as 2026-04-01."))
        return None


def _rows(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    try:
        return read_csv(path, columns, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return []


def _vintages(rows: list[Row], problems: list[Problem]) -> tuple[Vintage, ...]:
    found: dict[date, dict[str, Area]] = {}
    for row in rows:
        start = read_day(row, "vintage", problems)
        empty = [column for column in AREA_COLUMNS if not row[column]]
        problems += [Problem("fund", f"{row.where}, column '{column}'", "the cell is empty", "Fill it in.") for column in empty]
        if start is None or empty:
            continue
        area = Area(row["area"], row["gss_code"], row["name"], row["short_name"], row["region"], start)
        if area.code in found.setdefault(start, {}):
            message = f"the area '{area.code}' stands twice in the vintage of {wording.day(start)}"
            problems.append(Problem("fund", row.where, message, "Remove one of the rows."))
        found[start][area.code] = area
    return tuple(Vintage(start, tuple(areas[code] for code in sorted(areas))) for start, areas in sorted(found.items()))


def _succession(row: Row, known: set[str], problems: list[Problem]) -> Succession | None:
    day = read_day(row, "date", problems)
    for column in ("predecessor", "successor"):
        if known and row[column] not in known:
            where = f"{row.where}, column '{column}'"
            problems.append(Problem("fund", where, f"there is no area '{row[column]}'", "Add it to areas.csv, or correct it."))
    if row["kind"] not in SUCCESSION_KINDS:
        kinds = wording.listed(sorted(SUCCESSION_KINDS), "or")
        problems.append(Problem("fund", f"{row.where}, column 'kind'", f"'{row['kind']}' is not a kind of succession", f"Write {kinds}."))
    return Succession(row["predecessor"], row["successor"], day, row["kind"], row["note"]) if day else None


def _gss_change(row: Row, problems: list[Problem]) -> GssChange | None:
    first, last = read_day(row, "from", problems), read_day(row, "until", problems)
    return GssChange(row["area"], row["gss_code"], first, last) if first and last else None
