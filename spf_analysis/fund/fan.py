"""A range of the past, never a forecast: what ten years would bring if inflation came once more in blocks of the real Septembers.

The Septembers not published yet are filled with blocks of consecutive Septembers drawn from the published series, which begins in
1997 because its earlier years are modelled. Blocks, because high inflation comes in spells; drawn with a fixed seed, so that the same
data give the same range. The range is the middle eight tenths of the draws. Method: moving-block bootstrap (Kuensch 1989).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from spf_analysis.errors import FundError
from spf_analysis.fund import rules
from spf_analysis.fund.parameters import Parameter
from spf_analysis.periods import FinancialYear

BLOCK, DRAWS, SEED, FROM = 3, 2000, 1997, 1997
LOW, MIDDLE, HIGH = Decimal("0.1"), Decimal("0.5"), Decimal("0.9")
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
    random = Random(SEED)
    draws = [_drawn(first_share, term, known, random) for _ in range(DRAWS)]
    nominal, today = [draw[0] for draw in draws], [draw[1] for draw in draws]
    years = tuple(
        FanYear(year, _range([draw[index] for draw in nominal]), _range([draw[index] for draw in today])) for index, year in enumerate(term)
    )
    return Fan(years, _range([sum(draw) for draw in nominal]), _range([sum(draw) for draw in today]), septembers)


def blocks(series: Sequence[Decimal], length: int, random: Random) -> list[Decimal]:
    """So many values in blocks of consecutive ones, each block as likely as any other; the last one is cut where it is too long."""
    found: list[Decimal] = []
    while len(found) < length:
        start = random.randrange(len(series) - BLOCK + 1)
        found += series[start : start + BLOCK]
    return found[:length]


def _drawn(
    first_share: Decimal, term: tuple[FinancialYear, ...], known: dict[int, Decimal], random: Random
) -> tuple[list[Decimal], list[Decimal]]:
    """One draw: the share of each year, nominal and at the prices of the first year's September."""
    needed = [year.start_year for year in term]
    open_years = [year for year in needed if year not in known]
    drawn = dict(zip(open_years, blocks([known[year] for year in sorted(known)], len(open_years), random), strict=True))
    cpi = {**known, **drawn}
    nominal, today, share, prices = [first_share], [first_share], first_share, Decimal(1)
    for year in needed[1:]:
        share = rules.rate_per_head(share, [cpi[year - 1]])
        prices = rules.rate_per_head(prices, [cpi[year]])
        nominal.append(share)
        today.append(share / prices)
    return nominal, today


def _range(amounts: Sequence[Decimal | int]) -> Range:
    """Low, middle and high by nearest rank."""
    ranked = sorted(amounts)
    low, middle, high = (rules.whole_pounds(Decimal(ranked[math.ceil(part * len(ranked)) - 1])) for part in (LOW, MIDDLE, HIGH))
    return Range(low, middle, high)
