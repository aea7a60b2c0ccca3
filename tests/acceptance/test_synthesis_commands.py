"""What the evidence says and where it is silent, as people ask for it; closing gaps and marking sources, and what the check says then."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook

from spf_analysis.__main__ import run

SHOWN: list[tuple[str, ...]] = [
    ("matrix", "collaboration"),
    ("map", "payment", "--bubble", "design"),
    ("strength", "outcomes.gp-demand"),
    ("facts", "outcome.gp-demand"),
    ("soqf",),
    ("quality", "bromley-by-bow-2019"),
]


@pytest.fixture
def told(workbench: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in this process and returns what it prints; as JSON where it was asked for that."""

    def command(*arguments: object, code: int = 0) -> Any:
        capsys.readouterr()
        found = run(["--workbench", str(workbench), *(str(argument) for argument in arguments)])
        out, err = capsys.readouterr()
        assert found == code, out + err
        return json.loads(out) if "--json" in arguments else out + err

    return command


@pytest.mark.parametrize("asked", SHOWN, ids=[asked[0] for asked in SHOWN])
def test_each_is_told_as_text_and_as_json(told: Any, asked: tuple[str, ...]) -> None:
    assert len(told("evidence", *asked).splitlines()) > 3
    assert told("evidence", *asked, "--json")["schema"] == 1


@pytest.mark.parametrize("asked", SHOWN, ids=[asked[0] for asked in SHOWN])
def test_each_is_written_as_a_page_a_table_and_json(told: Any, tmp_path: Path, asked: tuple[str, ...]) -> None:
    for name in ("x.html", "x.csv", "x.xlsx", "x.json"):
        assert f"Written to {name}." in told("evidence", *asked, "--out", tmp_path / name)
    assert html.fromstring((tmp_path / "x.html").read_bytes()).xpath("//table/caption")
    rows = list(csv.reader((tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len({len(row) for row in rows if row}) >= 1
    assert load_workbook(tmp_path / "x.xlsx").sheetnames
    assert json.loads((tmp_path / "x.json").read_text())["schema"] == 1


def test_the_table_of_qualitative_findings_has_the_columns_of_the_format(told: Any, tmp_path: Path) -> None:
    told("evidence", "soqf", "--out", tmp_path / "soqf.xlsx")
    sheet = load_workbook(tmp_path / "soqf.xlsx")["soqf"]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [
        "No.",
        "Finding",
        "Contributing studies",
        "Methodological limitations",
        "Coherence",
        "Adequacy",
        "Relevance",
        "Confidence",
        "Explanation",
    ]
    found = told("evidence", "soqf", "--json")["findings"]
    assert [sheet.cell(row["number"] + 1, 2).value for row in found] == [row["statement"] for row in found]


def test_what_is_not_there_is_told_with_a_hint(told: Any, tmp_path: Path) -> None:
    assert "Did you mean 'payment'?" in told("evidence", "map", "payments", code=12)
    assert "there is no claim" in told("evidence", "strength", "outcomes.gp-demnd", code=12)
    assert "no kind of file" in told("evidence", "map", "--out", tmp_path / "map.docx", code=2)
    assert "there is no source" in told("evidence", "quality", "nobody-2001", code=12)


def test_the_review_runs_its_notebook_for_what_is_chosen(told: Any, tmp_path: Path) -> None:
    told(
        "evidence", "review", "--rows", "money", "--outcome", "outcome.wellbeing", "--claim", "outcomes.cost-mixed", "--out", tmp_path / "r"
    )
    page = html.fromstring((tmp_path / "r" / "evidence_review.html").read_bytes())
    text = page.text_content()
    assert "What the coded evidence says, and where it is silent" in text
    assert all(f"{name}" in text for name in ("money", "outcome.wellbeing", "outcomes.cost-mixed"))
    assert len(page.xpath("//img[starts-with(@src, 'data:image/svg+xml')]")) >= 4
    assert all(picture.get("alt") for picture in page.xpath("//img"))
    assert len(page.xpath("//table")) >= 6
    assert str(tmp_path) not in (tmp_path / "r" / "evidence_review.ipynb").read_text()


def test_a_review_of_an_unknown_claim_fails_and_says_where(told: Any, tmp_path: Path) -> None:
    said = told("evidence", "review", "--claim", "outcomes.nothing", "--out", tmp_path / "r", code=14)
    assert "there is no claim 'outcomes.nothing'" in said
    assert not (tmp_path / "r" / "evidence_review.html").exists()


def test_a_gap_is_closed_and_opened_again_and_what_it_limited_is_told(told: Any, workbench: Path) -> None:
    gap, finding = "gap.integrated-care", "bromley-by-bow-2019.all-felt-beneficial"
    file = workbench / "evidence" / "gaps.yaml"
    before = file.read_text()
    done = told("evidence", "close", gap, "--by", finding, "--why", "It asked those who commission.", "--json")
    assert "funding.nothing-from-integrated-care" in done["no_longer_limits"]
    assert told("check") == "All inputs hold together.\n"
    assert "Closed because: It asked" in told("evidence", "show", gap)
    changed = [line for line in file.read_text().splitlines() if line not in before.splitlines()]
    assert len(changed) < 8
    assert "the gap is closed already" in told("evidence", "close", gap, "--by", finding, "--why", "Again.", code=12)
    told("evidence", "reopen", gap)
    assert told("evidence", "show", gap, "--json")["record"]["status"] == "open"


def test_a_source_is_marked_and_what_rests_on_it_fails_the_check(told: Any, workbench: Path) -> None:
    file = workbench / "evidence" / "sources.yaml"
    before = file.read_text()
    said = told("library", "mark", "polley-2017-review", "--status", "retracted", "--why", "Notice of a sample, 1 May 2026.")
    assert "outcomes.gp-demand" in said
    assert "which was retracted" in told("check", code=12)
    status = told("library", "status", "--json")
    assert status["not_current"][0]["reason"] == "Notice of a sample, 1 May 2026."
    told("library", "mark", "polley-2017-review", "--status", "current")
    assert file.read_text() == before
    assert told("check") == "All inputs hold together.\n"
    assert "names its successor" in told("library", "mark", "polley-2017-review", "--status", "superseded", "--why", "x", code=12)


def test_a_misuse_of_cerqual_is_refused_with_an_explanation(told: Any, workbench: Path) -> None:
    file = workbench / "evidence" / "quality" / "appraisals" / "cordis-bright-2019.yaml"
    file.write_text(file.read_text().replace("instrument: aacods", "instrument: cerqual", 1))
    assert "GRADE-CERQual judges the confidence in a claim, never a study" in told("check", code=12)
    file.write_text(file.read_text().replace("instrument: cerqual", "instrument: amstar-2", 1))
    assert "AMSTAR 2 was not made for this kind of study, 'grey literature'" in told("check", code=12)
