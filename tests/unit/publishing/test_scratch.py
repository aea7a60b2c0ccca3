"""Scratch folders: gone when what needed them ends, and cleared by the next build where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from spf_analysis.publishing.scratch import clear_abandoned, scratch_folder

HOLDS = """
import sys
from spf_analysis.publishing.scratch import scratch_folder
with scratch_folder() as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of the test's own, with a short name."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def holder(short: Path) -> tuple[subprocess.Popen[str], Path]:
    environment = {**os.environ, "TMPDIR": str(short)}
    process = subprocess.Popen([sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_scratch_folder_is_private_and_goes_with_what_needed_it(short: Path) -> None:
    with scratch_folder() as folder:
        assert Path(folder).stat().st_mode & 0o077 == 0
        (Path(folder) / "kernels").write_text("")
        clear_abandoned()
        assert (Path(folder) / "kernels").exists(), "what is held is not cleared"
    assert list(short.iterdir()) == []


def test_the_folder_of_a_process_is_kept_while_it_lives_and_cleared_once_it_was_killed(short: Path) -> None:
    process, folder = holder(short)
    clear_abandoned()
    assert folder.is_dir()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert folder.is_dir()
    clear_abandoned()
    assert not folder.exists()


def test_other_folders_of_like_name_are_let_be(short: Path) -> None:
    (short / "spf-of-somebody").mkdir()
    (short / "spf-of-somebody" / "notes.txt").write_text("mine")
    clear_abandoned()
    assert (short / "spf-of-somebody" / "notes.txt").exists()


def test_where_the_usual_place_has_a_long_name_a_short_one_is_taken(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = short / ("x" * 80)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with scratch_folder() as folder:
        assert len(folder) < 60


def test_a_folder_that_is_still_written_into_goes_all_the_same(short: Path) -> None:
    with scratch_folder() as folder:
        (Path(folder) / "held").unlink()
        (Path(folder) / "connection.json").write_text("{}")
    assert list(short.iterdir()) == []


def test_a_removal_that_was_cut_short_is_taken_up_by_the_next_build(short: Path) -> None:
    (short / "spf-a1b2c3d4.gone").mkdir()
    (short / "spf-a1b2c3d4.gone" / "connection.json").write_text("{}")
    clear_abandoned()
    assert list(short.iterdir()) == []
