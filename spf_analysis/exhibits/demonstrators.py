"""Tables and a chart of applications to be a demonstrator: what was checked, how they are spread, and what would be payable."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spf_analysis import wording
from spf_analysis.context import Exhibit
from spf_analysis.exhibits import house
from spf_analysis.fund.demonstrators import DIMENSIONS, Applicant, Band, Demonstrators
from spf_analysis.fund.rules import Condition

RULES = "Rules: early draft of January 2024, section E, not adopted"
NOTE = f"{RULES}; applications: ledger of this workbench"
SAID = {Condition.MET: "Yes", Condition.NOT_MET: "No", Condition.NOT_REPORTED: "Not reported"}
ELIGIBLE = {Condition.MET: "Eligible", Condition.NOT_MET: "Not eligible as it stands", Condition.NOT_REPORTED: "Cannot be told yet"}
TITLES = {"region": "Region", "deprivation": "Deprivation", "rurality": "Density", "size": "People"}


def applications_table(view: Demonstrators) -> Exhibit:
    """What was checked of each application, in alphabetical order of the areas; nothing is weighed or ranked."""
    rows = tuple(_application(item) for item in view.applicants)
    return Exhibit(
        id="tbl-applications",
        kind="table",
        caption="What was checked of each application, in alphabetical order",
        source_note=f"{NOTE}. The pages of a statement are counted in its document. Nothing is scored",
        alt=f"A table of {len(rows)} applications, each with the three confirmations, its statement, whether it is eligible, "
        "and the decision.",
        columns=("Area", "Means to meet the share", "Supported locally", "Agrees to arrangements", "Statement", "So far", "Decision"),
        rows=rows,
        widths=(21, 12, 12, 13, 15, 14, 13),
        illustrative=view.illustrative,
    )


def _application(item: Applicant) -> tuple[str, ...]:
    states = {check.id: check.state for check in item.checks}
    statement = item.application.statement
    return (
        item.name,
        *(SAID[states[name]] for name in ("meets_share", "support", "arrangements")),
        "None" if statement is None else wording.counted(statement.pages, "page").capitalize() if statement.pages else "Not measured",
        ELIGIBLE[item.eligible],
        item.decision_said.capitalize(),
    )


def spread_chart(view: Demonstrators) -> Exhibit:
    """How applications are spread over England: in each band, the areas that there are and those that applied and were accepted."""
    labels = [(band, f"{band.applied} of {band.areas}" + (f", {band.accepted} accepted" if band.accepted else "")) for band in view.spread]
    most = max(band.areas for band in view.spread)
    panels = [_panel(dimension, [pair for pair in labels if pair[0].dimension == dimension], most) for dimension in DIMENSIONS]
    told = "; ".join(f"{band.name}: {text}" for band, text in labels if band.applied)
    alt_text = (
        f"Bars in four groups: how many areas are in each band of region, deprivation, density and people, and how many applied. {told}."
    )
    return Exhibit(
        id="fig-spread",
        kind="chart",
        caption="How the applications are spread over England: areas that applied, of all in each band",
        source_note=f"{NOTE}. Lightest: all areas; darker: applied; darkest: accepted. Thirds of deprivation are counted among areas "
        "with a published score of the Index of Multiple Deprivation 2025; density and people by bands of this workbench",
        alt=alt_text,
        spec=house.spec(alt.vconcat(*panels, spacing=6), alt_text),
        columns=("By", "Band", "Areas", "Applied", "Accepted"),
        rows=tuple((band.dimension, band.name, *map(str, (band.areas, band.applied, band.accepted))) for band in view.spread),
        align="llrrr",
        illustrative=view.illustrative,
    )


def _panel(dimension: str, labels: list[tuple[Band, str]], most: int) -> alt.LayerChart | alt.FacetChart:
    frame = pd.DataFrame(
        [
            {"band": band.name, "areas": band.areas, "applied": band.applied, "accepted": band.accepted, "said": said}
            for band, said in labels
        ]
    )
    y = alt.Y("band:N", title=None, sort=list(frame["band"]), axis=alt.Axis(minExtent=170, maxExtent=170))
    scale = alt.Scale(domain=[0, most * 1.5])
    x = alt.X("areas:Q", title=None, scale=scale, axis=None)
    base = alt.Chart(frame, title=alt.TitleParams(TITLES[dimension], anchor="start", fontSize=12, color=house.INK, dx=0))
    return alt.layer(
        base.mark_bar(height=12, color=house.RULE).encode(y=y, x=x),
        base.mark_bar(height=12, color=house.OTHERS).encode(y=y, x=alt.X("applied:Q", scale=scale)),
        base.mark_bar(height=6, color=house.HERE).encode(y=y, x=alt.X("accepted:Q", scale=scale)),
        base.mark_text(align="left", dx=5, fontSize=11).encode(y=y, x="areas:Q", text="said:N"),
    ).properties(width=house.WIDTH - 190, height=15 * len(frame))


def payable_table(view: Demonstrators) -> Exhibit:
    """What each applicant would raise, what would be matched, and what is payable: nothing before an agreement is signed."""
    rows = tuple(
        (
            item.name,
            wording.pounds(item.local_investment_share),
            wording.pounds(item.match_if_met),
            f"Signed on {wording.day(item.application.agreement_signed)}" if item.application.agreement_signed else "Not signed",
            _payable(item),
        )
        for item in view.applicants
    )
    return Exhibit(
        id="tbl-payable",
        kind="table",
        caption=f"What applicants would raise and what would be matched, {view.year}; nothing is payable before an agreement is signed",
        source_note=f"{NOTE}; shares: as in the area's own briefing",
        alt=f"A table of {len(rows)} applicants with share, match if all conditions were met, agreement, and what is payable now.",
        columns=("Area", "Would raise", "Would be matched", "Agreement", "Payable now"),
        rows=rows,
        align="lrrlr",
        widths=(30, 16, 18, 20, 16),
        illustrative=view.illustrative,
    )


def _payable(item: Applicant) -> str:
    if item.application.agreement_signed is None:
        return "Nothing yet"
    return wording.pounds(item.payable) if item.payable else "Nothing yet" if item.payable == 0 else "Not reported"


def overview(view: Demonstrators) -> tuple[Exhibit, ...]:
    """The applications as one table for a national briefing; nothing where there is none."""
    return () if view.is_empty else (applications_table(view),)
