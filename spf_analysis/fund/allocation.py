"""The allocation of a year: the rate, the local total for England and every area's share, with all that they were worked out from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.areas import Areas, Vintage
from spf_analysis.errors import FundError
from spf_analysis.fund import rules
from spf_analysis.fund.parameters import DatedValue, Rulebook
from spf_analysis.fund.tables import Residents, Tables, WeightedPopulation
from spf_analysis.periods import FinancialYear


@dataclass(frozen=True)
class RateUpdate:
    """One April's update: the year from which it holds, the September inflation behind it and the rate that follows, never rounded."""

    year: FinancialYear
    inflation: DatedValue
    rate: Decimal


@dataclass(frozen=True)
class RatePath:
    """The rate from the year that the draft's price holds for to the year asked for."""

    base: DatedValue
    updates: tuple[RateUpdate, ...]

    @property
    def rate(self) -> Decimal:
        """Pounds per head in the last year of the path, exact."""
        return self.updates[-1].rate if self.updates else self.base.number


@dataclass(frozen=True)
class Allocation:
    """What each area that takes part would raise in a year. Mappings are by ODS code; amounts in pounds."""

    year: FinancialYear
    vintage: Vintage
    path: RatePath
    residents: Mapping[str, Residents]
    weights: Mapping[str, WeightedPopulation]
    needs: Mapping[str, Decimal]
    factor: Decimal
    unrounded: Mapping[str, Decimal]
    shares: Mapping[str, int]

    @property
    def people(self) -> int:
        """England's residents."""
        return sum(item.residents for item in self.residents.values())

    @property
    def local_total(self) -> int:
        """The local total for England in whole pounds: what the shares sum to."""
        return rules.whole_pounds(rules.local_total_for_england(self.path.rate, self.people))

    @property
    def weights_are_older(self) -> bool:
        """Whether the year's own weighted populations are not at hand, so that earlier ones stand in."""
        return any(item.year != self.year for item in self.weights.values())


def rate_path(book: Rulebook, year: FinancialYear, first_update: int | None = None) -> RatePath:
    """The rate of a year, update by update [27, 29]; `first_update` is the calendar year of the first April that raises it.

    Raises FundError for a year before the draft's first, and for a September without a published value.
    """
    base = book.parameter("local_rate").at(year.first_day)
    inflation = book.parameter("cpi_september")
    start = date.fromisoformat(str(book.parameter("first_price_update").at(base.day).value)).year if first_update is None else first_update
    rate, updates = base.number, []
    for april in range(start, year.start_year + 1):
        september = inflation.of_month(april - 1, 9)
        rate = rules.rate_per_head(rate, [september.number])
        updates.append(RateUpdate(FinancialYear(april), september, rate))
    return RatePath(base, tuple(updates))


def allocate(book: Rulebook, tables: Tables, areas: Areas, year: FinancialYear, vintage: Vintage | None = None) -> Allocation:
    """The allocation of a year over the areas in force on its first day, or over another vintage.

    Raises FundError where the year has no rate, or where an area has no residents or weighted population at hand.
    """
    path = rate_path(book, year)
    chosen = vintage or areas.vintage(year.first_day)
    residents = {item.area: item for item in tables.latest_residents(chosen.start)}
    weights = {item.area: item for item in tables.weights_for(chosen.start, year)}
    _complete(chosen, residents, weights)
    people = {code: item.residents for code, item in residents.items()}
    needs = {code: Decimal(item.weighted) / Decimal(item.registered) for code, item in weights.items()}
    return Allocation(
        year=year,
        vintage=chosen,
        path=path,
        residents=residents,
        weights=weights,
        needs=needs,
        factor=rules.rescaling_factor(people, needs),
        unrounded=rules.unrounded_shares(path.rate, people, needs),
        shares=rules.local_investment_shares(path.rate, people, needs),
    )


def _complete(vintage: Vintage, residents: Mapping[str, Residents], weights: Mapping[str, WeightedPopulation]) -> None:
    for name, table in (("residents", residents), ("weighted populations", weights)):
        lacking = [area.code for area in vintage.areas if area.code not in table]
        if lacking:
            message = f"the areas of {wording.day(vintage.start)} have no {name}: {wording.listed(lacking)}"
            raise FundError(message, where="fund", hint="Add the rows: every share rests on all areas.")
