"""Kernels forked from one process that has already imported the heavy packages and read the workbench (Linux only).

Starting a Python kernel and importing pandas, Altair and the evidence base costs a notebook seconds; forking a process that has
done so costs it hundredths. The server listens on a Unix socket in a private folder and on no port. Its kernels die with it, and it
dies with the build that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spf_analysis.publishing.descent import adopt_orphans, end_all
from spf_analysis.publishing.lean_kernel import block_slow_imports, launch
from spf_analysis.publishing.scratch import scratch_folder

PROVISIONER = "spf-fork"
READY = b"ready\n"
ANSWER_SECONDS = 30.0
_PRELOADED = (
    *("spf_analysis.exhibits", "spf_analysis.workbench"),
    *(
        "ipykernel.kernelapp",
        "ipykernel.ipkernel",
        "ipykernel.zmqshell",
        "ipykernel.debugger",
        "tornado.platform.asyncio",
        "tornado.queues",
    ),
    *(
        "IPython.core.completerlib",
        "IPython.core.debugger",
        "IPython.core.oinspect",
        "IPython.extensions.storemagic",
        "pdb",
        "faulthandler",
    ),
)
_PR_SET_PDEATHSIG = 1


def can_fork() -> bool:
    """Whether kernels may be forked here: on Linux; elsewhere forking a process with threads is not safe."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


@contextlib.contextmanager
def kernel_server(workbench: Path) -> Iterator[str]:
    """The path of a socket at which kernels can be had while the context lasts; "" where forking is not possible."""
    if not can_fork():
        yield ""
        return
    with scratch_folder() as folder:
        path = f"{folder}/kernels"
        command = [sys.executable, "-m", "spf_analysis.publishing.forking", path, str(workbench)]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True)
        try:
            ready = server.stdout is not None and server.stdout.readline() == READY
            yield path if ready else ""
        finally:
            end_all(server.pid)
            server.communicate()


def serve(path: str, workbench: str) -> None:
    """Import, read, then fork a kernel for each request until the one who started this process is gone."""
    block_slow_imports()
    _die_with_parent()
    adopt_orphans()
    gc.disable()  # what is imported and read now stays: there is nothing to collect
    for name in _PRELOADED:
        importlib.import_module(name)
    _read_ahead(workbench)
    gc.collect()
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, _reap)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(64)
        sys.stdout.buffer.write(READY)
        sys.stdout.flush()
        while True:
            readable, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            _answer(listening)


def _reap(*_: object) -> None:
    """Take leave of kernels that have ended, so that none stays a zombie and the time that they took is counted."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _read_ahead(workbench: str) -> None:
    """Read the workbench, and follow one area's money and draw its charts once.

    What every kernel would have to read and work out first is then there when it is forked: records, draws of past inflation, and what
    the library of charts prepares when it is first used.
    """
    from spf_analysis import exhibits
    from spf_analysis.errors import SpfError
    from spf_analysis.workbench import open_workbench

    with contextlib.suppress(SpfError):  # the notebook will meet the same error and tell it with its cell
        bench = open_workbench(folder=workbench)
        _ = bench.evidence, bench.fund
        here, *_ = bench.areas_in_force()
        share, ahead = bench.share(here), bench.path_view(here)
        bench.position(here)
        exhibits.fund.bridge(share)
        exhibits.fund.compare(share, [bench.share(other) for other in bench.neighbours(here)])
        if ahead:
            exhibits.path.ten_years(ahead)
        _ = bench.reads


def _answer(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection, contextlib.suppress(OSError):  # whoever asked may be gone by now
        asked = connection.makefile("r").readline()
        if not asked:
            return
        pid = os.fork()
        if pid == 0:
            listening.close()
            connection.close()
            _become_kernel(json.loads(asked))
        connection.sendall(json.dumps({"pid": pid}).encode() + b"\n")


def _become_kernel(request: dict[str, Any]) -> None:
    """In the forked process: take on the request's environment and folder, and be an IPython kernel until told to stop."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _die_with_parent()
        adopt_orphans()
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        launch(request["argv"])
    finally:
        os._exit(0)


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class ForkedProcess:
    """A forked kernel as jupyter_client knows a process: polled, waited for and signalled through a process descriptor."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        try:
            self._descriptor: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._descriptor, self.returncode = None, 1

    def poll(self) -> int | None:
        """None while it runs; afterwards a number, which cannot tell how it ended."""
        if self._descriptor is not None and select.select([self._descriptor], [], [], 0)[0]:
            os.close(self._descriptor)
            self._descriptor, self.returncode = None, 1
        return self.returncode

    def wait(self) -> int | None:
        """Wait until it has ended."""
        if self._descriptor is not None:
            select.select([self._descriptor], [], [])
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def ask_for_kernel(server: str, argv: list[str], environment: dict[str, str], folder: str) -> ForkedProcess:
    """A kernel forked by the server at this socket, with these arguments, in this environment and folder.

    Raises OSError or ValueError where the server is gone or does not answer.
    """
    with _asking(server) as asking:
        asking.sendall(json.dumps({"argv": argv, "env": environment, "cwd": folder}).encode() + b"\n")
        return ForkedProcess(json.loads(asking.makefile("r").readline())["pid"])


def still_serves(server: str) -> bool:
    """Whether the server at this socket is there."""
    try:
        with _asking(server):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def _asking(server: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(ANSWER_SECONDS)
        asking.connect(server)
        yield asking


if __name__ == "__main__":
    serve(*sys.argv[1:3])
