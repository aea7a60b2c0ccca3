"""`spf evidence close`, `spf evidence reopen`: what answered an open question, and when it no longer does."""

from __future__ import annotations

from pathlib import Path

import click

from spf_analysis.commands.exhibited import base_of, settings_of
from spf_analysis.commands.output import json_option, print_json


@click.command()
@click.argument("gap")
@click.option("--by", "by", multiple=True, required=True, metavar="FINDING_OR_SOURCE", help="What answers it; may be repeated.")
@click.option("--why", required=True, help="How it answers the question.")
@json_option
@click.pass_context
def close(context: click.Context, gap: str, by: tuple[str, ...], why: str, as_json: bool) -> None:
    """Close a GAP by the findings or sources that answer it, and say why they do.

    \b
    Example:
      spf evidence close gap.integrated-care --by smith-2027.survey --why "It asked every area who pays, and how."
    """
    from spf_analysis.evidence.closing import closed

    folder, base = settings_of(context).evidence, base_of(context)
    _write(folder, closed(folder, base, gap, by, why))
    freed = [claim for claim in base.gap(gap).limits if claim in base.claims]
    if as_json:
        print_json({"gap": gap, "status": "closed", "closed_by": list(by), "closed_because": why, "no_longer_limits": freed})
        return
    click.echo(f"'{gap}' is closed by {', '.join(by)}.")
    if freed:
        click.echo(f"It no longer limits {', '.join(freed)}: read them again.")


@click.command()
@click.argument("gap")
@json_option
@click.pass_context
def reopen(context: click.Context, gap: str, as_json: bool) -> None:
    """Open a closed GAP again, for instance when what closed it was retracted.

    \b
    Example:
      spf evidence reopen gap.integrated-care
    """
    from spf_analysis.evidence.closing import reopened

    folder, base = settings_of(context).evidence, base_of(context)
    _write(folder, reopened(folder, base, gap))
    if as_json:
        print_json({"gap": gap, "status": "open", "was_closed_by": list(base.gap(gap).closed_by)})
        return
    click.echo(f"'{gap}' is open again; it was closed by {', '.join(base.gap(gap).closed_by)}.")


def _write(folder: Path, text: str) -> None:
    from spf_analysis.evidence.closing import FILE
    from spf_analysis.publishing.manifest import write_atomically

    write_atomically(folder / FILE, text.encode())


VERBS = (close, reopen)
