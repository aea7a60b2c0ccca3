"""A watch over a notebook's kernel: one that takes more memory than it may is ended before the machine runs out."""

from __future__ import annotations

import contextlib
import threading

import psutil

from spf_analysis.publishing.descent import end_all

SECONDS = 0.1
MEGABYTE = 1 << 20


class MemoryWatch:
    """Looks at a kernel and all that it started, ten times a second, and ends them where they hold more than `megabytes`.

    What counts is resident memory. `exceeded` says how many megabytes were held when the kernel had to be ended; None where it
    never had to be.
    """

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self.exceeded: int | None = None
        self._ended = threading.Event()

    def start(self, pid: int) -> None:
        """Watch the process of this id in a thread of its own, until it is gone or `stop` is called."""
        threading.Thread(target=self._watch, args=(pid,), daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def _watch(self, pid: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            kernel = psutil.Process(pid)
            while not self._ended.wait(SECONDS):
                held = _held(kernel)
                if held > self.megabytes:
                    self.exceeded = held
                    end_all(pid)
                    return


def _held(kernel: psutil.Process) -> int:
    """Megabytes of resident memory of a process and of those below it. Raises NoSuchProcess where it is gone."""
    total = int(kernel.memory_info().rss)
    for child in kernel.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total += int(child.memory_info().rss)
    return total // MEGABYTE
