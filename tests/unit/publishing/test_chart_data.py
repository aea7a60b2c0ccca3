"""The figures behind a chart, as a table below it on the web page."""

from __future__ import annotations

import pytest
from lxml import html

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.chart_data import with_chart_data

CHART = {
    "id": "fig-share",
    "kind": "chart",
    "caption": "Shares & more",
    "columns": ["Area", "Pounds"],
    "rows": [["Shropshire <b>", "£500"], ["Essex", "£900"]],
    "align": "lr",
}
TABLE = {"id": "tbl-steps", "kind": "table"}


@pytest.mark.parametrize(
    "page",
    [
        '<main><figure id="figure_share"><svg></svg><figcaption>x</figcaption></figure><p>After</p></main>',
        '<main><div id="figure_share" class="quarto-float"><figure><svg></svg></figure></div><p>After</p></main>',
    ],
)
def test_the_figures_stand_below_the_chart_and_text_stays_text(page: str) -> None:
    found = html.fromstring(with_chart_data(page, [TABLE, CHART]))
    (details,) = found.xpath("//figure/following-sibling::details")
    assert details.xpath("./summary")[0].text == "The figures in this chart"
    assert [cell.text for cell in details.xpath(".//thead//th")] == ["Area", "Pounds"]
    assert [cell.text_content() for cell in details.xpath(".//tbody//th")] == ["Shropshire <b>", "Essex"]
    assert [cell.text for cell in details.xpath('.//tbody//td[@class="number"]')] == ["£500", "£900"]
    assert details.xpath("./div/@aria-label") == ["The figures of: Shares & more"]


def test_a_chart_that_the_template_left_out_has_no_table_either() -> None:
    assert with_chart_data("<main></main>", [CHART]) == "<main></main>"
    with pytest.raises(TypesettingError, match="does not stand in a figure"):
        with_chart_data('<main id="figure_share"></main>', [CHART])


def test_a_chart_without_its_figures_is_refused() -> None:
    with pytest.raises(TypesettingError, match="without its figures"):
        with_chart_data('<figure id="figure_share"></figure>', [{**CHART, "rows": []}])
