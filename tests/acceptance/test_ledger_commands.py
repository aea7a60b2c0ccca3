"""A ledger that fills up, through the command line: positions in full, transfers, past days, and nothing of a confidential line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, PARTICIPATION

Spf = Callable[..., Any]
LINES = (
    {"id": "c1", "contributor": "Open ICB", "source_type": "nhs", "amount": "300000.25", "status": "transferred", "date": "2026-06-01",
     "transfer_expected": "2026-06-30", "may_be_named": "yes"},
    {"id": "c2", "contributor": "A shy council", "source_type": "local_government", "amount": "1000", "status": "committed",
     "date": "2026-06-01", "transfer_expected": "2026-12-31"},
)  # fmt: skip
QUIET = {"id": "q1", "contributor": "The Quiet Trust", "source_type": "employers_philanthropists", "amount": "31417.50",
         "status": "committed", "date": "2026-07-01"}  # fmt: skip
DECISION = {"area": "QOC", "takes_part": "yes", "date": "2026-04-20", "recorded_by": "board", "first_year": "2026/27",
            "last_year": "2035/36", "agreement_signed": "2026-05-01", "holder": "A Fund for Shropshire",
            "holder_legal_form": "charity", "voluntary_sector_confidence": "yes", "confidence_evidence": "a letter of its alliance",
            "source": "minutes-2026", "locator": "item 1"}  # fmt: skip
COMMON = {
    "area": "QOC",
    "year": "2026/27",
    "new_money": "yes",
    "new_money_evidence": "board paper 7",
    "source": "minutes-2026",
    "locator": "item 4",
}
TELLING = ("Quiet", "31417", "31,417", "332417", "332,417", "331417", "301000", "301,000", "shy")


def enter(folder: Path, name: str, columns: tuple[str, ...], *rows: dict[str, str]) -> None:
    path = folder / "evidence" / "fund" / "ledger" / name
    path.parent.mkdir(exist_ok=True)
    lines = [",".join(row.get(column, "") for column in columns) for row in rows]
    path.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def filled(another: Callable[[], Path]) -> Path:
    """A workbench with open lines for one area."""
    folder = another()
    enter(folder, "participation.csv", PARTICIPATION, DECISION)
    enter(folder, "contributions.csv", CONTRIBUTIONS, *({**COMMON, **line} for line in LINES))
    return folder


@pytest.fixture(scope="module")
def quiet(another: Callable[[], Path]) -> Path:
    """The same, and a confidential line."""
    folder = another()
    enter(folder, "participation.csv", PARTICIPATION, DECISION)
    enter(folder, "contributions.csv", CONTRIBUTIONS, *({**COMMON, **line} for line in LINES))
    enter(folder, "confidential/contributions.csv", CONTRIBUTIONS, {**COMMON, **QUIET})
    return folder


def test_an_area_is_told_in_full(filled: Path, spf: Spf) -> None:
    said = spf("fund", "position", "QOC", "--year", "2026/27", cwd=filled)
    assert said.returncode == 0, said.stderr
    for words in (
        "£301,000.25",
        "£219,589.75 more committed, from any source and in any proportion",
        "some contribution, however small, from employers or philanthropists",
        "A Fund for Shropshire (charity)",
        "documented: a letter of its alliance",
        "Open ICB",
        "a contributor who is not named",
        "the binding agreement is signed: done on 1 May 2026 (section E)",
        "2026/27 Q3",
        "Taking part would be voluntary",
    ):
        assert words in said.stdout
    assert "shy" not in said.stdout


def test_the_account_is_one_document(filled: Path, spf: Spf) -> None:
    found = json.loads(spf("fund", "position", "QOC", "--year", "2026/27", "--json", cwd=filled).stdout)
    assert (found["schema"], found["committed"], found["least_money"]) == (1, 301000.25, 219589.75)
    assert found["participation"]["holder_legal_form"] == "charity"
    assert [item["received"] for item in found["transfers"]["local"]["quarters"]] == [300000.25, None]
    assert {"ways", "before_payment", "leverage", "further_tranches", "readings", "lines", "conditions"} <= set(found)


def test_transfers_are_told_for_england_an_area_and_a_past_day(filled: Path, spf: Spf) -> None:
    found = json.loads(spf("fund", "transfers", "--json", cwd=filled).stdout)
    assert (found["local"]["expected"], found["local"]["received"]) == (301000.25, 300000.25)
    assert set(found["endowment"].values()) == {None}
    before = json.loads(spf("fund", "transfers", "QOC", "--at", "2026-05-31", "--json", cwd=filled).stdout)
    assert before["local"]["quarters"] == []
    assert "2026/27 Q1" in spf("fund", "transfers", "QOC", cwd=filled).stdout


def test_what_an_area_has_stands_in_the_table_of_all(filled: Path, spf: Spf) -> None:
    found = json.loads(spf("fund", "position", "--json", cwd=filled).stdout)
    assert found["totals"]["committed"] == 301000.25
    here = next(item for item in found["areas"] if item["area"] == "QOC")
    assert here["contributions_by_status"]["nhs"]["transferred"] == 300000.25


@pytest.mark.parametrize(
    "words",
    [
        ("position",), ("position", "--json"), ("position", "QOC"), ("position", "QOC", "--json"),
        ("position", "--at", "2026-07-01", "--json"),
        ("transfers",), ("transfers", "QOC", "--json"), ("transfers", "--at", "2026-07-01", "--json"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_nothing_of_a_confidential_line_is_printed(words: tuple[str, ...], quiet: Path, spf: Spf) -> None:
    said = spf("fund", *words, cwd=quiet)
    assert said.returncode == 0, said.stderr
    assert not [telling for telling in TELLING if telling in said.stdout + said.stderr]


def test_internally_it_is(quiet: Path, spf: Spf) -> None:
    assert "The Quiet Trust" in spf("fund", "position", "QOC", "--internal", cwd=quiet).stdout
    assert json.loads(spf("fund", "position", "--internal", "--json", cwd=quiet).stdout)["totals"]["committed"] == 332417.75


def test_a_year_without_inflation_asks_for_a_scenario_and_takes_one(untouched: Path, spf: Spf) -> None:
    refused = spf("fund", "share", "QOC", "--year", "2027/28", cwd=untouched)
    assert refused.returncode == 13
    assert "name a scenario" in refused.stderr
    done = spf("fund", "share", "QOC", "--year", "2027/28", "--scenario", "two-per-cent", cwd=untouched)
    assert done.returncode == 0
    assert "scenario two-per-cent" in done.stdout
