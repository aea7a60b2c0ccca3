"""The command line as other people's scripts rely on it: quick, documented, and one JSON document where it is asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from built_edition import Spf

from spf_analysis.commands.verbs import spf as command_line

HEAVY = ("altair", "nbformat", "pandas", "papermill", "pydantic", "pypandoc", "typst", "vl_convert", "yaml", "rich")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"], ["fund", "share", "--help"], ["doctor", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    asked = f"import sys, json; from spf_analysis.__main__ import run; run({arguments!r}); print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert set(HEAVY) & set(json.loads(done.stdout.splitlines()[-1])) == set()


def verbs(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command that does something, by the words that call it."""
    if isinstance(command, click.Group):
        return [found for name, each in command.commands.items() for found in verbs(each, (*path, name))]
    return [path]


@pytest.mark.parametrize("words", verbs(command_line), ids=" ".join)
def test_every_verb_explains_itself_with_an_example(words: tuple[str, ...], spf: Spf) -> None:
    done = spf(*words, "--help")
    assert done.returncode == 0
    assert f"spf {' '.join(words)}" in done.stdout
    assert "Example" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (("check",), {"problems"}),
        (("areas",), {"areas"}),
        (("areas", "--on", "2025-10-01"), {"areas"}),
        (
            ("fund", "share", "QOC"),
            {
                "area",
                "name",
                "year",
                "rate_per_head",
                "residents",
                "need",
                "local_total_for_england",
                "local_investment_share",
                "match_if_met",
                "steps",
            },
        ),
        (("fund", "position"), {"year", "areas", "totals"}),
        (("fund", "position", "--at", "2026-09-30"), {"year", "at", "areas", "totals"}),
        (("fund", "position", "QOC"), {"year", "area", "ways", "before_payment", "transfers", "leverage", "readings"}),
        (("fund", "transfers"), {"year", "local", "national", "endowment"}),
        (("fund", "explain", "QOC"), {"area", "year", "local_investment_share", "lines", "areas", "interpretations", "sources"}),
        (("fund", "path", "QOC", "--scenario", "two-per-cent"), {"year", "paths", "range_of_the_past", "pressures"}),
        (("fund", "path", "England"), {"year", "paths", "range_of_the_past", "pressures"}),
        (("fund", "rules"), {"rules", "interpretations", "scenarios", "pressures"}),
        (("evidence", "find", "full", "cost"), {"findings"}),
        (("evidence", "show", "co-commissioning.spreads-risk"), set()),
        (("build", "--plan"), {"plan"}),
        (("doctor",), {"findings"}),
    ],
)
def test_json_is_one_document_with_a_schema_version(arguments: Sequence[str], keys: set[str], untouched: Path, spf: Spf) -> None:
    done = spf(*arguments, "--json", cwd=untouched)
    assert done.returncode == 0, done.stdout + done.stderr
    content = json.loads(done.stdout)
    assert content["schema"] == 1
    assert keys <= set(content)
    assert done.stderr == ""


def test_the_evidence_is_exported_whole(untouched: Path, tmp_path: Path, spf: Spf) -> None:
    printed = spf("evidence", "export", "--format", "json", cwd=untouched)
    assert {"sources", "coding_frame", "findings", "case_studies", "claims", "gaps"} <= set(json.loads(printed.stdout))
    written = spf("evidence", "export", "--out", tmp_path / "evidence.json", cwd=untouched)
    assert written.returncode == 0
    assert json.loads((tmp_path / "evidence.json").read_text()) == json.loads(printed.stdout)


@pytest.mark.parametrize(("day", "number"), [("2022-07-01", 42), ("2026-03-31", 42), ("2026-04-01", 36)])
def test_the_areas_of_a_day(day: str, number: int, untouched: Path, spf: Spf) -> None:
    areas = json.loads(spf("areas", "--on", day, "--json", cwd=untouched).stdout)["areas"]
    assert len(areas) == number
    assert all(set(area) == {"area", "gss_code", "name", "region", "predecessors", "successors"} for area in areas)
    assert len({area["area"] for area in areas}) == len({area["gss_code"] for area in areas}) == number


@pytest.mark.parametrize("year", ["2025/26", "2026/27"])
def test_the_shares_of_all_areas_sum_to_the_rounded_local_total(year: str, untouched: Path, spf: Spf) -> None:
    position = json.loads(spf("fund", "position", "--year", year, "--json", cwd=untouched).stdout)
    shares = {item["area"]: item["local_investment_share"] for item in position["areas"]}
    assert all(isinstance(share, int) and share > 0 for share in shares.values())
    first = next(iter(shares))
    asked = json.loads(spf("fund", "share", first, "--year", year, "--json", cwd=untouched).stdout)
    assert asked["local_investment_share"] == shares[first]
    assert asked["local_total_for_england"] == sum(shares.values())
    assert isinstance(asked["match_if_met"], int)


def test_an_empty_ledger_is_no_zero(untouched: Path, spf: Spf) -> None:
    for area in json.loads(spf("fund", "position", "--json", cwd=untouched).stdout)["areas"]:
        assert area["committed"] is None
        assert set(area["contributions"].values()) == {None}
        assert area["shortfall"] == area["local_investment_share"]
    assert "No commitments are recorded" in spf("fund", "position", cwd=untouched).stdout


def test_a_share_is_told_step_by_step(untouched: Path, spf: Spf) -> None:
    done = spf("fund", "share", "QOC", "--year", "2025/26", cwd=untouched)
    assert done.returncode == 0
    assert "Shropshire, Telford and Wrekin (QOC), 2025/26" in done.stdout
    assert "Taking part would be voluntary" in done.stdout
    assert "NASP, 2024, para" in done.stdout


def test_debug_may_stand_after_the_command(untouched: Path, spf: Spf) -> None:
    assert spf("areas", "--debug", "--json", cwd=untouched).stdout == spf("--debug", "areas", "--json", cwd=untouched).stdout


def test_a_reader_that_goes_away_is_no_error(untouched: Path) -> None:
    program = Path(sys.executable).with_name("spf")
    done = subprocess.run(
        f"'{program}' evidence export | head -c 10", shell=True, cwd=untouched, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr


@pytest.mark.long
def test_where_the_locale_knows_ascii_only_names_of_folders_may_still_hold_any_letter(workbench: Path, tmp_path: Path) -> None:
    place = workbench.rename(tmp_path / "Büro")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [Path(sys.executable).with_name("spf"), "build", "QOC", "--typesetter", "embedded", "--formats", "html", "--out", "größer"]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "Open größer/2026-27-first/index.html" in done.stdout
