from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import FundError
from spf_analysis.fund import read_fund
from spf_analysis.fund.fan import BLOCK, FROM, blocks, fan_of
from spf_analysis.fund.parameters import DatedValue, Parameter
from spf_analysis.fund.path import term_from
from spf_analysis.periods import FinancialYear

FUND = read_fund(Path(__file__).parents[3] / "evidence" / "fund")
START = FinancialYear(2026)
SERIES = FUND.rulebook.parameter("cpi_september")


def series(values: list[DatedValue]) -> Parameter:
    return Parameter("cpi_september", "Inflation.", "per cent", tuple(values), "cpi.yaml")


def test_the_same_data_give_the_same_fan() -> None:
    assert FUND.fan("QOC", START) == FUND.fan("QOC", START)
    assert FUND.fan("QOC", START).years[0].share.low == FUND.share("QOC", START).pounds


def test_a_series_that_never_moves_has_no_range() -> None:
    flat = series([DatedValue(item.day, Decimal(2), item.reference) for item in SERIES.values])
    fan = fan_of(Decimal(100_000), term_from(START, 10), flat)
    for passed, item in enumerate(fan.years):
        assert item.share.low == item.share.high
        assert abs(item.share.low - 100_000 * 1.02**passed) < 1
        assert item.share_today.low == item.share_today.high == 100_000


def test_ranges_are_in_order_and_within_the_worst_and_best_of_the_series() -> None:
    fan = FUND.fan(None, START)
    least, most = min(item.number for item in SERIES.values), max(item.number for item in SERIES.values)
    for passed, item in enumerate(fan.years):
        for span in (item.share, item.share_today):
            assert span.low <= span.middle <= span.high
        assert fan.years[0].share.low * (1 + float(least) / 100) ** passed <= item.share.low + 1
        assert item.share.high <= fan.years[0].share.low * (1 + float(most) / 100) ** passed + 1
    widths = [item.share.high - item.share.low for item in fan.years]
    assert widths == sorted(widths)
    assert fan.as_dict()["called"] == "a range of the past, never a forecast"


def test_published_septembers_are_not_drawn() -> None:
    fan = FUND.fan(None, FinancialYear(2024))
    assert [item.share.low == item.share.high for item in fan.years] == [True, True, True, *[False] * 7]
    assert fan.years[1].share.low == FUND.local_total("2025/26")


def test_septembers_before_the_published_series_are_left_out() -> None:
    early = DatedValue(SERIES.first.day.replace(year=FROM - 1), Decimal(90), SERIES.first.reference)
    with_early = series([early, *SERIES.values])
    term = term_from(START, 10)
    assert fan_of(Decimal(1000), term, with_early) == fan_of(Decimal(1000), term, SERIES)


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(FundError, match="too few Septembers"):
        fan_of(Decimal(1000), term_from(START, 10), series(list(SERIES.values[: BLOCK - 1])))


@given(st.lists(st.decimals(-5, 20, places=1), min_size=BLOCK, max_size=30, unique=True), st.integers(0, 12), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_blocks_are_runs_of_the_series(values: list[Decimal], length: int, seed: int) -> None:
    drawn = blocks(values, length, Random(seed))
    assert len(drawn) == length
    for start in range(0, length, BLOCK):
        run = drawn[start : start + BLOCK]
        place = values.index(run[0])
        assert values[place : place + len(run)] == run
