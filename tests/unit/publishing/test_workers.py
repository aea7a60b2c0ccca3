"""The processes that make targets: a process that dies takes only its own target with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from spf_analysis.publishing import workers
from spf_analysis.publishing.edition import open_edition, plan
from spf_analysis.publishing.target import Job, make

SLOW = "import time; time.sleep(60)"


@pytest.fixture
def jobs(workbench: Path, tmp_path: Path) -> list[Job]:
    """Two jobs whose notebook is missing, so that they end in a problem at once."""
    planned = plan(open_edition(None, workbench), ["QOC", "QGH"], ("html",), "embedded", tmp_path / "out")
    return [replace(item.job, notebook="gone.ipynb") for item in planned]


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(child.cmdline())]


def test_nothing_to_do_starts_nothing() -> None:
    assert list(workers.done([], 4, make)) == []


def test_an_end_before_the_end_leaves_no_worker(jobs: list[Job]) -> None:
    results = workers.done(jobs, 2, make)
    first = next(results)
    assert [(problem.where, problem.message) for problem in first.problems] == [
        ("gone.ipynb", "the notebook cannot be read (No such file or directory)")
    ]
    results.close()
    assert children() == []


def test_a_job_that_kills_its_process_is_tried_again_alone_and_then_fails(workbench: Path, tmp_path: Path) -> None:
    ends = workbench / "notebooks" / "area_briefing.ipynb"
    ends.write_text(ends.read_text().replace("bench = open_workbench(year, edition)", SLOW, 1))
    planned = plan(open_edition(None, workbench), ["QOC"], ("html",), "embedded", tmp_path / "out")

    def kill_twice() -> None:
        seen: set[int] = set()
        deadline = time.monotonic() + 60
        while len(seen) < 2 and time.monotonic() < deadline:
            for child in children():
                if child.pid not in seen and child.children():
                    seen.add(child.pid)
                    os.kill(child.pid, signal.SIGKILL)
            time.sleep(0.1)

    threading.Thread(target=kill_twice, daemon=True).start()
    (made,) = workers.done([planned[0].job], 1, make)
    assert [problem.message for problem in made.problems] == ["the process that made it died"]
    assert "--jobs 1" in made.problems[0].hint


def test_a_process_gets_ready_without_what_takes_long_to_import() -> None:
    said = "import sys; from spf_analysis.publishing.target import get_ready; get_ready(); print(sys.modules['rfc3987_syntax'])"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.strip() == "None"
