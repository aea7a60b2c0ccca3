"""`spf fund brokerage`: how offers to several areas would be spread, and what that would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import bench_of, day_of, year_option
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table

if TYPE_CHECKING:
    from spf_analysis.fund.brokerage import AreaNeed, Brokerage, Proposal

NOT_SHOWN = "not shown"
OPEN = "Whether an offer that is brokered satisfies the third type of source is open; here its amount counts and the condition is flagged."


@click.command()
@year_option
@click.option("--offer", "name", metavar="ID", help="One offer, with every allocation, its reason and what hangs on other readings.")
@click.option("--internal", is_flag=True, help="Show confidential offers, and what rests on confidential lines, too.")
@click.option("--at", "day", metavar="DATE", help="As offers and ledger stood on a day such as 2026-09-30.")
@json_option
@click.pass_context
def brokerage(context: click.Context, year: str | None, name: str | None, internal: bool, day: str | None, as_json: bool) -> None:
    """How the offers of philanthropists and large employers would be spread over areas that take part, in whole pounds that add up.

    Offers are recorded in evidence/fund/ledger/offers.csv; today there is none. A confidential offer is kept in a folder that version
    control ignores, and is not shown.

    \b
    Examples:
      spf fund brokerage --year 2026/27
      spf fund brokerage --offer foundation-a
    """
    bench = bench_of(context, year)
    when = day_of(day, "--at") if day else None
    if name:
        (bench.fund.offers.at(when) if when else bench.fund.offers).get(name, internal=internal)
    found = bench.fund.brokerage(bench.year, internal=internal, at=when)
    if as_json:
        content = found.as_dict()
        offers = [item for item in content["offers"] if name in (None, item["offer"])]
        print_json({**content, "at": when.isoformat() if when else None, "offers": offers})
        return
    click.echo(f"Offers for {bench.year}{f' as of {wording.day(when)}' if when else ''}. {VOLUNTARY}\n")
    if name:
        _print_one(found.of(name), found, name)
    else:
        _print_all(found)
    if found.hidden:
        click.echo(f"{wording.counted(found.hidden, 'confidential offer')}, not shown.")


def _print_all(found: Brokerage) -> None:
    if found.is_empty:
        click.echo("No offer is recorded for this year.")
    else:
        rows = [_row(item) for item in found.proposals]
        print_table(("Offer", "Of", "Wish", "In the year", "Areas", "Placed", "Unplaced"), rows, right=(3, 4, 5, 6))
        for item in found.proposals:
            if item.why_unplaced:
                click.echo(f"{item.offer.id}: {wording.pounds_and_pence(item.unplaced)} is not placed, because {item.why_unplaced}.")
        click.echo(f"\n{OPEN}")
    for waiting in found.waiting:
        click.echo(f"{waiting}: begins in a later year.")


def _row(item: Proposal) -> tuple[str, ...]:
    return (
        item.offer.id,
        item.offer.offerer,
        item.wish_said,
        wording.pounds_and_pence(item.amount),
        str(len(item.allocations)),
        wording.pounds(item.placed),
        wording.pounds_and_pence(item.unplaced),
    )


def _print_one(item: Proposal | None, found: Brokerage, name: str) -> None:
    if item is None:
        click.echo(f"{name}: does not run in {found.year}.")
        return
    offer = item.offer
    click.echo(f"{offer.offerer}, {item.kind_said}: {wording.pounds_and_pence(offer.amount)} for {offer.years_said}, {item.wish_said}.")
    click.echo(f"In {item.year}: {wording.pounds_and_pence(item.amount)}. Conditions: {offer.conditions or 'none recorded'}.\n")
    if item.allocations:
        _print_allocations(item)
    if item.why_unplaced:
        click.echo(f"{wording.pounds_and_pence(item.unplaced)} is not placed, because {item.why_unplaced}.")
    for words, codes in (
        ("Meant for, but not taking part", item.left_out),
        ("Cannot be told, for want of a published figure", item.unknown),
    ):
        if codes:
            click.echo(f"{words}: {', '.join(codes)}.")
    if offer.wish.way == "dialogue":
        _print_needs(found.needs)
    for reading in item.interpretations:
        click.echo(f"  • {reading.question} Chosen: {reading.chosen}")
        for alternative, effect in reading.effects:
            click.echo(f"      instead: {alternative} → {NOT_SHOWN if effect is None else wording.pounds(effect)}")


def _print_allocations(item: Proposal) -> None:
    rows = [
        (
            found.area,
            found.name,
            wording.pounds(found.pounds),
            NOT_SHOWN if found.effect.shortfall_before is None else wording.pounds(found.effect.shortfall_before),
            NOT_SHOWN if found.effect.shortfall is None else wording.pounds(found.effect.shortfall),
            NOT_SHOWN if found.effect.sources is None else f"{found.effect.sources}{' (open)' if found.effect.open_question else ''}",
        )
        for found in item.allocations
    ]
    print_table(("Area", "Name", "Would get", "Missing before", "Missing after", "Three sources"), rows, right=(2, 3, 4))
    click.echo("")
    for found in item.allocations:
        click.echo(f"{found.area}: {found.reason}.")
    click.echo(f"\n{OPEN}")


def _print_needs(needs: tuple[AreaNeed, ...]) -> None:
    rows = [
        (
            item.area,
            item.name,
            item.region or wording.NOT_REPORTED,
            item.rurality or wording.NOT_REPORTED,
            wording.decimal(item.deprivation, 1),
            wording.pounds(item.local_investment_share),
            NOT_SHOWN if item.shortfall is None else wording.pounds(item.shortfall),
        )
        for item in needs
    ]
    click.echo("Areas that take part, and what is still missing there:\n")
    print_table(("Area", "Name", "Region", "Density", "Deprivation", "Share", "Missing"), rows, right=(4, 5, 6))
