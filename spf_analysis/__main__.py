"""The `spf` command line: thin, and the only place where errors become exit codes."""

from __future__ import annotations

import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from spf_analysis.commands.output import problems_as_json
from spf_analysis.errors import Problem, SpfError, exit_code_for

INTERRUPTED = 130
TERMINATED = 143


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


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; problems are printed, a traceback only under `--debug`."""
    options = Options()
    as_json = "--json" in arguments
    try:
        result: Any = spf.main(args=_with_debug_first(arguments), prog_name="spf", standalone_mode=False, obj=options)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _interrupted(as_json)
    except click.ClickException as error:
        return _tell([Problem("usage", "", error.format_message(), _usage_hint(error))], as_json, options)
    except SpfError as error:
        return _tell(list(error.problems), as_json, options)
    except BrokenPipeError:
        return 0
    except Exception as error:  # a bug: say so plainly, keep the details for whoever mends it
        return _bug(error, options, as_json)


def _with_debug_first(arguments: list[str]) -> list[str]:
    """`--debug` may stand after the command too, up to a bare `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [word for word in arguments[:end] if word != "--debug"]
    return [*(["--debug"] if len(kept) < end else []), *kept, *arguments[end:]]


def _interrupted(as_json: bool) -> int:
    hint = "What was published before stands; run the same command again to go on."
    problem = Problem("interrupted", "", "interrupted", hint)
    click.echo(problems_as_json([problem]) if as_json else f"Interrupted. {hint}", err=not as_json)
    return INTERRUPTED


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"See '{context.command_path} --help'." if context else "See 'spf --help'."


def _tell(problems: list[Problem], as_json: bool, options: Options) -> int:
    if as_json:
        click.echo(problems_as_json(problems))
    else:
        for problem in problems:
            click.echo(str(problem), err=True)
    _log(options)
    return exit_code_for(problems)


def _bug(error: Exception, options: Options, as_json: bool) -> int:
    if options.debug:
        traceback.print_exc()
    problem = Problem(
        "workbench", "", f"this is a bug: {type(error).__name__}: {error}", "Run it again with --debug and report what it prints."
    )
    click.echo(problems_as_json([problem]) if as_json else str(problem), err=not as_json)
    _log(options)
    return 1


def _log(options: Options) -> None:
    if options.log_file:
        options.log_file.write_text(traceback.format_exc(), encoding="utf-8")


def main() -> None:
    """The entry point of the `spf` command. Being told to end (SIGTERM) ends what it started too, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
