"""How an area would spread what the Fund brings over the term, as it chooses [C]; the balance is never below nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund import rules
from spf_analysis.fund.path import TermPath
from spf_analysis.periods import FinancialYear

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class SpendingYear:
    """One year of a spending profile in whole pounds: what comes in, what goes out, and what is left at its end. Without interest."""

    year: FinancialYear
    received: int
    spent: int
    balance: int

    def as_dict(self) -> dict[str, Any]:
        return {"year": str(self.year), "received": self.received, "spent": self.spent, "balance": self.balance}


def spending_of(path: TermPath, profile: Sequence[Decimal]) -> tuple[SpendingYear, ...]:
    """Share and match of a path spent by a profile: per cent of the whole for each year, in sum 100; whole pounds by largest remainder.

    It supposes that each year's share were met, matched and transferred in that year. Raises FundError for a profile of another
    length or sum, and for every year in which more would be spent than has come in.
    """
    problems = _not_a_profile(path, profile)
    if problems:
        raise FundError(problems)
    total = sum(item.both for item in path.years)
    amounts = rules.largest_remainder({f"{index:03}": total * part / HUNDRED for index, part in enumerate(profile)}, total)
    found, balance = [], 0
    for item, spent in zip(path.years, amounts.values(), strict=True):
        balance += item.both - spent
        found.append(SpendingYear(item.year, item.both, spent, balance))
    _refuse_debts(found)
    return tuple(found)


def _not_a_profile(path: TermPath, profile: Sequence[Decimal]) -> list[Problem]:
    found: list[Problem] = []
    if len(profile) != len(path.years):
        message = f"the profile has {wording.counted(len(profile), 'year')}, the term {wording.counted(len(path.years), 'year')}"
        found.append(Problem("fund", "spending", message, "Give per cent of the whole for each year of the term."))
    if any(part < 0 for part in profile):
        found.append(Problem("fund", "spending", "a year cannot have less than nothing to spend", "Write 0 or more for each year."))
    if sum(profile) != HUNDRED:
        message = f"the profile sums to {wording.keyed(sum(profile, Decimal(0)))} per cent"
        found.append(Problem("fund", "spending", message, "Let the years sum to 100; a year in which nothing is spent has 0."))
    return found


def _refuse_debts(years: Sequence[SpendingYear]) -> None:
    debts = [item for item in years if item.balance < 0]
    if debts:
        raise FundError(
            Problem(
                "fund",
                f"spending, {item.year}",
                f"the balance would be {wording.pounds(item.balance)}",
                f"By then {wording.pounds(-item.balance)} more would be spent than has come in; spend less before, or later.",
            )
            for item in debts
        )
