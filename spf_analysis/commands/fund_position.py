"""`spf fund position`, `spf fund transfers`: where areas stand against the conditions of a year, and what is paid over when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from spf_analysis import wording
from spf_analysis.commands.arguments import bench_of, day_of, year_option
from spf_analysis.commands.output import VOLUNTARY, json_option, print_json, print_table

if TYPE_CHECKING:
    from spf_analysis.fund.account import Account
    from spf_analysis.fund.counting import Sums
    from spf_analysis.fund.position import AreaPosition
    from spf_analysis.fund.transfers import Transfers
    from spf_analysis.workbench import Workbench

WITHHELD = "What a confidential line stands behind is withheld, and said as not reported"
WHOLE_MATCH = "Where that decides on the match, a commitment of the whole match counts as if every condition were met."
NOTHING = "No commitments are recorded: no area has said that it takes part, and there is no national investor today."
DONE = {True: "done", False: "not yet", None: wording.NOT_REPORTED}


@click.command()
@click.argument("area", required=False)
@year_option
@click.option("--internal", is_flag=True, help="Show what rests on confidential lines too.")
@click.option("--at", "day", metavar="DATE", help="The position as the ledger stood on a day such as 2026-09-30.")
@json_option
@click.pass_context
def position(context: click.Context, area: str | None, year: str | None, internal: bool, day: str | None, as_json: bool) -> None:
    """Where each area stands against the conditions of a year, now or as the ledger stood on a day; AREA alone in full.

    \b
    Examples:
      spf fund position --year 2026/27
      spf fund position --at 2026-09-30
      spf fund position QOC --year 2026/27
    """
    bench = bench_of(context, year)
    when = day_of(day, "--at") if day else None
    if area:
        account = bench.fund.account(bench.area(area).code, bench.year, internal=internal, at=when)
        if as_json:
            print_json(account.as_dict())
        else:
            _print_account(bench, account)
        return
    _print_position(bench, internal=internal, when=when, as_json=as_json)


def _print_position(bench: Workbench, *, internal: bool, when: date | None, as_json: bool) -> None:
    found = bench.fund.position(bench.year, internal=internal, at=when)
    content = found.as_dict()
    if as_json:
        print_json(content)
        return
    click.echo(f"Position for {bench.year}{_as_of(when)}. {VOLUNTARY}\n")
    pounds = [(item["local_investment_share"], item["committed"], item["shortfall"]) for item in content["areas"]]
    rows = [
        (item["area"], bench.area(item["area"]).short_name, *map(wording.pounds, amounts[:2]), _missing(*amounts[1:]))
        for item, amounts in zip(content["areas"], pounds, strict=True)
    ]
    totals = content["totals"]
    england = [wording.pounds(totals["local_investment_share"]), wording.pounds(totals["committed"])]
    england.append(_missing(totals["committed"], totals["shortfall"]))
    print_table(("Area", "Name", "Would raise", "Committed", "Would be missing"), [*rows, ("", "England", *england)], right=(2, 3, 4))
    _print_sums(totals["contributions_by_status"], totals["contributions"], "England's")
    if totals["not_placed"] is not None:
        amount = wording.pounds_exactly(totals["not_placed"])
        click.echo(f"\n{amount} of lines carried over from divided areas could not be placed with any of their successors.")
    if totals["withheld"]:
        click.echo(f"\n{WITHHELD}; so are England's sums, where they would give one away.")
    if found.is_empty and bench.fund.national_investor() is None:
        click.echo(f"\n{NOTHING}")


def _print_account(bench: Workbench, account: Account) -> None:
    here = account.position
    click.echo(f"{bench.area(here.area)}, {account.year}{_as_of(account.at)}\n{VOLUNTARY}\n")
    rows = [
        ("Local investment share", wording.pounds(here.local_investment_share)),
        ("Committed", wording.pounds_exactly(here.committed)),
        ("Would be missing", _missing_here(here)),
        ("Would be matched", wording.pounds(here.matched_national_contribution)),
        ("National commitment", here.national_commitment.investor if here.national_commitment else "none recorded"),
        ("Payable", wording.pounds(here.payable)),
    ]
    print_table(("Position", ""), rows, right=(1,))
    _print_decision(account)
    _print_conditions(bench, account)
    _print_contributions(account)
    if here.by_status:
        _print_sums(here.by_status, here.contributions, "The area's")
    _print_payment(account)
    for title, side in (("Local transfers", account.local), ("National transfers", account.national)):
        _print_transfers(title, side)
    _print_leverage(account)
    if here.withheld:
        click.echo(f"\n{WITHHELD}.")
        if account.national.quarters:
            click.echo(WHOLE_MATCH)
    if not here.recorded:
        click.echo("\nNothing is recorded for this area.")


def _missing(committed: float | None, shortfall: float | None) -> str:
    """What would be missing, in whole pounds; where nothing is reported no shortfall is worked out."""
    return wording.NOT_REPORTED if committed is None else wording.pounds(shortfall)


def _missing_here(here: AreaPosition) -> str:
    share = wording.pounds(here.local_investment_share)
    return f"not reported; the share is {share}" if here.committed is None else wording.pounds_exactly(here.shortfall)


def _print_sums(by_status: Mapping[str, Sums], counting: Sums, whose: str) -> None:
    """Pounds by type of source and status, as far as they are given; a dash where there are none."""
    if not any(amount is not None for sums in (*by_status.values(), counting) for amount in sums.values()):
        return
    given = any(amount is not None for sums in by_status.values() for amount in sums.values())
    statuses = list(next(iter(by_status.values()))) if given else []
    rows = [
        (kind.replace("_", " "), *(_sum(sums[status]) for status in statuses), _sum(counting[kind])) for kind, sums in by_status.items()
    ]
    click.echo(f"\n{whose} money by type of source{' and status' if given else ''}:\n")
    columns = ("Type of source", *(status.replace("_", " ").capitalize() for status in statuses), "Counts as committed")
    print_table(columns, rows, right=range(1, len(columns)))


def _sum(amount: Decimal | None) -> str:
    return "–" if amount is None else wording.pounds_exactly(amount)


def _print_decision(account: Account) -> None:
    item = account.participation
    if item is None:
        return
    years = f", from {item.first_year} to {item.last_year}" if item.first_year and item.last_year else ""
    said = f"It is recorded by {item.recorded_by} on {wording.day(item.day)} that it {'takes' if item.takes_part else 'does not take'} part"
    click.echo(f"\n{said}{years}.")
    if item.holder:
        form = f" ({item.holder_legal_form.replace('_', ' ')})" if item.holder_legal_form else ""
        click.echo(f"The money would be held by {item.holder}{form}.")
    if item.voluntary_sector_confidence is not None:
        documented = f"documented: {item.confidence_evidence}" if item.voluntary_sector_confidence else "not documented"
        click.echo(f"The confidence of the local voluntary sector is {documented} (draft, para 33).")
    if account.change:
        click.echo(account.change)


def _print_conditions(bench: Workbench, account: Account) -> None:
    names = {
        "amount": "condition_amount",
        "sources": "required_source_types",
        "duration": "commitment_years",
        "new_money": "condition_new_money",
    }
    first_day = bench.year.first_day
    rows = [
        (name.replace("_", " "), bench.fund.rulebook.parameter(names[name]).at(first_day).reference.locator, str(state))
        for name, state in account.position.conditions.items()
    ]
    click.echo("")
    print_table(("Condition", "Draft", "Where it stands"), rows)
    if account.ways:
        click.echo("\nThe smallest ways to what is missing, whoever takes them:")
    for way in account.ways:
        click.echo(f"  {'   or ' if way.alternative else '• '}{way.said} ({way.reference.locator})")
    if account.least_money:
        click.echo(f"  At least {wording.pounds_exactly(account.least_money)} of further local money, all conditions together.")


def _print_contributions(account: Account) -> None:
    from spf_analysis.fund.account import named

    if not account.lines:
        return
    rows = [
        (
            named(line, account.internal),
            line.source_type.replace("_", " "),
            wording.pounds_exactly(line.amount),
            line.status.replace("_", " "),
            wording.day(line.day),
        )
        for line in account.lines
    ]
    click.echo("")
    print_table(("Contributor", "Type of source", "Amount", "Status", "On"), rows, right=(2,))
    for line, code in account.carried:
        click.echo(f"{wording.pounds_exactly(line.amount)} ({line.status.replace('_', ' ')}) was entered for {code} and is carried over.")


def _print_payment(account: Account) -> None:
    click.echo("\nBefore anything is payable:")
    for step in account.before_payment:
        on = f" on {wording.day(step.day)}" if step.day else ""
        click.echo(f"  • {step.said}: {DONE[step.done]}{on} ({step.reference.locator})")
    for item in account.tranches:
        matched = wording.pounds(item.would_be_matched)
        click.echo(f"  Further tranche '{item.tranche.title}': would be matched {matched}, payable {wording.pounds(item.payable)}.")


def _print_leverage(account: Account) -> None:
    if not any(item.own for item in account.leverage):
        return
    rows = [
        (item.party.replace("_", " "), wording.pounds_exactly(item.own), _per_pound(item.average), _per_pound(item.next_pound))
        for item in account.leverage
    ]
    click.echo(
        "\nPounds in the Fund for each pound of one's own (the next pound: if the share is reached; beyond it nothing is matched):\n"
    )
    print_table(("Party", "Own", "On average", "Next pound"), rows, right=(1, 2, 3))


def _print_transfers(title: str, side: Transfers) -> None:
    if not side.quarters:
        return
    rows = [
        (str(item.quarter or "no day named"), wording.pounds_exactly(item.expected), wording.pounds_exactly(item.received))
        for item in side.quarters
    ]
    click.echo(f"\n{title}\n")
    print_table(
        ("Quarter", "Expected", "Received"),
        [*rows, ("Together", wording.pounds_exactly(side.expected), wording.pounds_exactly(side.received))],
        right=(1, 2),
    )
    if side.in_advance:
        click.echo(f"{wording.pounds_exactly(side.in_advance)} came in before the year began.")
    if side.overdue:
        click.echo(f"{wording.pounds_exactly(side.overdue)} was expected by then and has not come in.")


@click.command()
@click.argument("area", required=False)
@year_option
@click.option("--internal", is_flag=True, help="Show what rests on confidential lines too.")
@click.option("--at", "day", metavar="DATE", help="The transfers as the ledger stood on a day such as 2026-09-30.")
@json_option
@click.pass_context
def transfers(context: click.Context, area: str | None, year: str | None, internal: bool, day: str | None, as_json: bool) -> None:
    """Transfers of a year's money by quarter, local and national, expected and received: of England, or of AREA.

    \b
    Examples:
      spf fund transfers --year 2026/27
      spf fund transfers QOC --at 2026-09-30
    """
    from spf_analysis.fund.national import committed_to_all
    from spf_analysis.fund.transfers import national_transfers, together

    bench = bench_of(context, year)
    when = day_of(day, "--at") if day else None
    codes = [bench.area(area).code] if area else [item.code for item in bench.areas_in_force()]
    accounts = [bench.fund.account(code, bench.year, internal=internal, at=when) for code in codes]
    ledger = bench.fund.ledger.at(when) if when else bench.fund.ledger
    for_all = [] if area else [national_transfers(committed_to_all(ledger, bench.year), bench.year, when)]
    local, national = together([item.local for item in accounts]), together([*(item.national for item in accounts), *for_all])
    endowment = ledger.endowment
    if as_json:
        sides = {"local": local.as_dict(), "national": national.as_dict(), "endowment": endowment.as_dict()}
        print_json({"year": str(bench.year), "at": day, "area": codes[0] if area else None, **sides})
        return
    name = str(bench.area(area)) if area else "England"
    click.echo(f"{name}, money of {bench.year}{_as_of(when)}\n{VOLUNTARY}")
    _print_both(local, national)
    if endowment.balance is not None:
        click.echo(f"\nHeld in the endowment: {wording.pounds_exactly(endowment.balance)}.")


def _print_both(local: Transfers, national: Transfers) -> None:
    sides: Sequence[tuple[str, Transfers]] = (("Local transfers", local), ("National transfers", national))
    for title, side in sides:
        _print_transfers(title, side)
    if local.withheld:
        click.echo(f"\n{WITHHELD}: no local transfers are shown.")
        if national.quarters:
            click.echo(WHOLE_MATCH)
    elif not local.quarters and not national.quarters:
        click.echo("\nNo transfers are expected or recorded.")


def _as_of(when: date | None) -> str:
    return f" as of {wording.day(when)}" if when else ""


def _per_pound(amount: Decimal | None) -> str:
    return "–" if amount is None else wording.pounds_and_pence(amount)
