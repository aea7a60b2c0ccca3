"""Whatever a source holds appears as text: round trips through pandoc, and through Typst and a PDF."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from spf_analysis.publishing.typeset import escape
from spf_analysis.publishing.typeset.glyphs import glyphs_in, printable
from spf_analysis.publishing.typeset.pandoc import Output, convert

FONTS = Path(__file__).parents[3] / "templates" / "house" / "fonts"
MARKUP = [
    "**", "*", "_", "`", "```", "$x$", "$$", "\\begin{a}", "\\end{a}", "\\(", "\\[", "@key", "[@key]", "[^1]", "^[n]",
    "{{< include x >}}",
    '"q"', "'q'", "~~x~~", "~x~", "^x^", "http://a.b/c", "<http://a.b>", "a@b.c", "[x](y)", "![x](y)", "{.c}", "{=html}", ":::",
    "::: {.x}", "#set page(fill: red)", "#let x", "//", "/*", "*/", "<label>", "\\", "\n", "\n\n", "    code", "\t", ": def", "Mr. Smith",
    "= h", "~", "{#id}", "(@ex)", "% t", "\\\n", "  \n", "i. x", "<script>", "](", "&", "\r\n", "{{", "}}", "{%", "<<",
]  # fmt: skip
ANY_SCRIPT = ["世", "𝒳", "🙂", "é", "\u00a0", "\u200b", "\u202e", "\x00", "\ud800", "\ufeff", "\uffff", "\u2028", "עברית"]
PIECES = st.lists(st.one_of(st.sampled_from(MARKUP + ANY_SCRIPT), st.text(max_size=8)), max_size=8).map("".join)
ASCII = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
ASCII_PIECES = st.lists(st.one_of(st.sampled_from(MARKUP), ASCII), max_size=8).map("".join)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
DROPPED = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")


def normalised(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def shown(text: str) -> str:
    """What a reader should see of a text: its characters, but for those that no document may hold."""
    spaced = re.sub(r"[\s\x1c-\x1f\x85]+", " ", text)
    kept = (letter for letter in spaced if letter == " " or unicodedata.category(letter) not in ("Cc", "Cs"))
    return normalised(DROPPED.sub("", "".join(letter for letter in kept if not _is_noncharacter(ord(letter)))))


def _is_noncharacter(code: int) -> bool:
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def read(markdown: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(convert(markdown, [Output("json")], where="test")[0])
    return document


def text_of(inlines: list[dict[str, Any]]) -> str:
    assert {inline["t"] for inline in inlines} <= {"Str", "Space", "SoftBreak"}
    return normalised("".join(inline.get("c", " ") for inline in inlines))


@FEW
@given(st.lists(PIECES, min_size=15, max_size=15))
@example(["\\begin{a}\nx\n\\end{a}", "---\ntitle: x\n---", "% title", "    code", "Term\n: definition", "| line block", "1\\. x"])
def test_a_paragraph_reads_back_as_the_text(texts: list[str]) -> None:
    expected = [shown(text) for text in texts if escape(text)]
    document = read("\n\n".join(escape(text) for text in texts if escape(text)))
    assert document["meta"] == {}
    assert [block["t"] for block in document["blocks"]] == ["Para"] * len(expected)
    assert [text_of(block["c"]) for block in document["blocks"]] == expected


@FEW
@given(st.lists(PIECES, min_size=15, max_size=15))
def test_a_cell_of_a_table_reads_back_as_the_text(texts: list[str]) -> None:
    table = read("| a | b |\n|---|---|\n" + "".join(f"| {escape(text)} | x |\n" for text in texts))["blocks"]
    assert [block["t"] for block in table] == ["Table"]
    cells = [row[1][0][4] for row in table[0]["c"][4][0][3]]
    assert [text_of(cell[0]["c"]) if cell else "" for cell in cells] == [shown(text) for text in texts]


@FEW
@given(st.lists(PIECES, min_size=10, max_size=10))
def test_an_attribute_reads_back_as_the_text(texts: list[str]) -> None:
    figures = read("\n\n".join(f'![C](a.svg){{#fig-{index} fig-alt="{escape("x" + text)}"}}' for index, text in enumerate(texts)))["blocks"]
    attributes = [dict(figure["c"][2][0]["c"][0]["c"][0][2]) for figure in figures]
    assert [normalised(found["fig-alt"]) for found in attributes] == [shown("x" + text) for text in texts]


@FEW
@given(PIECES)
def test_escaping_leaves_one_line_without_a_quarto_shortcode(text: str) -> None:
    escaped = escape(text)
    assert "\n" not in escaped
    assert "{{<" not in escaped


@pytest.mark.skipif(
    not shutil.which("pdftotext") and not os.environ.get("SPF_REQUIRE_TOOLS"), reason="pdftotext is not installed (make tools)"
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(st.lists(ASCII_PIECES, min_size=20, max_size=20))
def test_a_pdf_shows_the_text(texts: list[str]) -> None:
    texts = [text for text in texts if escape(text)]
    paragraphs = "\n\n".join(escape(text) for text in texts)
    items = "\n".join(f"- {escape(text)}" for text in texts)
    headings = "\n\n".join(f"## {escape(text)}" for text in texts)
    output = Output("typst-smart-citations", ("literal_typst",), options={"wrap_text": "none"}, one_level_up=True)
    markup = convert(f"{paragraphs}\n\n{items}\n\n{headings}", [output], where="test")[0].decode()
    squeezed = re.sub(r"\s", "", pdf_text("#set page(width: 2000pt)\n#set text(features: (liga: 0), hyphenate: false)\n" + markup))
    for text in texts:
        assert squeezed.count(re.sub(r"\s", "", shown(text))) >= 3


def pdf_text(markup: str) -> str:
    setting = '#set document(title: "Test")\n#set text(font: "Source Sans 3", fallback: false)\n#set smartquote(enabled: false)\n'
    made = typst.compile(
        (setting + markup).encode(), font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf", pdf_standards=["ua-1"]
    )
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True)
    return done.stdout.decode()


@FEW
@given(st.lists(st.text(max_size=20), max_size=10))
@example(["世界", "𝒳 🙂", "ﷺ", "a\u0301\u0327", "\u0378"])
def test_no_character_stops_a_pdf(texts: list[str]) -> None:
    glyphs = glyphs_in(FONTS)
    words = " ".join(f'#"{printable(shown(text), glyphs)}";'.replace("\\", "/") for text in texts if '"' not in text)
    typst.compile(
        ('#set document(title: "Test")\n#set text(font: "Source Sans 3", fallback: false)\n' + words).encode(),
        font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf", pdf_standards=["ua-1"],
    )  # fmt: skip


def test_a_character_without_a_glyph_is_named_or_made_plain() -> None:
    glyphs = glyphs_in(FONTS)
    assert printable("Zoë £5 − 世 𝒳", glyphs) == "Zoë £5 − [U+4E16] X"
