"""`spf fund costs show`, `spf fund costs template`, `spf fund link-workers`: what activities and link workers cost, in given figures."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import bench_of, year_option
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table
from spf_analysis.errors import TypesettingError, UsageError

if TYPE_CHECKING:
    from spf_analysis.fund.cost_reading import CostWords
    from spf_analysis.fund.full_cost import FullCost
    from spf_analysis.fund.link_workers import LinkWorkerCost
    from spf_analysis.workbench import Workbench

_file = click.Path(path_type=Path, dir_okay=False)


class _Costs(click.Group):
    """`spf fund costs FILE` is `spf fund costs show FILE`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


@click.group(cls=_Costs)
def costs() -> None:
    """What an activity costs in full, who pays which part under each way of funding, and who carries the rest.

    Every figure is your own, with its grounds, or from a registered source.

    \b
    Examples:
      spf fund costs template costs.xlsx
      spf fund costs costs.xlsx
      spf fund costs costs.csv --chart costs.svg
    """


@costs.command()
@click.argument("file", type=_file)
@click.pass_context
def template(context: click.Context, file: Path) -> None:
    """Write FILE (.csv or .xlsx), an empty table of costs to be filled in.

    \b
    Example:
      spf fund costs template costs.xlsx
    """
    from spf_analysis.fund.cost_template import write_cost_template

    write_cost_template(file, _words(bench_of(context, None)))
    click.echo(f"Written: {file}. Fill it in, then run 'spf fund costs {file.name}'.")


@costs.command()
@click.argument("file", type=_file)
@click.option("--chart", type=_file, help="Write the chart of who covers the full cost as SVG.")
@json_option
@click.pass_context
def show(context: click.Context, file: Path, chart: Path | None, as_json: bool) -> None:
    """Read FILE, a table of costs filled in, and show the full cost step by step.

    \b
    Example:
      spf fund costs costs.csv
    """
    from spf_analysis.fund.cost_reading import read_full_cost

    bench = bench_of(context, None)
    found = read_full_cost(file, _words(bench))
    drawn = _write_chart(bench, found, chart) if chart else ""
    if as_json:
        print_json(found.as_dict())
        return
    _print_cost(found)
    if chart:
        click.echo(f"\nWritten: {chart}. In words: {drawn}")


@click.command(name="link-workers")
@click.argument("area")
@year_option
@click.option("--cost-per-fte", "cost", metavar="POUNDS", help="Your own figure of what a full-time equivalent costs in a year.")
@json_option
@click.pass_context
def link_workers(context: click.Context, area: str, year: str | None, cost: str | None, as_json: bool) -> None:
    """Link workers in AREA beside its share and the match, pounds beside pounds; nothing is divided.

    \b
    Example:
      spf fund link-workers QOC --cost-per-fte POUNDS
    """
    from spf_analysis.fund.link_workers import link_workers_beside

    bench = bench_of(context, year)
    code = bench.area(area).code
    own = _own_cost(bench, cost) if cost else None
    found = link_workers_beside(bench.fund, code, bench.year, own)
    if as_json:
        print_json(found.as_dict())
        return
    click.echo(f"{bench.area(code)}, {bench.year}\n{VOLUNTARY}\n")
    print_table(("Figure", "Value", "Note"), [(item.label, found.said(item), item.note or "") for item in found.figures], right=(1,))
    if not found.costed:
        click.echo("\nThe pounds of link workers are missing: give --cost-per-fte, or add a referenced cost to link_worker_costs.csv.")


def _words(bench: Workbench) -> CostWords:
    """The words of the coding frame that a table of costs may use."""
    from spf_analysis.fund.cost_reading import CostWords

    codes = bench.evidence.codes
    ways = {name: code.label for name, code in codes.items() if name.startswith("payment.")}
    money = {name: code.label for name, code in codes.items() if name.startswith("money.")}
    return CostWords(ways, money, frozenset(bench.evidence.sources))


def _own_cost(bench: Workbench, text: str) -> LinkWorkerCost:
    from spf_analysis.figures import Reference
    from spf_analysis.fund.full_cost import OWN
    from spf_analysis.fund.link_workers import LinkWorkerCost

    try:
        pounds = Decimal(text)
    except InvalidOperation:
        pounds = Decimal(0)
    if not pounds.is_finite() or pounds <= 0:
        raise UsageError(f"'{text}' is not an amount of money", where="--cost-per-fte", hint="Write pounds in digits, without £ or comma.")
    return LinkWorkerCost(bench.year.first_day, pounds, "what you say it covers", Reference(OWN, "--cost-per-fte"))


def _write_chart(bench: Workbench, found: FullCost, path: Path) -> str:
    """Write the chart, and give its text alternative back."""
    from spf_analysis.exhibits.costs import cover_chart
    from spf_analysis.publishing.charts import svg

    if not found.ways:
        raise UsageError("there is no way of funding to draw", where="--chart", hint="Fill in rows 'paid' first.")
    exhibit = cover_chart(found)
    try:
        path.write_text(svg(exhibit.spec or {}, bench.settings.templates / "house" / "fonts"), encoding="utf-8")
    except OSError as error:
        raise TypesettingError(f"the chart cannot be written: {error.strerror}", where=path.name, hint="Name another place.") from error
    return exhibit.alt


def _print_cost(found: FullCost) -> None:
    from spf_analysis.exhibits.costs import cover_table

    click.echo(f"{found.scheme}, {found.year}: what it costs in full, in the figures given\n")
    rows = [(step.label, step.said, step.note or "", f"{step.reference.source}: {step.reference.locator}") for step in found.steps]
    print_table(("Step", "Value", "How", "Grounds"), rows, right=(1,))
    if found.ways:
        exhibit = cover_table(found)
        click.echo(f"\n{exhibit.caption}")
        print_table(exhibit.columns, exhibit.rows, right=tuple(range(1, len(exhibit.columns))))
        click.echo(f"\n{wording.listed(way.label for way in found.ways)}: what is not stated is not reported, and never taken for nothing.")
