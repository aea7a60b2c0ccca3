"""`spf fund explain`, `spf fund rules`: how a share is worked out, and the rules and assumptions behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spf_analysis import wording
from spf_analysis.commands import fund_footprints
from spf_analysis.commands.arguments import bench_of, year_option
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table
from spf_analysis.errors import TypesettingError

if TYPE_CHECKING:
    from spf_analysis.fund.trace import Trace, TraceLine
    from spf_analysis.workbench import Workbench


@click.command()
@click.argument("area")
@year_option
@click.option("--scenario", metavar="NAME", default="", help="A named scenario, or its file, for a year whose inflation is not published.")
@json_option
@click.pass_context
def explain(context: click.Context, area: str, year: str | None, scenario: str, as_json: bool) -> None:
    """Every line of AREA's share, to be redone with a calculator, with its paragraph and its data's source and date.

    \b
    Example:
      spf fund explain QOC --year 2026/27
    """
    bench = bench_of(context, year, scenario)
    trace = bench.fund.trace(bench.area(area).code, bench.year)
    below = bench.fund.footprint_shares(trace.share.area.code, bench.year)
    sources = [_source(bench, name) for name in trace.sources]
    if as_json:
        print_json({**trace.as_dict(), "footprints": fund_footprints.as_dicts(below, trace.share.pounds), "sources": sources})
        return
    click.echo(f"{trace.share.area}, {bench.year}\n{VOLUNTARY}\n")
    for line in trace.lines:
        _print_line(bench, line)
    fund_footprints.print_shares(below, trace.share.pounds)
    _print_areas(trace)
    click.echo("\nSources:")
    for source in sources:
        cited, published = bench.cite(source["source"]), source["published"] or "no date"
        click.echo(f"  {cited}: {source['title']}. {source['publisher']}, {published} (registered as {source['source']})")
    click.echo("\nReadings that were chosen where the draft is open; 'spf fund share' says what others would change:")
    bearing = [item for item in trace.share.interpretations if bench.fund.rulebook.question(item.id).bears_on in ("share", "match")]
    for item in bearing:
        click.echo(f"  {item.id}: {item.chosen} ({bench.cite(item.reference.source)}, {item.reference.locator})")


def _source(bench: Workbench, name: str) -> dict[str, Any]:
    work = bench.evidence.work(name)
    parts = work.issued.date_parts[0] if work.issued and work.issued.date_parts else ()
    published = "-".join(f"{int(part):02d}" for part in parts) or None
    return {"source": name, "title": work.title, "publisher": work.publisher, "published": published}


def _print_line(bench: Workbench, line: TraceLine) -> None:
    step = line.step
    click.echo(f"({line.number}) {step.label}: {step.said}")
    facts = (
        ("made from", line.formula),
        ("key in", _keyed(line)),
        ("note", step.note),
        ("rule", f"{bench.cite(line.rule.source)}, {line.rule.locator}"),
        ("data", f"{bench.cite(line.data.source)}, {line.data.locator}" if line.data else None),
        ("of", line.as_of),
        ("in", line.file),
        ("reading", step.interpretation),
    )
    for name, fact in facts:
        if fact:
            click.echo(f"      {name:<9}  {fact}")


def _keyed(line: TraceLine) -> str | None:
    value = line.step.value
    if line.arithmetic is None or value is None or isinstance(value, str):
        return None
    return f"{line.arithmetic}{', in whole pounds ' if line.step.unit == 'GBP' else ' = '}{wording.keyed(value)}"


def _print_areas(trace: Trace) -> None:
    click.echo(f"\nThe table of all areas; {wording.counted(trace.pounds_left, 'pound')} left over by rounding down.\n")
    columns = ("Area", "Residents", "Registered", "Weighted", "Residents × need", "Before rounding", "Rank", "Share")
    rows = [
        (
            item.area.code,
            wording.whole(item.residents),
            wording.whole(item.registered),
            wording.whole(item.weighted),
            wording.decimal(item.residents_times_need, 4),
            wording.pounds_and_pence(item.unrounded, 4),
            str(item.rank),
            wording.pounds(item.share),
        )
        for item in trace.table
    ]
    print_table(columns, rows, right=range(1, len(columns)))


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the page to this file instead.")
@json_option
@click.pass_context
def rules(context: click.Context, out: Path | None, as_json: bool) -> None:
    """Every rule with its parameters, their dates, values and references, and every reading chosen where the draft is open.

    \b
    Examples:
      spf fund rules
      spf fund rules --out docs/rules.md
    """
    from spf_analysis.fund.rule_page import rules_as_dict, rules_page

    bench = bench_of(context, None)
    if as_json:
        print_json(rules_as_dict(bench.fund))
        return
    page = rules_page(bench.fund, titles(bench))
    if out is None:
        click.echo(page, nl=False)
        return
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise TypesettingError(f"the page cannot be written: {error.strerror}", where=str(out), hint="Name another file.") from error
    click.echo(f"Written: {out}")


def titles(bench: Workbench) -> dict[str, str]:
    """How the page of rules names each source that the Fund refers to: title, publisher and date."""
    found = {name: _source(bench, name) for name in sorted(bench.fund.sources())}
    return {name: f"{item['title']}; {item['publisher']}, {item['published'] or 'no date'}" for name, item in found.items()}
