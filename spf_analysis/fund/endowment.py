"""The endowment in which national money could be held until it is released to areas: an option of the draft [section C]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from spf_analysis.figures import Reference, as_json

PAID_IN, GROWTH, RELEASED, COST = "paid_in", "growth", "released", "cost"
KINDS = (PAID_IN, GROWTH, RELEASED, COST)
_ADDS = (PAID_IN, GROWTH)


@dataclass(frozen=True)
class EndowmentEntry:
    """One movement of the endowment in pounds and pence: money paid in, growth, money released to areas, or a cost."""

    id: str
    day: date
    kind: str
    amount: Decimal
    reference: Reference
    note: str | None = None

    @property
    def change(self) -> Decimal:
        """What the movement adds to the balance in pounds; negative where money goes out."""
        return self.amount if self.kind in _ADDS else -self.amount


@dataclass(frozen=True)
class Endowment:
    """National money held until it is released; empty, because nobody has paid anything in."""

    entries: tuple[EndowmentEntry, ...] = ()

    def at(self, day: date) -> Endowment:
        """The endowment as it stood at the end of a day."""
        return Endowment(tuple(item for item in self.entries if item.day <= day))

    @property
    def balance(self) -> Decimal | None:
        """Pounds held once every movement is counted; None where nothing was ever paid in."""
        return sum((item.change for item in self.entries), Decimal(0)) if self.entries else None

    def balances(self) -> Iterator[tuple[date, Decimal]]:
        """The balance in pounds at the end of each day on which something moved, first day first."""
        held = Decimal(0)
        for day in sorted({item.day for item in self.entries}):
            held += sum((item.change for item in self.entries if item.day == day), Decimal(0))
            yield day, held

    @property
    def overdrawn(self) -> tuple[date, Decimal] | None:
        """The first day at whose end more had gone out than was there, with the balance; None where that never happens."""
        return next(((day, held) for day, held in self.balances() if held < 0), None)

    def by_kind(self) -> dict[str, Decimal | None]:
        """Pounds of each kind of movement; None where there is none of it."""
        found = {kind: [item.amount for item in self.entries if item.kind == kind] for kind in KINDS}
        return {kind: sum(amounts, Decimal(0)) if amounts else None for kind, amounts in found.items()}

    def as_dict(self) -> dict[str, Any]:
        """The endowment as `spf fund transfers --json` prints it; None throughout where nothing is held."""
        return {**{kind: as_json(amount) for kind, amount in self.by_kind().items()}, "balance": as_json(self.balance)}
