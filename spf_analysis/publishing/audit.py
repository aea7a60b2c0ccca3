"""The audit trail of a briefing: its executed notebook and that notebook as HTML, fit to be published.

It opens with a table of the parameters that matter and holds no path, traceback, timing or parameter cell; charts stand as
pictures so that nothing needs a network. What a source, a ledger or a name holds is shown as text: of what a cell shows and of what
its Markdown makes, only elements that can do nothing reach the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from spf_analysis.context import CHART
from spf_analysis.publishing.typeset import escape

_HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "remove"})
_SHOWN = ("text/html", "text/plain")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = ("p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr", "br", "div")
_TABLES = ("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td")
_WORDS = ("a", "strong", "em", "b", "i", "small", "code", "sub", "sup", "span")
_ATTRIBUTES = {"a": ["href"], "th": ["scope", "class"], "td": ["class"], "col": ["style"]}
_TEMPLATES = Path(__file__).parent / "audit_template"


def audit_notebook(
    executed: nbformat.NotebookNode,
    parameters: Mapping[str, str],
    pictures: Mapping[str, str],
    heading: str = "How this briefing was made",
) -> nbformat.NotebookNode:
    """A copy of an executed notebook that can be published.

    `parameters` are the words of the table below the opening `heading`; `pictures` the SVG text of each chart, by exhibit id.
    """
    rows = "\n".join(f"| {escape(name)} | {escape(value)} |" for name, value in parameters.items())
    opening = nbformat.v4.new_markdown_cell(f"# {heading}\n\n| Parameter | Value |\n|:--|:--|\n{rows}\n")
    kept = [cell for cell in executed.cells if not _HIDDEN_TAGS & set(cell.metadata.get("tags", []))]
    charts = list(pictures.values())
    cells = [opening, *(_clean(cell, charts) for cell in kept)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03d}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _clean(cell: nbformat.NotebookNode, charts: list[str]) -> nbformat.NotebookNode:
    if cell.cell_type != "code":
        return nbformat.v4.new_markdown_cell(cell.source)
    made = nbformat.v4.new_code_cell(cell.source)
    made.execution_count = cell.execution_count
    made.outputs = [output for output in (_output(output, charts) for output in cell.outputs) if output is not None]
    return made


def _output(output: nbformat.NotebookNode, charts: list[str]) -> nbformat.NotebookNode | None:
    if output.output_type not in ("execute_result", "display_data"):
        return None
    data = {mime: output.data[mime] for mime in _SHOWN if mime in output.data}
    if CHART in output.data:
        data["image/svg+xml"] = charts.pop(0)
    if not data:
        return None
    return nbformat.v4.new_output(
        output.output_type,
        data=data,
        metadata={},
        **({"execution_count": output.execution_count} if output.output_type == "execute_result" else {}),
    )


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors.sanitize import SanitizeHTML
    from traitlets.config import Config

    options = {
        "extra_template_basedirs": [str(_TEMPLATES.parent)],
        "template_name": _TEMPLATES.name,
        "sanitize_html": False,  # it is done below, to what is shown: done to Markdown, it would spoil what is escaped there
        "exclude_anchor_links": True,
    }
    exporter = HTMLExporter(config=Config({"HTMLExporter": options}))
    harmless = SanitizeHTML(tags=[*_HEADINGS, *_BLOCKS, *_TABLES, *_WORDS], attributes=_ATTRIBUTES, styles=["width"])
    exporter.register_filter("harmless", harmless.sanitize_html_tags)
    return exporter


def audit_html(notebook: nbformat.NotebookNode, title: str, stamp: str = "") -> str:
    """The audit notebook as one self-contained HTML page, code folded; a `stamp` stays at its head."""
    shown = nbformat.from_dict(notebook)
    shown.metadata["title"], shown.metadata["stamp"] = title, stamp
    body, _ = _exporter().from_notebook_node(shown, resources={"metadata": {"name": title}})
    return str(body)
