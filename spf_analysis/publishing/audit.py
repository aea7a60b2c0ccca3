"""The audit trail of a briefing: its executed notebook and that notebook as HTML, fit to be published.

It opens with a table of the parameters that matter and holds no path, traceback, timing or parameter cell; charts stand as
pictures so that nothing needs a network.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from spf_analysis.context import CHART, MIME

_HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "remove"})
_TEMPLATES = Path(__file__).parent / "audit_template"


def audit_notebook(executed: nbformat.NotebookNode, parameters: Mapping[str, str], pictures: Mapping[str, str]) -> nbformat.NotebookNode:
    """A copy of an executed notebook that can be published.

    `parameters` are the words of the opening table; `pictures` the SVG text of each chart, by exhibit id.
    """
    rows = "\n".join(f"| {name} | {value} |" for name, value in parameters.items())
    opening = nbformat.v4.new_markdown_cell(f"# How this briefing was made\n\n| Parameter | Value |\n|:--|:--|\n{rows}\n")
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
    data = {mime: content for mime, content in output.data.items() if mime != MIME}
    if CHART in data:
        del data[CHART]
        data["image/svg+xml"] = charts.pop(0)
    return nbformat.v4.new_output(
        output.output_type,
        data=data,
        metadata={},
        **({"execution_count": output.execution_count} if output.output_type == "execute_result" else {}),
    )


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    config = Config(
        {"HTMLExporter": {"extra_template_basedirs": [str(_TEMPLATES.parent)], "template_name": _TEMPLATES.name, "sanitize_html": False}}
    )
    return HTMLExporter(config=config)


def audit_html(notebook: nbformat.NotebookNode, title: str, stamp: str = "") -> str:
    """The audit notebook as one self-contained HTML page, code folded; a `stamp` stays at its head."""
    shown = nbformat.from_dict(notebook)
    shown.metadata["title"], shown.metadata["stamp"] = title, stamp
    for cell in shown.cells:
        for output in cell.get("outputs", []):
            if "image/svg+xml" in output.get("data", {}):
                encoded = base64.b64encode(output.data.pop("image/svg+xml").encode()).decode()
                alt = (
                    re.sub(r"\s+", " ", str(output.data.get("text/plain", "chart"))).replace('"', "'").replace("<", "").replace("&", "and")
                )
                output.data["text/html"] = f'<img alt="{alt}" src="data:image/svg+xml;base64,{encoded}">'
    body, _ = _exporter().from_notebook_node(shown, resources={"metadata": {"name": title}})
    return str(body)
