"""The ledger in Excel, out and back; every bad workbook earns its message, and SPF_REWRITE=1 writes the messages anew.

A bad workbook is kept as the cells that differ from an empty template, so that it can be read as text.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from spf_analysis.areas import Areas, read_areas
from spf_analysis.errors import FundError, Problem, TypesettingError
from spf_analysis.fund.ledger import Ledger
from spf_analysis.fund.ledger_import import plan_import, write_import
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, read_ledger
from spf_analysis.fund.ledger_template import CONTRIBUTION_SHEET, PARTICIPATION_SHEET, SHEETS, write_template
from spf_analysis.fund.path import term_from
from spf_analysis.periods import FinancialYear

SAMPLES = Path(__file__).parents[2] / "samples" / "bad"
BAD = SAMPLES / "ledger_workbook"
YEAR = FinancialYear(2026)
THERE = "there,AA1,Northmoor ICB,nhs,2026/27,1000.00,committed,2026-04-20,,,,,,,,,minutes-2026,item 4,\n"
LINE = {"area": "AA1", "contributor": "Northmoor ICB", "source_type": "nhs", "year": "2026/27", "amount": 1250.5, "status": "committed",
        "date": date(2026, 5, 1), "source": "minutes-2026", "locator": "item 4"}  # fmt: skip
DECISION = {"area": "AA1", "takes_part": "yes", "date": date(2026, 4, 10), "recorded_by": "board", "first_year": "2026/27",
            "last_year": "2035/36", "agreement_signed": date(2026, 4, 15), "source": "minutes-2026", "locator": "item 1"}  # fmt: skip


@pytest.fixture(scope="module")
def areas() -> Areas:
    return read_areas(SAMPLES / "fund" / "sound")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory, areas: Areas) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.xlsx"
    write_template(file, areas.on(YEAR.first_day), term_from(YEAR, 10))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger with one line."""
    ledger = tmp_path / "evidence" / "fund" / "ledger"
    shutil.copytree(SAMPLES / "fund" / "sound" / "ledger", ledger)
    (ledger / "contributions.csv").write_text(",".join(CONTRIBUTIONS) + "\n" + THERE, encoding="utf-8")
    return ledger


def filled(blank: Path, file: Path, contributions: list[dict[str, Any]], decisions: list[dict[str, Any]] | None = None) -> Path:
    """A copy of the template with these lines."""
    book = openpyxl.load_workbook(blank)
    for title, lines in ((CONTRIBUTION_SHEET, contributions), (PARTICIPATION_SHEET, decisions or [])):
        for row, line in enumerate(lines, 2):
            for column, value in line.items():
                book[title].cell(row, SHEETS[title].index(column) + 1, value)
    book.save(file)
    return file


def ledger_of(folder: Path) -> Ledger:
    problems: list[Problem] = []
    found = read_ledger(folder, None, problems)
    assert problems == []
    return found


def test_the_template_has_drop_downs_notes_and_protected_headings(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    for title, columns in SHEETS.items():
        sheet = book[title]
        assert [cell.value for cell in sheet[1]] == list(columns)
        assert all(cell.comment and cell.protection.locked for cell in sheet[1])
        assert not any(cell.protection.locked for cell in sheet[2])
        assert sheet.protection.sheet
    rules = {str(rule.sqref): rule for rule in book[CONTRIBUTION_SHEET].data_validations.dataValidation}
    kinds = {
        column: rule.type
        for column, letter in zip(CONTRIBUTIONS, "ABCDEFGHIJKLMNOPQRS", strict=True)
        for where, rule in rules.items()
        if where.startswith(letter)
    }
    assert kinds == {
        **dict.fromkeys(("area", "source_type", "year", "status", "new_money", "brokered", "may_be_named", "confidential"), "list"),
        "amount": "decimal",
        "date": "date",
        "transfer_expected": "date",
    }
    words = {
        name: [cell.value for cell in column if cell.value]
        for name, column in zip(("area", "year", "source_type", "status"), book["Lists"].columns, strict=False)
    }
    assert words["area"] == ["area", "AA1", "DD000"]
    assert words["year"][1] == "2026/27"
    assert words["status"] == ["status", "pledged", "pledged_on_match", "committed", "transferred"]


def test_an_empty_template_adds_nothing(blank: Path, folder: Path, areas: Areas) -> None:
    assert plan_import(folder, blank, areas).added == 0


def test_a_template_is_never_written_over_a_file(blank: Path, areas: Areas) -> None:
    with pytest.raises(TypesettingError, match="there already"):
        write_template(blank, areas.on(YEAR.first_day), (YEAR,))


def test_lines_come_back_to_the_penny_and_old_ones_stay(blank: Path, folder: Path, areas: Areas, tmp_path: Path) -> None:
    correction = {**LINE, "id": "c2", "amount": 900, "supersedes": "there", "note": 'a slip, in "pence"'}
    file = filled(blank, tmp_path / "lines.xlsx", [{**LINE, "id": "c1", "year": "2027/28"}, correction], [DECISION])
    before = (folder / "contributions.csv").read_text(encoding="utf-8")
    plan = plan_import(folder, file, areas)
    assert plan.added == 3
    assert (folder / "contributions.csv").read_text(encoding="utf-8") == before
    assert write_import(plan) == ("contributions.csv", "participation.csv")
    assert (folder / "contributions.csv").read_text(encoding="utf-8").startswith(before)
    ledger = ledger_of(folder)
    assert [(line.id, line.amount) for line in ledger.of("AA1", YEAR.plus(1))] == [("c1", Decimal("1250.5"))]
    assert [(line.id, line.note) for line in ledger.of("AA1", YEAR)] == [("c2", 'a slip, in "pence"')]
    decided = ledger.participation("AA1")
    assert decided is not None
    assert (decided.years, decided.agreement_signed) == (10, date(2026, 4, 15))
    again = plan_import(folder, file, areas)
    assert (again.added, again.known) == (0, 3)


def remarks(folder: Path, blank: Path, areas: Areas, decisions: list[dict[str, Any]], *lines: dict[str, Any]) -> list[str]:
    plan = plan_import(folder, filled(blank, folder / "remarked.xlsx", list(lines), decisions), areas)
    write_import(plan)
    told: list[str] = plan.as_dict()["remarks"]
    return told


def test_money_of_an_area_that_is_not_known_to_take_part_is_remarked(blank: Path, folder: Path, areas: Areas) -> None:
    said = remarks(folder, blank, areas, [], {**LINE, "id": "c1", "year": "2027/28"})
    assert said == ["AA1 is not recorded as taking part: its money is counted, and nothing would be matched before a decision is recorded."]
    said = remarks(folder, blank, areas, [], {**LINE, "id": "c2", "year": "2028/29", "confidential": "yes"})
    assert len(said) == 1
    assert "AA1" not in said[0]
    assert remarks(folder, blank, areas, [DECISION], {**LINE, "id": "c3", "year": "2029/30"}) == []
    out = {"area": "AA1", "takes_part": "no", "date": date(2026, 6, 1), "recorded_by": "board", "source": "a", "locator": "b"}
    said = remarks(folder, blank, areas, [out], {**LINE, "id": "c4", "year": "2030/31"})
    assert said == [
        "AA1 is recorded as not taking part: none of its money counts towards the conditions.",
        "AA1: the decision of 1 June 2026 replaces that of 10 April 2026, for 2026/27 to 2035/36.",
    ]


def test_a_later_decision_replaces_an_earlier_one_and_import_says_so(blank: Path, folder: Path, areas: Areas) -> None:
    assert remarks(folder, blank, areas, [DECISION]) == []
    later = {**DECISION, "date": date(2026, 5, 10), "first_year": "2027/28", "last_year": "2036/37"}
    assert remarks(folder, blank, areas, [later]) == [
        "AA1: the decision of 10 May 2026 replaces that of 10 April 2026, for 2026/27 to 2035/36."
    ]
    assert remarks(folder, blank, areas, [later]) == []
    assert ledger_of(folder).participation("AA1").first_year == YEAR.plus(1)  # type: ignore[union-attr]


def test_confidential_lines_are_kept_apart_and_not_told(blank: Path, folder: Path, areas: Areas, tmp_path: Path) -> None:
    quiet = {
        **LINE,
        "id": "c1",
        "contributor": "A Quiet Trust",
        "source_type": "employers_philanthropists",
        "amount": 31417,
        "confidential": "yes",
    }
    plan = plan_import(folder, filled(blank, tmp_path / "lines.xlsx", [quiet]), areas)
    told = str(plan.as_dict())
    assert "Quiet" not in told
    assert "31417" not in told
    assert plan.as_dict()["confidential"] == 1
    assert plan.as_dict(internal=True)["contributions"][0]["contributor"] == "A Quiet Trust"
    assert write_import(plan) == ("confidential/contributions.csv",)
    assert "Quiet" not in (folder / "contributions.csv").read_text(encoding="utf-8")
    assert [(line.id, line.confidential) for line in ledger_of(folder).of("AA1", YEAR)] == [("there", False), ("c1", True)]


@pytest.mark.parametrize("case", sorted(path.name for path in BAD.iterdir()))
def test_a_bad_workbook_earns_its_message(
    case: str, blank: Path, folder: Path, areas: Areas, tmp_path: Path, snapshot: Callable[[Path, str], None]
) -> None:
    book = openpyxl.load_workbook(blank)
    for title, cells in yaml.safe_load((BAD / case / "cells.yaml").read_text(encoding="utf-8")).items():
        for place, value in cells.items():
            book[title][place] = value or None
    book.save(tmp_path / "lines.xlsx")
    before = (folder / "contributions.csv").read_text(encoding="utf-8")
    with pytest.raises(FundError) as caught:
        plan_import(folder, tmp_path / "lines.xlsx", areas)
    snapshot(BAD / case / "message.txt", str(caught.value))
    assert all(problem.hint and problem.where.startswith("lines.xlsx, ") for problem in caught.value.problems)
    assert (folder / "contributions.csv").read_text(encoding="utf-8") == before


def test_what_is_no_workbook_of_ours_is_refused(folder: Path, areas: Areas, tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("id,area", encoding="utf-8")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    for name, message in (
        ("text.xlsx", "no Excel workbook"),
        ("other.xlsx", "the sheet 'Contributions' is missing"),
        ("none.xlsx", "missing"),
    ):
        with pytest.raises(FundError, match=message):
            plan_import(folder, tmp_path / name, areas)
