"""Finding a workbench and reading its settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spf_analysis.errors import UsageError
from spf_analysis.settings import USUAL, Limits, find_workbench, read_settings

BAD = Path(__file__).parents[1] / "samples" / "bad" / "workbench"
CASES = sorted(path for path in BAD.iterdir() if path.is_dir())


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which is no workbench and lies in none."""
    monkeypatch.delenv("SPF_WORKBENCH", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_workbench(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "spf.toml").write_text("schema = 1\n")
    return folder


def test_the_nearest_workbench_upwards_is_found(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_workbench(elsewhere / "outer")
    inner = a_workbench(elsewhere / "outer" / "inner")
    (inner / "notebooks").mkdir()
    monkeypatch.chdir(inner / "notebooks")
    assert find_workbench() == inner


def test_the_one_named_comes_before_the_environment_and_that_before_the_place(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, told, named = (a_workbench(elsewhere / name) for name in ("here", "told", "named"))
    monkeypatch.chdir(here)
    monkeypatch.setenv("SPF_WORKBENCH", str(told))
    assert find_workbench() == told
    assert find_workbench(named) == named


def test_a_folder_that_is_no_workbench_is_refused(elsewhere: Path) -> None:
    with pytest.raises(UsageError, match="no workbench here"):
        find_workbench()
    with pytest.raises(UsageError, match="is no workbench"):
        find_workbench(elsewhere)
    with pytest.raises(UsageError, match="is no workbench"):
        find_workbench(elsewhere / "nowhere")


def test_the_projects_own_settings(root: Path) -> None:
    settings = read_settings(root)
    assert set(settings.briefings) == {"area", "national-evidence", "national-fund", "brokerage", "demonstrators"}
    assert settings.evidence == root / "evidence"
    assert all((settings.notebooks / kind.notebook).is_file() for kind in settings.briefings.values())
    assert all((settings.templates / kind.template).is_file() for kind in settings.briefings.values())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_bad_settings_earn_their_message(case: Path, snapshot: Callable[[Path, str], None]) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(case)
    snapshot(case / "message.txt", str(caught.value))
    assert caught.value.exit_code == 2
    assert all(problem.where and problem.hint for problem in caught.value.problems)


def test_limits_are_the_usual_ones_unless_others_are_set(workbench: Path) -> None:
    path = workbench / "spf.toml"
    text = path.read_text()
    assert read_settings(workbench).limits == USUAL
    path.write_text(text.partition("[limits]")[0])
    assert read_settings(workbench).limits == USUAL
    path.write_text(f"{text.partition('[limits]')[0]}\n[limits]\ncell_seconds = 7\n")
    assert read_settings(workbench).limits == Limits(7, USUAL.notebook_megabytes)
