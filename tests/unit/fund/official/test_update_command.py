"""`spf fund update` from the command line: a table of what would change, one JSON document, and nothing written unless told to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from official_input import OFFICIAL, lay_out, tree

from spf_analysis.__main__ import run

SETTINGS = Path(__file__).parents[4] / "spf.toml"


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    lay_out(tmp_path)
    shutil.copy(SETTINGS, tmp_path / "spf.toml")
    return tmp_path


def update(bench: Path, file: Path, *options: str) -> int:
    return run(["--workbench", str(bench), "fund", "update", str(file), *options])


def test_it_shows_a_table_and_writes_nothing(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(bench)
    assert update(bench, OFFICIAL / "inflation.csv") == 0
    said = capsys.readouterr().out
    assert "rules/cpi.yaml  2026-09  value        2.9  added" in said
    assert "Figures: 1 added, 0 changed, 2 unchanged." in said
    assert "Nothing is written yet. With --write these files would change: cpi.yaml, library.json, sources.yaml." in said
    assert tree(bench) == before


def test_it_writes_when_told_to_and_then_finds_nothing_new(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert update(bench, OFFICIAL / "deprivation_imd2025.csv", "--write", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["written"], found["counts"]) == (True, {"added": 0, "changed": 2, "unchanged": 8})
    assert found["changes"][0] == {
        "table": "deprivation.csv",
        "key": {"area": "AA1", "vintage": "2022-07-01"},
        "column": "average_score",
        "old": "30.1",
        "new": "31.100",
        "state": "changed",
    }
    assert update(bench, OFFICIAL / "deprivation_imd2025.csv") == 0
    assert "Everything in the file is there already" in capsys.readouterr().out


def test_what_looks_unusual_is_written_only_when_somebody_looked(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (OFFICIAL / "inflation.csv").read_text(encoding="utf-8").replace('"2026 SEP","2.9"', '"2026 SEP","29"')
    (bench / "series.csv").write_text(text, encoding="utf-8")
    before = tree(bench / "evidence")
    assert update(bench, bench / "series.csv", "--write") == 13
    assert "series.csv: this looks unusual: 2026-09: 29 per cent is outside −2 to 15" in capsys.readouterr().err
    assert tree(bench / "evidence") == before
    assert update(bench, bench / "series.csv", "--write", "--looked-at") == 0
    assert "2026-09: 29" in (bench / "evidence" / "fund" / "rules" / "cpi.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("options", "code"), [(["--year", "2026"], 2), (["--on", "May"], 2), (["--published", "x"], 2)])
def test_malformed_options_are_wrong_usage(options: list[str], code: int, bench: Path) -> None:
    assert update(bench, OFFICIAL / "inflation.csv", *options) == code


def test_a_problem_is_one_json_document(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert update(bench, bench / "nowhere.csv", "--json") == 13
    assert json.loads(capsys.readouterr().out)["problems"][0]["where"] == "nowhere.csv"


@pytest.mark.parametrize("month", ["2027 SEP", "2026 OCT"])
def test_a_month_after_the_release_is_unusual(month: str, bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (OFFICIAL / "inflation.csv").read_text(encoding="utf-8")
    (bench / "series.csv").write_text(f'{text}"{month}","2.0"\n', encoding="utf-8")
    assert update(bench, bench / "series.csv", "--write") == 13
    assert "a value of a month that was not over on the day of release, 21 October 2026" in capsys.readouterr().err


def test_a_september_missing_in_the_file_or_beside_those_at_hand_is_named(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (OFFICIAL / "inflation.csv").read_text(encoding="utf-8").replace("21-10-2026", "18-11-2027")
    (bench / "series.csv").write_text(text.replace('"2025 SEP","3.8"\n', ""), encoding="utf-8")
    assert update(bench, bench / "series.csv") == 0
    said = capsys.readouterr().out
    assert "Checked: two Septembers from 2024 to 2026, none stands twice; missing: 2025" in said
    assert said.count("Unusual, to be looked at: the September of 2025 is missing between others") == 1
    alone = "\n".join(line for line in text.splitlines() if " SEP" not in line)
    (bench / "series.csv").write_text(f'{alone}\n"2027 SEP","2.0"\n', encoding="utf-8")
    assert update(bench, bench / "series.csv") == 0
    assert "Unusual, to be looked at: the September of 2026 is missing between others" in capsys.readouterr().out
