"""The processes that make targets: several at once, and none of them, nor any kernel, left behind however a build ends."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from spf_analysis.errors import Problem
from spf_analysis.publishing.descent import adopt_orphans, end_all, end_below
from spf_analysis.publishing.forking import kernel_server
from spf_analysis.publishing.scratch import remove_scratch, scratch_folder
from spf_analysis.publishing.target import Job, Made, get_ready, make

Hands = Callable[[Sequence[Job]], Generator[Made, None, None]]
_AHEAD = 2  # jobs for each process
T = TypeVar("T")


def hands(at_once: int) -> Hands:
    """What makes jobs in processes of this machine, so many at once."""
    return lambda jobs: done(jobs, at_once, make)


def done(jobs: Sequence[Job], at_once: int, do: Callable[[Job], T | Made]) -> Generator[T | Made, None, None]:
    """Do something with each job in processes of their own, so many at once; yields each result as it is there.

    Kernels are forked, where that can be done, by a server that gets ready while the processes do. Where a process dies, the jobs that
    went down with it are tried again one by one, so that only the one that kills its process fails. Whatever ends the build early
    (Ctrl-C, a bug) ends every process and kernel that it started.
    """
    if not jobs:
        return
    number = min(at_once, len(jobs))
    with _processes(number) as pool:
        for _ in range(number):
            pool.submit(get_ready)
        with kernel_server(Path(jobs[0].workbench)) as server:
            yield from _done(pool, [replace(job, kernel_server=server) for job in jobs], do, _AHEAD * number)


def _done(pool: ProcessPoolExecutor, jobs: Sequence[Job], do: Callable[[Job], T | Made], ahead: int) -> Iterator[T | Made]:
    """The results of a pool that is given so many jobs ahead of those whose results were taken, so that no more wait in memory."""
    due, lost = list(reversed(jobs)), list[Job]()
    futures: dict[Future[T | Made], Job] = {}
    while due or futures:
        while due and len(futures) < ahead:
            job = due.pop()
            try:
                futures[pool.submit(do, job)] = job
            except BrokenProcessPool:
                lost.append(job)
        for future in wait(futures, return_when=FIRST_COMPLETED).done:
            job = futures.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:
                lost.append(job)
    for job in sorted(lost, key=lambda item: item.target):
        yield _alone(job, do)


def _alone(job: Job, do: Callable[[Job], T | Made]) -> T | Made:
    with _processes(1) as pool:
        try:
            return pool.submit(do, job).result()
        except BrokenProcessPool:
            hint = "It may have run out of memory; run the build again with --jobs 1."
            return Made(job.target, job.title, problems=(Problem("typesetting", job.target, "the process that made it died", hint),))


@contextlib.contextmanager
def _processes(number: int) -> Iterator[ProcessPoolExecutor]:
    with scratch_folder() as folder:
        pool = ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(folder,))
        try:
            yield pool
        except BaseException:
            for worker in multiprocessing.active_children():
                if worker.pid:
                    end_all(worker.pid)
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin(folder: str) -> None:
    """A worker leaves the terminal's session, so that Ctrl-C reaches the build alone, which then ends its workers."""
    with contextlib.suppress(OSError):
        os.setsid()
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    adopt_orphans()
    atexit.register(end_below)
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()


def _end_with_parent(folder: str) -> None:
    """Where the build was killed, so that it could end nothing itself, its workers end with it and clear their folder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        end_below()
        remove_scratch(Path(folder))
        os.kill(os.getpid(), signal.SIGKILL)
