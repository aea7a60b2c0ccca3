"""Where areas stand in a year: share, contributions, conditions, and what the nation would match, has committed or would pay.

"Would be matched", "national commitment recorded" and "payable" are three different things. Nothing recorded is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from spf_analysis.figures import as_json
from spf_analysis.fund import rules
from spf_analysis.fund.allocation import Allocation
from spf_analysis.fund.ledger import SOURCE_TYPES, Contribution, Ledger, NationalCommitment, Participation
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.fund.rules import Condition

CONDITIONS = ("amount", "sources", "duration", "new_money")


@dataclass(frozen=True)
class AreaPosition:
    """Where one area stands in a year, in pounds; `contributions` by source type count what is committed.

    `open_question` is set where the third type of source rests on brokered offers alone. `withheld` is set where figures are kept
    back because a confidential line stands behind them: then they are None although something is recorded.
    """

    area: str
    name: str
    takes_part: bool | None
    local_investment_share: int
    contributions: Mapping[str, Decimal | None]
    committed: Decimal | None
    shortfall: Decimal | None
    conditions: Mapping[str, Condition]
    national_commitment: NationalCommitment | None
    matched_national_contribution: int | None
    payable: int | None
    open_question: str | None = None
    withheld: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The area's entry in `spf fund position --json`."""
        national = self.national_commitment
        return {
            "area": self.area,
            "name": self.name,
            "takes_part": self.takes_part,
            "local_investment_share": self.local_investment_share,
            "contributions": {kind: as_json(amount) for kind, amount in self.contributions.items()},
            "committed": as_json(self.committed),
            "shortfall": as_json(self.shortfall),
            "conditions": {name: str(state) for name, state in self.conditions.items()},
            "national_commitment": None if national is None else {"investor": national.investor, "amount": as_json(national.amount)},
            "matched_national_contribution": self.matched_national_contribution,
            "payable": self.payable,
            "open_question": self.open_question,
            "withheld": self.withheld,
        }


@dataclass(frozen=True)
class Position:
    """Where all areas and England stand in a year; `at` is the day as of which the ledger was read, None for all of it."""

    year: str
    areas: tuple[AreaPosition, ...]
    scenario: str | None = None
    at: date | None = None

    @property
    def taking_part(self) -> int:
        """Areas whose participation is recorded."""
        return sum(1 for item in self.areas if item.takes_part)

    @property
    def is_empty(self) -> bool:
        """Whether no area has recorded anything: the state of the world until someone commits."""
        return not any(item.withheld or item.committed is not None or item.takes_part is not None for item in self.areas)

    def of(self, code: str) -> AreaPosition | None:
        """The position of one area, or None where the year does not have it."""
        return next((item for item in self.areas if item.area == code), None)

    def totals(self) -> dict[str, Any]:
        """England's sums; None where nothing is recorded, or where a sum would give a withheld figure away."""
        hidden = any(item.withheld for item in self.areas)
        by_type = {kind: None if hidden else as_json(_sum([item.contributions[kind] for item in self.areas])) for kind in SOURCE_TYPES}
        share = sum(item.local_investment_share for item in self.areas)
        return {
            "areas": len(self.areas),
            "areas_taking_part": self.taking_part,
            "local_investment_share": share,
            "contributions": by_type,
            "committed": None if hidden else as_json(_sum([item.committed for item in self.areas])),
            "shortfall": None if hidden else as_json(_sum([item.shortfall for item in self.areas])),
            "matched_national_contribution": None if hidden else _sum_whole([item.matched_national_contribution for item in self.areas]),
            "payable": None if hidden else _sum_whole([item.payable for item in self.areas]),
        }

    def as_dict(self) -> dict[str, Any]:
        """The position as `spf fund position --json` prints it."""
        areas = [item.as_dict() for item in self.areas]
        at = self.at.isoformat() if self.at else None
        return {"year": self.year, "at": at, "scenario": self.scenario, "areas": areas, "totals": self.totals()}


def position_of(allocation: Allocation, ledger: Ledger, book: Rulebook, *, internal: bool, scenario: str | None = None) -> Position:
    """The position of a year. Without `internal`, nothing is given that a confidential line stands behind."""
    found = tuple(_area_position(area.code, area.name, allocation, ledger, book, internal=internal) for area in allocation.vintage.areas)
    return Position(str(allocation.year), found, scenario)


def _area_position(code: str, name: str, allocation: Allocation, ledger: Ledger, book: Rulebook, *, internal: bool) -> AreaPosition:
    day, share = allocation.year.first_day, allocation.shares[code]
    lines, participation = ledger.of(code, allocation.year), ledger.participation(code)
    if participation is not None and not participation.takes_part:
        lines = ()
    counting = _counting(lines, _words(book, "statuses_that_count", allocation))
    committed = sum((line.amount for line in counting), Decimal(0)) if lines else None
    conditions = _conditions(share, lines, counting, committed, participation, book, allocation)
    ratio = book.parameter("match_ratio").at(day).number
    matched = rules.matched_national_contribution(share, conditions.values(), ratio) if lines else None
    national = _covering(ledger, code, allocation)
    found = AreaPosition(
        area=code,
        name=name,
        takes_part=None if participation is None else participation.takes_part,
        local_investment_share=share,
        contributions={kind: _of_type(counting, kind) for kind in SOURCE_TYPES},
        committed=committed,
        shortfall=rules.shortfall(share, committed),
        conditions=conditions,
        national_commitment=national,
        matched_national_contribution=matched,
        payable=_payable(matched, national, participation, lines, share),
        open_question=_open_question(counting),
    )
    return _without_confidences(found) if any(line.confidential for line in lines) and not internal else found


def _conditions(
    share: int,
    lines: Sequence[Contribution],
    counting: Sequence[Contribution],
    committed: Decimal | None,
    participation: Participation | None,
    book: Rulebook,
    allocation: Allocation,
) -> dict[str, Condition]:
    by_type = {kind: _of_type(counting, kind) or Decimal(0) for kind in SOURCE_TYPES} if lines else None
    required = _words(book, "required_source_types", allocation)
    years = book.parameter("commitment_years").at(allocation.year.first_day).number
    new = sum((line.amount for line in counting if line.new_money), Decimal(0)) if lines else None
    undeclared = sum((line.amount for line in counting if line.new_money is None), Decimal(0)) if lines else None
    return {
        "amount": rules.amount_condition(committed, share),
        "sources": rules.sources_condition(by_type, required),
        "duration": rules.duration_condition(participation.years if participation and participation.takes_part else None, int(years)),
        "new_money": rules.new_money_condition(share, new, undeclared),
    }


def _payable(
    matched: int | None, national: NationalCommitment | None, participation: Participation | None, lines: Sequence[Contribution], share: int
) -> int | None:
    transferred = sum((line.amount for line in lines if line.status == "transferred"), Decimal(0))
    signed = participation is not None and participation.agreement_signed is not None
    due = rules.payable(matched, committed_nationally=national is not None, agreement_signed=signed, transferred=transferred, share=share)
    if due and national is not None and national.amount is not None:
        return min(due, rules.whole_pounds(national.amount)) if national.area else None
    return due


def _covering(ledger: Ledger, code: str, allocation: Allocation) -> NationalCommitment | None:
    """The commitment of a statutory investor that covers the area, one made for it alone before one for every area [37]."""
    found = [item for item in ledger.national(allocation.year, code) if item.statutory]
    return min(found, key=lambda item: (item.area is None, item.id), default=None)


def _open_question(counting: Sequence[Contribution]) -> str | None:
    third = [line for line in counting if line.source_type == "employers_philanthropists"]
    return "brokered-offers" if third and all(line.brokered for line in third) else None


def _without_confidences(found: AreaPosition) -> AreaPosition:
    return replace(
        found,
        contributions=dict.fromkeys(SOURCE_TYPES),
        committed=None,
        shortfall=None,
        conditions=dict.fromkeys(CONDITIONS, Condition.NOT_REPORTED),
        matched_national_contribution=None,
        payable=None,
        open_question=None,
        withheld=True,
    )


def _counting(lines: Sequence[Contribution], statuses: Sequence[str]) -> tuple[Contribution, ...]:
    return tuple(line for line in lines if line.status in statuses)


def _words(book: Rulebook, name: str, allocation: Allocation) -> tuple[str, ...]:
    value = book.parameter(name).at(allocation.year.first_day).value
    return value if isinstance(value, tuple) else ()


def _of_type(lines: Sequence[Contribution], kind: str) -> Decimal | None:
    amounts = [line.amount for line in lines if line.source_type == kind]
    return sum(amounts, Decimal(0)) if amounts else None


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _sum_whole(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
