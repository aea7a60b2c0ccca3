from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis import wording
from spf_analysis.errors import FundError
from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.attendance import Attendance
from spf_analysis.fund.parameters import DatedValue
from spf_analysis.fund.path import TermPath, term_from
from spf_analysis.fund.rules import Condition
from spf_analysis.periods import FinancialYear

FUND = read_fund(Path(__file__).parents[3] / "evidence" / "fund")
START = FinancialYear(2026)
TERM = term_from(START, FUND.fund_years(START))
SCENARIOS = [item.id for item in FUND.scenarios]
REFERENCE = Reference("an-assumption", "a test")
PER_CENT = st.decimals(Decimal(-2), Decimal(15), places=1)


@cache
def path(scenario: str = "two-per-cent", code: str | None = "QOC", attendance: Attendance | None = None) -> TermPath:
    return FUND.under(scenario).path(code, START, attendance)


def with_septembers(rates: list[Decimal]) -> Fund:
    """The Fund with these rates for the Septembers from 2026 on."""
    parameter = FUND.rulebook.parameter("cpi_september")
    for year, rate in enumerate(rates, 2026):
        parameter = parameter.with_value(DatedValue(date(year, 9, 1), rate, REFERENCE))
    return replace(FUND, rulebook=FUND.rulebook.with_parameter(parameter))


def test_a_constant_inflation_keeps_the_share_at_the_prices_of_the_first_year() -> None:
    found = path()
    assert [item.year for item in found.years] == list(TERM)
    assert found.years[0].share == found.years[0].share_today == FUND.share("QOC", START).pounds
    assert all(abs(item.share_today - found.years[0].share) <= 1 for item in found.years)
    by_hand = Decimal("0.9500814") * Decimal("1.02") ** 9
    assert wording.rounded(found.years[-1].rate, 10) == wording.rounded(by_hand, 10)
    assert (found.years[0].supposed, found.years[1].supposed) == (False, True)
    assert found.scenario == "two-per-cent"


def test_the_rate_falls_behind_in_a_year_in_which_inflation_rises() -> None:
    found = path("last-ten-septembers-again")
    peak = next(item for item in found.years if item.year == FinancialYear(2032))
    first = found.years[0].share
    by_hand = Decimal(first) * (1 + Decimal("1.0") / 100) / (1 + Decimal("10.1") / 100)
    assert abs(peak.share_today - by_hand) <= 2
    low = next(item for item in found.years if item.year == FinancialYear(2030))
    assert peak.share_today < first < low.share_today


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_areas_sum_to_england_in_each_year(scenario: str) -> None:
    england = path(scenario, None)
    areas = [path(scenario, area.code) for area in FUND.areas_in(START)]
    for index, item in enumerate(england.years):
        assert sum(area.years[index].share for area in areas) == item.share == item.match
    assert england.local == sum(area.local for area in areas)


@given(st.lists(PER_CENT, min_size=10, max_size=10))
@settings(max_examples=10, deadline=None)
def test_any_inflation_moves_rate_and_share_alike(rates: list[Decimal]) -> None:
    found = with_septembers(rates).path(None, START)
    for before, after, rate in zip(found.years, found.years[1:], rates, strict=False):
        assert after.rate == before.rate * (100 + rate) / 100
        assert (after.share > before.share) == (rate > 0)
        assert after.match == after.share
    for item, own in zip(found.years[1:], rates[1:], strict=False):
        by_hand = Decimal(found.years[0].share) * (100 + rates[0]) / (100 + own)
        assert abs(item.share_today - by_hand) <= 2


@given(first=st.integers(0, 9), last=st.integers(0, 9), missed=st.frozensets(st.integers(0, 9), max_size=3))
@settings(max_examples=60, deadline=None)
def test_raised_and_matched_only_in_years_taken_part_in(first: int, last: int, missed: frozenset[int]) -> None:
    years = frozenset(TERM[index] for index in missed)
    if first > last or any(not first < index < last for index in missed):
        with pytest.raises(FundError):
            Attendance(TERM, TERM[first], TERM[last], years)
        return
    attendance = Attendance(TERM, TERM[first], TERM[last], years)
    found, whole = path(attendance=attendance), path()
    for item, full in zip(found.years, whole.years, strict=True):
        taken = attendance.includes(item.year)
        assert (item.share, item.match) == ((full.share, full.match) if taken else (0, 0))
        assert item.requirement == full.requirement
    assert found.local <= whole.local
    assert found.duration == (Condition.NOT_MET if last < 9 else Condition.MET)


def test_what_the_draft_leaves_open_has_its_effect_in_pounds() -> None:
    attendance = Attendance(TERM, TERM[1], TERM[8], frozenset({TERM[4]}))
    found = path(attendance=attendance)
    effects = {item.id: [effect for _, effect in item.effects] for item in found.readings}
    later = sum(item.match for item in found.years[5:9])
    assert effects == {"joining-late": [-found.match], "leaving-early": [-found.match], "missed-year": [-later, path().years[4].match]}
    assert path().readings == ()
    assert (attendance.years_committed, attendance.years_after_the_term) == (8, 0)
    assert Attendance(TERM, TERM[3], TERM[9]).years_after_the_term == 3


def test_one_areas_absence_changes_nobody_elses_path() -> None:
    before = path(code="QJK")
    path(attendance=Attendance(TERM, TERM[5], TERM[9]))
    assert path(code="QJK") == before


def test_pressures_say_what_the_share_would_still_buy() -> None:
    growth = {item.id: item.growth for item in FUND.pressures}
    for passed, item in enumerate(path().years):
        for name, bought in item.buys.items():
            assert abs(bought - item.share_today / (1 + growth[name] / 100) ** passed) <= 1


def test_without_a_scenario_the_missing_september_is_named() -> None:
    with pytest.raises(FundError, match="September 2026"):
        FUND.path("QOC", START)


def test_a_term_across_a_change_of_areas_is_refused() -> None:
    with pytest.raises(FundError, match="not in force in all years of the term"):
        FUND.under("two-per-cent").path("QM7", FinancialYear(2024))


def test_published_septembers_stand_before_a_scenario() -> None:
    found = FUND.under("four-per-cent").path(None, FinancialYear(2024))
    assert [item.supposed for item in found.years] == [False, False, *[True] * 8]
    assert found.years[2].rate == FUND.rate(START)
