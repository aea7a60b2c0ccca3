"""What a fund holds in a year beside what its awards draw on it: the balance is never below nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.grants import Award, area_of
from spf_analysis.fund.ledger import Contribution, NationalCommitment
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund


@dataclass(frozen=True)
class YearFund:
    """The fund of an area and year in pounds: local money committed, the match where one is recorded and its conditions are met, and
    what of both was received.

    None where nothing is recorded; `withheld` where something is, but a confidential line stands behind it.
    """

    local: Decimal | None = None
    national: Decimal | None = None
    received: Decimal | None = None
    withheld: bool = False

    @property
    def held(self) -> Decimal | None:
        """Local and national money together; None where no local money is recorded."""
        return None if self.local is None else self.local + (self.national or Decimal(0))


def year_fund(fund: Fund, code: str, year: FinancialYear, *, internal: bool = False) -> YearFund:
    """What the fund of an area and year holds. Without `internal`, nothing is given that a confidential line stands behind.

    A year that has no rate yet has no share and no match: then only the local lines of the ledger count.
    """
    ledger = fund.carried(year).ledger
    lines = ledger.of(code, year)
    moved: tuple[Contribution | NationalCommitment, ...] = (*lines, *ledger.national(year, code))
    received = _transferred(item.amount for item in moved if item.status == "transferred")
    try:
        position = fund.position(year, internal=internal).of(code)
    except FundError:
        if not internal and any(line.confidential for line in lines):
            return YearFund(withheld=True)
        return YearFund(_counting(fund, lines, year), None, received)
    if position is None or position.withheld:
        return YearFund(withheld=position is not None)
    matched = position.matched_national_contribution if position.national_commitment else None
    return YearFund(position.committed, None if matched is None else Decimal(matched), received)


def problems_of_balance(fund: Fund) -> list[Problem]:
    """Awards for which the fund that they draw on does not hold enough; the award is named with which the money runs out."""
    return [problem for year in fund.grants.years() for problem in _overdrawn(fund, year)]


def _overdrawn(fund: Fund, year: FinancialYear) -> Iterator[Problem]:
    drawn: dict[str, Decimal] = {}
    paid: dict[str, Decimal] = {}
    held: dict[str, YearFund] = {}
    told: set[str] = set()
    for award in sorted(fund.grants.of(fund.areas, None, year), key=lambda item: (item.day, item.id)):
        code = area_of(award, fund.areas, year)
        if code is None or code in told:
            continue
        if code not in held:
            held[code] = year_fund(fund, code, year, internal=True)
        drawn[code] = drawn.get(code, Decimal(0)) + award.drawn(year)
        paid[code] = paid.get(code, Decimal(0)) + (award.paid_of(year) or Decimal(0))
        found = _missing(award, f"the fund of {code} for {year}", drawn[code], paid[code], held[code])
        if found:
            told.add(code)
            yield found


def _missing(award: Award, name: str, drawn: Decimal, paid: Decimal, there: YearFund) -> Problem | None:
    """What is wrong with an award, without saying what the fund holds: a confidential line may stand behind it."""
    if there.held is None:
        message, hint = f"the award '{award.id}' draws on {name}, for which no money is recorded", _RECORD
    elif drawn > there.held:
        message = f"with the award '{award.id}', {name} is overdrawn: {wording.pounds_and_pence(drawn)} is awarded of it"
        hint = "The balance would be below nothing: draw less on this year, or record what is committed."
    elif paid > (there.received or Decimal(0)):
        message = f"with the award '{award.id}', {wording.pounds_and_pence(paid)} is paid out of {name}, more than it has received"
        hint = "The balance would be below nothing: correct the payment, or record the transfer that it came from."
    else:
        return None
    return Problem("fund", award.where, message, hint)


_RECORD = "Record what is committed in the ledger first, or draw on another year."


def _counting(fund: Fund, lines: Sequence[Contribution], year: FinancialYear) -> Decimal | None:
    value = fund.rulebook.parameter("statuses_that_count").at(year.first_day).value
    counting = value if isinstance(value, tuple) else ()
    return sum((line.amount for line in lines if line.status in counting), Decimal(0)) if lines else None


def _transferred(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
