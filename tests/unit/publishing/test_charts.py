"""Charts as pictures: the letters really are in the PNG that Word shows."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from spf_analysis.errors import BriefingError
from spf_analysis.exhibits import house
from spf_analysis.publishing import charts

FONTS = Path(__file__).parents[3] / "templates" / "house" / "fonts"


def _spec(words: str) -> dict[str, object]:
    frame = pd.DataFrame({"x": [1], "words": [words]})
    chart = alt.Chart(frame).mark_text().encode(x=alt.X("x:Q", axis=None), text="words:N").properties(width=200, height=40)
    return house.spec(chart, "a text alternative")


@pytest.fixture(scope="module")
def picture() -> str:
    return charts.svg(_spec("Shropshire"), FONTS)


def test_the_png_shows_the_letters(picture: str) -> None:
    assert len(charts.png(picture)) > len(charts.png(picture.replace("Shropshire", ""))) + 500


def test_the_same_chart_gives_the_same_bytes(picture: str) -> None:
    assert charts.svg(_spec("Shropshire"), FONTS) == picture
    assert charts.png(picture) == charts.png(picture)


def test_each_chart_is_written_twice(tmp_path: Path) -> None:
    exhibits = {"fig-a": {"kind": "chart", "spec": _spec("a")}, "tbl-b": {"kind": "table"}}
    assert list(charts.write_charts(exhibits, tmp_path, FONTS)) == ["fig-a"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["fig-a.png", "fig-a.svg"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"mark": "nothing", "data": {"values": []}}, "TypeError: Cannot read properties of undefined (reading 'filled')"),
        (
            {"mark": "point", "data": {"url": "http://elsewhere.example/a.csv"}},
            "Error: External data url not allowed: http://elsewhere.example/a.csv",
        ),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_named_in_one_line(spec: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(BriefingError) as caught:
        charts.write_charts({"fig-a": {"kind": "chart", "spec": spec}}, tmp_path, FONTS)
    (problem,) = caught.value.problems
    assert (problem.where, problem.message) == ("fig-a", f"the chart cannot be drawn: {said}")
