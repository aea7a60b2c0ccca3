"""Long tables in PDF, by either typesetter: wherever a page ends, rows that belong together stay so, and the tags stay plain."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pdf_structure import Tagged, tags_of

from spf_analysis.publishing.typeset import choose

HOUSE = Path(__file__).parents[2] / "templates" / "house"
FRONT = '---\ntitle: "Tables"\ndate: "2026-04-01"\nedition: "Edition 1"\n---\n\n## Tables\n\n'
NOTE = f"::: {{.source-note}}\n{'Source: invented for this test, as all that is in it. ' * 4}\n:::\n\n"
COUNT = 24
Set = Callable[[str], Tagged]


@pytest.fixture(params=["embedded", pytest.param("quarto", marks=pytest.mark.quarto)])
def typeset(request: pytest.FixtureRequest, tmp_path: Path) -> Set:
    """Typesets a briefing of this text and gives the tags of its PDF."""
    if request.param == "quarto" and not shutil.which("quarto"):
        pytest.skip("Quarto is not on the PATH")

    def typeset(text: str) -> Tagged:
        (tmp_path / "briefing.qmd").write_text(FRONT + text, encoding="utf-8")
        return tags_of(choose(request.param, HOUSE).typeset(tmp_path, ["pdf"])["pdf"])

    return typeset


def table(number: int, rows: int, words: int) -> str:
    """A table whose rows differ in height, the tallest with so many words."""
    told = "".join(f"| Area {row} | {'told ' * (words - (row * 7) % words // 2)} | {row},000 |\n" for row in range(rows))
    return f'| Area | What is said | Pounds |\n|:--|:--|--:|\n{told}\n: Areas {{#tbl-t{number} tbl-colwidths="[20,60,20]"}}\n\n'


def tables(rows: int, words: int, *, note: str = "") -> str:
    """Tables with ever more lines between them, so that pages end at each of their rows."""
    return "".join(f"{table(number, rows, words)}{note}" + "A line between.\n\n" * (1 + number % 5) for number in range(COUNT))


def pages_of(table: Tagged) -> list[list[int]]:
    """The pages of each row below the header."""
    return [row.pages for body in table.all("/TBody") for row in body.all("/TR")]


def following(tags: Tagged, table: Tagged) -> Tagged:
    """The next element with content of its own after a table and its caption."""
    elements = list(tags.walk())
    start = next(index for index, found in enumerate(elements) if found is table) + len(list(table.walk()))
    return next(found for found in elements[start:] if found.own_pages and found.kind != "/Caption")


@pytest.mark.parametrize("note", ["", NOTE], ids=["bare", "noted"])
@pytest.mark.parametrize("rows", [4, 5, 14])
def test_neither_the_first_nor_the_last_row_stands_alone(typeset: Set, rows: int, note: str) -> None:
    found = typeset(tables(rows, 60 if rows < 14 else 30, note=note)).all("/Table")
    pages = [pages_of(table) for table in found]
    assert [len(table) for table in pages] == [rows] * COUNT
    assert sum(table[0] != table[-1] for table in pages) >= 3, "hardly a table goes over a page"
    assert [table for table in pages if table[-1] != table[-2] or table[0] != table[1]] == []
    assert [row for table in pages for row in table if len(row) != 1] == []


@pytest.mark.parametrize("rows", [2, 3])
def test_two_and_three_long_rows_stay_on_one_page_with_their_header(typeset: Set, rows: int) -> None:
    for found in typeset(tables(rows, 120)).all("/Table"):
        assert len(found.pages) == 1


@pytest.mark.parametrize("rows", [3, 14])
def test_a_source_note_stands_below_the_last_row(typeset: Set, rows: int) -> None:
    tags = typeset(tables(rows, 60, note=NOTE))
    for found in tags.all("/Table"):
        assert following(tags, found).pages == pages_of(found)[-1]


def test_the_tags_are_those_of_a_plain_table(typeset: Set) -> None:
    for found in typeset(tables(14, 30, note=NOTE)).all("/Table"):
        assert [part.kind for part in found.within if part.kind != "/Caption"] == ["/THead", "/TBody"]
        head, body = found.all("/THead", "/TBody")
        assert [[cell.kind for cell in row.within] for row in head.within] == [["/TH"] * 3]
        assert [[cell.kind for cell in row.within] for row in body.within] == [["/TD"] * 3] * 14


def test_rows_too_tall_to_share_a_page_are_all_there(typeset: Set) -> None:
    pages = pages_of(typeset(table(1, 3, 700)).all("/Table")[0])
    assert [len(row) for row in pages] == [1, 1, 1]
    assert pages == sorted(pages)
