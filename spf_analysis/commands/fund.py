"""`spf areas`, `spf fund share`, `spf fund position`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import day_of
from spf_analysis.commands.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from spf_analysis.workbench import Workbench

VOLUNTARY = "The Fund is a proposal in an unadopted early draft of January 2024. Taking part would be voluntary."


@click.command()
@click.option("--on", "day", metavar="DATE", help="A day such as 2025-10-01; the first day of the last edition's year by default.")
@json_option
@click.pass_context
def areas(context: click.Context, day: str | None, as_json: bool) -> None:
    """List the areas in force on a day, with their codes, regions, predecessors and successors.

    \b
    Examples:
      spf areas
      spf areas --on 2025-10-01
    """
    from spf_analysis.areas import read_areas
    from spf_analysis.editions import read_editions
    from spf_analysis.settings import find_workbench, read_settings

    settings = read_settings(find_workbench(context.obj.workbench))
    known = read_areas(settings.evidence / "fund")
    when = day_of(day, "--on") if day else read_editions(settings.evidence / "editions.yaml")[-1].year.first_day
    found = known.on(when)
    if as_json:
        print_json({"on": when.isoformat(), "areas": [_area(known, area) for area in found]})
        return
    rows = [
        (area.code, area.gss_code, area.short_name, area.region, ", ".join(known.predecessors(area)), ", ".join(known.successors(area)))
        for area in found
    ]
    print_table(("Area", "GSS code", "Name", "Region", "Made from", "Became"), rows)
    click.echo(f"\n{len(found)} areas in force on {wording.day(when)}.")


def _area(known: Any, area: Any) -> dict[str, Any]:
    return {
        "area": area.code,
        "gss_code": area.gss_code,
        "name": area.name,
        "region": area.region,
        "predecessors": list(known.predecessors(area)),
        "successors": list(known.successors(area)),
    }


@click.group()
def fund() -> None:
    """What the proposed Fund would mean: shares, positions, rules."""


def _bench(context: click.Context, year: str | None) -> Workbench:
    from spf_analysis.periods import FinancialYear
    from spf_analysis.workbench import open_workbench

    return open_workbench(str(FinancialYear.parse(year)) if year else None, folder=context.obj.workbench)


@fund.command()
@click.argument("area")
@click.option("--year", metavar="YEAR", help="A financial year such as 2026/27; that of the last registered edition by default.")
@json_option
@click.pass_context
def share(context: click.Context, area: str, year: str | None, as_json: bool) -> None:
    """What AREA would raise in a year, step by step.

    \b
    Example:
      spf fund share QOC --year 2026/27
    """
    bench = _bench(context, year)
    found = bench.fund.share(bench.area(area).code, bench.year)
    if as_json:
        print_json(found.as_dict())
        return
    click.echo(f"{found.area}, {bench.year}\n{VOLUNTARY}\n")
    print_table(
        ("Step", "Value", "Source"),
        [(step.label, step.said, f"{step.reference.source}, {step.reference.locator}") for step in found.steps],
        right=(1,),
    )
    click.echo("\nReadings that were chosen where the draft is open, and what another would change:")
    for item in found.interpretations:
        click.echo(f"  • {item.question} Chosen: {item.chosen}")
        for alternative, effect in item.effects:
            click.echo(f"      instead: {alternative} → {wording.pounds_signed(effect) if effect is not None else 'not worked out'}")


@fund.command()
@click.option("--year", metavar="YEAR", help="A financial year such as 2026/27; that of the last registered edition by default.")
@click.option("--internal", is_flag=True, help="Show what rests on confidential lines too.")
@json_option
@click.pass_context
def position(context: click.Context, year: str | None, internal: bool, as_json: bool) -> None:
    """Where each area stands against the conditions of a year.

    \b
    Example:
      spf fund position --year 2026/27
    """
    bench = _bench(context, year)
    found = bench.fund.position(bench.year, internal=internal)
    content = found.as_dict()
    if as_json:
        print_json(content)
        return
    click.echo(f"Position for {bench.year}. {VOLUNTARY}\n")
    rows = [
        (
            item["area"],
            bench.area(item["area"]).short_name,
            wording.pounds(item["local_investment_share"]),
            wording.pounds(item["committed"]),
            wording.pounds(item["shortfall"]),
        )
        for item in content["areas"]
    ]
    print_table(("Area", "Name", "Would raise", "Committed", "Would be missing"), rows, right=(2, 3, 4))
    if all(item["committed"] is None for item in content["areas"]):
        click.echo("\nNo commitments are recorded: no area has said that it takes part, and there is no national investor today.")
