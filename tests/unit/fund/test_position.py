from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.ledger import SOURCE_TYPES, STATUSES, Contribution, Ledger, NationalCommitment, Participation
from spf_analysis.fund.position import AreaPosition
from spf_analysis.fund.rules import Condition
from spf_analysis.periods import FinancialYear

FOLDER = Path(__file__).parents[3] / "evidence" / "fund"
YEAR, MINUTES = FinancialYear(2026), Reference("minutes-2026", "item 4")


@cache
def read_once() -> Fund:
    return read_fund(FOLDER)


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_once()


def line(name: str, kind: str, amount: int, status: str = "committed", area: str = "QOC", **more: object) -> Contribution:
    made = Contribution(name, area, f"Body {name}", kind, YEAR, Decimal(amount), status, date(2026, 5, 1), MINUTES, True, "board paper 7")
    return replace(made, **more)  # type: ignore[arg-type]


def taking_part(area: str = "QOC", signed: date | None = date(2026, 6, 1), years: int = 10) -> Participation:
    return Participation(area, True, date(2026, 5, 1), "board", MINUTES, YEAR, YEAR.plus(years - 1), signed)


FULL = (
    line("c1", "nhs", 300_000, "transferred"),
    line("c2", "local_government", 200_000, "transferred"),
    line("c3", "employers_philanthropists", 30_000, "transferred"),
)
NATIONAL = NationalCommitment("n1", "A national investor", True, YEAR, date(2026, 7, 1), "committed", MINUTES)


def stands(fund: Fund, ledger: Ledger, *, area: str = "QOC", internal: bool = False) -> AreaPosition:
    found = replace(fund, ledger=ledger).position(YEAR, internal=internal).of(area)
    assert found is not None
    return found


def test_an_empty_ledger_is_not_nought_pounds(fund: Fund) -> None:
    position = fund.position("2026/27")
    assert position.is_empty
    assert len(position.areas) == len(fund.areas_in("2026/27"))
    for item in position.as_dict()["areas"]:
        assert set(item["contributions"]) == {"nhs", "local_government", "employers_philanthropists"}
        assert set(item["contributions"].values()) == {item["committed"]} == {None}
        assert item["shortfall"] == item["local_investment_share"] == fund.share(item["area"], "2026/27").pounds
        assert set(item["conditions"].values()) == {"not reported"}
        assert item["national_commitment"] is item["matched_national_contribution"] is item["payable"] is item["takes_part"] is None
    assert position.totals()["local_investment_share"] == position.totals()["shortfall"] == 55_693_868
    assert position.totals()["committed"] is None
    assert fund.ledger.is_empty
    assert fund.national_investor() is None


def test_would_be_matched_committed_and_payable_are_three_things(fund: Fund) -> None:
    matched = stands(fund, Ledger((taking_part(),), FULL))
    assert (matched.matched_national_contribution, matched.national_commitment, matched.payable) == (520_590, None, 0)
    paid = stands(fund, Ledger((taking_part(),), FULL, (NATIONAL,)))
    assert (paid.payable, paid.national_commitment) == (520_590, NATIONAL)
    assert stands(fund, Ledger((taking_part(signed=None),), FULL, (NATIONAL,))).payable == 0
    promised = tuple(replace(item, status="committed") for item in FULL)
    assert stands(fund, Ledger((taking_part(),), promised, (NATIONAL,))).payable == 0


def test_an_investor_outside_the_statutory_sector_is_not_the_one_the_draft_needs(fund: Fund) -> None:
    found = stands(fund, Ledger((taking_part(),), FULL, (replace(NATIONAL, statutory=False),)))
    assert (found.national_commitment, found.payable) == (None, 0)


def test_a_pledge_counts_only_when_the_match_is_its_only_condition(fund: Fund) -> None:
    def committed(status: str) -> Decimal | None:
        return stands(fund, Ledger((), (line("c1", "nhs", 1000, status),))).committed

    assert {status: committed(status) for status in ("pledged", "pledged_on_match", "committed", "transferred")} == {
        "pledged": 0,
        "pledged_on_match": 1000,
        "committed": 1000,
        "transferred": 1000,
    }


def test_a_superseded_line_no_longer_counts(fund: Fund) -> None:
    corrected = (line("c1", "nhs", 1000), line("c2", "nhs", 700, supersedes="c1"))
    assert stands(fund, Ledger((), corrected)).committed == 700


def test_an_area_that_recorded_that_it_stays_out_keeps_its_share_and_counts_nothing(fund: Fund) -> None:
    out = replace(taking_part(), takes_part=False)
    found = stands(fund, Ledger((out,), FULL))
    assert (found.takes_part, found.committed, found.local_investment_share) == (False, None, 520_590)


def test_brokered_money_counts_and_its_source_is_flagged_as_open(fund: Fund) -> None:
    brokered = (*FULL[:2], line("c3", "employers_philanthropists", 30_000, "transferred", brokered=True))
    found = stands(fund, Ledger((taking_part(),), brokered))
    assert (found.open_question, found.conditions["amount"]) == ("brokered-offers", Condition.MET)
    assert stands(fund, Ledger((taking_part(),), FULL)).open_question is None


def test_nothing_gives_a_confidential_line_away(fund: Fund) -> None:
    secret = line("c3", "employers_philanthropists", 31_417, "transferred", confidential=True, contributor="The Quiet Trust")
    elsewhere = line("c4", "nhs", 5_000, area="QJK")
    ledger = Ledger((taking_part(), taking_part("QJK")), (*FULL[:2], secret, elsewhere))
    printed = json.dumps(replace(fund, ledger=ledger).position(YEAR).as_dict())
    for telling in ("31417", "531417", "536417", "Quiet", "500000", "505000"):
        assert telling not in printed
    totals = replace(fund, ledger=ledger).position(YEAR).totals()
    assert totals["committed"] is totals["shortfall"] is totals["contributions"]["nhs"] is None
    hidden = stands(fund, ledger)
    assert hidden.withheld
    assert hidden.committed is hidden.shortfall is hidden.payable is None
    shown = stands(fund, ledger, internal=True)
    assert (shown.committed, shown.withheld) == (531_417, False)
    assert stands(fund, ledger, area="QJK").committed == 5_000


@given(st.integers(1, 10**7), st.sampled_from(STATUSES), st.sampled_from(SOURCE_TYPES), st.text("abc", min_size=1))
@settings(max_examples=15, deadline=None)
def test_nothing_that_is_printed_depends_on_what_a_confidential_line_says(amount: int, status: str, kind: str, name: str) -> None:
    def printed(secret: Contribution) -> str:
        ledger = Ledger((taking_part(),), (*FULL[:2], secret), (NATIONAL,))
        return json.dumps(replace(read_once(), ledger=ledger).position(YEAR).as_dict())

    usual = line("c3", "employers_philanthropists", 31_417, confidential=True)
    assert printed(replace(usual, amount=Decimal(amount), status=status, source_type=kind, contributor=name)) == printed(usual)


def test_the_position_of_a_past_day_is_that_of_the_ledger_as_it_stood(fund: Fund) -> None:
    corrected = (line("c1", "nhs", 1000), line("c2", "nhs", 700, day=date(2026, 7, 1), supersedes="c1"))
    filled = replace(fund, ledger=Ledger((taking_part(),), corrected))

    def committed(day: date | None) -> Decimal | None:
        found = filled.position(YEAR, at=day).of("QOC")
        assert found is not None
        return found.committed

    assert [committed(day) for day in (date(2026, 4, 30), date(2026, 5, 1), date(2026, 7, 1), None)] == [None, 1000, 700, 700]
    assert filled.position(YEAR, at=date(2026, 5, 1)).as_dict()["at"] == "2026-05-01"
    assert filled.position(YEAR, at=date(2026, 4, 30)).is_empty
