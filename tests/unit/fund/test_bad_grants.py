"""Every folder of bad grants or costs earns exactly the message beside it; SPF_REWRITE=1 writes the messages anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from spf_analysis.errors import SpfError
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.cost_reading import CostWords, read_full_cost
from spf_analysis.fund.grant_import import plan_grants
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS

BAD = Path(__file__).parents[2] / "samples" / "bad"
RULES = Path(__file__).parents[3] / "evidence" / "fund" / "rules"
GRANTS = sorted(path.name for path in (BAD / "grants").iterdir() if path.name != "sound")
COSTS = sorted(path.name for path in (BAD / "costs").iterdir() if path.name != "sound")
WORDS = CostWords({"payment.grant": "Grant"}, {"money.charitable": "Charitable money"}, frozenset({"power-to-change-2019"}))
LINE = "area,contributor,source_type,year,amount,status,date,source,locator"
LINES = (
    "id,AA1,Northmoor ICB,nhs,2026/27,200000.00,committed,2026-05-01,minutes-2026,item 4",
    "id,AA1,Northmoor council,local_government,2026/27,100000.00,transferred,2026-06-01,minutes-2026,item 5",
)
DECISION = {"area": "AA1", "takes_part": "yes", "date": "2026-04-10", "recorded_by": "board", "agreement_signed": "2026-04-15",
            "source": "minutes-2026", "locator": "item 1"}  # fmt: skip


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Fund:
    """The sound invented fund with £300,000 committed by AA1 for 2026/27, £100,000 of it transferred."""
    folder = tmp_path_factory.mktemp("fund") / "evidence" / "fund"
    shutil.copytree(BAD / "fund" / "sound", folder)
    shutil.copytree(RULES, folder / "rules")
    decided = folder / "ledger" / "participation.csv"
    columns = decided.read_text(encoding="utf-8").strip().split(",")
    decided.write_text(",".join(columns) + "\n" + ",".join(DECISION.get(column, "") for column in columns) + "\n", encoding="utf-8")
    rows = [",".join(CONTRIBUTIONS)]
    for number, text in enumerate(LINES):
        cells = dict(zip(f"id,{LINE}".split(","), text.split(","), strict=True)) | {"id": f"c{number}"}
        rows.append(",".join(cells.get(column, "") for column in CONTRIBUTIONS))
    (folder / "ledger" / "contributions.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_fund(folder)


def imported(fund: Fund, folder: Path) -> object:
    file = next(path for path in folder.glob("grants.*"))
    declare = folder / "declarations.csv"
    return plan_grants(fund, Path("ledger"), file, declare if declare.exists() else None)


def test_the_grants_and_costs_that_the_cases_start_from_are_sound(fund: Fund) -> None:
    plan = plan_grants(fund, Path("ledger"), BAD / "grants" / "sound" / "grants.json")
    assert [(award.id, award.area, award.size) for award in plan.register.awards] == [("360G-invented-1", "AA1", "small")]
    found = read_full_cost(BAD / "costs" / "sound" / "costs.csv", WORDS)
    assert (found.total, found.ways[0].uncovered) == (1850, 850)


@pytest.mark.parametrize("case", GRANTS)
def test_bad_grants_earn_their_message(case: str, fund: Fund) -> None:
    hold(BAD / "grants" / case, lambda: imported(fund, BAD / "grants" / case))


@pytest.mark.parametrize("case", COSTS)
def test_bad_costs_earn_their_message(case: str) -> None:
    hold(BAD / "costs" / case, lambda: read_full_cost(BAD / "costs" / case / "costs.csv", WORDS))


def hold(folder: Path, act: Callable[[], object]) -> None:
    with pytest.raises(SpfError) as caught:
        act()
    said, snapshot = f"{caught.value}\n", folder / "message.txt"
    if os.environ.get("SPF_REWRITE") == "1":
        snapshot.write_text(said, encoding="utf-8")
    assert said == snapshot.read_text(encoding="utf-8")
    assert str(BAD) not in said
    assert all(problem.where and problem.hint for problem in caught.value.problems)
