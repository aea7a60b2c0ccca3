"""A realistic sample in all three formats, opened and read back; with Quarto on the PATH, its outputs are read in the same way."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from docx.document import Document as WordDocument

from spf_analysis.publishing.typeset import Typesetter, choose

ROOT = Path(__file__).parents[3]
HOUSE = ROOT / "templates" / "house"
SAMPLE = ROOT / "tests" / "samples" / "typeset"
FORMATS = ("html", "pdf", "docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADINGS = [
    "1 The local investment share",
    "1.1 How it is worked out",
    "2 What the sources said",
    "2.1 Hostile text",
    "3 Sources and method",
    "References",
]
CAPTIONS = [
    "Figure 1: Local investment share of five areas, invented figures",
    "Table 1: The share, step by step",
    "Figure 2: The rate per head by financial year, invented after 2026/27",
    "Table 2: Conditions of a year, and what is known",
]
ALTERNATIVES = [
    "Bar chart of the local investment share of five invented areas; the area of this briefing is third with 1.58 million pounds.",
    "Line chart of the rate per head, rising from 90 pence in 2024/25 to 97 pence in 2027/28.",
]
SENTENCES = [
    "Figure 1 compares it with areas of a like size, and Table 1 shows how it is worked out; Section 2 says what the sources report.",
    "the area’s own team agreed (Bertotti and Frostick, 2018, p. 4; see also Polley, 2017).",
    "Bertotti and Frostick (2018) followed patients for a year.",
    "Taken together, Table 2 and Section 1.1 hold the detail.",
    "Important: An interpretation matters here",
    "Note: How sure we are",
    "paras 29–30",
    "The rate is updated each April by the CPI of the preceding September.",
    "<script>alert(1)</script>, $x^2$, @nobody, #set page, {{< include x >}}, \\begin{x} and *stars*.",
    "‘An invented study of patients & pathways’, Journal of Invented Care, 19(3), pp. 232–245.",
    "Edition 2026-1, April 2026 · 1 April 2026",
]


def needed(program: str) -> str:
    """The path of a checker; without it the test skips, or fails where the tools are required."""
    found = shutil.which(program)
    if found:
        return found
    if os.environ.get("SPF_REQUIRE_TOOLS"):
        pytest.fail(f"{program} is not installed, and SPF_REQUIRE_TOOLS is set (make tools)")
    pytest.skip(f"{program} is not installed (make tools)")


def setter_named(name: str) -> Typesetter:
    if name == "quarto" and not shutil.which("quarto"):
        pytest.skip("Quarto is not on the PATH")
    return choose(name, HOUSE)


def set_sample(name: str, folder: Path) -> dict[str, Path]:
    shutil.copytree(SAMPLE, folder)
    return setter_named(name).typeset(folder, FORMATS)


@pytest.fixture(scope="module", params=["embedded", pytest.param("quarto", marks=pytest.mark.quarto)])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three outputs of the sample, by one typesetter."""
    return set_sample(request.param, tmp_path_factory.mktemp(request.param) / "sample")


def normalised(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class Page(HTMLParser):
    """The tags, attributes and visible text of an HTML page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag in ("style", "script", "svg"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return normalised("".join(self.words))


@pytest.fixture(scope="module")
def page(made: dict[str, Path]) -> Page:
    return Page(made["html"].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pdf_text(made: dict[str, Path]) -> str:
    done = subprocess.run([needed("pdftotext"), "-raw", str(made["pdf"]), "-"], capture_output=True, check=True)
    return normalised(done.stdout.decode())


@pytest.fixture(scope="module")
def word(made: dict[str, Path]) -> WordDocument:
    return docx.Document(str(made["docx"]))


def word_text(document: WordDocument) -> str:
    """All text of a Word document in reading order, tables and footnotes among it."""
    parts = [document.element.body, *(part.element for part in document.part.related_parts.values() if hasattr(part, "element"))]
    notes = [part.blob for part in document.part.related_parts.values() if str(part.partname) == "/word/footnotes.xml"]
    paragraphs = ["".join(_marks(paragraph)) for part in parts[:1] for paragraph in part.iter(f"{W}p")]
    return normalised(" ".join(paragraphs) + " " + " ".join(re.sub(r"<[^>]+>", "", note.decode()) for note in notes))


def _marks(paragraph: Any) -> Iterator[str]:
    for mark in paragraph.iter(f"{W}t", f"{W}tab"):
        if mark.tag == f"{W}t":
            yield mark.text or ""
        elif mark.getparent().tag == f"{W}r":
            yield " "


class TestHtml:
    """The page: one file, in parts that a screen reader can move between."""

    def test_text(self, page: Page) -> None:
        assert [sentence for sentence in [*SENTENCES, *CAPTIONS, *HEADINGS] if sentence not in page.text] == []

    def test_one_file_without_anything_from_outside(self, made: dict[str, Path], page: Page) -> None:
        sources = [
            attributes.get("src") or attributes.get("href", "")
            for tag, attributes in page.tags
            if tag in ("img", "link", "script", "iframe")
        ]
        assert sources == []
        assert "url(http" not in made["html"].read_text(encoding="utf-8")

    def test_language_title_and_landmarks(self, page: Page) -> None:
        assert page.named("html")[0]["lang"] == "en-GB"
        assert len(page.named("main")) == len(page.named("nav")) == len(page.named("h1")) == 1
        assert page.named("a")[0]["href"] == "#main"

    def test_pictures_are_drawn_inline_with_their_alternative(self, page: Page) -> None:
        assert [attributes["aria-label"] for attributes in page.named("svg")] == ALTERNATIVES
        assert {attributes["role"] for attributes in page.named("svg")} == {"img"}

    def test_every_id_is_there_once_and_every_link_inside_leads_somewhere(self, page: Page) -> None:
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        links = {attributes["href"][1:] for attributes in page.named("a") if attributes["href"].startswith("#")}
        assert sorted(ids) == sorted(set(ids))
        assert links - set(ids) == set()

    def test_tables_have_header_cells_and_a_name(self, page: Page) -> None:
        assert len(page.named("th")) == 7
        assert [attributes["aria-labelledby"] for attributes in page.named("table")] == ["table_steps-caption", "table_conditions-caption"]

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [1280, 360])
    def test_axe_finds_no_violation(self, made: dict[str, Path], scheme: Any, width: int) -> None:
        from axe_core_python.sync_playwright import Axe
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=needed("chromium"), args=["--no-sandbox"])
            page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()
            page.goto(made["html"].as_uri())
            found = Axe().run(page)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            browser.close()
        told = [(violation["id"], [node["html"][:120] for node in violation["nodes"]]) for violation in found["violations"]]
        assert told == []
        assert overflow <= 0


class TestPdf:
    """The PDF: tagged, PDF/UA-1, with bookmarks, title, language and embedded fonts."""

    def test_text(self, pdf_text: str) -> None:
        squeezed = pdf_text.replace(" ", "")
        assert [sentence for sentence in [*SENTENCES, *CAPTIONS, *HEADINGS] if sentence.replace(" ", "") not in squeezed] == []

    def test_catalogue(self, made: dict[str, Path]) -> None:
        with pikepdf.open(made["pdf"]) as pdf:
            assert bool(pdf.Root.MarkInfo.Marked)
            assert str(pdf.Root.Lang) == "en-GB"
            assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
                assert str(metadata["dc:title"]) == "Hinterland and Coast: what the Social Prescribing Fund would mean"

    def test_bookmarks(self, made: dict[str, Path]) -> None:
        with pikepdf.open(made["pdf"]) as pdf, pdf.open_outline() as outline:
            titles = [str(item.title) for top in outline.root for item in (top, *top.children)]
        assert [title for title in titles if title != "Contents"] == HEADINGS

    def test_pages_are_a4_and_numbered(self, made: dict[str, Path], pdf_text: str) -> None:
        with pikepdf.open(made["pdf"]) as pdf:
            sizes = {tuple(round(float(side)) for side in page.mediabox) for page in pdf.pages}
            count = len(pdf.pages)
        assert sizes == {(0, 0, 595, 842)}
        assert all(f"Page {number} of {count}" in pdf_text for number in range(1, count + 1))

    def test_fonts_are_embedded(self, made: dict[str, Path]) -> None:
        with pikepdf.open(made["pdf"]) as pdf:
            descriptors = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]
            names = {str(item.FontName).partition("+")[2] for item in descriptors}
            assert all("/FontFile2" in item or "/FontFile3" in item for item in descriptors)
        assert names
        assert {name[:11] for name in names} == {"SourceSans3"}

    def test_structure(self, made: dict[str, Path]) -> None:
        with pikepdf.open(made["pdf"]) as pdf:
            elements = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/P" in item]
            kinds = [str(item.S) for item in elements]
            figures = [str(item.get("/Alt", "")) for item in elements if str(item.S) == "/Figure"]
        assert sorted(filter(None, figures)) == sorted(ALTERNATIVES)
        assert (kinds.count("/Table"), kinds.count("/TH"), kinds.count("/Caption")) == (2, 7, 4)
        assert (kinds.count("/H1"), kinds.count("/H2")) == (5, 2)  # the contents have a heading too


class TestWord:
    """The Word document: real styles, captions, native tables, a filled table of contents."""

    def test_text(self, word: WordDocument) -> None:
        text = word_text(word)
        assert [sentence for sentence in [*SENTENCES, *CAPTIONS, *HEADINGS] if sentence not in text] == []

    def test_headings_and_contents(self, word: WordDocument) -> None:
        headings = [normalised(found.text) for found in word.paragraphs if found.style.name.startswith("Heading")]
        entries = [
            normalised(_hyperlinked(found))
            for found in word.paragraphs
            if found.style.name.lower().startswith("toc ") and "eading" not in found.style.name
        ]
        assert headings == HEADINGS
        assert entries == HEADINGS

    def test_contents_lead_to_their_headings(self, word: WordDocument) -> None:
        anchors = {link.get(f"{W}anchor") for link in word.element.body.iter(f"{W}hyperlink")} - {None}
        bookmarks = {mark.get(f"{W}name") for mark in word.element.body.iter(f"{W}bookmarkStart")}
        assert anchors - bookmarks == set()

    def test_captions(self, word: WordDocument) -> None:
        captions = [(normalised(found.text), found.style.name) for found in word.paragraphs if found.style.name.endswith("Caption")]
        assert [text for text, _ in captions] == CAPTIONS
        assert [style for _, style in captions] == ["Image Caption", "Table Caption"] * 2
        assert all(word.styles[style].paragraph_format.keep_with_next for style in ("Image Caption", "Table Caption"))

    def test_tables_repeat_their_header_and_keep_rows_whole(self, word: WordDocument) -> None:
        assert len(word.tables) == 2
        for table in word.tables:
            rows = table._tbl.findall(f"{W}tr")
            assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
            assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
            assert {found.style.name for row in table.rows for cell in row.cells for found in cell.paragraphs} == {"Table Text"}
        widths = [int(column.get(f"{W}w")) for column in word.tables[0]._tbl.find(f"{W}tblGrid")]
        assert [round(100 * width / sum(widths)) for width in widths] == [50, 22, 28]

    def test_pictures_have_their_alternative_and_nothing_else(self, word: WordDocument) -> None:
        described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
        assert described == ALTERNATIVES
        assert all(
            shape.width <= word.sections[0].page_width - word.sections[0].left_margin - word.sections[0].right_margin
            for shape in word.inline_shapes
        )

    def test_footer(self, word: WordDocument) -> None:
        footer = word.sections[0].footer.paragraphs[0]
        assert footer.text.startswith("Edition 2026-1, April 2026\tPage 1 of 1")
        codes = [code.text.strip() for code in footer._p.iter(f"{W}instrText")]
        assert codes == ["PAGE", "NUMPAGES"]

    def test_properties(self, word: WordDocument, made: dict[str, Path]) -> None:
        properties = word.core_properties
        assert properties.title == "Hinterland and Coast: what the Social Prescribing Fund would mean"
        assert properties.language == "en-GB"
        assert properties.keywords == "social prescribing, funding"
        assert properties.created is not None
        assert properties.created.isoformat()[:10] == "2026-04-01"
        with zipfile.ZipFile(made["docx"]) as archive:
            assert 'w:val="en-GB"' in archive.read("word/styles.xml").decode()

    def test_opens_in_libreoffice(self, made: dict[str, Path], tmp_path: Path) -> None:
        command = [
            needed("soffice"),
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
        ]
        subprocess.run([*command, str(made["docx"])], capture_output=True, check=True, timeout=120)
        done = subprocess.run([needed("pdftotext"), "-layout", str(tmp_path / "briefing.pdf"), "-"], capture_output=True, check=True)
        assert "Page 1 of 3" in done.stdout.decode()


def _hyperlinked(paragraph: Any) -> str:
    return "".join(text.text or "" for text in paragraph._p.iter(f"{W}t"))


def test_no_output_tells_where_it_was_made(made: dict[str, Path]) -> None:
    folder = str(made["html"].parent)
    with zipfile.ZipFile(made["docx"]) as archive:
        inside = b"".join(archive.read(name) for name in archive.namelist())
    for content in (inside, made["html"].read_bytes(), made["pdf"].read_bytes()):
        assert folder.encode() not in content
        assert b"/work/" not in content
        assert b"references.json" not in content


@pytest.mark.parametrize("name", ["embedded", pytest.param("quarto", marks=pytest.mark.quarto)])
def test_the_same_inputs_give_the_same_bytes_elsewhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = set_sample(name, tmp_path / "one" / "sample")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "C")
    second = set_sample(name, tmp_path / "two" / "elsewhere" / "sample")
    assert {form: first[form].read_bytes() == second[form].read_bytes() for form in FORMATS} == dict.fromkeys(FORMATS, True)


def test_one_format_alone_is_the_same_as_with_the_others(tmp_path: Path) -> None:
    together = set_sample("embedded", tmp_path / "together")
    shutil.copytree(SAMPLE, tmp_path / "alone")
    for form in FORMATS:
        alone = setter_named("embedded").typeset(tmp_path / "alone", [form])
        assert list(alone) == [form]
        assert alone[form].read_bytes() == together[form].read_bytes()
