"""Which areas an offer is meant for in a year, each with the reason: all of them, or those of a region, need, density or name [34]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from spf_analysis import wording
from spf_analysis.areas import Areas, Setting
from spf_analysis.fund.offers import Offer, Wish
from spf_analysis.periods import FinancialYear


@dataclass(frozen=True)
class Intended:
    """The areas in force that an offer is meant for, by ODS code, each with the reason in words.

    `unknown` are areas of which nobody can say whether it is meant for them, because what it goes by is not reported for them.
    """

    reasons: Mapping[str, str]
    unknown: tuple[str, ...] = ()


def intended(offer: Offer, settings: Mapping[str, Setting], areas: Areas, year: FinancialYear) -> Intended:
    """The areas that an offer is meant for, taking part or not; none for dialogue, in which it is left open."""
    if offer.wish.way == "comprehensive":
        return Intended(dict.fromkeys(settings, "the offer is for every area that takes part"))
    if offer.wish.way == "dialogue":
        return Intended({})
    if offer.wish.by == "areas":
        return Intended(_named(offer, settings, areas, year))
    ways: dict[str, Callable[[Wish, Mapping[str, Setting]], Intended]] = {
        "region": _in_region,
        "deprivation": _most_deprived,
        "rurality": _of_density,
    }
    return ways[offer.wish.by or "region"](offer.wish, settings)


def _in_region(wish: Wish, settings: Mapping[str, Setting]) -> Intended:
    reasons = {code: f"it lies in {place.region}" for code, place in settings.items() if place.region in wish.targets}
    return Intended(reasons, tuple(code for code, place in settings.items() if place.region is None))


def _of_density(wish: Wish, settings: Mapping[str, Setting]) -> Intended:
    reasons = {
        code: f"it is {place.rurality} ({wording.said(place.density, 'people per km2')})"
        for code, place in settings.items()
        if place.rurality in wish.targets
    }
    return Intended(reasons, tuple(code for code, place in settings.items() if place.rurality is None))


def _most_deprived(wish: Wish, settings: Mapping[str, Setting]) -> Intended:
    """The most deprived part of the areas that have a score, rounded up to whole areas; equal scores go by code."""
    scores = {code: place.deprivation for code, place in settings.items() if place.deprivation is not None}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    exact = Decimal(len(ranked)) * Decimal(wish.targets[0]) / 100
    most = int(exact.to_integral_value(ROUND_CEILING))
    said = f"it is among the {most} most deprived of {len(ranked)} areas with a score"
    reasons = {code: f"{said} ({wording.decimal(scores[code], 1)})" for code in ranked[:most]}
    return Intended(reasons, tuple(code for code in settings if code not in scores))


def _named(offer: Offer, settings: Mapping[str, Setting], areas: Areas, year: FinancialYear) -> dict[str, str]:
    """The areas named in the offer; one that was abolished since stands for its successors."""
    found: dict[str, str] = {}
    for code in offer.wish.targets:
        if code in settings:
            found.setdefault(code, "it is named in the offer")
            continue
        former = areas.get(code, offer.first_year.first_day)
        for successor in areas.successors(former):
            if successor in settings:
                found.setdefault(successor, f"it followed {former.short_name}, which is named in the offer")
    return found
