"""What the command line refuses, with which exit code and what words; under `--json` always one document and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from built_edition import Spf

from spf_analysis.__main__ import run

BUILD = ("build", "QOC", "--typesetter", "embedded")


@pytest.mark.parametrize(
    ("arguments", "code", "kind", "words"),
    [
        (("fund", "share", "QRV"), 13, "fund", ["QRV", "Z9B2Z", "1 April 2026"]),
        (("build", "QRV", "QMJ"), 13, "fund", ["QRV", "QMJ", "Z9B2Z"]),
        (("fund", "share", "QO0"), 13, "fund", ["QO0", "QOC"]),
        (("build", "national-fnd"), 13, "fund", ["national-fnd", "national-fund"]),
        (("fund", "share", "QOC", "--year", "2031/32"), 13, "fund", ["September 2026", "September 2025", "cpi.yaml"]),
        (("build", "QOC", "--year", "2031/32"), 13, "fund", ["September 2026"]),
        (("fund", "position", "--year", "2019/20"), 13, "fund", ["2024"]),
        (("fund", "share", "QOC", "--year", "2026"), 2, "usage", ["'2026' is not a financial year", "2026/27"]),
        (("build", "--year", "2026-27"), 2, "usage", ["'2026-27' is not a financial year"]),
        (("areas", "--on", "yesterday"), 2, "usage", ["'yesterday' is not a date", "--on"]),
        (("build", "QOC", "--formats", "odt"), 2, "usage", ["'odt' is not a format"]),
        (("build", "QOC", "--formats", ","), 2, "usage", ["no format is named"]),
        (("build", "QOC", "--jobs", "0"), 2, "usage", ["--jobs"]),
        (("evidence", "show", "co-commissioning.spreads-rsk"), 12, "evidence", ["co-commissioning.spreads-risk"]),
        (("evidence", "verify", "--texts", "nowhere"), 2, "usage", ["nowhere"]),
        (("build", "--typesetter", "quarto", "QOC"), 15, "typesetting", ["Quarto is not on the PATH", "--typesetter embedded"]),
        (("no-such-command",), 2, "usage", ["no-such-command"]),
        (("fund", "share"), 2, "usage", ["AREA"]),
    ],
)
def test_a_bad_request_is_told_in_words_and_as_data(
    arguments: Sequence[str],
    code: int,
    kind: str,
    words: list[str],
    untouched: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("SPF_WORKBENCH", raising=False)
    monkeypatch.chdir(untouched)
    assert run(list(arguments)) == code
    plain = capsys.readouterr()
    assert plain.out == ""
    assert [word for word in words if word not in plain.err] == []
    assert "Traceback" not in plain.err
    assert run([*arguments, "--json"]) == code
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {problem["kind"] for problem in problems} == {kind}
    assert all(set(problem) == {"kind", "where", "message", "hint"} and problem["message"] and problem["hint"] for problem in problems)
    assert not (untouched / "reports").exists()


def test_it_is_the_same_in_a_process_of_its_own(untouched: Path, spf: Spf) -> None:
    plain = spf("fund", "share", "QRV", cwd=untouched)
    assert (plain.returncode, plain.stdout) == (13, "")
    assert "Z9B2Z" in plain.stderr
    data = spf("fund", "share", "QRV", "--json", cwd=untouched)
    assert (data.returncode, data.stderr) == (13, "")
    assert "Z9B2Z" in json.loads(data.stdout)["problems"][0]["hint"] + json.loads(data.stdout)["problems"][0]["message"]


@pytest.mark.parametrize("arguments", [("check",), ("areas",), BUILD, ("lab",), ("evidence", "export"), ("migrate",)])
def test_a_folder_that_is_no_workbench(arguments: Sequence[str], tmp_path: Path, spf: Spf) -> None:
    done = spf(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "no workbench here" in done.stderr
    assert "spf init" in done.stderr
    named = spf("--workbench", tmp_path, *arguments)
    assert named.returncode == 2
    assert "is no workbench" in named.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "deeper"])
def test_an_output_folder_that_cannot_be_written(below: str, untouched: Path, tmp_path: Path, spf: Spf) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file in place of a folder")
    done = spf(*BUILD, "--out", taken / below, "--json", cwd=untouched)
    assert done.returncode == 15
    (problem,) = json.loads(done.stdout)["problems"]
    assert problem["kind"] == "typesetting"
    assert "cannot be written" in problem["message"]
    assert "--out" in problem["hint"]
    assert taken.read_text() == "a file in place of a folder"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 1.3.450", ["1.3.450", "older than 1.9"]),
        ("echo of no version", ["broken"]),
        ("exit 3", ["broken"]),
        ("kill -9 $$", ["broken"]),
    ],
)
def test_an_old_or_broken_quarto_is_refused(script: str, words: list[str], untouched: Path, tmp_path: Path, spf: Spf) -> None:
    program = tmp_path / "quarto"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    done = spf("build", "QOC", "--out", tmp_path / "out", cwd=untouched, path=tmp_path)
    assert done.returncode == 15
    assert [word for word in words if word not in done.stderr] == []
    assert not (tmp_path / "out").exists()
    doctor = spf("doctor", "--json", cwd=untouched, path=tmp_path)
    assert doctor.returncode == 15
    (row,) = [item for item in json.loads(doctor.stdout)["findings"] if item["what"] == "Quarto"]
    assert row["fine"] is False
    assert [word for word in words if word not in row["state"]] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "words"),
    [
        ("evidence/editions.yaml", "previous: null", "previous: nothing", 14, ["evidence/editions.yaml", "nothing"]),
        ("evidence/sources.yaml", "  - id: spf-draft-2024", "  - id spf-draft-2024", 12, ["evidence/sources.yaml, line"]),
        ("evidence/fund/residents.csv", "QOC", "QXX", 13, ["evidence/fund/residents.csv, line", "QXX"]),
        ("spf.toml", 'template = "area_briefing.qmd"', 'template = "gone.qmd"', 14, ["gone.qmd", "the file is missing"]),
        ("spf.toml", "schema = 1", "schema = 2", 2, ["spf.toml", "schema 2"]),
    ],
)
def test_a_bad_input_is_told_by_check(file: str, old: str, new: str, code: int, words: list[str], workbench: Path, spf: Spf) -> None:
    path = workbench / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    done = spf("check", cwd=workbench)
    assert done.returncode == code
    assert [word for word in words if word not in done.stdout + done.stderr] == []
    data = spf("check", "--json", cwd=workbench)
    assert data.returncode == code
    assert json.loads(data.stdout)["problems"]


def test_problems_of_every_kind_are_told_in_one_go_and_the_lowest_code_wins(workbench: Path, spf: Spf) -> None:
    for file in ("evidence/editions.yaml", "evidence/sources.yaml", "evidence/fund/residents.csv"):
        (workbench / file).write_text('a: "b\n', encoding="utf-8")
    done = spf("check", "--json", cwd=workbench)
    kinds = {problem["kind"] for problem in json.loads(done.stdout)["problems"]}
    assert {"evidence", "fund", "briefing"} <= kinds
    assert done.returncode == 12


def test_the_traceback_of_a_bug_is_kept_for_whoever_mends_it(untouched: Path, tmp_path: Path, spf: Spf) -> None:
    log = tmp_path / "log.txt"
    done = spf("--log-file", log, "fund", "share", "QRV", cwd=untouched)
    assert done.returncode == 13
    assert "Traceback" in log.read_text()
    assert "Traceback" not in done.stderr
