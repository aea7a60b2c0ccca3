"""The contexts of an edition's targets, from its notebooks, several at once; nothing is typeset and nothing is published."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spf_analysis.errors import Problem, SpfError
from spf_analysis.publishing import edition, workers
from spf_analysis.publishing.forking import kernel_server
from spf_analysis.publishing.target import Job, Made
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
    with tempfile.TemporaryDirectory(prefix="spf-") as folder, kernel_server(bench.settings.folder) as server:
        todo = [replace(edition.job_of(bench, name, title, (), "", Path(folder)), kernel_server=server) for name, title in wanted.items()]
        problems: dict[str, tuple[Problem, ...]] = {}
        with contextlib.closing(workers.made(todo, jobs, tell)) as results:
            for made in results:
                progress(made.target)
                if made.problems:
                    problems[made.target] = made.problems
        found = {name: _read(Path(folder), name) for name in wanted if name not in problems}
    return Contexts(found, problems)


def tell(job: Job) -> Made:
    """Run a job's notebook and leave its context in the job's folder. Problems are returned, not raised, so that the others go on."""
    from spf_analysis.publishing import run

    folder = Path(job.edition_folder)
    running = folder / f"{job.target}.ipynb"
    try:
        notebook = Path(job.notebooks) / job.notebook
        done = run.run_notebook(
            notebook, job.parameters, running, folder=Path(job.workbench), kernel_server=job.kernel_server, limits=job.limits
        )
    except SpfError as error:
        return Made(job.target, job.title, problems=error.problems)
    (folder / f"{job.target}.json").write_text(json.dumps(done.context, ensure_ascii=False), encoding="utf-8")
    running.unlink(missing_ok=True)
    return Made(job.target, job.title)


def _read(folder: Path, target: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / f"{target}.json").read_text(encoding="utf-8"))
    return content
