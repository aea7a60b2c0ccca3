"""`spf fund costs`, `spf fund link-workers` and `spf fund grants` as somebody runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spf_analysis.__main__ import run

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPF_WORKBENCH", str(ROOT))


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(list(arguments)) == code
    shown = capsys.readouterr()
    return shown.out if code == 0 else shown.err


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capsys, *arguments, "--json"))
    assert found["schema"] == 1
    return found


def test_a_table_of_costs_goes_out_comes_back_and_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "costs.xlsx"
    assert "Fill it in" in told(capsys, "fund", "costs", "template", str(sheet))
    assert "there must be one row 'scheme'" in told(capsys, "fund", "costs", str(sheet), code=13)
    table, chart = SAMPLES / "bad" / "costs" / "sound" / "costs.csv", tmp_path / "costs.svg"
    said = told(capsys, "fund", "costs", str(table), "--chart", str(chart))
    assert "Grant: uncovered in a year" in said
    assert "£850.00" in said
    assert "In words: Grant: of £1,850, Invented trust covers £1,000; £850.00 uncovered." in said
    assert chart.read_text(encoding="utf-8").startswith("<svg")
    found = data(capsys, "fund", "costs", str(table))
    assert (found["full_cost"], found["ways_of_funding"][0]["uncovered"], found["referrals"]) == (1850, 850, None)
    assert "training" in found["parts_without_a_cost"]


def test_link_workers_stand_beside_the_fund(capsys: pytest.CaptureFixture[str]) -> None:
    assert "pounds of link workers are missing" in told(capsys, "fund", "link-workers", "QOC", "--year", "2026/27")
    found = data(capsys, "fund", "link-workers", "QOC", "--year", "2026/27", "--cost-per-fte", "1000")
    values = {figure["id"]: figure["value"] for figure in found["figures"]}
    assert values["link_worker_pounds"] == round(values["link_workers"] * 1000)
    assert values["match_if_met"] == values["local_investment_share"]
    assert "is not an amount of money" in told(capsys, "fund", "link-workers", "QOC", "--cost-per-fte", "a lot", code=2)


def test_grants_are_checked_reported_and_written_in_the_standard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "as the standard asks" in told(capsys, "fund", "grants", "check", str(SAMPLES / "illustrative" / "ledger" / "grants.json"))
    assert "The register holds no awards" in told(capsys, "fund", "grants", "check")
    assert "No grants are recorded" in told(capsys, "fund", "grants", "report", "QOC")
    assert data(capsys, "fund", "grants", "report")["traced"] == []
    assert "no grants" in told(capsys, "fund", "grants", "export", str(tmp_path / "grants.json"))
    assert json.loads((tmp_path / "grants.json").read_text(encoding="utf-8")) == {"grants": []}


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("open-contracting/grants.json", "Open Contracting"),
        ("identifiers-of-another-form/grants.json", "GB-CHC"),
        ("aid-transparency/grants.xml", "IATI"),
    ],
)
def test_what_is_wrong_is_said_in_words(case: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in told(capsys, "fund", "grants", "check", str(SAMPLES / "bad" / "grants" / case), code=13)


def test_nothing_is_written_when_a_grant_draws_on_a_fund_that_holds_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    grants = json.loads((SAMPLES / "bad" / "grants" / "sound" / "grants.json").read_text(encoding="utf-8"))
    grants["grants"][0]["socialPrescribingFund"]["area"] = "QOC"
    (tmp_path / "grants.json").write_text(json.dumps(grants), encoding="utf-8")
    assert "for which no money is recorded" in told(capsys, "fund", "grants", "import", str(tmp_path / "grants.json"), "--write", code=13)
    assert not (ROOT / "evidence" / "fund" / "ledger" / "grants.json").exists()
