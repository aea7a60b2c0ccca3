"""A workbench started elsewhere, from the command line, and what works in it at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from built_edition import Spf


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, spf: Spf) -> Path:
    folder = tmp_path_factory.mktemp("started") / "review"
    done = spf("init", folder, "--date", "2026-12-01", cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    assert "spf check" in done.stdout
    return folder


def test_it_holds_together(started: Path, spf: Spf) -> None:
    done = spf("check", cwd=started / "notebooks")
    assert (done.returncode, done.stdout) == (0, "All inputs hold together.\n")


def test_areas_and_shares_are_those_of_the_project(started: Path, untouched: Path, spf: Spf) -> None:
    for arguments in (("areas", "--json"), ("fund", "share", "QOC", "--json"), ("fund", "position", "--json")):
        assert spf(*arguments, cwd=started).stdout == spf(*arguments, cwd=untouched).stdout


def test_a_briefing_whose_claims_are_not_there_yet_says_so(started: Path, spf: Spf) -> None:
    done = spf("build", "national-fund", "QOC", "--typesetter", "embedded", "--json", cwd=started)
    assert done.returncode == 14
    problems = {item["target"]: item["problems"][0]["message"] for item in json.loads(done.stdout)["failed"]}
    assert "no claim is filed under 'fund-design'" in problems["national-fund"]
    assert "there is no claim 'funding." in problems["QOC"]


def test_a_folder_that_is_not_empty_is_refused(started: Path, spf: Spf) -> None:
    done = spf("init", started)
    assert done.returncode == 2
    assert "the folder is not empty" in done.stderr
    assert spf("init", started.parent / "other", "--date", "soon").returncode == 2
    assert not (started.parent / "other").exists()
