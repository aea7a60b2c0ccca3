"""A range of the past, never a forecast: what ten years would bring if inflation came once more in blocks of the real Septembers.

The Septembers not published yet are filled with blocks of consecutive Septembers drawn from the published series, which begins in
1997 because its earlier years are modelled. Blocks, because high inflation comes in spells; drawn with a fixed seed, so that the same
data give the same range. The range is the middle eight tenths of the draws. Method: moving-block bootstrap (Kuensch 1989).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from spf_analysis.errors import FundError
from spf_analysis.fund import rules
from spf_analysis.fund.parameters import Parameter
from spf_analysis.periods import FinancialYear

BLOCK, DRAWS, SEED, FROM = 3, 2000, 1997, 1997
LOW, MIDDLE, HIGH = Decimal("0.1"), Decimal("0.5"), Decimal("0.9")
Ranked = tuple[Decimal, Decimal, Decimal]
CALLED = "a range of the past, never a forecast"


@dataclass(frozen=True)
class Range:
    """Whole pounds below which a tenth, a half and nine tenths of the draws lie."""

    low: int
    middle: int
    high: int

    def as_dict(self) -> dict[str, int]:
        return {"low": self.low, "middle": self.middle, "high": self.high}


@dataclass(frozen=True)
class FanYear:
    """The range of a year's share, nominal and at the prices of the first year."""

    year: FinancialYear
    share: Range
    share_today: Range

    def as_dict(self) -> dict[str, Any]:
        today = self.share_today.as_dict()
        return {"year": str(self.year), "share": self.share.as_dict(), "share_at_first_year_prices": today}


@dataclass(frozen=True)
class Fan:
    """The ranges of a term and of its sum, and how they were drawn: `septembers` are the years of the series that blocks came from."""

    years: tuple[FanYear, ...]
    total: Range
    total_today: Range
    septembers: tuple[int, ...]

    def as_dict(self) -> dict[str, Any]:
        """The fan as `spf fund path --json` prints it."""
        method = {"block": BLOCK, "draws": DRAWS, "seed": SEED, "first": self.septembers[0], "last": self.septembers[-1]}
        return {
            "called": CALLED,
            "method": method,
            "years": [item.as_dict() for item in self.years],
            "total": self.total.as_dict(),
            "total_at_first_year_prices": self.total_today.as_dict(),
        }


def fan_of(first_share: Decimal, term: tuple[FinancialYear, ...], inflation: Parameter) -> Fan:
    """The fan of a share that is `first_share` pounds in the first year of a term and moves with the September before [27, 29].

    Only published Septembers are drawn from, never a scenario's. Raises FundError where the series holds fewer than a block.
    """
    published = (item for item in inflation.values if item.day.month == 9 and not (item.note or "").startswith("scenario"))
    known = {item.day.year: item.number for item in published if item.day.year >= FROM}
    septembers = tuple(sorted(known))
    if len(septembers) < BLOCK:
        raise FundError("there are too few Septembers to draw blocks from", where="fund", hint=f"At least {BLOCK} are needed.")
    *each_year, (total, total_today) = _growth(term, tuple(known.items()))
    years = tuple(
        FanYear(year, _range(first_share, nominal), _range(first_share, today))
        for year, (nominal, today) in zip(term, each_year, strict=True)
    )
    return Fan(years, _range(first_share, total), _range(first_share, total_today), septembers)


@cache
def _growth(term: tuple[FinancialYear, ...], known: tuple[tuple[int, Decimal], ...]) -> tuple[tuple[Ranked, Ranked], ...]:
    """What becomes of one pound in each year of a term, and last of their sum: low, middle and high of the draws.

    Nominal and at the prices of the first year's September. Every share moves in proportion, so that the draws are made once for all.
    """
    random = Random(SEED)
    nominal, today = zip(*(_drawn(term, dict(known), random) for _ in range(DRAWS)), strict=True)
    return tuple(zip(_ranked_by_year(nominal), _ranked_by_year(today), strict=True))


def _ranked_by_year(draws: Iterable[Sequence[Decimal]]) -> list[Ranked]:
    with_sums = ((*amounts, sum(amounts, Decimal())) for amounts in draws)
    return [_ranked(amounts) for amounts in zip(*with_sums, strict=True)]


def blocks(series: Sequence[Decimal], length: int, random: Random) -> list[Decimal]:
    """So many values in blocks of consecutive ones, each block as likely as any other; the last one is cut where it is too long."""
    found: list[Decimal] = []
    while len(found) < length:
        start = random.randrange(len(series) - BLOCK + 1)
        found += series[start : start + BLOCK]
    return found[:length]


def _drawn(term: tuple[FinancialYear, ...], known: dict[int, Decimal], random: Random) -> tuple[list[Decimal], list[Decimal]]:
    """One draw: what becomes of one pound in each year, nominal and at the prices of the first year's September."""
    needed = [year.start_year for year in term]
    open_years = [year for year in needed if year not in known]
    drawn = dict(zip(open_years, blocks([known[year] for year in sorted(known)], len(open_years), random), strict=True))
    cpi = {**known, **drawn}
    pound, prices = Decimal(1), Decimal(1)
    nominal, today = [pound], [pound]
    for year in needed[1:]:
        pound = rules.rate_per_head(pound, [cpi[year - 1]])
        prices = rules.rate_per_head(prices, [cpi[year]])
        nominal.append(pound)
        today.append(pound / prices)
    return nominal, today


def _ranked(amounts: Sequence[Decimal]) -> Ranked:
    """Low, middle and high by nearest rank."""
    ranked = sorted(amounts)
    low, middle, high = (ranked[math.ceil(part * len(ranked)) - 1] for part in (LOW, MIDDLE, HIGH))
    return low, middle, high


def _range(first_share: Decimal, grown: Ranked) -> Range:
    return Range(*(rules.whole_pounds(first_share * growth) for growth in grown))
