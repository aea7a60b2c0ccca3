"""The Fund's rules as pure functions, each named by its term. Amounts are exact decimals; None where something is missing.

Source of every formula: the early draft of January 2024 (`spf-draft-2024`), paragraphs named in each docstring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum

HUNDRED = Decimal(100)


class Condition(StrEnum):
    """What is known about a condition of a year."""

    MET = "met"
    NOT_MET = "not met"
    NOT_REPORTED = "not reported"


def rate_per_head(base: Decimal, inflation: Iterable[Decimal]) -> Decimal:
    """Pounds per head: the base raised by each year's CPI in per cent, one after the other, never rounded [27, 29]."""
    rate = base
    for per_cent in inflation:
        rate = rate * (HUNDRED + per_cent) / HUNDRED
    return rate


def need(weighted: int | None, registered: int | None) -> Decimal | None:
    """Need relative to England (about 1): weighted ÷ registered population of one source [30]. None where nothing can be divided."""
    return Decimal(weighted) / Decimal(registered) if weighted is not None and registered else None


def rescaling_factor(residents: Mapping[str, int], needs: Mapping[str, Decimal]) -> Decimal:
    """What need is multiplied by so that the mean over England's residents is 1 and the mean share stays at the rate [29, 30]."""
    return Decimal(sum(residents.values())) / sum((residents[code] * needs[code] for code in residents), Decimal(0))


def local_total_for_england(rate: Decimal, residents: int) -> Decimal:
    """Pounds that all areas together would raise in a year: rate × England's residents [24, 29]. Not rounded."""
    return rate * residents


def unrounded_shares(rate: Decimal, residents: Mapping[str, int], needs: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Pounds by area before rounding: rate × residents × need × rescaling factor [29, 30]."""
    factor = rescaling_factor(residents, needs)
    return {code: rate * residents[code] * needs[code] * factor for code in residents}


def local_investment_shares(rate: Decimal, residents: Mapping[str, int], needs: Mapping[str, Decimal]) -> dict[str, int]:
    """Whole pounds by area that sum to the rounded local total for England [29, 30], by largest remainder."""
    total = whole_pounds(local_total_for_england(rate, sum(residents.values())))
    return largest_remainder(unrounded_shares(rate, residents, needs), total)


def largest_remainder(amounts: Mapping[str, Decimal], total: int) -> dict[str, int]:
    """Whole numbers that sum to `total`: each amount's floor, and the pounds left over to the largest remainders (ties by code)."""
    floors = {code: int(amount.to_integral_value(ROUND_FLOOR)) for code, amount in amounts.items()}
    left = total - sum(floors.values())
    by_remainder = sorted(amounts, key=lambda code: (floors[code] - amounts[code], code))
    extra, everyone = left % len(amounts) if amounts else 0, left // len(amounts) if amounts else 0
    raised = set(by_remainder[:extra])
    return {code: floors[code] + everyone + (code in raised) for code in amounts}


def whole_pounds(amount: Decimal) -> int:
    """An amount in whole pounds, halves up."""
    return int(amount.to_integral_value(ROUND_HALF_UP))


def matched_if_met(share: Decimal | int, match_ratio: Decimal = Decimal(1)) -> int:
    """Pounds that would be matched nationally if an area met its conditions: equal to the share, not more [28, 36]."""
    return whole_pounds(Decimal(share) * match_ratio)


def fund_total(local: Decimal, match_ratio: Decimal = Decimal(1)) -> Decimal:
    """Pounds of local and national contributions together in a year [20, 24]."""
    return local * (1 + match_ratio)


def amount_condition(committed: Decimal | None, share: int) -> Condition:
    """Whether committed local contributions reach the share [28, 40]; not reported where nothing is recorded."""
    if committed is None:
        return Condition.NOT_REPORTED
    return Condition.MET if committed >= share else Condition.NOT_MET


def sources_condition(by_type: Mapping[str, Decimal] | None, required: Sequence[str]) -> Condition:
    """Whether each required type of source contributes something, in any proportion [32]."""
    if by_type is None:
        return Condition.NOT_REPORTED
    return Condition.MET if all(by_type.get(kind, Decimal(0)) > 0 for kind in required) else Condition.NOT_MET


def duration_condition(years: int | None, required: int) -> Condition:
    """Whether the area's own commitment runs the Fund's initial term in years [25, 32]; contributors may change within it."""
    if years is None:
        return Condition.NOT_REPORTED
    return Condition.MET if years >= required else Condition.NOT_MET


def new_money_condition(share: int, declared_new: Decimal | None, undeclared: Decimal | None) -> Condition:
    """Whether enough to reach the share is declared, with evidence, to be new money [20, 23].

    Met where declared money alone reaches the share; not reported where it would with what nobody has declared yet.
    """
    if declared_new is None:
        return Condition.NOT_REPORTED
    if declared_new >= share:
        return Condition.MET
    return Condition.NOT_REPORTED if declared_new + (undeclared or Decimal(0)) >= share else Condition.NOT_MET


def matched_national_contribution(share: int, conditions: Iterable[Condition], match_ratio: Decimal = Decimal(1)) -> int | None:
    """Pounds that would be matched in a year: the share where all conditions are met, nothing where one is not met [40].

    None where a condition is not reported and none has failed: then nobody can say.
    """
    known = list(conditions)
    if Condition.NOT_MET in known:
        return 0
    return None if Condition.NOT_REPORTED in known else matched_if_met(share, match_ratio)


def payable(
    matched: int | None,
    *,
    committed_nationally: bool,
    agreement_signed: bool,
    transferred: Decimal,
    share: int,
    agreement_first: bool = True,
    transfer_first: bool = True,
) -> int | None:
    """Pounds that the national investor would pay now: 0 until all that comes before payment has happened, then the match.

    Before payment come the national commitment, a signed agreement [E] and the local transfer [C]; the last two as far as the rules of
    the year ask for them. None where the match is not known.
    """
    if matched is None:
        return None
    ready = (agreement_signed or not agreement_first) and (transferred >= share or not transfer_first)
    return matched if committed_nationally and ready else 0


def shortfall(share: int, committed: Decimal | None) -> Decimal:
    """Pounds still missing from the share; the whole share where nothing is recorded [28]."""
    return max(Decimal(share) - (committed or Decimal(0)), Decimal(0))


def leverage(own: Decimal | None, fund: Decimal | None) -> Decimal | None:
    """Pounds in the Fund for each pound of one's own [21, 39]. None where one put in nothing."""
    return fund / own if own and fund is not None else None


def next_pound(committed: Decimal | None, share: int, match_ratio: Decimal) -> Decimal:
    """Pounds in the Fund for the next local pound, if the share is reached in the end: beyond the share nothing is matched [21, 28]."""
    return 1 + match_ratio if (committed or Decimal(0)) < share else Decimal(1)


def declaration_missing(share: int, declared_new: Decimal | None) -> Decimal:
    """Pounds that are still to be declared as new money, with evidence, to reach the share [20, 23]."""
    return max(Decimal(share) - (declared_new or Decimal(0)), Decimal(0))


def at_constant_prices(amount: int, years: int) -> int:
    """Pounds over a number of years at the prices of the first: the yearly requirement moves with prices only [26, 27]."""
    return amount * years
