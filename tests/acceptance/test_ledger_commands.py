"""A ledger that fills up, through the command line: positions in full, transfers, past days, and nothing of a confidential line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, NATIONAL, PARTICIPATION

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


def test_the_whole_match_stands_among_the_national_transfers(quiet: Path, another: Callable[[], Path], spf: Spf) -> None:
    for folder, told in ((another(), None), (quiet, True)):
        enter(folder, "participation.csv", PARTICIPATION, DECISION)
        if not told:
            lines = [{**COMMON, **LINES[0], "amount": "520590"}, {**COMMON, **LINES[1]}, {**COMMON, **QUIET, "amount": "1"}]
            enter(folder, "contributions.csv", CONTRIBUTIONS, *lines)
        investor = {"id": "n1", "investor": "A national investor", "statutory": "yes", "year": "2026/27", "status": "committed",
                    "date": "2026-06-01", "transfer_expected": "2026-09-01", "source": "minutes-2026", "locator": "item 9"}  # fmt: skip
        enter(folder, "national_commitments.csv", NATIONAL, investor)
        for place in ((), ("QOC",)):
            found = json.loads(spf("fund", "transfers", *place, "--json", cwd=folder).stdout)
            assert found["national"]["quarters"] == [{"quarter": "2026/27 Q2", "expected": 520590, "received": None}]
            assert found["local"]["withheld"] is bool(told)
    assert "counts as if every condition were met" in spf("fund", "transfers", cwd=quiet).stdout


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


@pytest.fixture(scope="module")
def divided(another: Callable[[], Path]) -> Path:
    """A workbench with one footprint below an area."""
    folder = another()
    with (folder / "evidence" / "fund" / "footprints.csv").open("a", encoding="utf-8") as file:
        file.write("telford,Telford,QOC,2026-04-01,local authority,E06000020,spf-draft-2024,section C,\n")
    return folder


def test_an_area_tells_the_shares_of_its_footprints(divided: Path, spf: Spf) -> None:
    for command in ("share", "explain"):
        found = json.loads(spf("fund", command, "QOC", "--year", "2026/27", "--json", cwd=divided).stdout)
        below = found["footprints"]
        assert [item["footprint"] for item in below] == ["telford", None]
        assert sum(item["local_investment_share"] for item in below) == found["local_investment_share"]
        assert "520590 × 209630 ÷ 558210" in spf("fund", command, "QOC", "--year", "2026/27", cwd=divided).stdout


def test_a_footprint_tells_its_own_share(divided: Path, spf: Spf) -> None:
    found = json.loads(spf("fund", "share", "telford", "--year", "2026/27", "--json", cwd=divided).stdout)
    assert (found["area"], found["local_investment_share"]) == ("QOC", round(520590 * 209630 / 558210))
    said = spf("fund", "share", "telford", "--year", "2026/27", cwd=divided).stdout
    assert "a footprint of Shropshire, Telford and Wrekin (QOC)" in said
    early = spf("fund", "share", "telford", "--year", "2025/26", cwd=divided)
    assert (early.returncode, "is defined from 1 April 2026" in early.stderr) == (13, True)


def test_an_unknown_footprint_is_refused_with_those_that_there_are(divided: Path, untouched: Path, spf: Spf) -> None:
    assert "Footprints are: telford." in spf("fund", "share", "nowhere", cwd=divided).stderr
    assert "evidence/fund/README.md says how to define one" in spf("fund", "share", "nowhere", cwd=untouched).stderr


def test_sums_by_type_of_source_and_status_stand_in_the_text(filled: Path, spf: Spf) -> None:
    for place, whose in (((), "England's"), (("QOC",), "The area's")):
        said = spf("fund", "position", *place, cwd=filled).stdout
        assert f"{whose} money by type of source and status" in said
        nhs, council = (next(line for line in said.splitlines() if line.startswith(f"{kind}  ")) for kind in ("nhs", "local government"))
        assert (nhs.split()[1:], council.split()[2:]) == (
            ["–", "–", "–", "£300,000.25", "£300,000.25"],
            ["–", "–", "£1,000", "–", "£1,000"],
        )


def test_where_nothing_is_reported_no_shortfall_is_worked_out(untouched: Path, spf: Spf) -> None:
    assert "not reported; the share is £520,590" in spf("fund", "position", "QOC", cwd=untouched).stdout
    england = spf("fund", "position", cwd=untouched).stdout
    assert next(line for line in england.splitlines() if line.startswith("QOC")).split()[-5:] == [
        "£520,590",
        "not",
        "reported",
        "not",
        "reported",
    ]
