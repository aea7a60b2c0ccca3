from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import FundError
from spf_analysis.fund import read_fund
from spf_analysis.fund.spending import spending_of

FUND = read_fund(Path(__file__).parents[3] / "evidence" / "fund").under("two-per-cent")
PATH = FUND.path("QOC", "2026/27")
TOTAL = PATH.local + PATH.match


def profiles() -> st.SearchStrategy[list[Decimal]]:
    """Ten whole per cents that sum to 100."""
    cuts = st.lists(st.integers(0, 100), min_size=9, max_size=9).map(sorted)
    return cuts.map(lambda ends: [Decimal(after - before) for before, after in pairwise([0, *ends, 100])])


def can_be_paid(profile: list[Decimal]) -> bool:
    """Whether what has been spent by each year's end, to the next pound, has come in by then."""
    received, spent = 0, Decimal(0)
    for item, part in zip(PATH.years, profile, strict=True):
        received, spent = received + item.both, spent + TOTAL * part / 100
        if spent > received + 1:
            return False
    return True


@given(profiles())
@settings(max_examples=200, deadline=None)
def test_a_balance_is_never_below_nothing_and_all_is_spent(profile: list[Decimal]) -> None:
    if not can_be_paid(profile):
        with pytest.raises(FundError, match="the balance would be −£"):
            spending_of(PATH, profile)
        return
    found = spending_of(PATH, profile)
    assert min(item.balance for item in found) >= 0
    assert found[-1].balance == 0
    assert sum(item.spent for item in found) == TOTAL
    assert [item.received for item in found] == [item.both for item in PATH.years]


def test_later_spending_can_always_be_paid() -> None:
    assert spending_of(PATH, [Decimal(part) for part in (0, *[5] * 8, 60)])[0].spent == 0


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ([10] * 9, "the profile has nine years, the term 10 years"),
        ([10] * 9 + [9], "the profile sums to 99 per cent"),
        ([110, -10, *[0] * 8], "a year cannot have less than nothing to spend"),
        ([50, *[0] * 8, 50], "the balance would be −£"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(profile: list[int], message: str) -> None:
    with pytest.raises(FundError, match=message):
        spending_of(PATH, [Decimal(part) for part in profile])


def test_every_year_in_debt_is_told_at_once() -> None:
    with pytest.raises(FundError) as caught:
        spending_of(PATH, [Decimal(part) for part in (25, 0, 0, 0, 0, 0, 0, 0, 0, 75)])
    assert [problem.where for problem in caught.value.problems] == ["spending, 2026/27", "spending, 2027/28"]
