"""`spf coding` as two people use it: from a round to a briefing that says so, and a coding frame that changes and travels."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spf_analysis.__main__ import run
from spf_analysis.evidence.reading import read_evidence

ANN, BEN, CAY = "Ann Reader", "Ben Coder", "Cay Third"
SOURCE = "power-to-change-2019"
WHO = ("--by", ANN, "--why", "Settled in the workshop.", "--date", "2027-03-02")
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(workbench: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Runs a command in this process with --json and returns what it tells."""

    def command(*arguments: object, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        found = run(["--workbench", str(workbench), *(str(argument) for argument in arguments), "--json"])
        out, err = capsys.readouterr()
        assert found == code, out + err
        return json.loads(out)  # type: ignore[no-any-return]

    return command


@pytest.fixture
def plainly(workbench: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command in this process and returns what it prints."""

    def command(*arguments: object) -> str:
        capsys.readouterr()
        found = run(["--workbench", str(workbench), *(str(argument) for argument in arguments)])
        out, err = capsys.readouterr()
        assert found == 0, out + err
        return out

    return command


def filled(path: Path, codes: dict[str, tuple[str, ...]]) -> Path:
    """The sheet with its column of codes filled."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "codes": "; ".join(codes[row["unit"]])} for row in rows)
    return path


def test_two_people_code_agree_and_settle(workbench: Path, told: Told, plainly: Callable[..., str], tmp_path: Path) -> None:
    base = read_evidence(workbench / "evidence")
    own = {finding.id: finding.codes for finding in base.findings_of(SOURCE)}
    first, second, third = list(own)[:3]
    names = ("--coder", ANN, "--coder", BEN)
    told("coding", "start", "spring", "--source", SOURCE, *names, "--given", "--date", "2027-03-01")
    for coder in ("ann-reader", "ben-coder"):
        said = plainly("coding", "sheet", "spring", coder, "--out", tmp_path / f"{coder}.csv")
        assert "passages" in said
        assert "theme." not in (tmp_path / f"{coder}.csv").read_text(encoding="utf-8")
    assert told("coding", "finish", "spring", ANN, tmp_path / "ann-reader.csv", code=12)["problems"]
    other = {**own, first: ("theme.policy-context",), second: (*own[second], "theme.policy-context")}
    told("coding", "finish", "spring", ANN, filled(tmp_path / "ann-reader.csv", own))
    hidden = told("coding", "agree", "spring", code=12)["problems"][0]
    assert "Ben Coder has not finished" in hidden["message"]
    told("coding", "finish", "spring", "ben-coder", filled(tmp_path / "ben-coder.csv", other))
    agreement = told("coding", "agree", "spring")
    assert [one["unit"] for one in agreement["disagreements"]] == [first, second]
    assert agreement["overall"]["percent"]["value"] == pytest.approx((len(own) - 2) / len(own))
    assert agreement["overall"]["alpha"]["why"].startswith("no interval")
    shown = plainly("coding", "agree", "spring")
    assert "prevalence" in shown
    assert "Passonneau 2006" in shown
    assert told("coding", "adjudicate", "spring", "--write", code=12)["problems"]
    why = ("--why", "It reports nothing on this.", "--date", "2027-03-02")
    for passage in (first, second):
        told("coding", "adjudicate", "spring", passage, "--codes", ",".join(own[passage]), "--by", CAY, *why)
    assert told("coding", "adjudicate", "spring")["open"] == []
    done = told("coding", "adjudicate", "spring", "--write", "--date", "2027-03-03")
    assert len(done["agreed"]) == len(own)
    assert done["recoded"] == []
    after = read_evidence(workbench / "evidence")
    assert after.finding(first).agreed.by == (ANN, CAY)  # type: ignore[union-attr]
    assert after.finding(third).agreed.by == (ANN, BEN)  # type: ignore[union-attr]
    assert told("coding", "status")["agreed"] == len(own)
    assert told("check")["problems"] == []


def test_a_briefing_says_who_agreed(workbench: Path, told: Told) -> None:
    from spf_analysis.workbench import open_workbench

    claim = "vcfse.below-full-cost"
    told("coding", "confirm", claim, "--by", ANN, "--by", BEN, "--date", "2027-03-02")
    brief = open_workbench(folder=workbench).briefing("national-evidence")
    brief.say("vcfse", claim, "vcfse.central")
    context = brief.context.data
    assert context["claims"][claim]["coded"] == "judgement agreed by Ann Reader and Ben Coder"
    assert context["claims"]["vcfse.central"]["coded"] is None
    assert context["provisional"]
    assert "on the judgement of 1 of 2 claims; the rest is single coding, machine-assisted" in context["judgement"]
    path = next(file for file in (workbench / "evidence" / "claims").glob("*.yaml") if f"id: {claim}\n" in file.read_text())
    path.write_text(path.read_text().replace("seldom recover", "do not often recover"))
    assert any("changed since two people agreed" in one["message"] for one in told("check", code=12)["problems"])


def test_what_ships_says_that_it_was_coded_once(told: Told) -> None:
    assert told("coding", "status")["said"] == "single coding, machine-assisted, not yet checked by a second person"


def test_a_code_is_renamed_merged_split_and_all_of_it_taken_back(
    workbench: Path, told: Told, plainly: Callable[..., str], tmp_path: Path
) -> None:
    evidence = workbench / "evidence"

    def coded() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in evidence.rglob("*.yaml") if path.name != "frame.yaml"}

    before = coded()
    difference = plainly("coding", "migrate", "rename", "theme.full-cost", "theme.whole-cost", "--dry-run")
    assert "+++ b/findings/power-to-change-2019.yaml" in difference
    assert coded() == before
    assert told("coding", "migrate", "rename", "theme.full-cost", "theme.whole-cost", code=2)["problems"][0]["hint"]
    versions = [told("coding", "migrate", "rename", "theme.full-cost", "theme.whole-cost", *WHO)["version"]]
    assert told("check")["problems"] == []
    versions.append(told("coding", "migrate", "merge", "metric.spending", "metric.recipients", *WHO)["version"])
    plan = tmp_path / "split.yaml"
    plainly("coding", "migrate", "split", "theme.policy-context", "--template", plan)
    assert told("coding", "migrate", "split", "theme.policy-context", "--decisions", plan, *WHO, code=12)["problems"]
    plan.write_text(plan.read_text().replace("codes: []", "codes: [theme.policy-context-one]").replace("one]", "other]", 1))
    versions.append(told("coding", "migrate", "split", "theme.policy-context", "--decisions", plan, *WHO)["version"])
    assert told("check")["problems"] == []
    for version in reversed(versions):
        told("coding", "migrate", "undo", version, *WHO)
    assert coded() == before
    history = read_evidence(evidence).frame
    assert history is not None
    assert [one.by for one in history.history[-6:]] == [ANN] * 6


def test_the_frame_goes_out_and_comes_back(workbench: Path, told: Told, plainly: Callable[..., str], tmp_path: Path) -> None:
    for form in ("qdc", "csv", "json"):
        plainly("coding", "export", "--out", tmp_path / f"frame.{form}")
        found = told("coding", "import", tmp_path / f"frame.{form}")
        assert (found["changed"], found["new_codes"], found["kept"], found["written"]) == ([], [], [], False)
    assert plainly("coding", "export", "--format", "qdc").startswith("<?xml")
    sharper = (tmp_path / "frame.json").read_text().replace('"label": "Full cost"', '"label": "Whole cost"')
    (tmp_path / "frame.json").write_text(sharper)
    assert [one["theirs"] for one in told("coding", "import", tmp_path / "frame.json")["changed"]] == ["Whole cost"]
    assert told("coding", "import", tmp_path / "frame.json", "--write", *WHO)["written"]
    assert read_evidence(workbench / "evidence").code("theme.full-cost").label == "Whole cost"
    assert told("check")["problems"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("agree", "sprng"), 12, "there is no coding round 'sprng'"),
        (("migrate", "rename", "theme.ful-cost", "theme.x", "--dry-run"), 12, "Did you mean 'theme.full-cost'"),
        (("migrate", "split", "theme.full-cost"), 2, "a split needs a decision for each record"),
        (("migrate", "undo", "7.0.0", "--dry-run"), 12, "no migration to version 7.0.0"),
        (("confirm", "vcfse.below-full-cost", "--by", ANN), 12, "two named people"),
        (("import", "nothing.qdc"), 12, "empty, or not there"),
        (("import", "frame.docx"), 2, "neither .qdc nor .csv nor .json"),
        (("start", "spring", "--source", SOURCE, "--coder", ANN, "--coder", ANN), 12, "two different coders"),
        (("start", "spring", "--source", SOURCE, "--coder", ANN, "--coder", BEN, "--date", "March"), 2, "is not a date"),
    ],
)
def test_a_request_that_cannot_be_met_says_why(told: Told, arguments: tuple[str, ...], code: int, said: str) -> None:
    problem = told("coding", *arguments, code=code)["problems"][0]
    assert said in problem["message"] + problem["hint"]
    assert problem["hint"]
