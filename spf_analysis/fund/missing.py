"""What an area lacks to meet the conditions of a year, and the smallest ways to get there; never who should pay [32]."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.figures import Reference, as_json
from spf_analysis.fund import rules
from spf_analysis.fund.counting import AreaLines, words
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.periods import FinancialYear

TYPES_SAID = {"nhs": "the NHS", "local_government": "local government", "employers_philanthropists": "employers or philanthropists"}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Way:
    """The least that would have to happen for a condition of the year. `amount` in pounds where it is money.

    An `alternative` does instead of the way before it.
    """

    condition: str
    said: str
    reference: Reference
    amount: Decimal | None = None
    alternative: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The way as `spf fund position AREA --json` prints it."""
        return {
            "condition": self.condition,
            "said": self.said,
            "amount": as_json(self.amount),
            "alternative": self.alternative,
            "reference": self.reference.as_dict(),
        }


def ways_of(lines: AreaLines, share: int, book: Rulebook, year: FinancialYear) -> tuple[Way, ...]:
    """The smallest ways to meet each condition that is not met or not reported, condition by condition; none where all are met."""
    return (
        *_amount(lines, share, book, year),
        *_sources(lines, book, year),
        *_duration(lines, book, year),
        *_new(lines, share, book, year),
    )


def _amount(lines: AreaLines, share: int, book: Rulebook, year: FinancialYear) -> tuple[Way, ...]:
    lacking = rules.shortfall(share, lines.committed)
    if not lacking:
        return ()
    reference = book.parameter("condition_amount").at(year.first_day).reference
    said = f"{wording.pounds_exactly(lacking)} more committed, from any source and in any proportion"
    pledged = sum((line.amount for line in lines.lines if line.status not in lines.counts), ZERO)
    found = [Way("amount", said, reference, lacking)]
    if pledged >= lacking:
        said = f"{wording.pounds_exactly(lacking)} of the {wording.pounds_exactly(pledged)} that is pledged on other conditions made firm"
        found.append(Way("amount", said, reference, lacking, alternative=True))
    return tuple(found)


def _sources(lines: AreaLines, book: Rulebook, year: FinancialYear) -> tuple[Way, ...]:
    there = lines.by_type()
    absent = [kind for kind in words(book, "required_source_types", year) if not there.get(kind)]
    if not absent:
        return ()
    named = wording.listed(TYPES_SAID.get(kind, kind) for kind in absent)
    said = f"some contribution, however small, from {'each of ' if len(absent) > 1 else ''}{named}; it may be part of the same money"
    return (Way("sources", said, book.parameter("required_source_types").at(year.first_day).reference),)


def _duration(lines: AreaLines, book: Rulebook, year: FinancialYear) -> tuple[Way, ...]:
    required = book.parameter("commitment_years").at(year.first_day)
    years = lines.participation.years if lines.participation and lines.participation.takes_part else None
    if years is not None and years >= required.number:
        return ()
    if years is None:
        said = f"a recorded commitment that runs {wording.counted(int(required.number), 'financial year')}"
    else:
        said = f"a commitment that runs {wording.counted(int(required.number) - years, 'financial year')} longer"
    return (Way("duration", said, required.reference),)


def _new(lines: AreaLines, share: int, book: Rulebook, year: FinancialYear) -> tuple[Way, ...]:
    declared, undeclared = lines.declared(True), lines.declared(None) or ZERO
    lacking = rules.declaration_missing(share, declared)
    if not lacking:
        return ()
    reference = book.parameter("condition_new_money").at(year.first_day).reference
    if undeclared >= lacking:
        some, of_all = wording.pounds_exactly(lacking), wording.pounds_exactly(undeclared)
        said = f"evidence that {some} of the {of_all} that nobody has declared is new money"
        return (Way("new_money", said, reference, lacking),)
    rest = lacking - undeclared
    also = f", beside evidence that the {wording.pounds_exactly(undeclared)} that nobody has declared is new" if undeclared else ""
    said = f"{wording.pounds_exactly(rest)} of new money{also}; money that closes the gap in the amount may be the same"
    return (Way("new_money", said, reference, rest),)


def least_money(lines: AreaLines, share: int) -> Decimal:
    """The fewest pounds of new local money with which amount and new money could both be met, whoever gives them [20, 28]."""
    undeclared = lines.declared(None) or ZERO
    still_new = max(rules.declaration_missing(share, lines.declared(True)) - undeclared, ZERO)
    return max(rules.shortfall(share, lines.committed), still_new)
