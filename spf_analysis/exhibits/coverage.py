"""Who takes part: a map of where areas stand against their share, and the shares of footprints below an area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from spf_analysis import wording
from spf_analysis.areas import Area
from spf_analysis.context import Exhibit
from spf_analysis.exhibits import house
from spf_analysis.exhibits.fund import NOTE, RULES, TILE, short_lines
from spf_analysis.fund.footprints import FootprintShare
from spf_analysis.fund.position import AreaPosition, Position
from spf_analysis.fund.rules import Condition

STATES: Mapping[str, str] = {
    "all conditions met": "#74a9d8",
    "committed, not all conditions met": "#c9def0",
    "takes part": "#eef4fa",
    "kept back": "#f6ead9",
    "does not take part": "#e3e6e9",
    "nothing recorded": "#ffffff",
}


def state_of(position: AreaPosition) -> str:
    """Where an area stands, in words; what a confidential line stands behind is kept back."""
    if position.withheld:
        return "kept back"
    if position.takes_part is False:
        return "does not take part"
    if position.committed is None:
        return "takes part" if position.takes_part else "nothing recorded"
    met = all(state is Condition.MET for state in position.conditions.values())
    return "all conditions met" if met else "committed, not all conditions met"


def counts_of(position: Position) -> dict[str, int]:
    """How many areas are in each state; states that no area is in are left out."""
    found = [state_of(item) for item in position.areas]
    return {state: found.count(state) for state in STATES if state in found}


def coverage_map(position: Position, areas: Sequence[Area], tiles: Mapping[str, tuple[int, int]], *, illustrative: bool = False) -> Exhibit:
    """England as a grid of tiles: who takes part, and what part of its share each area has committed."""
    names = {area.code: area.short_name for area in areas}
    frame = pd.DataFrame([_tile(item, names[item.area], tiles[item.area]) for item in position.areas])
    counts = counts_of(position)
    told = wording.listed(f"{state}: {wording.counted(count, 'area')}" for state, count in counts.items())
    alt_text = f"A map of England drawn as {len(frame)} tiles, one for each area, by where the area stands. {told[:1].upper()}{told[1:]}."
    return Exhibit(
        id="fig-coverage",
        kind="chart",
        caption=f"Where areas stand in {position.year}, and what part of its share each has committed",
        source_note=f"{RULES}. Standing: ledger of this workbench. Kept back: a confidential line stands behind it",
        alt=alt_text,
        spec=house.spec(_grid(frame, list(counts)), alt_text),
        columns=("Area", "Where it stands", "Part of its share"),
        rows=tuple(sorted((names[item.area], state_of(item), _tile(item, names[item.area], (0, 0))["said"]) for item in position.areas)),
        align="llr",
        illustrative=illustrative,
    )


def _tile(position: AreaPosition, name: str, place: tuple[int, int]) -> dict[str, Any]:
    part = None if position.committed is None else 100 * position.committed / position.local_investment_share
    words = {"nothing recorded": "–", "kept back": "kept back", "does not take part": "not in", "takes part": "in"}
    state = state_of(position)
    said = words.get(state) or (wording.per_cent(part, 0) if part is not None else "–")
    return {"words": short_lines(name), "row": place[0], "column": place[1], "state": state, "said": said}


def _grid(frame: pd.DataFrame, states: list[str]) -> Any:
    x, y = alt.X("column:O", axis=None), alt.Y("row:O", axis=None)
    legend = alt.Legend(orient="top", symbolStrokeColor=house.MUTED, columns=3)
    scale = alt.Scale(domain=states, range=[STATES[state] for state in states])
    tile = alt.Chart(frame).mark_rect(stroke=house.RULE, strokeWidth=1, cornerRadius=4)
    words: dict[str, Any] = {"fontSize": 9, "baseline": "top", "lineBreak": "|", "lineHeight": 10}
    return alt.layer(
        tile.encode(x=x, y=y, color=alt.Color("state:N", title=None, scale=scale, legend=legend)),
        alt.Chart(frame).mark_text(dy=-27, **words).encode(x=x, y=y, text="words:N"),
        alt.Chart(frame).mark_text(fontSize=11, fontWeight="bold", dy=20).encode(x=x, y=y, text="said:N"),
    ).properties(width=TILE * int(frame["column"].max()), height=TILE * 0.84 * int(frame["row"].max()))


def footprint_table(shares: Sequence[FootprintShare], area: Area, year: str) -> Exhibit:
    """An area's share divided between the footprints below it that could hold a fund, by weighted population."""
    rows = [
        (item.name, wording.whole(item.registered), wording.per_cent(100 * item.portion), wording.pounds(item.pounds)) for item in shares
    ]
    return Exhibit(
        id="tbl-footprints",
        kind="table",
        caption=f"The share of {area.short_name} by footprint, {year}",
        source_note=f"{NOTE}. Divided by weighted population; the parts sum to the area's share",
        alt=f"A table of {len(rows)} parts of the area, each with the people registered there, its part and its pounds.",
        columns=("Footprint", "Registered", "Part of the area", "Would raise"),
        rows=tuple(rows),
        align="lrrr",
    )
