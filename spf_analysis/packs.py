"""Briefings that there are only while the Fund's ledger has a subject for them: a pack for each offer, and one on demonstrators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spf_analysis.areas import Areas
from spf_analysis.errors import Problem
from spf_analysis.fund.application_reading import read_applications
from spf_analysis.fund.demonstrators import Applications
from spf_analysis.fund.offer_reading import read_offers
from spf_analysis.fund.offers import Offer, Offers
from spf_analysis.periods import FinancialYear
from spf_analysis.settings import PACK_KINDS

BROKERAGE, DEMONSTRATORS = PACK_KINDS


@dataclass(frozen=True)
class Pack:
    """One such briefing: its kind in `spf.toml`, its target, how it is titled and listed, and what its notebook is told besides."""

    kind: str
    target: str
    title: str
    subtitle: str
    listed: str
    about: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)


def subjects_of(ledger: Path, areas: Areas) -> tuple[Offers, Applications]:
    """The offers and applications of a ledger's folder, without the rest of the Fund, whose reader tells what is wrong in them."""
    problems: list[Problem] = []
    return read_offers(ledger, areas, problems), read_applications(ledger, areas, problems)


def packs_of(offers: Offers, applications: Applications, kinds: Mapping[str, object], year: FinancialYear) -> dict[str, Pack]:
    """The packs of a year by target, as far as the workbench has their kinds; none while the ledger holds no offer and no application.

    A confidential offer has no pack: what is built can be sent to anybody.
    """
    found = [*_for_offers(offers, year), *_on_demonstrators(applications)]
    return {pack.target: pack for pack in found if pack.kind in kinds}


def _for_offers(offers: Offers, year: FinancialYear) -> Iterator[Pack]:
    for offer in offers.standing():
        if year in offer.years:
            yield pack_for(offer)


def pack_for(offer: Offer) -> Pack:
    """The pack for one offer."""
    return Pack(
        kind=BROKERAGE,
        target=f"{BROKERAGE}-{offer.id}",
        title=f"What the offer of {offer.offerer} would do",
        subtitle="Brokerage pack",
        listed=f"Brokerage pack: {offer.offerer}",
        about={"name": offer.offerer, "offer": offer.id},
        parameters={"offer": offer.id},
    )


def _on_demonstrators(applications: Applications) -> Iterator[Pack]:
    if applications.standing():
        yield Pack(
            kind=DEMONSTRATORS,
            target=DEMONSTRATORS,
            title="Areas that would start early: applications to be a demonstrator",
            subtitle="Report for the panel",
            listed="Demonstrators report",
            about={"name": "England"},
        )
