from __future__ import annotations

import pytest

from spf_analysis.evidence.model import Section
from spf_analysis.evidence.passages import normalised, passages

TEXT = "Title\n\nOne *two*.\n\nThree –\nfour.\n\n# Rules\n\n7. Seven.\n\nmore of seven\n8. Eight.\n\n3. A list inside.\n"
OUTLINE = (Section(section="T", heading="Title"), Section(section="R", heading="Rules", numbered=True))


def test_paragraphs_are_counted_or_taken_from_the_text() -> None:
    found = [(passage.section, passage.paragraph, passage.text) for passage in passages(TEXT, OUTLINE)]
    assert found == [
        ("T", 1, "Title"),
        ("T", 2, "One two ."),
        ("T", 3, "Three - four."),
        ("R", 1, "Rules"),
        ("R", 7, "7. Seven. more of seven"),
        ("R", 8, "8. Eight. 3. A list inside."),
    ]


def test_a_heading_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="headings not found, in this order, in the text: Annex"):
        passages(TEXT, (*OUTLINE, Section(section="A", heading="Annex")))


@pytest.mark.parametrize(
    ("text", "alike"),
    [("“a”  ‘b’\nc", "\"a\" 'b' c"), ("1–2 — 3", "1-2 - 3"), ("**x** [link](http://y)", "x link"), ("Case", "Case")],
)
def test_spaces_quotation_marks_and_dashes_are_made_alike(text: str, alike: str) -> None:
    assert normalised(text) == alike
