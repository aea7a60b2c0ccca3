"""Footprints below the area that can hold a fund [X, C]: places, local authorities or sub-ICB locations, defined by lists of codes.

A footprint's share is its area's, divided by the weighted population of the parts that it is made of. Whole pounds by largest
remainder, so that the footprints and the rest of the area sum to the area's share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from spf_analysis import wording
from spf_analysis.areas import Areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.figures import Reference
from spf_analysis.fund import rules
from spf_analysis.fund.cells import Cells
from spf_analysis.periods import FinancialYear
from spf_analysis.records import RecordError, Row, read_csv

PART_KINDS = ("local authority", "sub-ICB location")
PARTS, FOOTPRINTS = "parts.csv", "footprints.csv"
PART_COLUMNS = ("vintage", "area", "kind", "part", "name", "financial_year", "registered", "weighted", "source")
FOOTPRINT_COLUMNS = ("id", "name", "area", "from", "kind", "parts", "source", "locator", "note")
REST = "the rest of the area"


@dataclass(frozen=True)
class Part:
    """What of an area lies in one local authority or sub-ICB location: people registered there and the same weighted for need."""

    vintage: date
    area: str
    kind: str
    code: str
    name: str
    year: FinancialYear
    registered: int
    weighted: int
    source: str


@dataclass(frozen=True)
class Footprint:
    """A named group of parts of one area, as `reference` defines it, valid from a day."""

    id: str
    name: str
    area: str
    first_day: date
    kind: str
    parts: tuple[str, ...]
    reference: Reference
    note: str | None = None


@dataclass(frozen=True)
class FootprintShare:
    """A footprint's part of its area's share: weighted population, its portion of the area's, and whole pounds.

    `footprint` is None for the rest of the area, which no footprint covers.
    """

    footprint: Footprint | None
    registered: int
    weighted: int
    portion: Decimal
    pounds: int

    @property
    def name(self) -> str:
        """What it is called in a table."""
        return self.footprint.name if self.footprint else REST


@dataclass(frozen=True)
class Footprints:
    """All footprints, and the parts that areas are made of."""

    parts: tuple[Part, ...] = ()
    footprints: tuple[Footprint, ...] = ()

    def parts_of(self, area: str, vintage: date, kind: str, year: FinancialYear | None = None) -> tuple[Part, ...]:
        """The parts of an area of one kind, in the last allocation year up to `year`, or in the earliest at hand."""
        own = [item for item in self.parts if (item.area, item.vintage, item.kind) == (area, vintage, kind)]
        before = {item.year for item in own if year is None or item.year <= year}
        chosen = max(before) if before else min((item.year for item in own), default=None)
        return tuple(sorted((item for item in own if item.year == chosen), key=lambda item: item.code))

    def of(self, area: str, day: date) -> tuple[Footprint, ...]:
        """The footprints of an area that are defined on a day, by id."""
        return tuple(sorted((item for item in self.footprints if item.area == area and item.first_day <= day), key=lambda item: item.id))

    def named(self, name: str) -> Footprint | None:
        """The footprint of an id, or None."""
        return next((item for item in self.footprints if item.id == name), None)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all footprints, in order."""
        return tuple(sorted(item.id for item in self.footprints))

    def shares(self, area: str, vintage: date, year: FinancialYear, pounds: int) -> tuple[FootprintShare, ...]:
        """An area's share in pounds divided between its footprints and what they leave over; sums to `pounds` exactly.

        Empty where the area has no footprint. Raises FundError where its footprints are of two kinds, or nothing is known of a part.
        """
        own = self.of(area, year.first_day)
        return shares_of(own, self.parts_of(area, vintage, _one_kind(own), year), pounds) if own else ()


def _one_kind(own: Sequence[Footprint]) -> str:
    kinds = sorted({item.kind for item in own})
    if len(kinds) > 1:
        message = f"the footprints of '{own[0].area}' are made of {wording.listed(kinds)}, which overlap"
        raise FundError(message, where=f"area '{own[0].area}'", hint="Define all footprints of an area by codes of one kind.")
    return kinds[0]


def shares_of(footprints: Sequence[Footprint], parts: Sequence[Part], pounds: int) -> tuple[FootprintShare, ...]:
    """Whole pounds by footprint in proportion to weighted population, and the rest of the area where something is left over.

    Raises FundError for a code that is not among the parts, or that two footprints claim.
    """
    weights = {item.code: item for item in parts}
    claimed = [code for item in footprints for code in item.parts]
    wrong = sorted({code for code in claimed if code not in weights or claimed.count(code) > 1})
    if wrong:
        message = f"{wording.listed(wrong)} cannot be given to one footprint: not a part of the area, or claimed twice"
        raise FundError(message, where="footprints", hint="Correct evidence/fund/footprints.csv.")
    left = [code for code in weights if code not in claimed]
    groups: list[tuple[Footprint | None, Sequence[str]]] = [(item, item.parts) for item in footprints]
    groups += [(None, left)] if left else []
    return _divided(groups, weights, pounds)


def _divided(groups: list[tuple[Footprint | None, Sequence[str]]], weights: dict[str, Part], pounds: int) -> tuple[FootprintShare, ...]:
    whole = Decimal(sum(item.weighted for item in weights.values()))
    people = [sum(weights[code].weighted for code in codes) for _, codes in groups]
    exact = {f"{index:06}": pounds * count / whole for index, count in enumerate(people)}
    shares = rules.largest_remainder(exact, pounds)
    return tuple(
        FootprintShare(item, sum(weights[code].registered for code in codes), count, count / whole, shares[f"{index:06}"])
        for index, ((item, codes), count) in enumerate(zip(groups, people, strict=True))
    )


def read_footprints(folder: Path, areas: Areas | None, problems: list[Problem]) -> Footprints:
    """The tables `parts.csv` and `footprints.csv` of a folder, empty where there are none; whatever is wrong is added to `problems`."""
    parts = [_part(Cells(row, problems), areas) for row in _rows(folder / PARTS, PART_COLUMNS, problems)]
    rows = _rows(folder / FOOTPRINTS, FOOTPRINT_COLUMNS, problems)
    defined = [(row, _footprint(Cells(row, problems), areas)) for row in rows]
    known = Footprints(tuple(part for part in parts if part), tuple(item for _, item in defined if item))
    claimed: dict[tuple[str, str], str] = {}
    for row, item in defined:
        if item:
            problems.extend(_codes(row, item, known, areas, claimed))
    return known


def _rows(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    if not path.exists():
        return []
    try:
        return read_csv(path, columns, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return []


def _part(cells: Cells, areas: Areas | None) -> Part | None:
    vintage, area, kind = cells.day("vintage"), cells.text("area"), cells.one_of("kind", PART_KINDS)
    code, name, source = cells.text("part"), cells.text("name"), cells.text("source")
    year, registered, weighted = cells.year("financial_year"), cells.people("registered"), cells.people("weighted")
    if areas and vintage and areas.vintage(vintage).get(area) is None:
        cells.problems.append(
            Problem("fund", cells.row.where, f"the area '{area}' is not in its vintage", "Correct the code or the vintage.")
        )
    if not (vintage and year and registered and weighted):
        return None
    return Part(vintage, area, kind, code, name, year, registered, weighted, source)


def _footprint(cells: Cells, areas: Areas | None) -> Footprint | None:
    name, area, day, kind = cells.text("name"), cells.text("area"), cells.day("from"), cells.one_of("kind", PART_KINDS)
    codes, reference = tuple(cells.text("parts").split()), cells.reference()
    if areas and day:
        try:
            areas.get(area, day)
        except FundError as error:
            first = error.problems[0]
            cells.problems.append(Problem("fund", f"{cells.row.where}, column 'area'", first.message, first.hint))
            return None
    if not (day and codes and reference):
        return None
    return Footprint(cells.text("id"), name, area, day, kind, codes, reference, cells.optional("note"))


def _codes(row: Row, item: Footprint, known: Footprints, areas: Areas | None, claimed: dict[tuple[str, str], str]) -> Iterable[Problem]:
    vintage = areas.vintage(item.first_day).start if areas else item.first_day
    own = {part.code for part in known.parts_of(item.area, vintage, item.kind)}
    elsewhere = {part.code: part.area for part in known.parts if part.vintage == vintage and part.kind == item.kind}
    where = f"{row.where}, column 'parts'"
    for code in item.parts:
        if code not in own:
            there = f"It lies in '{elsewhere[code]}'." if code in elsewhere else "See parts.csv for the codes of the area."
            yield Problem("fund", where, f"the {item.kind} '{code}' is not a part of '{item.area}'", there)
        elif (item.area, code) in claimed:
            message = f"the {item.kind} '{code}' belongs to the footprint '{claimed[item.area, code]}' already"
            yield Problem("fund", where, message, "Give each code to one footprint of an area.")
        claimed.setdefault((item.area, code), item.id)
