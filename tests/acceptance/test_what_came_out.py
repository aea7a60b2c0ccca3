"""An edition built from the command line, opened: pages, PDFs, Word documents, the audit trail, the index."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from built_edition import AREAS, NATIONAL, TARGETS, Edition, Spf
from reading_back import Document, Page, W, pdf_text, squeezed

SECTIONS = {
    "area": [
        "At a glance",
        "How the share is worked out",
        "What taking part would involve",
        "What the evidence says",
        "Case studies nearest",
    ],
    "national-evidence": [
        "What we know",
        "The funding models",
        "Commissioning together",
        "Where sources disagree",
        "What nobody knows yet",
    ],
    "national-fund": ["England at a glance", "Who takes part", "The rule of thumb", "Every reading"],
}
PRIVATE = re.compile(r"/home/|/root/|/tmp/|/Users/|Traceback \(most recent|injected-parameters|papermill")


@pytest.fixture(scope="module")
def shares(spf: Spf, edition: Edition) -> dict[str, str]:
    """The local investment share of each area as it is printed."""
    found = {}
    for area in AREAS:
        done = spf("fund", "share", area, "--json", cwd=edition.workbench)
        found[area] = f"£{json.loads(done.stdout)['local_investment_share']:,}"
    return found


@pytest.fixture(scope="module")
def pdf(needed: Callable[..., str]) -> Callable[[Path], str]:
    program = needed("pdftotext")
    return lambda path: pdf_text(path, program)


def sections_of(target: str) -> list[str]:
    return SECTIONS.get(target, SECTIONS["area"])


def test_everything_was_built_and_the_manifest_knows_each_file(edition: Edition) -> None:
    assert sorted(edition.said["built"]) == sorted(TARGETS)
    assert edition.said["failed"] == []
    entries = edition.manifest["targets"]
    assert sorted(entries) == sorted(TARGETS)
    for target, entry in entries.items():
        folder = edition.folder / target
        assert entry["result"] == "built"
        assert {"briefing.html", "briefing.pdf", "briefing.docx", "audit.html", "audit.ipynb", "context.json"} == set(entry["outputs"])
        assert {file.name for file in folder.iterdir()} == set(entry["outputs"])
        assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == said for name, said in entry["outputs"].items())
    left = {path.name for path in edition.folder.iterdir()} - set(TARGETS)
    assert left == {"index.html", "manifest.json", ".lock"}


@pytest.mark.parametrize("target", TARGETS)
class TestPage:
    """The web page: one file, with a language, a title, headings, numbered exhibits and a text alternative for each picture."""

    @pytest.fixture
    def page(self, edition: Edition, target: str) -> Page:
        return Page(edition.folder / target / "briefing.html")

    def test_it_says_what_it_is(self, page: Page, target: str) -> None:
        assert page.root.all("html")[0].attributes["lang"] == "en-GB"
        (title,) = page.root.all("title")
        (heading,) = page.root.all("h1")
        assert title.said == heading.said
        assert AREAS.get(target, "") in title.said

    def test_its_sections(self, page: Page, target: str) -> None:
        headings = [found.said for found in page.root.all("main")[0].all("h2")]
        assert [name for name in sections_of(target) if not any(name in heading for heading in headings)] == []
        numbers = [int(found[1]) for heading in headings if (found := re.match(r"(\d+) ", heading))]
        assert numbers == list(range(1, len(numbers) + 1))

    def test_it_stands_alone(self, page: Page) -> None:
        assert page.root.all("script", "iframe", "object", "embed", "base") == []
        assert [found for found in page.root.all("link") if not found.attributes.get("href", "").startswith("data:")] == []
        pictures = page.root.all("img", "source", "video", "audio")
        assert [found.attributes for found in pictures if not found.attributes.get("src", "").startswith("data:image/")] == []
        assert re.findall(r"url\((?!['\"]?(?:data:|#))[^)]*\)|@import", page.source) == []

    def test_its_links_lead_somewhere(self, page: Page) -> None:
        ids = [found.attributes["id"] for found in page.root.all() if found.attributes.get("id")]
        assert len(ids) == len(set(ids))
        goals = [found.attributes["href"] for found in page.root.all("a") if found.attributes.get("href", "").startswith("#")]
        assert sorted({goal for goal in goals if goal[1:] not in ids}) == []

    def test_its_exhibits_are_numbered_and_have_text_alternatives(self, page: Page, edition: Edition, target: str) -> None:
        captions = [found.said for found in page.root.all("figcaption")]
        for kind in ("Figure", "Table"):
            numbers = [int(found[1]) for caption in captions if (found := re.match(rf"{kind}\W(\d+):", caption))]
            assert numbers == list(range(1, len(numbers) + 1))
        context = json.loads((edition.folder / target / "context.json").read_text())
        assert len(captions) == len(context["exhibits"])
        assert len(page.pictures) == sum(exhibit["kind"] == "chart" for exhibit in context["exhibits"].values())
        assert all(len(alternative) > 40 and drawn for alternative, drawn in page.pictures)
        assert all(table.all("thead")[0].all("th") for table in page.root.all("table"))

    def test_the_fund_is_spoken_of_as_a_proposal(self, page: Page, target: str) -> None:
        if target != "national-evidence":
            assert "taking part would be voluntary" in page.root.all("main")[0].said


@pytest.mark.parametrize("target", TARGETS)
class TestPdf:
    """The PDF: its text and its tags."""

    def test_its_text(self, edition: Edition, target: str, pdf: Callable[[Path], str]) -> None:
        text = squeezed(pdf(edition.folder / target / "briefing.pdf"))
        page = Page(edition.folder / target / "briefing.html").root.all("main")[0]
        captions = [found.said for found in page.all("figcaption")]
        assert [said for said in [*sections_of(target), *captions] if squeezed(said) not in text] == []

    def test_it_is_tagged(self, edition: Edition, target: str) -> None:
        with pikepdf.open(edition.folder / target / "briefing.pdf") as found:
            assert bool(found.Root.MarkInfo.Marked)
            assert "/StructTreeRoot" in found.Root
            assert str(found.Root.Lang) == "en-GB"
            assert bool(found.Root.ViewerPreferences.DisplayDocTitle)
            assert AREAS.get(target, "") in str(found.docinfo["/Title"])
            with found.open_metadata() as about:
                assert about["pdfuaid:part"] == "1"


@pytest.mark.parametrize("target", TARGETS)
class TestWord:
    """The Word document: styles, captions, native tables with header rows, pictures with text alternatives."""

    @pytest.fixture
    def document(self, edition: Edition, target: str) -> Document:
        return Document(edition.folder / target / "briefing.docx")

    def test_its_headings_and_contents(self, document: Document, target: str) -> None:
        headings = document.styled("Heading 1")
        assert [name for name in sections_of(target) if not any(name in heading for heading in headings)] == []
        contents = document.styled("toc 1")
        assert [squeezed(line) for line in contents] == [squeezed(heading) for heading in headings]

    def test_its_captions_are_those_of_the_page(self, document: Document, edition: Edition, target: str) -> None:
        page = Page(edition.folder / target / "briefing.html")
        expected = [squeezed(found.said) for found in page.root.all("figcaption")]
        assert [squeezed(caption) for caption in document.styled("Table Caption", "Image Caption")] == expected

    def test_its_tables_have_header_rows_and_its_pictures_text(self, document: Document, edition: Edition, target: str) -> None:
        exhibits = json.loads((edition.folder / target / "context.json").read_text())["exhibits"].values()
        tables = [exhibit for exhibit in exhibits if exhibit["kind"] == "table"]
        assert all(found.rows[0]._tr.find(f".//{W}tblHeader") is not None for found in document.parts.tables)
        rows = sorted(len(found.rows) for found in document.parts.tables)
        assert rows == sorted(len(exhibit["rows"]) + 1 for exhibit in tables)
        described = re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', document.xml["word/document.xml"])
        assert len(described) == sum(exhibit["kind"] == "chart" for exhibit in exhibits)
        assert all(len(text) > 40 for text in described)


@pytest.mark.parametrize("area", AREAS)
def test_an_areas_own_numbers_stand_in_its_own_outputs_and_in_no_others(
    area: str, edition: Edition, shares: dict[str, str], pdf: Callable[[Path], str]
) -> None:
    own, others = shares[area], [said for other, said in shares.items() if other != area]
    folder = edition.folder / area
    page, audit = Page(folder / "briefing.html"), Page(folder / "audit.html")
    texts = {
        "page": page.root.text,
        "charts of the page": " ".join(drawn for _, drawn in page.pictures),
        "PDF": pdf(folder / "briefing.pdf"),
        "Word": Document(folder / "briefing.docx").text,
        "audit trail": audit.root.text + " ".join(drawn for _, drawn in audit.pictures),
    }
    assert [name for name, text in texts.items() if own not in text] == []
    assert [name for name, text in texts.items() if any(other in text for other in others)] == []


def test_the_national_briefing_has_every_areas_share(edition: Edition, shares: dict[str, str]) -> None:
    text = Page(edition.folder / "national-fund" / "briefing.html").root.text
    assert [area for area, said in shares.items() if said not in text] == []


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_private_is_published(target: str, edition: Edition, pdf: Callable[[Path], str]) -> None:
    for file in sorted((edition.folder / target).iterdir()):
        if file.suffix == ".pdf":
            text = pdf(file)
        elif file.suffix == ".docx":
            with zipfile.ZipFile(file) as archive:
                text = "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())
        else:
            text = file.read_text(encoding="utf-8")
        assert PRIVATE.search(text) is None, (file.name, PRIVATE.search(text))
        assert str(edition.workbench) not in text


@pytest.mark.parametrize("target", TARGETS)
def test_the_audit_notebook_is_clean(target: str, edition: Edition) -> None:
    notebook: dict[str, Any] = json.loads((edition.folder / target / "audit.ipynb").read_text())
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert "".join(notebook["cells"][0]["source"]).startswith("# How this briefing was made")
    assert AREAS.get(target, "Audience") in "".join(notebook["cells"][0]["source"]).replace("\\", "")
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert outputs
    assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data"}
    assert not any('year: str = "' in "".join(cell["source"]) for cell in notebook["cells"])
    page = Page(edition.folder / target / "audit.html")
    assert page.root.all("html")[0].attributes["lang"].startswith("en")
    assert page.root.all("script", "link") == []
    assert all(alternative and drawn for alternative, drawn in page.pictures)


def test_the_index_opens_every_file(edition: Edition) -> None:
    page = Page(edition.folder / "index.html")
    links = [found.attributes["href"] for found in page.root.all("a")]
    assert {link.partition("/")[0] for link in links} == set(TARGETS)
    assert [link for link in links if not (edition.folder / link).is_file()] == []
    assert len(links) == 5 * len(TARGETS)
    assert all(found.attributes["aria-label"] for found in page.root.all("a"))
    assert page.root.all("h2")[0].said == "National briefings"
    assert all(name in page.root.text for name in (*AREAS.values(), "First edition"))


@pytest.mark.parametrize(
    "name", ["index.html", "QOC/briefing.html", "QOC/audit.html", "national-fund/briefing.html", "national-evidence/briefing.html"]
)
def test_axe_finds_no_violation(name: str, edition: Edition, needed: Callable[..., str]) -> None:
    from axe_core_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    browser_path = needed("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((edition.folder / name).as_uri())
        found = Axe().run(page)
        browser.close()
    assert [(violation["id"], [node["html"][:160] for node in violation["nodes"][:3]]) for violation in found["violations"]] == []


def test_the_national_briefings_are_named(edition: Edition) -> None:
    assert {edition.manifest["targets"][name]["title"] for name in NATIONAL} == {"National evidence briefing", "National Fund briefing"}
