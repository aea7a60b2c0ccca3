"""The Word documents as a strict reader takes them and as they lie on paper: sound inside, nothing torn from what it belongs to."""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from built_edition import TARGETS, Edition
from lxml import etree
from reading_back import Document, squeezed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
# The order in which the standard (ISO/IEC 29500-1, 17.3 to 17.6) has these stand; Word offers to repair what stands otherwise.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens "
    "kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing "
    "mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd "
    "tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "p": "pPr *",
    "r": "rPr *",
}
NARROWEST = 0.05  # of a table's width
LONGEST_LABEL = 30  # characters of the edition's name in the footer


@pytest.fixture(params=TARGETS)
def word(request: pytest.FixtureRequest, edition: Edition) -> Path:
    return edition.folder / request.param / "briefing.docx"


def parts(word: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(word) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name: archive.read(name) for name in archive.namelist()}


def misplaced(element: Any) -> str | None:
    """What stands in an element before something that it must follow, or has no place in it at all."""
    order = ORDER.get(etree.QName(element).localname)
    if order is None:
        return None
    names, any_else = [name for name in order.split() if name != "*"], order.endswith("*")
    found = [etree.QName(child).localname for child in element]
    places = [names.index(name) if name in names else len(names) for name in found if any_else or name in names]
    strange = [name for name in found if name not in names and not any_else]
    return f"{etree.QName(element).localname}: {' '.join(found)}" if strange or places != sorted(places) else None


def test_its_elements_stand_where_the_standard_has_them(word: Path) -> None:
    for name, content in parts(word).items():
        if re.fullmatch(r"word/(document|styles|footer\d*|header\d*|footnotes)\.xml", name):
            root = etree.fromstring(content)
            assert [told for element in root.iter(etree.Element) if (told := misplaced(element))][:3] == [], name


def test_its_parts_are_declared_and_its_ids_stand_once(word: Path) -> None:
    found = parts(word)
    types = etree.fromstring(found["[Content_Types].xml"])
    declared = {item.get("PartName", "").lstrip("/") for item in types}
    endings = {item.get("Extension") for item in types}
    assert [name for name in found if name not in declared and name.rpartition(".")[2] not in endings] == []
    assert [name for name in declared if name and name not in found] == []
    for name, content in found.items():
        if name.endswith(".rels"):
            base = posixpath.dirname(posixpath.dirname(name))
            inside = [item.get("Target", "") for item in etree.fromstring(content) if item.get("TargetMode") != "External"]
            assert [goal for goal in inside if posixpath.normpath(posixpath.join(base, goal)).lstrip("/") not in found] == [], name
    body = etree.fromstring(found["word/document.xml"])
    for kind, key in ((f"{W}bookmarkStart", f"{W}id"), (f"{W}bookmarkStart", f"{W}name"), (f"{DRAWING}docPr", "id")):
        ids = [item.get(key) for item in body.iter(kind)]
        assert len(ids) == len(set(ids)), kind
    known = {item.get("Id") for item in etree.fromstring(found["word/_rels/document.xml.rels"])}
    used = {value for item in body.iter(etree.Element) for key, value in item.attrib.items() if str(key).startswith(R)}
    assert used <= known
    styles = {item.get(f"{W}styleId") for item in etree.fromstring(found["word/styles.xml"]).iter(f"{W}style")}
    assert {item.get(f"{W}val") for item in body.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")} <= styles


def test_its_tables_are_as_wide_as_the_text_and_no_column_is_too_narrow(word: Path) -> None:
    body = etree.fromstring(parts(word)["word/document.xml"])
    (page,) = body.iter(f"{W}pgSz")
    (margins,) = body.iter(f"{W}pgMar")
    text = int(page.get(f"{W}w")) - int(margins.get(f"{W}left")) - int(margins.get(f"{W}right"))
    for table in body.iter(f"{W}tbl"):
        widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
        size = next(table.iter(f"{W}tblW"))
        assert (size.get(f"{W}type"), size.get(f"{W}w")) in (("pct", "5000"), ("pct", "100%")) or sum(widths) <= text + 20
        assert min(widths) >= NARROWEST * sum(widths)
        rows = table.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_its_contents_are_filled_and_its_footer_has_edition_and_pages(word: Path, edition: Edition) -> None:
    found = parts(word)
    body = etree.fromstring(found["word/document.xml"])
    codes = [code.text or "" for code in body.iter(f"{W}instrText")]
    assert sum(code.strip().startswith("TOC ") for code in codes) == 1
    footer = "".join(content.decode() for name, content in found.items() if re.fullmatch(r"word/footer\d*\.xml", name))
    label = json.loads(word.with_name("context.json").read_text(encoding="utf-8"))["edition"]["label"]
    assert label.partition(",")[0] in re.sub(r"<[^>]+>", "", footer)
    assert {"PAGE", "NUMPAGES"} <= set(re.findall(r"[A-Z]{4,}", " ".join(re.findall(r"instrText[^>]*>([^<]*)<", footer))))


@pytest.fixture(scope="module")
def laid_out(edition: Edition, needed: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The pages of two Word documents as LibreOffice lays them out, without spaces."""
    folder, program = tmp_path_factory.mktemp("paper"), needed("soffice", "libreoffice")
    targets = ("QOC", "national-fund")
    for target in targets:
        (folder / f"{target}.docx").write_bytes((edition.folder / target / "briefing.docx").read_bytes())
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *(str(folder / f"{target}.docx") for target in targets)], capture_output=True, check=True, timeout=240)
    reader = needed("pdftotext")
    said = {
        target: subprocess.run([reader, "-layout", str(folder / f"{target}.pdf"), "-"], capture_output=True, text=True, check=True).stdout
        for target in targets
    }
    return {target: [squeezed(page) for page in text.split("\f")[:-1]] for target, text in said.items()}


@pytest.mark.parametrize("target", ["QOC", "national-fund"])
def test_on_paper_each_caption_stands_over_its_exhibit(target: str, edition: Edition, laid_out: dict[str, list[str]]) -> None:
    pages = laid_out[target]
    assert all(squeezed(f"Page {number} of {len(pages)}") in page for number, page in enumerate(pages, 1))
    context = json.loads((edition.folder / target / "context.json").read_text(encoding="utf-8"))
    for exhibit in context["exhibits"].values():
        caption = squeezed(exhibit["caption"])[:40]
        (page,) = [page for page in pages if re.search(rf"(?:Figure|Table)\d+:{re.escape(caption)}", page)]
        below = page.partition(caption)[2]
        if exhibit["kind"] == "table":
            header, cell = exhibit["columns"][0].split()[0], exhibit["rows"][0][0].split()[0]
            assert header in below, exhibit["id"]
            assert cell in below.partition(header)[2], exhibit["id"]
        else:
            assert squeezed(exhibit["source_note"])[:20] in below, exhibit["id"]


@pytest.mark.parametrize("target", ["QOC", "national-fund"])
def test_on_paper_no_heading_is_stranded_at_the_foot_of_a_page(target: str, edition: Edition, laid_out: dict[str, list[str]]) -> None:
    headings = [
        squeezed(said) for said in Document(edition.folder / target / "briefing.docx").styled("Heading 1", "Heading 2", "Heading 3")
    ]
    assert len(headings) > 8
    for number, page in enumerate(laid_out[target], 1):
        text, footer, _ = page.rpartition(f"Page{number}of{len(laid_out[target])}")
        assert footer
        assert [heading for heading in headings if heading in text[-len(heading) - LONGEST_LABEL :]] == []


def test_on_paper_a_table_that_goes_on_repeats_its_header(edition: Edition, laid_out: dict[str, list[str]]) -> None:
    context = json.loads((edition.folder / "national-fund" / "context.json").read_text(encoding="utf-8"))
    areas = max(context["exhibits"].values(), key=lambda exhibit: len(exhibit["rows"]) * (exhibit["kind"] == "table"))
    labels = [squeezed(row[0])[:12] for row in areas["rows"]]
    pages = laid_out["national-fund"]
    start = next(at for at, page in enumerate(pages) if re.search(rf"Table\d+:{re.escape(squeezed(areas['caption'])[:40])}", page))
    onwards = [page for page in pages[start + 1 :] if sum(label in page for label in labels) > 5]
    assert onwards
    for page in onwards:
        first = min(page.index(label) for label in labels if label in page)
        assert areas["columns"][0] in page[:first]
        assert sum(label in page for label in labels) > 1
