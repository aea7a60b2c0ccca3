"""`spf fund path`: ten years of rate, share and match, under named scenarios and beside a range of the past."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import bench_of, year_option
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table
from spf_analysis.errors import UsageError

if TYPE_CHECKING:
    from spf_analysis.fund.attendance import Attendance
    from spf_analysis.fund.fan import Fan
    from spf_analysis.fund.fund import Fund
    from spf_analysis.fund.path import TermPath
    from spf_analysis.fund.spending import SpendingYear
    from spf_analysis.periods import FinancialYear


@click.command()
@click.argument("area")
@year_option
@click.option("--scenario", metavar="ID|FILE", help="A scenario, by id or as a file, for Septembers not published yet; all by default.")
@click.option("--from", "first", metavar="YEAR", help="The year in which the area would join, where it is not the first of the term.")
@click.option("--until", "last", metavar="YEAR", help="The last year in which it would take part, where that is not the last of the term.")
@click.option("--missing", metavar="YEAR", multiple=True, help="A year between in which its share would not be raised; may be repeated.")
@click.option(
    "--spending", metavar="LIST", help="Per cent of the whole spent in each year of the term, such as 5,5,10,10,10,10,10,10,15,15."
)
@json_option
@click.pass_context
def path(
    context: click.Context,
    area: str,
    year: str | None,
    scenario: str | None,
    first: str | None,
    last: str | None,
    missing: tuple[str, ...],
    spending: str | None,
    as_json: bool,
) -> None:
    """What AREA (or England) would raise in each year of the Fund's initial term, and what would be matched.

    Nominal, and at the prices of the first year. Septembers not published yet come from a named scenario; beside it stands what the
    real Septembers since 1997 would make of the share if they came again in blocks: a range of the past, never a forecast.

    \b
    Examples:
      spf fund path QOC --year 2026/27 --scenario two-per-cent
      spf fund path QOC --scenario two-per-cent --from 2028/29 --missing 2030/31
      spf fund path QOC --scenario two-per-cent --spending 5,5,10,10,10,10,10,10,15,15
      spf fund path QOC --scenario evidence/fund/scenarios/my-scenario.yaml
      spf fund path England --json
    """
    bench = bench_of(context, year)
    fund, start = bench.fund, bench.year
    code = None if area.lower() == "england" else bench.area(area).code
    if code is None and (first or last or missing):
        raise UsageError("England neither joins nor leaves", where="AREA", hint="Name an area with --from, --until and --missing.")
    attendance = _attendance(fund, start, first, last, missing) if first or last or missing else None
    named = [scenario] if scenario else [item.id for item in fund.scenarios]
    under = [fund.under(name) for name in named]
    paths = [item.path(code, start, attendance) for item in under]
    profiles = [_spending(item, path, code, spending) for item, path in zip(under, paths, strict=True)]
    fan = fund.fan(code, start)
    if as_json:
        print_json(_as_dict(under, start, paths, profiles, fan))
        return
    click.echo(f"{paths[0].name if paths else area}, {start} and after\n{VOLUNTARY}\n")
    for item, path, profile in zip(under, paths, profiles, strict=True):
        _print_path(item, path)
        if profile:
            _print_spending(profile)
    _print_fan(fan, "the whole requirement" if first or last or missing else "the share")


def _attendance(fund: Fund, start: FinancialYear, first: str | None, last: str | None, missing: tuple[str, ...]) -> Attendance:
    from spf_analysis.fund.attendance import Attendance
    from spf_analysis.fund.path import term_from
    from spf_analysis.periods import FinancialYear

    term = term_from(start, fund.fund_years(start))
    joined = FinancialYear.parse(first) if first else term[0]
    left = FinancialYear.parse(last) if last else term[-1]
    return Attendance(term, joined, left, frozenset(FinancialYear.parse(item) for item in missing))


def _spending(fund: Fund, path: TermPath, code: str | None, text: str | None) -> tuple[SpendingYear, ...]:
    """What would be spent by the profile asked for, or else by that of the scenario; nothing where there is neither."""
    from spf_analysis.fund.spending import spending_of

    if not text:
        return spending_of(path, fund.supposed.spending) if code and fund.supposed and fund.supposed.spending else ()
    try:
        profile = [Decimal(part.strip()) for part in text.split(",")]
    except InvalidOperation:
        raise UsageError(
            f"'{text}' is not a list of numbers", where="--spending", hint="Write it as 5,5,10,10,10,10,10,10,15,15."
        ) from None
    if not all(part.is_finite() for part in profile):
        raise UsageError(f"'{text}' is not a list of numbers", where="--spending", hint="Write it as 5,5,10,10,10,10,10,10,15,15.")
    return spending_of(path, profile)


def _as_dict(
    under: Sequence[Fund], start: FinancialYear, paths: Sequence[TermPath], profiles: Sequence[tuple[SpendingYear, ...]], fan: Fan
) -> dict[str, Any]:
    found = [item.as_dict() for item in paths]
    for item, profile in zip(found, profiles, strict=True):
        item |= {"spending": [line.as_dict() for line in profile]} if profile else {}
    pressures = [item.as_dict() for item in {pressure.id: pressure for fund in under for pressure in fund.pressures}.values()]
    return {"year": str(start), "paths": found, "range_of_the_past": fan.as_dict(), "pressures": pressures}


def _print_path(fund: Fund, path: TermPath) -> None:
    from spf_analysis.fund.path import CONSTANT_PRICES

    title = fund.supposed.title if fund.supposed else path.scenario
    click.echo(f"Scenario: {title} (an assumption, not a forecast; * marks what rests on it)\n")
    columns = ("Year", "Rate", "Would raise", "Would be matched", "Together", "At first-year prices")
    rows = [
        (
            f"{item.year}{'*' if item.supposed else ''}",
            wording.pounds_and_pence(item.rate, 4),
            wording.pounds(item.share) if item.takes_part else "not in",
            wording.pounds(item.match) if item.takes_part else "–",
            wording.pounds(item.both),
            wording.pounds(item.both_today),
        )
        for item in path.years
    ]
    total = ("Total", "", *(wording.pounds(amount) for amount in (path.local, path.match, path.local + path.match, path.both_today)))
    print_table(columns, [*rows, total], right=range(1, len(columns)))
    click.echo(f"\n{CONSTANT_PRICES.format(year=path.years[0].year)}")
    _print_readings(path)
    _print_pressures(fund, path)
    click.echo("")


def _print_readings(path: TermPath) -> None:
    if path.attendance.years_after_the_term:
        after = wording.counted(path.attendance.years_after_the_term, "year")
        click.echo(f"Of a commitment for {path.attendance.years_committed} years, {after} would lie after the Fund's initial term.")
    if path.readings:
        click.echo(f"Condition of duration: {path.duration}. What the draft leaves open, over the term:")
    for item in path.readings:
        click.echo(f"  • {item.question} Chosen: {item.chosen}")
        for alternative, effect in item.effects:
            click.echo(f"      instead: {alternative} → {wording.pounds_signed(effect)} of match")


def _print_pressures(fund: Fund, path: TermPath) -> None:
    last = next((item for item in reversed(path.years) if item.takes_part), None)
    if last is None or not fund.pressures:
        return
    amount = wording.pounds(last.share_today)
    click.echo(f"What an update by consumer prices leaves out; the share of {last.year} is {amount} at first-year prices:")
    for item in fund.pressures:
        click.echo(f"  • if {item.title}, it would buy what {wording.pounds(last.buys[item.id])} bought in {path.years[0].year}")


def _print_spending(profile: Sequence[SpendingYear]) -> None:
    click.echo("Spent by the profile, if each year's share were met, matched and transferred in that year; without interest:\n")
    rows = [(str(item.year), wording.pounds(item.received), wording.pounds(item.spent), wording.pounds(item.balance)) for item in profile]
    print_table(("Year", "Would come in", "Would be spent", "Balance"), rows, right=(1, 2, 3))
    click.echo("")


def _print_fan(fan: Fan, what: str) -> None:
    from spf_analysis.fund.fan import BLOCK, CALLED, DRAWS, SEED

    first, last = fan.septembers[0], fan.septembers[-1]
    click.echo(f"{CALLED[:1].upper()}{CALLED[1:]}: {what} if inflation came as in blocks of {BLOCK} Septembers of {first} to {last}.")
    click.echo(f"{DRAWS} draws with the seed {SEED}; eight in ten lie between low and high.\n")
    lines = [*((str(item.year), item.share, item.share_today) for item in fan.years), ("Total", fan.total, fan.total_today)]
    rows = [
        (name, *(wording.pounds(amount) for span in (nominal, today) for amount in (span.low, span.middle, span.high)))
        for name, nominal, today in lines
    ]
    columns = ("Year", "Low", "Middle", "High", "Low at first-year prices", "Middle", "High")
    print_table(columns, rows, right=range(1, len(columns)))
