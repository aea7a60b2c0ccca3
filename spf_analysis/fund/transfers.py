"""Transfers of a year's money, local and national: expected and received by quarter, and what came in before the year began."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from spf_analysis.figures import as_json
from spf_analysis.fund.counting import AreaLines, total
from spf_analysis.fund.ledger import Contribution, NationalCommitment
from spf_analysis.periods import FinancialYear, Quarter

Line = Contribution | NationalCommitment


@dataclass(frozen=True)
class QuarterTransfers:
    """Pounds expected and received in one quarter (None: no day is named); None where there is nothing, or nothing is shown."""

    quarter: Quarter | None
    expected: Decimal | None
    received: Decimal | None

    def as_dict(self) -> dict[str, Any]:
        """The quarter's entry in `spf fund transfers --json`."""
        return {
            "quarter": str(self.quarter) if self.quarter else None,
            "expected": as_json(self.expected),
            "received": as_json(self.received),
        }


@dataclass(frozen=True)
class Transfers:
    """One side's transfers of a year, by quarter in order of time; `in_advance` are pounds that came before the year began.

    `overdue` are pounds whose day has passed, as of the day that was asked for, without being received. `withheld` where a
    confidential line stands behind them.
    """

    quarters: tuple[QuarterTransfers, ...] = ()
    in_advance: Decimal | None = None
    overdue: Decimal | None = None
    withheld: bool = False

    @property
    def expected(self) -> Decimal | None:
        """Pounds with a day on which they are expected, or whose transfer is agreed without one."""
        return total([item.expected for item in self.quarters])

    @property
    def received(self) -> Decimal | None:
        """Pounds received."""
        return total([item.received for item in self.quarters])

    def as_dict(self) -> dict[str, Any]:
        """The transfers as `spf fund transfers --json` prints them."""
        return {
            "quarters": [item.as_dict() for item in self.quarters],
            "expected": as_json(self.expected),
            "received": as_json(self.received),
            "in_advance": as_json(self.in_advance),
            "overdue": as_json(self.overdue),
            "withheld": self.withheld,
        }


WITHHELD = Transfers(withheld=True)


def quarter_of(day: date) -> Quarter:
    """The quarter of a financial year that a day lies in; the first runs from April to June."""
    return Quarter(FinancialYear.containing(day), (day.month - 4) % 12 // 3 + 1)


def local_transfers(lines: AreaLines, year: FinancialYear, at: date | None = None) -> Transfers:
    """An area's transfers of a year's local money: what counts as committed, and what of it has come in."""
    return transfers_of(lines.counting, year, at)


def national_transfers(lines: Iterable[NationalCommitment], year: FinancialYear, at: date | None = None) -> Transfers:
    """The national side's transfers of a year: commitments whose pounds are known, and what of them has gone out."""
    return transfers_of([line for line in lines if line.amount is not None], year, at)


def transfers_of(lines: Sequence[Line], year: FinancialYear, at: date | None) -> Transfers:
    """Transfers by quarter. A line is expected in the quarter of its day, and received in that of its transfer."""
    quarters = {_expected_in(line) for line in lines} | {quarter_of(line.day) for line in _received(lines)}
    shown = sorted(item for item in quarters if item is not None)
    rows = tuple(_quarter(item, lines) for item in (*shown, *([None] if None in quarters else [])))
    early = total([line.amount for line in _received(lines) if line.day < year.first_day])
    late = [line for line in lines if at and line.status != "transferred" and line.transfer_expected and line.transfer_expected < at]
    return Transfers(rows, early, total([line.amount for line in late]))


def together(found: Sequence[Transfers]) -> Transfers:
    """England's transfers on one side; withheld where one of the areas' is."""
    if any(item.withheld for item in found):
        return WITHHELD
    quarters = {row.quarter for item in found for row in item.quarters}
    order = [*sorted(item for item in quarters if item), *([None] if None in quarters else [])]
    rows = [
        QuarterTransfers(
            quarter,
            total([row.expected for item in found for row in item.quarters if row.quarter == quarter]),
            total([row.received for item in found for row in item.quarters if row.quarter == quarter]),
        )
        for quarter in order
    ]
    return Transfers(tuple(rows), total([item.in_advance for item in found]), total([item.overdue for item in found]))


def _expected_in(line: Line) -> Quarter | None:
    """The quarter in which a line is, or was, expected; one that came in without a day was expected when it came."""
    if line.transfer_expected:
        return quarter_of(line.transfer_expected)
    return quarter_of(line.day) if line.status == "transferred" else None


def _received(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.status == "transferred"]


def _quarter(quarter: Quarter | None, lines: Sequence[Line]) -> QuarterTransfers:
    expected = total([line.amount for line in lines if _expected_in(line) == quarter])
    received = total([line.amount for line in _received(lines) if quarter_of(line.day) == quarter])
    return QuarterTransfers(quarter, expected, received)
