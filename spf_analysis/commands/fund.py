"""`spf areas`, `spf fund share`, `spf fund update`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spf_analysis import wording
from spf_analysis.commands import fund_footprints
from spf_analysis.commands.arguments import bench_of, day_of, year_option
from spf_analysis.commands.fund_explained import explain, rules
from spf_analysis.commands.fund_ledger import import_, template
from spf_analysis.commands.fund_path import path
from spf_analysis.commands.fund_position import position, transfers
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table
from spf_analysis.errors import FundError, Problem

if TYPE_CHECKING:
    from spf_analysis.fund.official.update import Change, UpdatePlan


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


for command in (explain, import_, path, position, rules, template, transfers):
    fund.add_command(command)


@fund.command()
@click.argument("area")
@year_option
@click.option("--scenario", metavar="NAME", default="", help="A named scenario, or its file, for a year whose inflation is not published.")
@json_option
@click.pass_context
def share(context: click.Context, area: str, year: str | None, scenario: str, as_json: bool) -> None:
    """What AREA would raise in a year, step by step; or a footprint below it, by the id that it has in footprints.csv.

    \b
    Examples:
      spf fund share QOC --year 2026/27
      spf fund share QOC --year 2027/28 --scenario two-per-cent
    """
    from spf_analysis.fund.footprints import Footprint

    bench = bench_of(context, year, scenario)
    place = fund_footprints.named(bench, area)
    if isinstance(place, Footprint):
        fund_footprints.print_one(bench, place, as_json=as_json)
        return
    found, below = bench.fund.share(place.code, bench.year), bench.fund.footprint_shares(place.code, bench.year)
    if as_json:
        print_json({**found.as_dict(), "footprints": fund_footprints.as_dicts(below, found.pounds)})
        return
    supposed = f", scenario {found.scenario}" if found.scenario else ""
    click.echo(f"{found.area}, {bench.year}{supposed}\n{VOLUNTARY}\n")
    print_table(
        ("Step", "Value", "Source"),
        [(step.label, step.said, f"{bench.cite(step.reference.source)}, {step.reference.locator}") for step in found.steps],
        right=(1,),
    )
    fund_footprints.print_shares(below, found.pounds)
    click.echo("\nReadings that were chosen where the draft is open, and what another would change:")
    bearing = [item for item in found.interpretations if bench.fund.rulebook.question(item.id).bears_on in ("share", "match")]
    for item in bearing:
        click.echo(f"  • {item.question} Chosen: {item.chosen}")
        for alternative, effect in item.effects:
            click.echo(f"      instead: {alternative} → {wording.pounds_signed(effect) if effect is not None else 'not worked out'}")


@fund.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Write what is shown; without it nothing is changed.")
@click.option("--year", metavar="YEAR", help="The allocation year, such as 2026/27, where neither the file nor its name says it.")
@click.option("--on", "day", metavar="DATE", help="The day that a count is of, where neither the file nor its name says it.")
@click.option("--published", metavar="DATE", help="The day of publication, where the file does not say it.")
@click.option("--looked-at", is_flag=True, help="Write figures that look unusual too: somebody has looked at them.")
@json_option
@click.pass_context
def update(
    context: click.Context,
    file: Path,
    write: bool,
    year: str | None,
    day: str | None,
    published: str | None,
    looked_at: bool,
    as_json: bool,
) -> None:
    """Read an official FILE as its publisher releases it, and show what would change in the Fund's tables.

    Known are: ONS inflation and population estimates; NHS England weighted populations (by practice, and the overall workbooks),
    patients registered at GP practices and workforce of primary care networks; the Indices of Deprivation.

    \b
    Examples:
      spf fund update series.csv
      spf fund update series.csv --write
      spf fund update practices.xlsx --year 2026/27
    """
    from spf_analysis.fund.official.extract import Told
    from spf_analysis.fund.official.update import plan_update, write_update
    from spf_analysis.periods import FinancialYear
    from spf_analysis.settings import find_workbench, read_settings

    told = Told(
        FinancialYear.parse(year) if year else None,
        day_of(day, "--on") if day else None,
        day_of(published, "--published") if published else None,
    )
    plan = plan_update(read_settings(find_workbench(context.obj.workbench)).evidence, file, told)
    if write and plan.unusual and not looked_at:
        problems = [Problem("fund", plan.file.name, f"this looks unusual: {item}", LOOK) for item in plan.unusual]
        raise FundError(problems)
    if write:
        write_update(plan)
    if as_json:
        print_json({**plan.as_dict(), "written": write})
        return
    _print_update(plan, write)


LOOK = "Look at it. If it is right, run the same command with --write --looked-at; nothing was written."
LINES = 60


def _print_update(plan: UpdatePlan, written: bool) -> None:
    origin = plan.extract.origin
    click.echo(f"{plan.file.name}: {plan.kind.title}\n{origin.publisher}, {origin.title}\nSHA-256 {plan.file.sha256}\n")
    moved = [item for item in plan.changes if item.state != "unchanged"]
    if moved:
        rows = [(item.table, _key(item), item.column, item.old or "", item.new, item.state) for item in moved[:LINES]]
        print_table(("Table", "Row", "Column", "Old", "New", "What"), rows, right=(3, 4))
        if len(moved) > LINES:
            click.echo(f"… and {len(moved) - LINES:,} more figures; --json lists all of them.")
        click.echo("")
    counts = ", ".join(f"{plan.count(state):,} {state}" for state in ("added", "changed", "unchanged"))
    click.echo(f"Figures: {counts}.")
    for title, lines in (
        ("Checked", plan.extract.checked),
        ("Coped with", plan.coped),
        ("Noted", plan.extract.notes),
        ("Unusual, to be looked at", plan.unusual),
    ):
        for line in lines:
            click.echo(f"{title}: {line}")
    _print_files(plan, written)


def _print_files(plan: UpdatePlan, written: bool) -> None:
    names = ", ".join(sorted(path.name for path in plan.contents))
    if not names:
        click.echo("\nEverything in the file is there already, and the file is registered.")
    elif written:
        click.echo(f"\nWritten: {names}. Run 'spf check' and look at the difference before you commit it.")
    else:
        click.echo(f"\nNothing is written yet. With --write these files would change: {names}.")


def _key(change: Change) -> str:
    return " ".join(change.key.values())
