"""Statements: the pages of a PDF are counted; those of a Word document are taken as recorded, where they can be believed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pikepdf
import pytest
from docx.enum.text import WD_BREAK

from spf_analysis.errors import FundError
from spf_analysis.fund.statements import COUNTED, RECORDED, measured

PROPERTIES = "docProps/app.xml"


def pdf(folder: Path, pages: int, name: str = "statement.pdf", password: str | None = None) -> str:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    made.save(folder / name, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return name


def word(folder: Path, words: int, recorded: str | None, breaks: int = 0, name: str = "statement.docx") -> str:
    """A Word document of so many words and page breaks, with the number of pages that a word processor recorded."""
    made = docx.Document()
    paragraph = made.add_paragraph("word " * words)
    for _ in range(breaks):
        paragraph.add_run().add_break(WD_BREAK.PAGE)
    made.save(str(folder / "draft.docx"))
    pages = f"<Pages>{recorded}</Pages>" if recorded is not None else ""
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    with zipfile.ZipFile(folder / "draft.docx") as old, zipfile.ZipFile(folder / name, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part) if part != PROPERTIES else f'<Properties xmlns="{namespace}">{pages}</Properties>')
    return name


@pytest.mark.parametrize("pages", [1, 2, 3, 41])
def test_the_pages_of_a_pdf_are_counted(tmp_path: Path, pages: int) -> None:
    found = measured(tmp_path, pdf(tmp_path, pages))
    assert (found.pages, found.measured, found.file) == (pages, COUNTED, "statement.pdf")


def test_a_count_that_a_pdf_claims_is_not_believed(tmp_path: Path) -> None:
    name = pdf(tmp_path, 5)
    with pikepdf.open(tmp_path / name, allow_overwriting_input=True) as made:
        made.Root.Pages.Count = 2
        made.save(tmp_path / name)
    assert measured(tmp_path, name).pages == 5


@pytest.mark.parametrize(("words", "recorded", "breaks", "pages"), [(300, "1", 0, 1), (900, "2", 1, 2), (300, "1", 3, 4)])
def test_the_pages_of_a_word_document_are_those_recorded_and_never_fewer_than_its_breaks_make(
    tmp_path: Path, words: int, recorded: str, breaks: int, pages: int
) -> None:
    found = measured(tmp_path, word(tmp_path, words, recorded, breaks))
    assert (found.pages, found.measured) == (pages, RECORDED)


@pytest.mark.parametrize(("words", "recorded"), [(3_000, "1"), (300, None), (300, "two")])
def test_a_word_document_whose_record_cannot_be_believed_is_not_measured(tmp_path: Path, words: int, recorded: str | None) -> None:
    found = measured(tmp_path, word(tmp_path, words, recorded))
    assert found.pages is None
    assert found.said.startswith("not measured: ")
    assert "PDF" in found.said


def test_a_document_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of the kind")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "empty.pdf").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as other:
        other.writestr("readme.txt", "no Word document")
    with zipfile.ZipFile(tmp_path / "entity.docx", "w") as hostile:
        hostile.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;')
    pdf(tmp_path, 2, "locked.pdf", password="secret")
    for name in ("broken.pdf", "broken.docx", "empty.pdf", "other.docx", "entity.docx", "locked.pdf", "absent.pdf"):
        with pytest.raises(FundError) as caught:
            measured(tmp_path, name)
        assert name in caught.value.problems[0].where
        assert caught.value.problems[0].hint


@pytest.mark.parametrize("name", ["../secret.pdf", "/etc/passwd", "statement.odt", ".hidden.pdf", "a/b.docx", "statement"])
def test_only_plain_names_of_two_formats_are_taken(tmp_path: Path, name: str) -> None:
    with pytest.raises(FundError, match="neither a PDF nor a Word document"):
        measured(tmp_path, name)
