"""The PDFs as they lie on paper: nothing is torn from what it belongs to, and a reader can find the way by bookmarks and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from built_edition import TARGETS, Edition
from pdf_structure import Tagged, tags_of
from reading_back import Page, squeezed

HEADINGS = ("/H1", "/H2", "/H3", "/H4")
A4 = (0, 0, 595, 842)


@pytest.fixture(params=TARGETS)
def pdf(request: pytest.FixtureRequest, edition: Edition) -> Path:
    return edition.folder / request.param / "briefing.pdf"


@pytest.fixture
def tags(pdf: Path) -> Tagged:
    return tags_of(pdf)


def exhibits(tags: Tagged) -> list[Tagged]:
    """Every element that holds a caption beside its table or picture."""
    return [found for found in tags.walk() if any(child.kind == "/Caption" for child in found.within)]


def after(tags: Tagged, heading: Tagged) -> Tagged:
    """What a heading stands over: the next element with content of its own."""
    blocks: Iterator[Tagged] = iter(found for found in tags.walk() if found.kind not in ("/Root", "/Document"))
    next(found for found in blocks if found is heading)
    return next(found for found in blocks if found.own_pages)


def test_no_heading_is_stranded_at_the_foot_of_a_page(tags: Tagged) -> None:
    headings = tags.all(*HEADINGS)
    assert len(headings) > 8
    assert [heading.pages for heading in headings if after(tags, heading).pages[0] != heading.pages[0]] == []


def test_no_exhibit_is_split_from_its_caption(tags: Tagged) -> None:
    found = exhibits(tags)
    assert len(found) >= 5
    for exhibit in found:
        caption, shown = exhibit.within
        assert shown.kind in ("/Table", "/Figure")
        assert len(caption.pages) == 1
        assert shown.pages[0] == caption.pages[0]
        assert shown.kind == "/Table" or len(shown.pages) == 1


def test_no_row_is_split_and_neither_the_first_nor_the_last_is_left_alone(tags: Tagged) -> None:
    for table in tags.all("/Table"):
        rows = [row.pages for body in table.all("/TBody") for row in body.all("/TR")]
        assert [pages for pages in rows if len(pages) != 1] == []
        first = [pages for pages in rows if pages == rows[0]]
        assert len(first) >= min(2, len(rows)), f"one row of {len(rows)} on page {rows[0]}"
        assert rows[0] == table.all("/THead")[0].pages[:1]
        assert rows[-1] == rows[max(-2, -len(rows))], f"the last row of {len(rows)} stands alone on page {rows[-1]}"


def test_its_bookmarks_are_its_headings(pdf: Path) -> None:
    main = Page(pdf.with_suffix(".html")).root.all("main")[0]
    expected = [squeezed(found.said) for found in main.all("h2", "h3", "h4")]
    with pikepdf.open(pdf) as opened, opened.open_outline() as outline:

        def titles(items: list[pikepdf.OutlineItem]) -> Iterator[str]:
            for item in items:
                yield squeezed(str(item.title))
                yield from titles(item.children)

        assert [title for title in titles(outline.root) if title != "Contents"] == expected


def test_its_pages_are_a4_its_fonts_embedded_and_nothing_in_it_is_active(pdf: Path) -> None:
    with pikepdf.open(pdf) as opened:
        assert {tuple(round(float(side)) for side in page.mediabox) for page in opened.pages} == {A4}
        fonts = [item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        actions = [item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/P" not in item]
        assert {str(item.S) for item in actions} & {"/JavaScript", "/Launch", "/SubmitForm", "/GoToR", "/ImportData"} == set()
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(opened.Root.keys())
        assert "/EmbeddedFiles" not in opened.Root.get("/Names", {})


def test_every_picture_says_what_it_shows(pdf: Path) -> None:
    with pikepdf.open(pdf) as opened:
        elements = [item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        said = [str(item.get("/Alt", "")) for item in elements if "/P" in item]
    drawn = [alternative for alternative, _ in Page(pdf.with_suffix(".html")).pictures]
    words = [re.sub(r"\W+", "", text) for text in said if text]
    assert sorted(words) == sorted(re.sub(r"\W+", "", text) for text in drawn)
