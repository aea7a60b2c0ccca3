"""The contexts of an edition's targets, from its notebooks, several at once; nothing is typeset and nothing is published."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spf_analysis.errors import Problem
from spf_analysis.publishing import edition, workers
from spf_analysis.publishing.scratch import scratch_folder
from spf_analysis.publishing.target import Made, tell
from spf_analysis.workbench import Workbench

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Contexts:
    """The context of each target, in the order of the edition; `problems` of those whose notebook did not run to its end."""

    by_target: Mapping[str, dict[str, Any]]
    problems: Mapping[str, tuple[Problem, ...]]


def contexts_of(bench: Workbench, targets: Sequence[str] = (), *, jobs: int = 1, progress: Progress = lambda target: None) -> Contexts:
    """Run the notebooks of the targets named, of all where none is named. Raises FundError for a target that there is not.

    `progress` is called with each target when its notebook has run.
    """
    wanted = edition.wanted_of(bench, targets)
    found: dict[str, dict[str, Any]] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    with scratch_folder() as folder:
        todo = [edition.job_of(bench, name, title, (), "", Path(folder)) for name, title in wanted.items()]
        with contextlib.closing(workers.done(todo, jobs, tell)) as results:
            for told in results:
                progress(told.target)
                if isinstance(told, Made):
                    problems[told.target] = told.problems
                else:
                    found[told.target] = told.context
    return Contexts({name: found[name] for name in wanted if name in found}, problems)
