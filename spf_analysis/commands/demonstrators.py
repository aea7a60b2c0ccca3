"""`spf fund demonstrators`: what is checked of applications to start early, and how they are spread over England."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import bench_of, year_option
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table

if TYPE_CHECKING:
    from spf_analysis.fund.demonstrators import Applicant, Demonstrators


@click.command()
@year_option
@json_option
@click.pass_context
def demonstrators(context: click.Context, year: str | None, as_json: bool) -> None:
    """What is checked of each application to be a demonstrator, and how all of them are spread over England. Nothing is scored.

    Applications are recorded in evidence/fund/ledger/applications.csv, and their statements (PDF or Word) in the folder statements
    beside it; today there is none.

    \b
    Example:
      spf fund demonstrators --year 2026/27
    """
    bench = bench_of(context, year)
    view = bench.fund.demonstrators(bench.year)
    if as_json:
        print_json(view.as_dict())
        return
    click.echo(f"Demonstrators, {bench.year}. {VOLUNTARY}\n")
    if view.is_empty:
        click.echo(f"No application is recorded. The draft has {view.fewest} to {view.most} places.")
    else:
        _print_view(view)
    for code in view.elsewhere:
        click.echo(f"{code} applied and is not in force in {view.year}; 'spf areas' names its successors.")


def _print_view(view: Demonstrators) -> None:
    print_table(("Area", "Name", "Share", "Support", "Terms", "Statement", "So far", "Decision", "Payable"), map(_row, view.applicants))
    click.echo("")
    for item in view.applicants:
        for check in item.checks:
            if str(check.state) != "met":
                click.echo(f"{item.name}: {check.asks}: {check.found} ({check.reference.source}, {check.reference.locator}).")
    click.echo(
        f"\nPlaces: {view.most} at most and {view.fewest} at least; {view.accepted} accepted, {view.places_left} left, "
        f"{view.still_wanted} still missing.\n"
    )
    rows = [(band.dimension, band.name, str(band.areas), str(band.applied), str(band.eligible), str(band.accepted)) for band in view.spread]
    print_table(("By", "Band", "Areas", "Applied", "Eligible", "Accepted"), rows, right=(2, 3, 4, 5))
    click.echo("\nThe bands are this workbench's own; thirds of deprivation are counted among areas with a published score.")


def _row(item: Applicant) -> tuple[str, ...]:
    states = [str(check.state) for check in item.checks]
    signed = item.application.agreement_signed
    payable = wording.pounds(item.payable) if signed else "nothing before an agreement is signed"
    return (item.application.area, item.name, *states, str(item.eligible), item.decision_said, payable)
