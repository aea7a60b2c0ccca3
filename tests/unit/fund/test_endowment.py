"""Money held as an endowment: what is there on each day, and the first day on which more went out than was there."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.figures import Reference
from spf_analysis.fund.endowment import KINDS, Endowment, EndowmentEntry

START, LETTER = date(2026, 5, 1), Reference("letter-2026", "page 1")


def moved(*entries: tuple[int, str, str]) -> Endowment:
    return Endowment(
        tuple(
            EndowmentEntry(f"e{n}", START + timedelta(day), kind, Decimal(pounds), LETTER) for n, (day, kind, pounds) in enumerate(entries)
        )
    )


def test_nothing_held_is_not_nought() -> None:
    assert Endowment().balance is None
    assert set(Endowment().as_dict().values()) == {None}


def test_the_balance_follows_every_movement() -> None:
    held = moved((0, "paid_in", "1000"), (5, "growth", "10.50"), (9, "cost", "0.50"), (9, "released", "400"))
    assert held.balance == 610
    assert held.at(START + timedelta(5)).balance == Decimal("1010.50")
    assert held.at(START - timedelta(1)).balance is None
    assert held.by_kind()["released"] == 400


def test_what_comes_and_goes_on_one_day_is_taken_together() -> None:
    assert moved((0, "released", "5"), (0, "paid_in", "5")).overdrawn is None
    assert moved((0, "released", "5"), (1, "paid_in", "5")).overdrawn == (START, -5)


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(KINDS), st.integers(1, 999).map(str)), max_size=12))
def test_the_last_balance_is_the_sum_and_overdrawn_is_the_first_day_below_nothing(entries: list[tuple[int, str, str]]) -> None:
    held = moved(*entries)
    balances = list(held.balances())
    assert (balances[-1][1] if balances else None) == held.balance
    below = [item for item in balances if item[1] < 0]
    assert held.overdrawn == (below[0] if below else None)
