"""The account of one area in a year: its position in full, what it lacks, what comes before payment, transfers and leverage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.areas import Area, Areas
from spf_analysis.figures import Interpretation, as_json
from spf_analysis.fund.allocation import Allocation
from spf_analysis.fund.carrying import Division, change_between
from spf_analysis.fund.condition_readings import readings_of
from spf_analysis.fund.counting import AreaLines, lines_of
from spf_analysis.fund.ledger import Contribution, Ledger, Participation
from spf_analysis.fund.ledger_carrying import CarriedLedger, carried_ledger
from spf_analysis.fund.leverage import PartyLeverage, leverage_of
from spf_analysis.fund.missing import Way, least_money, ways_of
from spf_analysis.fund.national import TrancheStanding, expected_of, further_tranches
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.fund.payment import PaymentStep, steps_before_payment
from spf_analysis.fund.position import AreaPosition, area_position
from spf_analysis.fund.rules import matched_if_met
from spf_analysis.fund.transfers import WITHHELD, Transfers, local_transfers, national_transfers

UNNAMED = "a contributor who is not named"


@dataclass(frozen=True)
class Account:
    """Where one area stands in a year in full; what rests on confidential lines is left out unless it was asked for internally.

    `least_money` are the fewest further pounds with which the conditions on money could be met. `carried` are the lines that come from
    an area of an earlier vintage, with its code; `change` says why earlier figures are not simply comparable. Where the position is
    withheld, `national` counts the whole match, so that it says nothing of the conditions.
    """

    position: AreaPosition
    year: str
    at: date | None
    participation: Participation | None
    lines: tuple[Contribution, ...]
    ways: tuple[Way, ...]
    least_money: Decimal | None
    before_payment: tuple[PaymentStep, ...]
    local: Transfers
    national: Transfers
    leverage: tuple[PartyLeverage, ...]
    tranches: tuple[TrancheStanding, ...]
    readings: tuple[Interpretation, ...]
    carried: tuple[tuple[Contribution, str], ...] = ()
    change: str | None = None
    internal: bool = False

    @property
    def lacking(self) -> tuple[Way, ...]:
        """The smallest ways, without those that would do instead of another one."""
        return tuple(way for way in self.ways if not way.alternative)

    def told(self) -> dict[str, Any] | None:
        """What a briefing tells of the account, in words; None where nothing is recorded of the area."""
        if not self.position.recorded or self.position.takes_part is False:
            return None
        decided = self.participation
        states = {True: "done", False: "not yet", None: wording.NOT_REPORTED}
        return {
            "lacking": [{"said": way.said, "locator": way.reference.locator} for way in self.lacking],
            "steps": [{"said": step.said, "state": states[step.done]} for step in self.before_payment],
            "holder": decided.holder if decided else None,
            "confidence": _confidence(decided),
            "tranches": [{"title": item.tranche.title, "matched": wording.pounds(item.would_be_matched)} for item in self.tranches],
            "in_advance": wording.pounds_exactly(self.local.in_advance) if self.local.in_advance else None,
            "change": self.change,
        }

    def as_dict(self) -> dict[str, Any]:
        """The account as `spf fund position AREA --json` prints it: the position's entry, and more."""
        return {
            "year": self.year,
            "at": self.at.isoformat() if self.at else None,
            **self.position.as_dict(),
            "participation": _decision(self.participation),
            "lines": [_line(line, self.internal) for line in self.lines],
            "ways": [way.as_dict() for way in self.ways],
            "least_money": as_json(self.least_money),
            "before_payment": [step.as_dict() for step in self.before_payment],
            "transfers": {"local": self.local.as_dict(), "national": self.national.as_dict()},
            "leverage": [item.as_dict() for item in self.leverage],
            "further_tranches": [item.as_dict() for item in self.tranches],
            "readings": [item.as_dict() for item in self.readings],
            "carried_over": [{"from": code, "amount": as_json(line.amount), "status": line.status} for line, code in self.carried],
            "change": self.change,
        }


def account_of(
    area: Area,
    allocation: Allocation,
    ledger: Ledger,
    book: Rulebook,
    areas: Areas,
    divisions: Iterable[Division],
    *,
    internal: bool,
    at: date | None = None,
) -> Account:
    """The account of an area in a year as the ledger stood on a day."""
    known = tuple(divisions)
    here = carried_ledger(ledger.at(at) if at else ledger, allocation.year, areas, known)
    lines = lines_of(area.code, here.ledger, allocation.year, book)
    position = area_position(area.name, lines, here.ledger, allocation, book, internal=internal)
    carried = _carried(lines, here) if not position.withheld else ()
    since = max((item.start for item in areas.vintages if item.start < area.vintage), default=None)
    change = change_between(area.code, since, allocation.year.first_day, areas, known) if carried and since else None
    return _account(position, lines, here.ledger, allocation, book, internal=internal, at=at, carried=carried, change=change)


def _account(
    position: AreaPosition,
    lines: AreaLines,
    ledger: Ledger,
    allocation: Allocation,
    book: Rulebook,
    *,
    internal: bool,
    at: date | None,
    carried: tuple[tuple[Contribution, str], ...],
    change: str | None,
) -> Account:
    year, share, shown = allocation.year, position.local_investment_share, not position.withheld
    ratio = book.parameter("match_ratio").at(year.first_day).number
    conditions, matched = dict(position.conditions), position.matched_national_contribution
    national = expected_of(ledger, lines.area, year, matched if shown else matched_if_met(share, ratio))
    nothing = AreaLines(lines.area, lines.participation, (), lines.counts, lines.in_advance)
    return Account(
        position=position,
        year=str(year),
        at=at,
        participation=lines.participation,
        lines=lines.lines if shown else (),
        ways=ways_of(lines, share, book, year) if shown else (),
        least_money=least_money(lines, share) if shown else None,
        before_payment=steps_before_payment(lines, conditions, position.national_commitment, share, book, year, shown=shown),
        local=local_transfers(lines, year, at) if shown else WITHHELD,
        national=national_transfers(national, year, at),
        leverage=leverage_of(position.contributions, position.committed, matched, share, ratio) if shown else (),
        tranches=further_tranches(ledger, lines if shown else nothing, share, conditions.values(), book, year),
        readings=readings_of(position, lines, book, year),
        carried=carried,
        change=change,
        internal=internal,
    )


def _carried(lines: AreaLines, here: CarriedLedger) -> tuple[tuple[Contribution, str], ...]:
    return tuple((line, code) for line in lines.lines if (code := here.predecessor(line)) is not None)


def named(line: Contribution, internal: bool = False) -> str:
    """The contributor of a line as print names it: only where it may be named publicly, or internally."""
    return line.contributor if internal or line.may_be_named else UNNAMED


def _line(line: Contribution, internal: bool) -> dict[str, Any]:
    expected = line.transfer_expected.isoformat() if line.transfer_expected else None
    return {
        "contributor": named(line, internal),
        "source_type": line.source_type,
        "amount": as_json(line.amount),
        "status": line.status,
        "on": line.day.isoformat(),
        "transfer_expected": expected,
        "conditions": line.conditions if internal or line.may_be_named else None,
        "new_money": line.new_money,
        "brokered": line.brokered,
        "reference": line.reference.as_dict() if internal or line.may_be_named else None,
    }


def _confidence(item: Participation | None) -> str | None:
    """Whether the local voluntary sector's confidence is documented [33]; None where nothing is said of it."""
    if item is None or item.voluntary_sector_confidence is None:
        return None
    return f"documented ({item.confidence_evidence})" if item.voluntary_sector_confidence else "not documented"


def _decision(item: Participation | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "takes_part": item.takes_part,
        "on": item.day.isoformat(),
        "recorded_by": item.recorded_by,
        "first_year": str(item.first_year) if item.first_year else None,
        "last_year": str(item.last_year) if item.last_year else None,
        "years": item.years,
        "agreement_signed": item.agreement_signed.isoformat() if item.agreement_signed else None,
        "holder": item.holder,
        "holder_legal_form": item.holder_legal_form,
        "voluntary_sector_confidence": item.voluntary_sector_confidence,
        "confidence_evidence": item.confidence_evidence,
        "reference": item.reference.as_dict(),
        "note": item.note,
    }
