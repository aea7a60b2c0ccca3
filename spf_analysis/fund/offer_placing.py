"""Placing the offers of a year: over which areas each would be spread, how much each would get, what stays unplaced and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from spf_analysis.areas import Setting
from spf_analysis.figures import Interpretation
from spf_analysis.fund import rules
from spf_analysis.fund.brokerage import AreaNeed, AreaOffers, Brokerage, Proposal, ProposedAllocation, effect_of, spread
from spf_analysis.fund.offer_readings import OfferReadings
from spf_analysis.fund.offers import Offer
from spf_analysis.fund.position import AreaPosition
from spf_analysis.fund.wishes import Intended, intended
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund

NOBODY = "no area is recorded as taking part in the year"
NOT_THERE = "no area that the offer is meant for is recorded as taking part in the year"
LEFT_OPEN = "the offer is for dialogue: it is for the offerer and the areas to settle where it goes"
PENCE = "allocations are in whole pounds, and the pence stay with the offerer"


@dataclass(frozen=True)
class _Ground:
    """What offers of a year are spread over; mappings are by ODS code and of all areas in force, but for `positions`."""

    fund: Fund
    year: FinancialYear
    settings: Mapping[str, Setting]
    weighted: Mapping[str, int]
    positions: Mapping[str, AreaPosition]
    required: tuple[str, ...]


def brokerage_of(fund: Fund, year: FinancialYear, *, internal: bool = False, at: date | None = None) -> Brokerage:
    """The offers that run in a year as they would be spread; confidential ones, and what rests on confidential lines, with `internal`.

    `at` gives ledger and offers as they stood on a day. Raises FundError for a year that has no rate.
    """
    offers = fund.offers.at(at) if at else fund.offers
    standing = offers.standing(internal=internal)
    hidden = 0 if internal else offers.hidden()
    if not standing:
        return Brokerage(str(year), (), (), hidden, illustrative=fund.illustrative)
    ground = _ground(fund, year, internal=internal, at=at)
    proposals = tuple(_proposal(offer, ground) for offer in standing if year in offer.years)
    waiting = tuple(offer.id for offer in standing if offer.first_year > year)
    return Brokerage(str(year), proposals, _needs(ground), hidden, waiting, fund.illustrative)


def area_offers(brokerage: Brokerage, code: str, fund: Fund, year: FinancialYear) -> AreaOffers:
    """The offers that would reach one area, with what all of them together would do; none of them is confidential."""
    reaching = tuple(item for item in brokerage.proposals if (found := item.of(code)) and found.pounds)
    pounds = sum(found.pounds for item in reaching if (found := item.of(code)))
    position = fund.position(year).of(code) if reaching else None
    effect = effect_of(pounds, position, _required(fund, year)) if position else None
    return AreaOffers(code, str(year), reaching, pounds, effect, fund.illustrative)


def _required(fund: Fund, year: FinancialYear) -> tuple[str, ...]:
    value = fund.rulebook.parameter("required_source_types").at(year.first_day).value
    return value if isinstance(value, tuple) else ()


def _ground(fund: Fund, year: FinancialYear, *, internal: bool, at: date | None) -> _Ground:
    positions = {item.area: item for item in fund.position(year, internal=internal, at=at).areas if _takes_part(item, fund, year, at)}
    weights = fund.tables.weights_for(fund.areas.vintage(year.first_day).start, year)
    return _Ground(
        fund, year, fund.settings(year), {item.area: item.weighted for item in weights}, positions, _required(fund, year)
    )  # fmt: skip


def _takes_part(item: AreaPosition, fund: Fund, year: FinancialYear, at: date | None) -> bool:
    """Whether an area is recorded as taking part, and for years that include this one where it recorded its years."""
    recorded = (fund.ledger.at(at) if at else fund.ledger).participation(item.area)
    if not item.takes_part or recorded is None:
        return bool(item.takes_part)
    starts, ends = recorded.first_year or year, recorded.last_year or year
    return starts <= year <= ends


def _proposal(offer: Offer, ground: _Ground) -> Proposal:
    meant = intended(offer, ground.settings, ground.fund.areas, ground.year)
    amount = offer.in_year(ground.year)
    weights = {code: ground.weighted[code] for code in sorted(meant.reasons) if code in ground.positions}
    pounds = spread(int(amount), weights)
    allocations = tuple(_allocation(code, pounds[code], weights, meant, ground) for code in weights)
    unplaced = amount - sum(pounds.values())
    left_out = tuple(code for code in sorted(meant.reasons) if code not in weights)
    named = () if offer.wish.way == "comprehensive" else left_out
    why = _why(offer, allocations, unplaced, ground)
    rule = ground.fund.rulebook.parameter("ways").at(ground.year.first_day).reference
    said = offer.wish.said_of({code: place.name for code, place in ground.settings.items()})
    found = Proposal(
        offer, str(ground.year), said, amount, allocations, unplaced, why, rule, named, meant.unknown, illustrative=ground.fund.illustrative
    )
    return replace(found, interpretations=_readings(found, ground)) if allocations else found


def _allocation(code: str, pounds: int, weights: Mapping[str, int], meant: Intended, ground: _Ground) -> ProposedAllocation:
    position = ground.positions[code]
    portion = Decimal(weights[code]) / sum(weights.values())
    effect = effect_of(pounds, position, ground.required)
    return ProposedAllocation(code, ground.settings[code].name, pounds, weights[code], portion, meant.reasons[code], effect)


def _why(offer: Offer, allocations: tuple[ProposedAllocation, ...], unplaced: Decimal, ground: _Ground) -> str | None:
    if offer.wish.way == "dialogue":
        return LEFT_OPEN
    if not allocations:
        return NOT_THERE if ground.positions else NOBODY
    return PENCE if unplaced else None


def _readings(found: Proposal, ground: _Ground) -> tuple[Interpretation, ...]:
    ratio = ground.fund.rulebook.parameter("match_ratio").at(ground.year.first_day).number
    matches = {code: rules.matched_if_met(item.local_investment_share, ratio) for code, item in ground.positions.items()}
    left_out = {code: ground.weighted[code] for code in found.left_out}
    targeted = found.offer.wish.way == "targeted"
    return OfferReadings(found.allocations, matches, left_out).of(ground.fund.rulebook, targeted=targeted)


def _needs(ground: _Ground) -> tuple[AreaNeed, ...]:
    """The areas that take part, in alphabetical order."""
    found = [_need(position, ground) for position in ground.positions.values()]
    return tuple(sorted(found, key=lambda item: item.name))


def _need(position: AreaPosition, ground: _Ground) -> AreaNeed:
    place = ground.settings[position.area]
    missing = tuple(kind for kind in ground.required if not position.contributions.get(kind))
    return AreaNeed(
        area=position.area,
        name=place.name,
        region=place.region,
        rurality=place.rurality,
        deprivation=place.deprivation,
        local_investment_share=position.local_investment_share,
        shortfall=position.shortfall,
        missing_sources=None if position.withheld else missing,
    )
