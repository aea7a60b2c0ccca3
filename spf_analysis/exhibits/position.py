"""Tables of an area's account: transfers by quarter, local and national, expected and received."""

from __future__ import annotations

from decimal import Decimal

from spf_analysis import wording
from spf_analysis.context import Exhibit
from spf_analysis.exhibits.fund import RULES
from spf_analysis.fund.account import Account
from spf_analysis.fund.transfers import QuarterTransfers, Transfers
from spf_analysis.periods import Quarter


def for_area(account: Account, name: str, *, illustrative: bool = False) -> tuple[Exhibit, ...]:
    """The tables of an area's account; none where no day of a transfer is recorded, or where figures are withheld."""
    if not any(row.quarter for row in (*account.local.quarters, *account.national.quarters)):
        return ()
    return (_transfers_table(account, name, illustrative),)


def _transfers_table(account: Account, name: str, illustrative: bool) -> Exhibit:
    quarters = {row.quarter for row in (*account.local.quarters, *account.national.quarters)}
    order: list[Quarter | None] = [*sorted(item for item in quarters if item), *([None] if None in quarters else [])]
    rows: list[tuple[str, ...]] = [
        (str(item) if item else "no day named", *_cells(account.local, item), *_cells(account.national, item)) for item in order
    ]
    sides = (account.local.expected, account.local.received, account.national.expected, account.national.received)
    rows.append(("Together", *map(_said, sides)))
    return Exhibit(
        id="tbl-transfers",
        kind="table",
        caption=f"Transfers of the money of {account.year} to {name}, by quarter",
        source_note=f"{RULES}. Transfers: ledger of this workbench. A dash: none is recorded. Q1 is April to June",
        alt=f"A table of {len(order)} quarters with what is expected and what was received, locally and nationally, and their sums.",
        columns=("Quarter", "Local, expected", "Local, received", "National, expected", "National, received"),
        rows=tuple(rows),
        align="lrrrr",
        illustrative=illustrative,
    )


def _cells(side: Transfers, quarter: Quarter | None) -> tuple[str, str]:
    row = next((item for item in side.quarters if item.quarter == quarter), QuarterTransfers(quarter, None, None))
    return _said(row.expected), _said(row.received)


def _said(amount: Decimal | None) -> str:
    return "–" if amount is None else wording.pounds_exactly(amount)
