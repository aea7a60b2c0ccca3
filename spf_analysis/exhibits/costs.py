"""Exhibits of what activities cost: the full cost and who covers it, and link workers beside the Fund in pounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import altair as alt
import pandas as pd

from spf_analysis import wording
from spf_analysis.context import Exhibit
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Finding
from spf_analysis.exhibits import house
from spf_analysis.figures import Figure
from spf_analysis.fund.full_cost import PARTS, FullCost, WayCovered
from spf_analysis.fund.link_workers import LinkWorkersBeside

UNCOVERED, UNSAID = "nobody", "not reported"
WAYS = "payment."
_PAYERS = ("#0b4f8a", "#74a9d8", "#3f7f5f", "#8fa3b5", "#7a6aa8", "#c9b458")
PART_CODES = {
    "delivery_staff": ("cost.delivery-staff",),
    "supervision": ("cost.management",),
    "training": ("cost.training",),
    "premises": ("cost.premises",),
    "evaluation": ("cost.data-and-evaluation",),
    "unplanned_needs": ("cost.other-needs", "cost.additional-services"),
}


def cover_table(found: FullCost, *, illustrative: bool = False) -> Exhibit:
    """Each part of the full cost, and under each way of funding what of it is uncovered."""
    ways = found.ways
    rows = [_part_row(part, pounds, ways) for part, pounds in found.by_part().items()]
    rows.append(("All parts", wording.pounds_and_pence(found.total), *(_uncovered(way) for way in ways)))
    each = (_each(found, way) for way in ways)
    rows.append(("For a referral", wording.pounds_and_pence(found.per_referral(found.total)), *each))
    rows.append(("Carried by", "", *(way.carried_by or UNSAID for way in ways)))
    return Exhibit(
        id="tbl-full-cost",
        kind="table",
        caption=f"What {found.scheme} costs in full in {found.year}, and what nobody pays of it under each way of funding",
        source_note=f"Figures of whoever filled in the table{_lower_bound(found)}",
        alt=f"A table of {len(found.by_part())} parts of the full cost, with the pounds uncovered under {len(ways)} ways of funding.",
        columns=("Part", "Cost in a year", *(f"Uncovered: {way.label}" for way in ways)),
        rows=tuple(rows),
        align="lr" + "r" * len(ways),
        illustrative=illustrative,
    )


def cover_chart(found: FullCost, *, illustrative: bool = False) -> Exhibit:
    """The full cost as one bar for each way of funding, cut by who covers it; what nobody covers stands at the end."""
    segments = [segment for way in found.ways for segment in _segments(way)]
    frame = pd.DataFrame(segments)
    alt_text = " ".join(_way_said(found, way) for way in found.ways)
    order = [*dict.fromkeys(name for way in found.ways for name in way.payers), UNSAID, UNCOVERED]
    shades = [*(_PAYERS[number % len(_PAYERS)] for number in range(len(order) - 2)), house.RULE, house.ACCENT]
    names = [way.label for way in found.ways]
    bars = (
        alt.Chart(frame)
        .mark_bar(height=26, stroke="white")
        .encode(
            y=alt.Y("way:N", sort=names, title=None),
            x=alt.X("low:Q", title=f"Pounds in {found.year}", axis=alt.Axis(format="$,.0f", tickCount=5)),
            x2="high:Q",
            color=alt.Color(
                "payer:N", scale=alt.Scale(domain=order, range=shades), legend=alt.Legend(title="Covered by", orient="bottom", columns=3)
            ),
        )
    )
    return Exhibit(
        id="fig-full-cost",
        kind="chart",
        caption=f"Who covers the full cost of {found.scheme} under each way of funding, {found.year}",
        source_note=f"Figures of whoever filled in the table{_lower_bound(found)}",
        alt=alt_text,
        spec=house.spec(bars.properties(width=house.WIDTH - 180, height=44 * len(names)), alt_text),
        columns=("Way of funding", "Covered by", "Pounds"),
        rows=tuple((each["way"], each["payer"], wording.pounds(each["high"] - each["low"])) for each in segments),
        align="llr",
        illustrative=illustrative,
    )


def reported_table(evidence: EvidenceBase, cite: Callable[[str], str]) -> Exhibit:
    """What the sources report of each way of payment and the parts of a full cost that it meets or leaves out."""
    found = reported_findings(evidence)
    rows = sorted((_ways(evidence, item), item.statement, _parts_of(item), cite(item.source)) for item in found)
    silent = [name.lower() for part, name in PARTS.items() if not any(set(PART_CODES[part]) & set(item.codes) for item in found)]
    if silent:
        rows.append(("Any way", "Not reported.", wording.listed(silent), "No source at hand"))
    return Exhibit(
        id="tbl-cost-parts",
        kind="table",
        caption="What is reported of who pays for the parts of a full cost",
        source_note="Coded findings of the evidence base; a part or a way of payment that no source speaks of is not reported",
        alt=f"A table of {len(rows)} rows, each with a way of payment, what a source reports of it, and the parts it speaks of.",
        columns=("Way of payment", "What is reported", "Parts of the full cost", "Source"),
        rows=tuple(rows),
        widths=(12, 48, 24, 16),
    )


def reported_findings(evidence: EvidenceBase) -> tuple[Finding, ...]:
    """The findings that speak both of a way of payment and of a part of the full cost, each once, in the order of the parts."""
    coded = [evidence.findings_with(code) for codes in PART_CODES.values() for code in codes if code in evidence.codes]
    return tuple(dict.fromkeys(item for items in coded for item in items if any(code.startswith(WAYS) for code in item.codes)))


def reported_in(evidence: EvidenceBase) -> tuple[str, ...]:
    """The sources of those findings."""
    return tuple(dict.fromkeys(item.source for item in reported_findings(evidence)))


def beside_table(found: LinkWorkersBeside, name: str, cite: Callable[[str], str], *, illustrative: bool = False) -> Exhibit:
    """Link workers and what they cost, beside share and match: pounds beside pounds, nothing divided."""
    shown = [item for item in found.figures if found.costed or item.id != "link_worker_cost"]
    rows = tuple((_label(item), found.said(item), _from(item, cite)) for item in shown)
    return Exhibit(
        id="tbl-link-workers",
        kind="table",
        caption=f"Pounds beside pounds in {name}: link workers, and what the Fund would bring, {found.year}",
        source_note="Each row names its own source. Counts of different days or definitions make no trend, and nothing is divided",
        alt=f"A table of {len(rows)} figures, each with its value and source; {found.said(found.figure('link_workers'))} of link workers.",
        columns=("Figure", "Value", "Note and source"),
        rows=rows,
        align="lrl",
        widths=(46, 13, 41),
        illustrative=illustrative,
    )


def _label(item: Figure) -> str:
    return f"{item.label}, {wording.day(date.fromisoformat(item.as_of))}" if item.as_of and item.id == "link_workers" else item.label


def _from(item: Figure, cite: Callable[[str], str]) -> str:
    source = "; ".join(f"{cite(reference.source)}, {reference.locator}" for reference in item.references[-1:])
    said = "" if item.id == "link_workers" or not item.note else f"{item.note[0].upper()}{item.note[1:]}. "
    return f"{said}{source}"


def _ways(evidence: EvidenceBase, item: Finding) -> str:
    said = wording.listed(evidence.code(code).label.lower() for code in item.codes if code.startswith(WAYS))
    return f"{said[:1].upper()}{said[1:]}"


def _parts_of(item: Finding) -> str:
    return wording.listed(name.lower() for part, name in PARTS.items() if set(PART_CODES[part]) & set(item.codes))


def _part_row(part: str, pounds: Decimal, ways: Sequence[WayCovered]) -> tuple[str, ...]:
    left = (next(item for item in way.parts if item.part == part).uncovered for way in ways)
    return (PARTS[part], wording.pounds_and_pence(pounds), *(wording.pounds_and_pence(item) for item in left))


def _uncovered(way: WayCovered) -> str:
    if way.uncovered is None:
        return f"{wording.pounds_and_pence(way.least)} to {wording.pounds_and_pence(way.most)}"
    return wording.pounds_and_pence(way.uncovered)


def _each(found: FullCost, way: WayCovered) -> str:
    least, most = (wording.pounds_and_pence(found.per_referral(item)) for item in (way.least, way.most))
    return least if least == most else f"{least} to {most}"


def _segments(way: WayCovered) -> list[dict[str, Any]]:
    amounts = [*way.payers.items(), (UNSAID, way.most - way.least), (UNCOVERED, way.least)]
    found, low = [], Decimal(0)
    for payer, amount in amounts:
        if amount:
            found.append({"way": way.label, "payer": payer, "low": float(low), "high": float(low + amount)})
            low += amount
    return found


def _way_said(found: FullCost, way: WayCovered) -> str:
    payers = wording.listed(f"{payer} covers {wording.pounds(amount)}" for payer, amount in way.payers.items())
    covered = payers or "nobody is said to cover anything"
    return f"{way.label}: of {wording.pounds(found.total)}, {covered}; {_uncovered(way)} uncovered."


def _lower_bound(found: FullCost) -> str:
    if not found.not_costed:
        return ""
    return f"; a lower bound: no cost is given for {wording.listed(PARTS[part].lower() for part in found.not_costed)}"
