"""The floor: processor time that the work itself takes once everything is warm, without starting or waiting for anything."""

from __future__ import annotations

import resource
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

from spf_analysis.publishing.lean_kernel import block_slow_imports

block_slow_imports()

from spf_analysis.publishing import audit, charts, rendering, run, target  # noqa: E402
from spf_analysis.publishing.edition import Planned  # noqa: E402
from spf_analysis.publishing.forking import kernel_server  # noqa: E402
from spf_analysis.publishing.typeset import briefing, embedded  # noqa: E402

# What each stage of making a target is, in the code: the functions whose time is its own.
_STAGES: tuple[tuple[str, Any, str], ...] = (
    ("charts", charts, "write_charts"),
    ("Markdown", rendering, "render"),
    ("nbconvert", audit, "audit_html"),
    ("pandoc", briefing, "convert"),
    ("pandoc", embedded, "convert"),
    ("Typst", embedded, "compile_pdf"),
    ("placing", target, "place"),
)
IN_FLOOR = ("cells", "charts", "nbconvert", "pandoc", "Typst")


def stages_of(planned: Sequence[Planned], folder: Path) -> dict[str, float]:
    """Processor seconds of each stage of making these targets one after the other in this process, which is warm.

    Cells are counted by the clock, since their kernels are processes of their own. "rest" is what this process used besides.
    """
    found: dict[str, float] = {}
    with kernel_server(Path(planned[0].job.workbench)) as server, ExitStack() as stack:
        jobs = [replace(item.job, kernel_server=server, edition_folder=str(folder)) for item in planned]
        _made(jobs[0])
        for name, module, function in _STAGES:
            stack.enter_context(patch.object(module, function, _timed(getattr(module, function), name, found)))
        stack.enter_context(patch.object(run, "run_notebook", _with_cells(run.run_notebook, found)))
        before = _used()
        for job in jobs:
            _made(job)
        found["rest"] = _used() - before - sum(seconds for name, seconds in found.items() if name != "cells")
    shutil.rmtree(folder, ignore_errors=True)
    return found


def _made(job: target.Job) -> None:
    made = target.make(job)
    if made.problems:
        raise RuntimeError(str(made.problems[0]))


def _timed(function: Callable[..., Any], name: str, found: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        before = _used()
        try:
            return function(*arguments, **named)
        finally:
            found[name] = found.get(name, 0.0) + _used() - before

    return timed


def _with_cells(function: Callable[..., Any], found: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        done = function(*arguments, **named)
        for cell in done.notebook.cells:
            told = cell.metadata.get("papermill", {})
            if told.get("end_time"):
                taken = datetime.fromisoformat(told["end_time"]) - datetime.fromisoformat(told["start_time"])
                found["cells"] = found.get("cells", 0.0) + taken.total_seconds()
        return done

    return timed


def _used() -> float:
    """Processor seconds of this process, of what it started and has ended, and of the pandoc that goes on."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    going_on = [child.cpu_times() for child in psutil.Process().children() if child.name() == "pandoc"]
    return time.process_time() + ended.ru_utime + ended.ru_stime + sum(used.user + used.system for used in going_on)
