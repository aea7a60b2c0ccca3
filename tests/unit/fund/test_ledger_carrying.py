"""What a ledger says of an old vintage goes over to the areas that followed, through positions and accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.ledger import Contribution, Ledger, NationalCommitment, Participation
from spf_analysis.fund.ledger_carrying import CarriedLedger, carried_ledger
from spf_analysis.periods import FinancialYear

YEAR, MINUTES, BEFORE = FinancialYear(2026), Reference("minutes-2025", "item 4"), date(2025, 11, 1)
MERGED, HALVES = "Z9B2Z", ("QMJ", "QRV")


@cache
def read_once() -> Fund:
    return read_fund(Path(__file__).parents[3] / "evidence" / "fund")


def line(name: str, area: str, pounds: str | int, **more: Any) -> Contribution:
    made = Contribution(name, area, f"Body {name}", "nhs", YEAR, Decimal(pounds), "committed", BEFORE, MINUTES, True, "paper 7")
    return replace(made, **more)


def decided(area: str, takes_part: bool = True, first: int = 2025, last: int = 2035, day: date = BEFORE) -> Participation:
    return Participation(area, takes_part, day, f"board of {area}", MINUTES, FinancialYear(first), FinancialYear(last), day, "A trust")


def carry(*lines: Contribution, decisions: tuple[Participation, ...] = (), **more: Any) -> CarriedLedger:
    fund = read_once()
    return carried_ledger(Ledger(decisions, lines, **more), YEAR, fund.areas, fund.divisions)


def stand(*lines: Contribution, decisions: tuple[Participation, ...] = ()) -> Fund:
    return replace(read_once(), ledger=Ledger(decisions, lines))


def test_a_line_of_a_merged_area_counts_whole_for_its_successor() -> None:
    fund = stand(line("c1", HALVES[0], "1000.01"), line("c2", HALVES[1], 500))
    found = fund.position(YEAR).of(MERGED)
    assert found is not None
    assert found.committed == Decimal("1500.01")
    account = fund.account(MERGED, YEAR)
    assert {code for _, code in account.carried} == set(HALVES)
    assert account.change is not None
    assert "1 April 2026" in account.change


def test_a_line_of_a_divided_area_is_divided_and_what_could_not_be_placed_is_shown() -> None:
    fund = stand(line("c1", "QNQ", 1_000_000))
    position = fund.position(YEAR)
    found = {item.area: item.committed for item in position.areas if item.committed}
    assert set(found) == {"QRL", "S0E4D", "S9B9J"}
    assert position.not_placed is not None
    assert sum(found.values(), position.not_placed) == 1_000_000
    assert position.totals()["not_placed"] == float(position.not_placed) > 0
    assert position.totals()["committed"] == float(1_000_000 - position.not_placed)


def test_a_correction_after_the_areas_end_is_carried_as_the_line_was() -> None:
    corrected = line("c2", HALVES[0], 700, day=date(2026, 6, 1), supersedes="c1", note="less")
    found = carry(line("c1", HALVES[0], 1000), corrected).ledger.contributions
    assert [(item.id, item.area, item.amount) for item in found] == [(f"c2-{MERGED}", MERGED, 700)]


def test_a_confidential_line_stays_confidential_and_its_unplaced_part_is_not_told() -> None:
    position = stand(line("c1", "QNQ", 31_417, confidential=True)).position(YEAR)
    assert {item.area for item in position.areas if item.withheld} == {"QRL", "S0E4D", "S9B9J"}
    assert position.not_placed is None
    assert position.totals()["committed"] is None


def test_a_decision_goes_over_where_all_predecessors_had_decided_alike() -> None:
    both = (decided(HALVES[0], first=2025, last=2034), decided(HALVES[1], first=2026, last=2035))
    found = carry(decisions=both).ledger.participation(MERGED)
    assert found is not None
    assert (found.takes_part, str(found.first_year), str(found.last_year)) == (True, "2026/27", "2034/35")
    assert found.agreement_signed is found.holder is None
    assert carry(decisions=both[:1]).ledger.participation(MERGED) is None
    assert carry(decisions=(both[0], decided(HALVES[1], takes_part=False))).ledger.participation(MERGED) is None


def test_an_area_that_stayed_the_same_keeps_decision_and_agreement() -> None:
    assert carry(decisions=(decided("QOC"),)).ledger.participation("QOC") == decided("QOC")


def test_an_area_that_took_in_parts_of_others_decides_anew() -> None:
    assert carry(decisions=(decided("QRL"),)).ledger.participation("QRL") is None
    later = decided("QRL", day=date(2026, 5, 1))
    assert carry(decisions=(decided("QRL"), later)).ledger.participation("QRL") == later


def test_a_national_amount_for_a_former_area_goes_over() -> None:
    made = NationalCommitment("n1", "An investor", True, YEAR, BEFORE, "committed", MINUTES, HALVES[0], Decimal(900))
    found = carry(national_commitments=(made,)).ledger.national_commitments
    assert [(item.area, item.amount) for item in found] == [(MERGED, 900)]


@given(st.lists(st.tuples(st.sampled_from([*HALVES, "QNQ", "QM7", "QJG", "QOC"]), st.integers(1, 10**8)), max_size=6))
@settings(max_examples=25, deadline=None)
def test_no_penny_is_lost_or_made(drawn: list[tuple[str, int]]) -> None:
    lines = [line(f"c{number}", area, str(Decimal(pence) / 100)) for number, (area, pence) in enumerate(drawn)]
    found = carry(*lines)
    there = sum((item.amount for item in found.ledger.contributions), Decimal(0))
    assert there + sum((amount for _, amount in found.unplaced), Decimal(0)) == sum((item.amount for item in lines), Decimal(0))
