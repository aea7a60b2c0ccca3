"""The cases of this folder on offers and applications, each a sentence that a policy colleague can read and redo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund, rules
from spf_analysis.fund.brokerage import effect_of, spread
from spf_analysis.fund.demonstrators import CONFIRMATIONS, Application, Applications
from spf_analysis.fund.ledger import SOURCE_TYPES
from spf_analysis.fund.offers import Offer, Wish
from spf_analysis.fund.position import AreaPosition
from spf_analysis.fund.statements import COUNTED, Statement
from spf_analysis.periods import FinancialYear

HERE = Path(__file__).parent
YEAR, LETTER = FinancialYear(2026), Reference("letter-2026", "page 1")
CASES = [(path.stem, case) for path in sorted(HERE.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


@cache
def fund() -> Fund:
    return read_fund(HERE.parents[2] / "evidence" / "fund")


def _spread(given: dict[str, Any]) -> dict[str, int]:
    return spread(given["pounds"], given["weighted"])


def _years(given: dict[str, Any]) -> list[str]:
    last = YEAR.plus(given["years"] - 1)
    made = Offer(
        "a", "A", "philanthropist", Decimal(given["amount"]), YEAR, last, Wish("comprehensive"), "offered", date(2026, 5, 1), LETTER
    )  # fmt: skip
    return [f"{made.in_year(year):f}".removesuffix(".00") for year in made.years]


def _effect(given: dict[str, Any]) -> dict[str, Any]:
    position = fund().position(YEAR).of("QOC")
    assert position is not None
    committed = dict.fromkeys(SOURCE_TYPES) | {kind: Decimal(amount) for kind, amount in given.get("committed", {}).items()}
    known = {kind: amount or Decimal(0) for kind, amount in committed.items()}
    total = sum(known.values(), Decimal(0))
    conditions = {**position.conditions, "sources": rules.sources_condition(known, SOURCE_TYPES)}
    shortfall = None if given.get("withheld") else rules.shortfall(given["share"], total)
    stands: AreaPosition = replace(
        position, local_investment_share=given["share"], contributions=committed, committed=total, shortfall=shortfall,
        conditions=conditions, withheld=given.get("withheld", False),
    )  # fmt: skip
    found = effect_of(given["pounds"], stands, SOURCE_TYPES)
    sources = None if found.sources is None else str(found.sources)
    return {"shortfall": found.shortfall, "beyond": found.beyond, "sources": sources, "open_question": found.open_question is not None}


def _eligibility(given: dict[str, Any]) -> str:
    pages = given.get("pages")
    statement = Statement("a.pdf", None if pages == "unknown" else pages, COUNTED) if pages else None
    made = Application("a", "QOC", date(2026, 5, 1), {name: given[name] for name in CONFIRMATIONS}, LETTER, statement=statement)
    (applicant,) = replace(fund(), applications=Applications((made,))).demonstrators(YEAR).applicants
    return str(applicant.eligible)


REDO: dict[str, Callable[[dict[str, Any]], Any]] = {"spread": _spread, "years": _years, "effect": _effect, "eligibility": _eligibility}


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind}: {case['name']}" for kind, case in CASES])
def test_case(kind: str, case: dict[str, Any]) -> None:
    assert REDO[kind](case["given"]) == case["expect"]
