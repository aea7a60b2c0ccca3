"""What counts of an area's lines in a year: the decision that stands before them, and sums by type, status and declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from spf_analysis.fund.ledger import SOURCE_TYPES, STATUSES, Contribution, Ledger, Participation
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.periods import FinancialYear

Sums = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class AreaLines:
    """An area's lines in force for a year, none where it stays out; `counts` are the statuses that count as committed [20, 21]."""

    area: str
    participation: Participation | None
    lines: tuple[Contribution, ...]
    counts: tuple[str, ...]
    in_advance: bool = True

    @property
    def confidential(self) -> bool:
        """Whether a confidential line is among them: then nothing of them is shown."""
        return any(line.confidential for line in self.lines)

    @property
    def counting(self) -> tuple[Contribution, ...]:
        """The lines that count as committed."""
        return tuple(line for line in self.lines if line.status in self.counts)

    @property
    def committed(self) -> Decimal | None:
        """Pounds that count as committed; None where nothing is recorded."""
        return total([line.amount for line in self.counting]) or Decimal(0) if self.lines else None

    @property
    def transferred(self) -> Decimal:
        """Pounds received; those of a later year count before it begins only where the rules allow transfers in advance [section C]."""
        received = [line for line in self.lines if line.status == "transferred"]
        if not self.in_advance:
            received = [line for line in received if line.day >= line.year.first_day]
        return total([line.amount for line in received]) or Decimal(0)

    def by_type(self) -> Sums:
        """Committed pounds by type of source; None where a type has none."""
        return {kind: total([line.amount for line in self.counting if line.source_type == kind]) for kind in SOURCE_TYPES}

    def by_status(self) -> Mapping[str, Sums]:
        """Pounds by type of source and status, whether they count or not; None where there are none."""
        return {kind: {status: self._of(kind, status) for status in STATUSES} for kind in SOURCE_TYPES}

    def declared(self, new: bool | None) -> Decimal | None:
        """Committed pounds declared as new money (True), as not new (False), or not at all (None); None where nothing is recorded."""
        return total([line.amount for line in self.counting if line.new_money is new]) or Decimal(0) if self.lines else None

    def _of(self, kind: str, status: str) -> Decimal | None:
        return total([line.amount for line in self.lines if (line.source_type, line.status) == (kind, status)])


def lines_of(code: str, ledger: Ledger, year: FinancialYear, book: Rulebook) -> AreaLines:
    """An area's lines of a year. An area that recorded that it stays out counts nothing."""
    participation = ledger.participation(code)
    out = participation is not None and not participation.takes_part
    counts, advance = words(book, "statuses_that_count", year), allowed(book, "transfers_in_advance", year)
    return AreaLines(code, participation, () if out else ledger.of(code, year), counts, advance)


def words(book: Rulebook, name: str, year: FinancialYear) -> tuple[str, ...]:
    """The words of a parameter that is a list, as it holds on the first day of a year."""
    value = book.parameter(name).at(year.first_day).value
    return value if isinstance(value, tuple) else ()


def allowed(book: Rulebook, name: str, year: FinancialYear) -> bool:
    """Whether a parameter that is a flag is set on the first day of a year."""
    return book.parameter(name).at(year.first_day).value is True


def total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
