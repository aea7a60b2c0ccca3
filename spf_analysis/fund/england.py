"""England's figures of a year: totals, ten years, and the rule of thumb. Every label speaks in the conditional."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from spf_analysis.figures import Figure, Step, Value
from spf_analysis.fund import rules
from spf_analysis.fund.parameters import DatedValue
from spf_analysis.fund.share import rate_steps
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund


def england_figures(fund: Fund, year: FinancialYear) -> tuple[Figure, ...]:
    """Rate, residents, areas, local total, match, Fund total and ten years at constant prices for England, with their steps."""
    steps = _steps(fund, year)
    rate, people, local, match, total = steps[-5:]
    years = fund.fund_years(year)
    everyone = "if every area took part and met its share"
    constant = f"at the prices of {year}, {everyone} each year"
    return (
        fund.rate_figure(year),
        _figure("england_residents", "Residents of England", people.value, "people", (people,), people.note),
        _figure("areas_in_force", f"Areas in force on the first day of {year}", len(fund.areas_in(year)), "count", (people,), None),
        _figure("local_total", f"What all areas together would raise in {year}", local.value, "GBP", (*steps[:-2],), rate.note),
        _figure("match_total", f"What would be matched nationally in {year}", match.value, "GBP", (*steps[:-1],), _no_investor(fund, year)),
        _figure("fund_total", f"What the Fund would bring together in {year}", total.value, "GBP", steps, everyone),
        _figure("ten_years_local", f"What all areas would raise in {years} years", fund.local_total(year) * years, "GBP", steps, constant),
        _figure(
            "ten_years_fund",
            f"What the Fund would bring together in {years} years at constant prices",
            fund.fund_total(year) * years,
            "GBP",
            steps,
            constant,
        ),
    )


def rule_of_thumb(fund: Fund, year: FinancialYear) -> tuple[Figure, ...]:
    """The Fund beside link workers, pounds beside pounds [24]: the draft's own figures are lower bounds and are never divided.

    Link workers in post are counted on another day and by another definition than the draft's, so that the two make no trend.
    """
    names = ("fund_total_aimed_at", "link_worker_spending", "link_workers", "pounds_for_activities_per_pound")
    drafted = tuple(_from_the_draft(fund, name, year) for name in names)
    total = next(item for item in fund.figures(year) if item.id == "fund_total")
    return (total, *drafted, _link_workers_in_england(fund, year))


def _steps(fund: Fund, year: FinancialYear) -> tuple[Step, ...]:
    allocation, day = fund.allocation(year), year.first_day
    rate = fund.rulebook.parameter("local_rate").at(day).reference
    match = fund.rulebook.parameter("match_ratio").at(day)
    people = fund.tables.reference("residents.csv", "residents")
    mid_year = next(iter(allocation.residents.values())).mid_year.year
    local = allocation.local_total
    return (
        *rate_steps(allocation.path, str(year)),
        Step("Residents of England", allocation.people, "people", people, "resident-population", f"estimate for mid-{mid_year}"),
        Step("Local total for England", local, "GBP", rate, "areas-in-force", "rate × residents, in whole pounds"),
        Step("Would be matched", rules.matched_if_met(local, match.number), "GBP", match.reference, "match-follows-share"),
        Step("Fund total", fund.fund_total(year), "GBP", match.reference, None, "local total and match together"),
    )


def _figure(name: str, label: str, value: Value, unit: str, steps: tuple[Step, ...], note: str | None) -> Figure:
    return Figure(name, label, value, unit, tuple(dict.fromkeys(step.reference for step in steps)), steps, (), note)


def _no_investor(fund: Fund, year: FinancialYear) -> str | None:
    return None if fund.national_investor(year) else "no national investor has committed anything"


def _from_the_draft(fund: Fund, name: str, year: FinancialYear) -> Figure:
    parameter = fund.rulebook.parameter(name)
    item: DatedValue = parameter.at(year.first_day)
    return Figure(name, parameter.description.rstrip("."), item.number, parameter.unit, (item.reference,), note=item.note)


def _link_workers_in_england(fund: Fund, year: FinancialYear) -> Figure:
    counts = [fund.link_workers(area.code, year) for area in fund.areas_in(year)]
    known = [Decimal(str(item.value)) for item in counts if item.value is not None]
    references = tuple(dict.fromkeys(reference for item in counts for reference in item.references))
    total = sum(known, Decimal(0)) if len(known) == len(counts) else None
    return Figure("link_workers_in_post", "Link workers in post in England", total, "FTE", references, as_of=counts[0].as_of)
