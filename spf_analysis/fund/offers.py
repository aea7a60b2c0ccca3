"""Offers that philanthropists and large employers make to several areas at once [34]. None is recorded today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError
from spf_analysis.figures import Reference
from spf_analysis.fund.corrections import in_force
from spf_analysis.periods import FinancialYear

OFFERERS = ("philanthropist", "large_employer")
WISHES = ("comprehensive", "targeted", "dialogue")
TARGETS = ("region", "deprivation", "rurality", "areas")
OFFER_STATUSES = ("offered", "placed", "withdrawn")
OFFERER_SAID = {"philanthropist": "philanthropist", "large_employer": "large employer"}


@dataclass(frozen=True)
class Wish:
    """How an offerer wishes an offer to be spread: comprehensive, targeted or by dialogue [34].

    A targeted one goes by `region` (names), `deprivation` (the most deprived part of the areas, in per cent), `rurality` (bands of
    density in words) or `areas` (ODS codes); `interest` is what the offerer would like to talk about.
    """

    way: str
    by: str | None = None
    targets: tuple[str, ...] = ()
    interest: str | None = None

    @property
    def said(self) -> str:
        """The wish in words, areas by their codes."""
        return self.said_of({})

    def said_of(self, names: Mapping[str, str]) -> str:
        """The wish in words, areas by the names given for their codes."""
        if self.way == "dialogue":
            return "by dialogue" + (f": {self.interest}" if self.interest else "")
        if self.way == "comprehensive":
            return "spread over all areas that take part"
        named = wording.listed(f"{names[item]} ({item})" if item in names else item for item in self.targets)
        forms = {
            "region": f"for areas in {named}",
            "deprivation": f"for the most deprived {named}% of areas",
            "rurality": f"for areas that are {wording.listed(self.targets, 'or')}",
            "areas": f"for {named}",
        }
        return forms[self.by or "areas"]


@dataclass(frozen=True)
class Offer:
    """One offer: pounds and pence over its financial years, first and last included, and how it is to be spread.

    `conditions` are the offerer's own; `status` is *offered* until it was placed (it then stands in the ledger of contributions) or
    withdrawn. `reference` says where it is recorded.
    """

    id: str
    offerer: str
    kind: str
    amount: Decimal
    first_year: FinancialYear
    last_year: FinancialYear
    wish: Wish
    status: str
    day: date
    reference: Reference
    conditions: str | None = None
    confidential: bool = False
    supersedes: str | None = None
    note: str | None = None

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """The financial years that it runs."""
        return tuple(FinancialYear(start) for start in range(self.first_year.start_year, self.last_year.start_year + 1))

    @property
    def years_said(self) -> str:
        """The years in words: "2026/27", "2026/27 to 2028/29"."""
        return str(self.first_year) if self.first_year == self.last_year else f"{self.first_year} to {self.last_year}"

    def in_year(self, year: FinancialYear) -> Decimal:
        """What it brings in a year, in pounds: equal parts in whole pounds, and the pence in the last year, so that the years sum to it."""
        count, place = len(self.years), year.start_year - self.first_year.start_year
        if not 0 <= place < count:
            return Decimal(0)
        whole = int(self.amount)
        pounds = whole * (place + 1) // count - whole * place // count
        return Decimal(pounds) + (self.amount - whole if place == count - 1 else 0)


@dataclass(frozen=True)
class Offers:
    """All lines as they were entered; one that another supersedes stays, but no longer counts."""

    lines: tuple[Offer, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no offer was ever recorded."""
        return not self.lines

    def at(self, day: date) -> Offers:
        """The offers as they stood at the end of a day: lines dated later, corrections among them, were not there yet."""
        return Offers(tuple(item for item in self.lines if item.day <= day))

    def standing(self, *, internal: bool = False) -> tuple[Offer, ...]:
        """The offers that stand: made, not corrected, not yet placed and not withdrawn; confidential ones only with `internal`."""
        found = (item for item in in_force(self.lines) if item.status == "offered")
        return tuple(sorted((item for item in found if internal or not item.confidential), key=lambda item: item.id))

    def hidden(self) -> int:
        """How many of the offers that stand are confidential."""
        return len(self.standing(internal=True)) - len(self.standing())

    def get(self, name: str, *, internal: bool = False) -> Offer:
        """The standing offer of that id. Raises FundError where there is none; a confidential one is no exception without `internal`."""
        known = {item.id: item for item in self.standing(internal=internal)}
        if name not in known:
            hint = f"There are: {wording.listed(known)}." if known else "No offer that stands is recorded."
            raise FundError(f"there is no offer '{name}'", where="offer", hint=hint)
        return known[name]
