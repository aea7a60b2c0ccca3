"""One area's account: the smallest ways to what is missing, steps before payment, transfers by quarter, leverage, tranches, readings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.account import UNNAMED, Account
from spf_analysis.fund.ledger import SOURCE_TYPES, STATUSES, Contribution, Ledger, NationalCommitment, Participation, Tranche
from spf_analysis.fund.rules import Condition
from spf_analysis.fund.transfers import quarter_of
from spf_analysis.periods import FinancialYear, Quarter

YEAR, MINUTES, SHARE = FinancialYear(2026), Reference("minutes-2026", "item 4"), 520_590
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@cache
def read_once() -> Fund:
    return read_fund(Path(__file__).parents[3] / "evidence" / "fund")


def line(name: str, kind: str, pounds: str | int, status: str = "committed", **more: Any) -> Contribution:
    made = Contribution(name, "QOC", f"Body {name}", kind, YEAR, Decimal(pounds), status, JUNE, MINUTES, True, "board paper 7")
    return replace(made, **more)


DECIDED = Participation("QOC", True, MAY, "board", MINUTES, YEAR, YEAR.plus(9), MAY, "A Fund for Shropshire", True)
FULL = (
    line("c1", "nhs", 300_000, "transferred"),
    line("c2", "local_government", 190_590, "transferred"),
    line("c3", "employers_philanthropists", 30_000, "transferred"),
)
NATIONAL = NationalCommitment("n1", "A national investor", True, YEAR, JUNE, "committed", MINUTES)


def account(*lines: Contribution, decided: Participation | None = DECIDED, at: date | None = None, **more: Any) -> Account:
    ledger = Ledger((decided,) if decided else (), lines, **more)
    return replace(read_once(), ledger=ledger).account("QOC", YEAR, at=at)


def ways(found: Account) -> dict[str, Decimal | None]:
    return {way.condition: way.amount for way in found.lacking}


def test_where_every_condition_is_met_nothing_is_missing() -> None:
    assert account(*FULL).ways == ()
    assert account(*FULL).least_money == 0


def test_where_nothing_is_recorded_all_is_missing() -> None:
    found = account(decided=None)
    assert ways(found) == {"amount": SHARE, "sources": None, "duration": None, "new_money": SHARE}
    assert found.least_money == SHARE


def test_the_smallest_way_is_counted_to_the_penny() -> None:
    found = account(line("c1", "nhs", "520589.99"))
    assert ways(found)["amount"] == Decimal("0.01")
    assert found.lacking[0].said.startswith("£0.01 more committed, from any source")


def test_pledges_on_other_conditions_are_another_way_where_they_would_do() -> None:
    pledge = line("c2", "nhs", 600, "pledged")
    found = account(line("c1", "nhs", 520_000), pledge)
    assert [way.alternative for way in found.ways if way.condition == "amount"] == [False, True]
    short = account(line("c1", "nhs", 520_000), replace(pledge, amount=Decimal(500)))
    assert [way.alternative for way in short.ways if way.condition == "amount"] == [False]


def test_a_missing_type_of_source_is_named_and_no_sum_is_asked_of_it() -> None:
    found = next(way for way in account(*FULL[:2], line("c4", "nhs", 50_000)).ways if way.condition == "sources")
    assert "employers or philanthropists" in found.said
    assert found.amount is None


def test_a_commitment_of_eight_years_lacks_two() -> None:
    found = account(*FULL, decided=replace(DECIDED, last_year=YEAR.plus(7)))
    assert [way.said for way in found.ways] == ["a commitment that runs two financial years longer"]


def test_undeclared_money_asks_for_evidence_before_it_asks_for_money() -> None:
    undeclared = tuple(replace(item, new_money=None) for item in FULL)
    found = account(*undeclared)
    assert ways(found) == {"new_money": SHARE}
    assert "evidence that" in found.lacking[0].said
    assert found.least_money == 0
    old = account(*(replace(item, new_money=False) for item in FULL))
    assert (ways(old), old.least_money) == ({"new_money": SHARE}, SHARE)


@given(st.lists(st.tuples(st.sampled_from(SOURCE_TYPES), st.integers(1, 40_000_000), st.sampled_from([True, False, None])), max_size=5))
@settings(max_examples=40, deadline=None)
def test_the_least_money_is_enough_and_a_penny_less_is_not(drawn: list[tuple[str, int, bool | None]]) -> None:
    lines = [line(f"c{number}", kind, str(Decimal(pence) / 100), new_money=new) for number, (kind, pence, new) in enumerate(drawn)]
    least = account(*lines).least_money
    assert least is not None
    declared = [replace(item, new_money=True) if item.new_money is None else item for item in lines]

    def met(more: Decimal) -> bool:
        found = account(*declared, line("more", "nhs", more)) if more > 0 else account(*declared)
        return {found.position.conditions[name] for name in ("amount", "new_money")} == {Condition.MET}

    assert met(least)
    assert least == 0 or not met(least - Decimal("0.01"))


@given(
    st.lists(st.tuples(st.sampled_from(SOURCE_TYPES), st.integers(1, 300_000), st.sampled_from(STATUSES)), max_size=6),
    st.sampled_from(SOURCE_TYPES),
    st.integers(1, 600_000),
)
@settings(max_examples=40, deadline=None)
def test_more_money_never_untriggers_a_match(drawn: list[tuple[str, int, str]], kind: str, pounds: int) -> None:
    lines = [line(f"c{number}", *item) for number, item in enumerate(drawn)]
    before, after = account(*lines, *FULL[:1]), account(*lines, *FULL[:1], line("more", kind, pounds))
    assert (after.position.matched_national_contribution or 0) >= (before.position.matched_national_contribution or 0)
    assert (after.position.shortfall or 0) <= (before.position.shortfall or 0)
    assert (after.least_money or 0) <= (before.least_money or 0)
    assert after.position.matched_national_contribution in (None, 0, SHARE)


def test_what_comes_before_payment_is_told_step_by_step() -> None:
    found = account(*FULL, national_commitments=(NATIONAL,))
    assert [(step.id, step.done) for step in found.before_payment] == [
        ("conditions", True), ("national_commitment", True), ("agreement", True), ("local_transfer", True),
    ]  # fmt: skip
    assert found.position.payable == SHARE
    alone = account(*(replace(item, status="committed") for item in FULL), decided=replace(DECIDED, agreement_signed=None))
    assert [step.done for step in alone.before_payment] == [True, False, False, False]
    assert alone.position.payable == 0


def test_quarters_run_from_april() -> None:
    days = {
        date(2026, 4, 1): 1,
        date(2026, 6, 30): 1,
        date(2026, 7, 1): 2,
        date(2026, 12, 31): 3,
        date(2027, 1, 1): 4,
        date(2027, 3, 31): 4,
    }
    assert {day: quarter_of(day).number for day in days} == days
    assert {quarter_of(day).year for day in days} == {YEAR}


def test_transfers_are_expected_and_received_by_quarter() -> None:
    instalments = (
        line("c1", "nhs", 100, "transferred", transfer_expected=date(2026, 6, 30), day=date(2026, 7, 2)),
        line("c2", "nhs", 50, transfer_expected=date(2026, 9, 30)),
        line("c3", "nhs", 25),
        line("c4", "nhs", 7, "transferred", day=date(2026, 3, 1)),
        line("c5", "nhs", 9_999, "pledged"),
    )
    found = account(*instalments, at=date(2026, 12, 1)).local
    first, second = Quarter(YEAR, 1), Quarter(YEAR, 2)
    assert [(row.quarter, row.expected, row.received) for row in found.quarters] == [
        (Quarter(FinancialYear(2025), 4), 7, 7), (first, 100, None), (second, 50, 100), (None, 25, None),
    ]  # fmt: skip
    assert (found.expected, found.received, found.in_advance, found.overdue) == (182, 107, 7, 50)


def test_national_transfers_are_told_apart_from_local_ones() -> None:
    paid = replace(NATIONAL, area="QOC", amount=Decimal(1000), status="transferred", day=date(2026, 10, 1))
    found = account(*FULL, national_commitments=(paid,))
    assert [(str(row.quarter), row.received) for row in found.national.quarters] == [("2026/27 Q3", 1000)]
    assert found.local.received == SHARE


def national(*commitments: NationalCommitment, lines: tuple[Contribution, ...] = FULL) -> list[tuple[str, Decimal | None]]:
    found = account(*lines, national_commitments=commitments).national
    return [(str(row.quarter or "no day"), row.expected) for row in found.quarters]


@pytest.mark.parametrize("area", [None, "QOC"])
def test_a_commitment_of_the_whole_match_is_expected_in_pounds(area: str | None) -> None:
    whole = replace(NATIONAL, area=area)
    assert national(whole) == [("no day", SHARE)]
    assert national(replace(whole, transfer_expected=date(2026, 9, 1))) == [("2026/27 Q2", SHARE)]
    paid = replace(whole, id="n2", area="QOC", amount=Decimal(20_590), status="transferred", day=date(2026, 10, 1))
    assert national(whole, paid) == [("2026/27 Q3", 20_590), ("no day", 500_000)]
    assert national(whole, lines=FULL[:1]) == []
    assert national(replace(whole, statutory=False)) == []


def test_a_sum_for_the_area_stands_in_place_of_the_match_for_every_area() -> None:
    own = replace(NATIONAL, id="n2", area="QOC", amount=Decimal(1000))
    assert national(NATIONAL, own) == [("no day", 1000)]
    assert national(replace(NATIONAL, amount=Decimal(9_000_000))) == []


def test_a_withheld_area_expects_the_whole_match_whether_the_conditions_are_met_or_not() -> None:
    quiet = replace(FULL[2], confidential=True)
    assert national(NATIONAL, lines=(*FULL[:2], quiet)) == national(NATIONAL, lines=(quiet,)) == [("no day", SHARE)]


def test_payable_is_never_more_than_was_committed_to_the_area() -> None:
    half = replace(NATIONAL, area="QOC", amount=Decimal("1000.90"))
    other = replace(half, id="n2", transfer_expected=date(2026, 9, 1), amount=Decimal("500.05"))
    assert account(*FULL, national_commitments=(half,)).position.payable == 1000
    assert account(*FULL, national_commitments=(half, other)).position.payable == 1500


def test_leverage_ends_at_the_share() -> None:
    met = {item.party: item for item in account(*FULL).leverage}
    assert met["local"].average == met["national_investor"].average == 2
    assert met["nhs"].average == Decimal(2 * SHARE) / 300_000
    assert (met["nhs"].next_pound, met["national_investor"].next_pound) == (1, None)
    short = {item.party: item for item in account(FULL[0]).leverage}
    assert (short["nhs"].average, short["nhs"].next_pound, short["national_investor"].average) == (1, 2, None)
    assert short["employers_philanthropists"].average is None


def test_a_further_tranche_has_its_own_rule_dates_and_commitment() -> None:
    schools = Tranche("schools", "Schools", YEAR, YEAR.plus(1), Decimal("0.5"), Reference("letter-2026", "page 2"))
    promised = replace(NATIONAL, id="n2", tranche="schools")
    found = account(*FULL, national_commitments=(promised,), tranches=(schools,))
    assert [(item.would_be_matched, item.payable) for item in found.tranches] == [(SHARE // 2, SHARE // 2)]
    assert (found.position.national_commitment, found.position.payable) == (None, 0)
    later = replace(schools, first_year=YEAR.plus(1))
    assert account(*FULL, tranches=(later,)).tranches == ()


def effects(found: Account) -> dict[str, list[int | None]]:
    return {item.id: [effect for _, effect in item.effects] for item in found.readings}


def test_other_readings_are_worked_out_for_the_area_in_pounds() -> None:
    pledged = (*FULL[:2], replace(FULL[2], status="pledged_on_match", brokered=True))
    found = effects(account(*pledged, national_commitments=(NATIONAL,)))
    assert found["conditional-pledges"] == [-SHARE]
    assert found["brokered-offers"] == [0, -SHARE]
    assert found["match-by-instalment"] == [SHARE - 30_000]
    presumed = effects(account(*(replace(item, new_money=None) for item in FULL)))
    assert presumed["new-money-declared"] == [SHARE]


def test_only_those_who_may_be_named_are() -> None:
    public, private = replace(FULL[0], may_be_named=True, contributor="Open ICB"), replace(FULL[1], contributor="A shy council")
    told = account(public, private).as_dict()["lines"]
    assert [item["contributor"] for item in told] == ["Open ICB", UNNAMED]
    assert "shy" not in str(account(public, private).as_dict())


def test_a_confidential_line_keeps_the_whole_account_back() -> None:
    quiet = replace(FULL[2], confidential=True, contributor="The Quiet Trust")
    found = account(*FULL[:2], quiet, national_commitments=(NATIONAL,))
    assert found.local.withheld
    assert found.ways == found.lines == found.leverage == ()
    assert {effect for values in effects(found).values() for effect in values} == {None}
    assert [step.done for step in found.before_payment] == [None, True, True, None]
    told = str(found.as_dict()) + str(found.told())
    for telling in ("Quiet", "30000", "30,000", "490590", "490,590"):
        assert telling not in told


def test_the_account_of_a_past_day_knows_nothing_of_later_lines() -> None:
    assert account(*FULL, at=MAY).local.quarters == ()
    assert account(*FULL, at=JUNE).local.received == SHARE


@pytest.mark.parametrize("decided", [None, replace(DECIDED, takes_part=False)])
def test_a_briefing_tells_nothing_of_an_area_without_entries(decided: Participation | None) -> None:
    assert account(decided=decided).told() is None
