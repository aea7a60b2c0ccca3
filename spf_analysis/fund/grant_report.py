"""What local funds have granted in a year: to whom, how small, for how long, how concentrated, and what is not awarded yet.

Concentration is measured twice over what the recipients received: the share of the five largest, and the sum of squared shares
(Herfindahl-Hirschman: 1 where one recipient has everything, 1/n where n have the same; Hirschman, 1964).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

from spf_analysis import wording
from spf_analysis.figures import as_json
from spf_analysis.fund.grant_balance import YearFund, year_fund
from spf_analysis.fund.grant_standard import SIZES
from spf_analysis.fund.grants import Award, area_of
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund

LARGEST = 5


@dataclass(frozen=True)
class GrantGroup:
    """Awards to one kind or size of recipient: how many, and the pounds drawn on the year."""

    name: str
    awards: int
    pounds: Decimal


@dataclass(frozen=True)
class Traced:
    """Pounds of one award, traced to the fund of the area and year that they are drawn on."""

    award: str
    area: str | None
    recipient: str
    title: str
    pounds: Decimal
    paid: Decimal | None
    additional_for: str


@dataclass(frozen=True)
class GrantsReport:
    """Awards that draw on the fund of an area and year (or of all areas), in pounds. None where nothing is reported."""

    year: str
    area: str | None
    awarded: Decimal
    paid: Decimal | None
    paid_not_reported: int
    recipients: int
    by_size: tuple[GrantGroup, ...]
    by_type: tuple[GrantGroup, ...]
    small: Decimal | None
    size_not_reported: Decimal
    months: tuple[Decimal, Decimal, Decimal] | None
    months_not_reported: int
    largest_five: Decimal | None
    concentration: Decimal | None
    fund: YearFund
    traced: tuple[Traced, ...]
    not_placed: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no award draws on this fund."""
        return not self.traced

    @property
    def unawarded(self) -> Decimal | None:
        """Pounds of the year's fund that are not awarded to date; None where nothing is recorded, or where it is withheld."""
        return None if self.fund.held is None else self.fund.held - self.awarded

    @property
    def small_per_cent(self) -> Decimal | None:
        """Share of the pounds awarded that goes to small providers, in per cent: a lower bound where some sizes are not reported."""
        return None if self.small is None or not self.awarded else 100 * self.small / self.awarded

    @property
    def small_said(self) -> str:
        """What went to small providers, as a sentence says it."""
        if self.small is None:
            return wording.NOT_REPORTED
        said = f"{wording.pounds(self.small)} ({wording.per_cent(self.small_per_cent)})"
        return f"{said}, and {wording.pounds(self.size_not_reported)} of unreported size" if self.size_not_reported else said

    @property
    def months_said(self) -> str:
        """How long awards run, as a sentence says it."""
        if self.months is None:
            return wording.NOT_REPORTED
        least, middle, most = (wording.keyed(item) for item in self.months)
        said = f"{middle} months" if least == most else f"{middle} months in the middle, {least} to {most} in all"
        return f"{said}; {self.months_not_reported} not reported" if self.months_not_reported else said

    def as_dict(self) -> dict[str, Any]:
        """The report as `spf fund grants report --json` prints it."""
        return {
            "year": self.year,
            "area": self.area,
            "awards": len(self.traced),
            "awarded": as_json(self.awarded),
            "paid": as_json(self.paid),
            "paid_not_reported": self.paid_not_reported,
            "recipients": self.recipients,
            "by_size": [_group(item) for item in self.by_size],
            "by_type": [_group(item) for item in self.by_type],
            "small_providers": {"awarded": as_json(self.small), "size_not_reported": as_json(self.size_not_reported)},
            "months": None if self.months is None else dict(zip(("least", "median", "most"), map(as_json, self.months), strict=True)),
            "months_not_reported": self.months_not_reported,
            "share_of_largest_five": as_json(self.largest_five),
            "sum_of_squared_shares": as_json(self.concentration),
            "fund": {
                "held": as_json(self.fund.held),
                "received": as_json(self.fund.received),
                "withheld": self.fund.withheld,
                "not_awarded": as_json(self.unawarded),
            },
            "not_placed": self.not_placed,
            "traced": [_traced(item) for item in self.traced],
        }


def grants_report(fund: Fund, code: str | None, year: FinancialYear, *, internal: bool = False) -> GrantsReport:
    """What draws on the fund of an area (None: of all areas in force) in a year. Raises FundError for an unknown or abolished area."""
    if code is not None:
        fund.area(code, year)
    awards = fund.grants.of(fund.areas, code, year)
    awarded = sum((award.drawn(year) for award in awards), Decimal(0))
    paid = [award.paid_of(year) for award in awards]
    known = [item for item in paid if item is not None]
    received = _received(awards, year)
    small = _words(fund, year)
    sized = [award for award in awards if award.size]
    return GrantsReport(
        year=str(year),
        area=code,
        awarded=awarded,
        paid=sum(known, Decimal(0)) if known else None,
        paid_not_reported=len(paid) - len(known),
        recipients=len(received),
        by_size=_grouped(awards, year, lambda item: item.size, SIZES),
        by_type=_grouped(awards, year, lambda item: item.recipient_type, ()),
        small=sum((item.drawn(year) for item in sized if item.size in small), Decimal(0)) if sized else None,
        size_not_reported=sum((item.drawn(year) for item in awards if not item.size), Decimal(0)),
        months=_lengths(awards),
        months_not_reported=sum(1 for item in awards if item.months is None),
        largest_five=100 * sum(received[:LARGEST], Decimal(0)) / awarded if awarded else None,
        concentration=sum(((item / awarded) ** 2 for item in received), Decimal(0)) if awarded else None,
        fund=_fund(fund, code, year, internal=internal),
        traced=tuple(_trace(fund, award, year) for award in sorted(awards, key=lambda item: (item.day, item.id))),
        not_placed=sum(1 for item in awards if area_of(item, fund.areas, year) is None),
    )


def _fund(fund: Fund, code: str | None, year: FinancialYear, *, internal: bool) -> YearFund:
    if code is not None:
        return year_fund(fund, code, year, internal=internal)
    all_of = [year_fund(fund, area.code, year, internal=internal) for area in fund.areas_in(year)]
    if any(item.withheld for item in all_of):
        return YearFund(withheld=True)
    local, national, received = ([getattr(item, name) for item in all_of] for name in ("local", "national", "received"))
    return YearFund(_sum(local), _sum(national), _sum(received))


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _words(fund: Fund, year: FinancialYear) -> tuple[str, ...]:
    value = fund.rulebook.parameter("small_provider_sizes").at(year.first_day).value
    return value if isinstance(value, tuple) else ()


def _received(awards: Sequence[Award], year: FinancialYear) -> list[Decimal]:
    """Pounds by recipient, largest first; a recipient is known by its identifier."""
    found: dict[str, Decimal] = {}
    for award in awards:
        found[award.recipient] = found.get(award.recipient, Decimal(0)) + award.drawn(year)
    return sorted(found.values(), reverse=True)


def _grouped(
    awards: Sequence[Award], year: FinancialYear, of: Callable[[Award], str | None], order: Sequence[str]
) -> tuple[GrantGroup, ...]:
    found: dict[str, list[Award]] = {}
    for award in awards:
        found.setdefault(of(award) or wording.NOT_REPORTED, []).append(award)
    rank = {name: number for number, name in enumerate(order)}
    last = len(rank)
    names = sorted(found, key=lambda name: (rank.get(name, last), name == wording.NOT_REPORTED, name))
    return tuple(GrantGroup(name, len(found[name]), sum((item.drawn(year) for item in found[name]), Decimal(0))) for name in names)


def _lengths(awards: Sequence[Award]) -> tuple[Decimal, Decimal, Decimal] | None:
    months = [item.months for item in awards if item.months is not None]
    return (min(months), Decimal(median(months)), max(months)) if months else None


def _trace(fund: Fund, award: Award, year: FinancialYear) -> Traced:
    code = area_of(award, fund.areas, year)
    return Traced(award.id, code, award.recipient_name, award.title, award.drawn(year), award.paid_of(year), award.additional_for)


def _group(item: GrantGroup) -> dict[str, Any]:
    return {"name": item.name, "awards": item.awards, "awarded": as_json(item.pounds)}


def _traced(item: Traced) -> dict[str, Any]:
    return {
        "award": item.award,
        "area": item.area,
        "recipient": item.recipient,
        "title": item.title,
        "awarded": as_json(item.pounds),
        "paid": as_json(item.paid),
        "additional_for": item.additional_for,
    }
