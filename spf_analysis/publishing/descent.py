"""What comes of a process: whatever is started below it can be its own to the last (Linux), and ends with it."""

from __future__ import annotations

import contextlib
import ctypes
import sys
import time

import psutil

_PR_SET_CHILD_SUBREAPER = 36
_ROUNDS, _PAUSE = 50, 0.02


def adopt_orphans() -> None:
    """Let this process take the place of parents below it that end, so that no process below it gets out of its reach.

    A cell may start a process in a session of its own, which the end of its kernel does not touch.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_below(process: int | None = None) -> None:
    """End everything below a process, this one where none is named; again where more was started meanwhile."""
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(process)
        for _ in range(_ROUNDS):
            below = [each for each in top.children(recursive=True) if _runs(each)]
            if not below:
                return
            for each in below:
                with contextlib.suppress(psutil.Error):
                    each.kill()
            time.sleep(_PAUSE)


def end_all(process: int) -> None:
    """End another process and everything below it; one that is gone already is no error.

    It is held still first, so that it neither starts anything more nor makes anything of what happens to what is below it.
    """
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(process)
        top.suspend()
        end_below(process)
        top.kill()


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
