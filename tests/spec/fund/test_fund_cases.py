"""The rule cases of this folder, each a sentence that a policy colleague can read and redo."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from spf_analysis.fund import Fund, read_fund, rules

HERE = Path(__file__).parent
SOURCES = ("nhs", "local_government", "employers_philanthropists")
CASES = [(path.stem, case) for path in sorted(HERE.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(HERE.parents[2] / "evidence" / "fund")


def number(value: Any) -> Decimal:
    return Decimal(str(value))


def said(value: Any) -> Any:
    return "not reported" if value is None else str(value) if isinstance(value, rules.Condition) else value


def rate(given: dict[str, Any], fund: Fund) -> dict[str, Any]:
    return {"rate": str(rules.rate_per_head(number(given["price"]), [number(item) for item in given["inflation"]]))}


def shares(given: dict[str, Any], fund: Fund) -> dict[str, Any]:
    people = {name: area["residents"] for name, area in given["areas"].items()}
    needs = {name: Decimal(area["weighted"]) / area["registered"] for name, area in given["areas"].items()}
    found = rules.local_investment_shares(number(given["rate"]), people, needs)
    return {"local_total": sum(found.values()), "shares": found}


def conditions(given: dict[str, Any], fund: Fund) -> dict[str, Any]:
    by_type = {kind: number(amount) for kind, amount in given["committed"].items()} if "committed" in given else None
    new = number(given.get("new", 0)) if by_type else None
    found = {
        "amount": rules.amount_condition(sum(by_type.values(), Decimal(0)) if by_type else None, given["share"]),
        "sources": rules.sources_condition(by_type, SOURCES),
        "duration": rules.duration_condition(given.get("years"), 10),
        "new_money": rules.new_money_condition(given["share"], new, number(given.get("undeclared", 0))),
    }
    return {**found, "would_be_matched": rules.matched_national_contribution(given["share"], found.values())}


def payment(given: dict[str, Any], fund: Fund) -> dict[str, Any]:
    matched = None if given["matched"] == "not reported" else given["matched"]
    return {
        "payable": rules.payable(
            matched,
            committed_nationally=given["national_commitment"],
            agreement_signed=given["agreement_signed"],
            transferred=number(given["transferred"]),
            share=given["share"],
        )
    }


def england(given: dict[str, Any], fund: Fund) -> dict[str, Any]:
    year = given["year"]
    if "area" in given:
        share = fund.share(given["area"], year)
        return {"share": share.pounds, "match_if_met": share.match_if_met, "residents": share.residents.residents}
    totals = {"local_total": fund.local_total(year), "fund_total": fund.fund_total(year)}
    return {"rate": f"{fund.rate(year).normalize():f}", "areas": len(fund.shares(year)), **totals}


REDO: dict[str, Callable[[dict[str, Any], Fund], dict[str, Any]]] = {
    "rate": rate,
    "shares": shares,
    "conditions": conditions,
    "payment": payment,
    "england": england,
}


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind}: {case['name']}" for kind, case in CASES])
def test_case(kind: str, case: dict[str, Any], fund: Fund) -> None:
    found = {key: said(value) for key, value in REDO[kind](case["given"], fund).items()}
    assert {key: found[key] for key in case["expect"]} == case["expect"]
