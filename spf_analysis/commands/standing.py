"""`spf library status`, `spf library mark`: where each source stands, and what rests on those that do not stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from spf_analysis.commands.output import json_option, print_json, print_table
from spf_analysis.commands.registered import plain, register_of
from spf_analysis.wording import counted, whole

if TYPE_CHECKING:
    from spf_analysis.evidence.base import EvidenceBase
    from spf_analysis.evidence.bibliography.standing import Status
    from spf_analysis.evidence.model import Source

STATUSES = ("current", "superseded", "retracted", "withdrawn")


@click.command()
@click.argument("source")
@click.option("--status", type=click.Choice(STATUSES), required=True, help="Where the source stands from now on.")
@click.option("--by", metavar="SOURCE", help="The successor of a superseded source.")
@click.option("--why", help="The reason, such as the notice of retraction; for 'current' it may be left out.")
@json_option
@click.pass_context
def mark(context: click.Context, source: str, status: str, by: str | None, why: str | None, as_json: bool) -> None:
    """Mark a SOURCE as superseded, retracted or withdrawn, or as current again. It stays registered whatever it is.

    'spf check' refuses a claim that rests on a source which does not stand.

    \b
    Examples:
      spf library mark polley-2017-review --status retracted --why "Notice of retraction, 3 May 2026."
      spf library mark nhse-place-based-2024 --status superseded --by nhse-place-based-2025 --why "Next year's table."
      spf library mark polley-2017-review --status current --why "The notice was about another paper."
    """
    from spf_analysis.evidence.bibliography.standing import mark as marked

    register = register_of(context)
    done = marked(register, source, cast("Status", status), by=by, why=why)
    register.save()
    if as_json:
        print_json(done.as_dict())
        return
    click.echo(f"'{source}' was {done.before} and is {done.after}{f' by {done.by}' if done.by else ''}.")
    if done.after != "current" and done.claims:
        click.echo(f"{counted(len(done.claims), 'claim rests', 'claims rest').capitalize()} on it: {', '.join(done.claims)}.")
    if done.after != "current" and done.gaps:
        click.echo(f"It closes {', '.join(done.gaps)}: open them again with 'spf evidence reopen', or close them by another.")


@click.command(name="status")
@json_option
@click.pass_context
def status_of(context: click.Context, as_json: bool) -> None:
    """Sources by status, what rests on those that are not current, and what waits for a decision.

    \b
    Example:
      spf library status
    """
    from spf_analysis.evidence.bibliography.sync import waiting

    register = register_of(context)
    base = register.base
    counts = {name: sum(source.status == name for source in base.sources.values()) for name in STATUSES}
    others = [_resting(base, source) for source in base.sources.values() if source.status != "current"]
    open_ones = waiting(register)
    zotero = {name: register.zotero.get(name) for name in ("library", "collection", "interface", "version")} if register.zotero else None
    if as_json:
        print_json({"counts": counts, "not_current": others, "zotero": zotero, "waiting": [change.as_dict() for change in open_ones]})
        return
    print_table(("Status", "Sources"), [(name, whole(number)) for name, number in counts.items()], right=(1,))
    for other in others:
        by = f" by {other['superseded_by']}" if other["superseded_by"] else ""
        rests = f"; {other['rests_on_it']} and {counted(len(other['claims']), 'claim')} rest on it" if other["rests_on_it"] else ""
        click.echo(f"{other['source']}: {other['status']}{by}{rests}")
        if other["reason"]:
            click.echo(f"  {plain(other['reason'])}")
    if zotero:
        click.echo(
            f"Zotero: {zotero['library']} up to version {zotero['version']}; {counted(len(open_ones), 'source')} waiting for a decision."
        )
    for change in open_ones:
        click.echo(f"  {change.source}  {plain(change.said)}")


def _resting(base: EvidenceBase, source: Source) -> dict[str, Any]:
    """A source that is not current, with what rests on it."""
    from spf_analysis.evidence.bibliography.register import uses

    return {
        "source": source.id,
        "status": source.status,
        "superseded_by": source.superseded_by,
        "reason": source.status_reason,
        "claims": [claim.id for claim in base.claims.values() if source.id in base.works_of(claim)],
        "rests_on_it": uses(base, source.id) or None,
    }


VERBS = (status_of, mark)
