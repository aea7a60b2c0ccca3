"""`spf fund grants check`, `import`, `export`, `report`: the register of grants in the 360Giving standard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import bench_of, year_option
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table
from spf_analysis.errors import FundError

if TYPE_CHECKING:
    from spf_analysis.fund.grant_report import GrantsReport
    from spf_analysis.workbench import Workbench

_file = click.Path(path_type=Path, dir_okay=False)


@click.group()
def grants() -> None:
    """Grants that local funds make, in the 360Giving Data Standard: check, import, export and report.

    The register is empty today: no local fund exists.
    """


@grants.command()
@click.argument("file", type=_file, required=False)
@json_option
@click.pass_context
def check(context: click.Context, file: Path | None, as_json: bool) -> None:
    """Hold FILE (JSON or CSV) against the standard, version 1.4, and say what is wrong; without FILE, check the register.

    \b
    Examples:
      spf fund grants check grants.csv
      spf fund grants check
    """
    bench = bench_of(context, None)
    if file is None:
        register = bench.fund.grants
        if as_json:
            print_json({"file": None, "grants": len(register.awards), "notes": []})
        else:
            click.echo(f"The register holds {wording.counted(len(register.awards), 'award')}, and nothing is wrong with it.")
        return
    from spf_analysis.fund.grant_checking import notes_on, problems_of_standard
    from spf_analysis.fund.grant_files import read_grant_file

    found = read_grant_file(file)
    problems = problems_of_standard(found)
    if problems:
        raise FundError(problems)
    notes = (*found.coped, *notes_on(found))
    if as_json:
        print_json({"file": found.name, "grants": len(found.records), "notes": list(notes)})
        return
    click.echo(f"{found.name}: {wording.counted(len(found.records), 'grant')}, as the standard asks.")
    for note in notes:
        click.echo(f"Noted: {note}")


@grants.command(name="import")
@click.argument("file", type=_file)
@click.option("--declare", type=_file, help="A CSV table that says of each grant whose fund it draws on and what it adds.")
@click.option("--write", is_flag=True, help="Write the register; without it nothing is changed.")
@json_option
@click.pass_context
def import_(context: click.Context, file: Path, declare: Path | None, write: bool, as_json: bool) -> None:
    """Read FILE as published (JSON or CSV) and show what it would add to the register.

    Each award says whose fund it draws on, in which years, and what it adds: in its own field 'socialPrescribingFund', or in a table
    with the columns id, area, year, amount, spending, additional, additional_for, recipient_size.

    \b
    Examples:
      spf fund grants import grants.json
      spf fund grants import grants.csv --declare declarations.csv --write
    """
    from spf_analysis.fund.grant_import import plan_grants, write_grants

    bench = bench_of(context, None)
    plan = plan_grants(bench.fund, bench.settings.evidence / "fund" / "ledger", file, declare)
    written = write and plan.changes_something
    if written:
        write_grants(plan)
    content = plan.as_dict()
    if as_json:
        print_json({**content, "written": written})
        return
    if content["added"]:
        rows = [(item["id"], item["area"], item["recipient"], wording.pounds_and_pence(item["awarded"])) for item in content["added"]]
        print_table(("Grant", "Area", "Recipient", "Awarded"), rows, right=(3,))
    for item in content["changed"]:
        click.echo(f"Changed: {item['id']}: {', '.join(item['fields'])}")
    for note in plan.notes:
        click.echo(f"Noted: {note}")
    added, known = wording.counted(len(plan.added), "grant"), wording.counted(plan.known, "grant")
    click.echo(f"\n{added} to add, {len(plan.changed)} changed, {known} there already.")
    if written:
        click.echo("Written: ledger/grants.json. Run 'spf check' and look at the difference before you commit it.")
    elif plan.changes_something:
        click.echo("Nothing is written yet; --write adds them.")


@grants.command()
@click.argument("file", type=_file)
@json_option
@click.pass_context
def export(context: click.Context, file: Path, as_json: bool) -> None:
    """Write the register to FILE (.json or .csv) in the standard, with every field that was published.

    \b
    Example:
      spf fund grants export grants.csv
    """
    from spf_analysis.fund.grant_files import write_grant_file

    published = bench_of(context, None).fund.grants.published
    write_grant_file(file, published)
    if as_json:
        print_json({"file": file.name, "grants": len(published)})
    else:
        click.echo(f"Written: {file} with {wording.counted(len(published), 'grant')}.")


@grants.command()
@click.argument("area", required=False)
@year_option
@click.option("--internal", is_flag=True, help="Show what rests on confidential lines of the ledger too.")
@json_option
@click.pass_context
def report(context: click.Context, area: str | None, year: str | None, internal: bool, as_json: bool) -> None:
    """What draws on the fund of AREA (or of all areas) in a year: to whom, how small, for how long, and what is not awarded yet.

    \b
    Examples:
      spf fund grants report QOC --year 2026/27
      spf fund grants report --json
    """
    bench = bench_of(context, year)
    code = bench.area(area).code if area else None
    found = bench.fund.grants_report(code, bench.year, internal=internal)
    if as_json:
        print_json(found.as_dict())
        return
    name = str(bench.area(code)) if code else "All areas"
    click.echo(f"{name}, {bench.year}\n{VOLUNTARY}\n")
    if found.is_empty:
        click.echo("No grants are recorded that draw on this year.")
        return
    _print_report(bench, found)


def _print_report(bench: Workbench, found: GrantsReport) -> None:
    from spf_analysis.exhibits.grants import measures

    print_table(("Measure", "Value"), measures(found))
    for title, groups in (("size", found.by_size), ("type", found.by_type)):
        click.echo("")
        rows = [(item.name, str(item.awards), wording.pounds_and_pence(item.pounds)) for item in groups]
        print_table((f"Recipient's {title}", "Awards", "Awarded"), rows, right=(1, 2))
    click.echo("\nEvery pound, by award:")
    traced = [(item.award, item.area or "not placed", item.recipient, wording.pounds_and_pence(item.pounds)) for item in found.traced]
    print_table(("Award", "Area", "Recipient", "Of this year"), traced, right=(3,))
