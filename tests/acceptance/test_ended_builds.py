"""A build that is told to end, however and however often, leaves no process, no scratch folder and nothing half-made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest
from built_edition import EDITION, Spf, edit, kernels

PROGRAM = Path(sys.executable).with_name("spf")
EMBEDDED = ("--typesetter", "embedded", "--formats", "html", "--jobs", "2")
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGQUIT: 131}
APART = "import subprocess\nsubprocess.run('setsid sleep 778 & sleep 777 &', shell=True)"
SLOW = "import time\ntime.sleep(60)"


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for temporary files with a short name, which no other build uses."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        yield Path(folder)


def heeding() -> None:
    """Ctrl-C is heeded, even where whoever runs the tests was started in the background and ignores it."""
    for number in CODES:
        signal.signal(number, signal.SIG_DFL)


class Running:
    """A build in the background, of four areas where none is named."""

    def __init__(self, workbench: Path, scratch: Path, *more: str, targets: Sequence[str] = ("QOC", "QGH", "QWE", "QKK")) -> None:
        self.workbench, self.scratch = workbench, scratch
        self.folder = workbench / "reports" / EDITION
        self.process = subprocess.Popen(
            [str(PROGRAM), "build", *targets, *EMBEDDED, *more],
            cwd=workbench,
            env={**os.environ, "TMPDIR": str(scratch)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=heeding,  # noqa: PLW1509
        )

    def wait_for_kernels(self) -> None:
        """Until two notebooks are being run."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and len(list((self.folder / ".staging").glob("*"))) < 2:
            time.sleep(0.1)
        time.sleep(3)
        assert len(kernels(self.workbench)) >= 2, self.process.communicate(timeout=90)

    def started(self, words: str) -> list[psutil.Process]:
        """The processes that it started itself in whose command line these words stand."""
        return [each for each in psutil.Process(self.process.pid).children() if words in " ".join(each.cmdline())]

    def end(self) -> tuple[int, str, str]:
        output, told = self.process.communicate(timeout=120)
        return self.process.returncode, output, told

    def gone(self) -> bool:
        """Whether no process of it is left, in a moment."""
        deadline = time.monotonic() + 10
        while kernels(self.workbench) and time.monotonic() < deadline:
            time.sleep(0.1)
        return kernels(self.workbench) == []

    def left(self) -> list[str]:
        """What lies in its folders that was not published."""
        hidden = [path.name for path in self.folder.iterdir() if path.name.startswith(".") and path.name != ".lock"]
        return hidden + [path.name for path in self.scratch.iterdir()]


@pytest.mark.parametrize(
    ("number", "times"),
    [
        (signal.SIGINT, 4),
        pytest.param(signal.SIGINT, 1, marks=pytest.mark.long),
        (signal.SIGHUP, 1),
        pytest.param(signal.SIGTERM, 2, marks=pytest.mark.long),
        pytest.param(signal.SIGQUIT, 1, marks=pytest.mark.long),
    ],
)
def test_a_build_that_is_told_to_end_leaves_nothing(number: signal.Signals, times: int, workbench: Path, scratch: Path) -> None:
    edit(workbench, 2, f"{APART}\n{SLOW}")
    build = Running(workbench, scratch)
    build.wait_for_kernels()
    for _ in range(times):
        build.process.send_signal(number)
        time.sleep(0.1)
    code, _, told = build.end()
    assert code == CODES[number]
    assert "Traceback" not in told
    assert build.gone()
    assert build.left() == []
    assert number != signal.SIGINT or "Interrupted. What was published before stands" in told


def test_a_killed_build_leaves_no_process_and_the_next_one_goes_on_and_clears(
    workbench: Path, untouched: Path, spf: Spf, scratch: Path
) -> None:
    edit(workbench, 2, SLOW)
    build = Running(workbench, scratch)
    build.wait_for_kernels()
    build.process.kill()
    assert build.end()[0] == -signal.SIGKILL
    assert build.gone()
    notebook = workbench / "notebooks" / "area_briefing.ipynb"
    notebook.write_bytes((untouched / "notebooks" / "area_briefing.ipynb").read_bytes())
    again = Running(workbench, scratch)
    assert again.end()[0] == 0
    assert again.left() == []


def test_what_a_cell_starts_in_a_session_of_its_own_ends_with_the_build(workbench: Path, scratch: Path) -> None:
    edit(workbench, 2, APART)
    build = Running(workbench, scratch, targets=["QOC"])
    code, _, told = build.end()
    assert code == 0, told
    assert build.gone()
    assert build.left() == []


def test_where_the_server_that_forks_kernels_is_gone_they_are_started_without_it(workbench: Path, scratch: Path) -> None:
    edit(workbench, 2, "import time\ntime.sleep(5)")
    build = Running(workbench, scratch, "--json", targets=["QOC", "QGH"])
    build.wait_for_kernels()
    (server,) = build.started("publishing.forking")
    server.kill()
    code, output, told = build.end()
    assert code == 0, output + told
    assert len(json.loads(output)["built"]) == 2
    assert build.left() == []


def test_what_takes_time_is_imported_once_it_is_known_what_an_early_end_means() -> None:
    asked = "import sys, spf_analysis.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert {"click", "spf_analysis.commands", "spf_analysis.errors"} & set(done.stdout.split()) == set()
