"""`spf release`: record what an edition printed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.build import shown
from spf_analysis.commands.output import json_option, print_json

if TYPE_CHECKING:
    from spf_analysis.workbench import Workbench

jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 64), default=None, help="How many notebooks at once; one for each processor by default."
)


@click.command()
@click.option("--again", is_flag=True, help="Write the record of an edition that was released before anew.")
@jobs_option
@json_option
@click.pass_context
def release(context: click.Context, again: bool, jobs: int | None, as_json: bool) -> None:
    """Record what the last registered edition prints and what it rests on, under evidence/editions, to be committed.

    The next edition tells from it what changed. Refused where 'spf check' finds a problem, or where the edition was released before.

    \b
    Examples:
      spf release
      spf release --again
    """
    from spf_analysis.publishing import release as releasing
    from spf_analysis.publishing.edition import targets_of
    from spf_analysis.workbench import open_workbench

    bench = open_workbench(folder=context.obj.workbench)
    refuse_problems(bench)
    releasing.refuse_released(bench, again=again)
    with notebooks_bar(len(targets_of(bench)), quiet=as_json) as advance:
        folder = releasing.release(bench, again=again, jobs=jobs or os.cpu_count() or 1, progress=advance)
    files = sorted(file.name for file in folder.iterdir())
    if as_json:
        print_json({"edition": bench.edition.id, "folder": f"evidence/editions/{bench.edition.id}", "files": files})
        return
    click.echo(f"{bench.edition.label} is recorded in {shown(folder)}. Commit it together with what it was made from.")


def refuse_problems(bench: Workbench) -> None:
    """Raise one error with every problem that `spf check` finds, if any."""
    from spf_analysis.commands.workbench import problems_of
    from spf_analysis.errors import SpfError

    problems = sorted(set(problems_of(bench.settings)))
    if problems:
        raise SpfError(problems)


@contextlib.contextmanager
def notebooks_bar(total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A progress bar on standard error over the notebooks that are run; gives what is called with each target."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet or not total) as bar:
        task = bar.add_task("Running notebooks", total=total)
        yield lambda target: bar.update(task, advance=1, description=f"Ran {target}")


__all__ = ["jobs_option", "notebooks_bar", "refuse_problems", "release"]
