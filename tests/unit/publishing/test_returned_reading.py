"""Where sentences of a returned Word file end, and which line of a template each comes from."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from spf_analysis.errors import BriefingError
from spf_analysis.publishing.returned.document import ADDED, REFERENCE, TAKEN_OUT, TEXT, Comment, Paragraph, Piece
from spf_analysis.publishing.returned.origins import rewritten
from spf_analysis.publishing.returned.reading import read_returned
from spf_analysis.publishing.returned.sending import same_text
from spf_analysis.publishing.returned.sentences import sentences_of
from spf_analysis.publishing.returned.tracing import Stretch, traced

OURS = Comment("Dev Patel", "2026-12-02", "Who says so?")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FIELD = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
COMPLEX = FIELD.format("begin") + FIELD.format("separate") + "<w:r><w:t>{}</w:t></w:r>" + FIELD.format("end")
SIMPLE = "<w:fldSimple w:instr='PAGE'><w:r><w:t>{}</w:t></w:r></w:fldSimple>"


def word_file(path: Path, body: str, footer: str = "", comments: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/footer1.xml", f"<w:ftr {W}><w:p><w:r><w:t>First edition, page </w:t></w:r>{footer}</w:p></w:ftr>")
        archive.writestr("word/comments.xml", f"<w:comments {W}>{comments}</w:comments>")
    return path


@pytest.mark.parametrize("field", [COMPLEX, SIMPLE])
def test_page_numbers_are_no_part_of_the_edition(field: str, tmp_path: Path) -> None:
    one, other = (read_returned(word_file(tmp_path / f"{page}.docx", "", field.format(page))) for page in (1, 12))
    assert one.footer == other.footer == "First edition, page"
    assert same_text(one, other)


def test_a_comment_that_was_put_on_nothing_is_kept(tmp_path: Path) -> None:
    comment = (
        '<w:comment w:id="3" w:author="Dev Patel" w:date="2026-12-02T09:00:00Z"><w:p><w:r><w:t>Who says so?</w:t></w:r></w:p></w:comment>'
    )
    read = read_returned(word_file(tmp_path / "a.docx", "<w:p><w:r><w:t>It stands.</w:t></w:r></w:p>", comments=comment))
    assert read.adrift == (OURS,)


@pytest.mark.parametrize(
    "sentences",
    [
        ["It is open (NASP, 2024, sect. C).", "Nothing follows."],
        ["They ask, e.g. Councils, about it.", "So did Dr. Hill."],
        ["Which models last? (NASP, no date)", "What would answer it: studies."],
        ["Bickerdike, L. et al. (2017) wrote it."],
        ["It ends.", "‘Quoted’ begins."],
        ["It asks (Who pays? Nobody knows.) and goes on."],
    ],
)
def test_sentences_end_where_they_end(sentences: list[str]) -> None:
    assert list(sentences_of(" ".join(sentences))) == sentences


def test_a_change_that_reaches_across_sentences_is_one() -> None:
    pieces = (Piece("It was "), Piece("felt. What people", TAKEN_OUT), Piece("said. What people", ADDED), Piece(" reported. Low."))
    found = [(sentence.sent, sentence.now) for sentence in Paragraph("", TEXT, pieces).sentences()]
    assert found == [("It was felt. What people reported.", "It was said. What people reported."), ("Low.", "Low.")]


def test_a_comment_belongs_to_the_sentence_that_it_begins_in() -> None:
    text = "One stands. Two stands. Three stands."
    paragraph = Paragraph("", TEXT, (Piece(text),), tuple((at, OURS) for at in (0, 11, len(text))))
    assert [len(sentence.comments) for sentence in paragraph.sentences()] == [1, 1, 1]


def test_a_reference_is_one_sentence() -> None:
    assert len(list(Paragraph("", REFERENCE, (Piece("Hill, M. (2019) A title. A place. Another."),)).sentences())) == 1


def test_each_stretch_is_traced_to_the_line_that_printed_it(tmp_path: Path) -> None:
    (tmp_path / "part.qmd").write_text("<% macro kind(item) %>\n*<< item.said >>.*\n<% endmacro %>\n", encoding="utf-8")
    page = '<% import "part.qmd" as place %>\n## How it is *done* {#sec-a}\n\nIt costs << sum >>, as @tbl-a shows. << place.kind(item) >>\n'
    (tmp_path / "page.qmd").write_text(page, encoding="utf-8")
    found = traced("page.qmd", {"sum": "£5 (net)", "item": {"said": "What people reported"}}, tmp_path)
    assert [sentence.text for sentence in found] == ["How it is done", "It costs £5 (net), as Table shows.", "What people reported."]
    assert found[0].stretches[0] == Stretch("How it is", "page.qmd", 2, value=False)
    assert found[1].stretches[1] == Stretch("£5 (net)", "page.qmd", 4, value=True)
    assert found[2].stretches[0] == Stretch("What people reported", "part.qmd", 2, value=True)


def test_a_context_that_no_longer_fits_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.qmd").write_text("It costs << sum >>.", encoding="utf-8")
    with pytest.raises(BriefingError, match="asks for something that is not in the context"):
        traced("page.qmd", {}, tmp_path)


@pytest.mark.parametrize(
    ("held", "before", "after", "new"),
    [
        ("Few recover their cost.", "Few recover their cost (Hill, 2019).", "Few recover it (Hill, 2019).", "Few recover it."),
        ("One came first. Two came later.", "Two came later.", "Two came last.", "One came first. Two came last."),
        ("of all the areas", "Most of all the areas of all the areas.", "Most of some.", None),
        ("in", "Within is in.", "Without is in.", None),
        ("It costs nothing at all.", "It is (Hill, 2019).", "It was (Hill, 2019).", None),
    ],
)  # fmt: skip
def test_a_change_is_carried_over_word_for_word_or_not_at_all(held: str, before: str, after: str, new: str | None) -> None:
    assert rewritten(held, before, after) == new
