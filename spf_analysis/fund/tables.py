"""The Fund's tables of facts by area and vintage: residents, weighted populations, deprivation, link workers, land, tiles, places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from spf_analysis.errors import FundError
from spf_analysis.figures import Reference
from spf_analysis.once import once
from spf_analysis.periods import FinancialYear


@dataclass(frozen=True)
class Residents:
    """Usual residents of an area at a mid-year, in people; `method` says how they were summed or divided."""

    area: str
    vintage: date
    mid_year: date
    residents: int
    method: str


@dataclass(frozen=True)
class WeightedPopulation:
    """Registered and weighted population of an area in an allocation year, in people; `source` is that year's allocation tool."""

    area: str
    vintage: date
    year: FinancialYear
    registered: int
    weighted: int
    method: str
    source: str


@dataclass(frozen=True)
class RegisteredPatients:
    """People on the lists of an area's GP practices on a day; `source` is that day's list."""

    area: str
    vintage: date
    day: date
    registered: int
    method: str
    source: str


@dataclass(frozen=True)
class Deprivation:
    """Average score of the Index of Multiple Deprivation 2025 (higher is more deprived) and its rank; None where not published."""

    area: str
    vintage: date
    average_score: Decimal | None
    rank: int | None
    method: str


@dataclass(frozen=True)
class LinkWorkers:
    """Social prescribing link workers in post on a day, in full-time equivalents."""

    area: str
    vintage: date
    day: date
    fte: Decimal
    method: str


@dataclass(frozen=True)
class Land:
    """Land area in square kilometres, good to about one per cent."""

    area: str
    vintage: date
    km2: Decimal


@dataclass(frozen=True)
class Tile:
    """An area's place in the tile-grid map of its vintage; row 1 is the north, column 1 the west."""

    area: str
    vintage: date
    row: int
    column: int


@dataclass(frozen=True)
class SchemePlace:
    """A place that a case study is about: its local authorities, the areas around it, registered and weighted population, land."""

    place: str
    local_authorities: tuple[str, ...]
    area_2022: str
    area_2026: str
    year: FinancialYear
    registered: int
    weighted: int
    need: Decimal
    km2: Decimal | None


@dataclass(frozen=True)
class ColumnOrigin:
    """Where a column of a table comes from, and how it was derived where it was."""

    table: str
    column: str
    reference: Reference
    derived: str | None = None


@dataclass(frozen=True)
class Tables:
    """All tables of the Fund."""

    residents: tuple[Residents, ...]
    weighted_populations: tuple[WeightedPopulation, ...]
    deprivation: tuple[Deprivation, ...]
    link_workers: tuple[LinkWorkers, ...]
    land: tuple[Land, ...]
    tiles: tuple[Tile, ...]
    places: tuple[SchemePlace, ...]
    origins: tuple[ColumnOrigin, ...]
    registered_patients: tuple[RegisteredPatients, ...] = ()

    def latest_residents(self, vintage: date) -> tuple[Residents, ...]:
        """The latest mid-year estimate at hand for the areas of a vintage."""
        own = [item for item in self.residents if item.vintage == vintage]
        latest = max((item.mid_year for item in own), default=None)
        return tuple(item for item in own if item.mid_year == latest)

    def weights_for(self, vintage: date, year: FinancialYear) -> tuple[WeightedPopulation, ...]:
        """The weighted populations of a year for the areas of a vintage, or the last ones before it; the earliest where none is before."""
        own = [item for item in self.weighted_populations if item.vintage == vintage]
        before = {item.year for item in own if item.year <= year}
        chosen = max(before) if before else min((item.year for item in own), default=None)
        return tuple(item for item in own if item.year == chosen)

    def residents_of(self, code: str, vintage: date) -> Residents | None:
        """The latest mid-year estimate at hand for one area of a vintage."""
        return self._latest_residents.get((code, vintage))

    def weights_of(self, code: str, vintage: date, year: FinancialYear) -> WeightedPopulation | None:
        """The weighted population of one area, of the year that `weights_for` gives."""
        return self._weights(vintage, year).get(code)

    def land_of(self, code: str, vintage: date) -> Decimal | None:
        """The land of one area of a vintage in square kilometres."""
        return self._land.get((code, vintage))

    def deprivation_of(self, code: str, vintage: date) -> Decimal | None:
        """The average score of deprivation of one area of a vintage."""
        return self._deprivation.get((code, vintage))

    @cached_property
    def _latest_residents(self) -> dict[tuple[str, date], Residents]:
        vintages = {item.vintage for item in self.residents}
        return {(item.area, vintage): item for vintage in vintages for item in self.latest_residents(vintage)}

    @once
    def _weights(self, vintage: date, year: FinancialYear) -> dict[str, WeightedPopulation]:
        return {item.area: item for item in self.weights_for(vintage, year)}

    @cached_property
    def _land(self) -> dict[tuple[str, date], Decimal]:
        return {(item.area, item.vintage): item.km2 for item in self.land}

    @cached_property
    def _deprivation(self) -> dict[tuple[str, date], Decimal | None]:
        return {(item.area, item.vintage): item.average_score for item in self.deprivation}

    def reference(self, table: str, column: str) -> Reference:
        """The source and locator of a column. Raises FundError where columns.yaml does not say."""
        found = self.origin(table, column)
        if found is None:
            where = "evidence/fund/columns.yaml"
            raise FundError(f"the column '{column}' of {table} has no origin", where=where, hint="Add its source and locator.")
        return found.reference

    def origin(self, table: str, column: str) -> ColumnOrigin | None:
        """Where a column comes from, or None where columns.yaml does not say."""
        return next((item for item in self.origins if item.table == table and item.column == column), None)
