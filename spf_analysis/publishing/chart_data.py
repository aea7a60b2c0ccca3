"""The figures behind each chart of a web page, as a table that a reader can open below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from spf_analysis.errors import TypesettingError

Json = Mapping[str, Any]
_END = "</figure>"
_SHOWN_AS = ("fig-", "figure_")  # what the typesetters' filter for numbering makes of an exhibit's id
_ALIGNED = {"r": ' class="number"', "c": "", "l": ""}


def with_chart_data(page: str, exhibits: Iterable[Json]) -> str:
    """A web page in which the figures of every chart on it stand below the chart, behind a disclosure.

    Raises TypesettingError where a chart stands outside a figure, or comes without figures.
    """
    for exhibit in exhibits:
        if exhibit["kind"] == "chart":
            page = _with_table(page, exhibit)
    return page


def _with_table(page: str, exhibit: Json) -> str:
    start = page.find(f'id="{exhibit["id"].replace(*_SHOWN_AS, 1)}"')
    if start < 0:
        return page
    end = page.find(_END, start)
    if not exhibit["rows"]:
        raise TypesettingError("a chart comes without its figures", where=exhibit["id"], hint="Give the exhibit columns and rows too.")
    if end < 0:
        raise TypesettingError(
            "a chart does not stand in a figure on the web page", where=exhibit["id"], hint="Place it as `exhibit` does."
        )
    end += len(_END)
    return f"{page[:end]}\n{_disclosure(exhibit)}{page[end:]}"


def _disclosure(exhibit: Json) -> Markup:
    caption, columns = escape(exhibit["caption"]), exhibit["columns"]
    head = Markup("").join(Markup('<th scope="col"{}>{}</th>').format(_aligned(exhibit, at), name) for at, name in enumerate(columns))
    body = Markup("\n").join(Markup("<tr>{}</tr>").format(_cells(exhibit, row)) for row in exhibit["rows"])
    return Markup(
        '<details class="chart-data"><summary>The figures in this chart</summary>\n'
        '<div class="chart-data-table" tabindex="0" role="region" aria-label="The figures of: {0}"><table>\n'
        "<thead><tr>{1}</tr></thead>\n<tbody>\n{2}\n</tbody>\n</table></div></details>"
    ).format(caption, head, body)


def _cells(exhibit: Json, row: Iterable[str]) -> Markup:
    first, *others = row
    cells = (Markup("<td{}>{}</td>").format(_aligned(exhibit, at), cell) for at, cell in enumerate(others, 1))
    return Markup('<th scope="row">{}</th>{}').format(first, Markup("").join(cells))


def _aligned(exhibit: Json, at: int) -> Markup:
    return Markup(_ALIGNED[exhibit["align"][at]])
