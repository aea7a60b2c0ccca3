"""A build that is stopped anywhere: what was published before stands, nothing half-written is visible, the next build goes on and clears.

`STOPPER` is put where every Python process of the build imports it at its start. It counts what the processes are about to write below
the edition's folder, all of them together, and at the n-th kills the whole build, as `kill -9` or a power cut would.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from built_edition import Spf

EDITION = "2026-27-first"
EMBEDDED = ("--typesetter", "embedded", "--formats", "html")
PUBLISHING = (5,)  # writes before the last one: between putting in place and the manifest
PROGRAM = Path(sys.executable).with_name("spf")
STOPPER = """
import fcntl, os, signal, sys

FOLDER, COUNTER = os.environ["STOP_BELOW"], os.environ["STOP_COUNTER"]
AT, BUILD = int(os.environ["STOP_AT"]), os.environ["STOP_COUNTER"] + ".pid"
EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "spf.exchange"}


def count():
    handle = os.open(COUNTER, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    number = int(os.read(handle, 20) or b"0") + 1
    os.pwrite(handle, b"%020d" % number, 0)
    os.close(handle)
    return number


def hook(event, arguments):
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
    else:
        path, writes = arguments[0] if arguments else "", event in EVENTS
    if writes and isinstance(path, str) and path.startswith(FOLDER) and not path.endswith(".lock") and count() == AT:
        os.kill(int(open(BUILD).read()), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(hook)
"""


def printed(page: Path) -> dict[str, str]:
    """The files below a published target with their hashes."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(page.iterdir())}


class Stopped:
    """One target that is published, then built anew from changed inputs and stopped."""

    def __init__(self, workbench: Path, spf: Spf, tmp_path: Path) -> None:
        self.workbench, self.spf, self.scratch = workbench, spf, tmp_path / "stopper"
        self.folder = workbench / "reports" / EDITION
        self.scratch.mkdir()
        (self.scratch / "sitecustomize.py").write_text(STOPPER)
        self.old = printed(self.folder / "QOC")
        template = workbench / "templates" / "area_briefing.qmd"
        template.write_text(template.read_text() + "\n\nOne sentence more.\n")
        self.new: dict[str, str] = {}

    def built(self, *targets: str) -> list[str]:
        done = self.spf("build", *targets, *EMBEDDED, "--json", cwd=self.workbench)
        assert done.returncode == 0, done.stdout + done.stderr
        return list(json.loads(done.stdout)["built"])

    def stop_at(self, number: int) -> int:
        """Build QOC anew and stop it before its n-th write; how many writes there were."""
        counter = self.scratch / "counter"
        counter.write_text("")
        told = {"STOP_BELOW": str(self.folder), "STOP_COUNTER": str(counter), "STOP_AT": str(number)}
        told["PYTHONPATH"] = os.pathsep.join([str(self.scratch), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]).rstrip(os.pathsep)
        environment = {**os.environ, **told, "TMPDIR": str(self.scratch)}
        command = [str(PROGRAM), "build", "QOC", *EMBEDDED]
        process = subprocess.Popen(command, cwd=self.workbench, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        Path(f"{counter}.pid").write_text(str(process.pid))
        process.wait(timeout=120)
        self._gone()
        return int(counter.read_text() or 0)

    def _gone(self) -> None:
        deadline = time.monotonic() + 20
        while self._alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self._alive() == []

    def _alive(self) -> list[str]:
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("STOP_BELOW") == str(self.folder):
                    found.append(" ".join(process.cmdline()))
            except (psutil.Error, OSError):
                continue
        return found

    def check(self) -> None:
        """What a reader sees now is whole: the old briefing or the new one, and the index points to nothing that is not there."""
        now = printed(self.folder / "QOC")
        assert now == self.old or self._whole(now), "a half-written briefing is visible"
        for link in re.findall(r'href="([^"#:]+)"', (self.folder / "index.html").read_text()):
            assert (self.folder / link).exists(), link
        assert json.loads((self.folder / "manifest.json").read_text())["targets"]["QOC"]["outputs"]

    def _whole(self, now: dict[str, str]) -> bool:
        self.new = self.new or now
        return now == self.new and set(now) == set(self.old)

    def goes_on(self) -> None:
        """The next build makes what is still to be made, and leaves nothing of the one that was stopped."""
        self.built("QOC")
        assert self._whole(printed(self.folder / "QOC"))
        assert self.built("QOC") == []
        self.clean()

    def clean(self) -> None:
        """Nothing lies beside what was published, and no scratch folder is left."""
        left = {path.name for path in self.folder.iterdir()} - {"QOC", "index.html", "manifest.json", ".lock"}
        assert left == set()
        assert [path.name for path in self.scratch.glob("spf-*")] == []

    def again(self) -> None:
        """As it was before the stopped build: the old briefing is published, and due."""
        template = self.workbench / "templates" / "area_briefing.qmd"
        changed = template.read_text()
        template.write_text(changed.replace("\n\nOne sentence more.\n", ""))
        self.built("QOC")
        template.write_text(changed)
        assert printed(self.folder / "QOC") == self.old


@pytest.fixture(scope="module")
def published(another: Callable[[], Path], spf: Spf) -> Path:
    """A workbench in which one briefing was published."""
    workbench = another()
    assert spf("build", "QOC", *EMBEDDED, cwd=workbench).returncode == 0
    return workbench


@pytest.fixture
def stopped(published: Path, spf: Spf, tmp_path: Path) -> Stopped:
    return Stopped(Path(shutil.copytree(published, tmp_path / "workbench")), spf, tmp_path)


def test_a_build_killed_while_it_publishes_is_taken_up_by_the_next(stopped: Stopped) -> None:
    total = stopped.stop_at(10_000)
    assert total > 20, "the build was counted"
    stopped.check()
    stopped.again()
    for back in PUBLISHING:
        assert stopped.stop_at(total - back) >= total - back
        stopped.check()
    stopped.goes_on()


@pytest.mark.long
def test_a_build_killed_before_any_of_its_writes_is_taken_up_by_the_next(stopped: Stopped) -> None:
    total = stopped.stop_at(10_000)
    for number in range(total, 0, -1):
        stopped.again()
        stopped.clean()
        stopped.stop_at(number)
        stopped.check()
    stopped.goes_on()


def limited(size: int) -> Callable[[], None]:
    """Let no file grow beyond so many bytes, as on a disk that is nearly full; a process is told with an error and not killed."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.long
def test_where_the_disk_is_full_it_says_so_and_what_was_published_stands(stopped: Stopped) -> None:
    command = [str(PROGRAM), "build", "QOC", *EMBEDDED, "--json"]
    done = subprocess.run(
        command, cwd=stopped.workbench, capture_output=True, text=True, preexec_fn=limited(60_000), timeout=120, check=False
    )
    assert done.returncode == 15, done.stdout + done.stderr
    said = json.loads(done.stdout)
    problems = said.get("problems") or [problem for failure in said["failed"] for problem in failure["problems"]]
    assert any("cannot" in problem["message"] for problem in problems), problems
    assert "Traceback" not in done.stderr
    assert printed(stopped.folder / "QOC") == stopped.old
    stopped.check()
    stopped.goes_on()


@pytest.mark.long
def test_a_typesetter_that_crashes_is_told_and_what_was_published_stands(stopped: Stopped, tmp_path: Path) -> None:
    """A pandoc that dies of a signal, found before the installed one."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "pandoc").write_text("#!/bin/sh\n[ \"$1\" = --version ] && { echo 'pandoc 3.9'; exit 0; }\nkill -SEGV $$\n")
    (broken / "pandoc").chmod(0o755)
    environment = {**os.environ, "PYPANDOC_PANDOC": str(broken / "pandoc")}
    command = [str(PROGRAM), "build", "QOC", *EMBEDDED, "--json"]
    done = subprocess.run(command, cwd=stopped.workbench, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 15, done.stdout + done.stderr
    (failure,) = json.loads(done.stdout)["failed"]
    assert failure["problems"][0]["message"] == "pandoc ended in the middle of its work, and once more"
    assert printed(stopped.folder / "QOC") == stopped.old
    stopped.goes_on()


def test_two_builds_at_once_the_second_says_so(stopped: Stopped) -> None:
    notebook = stopped.workbench / "notebooks" / "area_briefing.ipynb"
    sound = notebook.read_text()
    notebook.write_text(sound.replace("bench = open_workbench(", "import time; time.sleep(20)\\nbench = open_workbench(", 1))
    first = subprocess.Popen(
        [str(PROGRAM), "build", "QOC", *EMBEDDED], cwd=stopped.workbench, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 30
        while not (stopped.folder / ".staging" / "QOC").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        done = stopped.spf("build", "QOC", *EMBEDDED, cwd=stopped.workbench)
        assert done.returncode == 15
        assert "another build is writing this edition" in done.stderr
    finally:
        first.send_signal(signal.SIGINT)
        first.wait(timeout=60)
    notebook.write_text(sound)
    stopped.goes_on()


def test_nothing_listens_on_a_port_while_it_builds(workbench: Path) -> None:
    command = [str(PROGRAM), "build", "QOC", "QGH", *EMBEDDED]
    process = subprocess.Popen(command, cwd=workbench, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    looked, listening = 0, []
    while process.poll() is None:
        tree = []
        try:
            tree = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
        except psutil.NoSuchProcess:
            break
        for pid in tree:
            try:
                found = psutil.Process(pid).net_connections(kind="inet")
            except (psutil.Error, OSError):
                continue
            looked += 1
            listening += [connection for connection in found if connection.status == psutil.CONN_LISTEN]
        time.sleep(0.1)
    assert process.returncode == 0
    assert looked > 20
    assert listening == []
