"""The Fund's ledger: who takes part, what is contributed locally, what is committed nationally. Empty until someone commits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from spf_analysis.figures import Reference
from spf_analysis.fund.endowment import Endowment
from spf_analysis.periods import FinancialYear

SOURCE_TYPES = ("nhs", "local_government", "employers_philanthropists")
STATUSES = ("pledged", "pledged_on_match", "committed", "transferred")
LEGAL_FORMS = ("charity", "charitable_company", "charitable_incorporated_organisation", "community_benefit_society",
               "community_interest_company", "company_limited_by_guarantee", "other")  # fmt: skip


@dataclass(frozen=True)
class Participation:
    """An area's recorded decision to take part or not, and the years it commits itself to. `reference` says where it is recorded.

    `holder` would hold the money locally, in a `holder_legal_form` of its own [section C]; `voluntary_sector_confidence` says whether
    the confidence of the local voluntary sector is documented, and `confidence_evidence` where [33].
    """

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
    holder_legal_form: str | None = None
    confidence_evidence: str | None = None

    @property
    def years(self) -> int | None:
        """Financial years that the commitment runs, first and last included; None where not recorded."""
        if self.first_year is None or self.last_year is None:
            return None
        return self.last_year.start_year - self.first_year.start_year + 1


@dataclass(frozen=True)
class Contribution:
    """Money of one contributor of one source type for one area and year, in pounds and pence. `new_money` None where undeclared.

    `day` is the day of its status: of the pledge, the commitment or the transfer; `transfer_expected` the day on which the money is
    expected, so that instalments are lines of their own. Only where `may_be_named` is true is the contributor named in what is printed.
    """

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
    transfer_expected: date | None = None
    conditions: str | None = None
    may_be_named: bool | None = None


@dataclass(frozen=True)
class NationalCommitment:
    """A national investor's commitment for a year; `area` None stands for every area, `amount` None for the whole match.

    `tranche` None is the first one, which equals the share; any other is one of the ledger's further tranches [42].
    """

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
    transfer_expected: date | None = None
    tranche: str | None = None
    supersedes: str | None = None


@dataclass(frozen=True)
class Tranche:
    """A further matched tranche of the national side with a rule of its own: pounds for each pound of the share, and its years [42]."""

    id: str
    title: str
    first_year: FinancialYear
    last_year: FinancialYear
    match_ratio: Decimal
    reference: Reference
    note: str | None = None

    def covers(self, year: FinancialYear) -> bool:
        """Whether a year lies in the tranche's own term."""
        return self.first_year <= year <= self.last_year


@dataclass(frozen=True)
class Ledger:
    """All lines as they were entered; a line that another one supersedes stays, but no longer counts."""

    participations: tuple[Participation, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    national_commitments: tuple[NationalCommitment, ...] = ()
    tranches: tuple[Tranche, ...] = ()
    endowment: Endowment = field(default_factory=Endowment)

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
            self.tranches,
            self.endowment.at(day),
        )

    def participation(self, area: str) -> Participation | None:
        """An area's latest recorded decision, or None."""
        return max((item for item in self.participations if item.area == area), key=lambda item: item.day, default=None)

    @property
    def in_force(self) -> tuple[Contribution, ...]:
        """The contributions that no other one supersedes, of all areas and years."""
        superseded = {item.supersedes for item in self.contributions if item.supersedes}
        return tuple(item for item in self.contributions if item.id not in superseded)

    def of(self, area: str, year: FinancialYear) -> tuple[Contribution, ...]:
        """The lines in force of an area and year."""
        return tuple(item for item in self.in_force if item.area == area and item.year == year)

    def national(self, year: FinancialYear, area: str | None = None, tranche: str | None = None) -> tuple[NationalCommitment, ...]:
        """National commitments in force for a year and tranche (None: the first) that cover an area (or any where none is named)."""
        superseded = {item.supersedes for item in self.national_commitments if item.supersedes}
        return tuple(
            item
            for item in self.national_commitments
            if item.year == year
            and item.status in ("committed", "transferred")
            and item.tranche == tranche
            and item.id not in superseded
            and (area is None or item.area in (None, area))
        )


def _until(event: date | None, day: date) -> date | None:
    return event if event is not None and event <= day else None
