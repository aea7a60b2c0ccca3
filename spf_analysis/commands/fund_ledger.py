"""`spf fund template`, `spf fund import`: the ledger in Excel, out and back."""

from __future__ import annotations

from pathlib import Path

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import bench_of
from spf_analysis.commands.output import json_option, print_json, print_table


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def template(context: click.Context, file: Path) -> None:
    """Write FILE, an empty Excel workbook for an area's decision and contributions, with drop-downs and notes.

    \b
    Example:
      spf fund template contributions.xlsx
    """
    from spf_analysis.fund.ledger_template import write_template
    from spf_analysis.fund.path import term_from

    bench = bench_of(context, None)
    write_template(file, bench.areas_in_force(), term_from(bench.year, bench.fund.fund_years(bench.year)))
    click.echo(f"Written: {file}. Read it back with 'spf fund import {file.name}'.")


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--write", is_flag=True, help="Add the lines to the ledger; without it nothing is changed.")
@click.option("--internal", is_flag=True, help="Show confidential lines, and contributors who may not be named publicly, too.")
@json_option
@click.pass_context
def import_(context: click.Context, file: Path, write: bool, internal: bool, as_json: bool) -> None:
    """Read FILE, the workbook that 'spf fund template' wrote, and show what it would add to the ledger; errors are told by cell.

    Confidential lines go to a folder that version control ignores.

    \b
    Examples:
      spf fund import contributions.xlsx
      spf fund import contributions.xlsx --write
    """
    from spf_analysis.fund.account import named
    from spf_analysis.fund.ledger_import import plan_import, write_import

    bench = bench_of(context, None)
    plan = plan_import(bench.settings.evidence / "fund" / "ledger", file, bench.fund.areas)
    written = write_import(plan) if write else ()
    content = plan.as_dict(internal=internal)
    if as_json:
        print_json({**content, "written": list(written)})
        return
    rows = [
        (line.id, line.area, str(line.year), named(line, internal), line.source_type, wording.pounds_and_pence(line.amount), line.status)
        for line in plan.contributions
        if internal or not line.confidential
    ]
    if rows:
        print_table(("Line", "Area", "Year", "Contributor", "Source type", "Amount", "Status"), rows, right=(5,))
    if content["confidential"] and not internal:
        click.echo(f"{wording.counted(content['confidential'], 'confidential line')}, not shown.")
    for item in content["participation"]:
        click.echo(f"Decision of {item['date']}: {item['area']} takes part: {item['takes_part']}.")
    for remark in plan.remarks:
        click.echo(f"To be known: {remark}")
    click.echo(f"\n{wording.counted(plan.added, 'line')} to add, {wording.counted(plan.known, 'line')} there already.")
    if written:
        click.echo(f"Written: {', '.join(written)}. Run 'spf check' and look at the difference before you commit it.")
    elif plan.added:
        click.echo("Nothing is written yet; --write adds the lines.")
