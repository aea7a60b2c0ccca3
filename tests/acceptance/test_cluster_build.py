"""An edition made by a Dask cluster is byte for byte the one made here, even where a worker is killed in mid-build."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from built_edition import AREAS, Edition, Spf

distributed = pytest.importorskip("distributed")
EMBEDDED = ("--typesetter", "embedded")
DASK = Path(sys.executable).with_name("dask")
PROGRAM = Path(sys.executable).with_name("spf")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def heard(address: psutil._common.addr) -> bytes:
    """What a port answers to whoever speaks plain HTTP."""
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=5) as asking:
        asking.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return asking.recv(100)
    return b""


@pytest.mark.long
def test_a_cluster_on_this_machine_makes_the_same_bytes_serves_no_page_and_leaves_nothing(edition: Edition, tmp_path: Path) -> None:
    scratch = tmp_path / "t"
    scratch.mkdir()
    command = [str(PROGRAM), "build", "QOC", *EMBEDDED, "--cluster", "2", "--out", str(tmp_path), "--json"]
    environment = {**os.environ, "TMPDIR": str(scratch)}
    build = subprocess.Popen(command, cwd=edition.workbench, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    listening: dict[psutil._common.addr, bytes] = {}
    while build.poll() is None:
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(build.pid)
            for each in (top, *top.children(recursive=True)):
                found = each.net_connections(kind="inet")
                new = {item.laddr for item in found if item.status == psutil.CONN_LISTEN} - listening.keys()
                listening |= {address: heard(address) for address in new}
        time.sleep(0.1)
    output, told = build.communicate(timeout=60)
    assert build.returncode == 0, output + told
    assert json.loads(output)["built"] == ["QOC"]
    assert contents(tmp_path / edition.folder.name / "QOC") == contents(edition.folder / "QOC")
    assert [path.name for path in (tmp_path / edition.folder.name).iterdir() if path.name.startswith(".s")] == []
    assert list(scratch.iterdir()) == []
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert len(listening) == 5, "a scheduler, and two workers with one who looks after each"
    assert set(listening.values()) == {b""}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--scheduler", "tcp://cluster.example:8786"), "is spoken to with TLS only"),
        (("--scheduler", "tls://127.0.0.1:1", "--cluster", "2"), "exclude one another"),
        (("--scheduler", "tcp://127.0.0.1:9"), "the scheduler does not answer (nothing was heard for 15 seconds)"),
        (("--scheduler", "tls://127.0.0.1:9"), "the scheduler does not answer (it was given no certificates)"),
    ],
)
def test_a_scheduler_that_cannot_be_used_is_told(given: tuple[str, ...], message: str, edition: Edition, spf: Spf, tmp_path: Path) -> None:
    done = spf("build", "QOC", *EMBEDDED, *given, "--out", tmp_path, cwd=edition.workbench)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


class Grid:
    """A scheduler and workers as processes of their own, which speak TLS."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        given = distributed.Security.temporary()
        for name, content in (("ca", given.tls_ca_file), ("cert", given.tls_worker_cert), ("key", given.tls_worker_key)):
            (folder / f"{name}.pem").write_text(content)
        self.address = ""

    def start(self, workers: int) -> None:
        told = self.folder / "scheduler.json"
        self._run("scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", told)
        deadline = time.monotonic() + 60
        while not told.is_file() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.address = json.loads(told.read_text())["address"]
        for _ in range(workers):
            self._run("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", self.folder)

    def _run(self, *arguments: str | Path) -> None:
        pair = [("--tls-ca-file", "ca"), ("--tls-cert", "cert"), ("--tls-key", "key")]
        secured = [part for option, name in pair for part in (option, self.folder / f"{name}.pem")]
        command = [DASK, arguments[0], *arguments[1:], *secured]
        with (self.folder / "log.txt").open("ab") as log:
            self.processes.append(subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, cwd=self.folder))

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return self.processes[1:]

    def end(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def grid(tmp_path: Path) -> Iterator[Callable[[int], Grid]]:
    folder = tmp_path / "grid"
    folder.mkdir()
    made = Grid(folder)

    def start(workers: int) -> Grid:
        made.start(workers)
        return made

    yield start
    made.end()


def at_work_below(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The pandoc that a worker starts when it sets its first briefing."""
    try:
        return [child for child in psutil.Process(process.pid).children(recursive=True) if child.name() == "pandoc"]
    except psutil.Error:
        return []


@pytest.mark.long
def test_the_jobs_of_a_worker_that_is_killed_are_done_again_by_another(
    grid: Callable[[int], Grid], edition: Edition, spf: Spf, tmp_path: Path
) -> None:
    there = grid(2)
    options = [*EMBEDDED, "--scheduler", there.address, "--certificates", str(there.folder), "--out", str(tmp_path / "out"), "--json"]
    command = [str(PROGRAM), "build", *AREAS, *options]
    build = subprocess.Popen(command, cwd=edition.workbench, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    at_work: dict[int, list[psutil.Process]] = {}
    while not at_work and time.monotonic() < deadline and build.poll() is None:
        at_work = {worker.pid: below for worker in there.workers if (below := at_work_below(worker))}
        time.sleep(0.01)
    assert at_work, "a worker was at work"
    victim, below = at_work.popitem()
    os.kill(victim, signal.SIGKILL)
    output, told = build.communicate(timeout=300)
    assert build.returncode == 0, output + told + (there.folder / "log.txt").read_text()[-3000:]
    assert sorted(json.loads(output)["built"]) == sorted(AREAS)
    for area in AREAS:
        assert contents(tmp_path / "out" / edition.folder.name / area) == contents(edition.folder / area)
    _, alive = psutil.wait_procs(below, timeout=10)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.long
def test_without_the_right_certificates_there_is_no_answer(grid: Callable[[int], Grid], edition: Edition, spf: Spf, tmp_path: Path) -> None:
    there = grid(0)
    other = tmp_path / "other"
    other.mkdir()
    Grid(other)
    done = spf(
        "build", "QOC", *EMBEDDED, "--scheduler", there.address, "--certificates", other, "--out", tmp_path / "out", cwd=edition.workbench
    )
    assert done.returncode == 2
    assert "the scheduler does not answer (the certificates do not fit)" in done.stderr


class Sent:
    """A build that is handed to a grid."""

    def __init__(self, there: Grid, workbench: Path, out: Path, *targets: str) -> None:
        options = [*EMBEDDED, "--scheduler", there.address, "--certificates", str(there.folder), "--out", str(out), "--json"]
        command = [str(PROGRAM), "build", *targets, *options]
        self.folder = out
        self.process = subprocess.Popen(command, cwd=workbench, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def failed(self) -> dict[str, str]:
        """The message of each target that was not made, once it has ended."""
        self.output, self.told = self.process.communicate(timeout=300)
        assert self.process.returncode == 15, self.output + self.told
        return {item["target"]: item["problems"][0]["message"] for item in json.loads(self.output)["failed"]}


@pytest.mark.long
def test_where_the_scheduler_is_lost_the_rest_is_told(grid: Callable[[int], Grid], edition: Edition, tmp_path: Path) -> None:
    there = grid(1)
    build = Sent(there, edition.workbench, tmp_path / "out", *AREAS)
    deadline = time.monotonic() + 120
    while not at_work_below(there.workers[0]) and time.monotonic() < deadline and build.process.poll() is None:
        time.sleep(0.01)
    there.processes[0].kill()
    assert set(build.failed().items()) <= {(area, "the scheduler was lost") for area in AREAS}
    assert "Traceback" not in build.told, build.told
    assert not (build.folder / edition.folder.name / ".staging").exists()


@pytest.mark.long
def test_where_no_worker_answers_it_says_so_and_gives_up(grid: Callable[[int], Grid], workbench: Path, tmp_path: Path) -> None:
    settings = workbench / "spf.toml"
    settings.write_text(settings.read_text().replace("worker_seconds = 120", "worker_seconds = 8"))
    build = Sent(grid(0), workbench, tmp_path / "out", "QOC", "QGH")
    assert build.failed() == dict.fromkeys(("QOC", "QGH"), "no worker answered for 8 seconds")
    assert build.told.startswith("No worker answers. Waiting 8 seconds for one.\n")
