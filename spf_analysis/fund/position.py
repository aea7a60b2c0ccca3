"""Where areas stand in a year: share, contributions, conditions, and what the nation would match, has committed or would pay.

"Would be matched", "national commitment recorded" and "payable" are three different things. Nothing recorded is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from spf_analysis.areas import Areas
from spf_analysis.figures import as_json
from spf_analysis.fund import rules
from spf_analysis.fund.allocation import Allocation
from spf_analysis.fund.carrying import Division
from spf_analysis.fund.counting import AreaLines, Sums, lines_of, total, words
from spf_analysis.fund.disclosure import may_be_given
from spf_analysis.fund.ledger import SOURCE_TYPES, STATUSES, Contribution, Ledger, NationalCommitment
from spf_analysis.fund.ledger_carrying import CarriedLedger, carried_ledger
from spf_analysis.fund.national import covering, payable_of
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.fund.rules import Condition
from spf_analysis.periods import FinancialYear

CONDITIONS = ("amount", "sources", "duration", "new_money")
_NOTHING: Mapping[str, Sums] = {kind: dict.fromkeys(STATUSES) for kind in SOURCE_TYPES}


@dataclass(frozen=True)
class AreaPosition:
    """Where one area stands in a year, in pounds; `contributions` by source type count what is committed, `by_status` all there is.

    `open_question` is set where the third type of source rests on brokered offers alone. `withheld` is set where figures are kept
    back because a confidential line stands behind them: then they are None although something is recorded.
    """

    area: str
    name: str
    takes_part: bool | None
    local_investment_share: int
    contributions: Sums
    committed: Decimal | None
    shortfall: Decimal | None
    conditions: Mapping[str, Condition]
    national_commitment: NationalCommitment | None
    matched_national_contribution: int | None
    payable: int | None
    open_question: str | None = None
    withheld: bool = False
    by_status: Mapping[str, Sums] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The area's entry in `spf fund position --json`."""
        national = self.national_commitment
        return {
            "area": self.area,
            "name": self.name,
            "takes_part": self.takes_part,
            "local_investment_share": self.local_investment_share,
            "contributions": {kind: as_json(amount) for kind, amount in self.contributions.items()},
            "contributions_by_status": _as_json(self.by_status or _NOTHING),
            "committed": as_json(self.committed),
            "shortfall": as_json(self.shortfall),
            "conditions": {name: str(state) for name, state in self.conditions.items()},
            "national_commitment": None if national is None else {"investor": national.investor, "amount": as_json(national.amount)},
            "matched_national_contribution": self.matched_national_contribution,
            "payable": self.payable,
            "open_question": self.open_question,
            "withheld": self.withheld,
        }

    @property
    def recorded(self) -> bool:
        """Whether anything at all is recorded of the area: a decision, a contribution, or what is withheld."""
        return self.withheld or self.committed is not None or self.takes_part is not None


@dataclass(frozen=True)
class Position:
    """Where all areas and England stand in a year; `at` is the day as of which the ledger was read, None for all of it.

    `sums` are England's committed pounds by type of source, confidential lines among them; None where giving them would give one
    away. `not_placed` are pounds of lines carried over from divided areas that could not be placed.
    """

    year: str
    areas: tuple[AreaPosition, ...]
    scenario: str | None = None
    at: date | None = None
    sums: Sums | None = None
    not_placed: Decimal | None = None

    @property
    def taking_part(self) -> int:
        """Areas whose participation is recorded."""
        return sum(1 for item in self.areas if item.takes_part)

    @property
    def is_empty(self) -> bool:
        """Whether no area has recorded anything: the state of the world until someone commits."""
        return not any(item.recorded for item in self.areas)

    def of(self, code: str) -> AreaPosition | None:
        """The position of one area, or None where the year does not have it."""
        return next((item for item in self.areas if item.area == code), None)

    def totals(self) -> dict[str, Any]:
        """England's sums; None where nothing is recorded, or where a sum would give a withheld figure away."""
        hidden = any(item.withheld for item in self.areas)
        sums = self.sums or dict.fromkeys(SOURCE_TYPES)
        matched = None if hidden else _sum_whole([item.matched_national_contribution for item in self.areas])
        return {
            "areas": len(self.areas),
            "areas_taking_part": self.taking_part,
            "local_investment_share": sum(item.local_investment_share for item in self.areas),
            "contributions": {kind: as_json(sums[kind]) for kind in SOURCE_TYPES},
            "contributions_by_status": _as_json(_NOTHING if hidden else _together([item.by_status for item in self.areas])),
            "committed": as_json(self._committed(sums)),
            "shortfall": None if hidden else as_json(total([item.shortfall for item in self.areas])),
            "matched_national_contribution": matched,
            "payable": None if hidden else _sum_whole([item.payable for item in self.areas]),
            "not_placed": as_json(self.not_placed),
            "withheld": hidden,
        }

    def _committed(self, sums: Sums) -> Decimal | None:
        recorded = any(item.withheld or item.committed is not None for item in self.areas)
        return (total(list(sums.values())) or Decimal(0)) if self.sums is not None and recorded else None

    def as_dict(self) -> dict[str, Any]:
        """The position as `spf fund position --json` prints it."""
        areas = [item.as_dict() for item in self.areas]
        at = self.at.isoformat() if self.at else None
        return {"year": self.year, "at": at, "scenario": self.scenario, "areas": areas, "totals": self.totals()}


def position_of(
    allocation: Allocation,
    ledger: Ledger,
    book: Rulebook,
    areas: Areas,
    divisions: Iterable[Division],
    *,
    internal: bool,
    scenario: str | None = None,
    at: date | None = None,
) -> Position:
    """The position of a year as the ledger stood on a day. Without `internal`, nothing is given that gives a confidential line away."""
    known = tuple(divisions)
    here = carried_ledger(ledger.at(at) if at else ledger, allocation.year, areas, known)
    lines = {code: lines_of(code, here.ledger, allocation.year, book) for code in allocation.shares}
    found = tuple(
        area_position(area.name, lines[area.code], here.ledger, allocation, book, internal=internal) for area in allocation.vintage.areas
    )
    given = internal or _given(allocation, ledger, book, areas, known, at)
    by_type = [item.by_type() for item in lines.values()]
    sums = {kind: total([item[kind] for item in by_type]) for kind in SOURCE_TYPES} if given else None
    return Position(str(allocation.year), found, scenario, at, sums, _not_placed(here, internal))


def _given(allocation: Allocation, ledger: Ledger, book: Rulebook, areas: Areas, divisions: tuple[Division, ...], at: date | None) -> bool:
    """Whether England's sums may be given, from the history of the year's confidential lines."""
    year = allocation.year
    lines = tuple(item for item in ledger.contributions if item.confidential and item.year == year)
    if not lines:
        return True
    quiet = replace(ledger, contributions=lines)
    entered = {item.day for item in lines} | {item.day for item in ledger.participations}
    days = {day for day in entered if at is None or day <= at}
    seen: dict[date, Ledger] = {day: carried_ledger(quiet.at(day), year, areas, divisions).ledger for day in days}

    def counting(day: date) -> Sequence[Contribution]:
        return [line for code in allocation.shares for line in lines_of(code, seen[day], year, book).counting]

    return may_be_given(days, lambda day: seen[day].in_force, counting)


def _not_placed(here: CarriedLedger, internal: bool) -> Decimal | None:
    if any(line.confidential for line, _ in here.unplaced) and not internal:
        return None
    return total([amount for _, amount in here.unplaced])


def area_position(name: str, lines: AreaLines, ledger: Ledger, allocation: Allocation, book: Rulebook, *, internal: bool) -> AreaPosition:
    """The position of one area from its lines; figures are withheld where a confidential line is among them, unless `internal`."""
    year, share, participation = allocation.year, allocation.shares[lines.area], lines.participation
    conditions = conditions_of(lines, share, book, year)
    matched = matched_of(lines, conditions, share, book, year)
    national = covering(ledger, lines.area, year)
    found = AreaPosition(
        area=lines.area,
        name=name,
        takes_part=None if participation is None else participation.takes_part,
        local_investment_share=share,
        contributions=lines.by_type(),
        committed=lines.committed,
        shortfall=rules.shortfall(share, lines.committed),
        conditions=conditions,
        national_commitment=national,
        matched_national_contribution=matched,
        payable=payable_of(matched, national, lines, share, book, year),
        open_question=_open_question(lines.counting),
        by_status=lines.by_status(),
    )
    return _without_confidences(found) if lines.confidential and not internal else found


def matched_of(lines: AreaLines, conditions: Mapping[str, Condition], share: int, book: Rulebook, year: FinancialYear) -> int | None:
    """Pounds that would be matched in a year by the first tranche; None where nothing is recorded or nobody can say."""
    ratio = book.parameter("match_ratio").at(year.first_day).number
    return rules.matched_national_contribution(share, conditions.values(), ratio) if lines.lines else None


def conditions_of(lines: AreaLines, share: int, book: Rulebook, year: FinancialYear) -> dict[str, Condition]:
    """What is known about each condition of a year from an area's lines [20, 23, 25, 28, 32, 40]."""
    participation = lines.participation
    by_type = {kind: amount or Decimal(0) for kind, amount in lines.by_type().items()} if lines.lines else None
    years = book.parameter("commitment_years").at(year.first_day).number
    return {
        "amount": rules.amount_condition(lines.committed, share),
        "sources": rules.sources_condition(by_type, words(book, "required_source_types", year)),
        "duration": rules.duration_condition(participation.years if participation and participation.takes_part else None, int(years)),
        "new_money": rules.new_money_condition(share, lines.declared(True), lines.declared(None)),
    }


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
        by_status=None,
    )


def _as_json(by_status: Mapping[str, Sums]) -> dict[str, dict[str, Any]]:
    return {kind: {status: as_json(amount) for status, amount in sums.items()} for kind, sums in by_status.items()}


def _together(found: Sequence[Mapping[str, Sums] | None]) -> Mapping[str, Sums]:
    known = [item for item in found if item is not None]
    return {kind: {status: total([item[kind][status] for item in known]) for status in STATUSES} for kind in SOURCE_TYPES}


def _sum_whole(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
