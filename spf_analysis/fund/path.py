"""Ten years of the Fund for an area or for England: rate, share and match, nominal and at the prices of the first year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.areas import Area
from spf_analysis.errors import FundError
from spf_analysis.figures import Interpretation, as_json
from spf_analysis.fund import rules
from spf_analysis.fund.allocation import Allocation
from spf_analysis.fund.attendance import Attendance, readings_of
from spf_analysis.fund.parameters import DatedValue, Rulebook
from spf_analysis.fund.pressures import Pressure
from spf_analysis.fund.rules import Condition
from spf_analysis.periods import FinancialYear

CONSTANT_PRICES = (
    "At the prices of {year}: divided by the inflation of each September after the first year's. The rate follows the September before, "
    "so that it falls behind in a year in which inflation rises and catches up when it falls."
)


@dataclass(frozen=True)
class TermYear:
    """One year of a path. Pounds are whole; `share` and `match` are what would be raised and matched, nothing in a year not taken part in.

    `prices` is the level of prices in the year's September, the first year's being 1. `supposed` is set where an inflation behind the
    rate or the prices is a scenario's and not published. `buys` gives, for each pressure, what the share would still buy in the year,
    in pounds of the first year.
    """

    year: FinancialYear
    rate: Decimal
    requirement: int
    share: int
    match: int
    prices: Decimal
    supposed: bool
    takes_part: bool
    buys: Mapping[str, int]

    @property
    def both(self) -> int:
        """Share and match together."""
        return self.share + self.match

    @property
    def share_today(self) -> int:
        """The share at the prices of the first year."""
        return rules.whole_pounds(self.share / self.prices)

    @property
    def both_today(self) -> int:
        """Share and match together at the prices of the first year."""
        return rules.whole_pounds(self.both / self.prices)

    def as_dict(self) -> dict[str, Any]:
        return {
            "year": str(self.year),
            "takes_part": self.takes_part,
            "rate_per_head": as_json(self.rate),
            "requirement": self.requirement,
            "share": self.share,
            "match_if_met": self.match,
            "prices": as_json(self.prices),
            "share_at_first_year_prices": self.share_today,
            "share_and_match_at_first_year_prices": self.both_today,
            "scenario_behind_it": self.supposed,
            "share_would_buy": dict(self.buys),
        }


@dataclass(frozen=True)
class TermPath:
    """The years of the Fund's initial term for an area, or for England where `area` is None and every area takes part."""

    area: Area | None
    scenario: str | None
    attendance: Attendance
    years: tuple[TermYear, ...]
    duration: Condition
    readings: tuple[Interpretation, ...]

    @property
    def name(self) -> str:
        return str(self.area) if self.area else "England"

    @property
    def local(self) -> int:
        """Pounds that would be raised over the term."""
        return sum(item.share for item in self.years)

    @property
    def match(self) -> int:
        """Pounds that would be matched over the term if the share were met in each year taken part in."""
        return sum(item.match for item in self.years)

    @property
    def both_today(self) -> int:
        """Share and match over the term at the prices of the first year."""
        return sum(item.both_today for item in self.years)

    def as_dict(self) -> dict[str, Any]:
        """The path as `spf fund path --json` prints it."""
        return {
            "area": self.area.code if self.area else None,
            "name": self.area.name if self.area else "England",
            "scenario": self.scenario,
            "prices": CONSTANT_PRICES.format(year=self.years[0].year),
            "years": [item.as_dict() for item in self.years],
            "totals": {
                "share": self.local,
                "match_if_met": self.match,
                "share_and_match": self.local + self.match,
                "share_and_match_at_first_year_prices": self.both_today,
            },
            "duration": str(self.duration),
            "years_after_the_term": self.attendance.years_after_the_term,
            "interpretations": [item.as_dict() for item in self.readings],
        }


def path_of(
    area: Area | None,
    attendance: Attendance,
    allocation_of: Callable[[FinancialYear], Allocation],
    book: Rulebook,
    pressures: tuple[Pressure, ...] = (),
    scenario: str | None = None,
) -> TermPath:
    """The path over a term [25-27]: each year's requirement, and share and match in the years taken part in.

    Raises FundError where a September of the term has no inflation, published or by scenario, and where the areas change on the way.
    """
    allocations = [allocation_of(year) for year in attendance.term]
    if area is not None and any(area.code not in item.shares for item in allocations):
        raise FundError(
            f"{area} is not in force in all years of the term",
            where=area.code,
            hint="Start from a year whose areas are in force throughout.",
        )
    prices = price_levels(attendance.term, book)
    years = tuple(_year(area, item, level, attendance, book, pressures) for item, level in zip(allocations, prices, strict=True))
    matches = {item.year: _match(item.requirement, item.year, book) for item in years}
    required = int(book.parameter("commitment_years").at(attendance.term[0].first_day).number)
    readings = readings_of(attendance, matches, book)
    return TermPath(area, scenario, attendance, years, rules.duration_condition(attendance.years_committed, required), readings)


def price_levels(term: tuple[FinancialYear, ...], book: Rulebook) -> tuple[Decimal, ...]:
    """The level of prices in the September of each year of a term, the first year's being 1; raised by each later September's CPI."""
    levels = [Decimal(1)]
    for september in (_september(book, year) for year in term[1:]):
        levels.append(rules.rate_per_head(levels[-1], [september.number]))
    return tuple(levels)


def _september(book: Rulebook, year: FinancialYear) -> DatedValue:
    return book.parameter("cpi_september").of_month(year.start_year, 9)


def _year(
    area: Area | None, allocation: Allocation, level: Decimal, attendance: Attendance, book: Rulebook, pressures: tuple[Pressure, ...]
) -> TermYear:
    year, first = allocation.year, attendance.term[0]
    requirement = allocation.shares[area.code] if area else allocation.local_total
    takes_part = attendance.includes(year)
    share = requirement if takes_part else 0
    passed = year.start_year - first.start_year
    return TermYear(
        year=year,
        rate=allocation.path.rate,
        requirement=requirement,
        share=share,
        match=_match(share, year, book),
        prices=level,
        supposed=_supposed(allocation, year, first, book),
        takes_part=takes_part,
        buys={item.id: rules.whole_pounds(item.still_buys(share / level, passed)) for item in pressures},
    )


def _supposed(allocation: Allocation, year: FinancialYear, first: FinancialYear, book: Rulebook) -> bool:
    behind = [update.inflation for update in allocation.path.updates]
    behind += [_september(book, FinancialYear(start)) for start in range(first.start_year + 1, year.start_year + 1)]
    return any((item.note or "").startswith("scenario") for item in behind)


def _match(share: int, year: FinancialYear, book: Rulebook) -> int:
    return rules.matched_if_met(share, book.parameter("match_ratio").at(year.first_day).number)


def term_from(start: FinancialYear, years: int) -> tuple[FinancialYear, ...]:
    """The financial years of a term. Raises FundError for a term without years."""
    if years < 1:
        raise FundError(f"a term of {wording.counted(years, 'year')} has no path", where="term", hint="Name at least one year.")
    return tuple(start.plus(passed) for passed in range(years))
