"""`spf check`, `spf lab`, `spf init`, `spf doctor`, `spf migrate`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.output import json_option, print_json, print_table, problems_as_json
from spf_analysis.errors import Problem, SpfError, TypesettingError, exit_code_for
from spf_analysis.wording import counted

if TYPE_CHECKING:
    from spf_analysis.evidence.base import EvidenceBase

# JupyterLab would look for news and updates on the network; nothing is fetched here that nobody asked for.
_NO_NEWS = ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")


@click.command()
@json_option
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Check all inputs in one go: evidence, Fund, editions, notebooks.

    \b
    Example:
      spf check
    """
    from spf_analysis.settings import find_workbench, read_settings

    settings = read_settings(find_workbench(context.obj.workbench))
    found = sorted(set(problems_of(settings)))
    if as_json:
        click.echo(problems_as_json(found))
    else:
        for problem in found:
            click.echo(str(problem))
        click.echo("All inputs hold together." if not found else f"{counted(len(found), 'problem')} found.")
    context.exit(exit_code_for(found))


def problems_of(settings: object) -> list[Problem]:
    """Every problem of a workbench's inputs: evidence, Fund, editions, notebooks and templates."""
    from spf_analysis.editions import read_editions
    from spf_analysis.evidence.checking import checked
    from spf_analysis.fund.reading import read_fund
    from spf_analysis.settings import Settings

    assert isinstance(settings, Settings)
    base, problems = checked(settings.evidence)
    try:
        problems += _unregistered(read_fund(settings.evidence / "fund").sources(), base)
    except SpfError as error:
        problems += error.problems
    try:
        read_editions(settings.evidence / "editions.yaml")
    except SpfError as error:
        problems += error.problems
    for kind in settings.briefings.values():
        for file in (settings.notebooks / kind.notebook, settings.templates / kind.template):
            if not file.is_file():
                problems.append(
                    Problem("briefing", f"spf.toml: {file.name}", "the file is missing", "Restore it, or correct its name in spf.toml.")
                )
    return problems


def _unregistered(named: Iterable[str], base: EvidenceBase) -> list[Problem]:
    """Sources that the Fund's tables and rules name but the library does not hold; none of a register that cannot be read."""
    known = {*base.sources, *(key for noun, key in base.refused if noun == "source")}
    if "" in known:
        return []
    hint = "Register it in evidence/sources.yaml and evidence/library.json."
    return [
        Problem("source", f"evidence/fund, source '{name}'", "the source is not registered", hint)
        for name in sorted(named)
        if name not in known
    ]


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def lab(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks.

    \b
    Examples:
      spf lab
      spf lab --no-browser --port 8890
    """
    from spf_analysis.settings import find_workbench, read_settings

    settings = read_settings(find_workbench(context.obj.workbench))
    os.environ["SPF_WORKBENCH"] = str(settings.folder)
    command = [sys.executable, "-m", "jupyter", "lab", f"--notebook-dir={settings.notebooks}", *_NO_NEWS, *arguments]
    os.execv(sys.executable, command)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--date", "day", metavar="DATE", help="The date of the first edition, such as 2026-11-21; today by default.")
@click.pass_context
def init(context: click.Context, folder: Path, day: str | None) -> None:
    """Start a new workbench in FOLDER: empty evidence, and the notebooks and templates to adapt.

    \b
    Examples:
      spf init ~/my-review
      spf init ~/my-review --date 2027-03-01
    """
    from spf_analysis.commands.arguments import day_of
    from spf_analysis.starting import start

    start(folder, context.obj.workbench, day=day_of(day, "--date") if day else date.today())
    click.echo(f"A workbench was started in {folder}. Next: go there, run 'spf check', then 'spf lab'.")


@click.command()
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """What is installed, missing or too old, and what follows.

    \b
    Example:
      spf doctor
    """
    from spf_analysis.publishing.doctor import findings

    found = findings(context.obj.workbench)
    if as_json:
        print_json({"findings": [item.as_dict() for item in found]})
    else:
        print_table(("What", "State", "What follows"), [(item.what, item.state, item.follows) for item in found])
    context.exit(0 if all(item.fine for item in found) else TypesettingError.exit_code)


@click.command()
@click.pass_context
def migrate(context: click.Context) -> None:
    """Bring the files of a workbench up to the schema that this version reads.

    \b
    Example:
      spf migrate
    """
    from spf_analysis.settings import find_workbench, read_settings

    read_settings(find_workbench(context.obj.workbench))
    click.echo("Every file has the schema that this version reads (1); there is nothing to migrate.")


__all__ = ["check", "doctor", "init", "lab", "migrate", "problems_of"]
