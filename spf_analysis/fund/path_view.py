"""A path as a briefing shows it: ten years under one named scenario, beside a range of the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spf_analysis.errors import FundError
from spf_analysis.fund.fan import CALLED, Fan
from spf_analysis.fund.path import TermPath
from spf_analysis.fund.pressures import Pressure
from spf_analysis.fund.scenarios import Scenario
from spf_analysis.fund.spending import SpendingYear, spending_of
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund


@dataclass(frozen=True)
class PathView:
    """The years of the initial term under a scenario, and the range that the Septembers since 1997 would make of them.

    `supposed` is set where the whole briefing is worked out under the scenario, and not only these years. `spending` is empty where
    the scenario names no profile, or where the area would not take part in all years.
    """

    path: TermPath
    fan: Fan
    scenario: Scenario
    supposed: bool
    pressures: tuple[Pressure, ...] = ()
    spending: tuple[SpendingYear, ...] = ()

    @property
    def first(self) -> FinancialYear:
        """The year whose prices are today's."""
        return self.path.years[0].year

    def as_dict(self) -> dict[str, Any]:
        """What a template may say of it."""
        last, fan = self.path.years[-1], self.fan
        return {
            "name": self.path.area.short_name if self.path.area else "England",
            "scenario": {"id": self.scenario.id, "title": self.scenario.title, "description": self.scenario.description},
            "supposed": self.supposed,
            "first": str(self.first),
            "last": str(last.year),
            "years": len(self.path.years),
            "share": self.path.local,
            "together": self.path.local + self.path.match,
            "together_today": self.path.both_today,
            "last_share": last.share,
            "last_share_today": last.share_today,
            "throughout": all(item.takes_part for item in self.path.years),
            "called": CALLED,
            "range": {"low": fan.total.low, "high": fan.total.high, "from": fan.septembers[0], "until": fan.septembers[-1]},
            "range_today": {"low": fan.total_today.low, "high": fan.total_today.high},
            "pressures": [{"title": item.title, "buys": last.buys[item.id]} for item in self.pressures],
            "readings": [item.as_dict() for item in self.path.readings],
            "lowest_balance": min((item.balance for item in self.spending), default=None),
        }


def reaches(fund: Fund, year: FinancialYear) -> bool:
    """Whether the Fund has an inflation, published or by its scenario, for every September of the term that begins in a year."""
    try:
        fund.path(None, year)
    except FundError:
        return False
    return True


def view_of(fund: Fund, code: str | None, year: FinancialYear) -> PathView | None:
    """The years from one on for an area or (None) for England: under the Fund's own scenario, or else the first that reaches so far.

    None where no scenario does.
    """
    supposed = fund.supposed is not None
    found = fund if supposed else next((other for item in fund.scenarios if reaches(other := fund.under(item), year)), None)
    if found is None or found.supposed is None or not reaches(found, year):
        return None
    path, scenario = found.path(code, year), found.supposed
    spending = spending_of(path, scenario.spending) if code and len(scenario.spending) == len(path.years) else ()
    return PathView(path, fund.fan(code, year), scenario, supposed, found.pressures, spending)
