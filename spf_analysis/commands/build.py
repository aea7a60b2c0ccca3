"""`spf build`: make the briefings of an edition."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.output import json_option, print_json, print_table
from spf_analysis.errors import UsageError
from spf_analysis.wording import counted

if TYPE_CHECKING:
    from spf_analysis.publishing.edition import Built, Planned
    from spf_analysis.publishing.target import Made
    from spf_analysis.publishing.workers import Hands
    from spf_analysis.workbench import Workbench


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--year", metavar="YEAR", help="A financial year such as 2026/27; that of the last registered edition by default.")
@click.option("--formats", default="html,pdf,docx", show_default=True, metavar="LIST", help="Which formats, separated by commas.")
@click.option(
    "--typesetter",
    type=click.Choice(["auto", "quarto", "embedded"]),
    default="auto",
    show_default=True,
    help="Quarto where there is one, or the embedded default.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="How many at once; as many as there are processors by default.")
@click.option("--out", type=click.Path(path_type=Path), help="Another folder than the workbench's reports.")
@click.option("--scenario", default="", metavar="ID|FILE", help="A scenario, by id or as a file, for inflation not known yet.")
@click.option(
    "--sample",
    is_flag=False,
    flag_value="tests/samples/illustrative",
    default="",
    metavar="[FOLDER]",
    help="An invented ledger in place of the real one; everything is marked illustrative.",
)
@click.option("--scheduler", default="", metavar="ADDRESS", help="A Dask scheduler to hand the work to, such as tls://HOST:8786.")
@click.option("--certificates", type=click.Path(path_type=Path), help="The folder with ca.pem, cert.pem and key.pem for tls://.")
@click.option("--cluster", type=click.IntRange(1, 64), default=None, metavar="N", help="A Dask cluster of N workers on this machine.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be built and why, and build nothing.")
@json_option
@click.pass_context
def build(
    context: click.Context,
    targets: tuple[str, ...],
    year: str | None,
    formats: str,
    typesetter: str,
    jobs: int | None,
    out: Path | None,
    scenario: str,
    sample: str,
    scheduler: str,
    certificates: Path | None,
    cluster: int | None,
    only_plan: bool,
    as_json: bool,
) -> None:
    """Make briefings: all of the last registered edition, or the targets named.

    A target is an area's ODS code, 'national-evidence' or 'national-fund'. What is still fresh is not made again.

    \b
    Examples:
      spf build                            the whole edition
      spf build QOC national-fund          two briefings
      spf build QOC --year 2025/26         one area of another year
      spf build --plan                     what would be built, and why
      spf build --scheduler tls://big:8786 --certificates ~/tls
      spf build QOC --year 2027/28 --scenario two-per-cent
      spf build --sample                   with invented commitments, marked illustrative
      spf build QOC --sample               the same for one area: targets come before --sample
    """
    from spf_analysis.publishing import edition

    wanted = tuple(part.strip() for part in formats.split(",") if part.strip())
    if not wanted:
        raise UsageError("no format is named", where="--formats", hint="Write for example --formats html,pdf.")
    sample = str(Path(sample).resolve()) if sample and Path(sample).is_dir() else sample
    bench = edition.open_edition(year, context.obj.workbench, scenario=scenario, sample=sample)
    planned = edition.plan(bench, targets, wanted, typesetter, out)
    if only_plan:
        _print_plan(planned, as_json)
        return
    at_once = jobs or os.cpu_count() or 1
    hands = _hands(bench, at_once, scheduler, cluster, certificates)
    built = _build(planned, bench, at_once, out, as_json, hands)
    if as_json:
        print_json(_as_dict(built))
    else:
        _print_summary(built)
    context.exit(built.exit_code)


def _print_plan(planned: list[Planned], as_json: bool) -> None:
    rows = [(item.job.target, item.job.title, item.reason) for item in planned]
    if as_json:
        print_json(
            {"plan": [{"target": target, "title": title, "build": reason is not None, "reason": reason} for target, title, reason in rows]}
        )
        return
    print_table(
        ("Target", "Title", "Build?"),
        [(target, title, f"yes: {reason}" if reason else "no, it is fresh") for target, title, reason in rows],
    )


def _hands(bench: Workbench, at_once: int, scheduler: str, workers: int | None, certificates: Path | None) -> Hands | None:
    """The cluster asked for; None where this machine's own processes do the work."""
    if not scheduler and workers is None:
        return None
    if scheduler and workers is not None:
        raise UsageError("--scheduler and --cluster exclude one another", where="--cluster", hint="Name one of them.")
    from spf_analysis.publishing.cluster import Cluster, hands

    return hands(Cluster(scheduler, workers or 0, certificates), bench, at_once, lambda said: print(said, file=sys.stderr))


def _build(planned: list[Planned], bench: object, jobs: int, out: Path | None, as_json: bool, hands: Hands | None) -> Built:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.text import Text

    from spf_analysis.publishing import edition
    from spf_analysis.workbench import Workbench

    assert isinstance(bench, Workbench)
    due = sum(item.reason is not None for item in planned)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=as_json or not due) as bar:
        task = bar.add_task("Making briefings", total=due)

        def advance(target: str, made: Made | None) -> None:
            failed = made is not None and made.problems
            if made is not None and failed:
                bar.console.print(Text.assemble(("✗", "red"), f" {made.title}: {made.problems[0].message}"))
            bar.update(task, advance=1, description=f"{'Failed' if failed else 'Made'} {target}")

        return edition.build(bench, planned, jobs=jobs, out=out, progress=advance, hands=hands)


def _as_dict(built: Built) -> dict[str, object]:
    failures = [
        {"target": made.target, "kept": made.kept, "problems": [problem.as_dict() for problem in made.problems]} for made in built.failed
    ]
    return {"edition": built.folder.name, "built": list(built.made), "fresh": list(built.fresh), "failed": failures}


def _print_summary(built: Built) -> None:
    parts = [f"{counted(len(built.made), 'briefing')} built", f"{len(built.fresh)} still fresh", f"{len(built.failed)} failed"]
    click.echo(", ".join(parts).capitalize() + ".")
    for made in built.failed:
        click.echo(f"\n{made.title} ({made.target}) was not made:", err=True)
        for problem in made.problems:
            click.echo(f"  {problem}", err=True)
        if made.kept:
            click.echo(f"  The notebook was kept: {shown(built.folder.parent / made.kept)}", err=True)
    click.echo(f"Open {shown(built.folder / built.index)}")


def shown(path: Path) -> str:
    """A path as a terminal shows it: relative where it lies below the current folder."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path.resolve())


__all__ = ["build", "shown"]
