"""The Fund's ledger: who takes part, what is contributed locally, what is committed nationally. Empty until someone commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from spf_analysis.figures import Reference
from spf_analysis.periods import FinancialYear

SOURCE_TYPES = ("nhs", "local_government", "employers_philanthropists")
STATUSES = ("pledged", "pledged_on_match", "committed", "transferred")


@dataclass(frozen=True)
class Participation:
    """An area's recorded decision to take part or not, and the years it commits itself to. `reference` says where it is recorded."""

    area: str
    takes_part: bool
    day: date
    recorded_by: str
    reference: Reference
    first_year: FinancialYear | None = None
    last_year: FinancialYear | None = None
    agreement_signed: date | None = None
    holder: str | None = None
    voluntary_sector_confidence: bool | None = None
    note: str | None = None

    @property
    def years(self) -> int | None:
        """Financial years that the commitment runs, first and last included; None where not recorded."""
        if self.first_year is None or self.last_year is None:
            return None
        return self.last_year.start_year - self.first_year.start_year + 1


@dataclass(frozen=True)
class Contribution:
    """Money of one contributor of one source type for one area and year, in pounds and pence. `new_money` None where undeclared."""

    id: str
    area: str
    contributor: str
    source_type: str
    year: FinancialYear
    amount: Decimal
    status: str
    day: date
    reference: Reference
    new_money: bool | None = None
    new_money_evidence: str | None = None
    brokered: bool = False
    confidential: bool = False
    supersedes: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class NationalCommitment:
    """A national investor's commitment for a year; `area` None stands for every area, `amount` None for the whole match."""

    id: str
    investor: str
    statutory: bool
    year: FinancialYear
    day: date
    status: str
    reference: Reference
    area: str | None = None
    amount: Decimal | None = None
    note: str | None = None


@dataclass(frozen=True)
class Ledger:
    """All lines as they were entered; a line that another one supersedes stays, but no longer counts."""

    participations: tuple[Participation, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    national_commitments: tuple[NationalCommitment, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has committed anything or recorded a decision."""
        return not (self.participations or self.contributions or self.national_commitments)

    def at(self, day: date) -> Ledger:
        """The ledger as it stood at the end of a day: lines dated later, corrections among them, were not there yet."""
        decided = (item for item in self.participations if item.day <= day)
        return Ledger(
            tuple(replace(item, agreement_signed=_until(item.agreement_signed, day)) for item in decided),
            tuple(item for item in self.contributions if item.day <= day),
            tuple(item for item in self.national_commitments if item.day <= day),
        )

    def participation(self, area: str) -> Participation | None:
        """An area's latest recorded decision, or None."""
        return max((item for item in self.participations if item.area == area), key=lambda item: item.day, default=None)

    def of(self, area: str, year: FinancialYear) -> tuple[Contribution, ...]:
        """The lines in force of an area and year."""
        superseded = {item.supersedes for item in self.contributions if item.supersedes}
        return tuple(item for item in self.contributions if item.area == area and item.year == year and item.id not in superseded)

    def national(self, year: FinancialYear, area: str | None = None) -> tuple[NationalCommitment, ...]:
        """National commitments for a year that cover an area (or any area where none is named)."""
        return tuple(
            item
            for item in self.national_commitments
            if item.year == year and item.status in ("committed", "transferred") and (area is None or item.area in (None, area))
        )


def _until(event: date | None, day: date) -> date | None:
    return event if event is not None and event <= day else None
