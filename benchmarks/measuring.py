"""What a command costs: time on the clock, processor time of all that it started, and the peak memory of its whole tree."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PAUSE = 1.0  # looking at the memory of a process holds it up: four times a second cost a build of many processes a sixth of its time


@dataclass
class Cost:
    """Seconds on the clock and of processors, and the largest sum of proportional set sizes (PSS) of a process tree, in megabytes."""

    wall: float = 0.0
    cpu: float = 0.0
    peak_megabytes: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak_megabytes, other.peak_megabytes))


@dataclass
class Stages:
    """The cost of each stage by name, in the order in which they were first met."""

    costs: dict[str, Cost] = field(default_factory=dict)

    def add(self, name: str, cost: Cost) -> None:
        self.costs[name] = self.costs.get(name, Cost()) + cost

    @property
    def total(self) -> Cost:
        return sum(self.costs.values(), Cost())


def environment() -> dict[str, str]:
    """The environment that both sides run in: byte code is kept, as it is after an installation with pip."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "SPF_WORKBENCH")}


def measured(command: Sequence[str | Path], folder: Path, more: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and say what it cost. Raises RuntimeError with what it told where it fails."""
    before, begun = _children(), time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], cwd=folder, env={**environment(), **(more or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    with _peak(process.pid) as peak:
        told, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{told.decode(errors='replace')[-3000:]}")
    return Cost(time.perf_counter() - begun, _children() - before, peak[0])


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def _peak(pid: int) -> Iterator[list[int]]:
    found, ended = [0], threading.Event()

    def look() -> None:
        while not ended.wait(PAUSE):
            found[0] = max(found[0], _held(pid))

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield found
    finally:
        ended.set()
        watch.join()


def _held(pid: int) -> int:
    total = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error, OSError):
                total += int(each.memory_full_info().pss)
    return total >> 20
