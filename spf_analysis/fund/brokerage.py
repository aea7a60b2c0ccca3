"""Brokerage of offers [34, 35]: how each would be spread over areas that take part, and what that would do there.

An allocation is a proposal for a conversation and binds nobody. Whether it also satisfies the third type of source is open [32, 35].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.figures import Figure, Interpretation, Reference, as_json
from spf_analysis.fund import rules
from spf_analysis.fund.offers import OFFERER_SAID, Offer
from spf_analysis.fund.position import AreaPosition
from spf_analysis.fund.rules import Condition

THIRD = "employers_philanthropists"
OPEN = "brokered-offers"


@dataclass(frozen=True)
class OfferEffect:
    """What pounds from offers would do to an area's shortfall and to the condition on sources.

    `beyond` are pounds that the share does not need and that nobody would match. `sources` is the condition once the pounds are
    counted; where it rests on them alone, `open_question` names the interpretation. All None where a confidential line stands behind.
    """

    shortfall_before: Decimal | None
    shortfall: Decimal | None
    beyond: Decimal | None
    sources_before: Condition | None
    sources: Condition | None
    open_question: str | None

    def as_dict(self) -> dict[str, Any]:
        """The effect as JSON."""
        return {
            "shortfall_before": as_json(self.shortfall_before),
            "shortfall": as_json(self.shortfall),
            "beyond_the_share": as_json(self.beyond),
            "sources_before": None if self.sources_before is None else str(self.sources_before),
            "sources": None if self.sources is None else str(self.sources),
            "open_question": self.open_question,
        }


@dataclass(frozen=True)
class ProposedAllocation:
    """Whole pounds of an offer proposed for an area in a year, with the reason and the effect by itself, without other offers.

    `why` says why the offer is meant for the area; `portion` is its part of the weighted population of all such areas that take part.
    """

    area: str
    name: str
    pounds: int
    weighted: int
    portion: Decimal
    why: str
    effect: OfferEffect

    @property
    def reason(self) -> str:
        """Why the area would get what it would get, so that it can be worked out again."""
        part = wording.per_cent(self.portion * 100)
        return f"It takes part, and {self.why}; its weighted population of {wording.whole(self.weighted)} is {part} of all such areas"

    def as_dict(self) -> dict[str, Any]:
        """The allocation as JSON."""
        plain = {"area": self.area, "name": self.name, "pounds": self.pounds, "weighted_population": self.weighted, "reason": self.reason}
        return {**plain, "effect": self.effect.as_dict()}


@dataclass(frozen=True)
class Proposal:
    """How an offer would be spread in a year: whole pounds by area that, with what is left `unplaced`, sum to the year's amount.

    `left_out` are areas that it is meant for and that do not take part; `unknown` those of which nobody can say. `interpretations`
    are the readings behind it with what another would change in pounds; `rule` is where the draft has such offers.
    """

    offer: Offer
    year: str
    wish_said: str
    amount: Decimal
    allocations: tuple[ProposedAllocation, ...]
    unplaced: Decimal
    why_unplaced: str | None
    rule: Reference
    left_out: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()
    illustrative: bool = False

    @property
    def placed(self) -> int:
        """Whole pounds that found a place."""
        return sum(item.pounds for item in self.allocations)

    @property
    def withheld(self) -> tuple[str, ...]:
        """The areas of which nothing is said but the pounds, because a confidential line stands behind the rest."""
        return tuple(item.area for item in self.allocations if item.effect.shortfall is None)

    @property
    def kind_said(self) -> str:
        """What kind of offerer it is, in words."""
        return OFFERER_SAID[self.offer.kind]

    def figures(self) -> tuple[Figure, ...]:
        """The offer in figures for the head of a briefing; what a confidential line stands behind is left out."""
        noted = f"recorded in {self.offer.reference.source}, {self.offer.reference.locator}"
        counted = [item.pounds - item.effect.beyond for item in self.allocations if item.effect.beyond is not None]
        found: list[tuple[str, str, Decimal | int, str, str | None]] = [
            ("offer_total", f"Offered for {self.offer.years_said}", self.offer.amount, "GBP and pence", noted),
            ("offer_in_year", f"Of this in {self.year}", self.amount, "GBP and pence", "in equal parts over its years"),
            ("offer_unplaced", "Not placed", self.unplaced, "GBP and pence", self.why_unplaced),
        ]
        reached: list[tuple[str, str, Decimal | int, str, str | None]] = [
            ("offer_placed", f"Would find a place in {self.year}", self.placed, "GBP", None),
            ("offer_areas", "Areas that it would reach", len(self.allocations), "count", None),
            *([("offer_counted", "Would count towards shares", sum(counted, Decimal(0)), "GBP", None)] if not self.withheld else []),
        ]
        shown = [*found[:2], *reached] if self.allocations else found
        return tuple(Figure(name, label, value, unit, (self.rule,), note=note) for name, label, value, unit, note in shown)

    def of(self, code: str) -> ProposedAllocation | None:
        """What is proposed for an area, or None."""
        return next((item for item in self.allocations if item.area == code), None)

    def as_dict(self) -> dict[str, Any]:
        """The proposal as `spf fund brokerage --json` prints it."""
        offer = self.offer
        wish = {
            "way": offer.wish.way,
            "target_by": offer.wish.by,
            "targets": list(offer.wish.targets),
            "interest": offer.wish.interest,
            "said": self.wish_said,
        }
        return {
            "offer": offer.id,
            "offerer": offer.offerer,
            "kind": offer.kind,
            "total": as_json(offer.amount),
            "years": [str(year) for year in offer.years],
            "wish": wish,
            "conditions": offer.conditions,
            "confidential": offer.confidential,
            "reference": offer.reference.as_dict(),
            "amount": as_json(self.amount),
            "placed": self.placed,
            "unplaced": as_json(self.unplaced),
            "why_unplaced": self.why_unplaced,
            "allocations": [item.as_dict() for item in self.allocations],
            "left_out": list(self.left_out),
            "unknown": list(self.unknown),
            "withheld": list(self.withheld),
            "interpretations": [item.as_dict() for item in self.interpretations],
        }


@dataclass(frozen=True)
class AreaNeed:
    """What an area that takes part is like and still needs, to be laid beside an offer for dialogue; nobody is told who should pay.

    `missing_sources` are the types of source that nothing is committed from; None where a confidential line stands behind it.
    """

    area: str
    name: str
    region: str | None
    rurality: str | None
    deprivation: Decimal | None
    local_investment_share: int
    shortfall: Decimal | None
    missing_sources: tuple[str, ...] | None

    def as_dict(self) -> dict[str, Any]:
        """The need as JSON."""
        plain = {"area": self.area, "name": self.name, "region": self.region, "rurality": self.rurality}
        missing = None if self.missing_sources is None else list(self.missing_sources)
        pounds = {"local_investment_share": self.local_investment_share, "shortfall": as_json(self.shortfall)}
        return {**plain, "deprivation": as_json(self.deprivation), **pounds, "missing_sources": missing}


@dataclass(frozen=True)
class AreaOffers:
    """The offers that would reach one area in a year, their sum in pounds, and what all of them together would do there."""

    area: str
    year: str
    proposals: tuple[Proposal, ...]
    pounds: int
    effect: OfferEffect | None
    illustrative: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The offers as a briefing for the area is told them."""
        rows = [
            {"offer": item.offer.id, "offerer": item.offer.offerer, "kind": item.kind_said, "pounds": found.pounds, "reason": found.reason}
            for item in self.proposals
            if (found := item.of(self.area))
        ]
        return {"offers": rows, "pounds": self.pounds, "effect": self.effect.as_dict() if self.effect else None}


@dataclass(frozen=True)
class Brokerage:
    """All offers of a year as they would be spread, and the areas that take part with what they still need."""

    year: str
    proposals: tuple[Proposal, ...]
    needs: tuple[AreaNeed, ...]
    hidden: int = 0
    waiting: tuple[str, ...] = ()
    illustrative: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no offer runs in the year."""
        return not self.proposals

    @property
    def placed(self) -> int:
        """Whole pounds that found a place."""
        return sum(item.placed for item in self.proposals)

    def of(self, offer: str) -> Proposal | None:
        """The proposal for one offer, or None where it does not run in the year."""
        return next((item for item in self.proposals if item.offer.id == offer), None)

    def as_dict(self) -> dict[str, Any]:
        """The brokerage as `spf fund brokerage --json` prints it; `hidden` counts confidential offers and tells nothing else of them."""
        return {
            "year": self.year,
            "offers": [item.as_dict() for item in self.proposals],
            "needs": [item.as_dict() for item in self.needs],
            "waiting": list(self.waiting),
            "hidden": self.hidden,
        }


def effect_of(pounds: int, position: AreaPosition, required: tuple[str, ...]) -> OfferEffect:
    """What pounds from offers would do in an area, under the reading that the amount counts towards the share [35]."""
    if position.withheld or position.shortfall is None:
        return OfferEffect(None, None, None, None, None, None)
    before = position.shortfall
    by_type = {kind: amount or Decimal(0) for kind, amount in position.contributions.items()}
    third = by_type.get(THIRD, Decimal(0))
    counted = {**by_type, THIRD: third + pounds}
    rests = bool(pounds) and (third == 0 or position.open_question is not None)
    return OfferEffect(
        shortfall_before=before,
        shortfall=max(before - pounds, Decimal(0)),
        beyond=max(pounds - before, Decimal(0)),
        sources_before=position.conditions["sources"],
        sources=rules.sources_condition(counted, required) if pounds else position.conditions["sources"],
        open_question=OPEN if rests else None,
    )


def spread(pounds: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole pounds by area in proportion to weighted population, by largest remainder; they sum to `pounds` [34 (i)]."""
    whole = sum(weights.values())
    exact = {code: Decimal(pounds) * weight / whole for code, weight in weights.items()} if whole else {}
    return rules.largest_remainder(exact, pounds) if exact else {}
