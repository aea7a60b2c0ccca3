"""The house style of charts: one look, colour-blind safe, British numbers, no title inside (captions stand outside)."""

from __future__ import annotations

from typing import Any

import altair as alt

FONT = "'Source Sans 3'"  # quoted: a family name that ends in a number is no bare CSS word
INK = "#1f2a36"
MUTED = "#5b6773"
RULE = "#d5dbe1"
HERE = "#0b4f8a"
OTHERS = "#8fa3b5"
ACCENT = "#b5541c"
SCALE = ("#eef4fa", "#74a9d8")  # light enough everywhere for dark letters at a contrast above 4.5
WIDTH = 600
NARROW = 400  # what a phone shows whole with letters that can be read

_CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "white",
    "locale": {"number": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["£", ""]}},
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": RULE,
        "domainColor": MUTED,
        "tickColor": MUTED,
        "labelLimit": 420,
    },
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "titleColor": MUTED, "labelColor": INK},
    "text": {"fontSize": 12, "color": INK},
}


def spec(chart: alt.TopLevelMixin, alt_text: str) -> dict[str, Any]:
    """A chart as a Vega-Lite specification in the house style, its text alternative written into it."""
    content: dict[str, Any] = chart.configure(**_CONFIG).to_dict(validate=False)
    content["description"] = alt_text
    content.pop("$schema", None)
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", **content}
