"""Where the pages break when somebody prints a briefing's web page on A4."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from built_edition import Edition
from reading_back import Element, Page, squeezed

PRINTED = ("QOC", "national-fund", "national-evidence")


@dataclass(frozen=True)
class Paper:
    """A printed web page: what it holds, and the words on each sheet in the order of the page."""

    page: Page
    sheets: tuple[str, ...]

    def on(self, *parts: str) -> bool:
        """Whether a sheet holds all these words, each whole."""
        return any(all(squeezed(part) in sheet for part in parts) for sheet in self.sheets)

    @property
    def exhibits(self) -> list[tuple[Element, str]]:
        """The figures and tables, each with its source note."""
        notes = {}
        for parent in [self.page.root, *self.page.root.all()]:
            for at, child in enumerate(parent.within):
                after = [item for item in parent.within[at + 1 : at + 3] if item.attributes.get("class") == "source-note"]
                if child.name == "figure":
                    notes[id(child)] = (child, after[0].said)
        return list(notes.values())


@pytest.fixture(scope="module", params=PRINTED)
def paper(request: pytest.FixtureRequest, browser: Any, edition: Edition, tmp_path_factory: Any, needed: Callable[..., str]) -> Paper:
    written = edition.folder / request.param / "briefing.html"
    printed = tmp_path_factory.mktemp("printed") / "printed.pdf"
    page = browser.new_page()
    page.goto(written.as_uri())
    page.pdf(path=str(printed), prefer_css_page_size=True)
    page.close()
    done = subprocess.run([needed("pdftotext"), "-raw", str(printed), "-"], capture_output=True, text=True, check=True)
    return Paper(Page(written), tuple(squeezed(sheet) for sheet in done.stdout.split("\f")[:-1]))


def test_every_heading_stands_whole_and_above_something(paper: Paper) -> None:
    headings = [squeezed(found.said) for found in paper.page.root.all("main")[0].all("h2", "h3", "h4")]
    assert [heading for heading in headings if not paper.on(heading)] == []
    (contents,) = paper.page.root.all("nav")
    sheets = [sheet for sheet in paper.sheets if sheet[-80:] not in squeezed(contents.said)]  # the contents may go on over the page
    assert [sheet[-60:] for sheet in sheets if any(sheet.endswith(heading) for heading in headings)] == []


def test_a_chart_stands_with_its_caption_and_its_source_note(paper: Paper) -> None:
    charts = [(figure, note) for figure, note in paper.exhibits if figure.all("svg")]
    assert charts
    for figure, note in charts:
        (caption,) = figure.all("figcaption")
        words = [text.said for text in figure.all("text") if text.said]
        assert paper.on(caption.said, words[0], words[-1], note), caption.said


def test_a_table_leaves_no_row_alone_and_keeps_its_caption_and_its_source_note(paper: Paper) -> None:
    tables = [(figure, note) for figure, note in paper.exhibits if figure.all("table")]
    assert tables
    for figure, note in tables:
        (caption,) = figure.all("figcaption")
        head, *rows = ["".join(cell.said for cell in row.all("th", "td")) for row in figure.all("tr")]
        assert paper.on(caption.said, head, *rows[:2]), f"{caption.said}: its head"
        assert paper.on(*rows[-2:], note), f"{caption.said}: its foot"
        assert [row for row in rows if not paper.on(row)] == [], f"{caption.said}: a row is cut"


def test_the_last_sheet_holds_more_than_the_colophon(paper: Paper) -> None:
    (footer,) = paper.page.root.all("footer")
    assert paper.sheets[-1].endswith(squeezed(footer.said))
    assert len(paper.sheets[-1]) > len(squeezed(footer.said)) + 100


def test_no_sheet_is_left_nearly_empty(paper: Paper) -> None:
    assert [sheet for sheet in paper.sheets[:-1] if len(sheet) < 250] == []
