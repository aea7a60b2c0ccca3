"""The audit trail: an executed notebook fit to be published, and its page."""

from __future__ import annotations

import nbformat
import pytest
from lxml import html

from spf_analysis.context import CHART, MIME
from spf_analysis.publishing.audit import audit_html, audit_notebook

HOSTILE = {
    "refresh": '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)><iframe src=http://evil.example></iframe><base href=//evil.example>",
    "markdown": "[press](http://evil.example/a) ![p](http://evil.example/b.png) <http://evil.example/c> **stars** # head _low_",
    "marks": "`tick` ``two`` | pipe \\| slash \\\\| $x$ $$y$$ \\(z\\) \\[w\\] \\begin{a}b\\end{a} &lt;meta&gt; &amp; a\\",
    "lines": "one <br> two --- ~~gone~~ ^[note] <!-- comment --> ]]> </td></tr></table><h1>out</h1>",
}
ACTIVE = ("meta", "script", "img", "iframe", "base", "link", "object", "embed", "form", "svg", "style", "video")
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
    cells = html.fromstring(audit_html(notebook, "t")).xpath("(//table)[1]/tbody/tr/td")
    assert [cell.text_content() for cell in cells[:2]] == ["Area", "Herefordshire (QGH)"]


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
    (picture,) = html.fromstring(page).iter("img")
    assert picture.get("src").startswith("data:image/svg+xml;base64,")
    assert picture.get("alt") == 'A caption An "alternative" & <more>'
    assert audit_html(notebook, "How this was made: Herefordshire & more") == page


def hostile(text: str) -> nbformat.NotebookNode:
    """A notebook whose cells show a text in every way that a cell can."""
    ways = [{"text/plain": text}, {"text/html": text, "text/plain": text}, {"text/markdown": text}, {"image/svg+xml": text}]
    ways += [{"application/javascript": text}, {"text/latex": text, "text/plain": text}, {CHART: {}, "text/plain": text}]
    outputs = [nbformat.v4.new_output("display_data", data=data) for data in ways]
    outputs += [nbformat.v4.new_output("stream", text=text), nbformat.v4.new_output("error", ename=text, evalue=text, traceback=[text])]
    cells = [nbformat.v4.new_code_cell(text, outputs=outputs), nbformat.v4.new_raw_cell(text)]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_name_a_title_or_an_output_holds_is_text(text: str) -> None:
    plain = html.fromstring(audit_html(audit_notebook(executed(), {"Area": "x", "Edition": "y"}, {"fig-one": SVG}), "t", "s"))
    notebook = audit_notebook(executed(), {"Area": text, text: "y"}, {"fig-one": SVG})
    page = html.fromstring(audit_html(notebook, text, text))
    assert [item.tag for item in page.iter()] == [item.tag for item in plain.iter()], "it makes an element of its own"
    first, second = page.xpath("(//table)[1]/tbody/tr")
    assert first.xpath("td")[1].text_content() == second.xpath("td")[0].text_content() == text.replace("\n", " ")
    assert page.findtext(".//title") == f"Illustrative: {text}"
    assert page.xpath("string(//aside)") == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_a_cell_shows_can_run_or_reach_out(text: str) -> None:
    page = html.fromstring(audit_html(audit_notebook(hostile(text), {}, {"fig-one": SVG}), "t"))
    shown = page.find(".//main")
    active = [item for item in shown.iter() if item.tag in ACTIVE]
    assert [item.tag for item in active] == ["img"]
    assert active[0].get("src").startswith("data:image/svg+xml;base64,")
    assert active[0].get("alt") == " ".join(text.split())
    assert [name for item in shown.iter() for name in item.attrib if name.startswith("on")] == []


def test_the_story_of_a_notebook_is_set_as_its_markdown_says() -> None:
    story = "## The share\n\nRate **times** *need*, `x < 1`, [why](https://example.org).\n\n- one\n- two\n\n| a | b |\n|--|--|\n| 1 | 2 |"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(story)])
    page = html.fromstring(audit_html(notebook, "t"))
    assert page.findtext(".//h2") == "The share"
    assert [page.findtext(f".//{name}") for name in ("strong", "em", "code", "a")] == ["times", "need", "x < 1", "why"]
    assert [item.text_content().strip() for item in page.iter("li")] == ["one", "two"]
    assert [item.text_content() for item in page.iter("td")] == ["1", "2"]
