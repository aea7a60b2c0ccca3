"""The audit trail: an executed notebook fit to be published, and its page."""

from __future__ import annotations

import nbformat
import pytest

from spf_analysis.context import CHART, MIME
from spf_analysis.publishing.audit import audit_html, audit_notebook

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>Bars &amp; labels</text></svg>'


def executed() -> nbformat.NotebookNode:
    """A notebook as papermill leaves it: parameters, streams, a table, a chart, the context, and timings everywhere."""
    output = nbformat.v4.new_output
    sources: list[tuple[str, list[nbformat.NotebookNode], list[str]]] = [
        ('area: str = "QOC"', [], ["parameters"]),
        ('area = "QGH"', [], ["injected-parameters"]),
        ("noise", [output("stream", name="stderr", text="/home/maria/x"), output("error", ename="E", evalue="v", traceback=["t"])], []),
        (
            "table",
            [output("execute_result", data={"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "1"}, execution_count=4)],
            [],
        ),
        ("chart", [output("display_data", data={CHART: {"mark": "bar"}, "text/plain": 'A caption\nAn "alternative" & <more>'})], []),
        ("brief.context", [output("execute_result", data={MIME: {"x": 1}, "text/plain": "a briefing"}, execution_count=6)], []),
    ]
    cells = [nbformat.v4.new_markdown_cell("# A story", metadata={"papermill": {"duration": 1}})]
    for number, (source, outputs, tags) in enumerate(sources, start=1):
        metadata = {"tags": tags, "papermill": {"duration": 0.1}, "execution": {"iopub.status.busy": "2026-11-21T00:00:00Z"}}
        cells.append(nbformat.v4.new_code_cell(source, outputs=outputs, execution_count=number, metadata=metadata))
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"papermill": {"output_path": "/home/maria/x"}, "kernelspec": {"name": "spf-lean", "display_name": "x"}}
    )


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    return audit_notebook(executed(), {"Area": "Herefordshire (QGH)", "Financial year": "2026/27"}, {"fig-one": SVG})


def test_it_opens_with_the_parameters_that_matter(notebook: nbformat.NotebookNode) -> None:
    assert "| Area | Herefordshire (QGH) |" in notebook.cells[0].source


def test_nothing_private_and_no_timing_is_left(notebook: nbformat.NotebookNode) -> None:
    text = nbformat.writes(notebook)
    assert [
        word for word in ("/home/", "iopub", "papermill", "duration", "parameters", "traceback", MIME, 'area = "') if word in text
    ] == []
    assert [cell.source for cell in notebook.cells[2:]] == ["noise", "table", "chart", "brief.context"]
    nbformat.validate(notebook)


def test_the_same_notebook_gives_the_same_bytes() -> None:
    first, second = (nbformat.writes(audit_notebook(executed(), {"Area": "x"}, {"fig-one": SVG})) for _ in range(2))
    assert first == second


def test_a_chart_stands_as_a_picture(notebook: nbformat.NotebookNode) -> None:
    (output,) = next(cell for cell in notebook.cells if cell.source == "chart").outputs
    assert output.data["image/svg+xml"] == SVG
    assert CHART not in output.data


def test_the_page_stands_alone_and_its_pictures_have_alternatives(notebook: nbformat.NotebookNode) -> None:
    page = audit_html(notebook, "How this was made: Herefordshire & more")
    assert "<script" not in page
    assert "Herefordshire &amp; more" in page
    assert '<html lang="en' in page
    assert "<td>1</td>" in page
    assert 'src="data:image/svg+xml;base64,' in page
    assert "alternative" in page.partition('alt="')[2].partition('"')[0]
    assert audit_html(notebook, "How this was made: Herefordshire & more") == page
