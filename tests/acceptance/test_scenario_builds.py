"""Building under a scenario: a later year, said on every page and in every name, beside the real edition and never over it."""

from __future__ import annotations

import json
from pathlib import Path

from built_edition import Spf

from spf_analysis.controls import ScenarioPanel
from spf_analysis.workbench import open_workbench

EMBEDDED = ("--typesetter", "embedded")


def test_a_year_without_a_price_is_previewed_under_a_scenario(untouched: Path, spf: Spf, tmp_path: Path) -> None:
    refused = spf("build", "QOC", *EMBEDDED, "--year", "2027/28", "--out", tmp_path, cwd=untouched)
    assert refused.returncode == 13
    assert "September 2026" in refused.stderr
    arguments = ("build", "QOC", *EMBEDDED, "--year", "2027/28", "--scenario", "four-per-cent", "--formats", "html", "--out", tmp_path)
    done = spf(*arguments, cwd=untouched)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "2026-27-first-preview-2027-28-scenario-four-per-cent"
    page = (folder / "QOC" / "scenario-briefing.html").read_text(encoding="utf-8")
    assert page.count("scenario: inflation of 4% a year") >= 2
    assert "This copy is worked out under a scenario" in page
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["edition"]["scenario"] == "inflation of 4% a year"
    entry = manifest["targets"]["QOC"]
    assert (entry["parameters"]["scenario"], entry["parameters"]["said"]["Scenario"]) == ("four-per-cent", "inflation of 4% a year")
    context = json.loads((folder / "QOC" / "scenario-context.json").read_text(encoding="utf-8"))
    rate = context["figures"]["rate_per_head"]
    assert abs(rate["value"] - 0.9 * 1.017 * 1.038 * 1.04) < 1e-9
    assert "inflation of 4% a year" in (folder / "QOC" / "scenario-audit.html").read_text(encoding="utf-8")
    again = spf(*arguments, cwd=untouched)
    assert "No briefings built, 1 still fresh" in again.stdout


def test_a_file_that_a_notebook_wrote_is_taken(workbench: Path, spf: Spf, tmp_path: Path) -> None:
    panel = ScenarioPanel(open_workbench(folder=workbench), "QOC")
    panel.name.value, panel.inflation.value, panel.years.index = "my-decade", 3.5, (1, 9)
    panel.button.click()
    file = workbench / "evidence" / "fund" / "scenarios" / "my-decade.yaml"
    elsewhere = file.rename(tmp_path / "my-decade.yaml")
    common = ("build", "QOC", *EMBEDDED, "--formats", "html", "--out", tmp_path / "out")
    done = spf(*common, "--scenario", elsewhere, cwd=workbench)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "out" / "2026-27-first-scenario-my-decade"
    context = json.loads((folder / "QOC" / "scenario-context.json").read_text(encoding="utf-8"))
    assert context["path"]["supposed"] is True
    assert context["path"]["throughout"] is False
    assert context["path"]["readings"]
    elsewhere.write_text(elsewhere.read_text(encoding="utf-8").replace("3.5", "4.5"), encoding="utf-8")
    plan = json.loads(spf(*common, "--scenario", elsewhere, "--plan", "--json", cwd=workbench).stdout)["plan"]
    assert [item["reason"] for item in plan] == ["its parameter scenario changed"]
    told = spf("fund", "path", "QOC", "--scenario", elsewhere, "--json", cwd=workbench)
    assert json.loads(told.stdout)["paths"][0]["scenario"] == "my-decade"


def test_an_unknown_scenario_is_refused_with_those_there_are(untouched: Path, spf: Spf) -> None:
    done = spf("build", "QOC", "--scenario", "boom", "--plan", cwd=untouched)
    assert done.returncode == 13
    assert "there is no scenario 'boom'" in done.stderr
    assert "two-per-cent" in done.stderr
