from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.fund import rules
from spf_analysis.fund.rules import Condition

pounds = st.decimals(min_value=0, max_value=10**7, places=2)
people = st.integers(1, 4_000_000)
codes = st.text("ABCDEFGH", min_size=1, max_size=5)
england = st.dictionaries(codes, st.tuples(people, people, people), min_size=1, max_size=40)


def parts(areas: dict[str, tuple[int, int, int]]) -> tuple[dict[str, int], dict[str, Decimal]]:
    residents = {code: area[0] for code, area in areas.items()}
    return residents, {code: Decimal(area[1]) / area[2] for code, area in areas.items()}


@given(st.dictionaries(codes, pounds, min_size=1), st.integers(-3, 3))
def test_largest_remainder_sums_to_the_total_and_moves_nobody_by_a_pound_or_more(amounts: dict[str, Decimal], off: int) -> None:
    total = rules.whole_pounds(sum(amounts.values(), Decimal(0)))
    found = rules.largest_remainder(amounts, total)
    assert sum(found.values()) == total
    assert all(abs(found[code] - amount) < 1 for code, amount in amounts.items())
    assert sum(rules.largest_remainder(amounts, total + off).values()) == total + off


@given(england, st.decimals(min_value="0.5", max_value="2", places=4))
def test_shares_sum_to_the_rounded_local_total(areas: dict[str, tuple[int, int, int]], rate: Decimal) -> None:
    residents, needs = parts(areas)
    shares = rules.local_investment_shares(rate, residents, needs)
    assert sum(shares.values()) == rules.whole_pounds(rules.local_total_for_england(rate, sum(residents.values())))


@given(england, st.decimals(min_value="0.5", max_value="2", places=4))
def test_need_leaves_the_mean_of_england_at_the_rate(areas: dict[str, tuple[int, int, int]], rate: Decimal) -> None:
    residents, needs = parts(areas)
    total = sum(rules.unrounded_shares(rate, residents, needs).values(), Decimal(0))
    assert abs(total / sum(residents.values()) - rate) < Decimal("1e-15")


@given(england, st.decimals(min_value="0.2", max_value="5", places=3))
def test_the_scale_on_which_need_is_measured_changes_no_share(areas: dict[str, tuple[int, int, int]], scale: Decimal) -> None:
    residents, needs = parts(areas)
    scaled = {code: need * scale for code, need in needs.items()}
    before = rules.unrounded_shares(Decimal("0.9"), residents, needs)
    after = rules.unrounded_shares(Decimal("0.9"), residents, scaled)
    assert all(abs(before[code] - after[code]) < Decimal("1e-12") for code in before)


@given(pounds, pounds, st.integers(1, 10**6))
def test_more_money_never_unmeets_a_condition(amount: Decimal, more: Decimal, share: int) -> None:
    if rules.amount_condition(amount, share) is Condition.MET:
        assert rules.amount_condition(amount + more, share) is Condition.MET
    if rules.new_money_condition(share, amount, Decimal(0)) is Condition.MET:
        assert rules.new_money_condition(share, amount + more, more) is Condition.MET


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), pounds), st.sampled_from(["a", "b", "c"]), pounds)
def test_more_money_never_loses_a_source(by_type: dict[str, Decimal], kind: str, more: Decimal) -> None:
    richer = {**by_type, kind: by_type.get(kind, Decimal(0)) + more}
    if rules.sources_condition(by_type, ["a", "b", "c"]) is Condition.MET:
        assert rules.sources_condition(richer, ["a", "b", "c"]) is Condition.MET


@given(st.integers(1, 10**6), st.lists(st.sampled_from(list(Condition)), min_size=4, max_size=4))
def test_the_match_is_the_share_or_nothing_or_unknown(share: int, conditions: list[Condition]) -> None:
    matched = rules.matched_national_contribution(share, conditions)
    assert matched in (share, 0, None)
    assert (matched == share) == all(condition is Condition.MET for condition in conditions)


@given(pounds, st.integers(1, 10**6))
def test_what_is_missing_and_what_is_there_reach_the_share(committed: Decimal, share: int) -> None:
    missing = rules.shortfall(share, committed)
    assert missing >= 0
    assert (missing == 0) == (rules.amount_condition(committed, share) is Condition.MET)


def test_nothing_is_none_and_never_nought() -> None:
    assert rules.need(None, 5) is None
    assert rules.need(5, 0) is None
    assert rules.leverage(Decimal(0), Decimal(100)) is None
    assert rules.leverage(Decimal(50), Decimal(100)) == 2
    assert rules.shortfall(70, None) == 70
    assert rules.amount_condition(None, 70) is Condition.NOT_REPORTED


def test_the_fund_is_local_and_match_together() -> None:
    assert rules.fund_total(Decimal(100)) == 200
    assert rules.matched_if_met(100) == 100
    assert rules.at_constant_prices(520_590, 10) == 5_205_900
