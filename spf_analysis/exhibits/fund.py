"""Charts and tables of the proposed Fund: how a share is worked out, how areas compare, the rate over time, the map."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import altair as alt
import pandas as pd

from spf_analysis import wording
from spf_analysis.context import Exhibit
from spf_analysis.exhibits import house
from spf_analysis.figures import Figure, Step
from spf_analysis.fund.allocation import RatePath
from spf_analysis.fund.fund import Fund
from spf_analysis.fund.position import AreaPosition
from spf_analysis.fund.share import Share
from spf_analysis.periods import FinancialYear

TILE = 82
RULES = "Rules: early draft of January 2024, not adopted"
DATA = "residents: Office for National Statistics, mid-2024; weighted and registered populations: NHS England, 2025/26"
NOTE = f"{RULES}; {DATA}; worked out in this workbench"


def steps_table(steps: Sequence[Step], caption: str, cite: Callable[[str], str]) -> Exhibit:
    """A calculation step by step, each with its value, how it was got and where that comes from; `cite` names a source."""
    rows = tuple((step.label, step.said, _grounds(step, cite)) for step in steps)
    return Exhibit(
        id="tbl-steps",
        kind="table",
        caption=caption,
        source_note="Each step names its own source",
        alt=f"A table of {len(rows)} steps, from '{rows[0][0]}' to '{rows[-1][0]}', each with its value and where it comes from.",
        columns=("Step", "Value", "How, and where from"),
        rows=rows,
        align="lrl",
        widths=(30, 17, 53),
    )


def _grounds(step: Step, cite: Callable[[str], str]) -> str:
    source = f"{cite(step.reference.source)}, {step.reference.locator}"
    return f"{step.note[0].upper()}{step.note[1:]}. {source}" if step.note else source


def bridge(share: Share) -> Exhibit:
    """What need changes: the share that England's mean rate would give, the adjustment for need, and the share."""
    name, year, pounds = share.area.short_name, share.year, share.pounds
    at_mean = int(wording.rounded(share.allocation.path.rate * share.residents.residents))
    change = pounds - at_mean
    word = "Higher need adds" if change >= 0 else "Lower need takes off"
    names = ["At England's mean rate", word, "Local investment share"]
    frame = pd.DataFrame(
        {
            "step": names,
            "low": [0, min(at_mean, pounds), 0],
            "high": [at_mean, max(at_mean, pounds), pounds],
            "said": [wording.pounds(at_mean), wording.pounds_signed(change), wording.pounds(pounds)],
            "part": ["mean", "change", "share"],
        }
    )
    alt_text = (
        f"Three bars. At England's mean rate {name} would raise {wording.pounds(at_mean)}; "
        f"need changes this by {wording.pounds_signed(change)}; "
        f"the local investment share would be {wording.pounds(pounds)}."
    )
    y = alt.Y("step:N", sort=names, title=None, axis=None)
    colour = alt.Color(
        "part:N", scale=alt.Scale(domain=["mean", "change", "share"], range=[house.OTHERS, house.ACCENT, house.HERE]), legend=None
    )
    x = alt.X(
        "low:Q",
        title=f"Pounds in {year}",
        axis=alt.Axis(format="$,.0f", tickCount=4),
        scale=alt.Scale(domainMax=max(at_mean, pounds) * 1.25),
    )
    bars = alt.Chart(frame).mark_bar(height=18).encode(y=y, x=x, x2="high:Q", color=colour)
    values = alt.Chart(frame).mark_text(align="left", dx=6).encode(y=y, x="high:Q", text="said:N")
    # Each name stands above its bar, not beside it: so the chart fits a phone, where nobody sees that a value is out of sight.
    labels = alt.Chart(frame).mark_text(align="left", dy=-19).encode(y=y, x=alt.value(0), text="step:N")
    chart = alt.layer(bars, values, labels).properties(width=house.NARROW, height=144)
    return Exhibit(
        id="fig-bridge",
        kind="chart",
        caption=f"What relative need changes in the share that {name} would raise, {year}",
        source_note=NOTE,
        alt=alt_text,
        spec=house.spec(chart, alt_text),
        columns=("Step", "Pounds"),
        rows=tuple(zip(names, frame["said"], strict=True)),
        align="lr",
    )


def readings_table(share: Share) -> Exhibit:
    """The readings chosen where the draft is open, and what each reading not taken would change for an area in pounds."""
    rows = tuple(
        (f"{item.question} Chosen: {item.chosen}", alternative, wording.pounds_signed(effect))
        for item in share.interpretations
        for alternative, effect in item.effects
        if effect is not None
    )
    name = share.area.short_name
    return Exhibit(
        id="tbl-readings",
        kind="table",
        caption=f"Readings chosen where the draft is open, and what another would change for {name}, {share.year}",
        source_note=f"{NOTE}. Each change is to the local investment share, "
        "or, for the last question, to the match, with all else as chosen",
        alt=f"A table of {len(rows)} readings not taken, each with the question, the reading chosen and the difference in pounds.",
        columns=("Question, and the reading chosen", "Another reading", "Would change"),
        rows=rows,
        align="llr",
        widths=(48, 38, 14),
    )


def conditions_table(position: AreaPosition, fund: Fund, year: FinancialYear) -> Exhibit:
    """The conditions of a year: what the draft asks, where it says so, and where an area stands."""
    years = fund.rulebook.parameter("commitment_years").at(year.first_day)
    asks = (
        (
            "amount",
            "Amount",
            "condition_amount",
            f"Contributions committed for the year would reach the share of {wording.pounds(position.local_investment_share)}",
        ),
        (
            "sources",
            "Sources",
            "required_source_types",
            "The NHS, local government, and employers or philanthropists would each contribute; the balance is a local matter",
        ),
        (
            "duration",
            "Duration",
            "commitment_years",
            f"The area would commit itself for {wording.whole(years.number)} financial years; single contributors may change",
        ),
        (
            "new_money",
            "New money",
            "condition_new_money",
            "Contributions would be new and would not replace what is spent already; declared with evidence",
        ),
    )
    rows = tuple(
        (name, ask, fund.rulebook.parameter(parameter).at(year.first_day).reference.locator, _standing(str(position.conditions[key])))
        for key, name, parameter, ask in asks
    )
    return Exhibit(
        id="tbl-conditions",
        kind="table",
        caption=f"The conditions of a year, and where {position.name.removeprefix('NHS ').removesuffix(' Integrated Care Board')} stands",
        source_note=f"{RULES}. Standing: ledger of this workbench",
        alt=f"A table of {len(rows)} conditions, each with what the draft asks, its paragraph and where the area stands.",
        columns=("Condition", "What the draft asks", "Where it says so", "Where the area stands"),
        rows=rows,
        widths=(14, 46, 18, 22),
    )


def _standing(condition: str) -> str:
    return {"met": "Met", "not met": "Not met"}.get(condition, "Not reported: nothing is recorded")


def compare(here: Share, others: Sequence[Share]) -> Exhibit:
    """An area beside others, in alphabetical order: need relative to England, and the share."""
    ordered = sorted((here, *others), key=_name)
    name, year = _name(here), here.year
    needs = [share.need_beside_england for share in ordered]
    frame = pd.DataFrame(
        {
            "area": [_name(share) for share in ordered],
            "need": [float(need) for need in needs],
            "need_said": [wording.decimal(need) for need in needs],
            "share": [share.pounds / 1_000_000 for share in ordered],
            "share_said": [wording.pounds_rounded(share.pounds) for share in ordered],
            "here": [share is here for share in ordered],
        }
    )
    alt_text = (
        f"Two rows of dots for {len(ordered)} areas in alphabetical order, {name} marked by a diamond. "
        f"Its need is {wording.decimal(here.need_beside_england)} where England's mean is 1, "
        f"and its share would be {wording.pounds_rounded(here.pounds)}. "
        f"Need in all of them runs from {wording.decimal(min(needs))} to {wording.decimal(max(needs))}."
    )
    y = alt.Y("area:N", sort=list(frame["area"]), title=None)
    colour = alt.Color("here:N", scale=alt.Scale(domain=[True, False], range=[house.HERE, house.OTHERS]), legend=None)
    shape = alt.Shape("here:N", scale=alt.Scale(domain=[True, False], range=["diamond", "circle"]), legend=None)
    low, high = min(*frame["need"], 1.0) - 0.03, max(*frame["need"], 1.0) + 0.06
    line_at_one = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(color=house.MUTED, strokeDash=[4, 3]).encode(x="x:Q")
    need = alt.Chart(frame).encode(
        y=y, x=alt.X("need:Q", title="Need (England's mean is 1)", scale=alt.Scale(domain=[low, high], zero=False))
    )
    left = alt.layer(
        line_at_one,
        need.mark_point(filled=True, size=120, opacity=1).encode(color=colour, shape=shape),
        need.mark_text(align="left", dx=10).encode(text="need_said:N"),
    ).properties(width=190, height=26 * len(frame))
    share_y = alt.Y("area:N", sort=list(frame["area"]), title=None, axis=alt.Axis(labels=False, ticks=False))
    share = alt.Chart(frame).encode(
        y=share_y,
        x=alt.X(
            "share:Q",
            title=f"Share, {year} (£ million)",
            scale=alt.Scale(domain=[0, frame["share"].max() * 1.3]),
            axis=alt.Axis(tickCount=4),
        ),
    )
    right = alt.layer(
        share.mark_bar(height=14).encode(color=colour),
        share.mark_text(align="left", dx=5).encode(text="share_said:N"),
    ).properties(width=170, height=26 * len(frame))
    return Exhibit(
        id="fig-compare",
        kind="chart",
        caption=f"{name} beside other areas: need relative to England, and the share that each would raise, {year}",
        source_note=NOTE,
        alt=alt_text,
        spec=house.spec(alt.hconcat(left, right, spacing=18), alt_text),
        columns=("Area", "Need", f"Share, {year}"),
        rows=tuple((_name(share), wording.decimal(share.need_beside_england), wording.pounds(share.pounds)) for share in ordered),
        align="lrr",
    )


def rate_over_time(path: RatePath) -> Exhibit:
    """The rate per head year by year, with the consumer price inflation that raised it."""
    base = FinancialYear.containing(path.base.day)
    rows = [(str(base), path.base.number, f"{wording.pounds_and_pence(path.base.number, 4)} (the draft's price)")]
    rows += [
        (
            str(item.year),
            item.rate,
            f"{wording.pounds_and_pence(item.rate, 4)} "
            f"(inflation to {item.inflation.day:%B %Y}: {wording.per_cent(item.inflation.number)})",
        )
        for item in path.updates
    ]
    frame = pd.DataFrame([{"year": year, "rate": float(rate), "said": said} for year, rate, said in rows])
    alt_text = "A bar for each financial year: " + wording.listed(f"{row.year} {row.said}" for row in frame.itertuples()) + "."
    y = alt.Y("year:N", title=None, sort=list(frame["year"]))
    x = alt.X(
        "rate:Q", title="Pounds per head", axis=alt.Axis(format="$.2f", values=[0, 0.25, 0.5, 0.75, 1.0]), scale=alt.Scale(domain=[0, 1.6])
    )
    bars = alt.Chart(frame).mark_bar(color=house.HERE, height=20).encode(y=y, x=x)
    labels = alt.Chart(frame).mark_text(align="left", dx=6).encode(y=y, x="rate:Q", text="said:N")
    chart = alt.layer(bars, labels).properties(width=house.WIDTH - 80, height=34 * len(frame))
    return Exhibit(
        id="fig-rate",
        kind="chart",
        caption="The rate per head year by year, as the draft would have it",
        source_note=f"{RULES}; inflation: Office for National Statistics, series D7G7, each preceding September",
        alt=alt_text,
        spec=house.spec(chart, alt_text),
        columns=("Financial year", "Rate per head"),
        rows=tuple((year, said) for year, _, said in rows),
    )


def tile_map(fund: Fund, year: FinancialYear) -> Exhibit:
    """England as a grid of tiles, one for each area, shaded by the share per resident. The layout is this workbench's own."""
    lines, tiles = list(fund.shares(year).values()), fund.tiles(year)
    frame = pd.DataFrame(
        {
            "code": [line.area.code for line in lines],
            "words": [short_lines(_name(line)) for line in lines],
            "row": [tiles[line.area.code][0] for line in lines],
            "column": [tiles[line.area.code][1] for line in lines],
            "per_head": [float(line.per_head) for line in lines],
            "said": [wording.pounds_and_pence(line.per_head) for line in lines],
        }
    )
    least, most = min(lines, key=lambda line: line.per_head), max(lines, key=lambda line: line.per_head)
    alt_text = (
        f"A map of England drawn as {len(lines)} tiles, one for each area, shaded by what each would raise per resident: from "
        f"{wording.pounds_and_pence(least.per_head)} in {_name(least)} to {wording.pounds_and_pence(most.per_head)} in {_name(most)}. "
        f"Every value stands in the table of areas."
    )
    x, y = alt.X("column:O", axis=None), alt.Y("row:O", axis=None)
    steps = [math.floor(20 * least.per_head) / 20, math.ceil(20 * most.per_head) / 20]  # to five pence, so that every tile lies within
    colour = alt.Color(
        "per_head:Q",
        title="Pounds per resident",
        scale=alt.Scale(domain=steps, nice=False, range=list(house.SCALE)),
        legend=alt.Legend(format="$.2f", orient="top", gradientLength=220, values=steps),
    )
    tile = alt.Chart(frame).mark_rect(stroke="white", strokeWidth=3, cornerRadius=4).encode(x=x, y=y, color=colour)
    words: dict[str, Any] = {"fontSize": 9, "baseline": "top", "lineBreak": "|", "lineHeight": 10}
    name = alt.Chart(frame).mark_text(dy=-27, **words).encode(x=x, y=y, text="words:N")
    value = alt.Chart(frame).mark_text(fontSize=11.5, fontWeight="bold", dy=20).encode(x=x, y=y, text="said:N")
    columns, rows = frame["column"].max() - frame["column"].min() + 1, frame["row"].max() - frame["row"].min() + 1
    chart = alt.layer(tile, name, value).properties(width=TILE * int(columns), height=(TILE - 14) * int(rows))
    return Exhibit(
        id="fig-tiles",
        kind="chart",
        caption=f"What each area would raise per resident, {year}",
        source_note=f"{NOTE}. The layout of the tiles is this workbench's own and keeps neighbours roughly together",
        alt=alt_text,
        spec=house.spec(chart, alt_text),
        columns=("Area", "Pounds per resident"),
        rows=tuple((_name(line), wording.pounds_and_pence(line.per_head)) for line in sorted(lines, key=_name)),
        align="lr",
    )


_SHORTER = (
    (" and ", " & "),
    ("North East", "NE"),
    ("North West", "NW"),
    ("South East", "SE"),
    ("South West", "SW"),
    ("North ", "N "),
    ("South ", "S "),
    ("West ", "W "),
    ("East ", "E "),
    (",", ""),
)


def short_lines(name: str) -> str:
    """A name in short lines, for a tile."""
    for long, short in _SHORTER:
        name = name.replace(long, short)
    return "|".join(textwrap.wrap(name, 16, break_long_words=False))


def area_table(fund: Fund, year: FinancialYear) -> Exhibit:
    """Every area with residents, need, what it would raise, per resident, and what would be matched."""
    ordered = sorted(fund.shares(year).values(), key=_name)
    rows = [
        (
            _name(line),
            wording.whole(line.residents.residents),
            wording.decimal(line.need_beside_england, 3),
            wording.pounds(line.pounds),
            wording.pounds_and_pence(line.per_head),
            wording.pounds(line.match_if_met),
        )
        for line in ordered
    ]
    people, local = sum(line.residents.residents for line in ordered), sum(line.pounds for line in ordered)
    mean = Decimal(local) / people
    rows.append(
        (
            "England",
            wording.whole(people),
            "1.000",
            wording.pounds(local),
            wording.pounds_and_pence(mean),
            wording.pounds(sum(line.match_if_met for line in ordered)),
        )
    )
    return Exhibit(
        id="tbl-areas",
        kind="table",
        caption=f"What each area would raise and what would be matched if it met all conditions, {year}",
        source_note=f"{NOTE}. Need is rescaled so that England's mean is 1",
        alt=f"A table of all {len(ordered)} areas in alphabetical order and of England, "
        "with residents, need, share, share per resident and match.",
        columns=("Area", "Residents", "Need", "Would raise", "Per resident", "Would be matched"),
        rows=tuple(rows),
        align="lrrrrr",
        widths=(34, 14, 10, 14, 12, 16),
    )


def thumb_table(figures: Sequence[Figure], cite: Callable[[str], str]) -> Exhibit:
    """The rule of thumb: pounds for activities beside pounds for link workers, each with its source; nothing is divided."""
    rows = tuple(
        (
            figure.label + (f", {wording.day(date.fromisoformat(figure.as_of))}" if figure.as_of else ""),
            figure.said + (f" ({figure.note})" if figure.note else ""),
            "; ".join(f"{cite(item.source)}, {item.locator}" for item in figure.references[-1:]),
        )
        for figure in figures
    )
    return Exhibit(
        id="tbl-thumb",
        kind="table",
        caption="Pounds beside pounds: what the Fund would bring in, and what is known of spending on link workers",
        source_note="Each row names its own source. Figures of different dates and definitions are not divided by one another",
        alt=f"A table of {len(rows)} figures, each with its value and source.",
        columns=("Figure", "Value", "Source"),
        rows=rows,
        align="lrl",
        widths=(46, 24, 30),
    )


def _name(share: Share) -> str:
    return share.area.short_name
