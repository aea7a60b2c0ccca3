"""Cases of the ledger, each a sentence that a policy colleague can read: what is entered for an area, and where it then stands.

The area is Shropshire, Telford and Wrekin in 2026/27, whose share is £520,590, unless a line names another. `day` is the day of a
line's status; where none is given it is 1 June 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from spf_analysis.figures import Reference, as_json
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.account import Account
from spf_analysis.fund.ledger import Contribution, Ledger, NationalCommitment, Participation, Tranche
from spf_analysis.fund.transfers import Transfers
from spf_analysis.periods import FinancialYear

HERE = Path(__file__).parent
CASES = [(path.stem, case) for path in sorted(HERE.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
YEAR, PLACE = FinancialYear(2026), Reference("minutes-2026", "item 4")


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(HERE.parents[2] / "evidence" / "fund")


def line(number: int, given: dict[str, Any]) -> Contribution:
    new = given.get("new", True)
    made = Contribution(
        f"c{number}", given.get("area", "QOC"), given.get("who", f"Body {number}"), given["from"], YEAR, Decimal(str(given["pounds"])),
        given.get("status", "committed"), given.get("day", date(2026, 6, 1)), PLACE, new, "board paper 7" if new else None,
    )  # fmt: skip
    return replace(
        made,
        brokered=given.get("brokered", False),
        confidential=given.get("confidential", False),
        transfer_expected=given.get("expected"),
        supersedes=given.get("corrects"),
    )


def decision(given: dict[str, Any]) -> Participation:
    years = given.get("years", 10)
    made = Participation(
        given.get("area", "QOC"), given.get("takes_part", True), date(2026, 4, 20), "board", PLACE, YEAR, YEAR.plus(years - 1)
    )
    return replace(made, agreement_signed=given.get("agreement"))


def national(number: int, given: dict[str, Any]) -> NationalCommitment:
    amount = Decimal(str(given["pounds"])) if "pounds" in given else None
    made = NationalCommitment(f"n{number}", "An investor", given.get("statutory", True), YEAR, date(2026, 6, 1), "committed", PLACE)
    return replace(
        made,
        area=given.get("area"),
        amount=amount,
        status=given.get("status", "committed"),
        day=given.get("day", made.day),
        tranche=given.get("tranche"),
    )


def tranche(given: dict[str, Any]) -> Tranche:
    first, last = FinancialYear.parse(given["first_year"]), FinancialYear.parse(given["last_year"])
    return Tranche(given["id"], given["id"], first, last, Decimal(str(given["match_ratio"])), PLACE)


def ledger_of(given: dict[str, Any]) -> Ledger:
    return Ledger(
        tuple(decision(item) for item in given.get("decisions", [])),
        tuple(line(number, item) for number, item in enumerate(given.get("lines", []), 1)),
        tuple(national(number, item) for number, item in enumerate(given.get("national", []), 1)),
        tuple(tranche(item) for item in given.get("tranches", [])),
    )


def quarters(side: Transfers, what: str) -> dict[str, Any]:
    rows = {str(row.quarter or "no day"): as_json(getattr(row, what)) for row in side.quarters}
    return {name: amount for name, amount in rows.items() if amount is not None}


def standing(found: Account) -> dict[str, Any]:
    """Everything that a case may expect of an area, in plain words and numbers."""
    here = found.position
    return {
        **{name: str(state) for name, state in here.conditions.items()},
        "takes_part": here.takes_part,
        "committed": as_json(here.committed),
        "shortfall": as_json(here.shortfall),
        "would_be_matched": here.matched_national_contribution,
        "national_commitment": here.national_commitment is not None,
        "payable": here.payable,
        "withheld": here.withheld,
        "open_question": here.open_question,
        "missing": {way.condition: as_json(way.amount) for way in found.lacking},
        "ways": [way.said for way in found.ways],
        "least_money": as_json(found.least_money),
        "done_before_payment": [step.id for step in found.before_payment if step.done],
        "expected": quarters(found.local, "expected"),
        "received": quarters(found.local, "received"),
        "nationally_received": quarters(found.national, "received"),
        "in_advance": as_json(found.local.in_advance),
        "overdue": as_json(found.local.overdue),
        "leverage": {item.party: None if item.average is None else float(round(item.average, 2)) for item in found.leverage},
        "next_pound": {item.party: None if item.next_pound is None else float(item.next_pound) for item in found.leverage},
        "tranches": {item.tranche.id: item.would_be_matched for item in found.tranches},
        "tranches_payable": {item.tranche.id: item.payable for item in found.tranches},
        "carried_from": sorted({code for _, code in found.carried}),
    }


def england(fund: Fund, at: date | None) -> dict[str, Any]:
    position = fund.position(YEAR, at=at)
    totals = position.totals()
    return {"england_committed": totals["committed"], "england_shortfall": totals["shortfall"], "not_placed": totals["not_placed"]}


def said(value: Any) -> Any:
    """Missing is said in words: "not reported", and within a table "not stated"."""
    if isinstance(value, dict):
        return {key: "not stated" if item is None else item for key, item in value.items()}
    return "not reported" if value is None else value


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind}: {case['name']}" for kind, case in CASES])
def test_ledger_case(kind: str, case: dict[str, Any], fund: Fund) -> None:
    given, at = case["given"], case["given"].get("as_of")
    filled = replace(fund, ledger=ledger_of(given))
    found = {**standing(filled.account(given.get("look_at", "QOC"), YEAR, at=at)), **england(filled, at)}
    assert {key: said(found[key]) for key in case["expect"]} == case["expect"]


def test_there_are_cases_of_every_kind() -> None:
    assert {kind for kind, _ in CASES} == {
        "carrying",
        "confidential",
        "leverage",
        "missing",
        "payment",
        "standing",
        "tranches",
        "transfers",
    }
