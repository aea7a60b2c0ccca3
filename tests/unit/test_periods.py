"""Financial years and quarters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from spf_analysis.errors import UsageError
from spf_analysis.periods import FinancialYear, Quarter

YEARS = some.integers(1900, 2200).map(FinancialYear)


@given(YEARS)
def test_a_year_is_read_as_it_is_said(year: FinancialYear) -> None:
    assert FinancialYear.parse(str(year)) == year


@given(some.dates(date(1900, 4, 1), date(2200, 3, 31)))
def test_a_day_lies_in_its_year(day: date) -> None:
    year = FinancialYear.containing(day)
    assert year.first_day <= day <= year.last_day


@given(YEARS)
def test_years_follow_on_without_a_gap(year: FinancialYear) -> None:
    assert year.last_day + timedelta(days=1) == year.plus(1).first_day


@given(YEARS)
def test_quarters_cut_the_year_into_four(year: FinancialYear) -> None:
    quarters = year.quarters()
    starts = [quarter.first_day for quarter in quarters]
    assert starts[0] == year.first_day
    assert [start.month for start in starts] == [4, 7, 10, 1]
    assert starts == sorted(starts)
    assert starts[-1] <= year.last_day
    assert str(quarters[3]) == f"{year} Q4"


@pytest.mark.parametrize("text", ["2026", "2026/2027", "26/27", "2026-27", "2026/28", "2026/26", "next year", "", "２０２６/２７ x"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a financial year"):
        FinancialYear.parse(text)


def test_the_turn_of_a_century() -> None:
    assert str(FinancialYear(1999)) == "1999/00"
    assert FinancialYear.parse("2099/00") == FinancialYear(2099)


def test_there_is_no_fifth_quarter() -> None:
    with pytest.raises(UsageError, match="is not a quarter"):
        Quarter(FinancialYear(2026), 5)
