"""`spf evidence changes` and `spf evidence impact`: what changed, and which briefings it changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from spf_analysis.commands.build import shown
from spf_analysis.commands.output import json_option, print_json
from spf_analysis.commands.release import jobs_option, notebooks_bar

if TYPE_CHECKING:
    from spf_analysis.publishing.moment import WhatChanged
    from spf_analysis.workbench import Workbench

F = TypeVar("F", bound=Callable[..., Any])
_LONGEST = 12


def told(command: F) -> F:
    """The options of both commands: which targets, how many at once, as text, as JSON, as a page."""
    page = click.option(
        "--page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page that an editor can read to this file."
    )
    target = click.option(
        "--target", "targets", multiple=True, metavar="TARGET", help="Compare this briefing only; may be given more than once."
    )
    return target(jobs_option(page(json_option(command))))


@click.command()
@click.argument("revision", required=False, metavar="[REVISION]")
@told
@click.pass_context
def changes(
    context: click.Context, revision: str | None, targets: tuple[str, ...], jobs: int | None, page: Path | None, as_json: bool
) -> None:
    """What changed between a released edition, or a git REVISION, and now: records, claims, briefings.

    Without a revision, since the last edition that was released. The notebooks are run, so this takes as long as they do.

    \b
    Examples:
      spf evidence changes
      spf evidence changes HEAD~3 --target QOC --target national-evidence
      spf evidence changes 2026-27-first --page changes.html
    """
    from spf_analysis.publishing import moment
    from spf_analysis.publishing.edition import targets_of
    from spf_analysis.workbench import open_workbench

    bench = open_workbench(folder=context.obj.workbench)
    wanted, at_once = moment.resolved(bench, targets), jobs or os.cpu_count() or 1
    edition = _released(bench, revision)
    name = "" if edition else moment.revision_said(bench, str(revision))
    runs = len(wanted or targets_of(bench)) * (1 if edition else 2)
    if edition:
        before = moment.moment_released(bench, edition, wanted)
    with notebooks_bar(runs, quiet=as_json) as advance:
        if edition is None:
            with moment.at_revision(bench, str(revision)) as then:
                before = moment.moment_of(then, name, wanted, jobs=at_once, progress=advance)
        after = moment.moment_of(bench, "the workbench as it stands now", wanted, jobs=at_once, progress=advance)
    _tell(moment.what_changed(before, after), f"What changed: {bench.settings.title}", page, as_json)


@click.command()
@click.argument("source")
@click.option("--removed", is_flag=True, help="Tell it the other way round: what would change if the source were taken out.")
@told
@click.pass_context
def impact(
    context: click.Context, source: str, removed: bool, targets: tuple[str, ...], jobs: int | None, page: Path | None, as_json: bool
) -> None:
    """What one SOURCE changes: claims and briefings before and after it was added.

    Counted with it is what other sources report of it as a primary study. Claims that rest on nothing else are new with it, or gone
    without it.

    \b
    Examples:
      spf evidence impact power-to-change-2019 --page impact.html
      spf evidence impact pescheny-2018 --removed --target national-evidence
    """
    from spf_analysis.publishing import moment
    from spf_analysis.publishing.edition import targets_of
    from spf_analysis.workbench import open_workbench

    bench = open_workbench(folder=context.obj.workbench)
    wanted, at_once = moment.resolved(bench, targets), jobs or os.cpu_count() or 1
    bench.evidence.source(source)
    with notebooks_bar(2 * len(wanted or targets_of(bench)), quiet=as_json) as advance:
        with moment.without_source(bench, source) as less:
            without = moment.moment_of(less, f"without {source}", wanted, jobs=at_once, progress=advance)
        whole = moment.moment_of(bench, f"with {source}, as it stands now", wanted, jobs=at_once, progress=advance)
    before, after = (whole, without) if removed else (without, whole)
    _tell(moment.what_changed(before, after), f"What {bench.cite(source)} changes", page, as_json)


def _released(bench: Workbench, revision: str | None) -> str | None:
    """The released edition that is meant, None for a git revision. Raises UsageError where nothing is named or released."""
    from spf_analysis.editions import is_released, read_editions
    from spf_analysis.errors import UsageError

    folder = bench.settings.evidence
    released = [item.id for item in read_editions(folder / "editions.yaml") if is_released(folder, item.id)]
    if revision is not None:
        return revision if revision in released else None
    if not released:
        hint = "Name a git revision, such as HEAD~1, or release the edition first: spf release."
        raise UsageError("no edition has been released yet", where="REVISION", hint=hint)
    return released[-1]


def _tell(found: WhatChanged, title: str, page: Path | None, as_json: bool) -> None:
    if page is not None:
        from spf_analysis.publishing.changes_page import changes_page
        from spf_analysis.publishing.manifest import write_atomically

        write_atomically(page, changes_page(found, title).encode())
    if as_json:
        print_json(found.as_dict())
        return
    _print(found)
    if page is not None:
        click.echo(f"\nOpen {shown(page)}")


def _print(found: WhatChanged) -> None:
    from spf_analysis.publishing.changes_page import groups, summary

    click.echo(f"From: {found.before}\nTo:   {found.after}\n")
    for line in summary(found):
        click.echo(line)
    for noun, added, changed, removed in found.evidence.counts():
        click.echo(f"  {noun}: {added} added, {changed} changed, {removed} removed")
    claims = [(f"{claim.id}: {' '.join(claim.said)}") for claim in found.evidence.claims]
    _listing("Claims", claims)
    for heading, rows in groups(found):
        _listing(f"In briefings: {heading.lower()}", [_said(row) for row in rows])
    for target, problems in found.briefings.unmade.items():
        click.echo(f"\n{target} was not compared: {problems[0]}")


def _said(row: dict[str, Any]) -> str:
    section = f"section '{row['item'].section}' of " if row["item"].section else ""
    return f"{row['how']}: {row['item'].label} ({section}{row['where']})"


def _listing(heading: str, lines: Sequence[str]) -> None:
    if lines:
        click.echo(f"\n{heading}")
        for line in lines[:_LONGEST]:
            click.echo(f"  {line}")
        if len(lines) > _LONGEST:
            click.echo(f"  … and {len(lines) - _LONGEST} more; --page and --json give all.")
