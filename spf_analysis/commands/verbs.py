"""The `spf` command with all its verbs, and the options that each of them knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from spf_analysis import __version__
from spf_analysis.commands import (
    brokerage,
    build,
    changes,
    coding,
    coding_decisions,
    coding_frame,
    costs,
    demonstrators,
    evidence,
    fund,
    gaps,
    grants,
    library,
    quality,
    release,
    returned,
    standing,
    synthesis,
    workbench,
)


@dataclass
class Options:
    """What every command knows: the workbench named, if any, and how much to tell of a bug."""

    workbench: Path | None = None
    debug: bool = False
    log_file: Path | None = None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="spf")
@click.option(
    "--workbench",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The workbench; the nearest folder upwards with spf.toml by default.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of a bug.")
@click.option("--log-file", type=click.Path(path_type=Path, dir_okay=False), help="Write the details of an error to this file.")
@click.pass_context
def spf(context: click.Context, folder: Path | None, debug: bool, log_file: Path | None) -> None:
    """Evidence review and briefings for a proposed Social Prescribing Fund in England.

    \b
    Start with:
      spf build              every briefing of the last registered edition
      spf build QOC          one area's briefing
      spf check              do all inputs hold together?
    """
    context.obj.workbench, context.obj.debug, context.obj.log_file = folder, debug, log_file


for command in (
    build.build,
    coding.coding,
    evidence.evidence,
    fund.areas,
    fund.fund,
    library.library,
    release.release,
    returned.returned,
    workbench.check,
    workbench.doctor,
    workbench.init,
    workbench.lab,
    workbench.migrate,
):
    spf.add_command(command)
for command in (brokerage.brokerage, costs.costs, costs.link_workers, demonstrators.demonstrators, grants.grants):
    fund.fund.add_command(command)
for command in (changes.changes, changes.impact, *gaps.VERBS, *quality.VERBS, *synthesis.VERBS):
    evidence.evidence.add_command(command)
for command in (*coding_decisions.VERBS, *coding_frame.VERBS):
    coding.coding.add_command(command)
for command in standing.VERBS:
    library.library.add_command(command)
