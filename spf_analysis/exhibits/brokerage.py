"""Tables and a chart of offers: how one would be spread, what hangs on each reading, and offers beside needs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import altair as alt
import pandas as pd

from spf_analysis import wording
from spf_analysis.context import Exhibit
from spf_analysis.exhibits import house
from spf_analysis.fund.brokerage import AreaNeed, AreaOffers, Brokerage, OfferEffect, Proposal, ProposedAllocation

RULES = "Rules: early draft of January 2024, not adopted"
WEIGHTS = "weighted populations: NHS England, the latest year at hand"
LEDGER = "offers, participation and contributions: ledger of this workbench"
NOTE = f"{RULES}; {WEIGHTS}; {LEDGER}"
NOT_SHOWN = "not shown"
MANY = 14
PARTS = ("Counts towards the share", "Beyond the share", "Rest not shown")
SOURCE_TYPES = {
    "nhs": "the NHS",
    "local_government": "local government",
    "employers_philanthropists": "employers or philanthropists",
}


def allocation_table(proposal: Proposal) -> Exhibit:
    """How an offer would be spread in a year: whole pounds by area in alphabetical order, with reason and effect, and their sum."""
    ordered = sorted(proposal.allocations, key=lambda item: item.name)
    rows = [
        (
            item.name,
            f"{item.why[0].upper()}{item.why[1:]}",
            f"{wording.whole(item.weighted)} ({wording.per_cent(item.portion * 100)})",
            wording.pounds(item.pounds),
            _pounds(item.effect.shortfall_before),
            _pounds(item.effect.shortfall),
            third_source(item.effect),
        )
        for item in ordered
    ]
    rows.append(("All", "", "", wording.pounds(proposal.placed), "", "", ""))
    return Exhibit(
        id="tbl-allocation",
        kind="table",
        caption=f"How the offer would be spread in {proposal.year}, and what it would do",
        source_note=f"{NOTE}. Missing: what would still be missing from the area's share, by itself and without other offers",
        alt=f"A table of {len(ordered)} areas that would get {wording.pounds(proposal.placed)} between them, each with why the offer is "
        "meant for it, its weighted population, pounds, what is missing from its share before and after, and the third type of source.",
        columns=("Area", "Why", "Weighted population", "Would get", "Missing before", "Missing after", "Third type of source"),
        rows=tuple(rows),
        align="llrrrrl",
        widths=(19, 22, 14, 11, 11, 11, 12),
        illustrative=proposal.illustrative,
    )


def third_source(effect: OfferEffect) -> str:
    """What an offer would do to the condition that all three types of source contribute, in words."""
    if effect.sources is None:
        return NOT_SHOWN
    return "Open question" if effect.open_question else "From others too"


def _pounds(amount: Decimal | None) -> str:
    return NOT_SHOWN if amount is None else wording.pounds(amount)


def allocation_chart(proposal: Proposal) -> Exhibit:
    """Pounds by area, in alphabetical order: what would count towards the share, and what the share does not need."""
    ordered = sorted((item for item in proposal.allocations if item.pounds), key=lambda item: item.name)
    parts = [(item, item.effect.beyond or Decimal(0)) for item in ordered]
    frame = pd.DataFrame(
        [
            {"area": item.name, "part": part, "pounds": float(amount), "order": order}
            for item, beyond in parts
            for order, part, amount in (
                (0, PARTS[2] if item.effect.beyond is None else PARTS[0], item.pounds - beyond),
                (1, PARTS[1], beyond),
            )
            if amount
        ]
    )
    totals = pd.DataFrame([{"area": item.name, "pounds": item.pounds, "said": _bar_said(item, beyond)} for item, beyond in parts])
    most, least = max(ordered, key=lambda item: item.pounds), min(ordered, key=lambda item: item.pounds)
    alt_text = (
        f"A bar for each of {len(ordered)} areas in alphabetical order, from {wording.pounds(least.pounds)} in {least.name} to "
        f"{wording.pounds(most.pounds)} in {most.name}; {wording.pounds(sum((beyond for _, beyond in parts), Decimal(0)))} in all would go "
        "beyond what shares still need. Every value stands in the table."
    )
    y = alt.Y("area:N", title=None, sort=[item.name for item in ordered])
    names = [name for name in PARTS if name in set(frame["part"])]
    colours = [{PARTS[0]: house.HERE, PARTS[1]: house.ACCENT, PARTS[2]: house.OTHERS}[name] for name in names]
    colour = alt.Color(
        "part:N",
        title=None,
        scale=alt.Scale(domain=names, range=colours),
        legend=alt.Legend(orient="top", labelLimit=300),
    )
    x = alt.X(
        "pounds:Q",
        title=f"Pounds in {proposal.year}",
        axis=alt.Axis(format="$,.0f", tickCount=4),
        scale=alt.Scale(domainMax=most.pounds * 1.45),
    )
    bars = alt.Chart(frame).mark_bar(height=11).encode(y=y, x=x, color=colour, order="order:Q")
    labels = alt.Chart(totals).mark_text(align="left", dx=5, fontSize=11).encode(y=y, x="pounds:Q", text="said:N")
    return Exhibit(
        id="fig-allocation",
        kind="chart",
        caption=f"Where the offer would go in {proposal.year}",
        source_note=f"{NOTE}. Where it rests on confidential lines, nothing is said of what an area's share still needs",
        alt=alt_text,
        spec=house.spec(
            alt.layer(bars, labels).properties(width=house.WIDTH - 250, height=max((14 if len(ordered) > MANY else 20) * len(ordered), 60)),
            alt_text,
        ),
        columns=("Area", "Part of the offer", "Pounds"),
        rows=tuple((row["area"], row["part"], wording.pounds(row["pounds"])) for row in frame.to_dict("records")),
        align="llr",
        illustrative=proposal.illustrative,
    )


def _bar_said(item: ProposedAllocation, beyond: Decimal) -> str:
    if item.effect.beyond is None:
        return f"{wording.pounds(item.pounds)}, rest not shown"
    if beyond == item.pounds:
        return f"{wording.pounds(item.pounds)}, all beyond"
    return wording.pounds(item.pounds) + (f", {wording.pounds(beyond)} beyond" if beyond else "")


def offer_readings_table(proposal: Proposal) -> Exhibit:
    """The readings that a proposal rests on, and the pounds that hang on each one not taken."""
    rows = tuple(
        (f"{item.question} Chosen: {item.chosen}", alternative, NOT_SHOWN if effect is None else wording.pounds(effect))
        for item in proposal.interpretations
        for alternative, effect in item.effects
    )
    return Exhibit(
        id="tbl-offer-readings",
        kind="table",
        caption=f"Readings chosen where the draft is open, and the pounds of {proposal.year} that hang on another",
        source_note=f"{NOTE}. For the third type of source the pounds are the match of areas that would reach their share and have nothing "
        "else of that type; otherwise they are pounds of the offer that would go elsewhere, wait, or no longer count"
        + (". Areas with confidential lines are left out of these pounds" if proposal.withheld else ""),
        alt=f"A table of {len(rows)} readings not taken, each with the question, the reading chosen and the pounds that hang on it.",
        columns=("Question, and the reading chosen", "Another reading", "Pounds that hang on it"),
        rows=rows,
        align="llr",
        widths=(48, 36, 16),
        illustrative=proposal.illustrative,
    )


def needs_table(needs: Sequence[AreaNeed], year: str, *, illustrative: bool = False) -> Exhibit:
    """The areas that take part, in alphabetical order, with what is still missing there; to be laid beside an offer for dialogue."""
    rows = tuple(
        (
            item.name,
            item.region or wording.NOT_REPORTED,
            item.rurality or wording.NOT_REPORTED,
            wording.decimal(item.deprivation, 1),
            wording.pounds(item.local_investment_share),
            _pounds(item.shortfall),
            _types(item.missing_sources),
        )
        for item in needs
    )
    return Exhibit(
        id="tbl-needs",
        kind="table",
        caption=f"Areas that take part, and what would still be missing from their share in {year}",
        source_note=f"{RULES}; participation and contributions: ledger of this workbench; deprivation: average score of the Index of "
        "Multiple Deprivation 2025, where higher is more deprived. Density in words by bands of this workbench",
        alt=f"A table of {len(rows)} areas in alphabetical order with region, density, deprivation, share, what is missing, and the types "
        "of source that nothing is committed from.",
        columns=("Area", "Region", "Density", "Deprivation", "Share", "Missing", "Nothing yet from"),
        rows=rows,
        align="lllrrrl",
        widths=(20, 13, 14, 11, 13, 13, 16),
        illustrative=illustrative,
    )


def _types(kinds: Sequence[str] | None) -> str:
    if kinds is None:
        return NOT_SHOWN
    if len(kinds) == len(SOURCE_TYPES):
        return "all three types"
    return wording.listed(SOURCE_TYPES.get(kind, kind) for kind in kinds) or "none: each has given"


def for_area(offers: AreaOffers) -> tuple[Exhibit, ...]:
    """The offers that would reach an area, as one table; nothing where none would."""
    if not offers.proposals:
        return ()
    found = [(item, allocation) for item in offers.proposals if (allocation := item.of(offers.area))]
    rows = [
        (
            item.offer.offerer,
            item.kind_said.capitalize(),
            f"{allocation.why[0].upper()}{allocation.why[1:]}",
            wording.pounds(allocation.pounds),
        )
        for item, allocation in found
    ]
    rows.append(("All", "", "", wording.pounds(offers.pounds)))
    table = Exhibit(
        id="tbl-offers",
        kind="table",
        caption=f"Offers to several areas that would reach this one in {offers.year}",
        source_note=NOTE,
        alt=f"A table of {len(found)} offers, each with who makes it, why it is meant for the area, and pounds; "
        f"{wording.pounds(offers.pounds)} in all.",
        columns=("Offer of", "Kind", "Why it would reach the area", "Would get"),
        rows=tuple(rows),
        align="lllr",
        widths=(28, 16, 40, 16),
        illustrative=offers.illustrative,
    )
    return (table,)


def overview(brokerage: Brokerage) -> tuple[Exhibit, ...]:
    """All offers of a year with wish, pounds, places and what stays unplaced, as one table; nothing where there is none."""
    if brokerage.is_empty:
        return ()
    rows = tuple(
        (
            item.offer.offerer,
            f"{item.wish_said[0].upper()}{item.wish_said[1:]}",
            wording.pounds_and_pence(item.amount),
            wording.counted(len(item.allocations), "area"),
            wording.pounds(item.placed),
            item.why_unplaced[0].upper() + item.why_unplaced[1:] if item.why_unplaced else "All of it is placed",
        )
        for item in brokerage.proposals
    )
    table = Exhibit(
        id="tbl-brokerage",
        kind="table",
        caption=f"Offers to several areas, and how far they would find a place in {brokerage.year}",
        source_note=NOTE,
        alt=f"A table of {len(rows)} offers, each with its wish, its pounds of the year, the areas it would reach, pounds placed, and why "
        "the rest is not.",
        columns=("Offer of", "Wish", f"In {brokerage.year}", "Would reach", "Placed", "What is not placed"),
        rows=rows,
        align="llrrrl",
        widths=(20, 24, 12, 11, 12, 21),
        illustrative=brokerage.illustrative,
    )
    return (table,)
