"""Exhibits as files: a page that shows text as text, tables in which no text is a formula, and pictures that say what they show."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from openpyxl import load_workbook

from spf_analysis import exhibits
from spf_analysis.context import Exhibit
from spf_analysis.errors import UsageError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.publishing.exhibit_files import NUMBER, page, plain, sheet_text, write_exhibits

HOSTILE = (
    '=HYPERLINK("http://x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "<script>alert(1)</script>",
    "**bold** {{ 1 }} <% x %>",
    "\x07bell",
)


@pytest.fixture(scope="module")
def base(root: Path) -> EvidenceBase:
    return read_evidence(root / "evidence")


@pytest.fixture(scope="module")
def fonts(root: Path) -> Path:
    return root / "templates" / "house" / "fonts"


def table(*cells: str) -> Exhibit:
    return Exhibit(
        id="tbl-x",
        kind="table",
        caption="A <b> table",
        source_note="=note",
        alt="A table.",
        columns=("a",),
        rows=tuple((c,) for c in cells),
    )


@given(st.text(max_size=30))
def test_no_text_of_a_table_is_a_formula(text: str) -> None:
    shown = plain(text)
    assert shown.lstrip()[:1] not in ("=", "@", "+", "-") or NUMBER.match(shown)
    assert shown.removeprefix("'") == text.removeprefix("'") or shown == text


@pytest.mark.parametrize("number", ["-28%", "+3", "£1,000", "-0.5", "2026"])
def test_a_number_stays_a_number(number: str) -> None:
    assert plain(number) == number


def test_a_sheet_is_read_back_as_it_was(tmp_path: Path, fonts: Path) -> None:
    write_exhibits([table(*HOSTILE)], tmp_path / "t.csv", fonts)
    rows = list(csv.reader(io.StringIO((tmp_path / "t.csv").read_text(encoding="utf-8-sig"))))
    assert [row[0].removeprefix("'") for row in rows[1:]] == list(HOSTILE)
    assert sheet_text(table("a")) == "a\r\na\r\n"


def test_a_workbook_holds_text_only(tmp_path: Path, fonts: Path) -> None:
    write_exhibits([table(*HOSTILE)], tmp_path / "t.xlsx", fonts)
    sheet = load_workbook(tmp_path / "t.xlsx")["x"]
    cells = [sheet.cell(number, 1) for number in range(2, 2 + len(HOSTILE))]
    assert all(cell.data_type == "s" for cell in cells)
    assert cells[0].value == HOSTILE[0]
    assert sheet.freeze_panes == "A2"


def test_a_page_shows_text_as_text(fonts: Path) -> None:
    made = html.fromstring(page([table(*HOSTILE)], fonts))
    assert made.xpath("//script") == []
    assert [cell.text_content() for cell in made.xpath("//tbody/tr/th")][5] == HOSTILE[5]
    assert made.xpath("string(//caption)") == "A <b> table"
    assert made.get("lang") == "en-GB"


def test_a_chart_on_a_page_says_what_it_shows(base: EvidenceBase, fonts: Path, tmp_path: Path) -> None:
    drawn = exhibits.synthesis.gaps(base)
    write_exhibits(drawn, tmp_path / "map.html", fonts)
    made = html.fromstring((tmp_path / "map.html").read_bytes())
    picture = made.xpath("//img")[0]
    assert picture.get("alt") == drawn[0].alt
    assert picture.get("src").startswith("data:image/svg+xml;base64,")
    assert len(made.xpath("//tbody/tr")) == len(drawn[1].rows)
    write_exhibits(drawn, tmp_path / "map.svg", fonts)
    assert (tmp_path / "map.svg").read_text().startswith("<svg")


def test_what_cannot_be_written_is_told(fonts: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no kind of file"):
        write_exhibits([table("a")], tmp_path / "t.pdf", fonts)
    with pytest.raises(UsageError, match="no chart"):
        write_exhibits([table("a")], tmp_path / "t.svg", fonts)
