"""The years to come under a scenario: what would be raised, nominal and at today's prices, and the scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from spf_analysis import wording
from spf_analysis.context import Exhibit
from spf_analysis.exhibits import house
from spf_analysis.exhibits.fund import NOTE
from spf_analysis.fund.fan import BLOCK, DRAWS, Fan
from spf_analysis.fund.path import TermPath
from spf_analysis.fund.path_view import PathView
from spf_analysis.fund.spending import SpendingYear

NOMINAL, TODAY, PAST = "in pounds of each year", "at the prices of the first year", "shaded: a range of the past"
BAND = "#dfe8f0"
_COLOURS = alt.Scale(domain=[NOMINAL, TODAY, PAST], range=[house.HERE, house.ACCENT, house.MUTED])
HEIGHT = 140


def ten_years(view: PathView) -> Exhibit:
    """What would be raised in each year under a scenario, nominal and at the first year's prices, over a range of the past."""
    path, fan, first = view.path, view.fan, view.first
    name = path.area.short_name if path.area else "England"
    lines = alt.layer(_band(fan), _lines(path), _ends(path, fan)).properties(width=house.WIDTH - 190, height=HEIGHT)
    alt_text = _heard(view, name)
    return Exhibit(
        id="fig-path",
        kind="chart",
        caption=f"What {name} would raise from {first} to {path.years[-1].year}, if the scenario came true: {view.scenario.title}",
        source_note=f"{NOTE}. The shaded band is a range of the past, never a forecast: eight in ten of {wording.whole(DRAWS)} draws of "
        f"blocks of {BLOCK} Septembers from {fan.septembers[0]} to {fan.septembers[-1]}",
        alt=alt_text,
        spec=house.spec(lines, alt_text),
        columns=("Financial year", "In pounds of each year", f"At prices of {first}", "Range of the past, from", "Range of the past, to"),
        rows=_drawn(path, fan),
        align="lrrrr",
    )


def _drawn(path: TermPath, fan: Fan) -> tuple[tuple[str, ...], ...]:
    past = {item.year: item.share for item in fan.years}
    return tuple(
        (str(item.year), *map(wording.pounds, (item.share, item.share_today, past[item.year].low, past[item.year].high)))
        for item in path.years
    )


def _heard(view: PathView, name: str) -> str:
    first, last, edge = view.path.years[0], view.path.years[-1], view.fan.years[-1].share
    return (
        f"Two lines over {len(view.path.years)} years for {name}. Scenario: {view.scenario.title}. "
        f"In pounds of each year the share would go from {wording.pounds(first.share)} in {first.year} to {wording.pounds(last.share)} in "
        f"{last.year}; at the prices of {first.year} that is {wording.pounds(last.share_today)}. Behind them a band, which ends between "
        f"{wording.pounds(edge.low)} and {wording.pounds(edge.high)}: what the Septembers since {view.fan.septembers[0]} would make of it."
    )


def _x(years: Sequence[str]) -> alt.X:
    return alt.X("year:O", title=None, sort=list(years), axis=alt.Axis(labelAngle=0, labelExpr="slice(datum.label, 2)"))


def _y(low: str, title: str | None = "Pounds a year (million)") -> alt.Y:
    return alt.Y(low, title=title, axis=alt.Axis(format=",.2~f", tickCount=5), scale=alt.Scale(zero=True))


def _band(fan: Fan) -> alt.Chart:
    years = [str(item.year) for item in fan.years]
    rows = [{"year": str(item.year), "low": item.share.low / 1e6, "high": item.share.high / 1e6} for item in fan.years]
    area: alt.Chart = alt.Chart(pd.DataFrame(rows)).mark_area(color=BAND)
    return area.encode(x=_x(years), y=_y("low:Q"), y2="high:Q")


def _rows(path: TermPath) -> pd.DataFrame:
    found: list[dict[str, Any]] = []
    for item in path.years:
        found.append({"year": str(item.year), "pounds": item.share / 1e6, "kind": NOMINAL})
        found.append({"year": str(item.year), "pounds": item.share_today / 1e6, "kind": TODAY})
    return pd.DataFrame(found)


def _lines(path: TermPath) -> Any:
    kinds = [NOMINAL, TODAY]
    base = alt.Chart(_rows(path)).encode(
        x=_x([str(item.year) for item in path.years]),
        y=_y("pounds:Q"),
        color=alt.Color("kind:N", scale=_COLOURS, legend=None),
        strokeDash=alt.StrokeDash("kind:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [6, 4]]), legend=None),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=None),
    )
    return alt.layer(base.mark_line(strokeWidth=2.5), base.mark_point(filled=True, size=45, opacity=1))


def _ends(path: TermPath, fan: Fan) -> alt.Chart:
    """The names and last values of lines and band beside their ends, kept apart where these end close together."""
    last = path.years[-1]
    top = max(item.share for item in path.years) / 1e6 or 1.0
    upper, lower = last.share / 1e6, last.share_today / 1e6
    apart = max(upper - lower, 0.36 * top)
    above = max(fan.years[-1].share.high / 1e6, lower + 1.75 * apart)
    rows = [
        {"year": str(last.year), "at": lower + apart, "said": f"{wording.pounds_rounded(last.share)}|{NOMINAL}", "kind": NOMINAL},
        {"year": str(last.year), "at": lower, "said": f"{wording.pounds_rounded(last.share_today)}|{TODAY}", "kind": TODAY},
        {"year": str(last.year), "at": above, "said": PAST, "kind": PAST},
    ]
    colour = alt.Color("kind:N", scale=_COLOURS, legend=None)
    years = [str(item.year) for item in path.years]
    text: alt.Chart = alt.Chart(pd.DataFrame(rows)).mark_text(align="left", dx=12, lineBreak="|", fontSize=11.5)
    return text.encode(x=_x(years), y=_y("at:Q"), text="said:N", color=colour)


def scenario_table(views: Sequence[PathView]) -> Exhibit:
    """The scenarios side by side: what would be raised over the term, with the match, nominal and at the first year's prices."""
    first, last = views[0].first, views[0].path.years[-1].year
    rows = [
        (
            f"{view.scenario.title[:1].upper()}{view.scenario.title[1:]}",
            wording.pounds_and_pence(view.path.years[-1].rate),
            wording.pounds_rounded(view.path.local),
            wording.pounds_rounded(view.path.local + view.path.match),
            wording.pounds_rounded(view.path.both_today),
        )
        for view in views
    ]
    fan = views[0].fan
    rows.append((f"A range of the past, {fan.septembers[0]} to {fan.septembers[-1]}", "–", _span(fan.total.low, fan.total.high), "–", "–"))
    return Exhibit(
        id="tbl-scenarios",
        kind="table",
        caption=f"What all areas would raise from {first} to {last}, scenario by scenario",
        source_note=f"{NOTE}. Scenarios are assumptions, not forecasts; the range of the past holds eight in ten draws of blocks of "
        f"{BLOCK} Septembers",
        alt=f"A table of {len(views)} scenarios and of the range of the past, each with the last year's rate and the sums over the term.",
        columns=("Scenario", f"Rate in {last}", "Would be raised", "With the match", f"The same at prices of {first}"),
        rows=tuple(rows),
        align="lrrrr",
        widths=(36, 13, 19, 14, 18),
    )


def pressure_table(view: PathView) -> Exhibit:
    """What the last year's share would still buy if wages or referrals grew beside prices, on which the draft is silent [24]."""
    last = view.path.years[-1]
    rows = [(item.title[:1].upper() + item.title[1:], wording.pounds(last.buys[item.id])) for item in view.pressures]
    rows.insert(0, (f"At the prices of {view.first} alone", wording.pounds(last.share_today)))
    return Exhibit(
        id="tbl-pressures",
        kind="table",
        caption=f"What the share of {last.year} would buy, in pounds of {view.first}",
        source_note=f"{NOTE}. Assumptions, not forecasts; the draft updates the rate by consumer prices alone",
        alt=f"A table of {len(rows)} lines, each with an assumption and what the share would still buy under it.",
        columns=("If", "It would buy what this bought"),
        rows=tuple(rows),
        align="lr",
    )


def _span(low: int, high: int) -> str:
    return f"{wording.pounds_rounded(low)} to {wording.pounds_rounded(high)}"


def spending_table(years: Sequence[SpendingYear]) -> Exhibit:
    """What would come in, be spent and be left in each year by a chosen profile; the balance is never below nothing."""
    rows = [(str(item.year), wording.pounds(item.received), wording.pounds(item.spent), wording.pounds(item.balance)) for item in years]
    return Exhibit(
        id="tbl-spending",
        kind="table",
        caption="What would come in, be spent and be left by the profile of the scenario",
        source_note=f"{NOTE}. It supposes that each year's share were met, matched and transferred in that year; without interest",
        alt=f"A table of {len(rows)} years, each with what would come in, what would be spent and the balance.",
        columns=("Year", "Would come in", "Would be spent", "Balance"),
        rows=tuple(rows),
        align="lrrr",
    )
