"""An edition with invented commitments: the word on every page, exhibit and file, and no way around it."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from built_edition import Spf
from docx import Document
from pypdf import PdfReader

from spf_analysis.wording import ILLUSTRATIVE

EMBEDDED = ("--typesetter", "embedded")
FOLDER = "2026-27-first-illustrative"
SAMPLE = Path(__file__).parents[1] / "samples" / "illustrative"
FILES = {f"illustrative-{name}" for name in ("briefing.html", "briefing.pdf", "briefing.docx", "context.json", "audit.html", "audit.ipynb")}


@pytest.fixture(scope="module")
def made(untouched: Path, spf: Spf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The briefings of an area and of the nation with the sample's ledger."""
    out = tmp_path_factory.mktemp("illustrative")
    done = spf("build", "QGH", "national-fund", *EMBEDDED, "--out", out, "--sample", SAMPLE, cwd=untouched)
    assert done.returncode == 0, done.stderr
    assert "illustrative-index.html" in done.stdout
    return out / FOLDER


def test_every_file_says_so_in_its_name_and_lies_apart(made: Path) -> None:
    for target in ("QGH", "national-fund"):
        assert {file.name for file in (made / target).iterdir()} == FILES
    assert (made / "illustrative-index.html").is_file()
    assert not (made.parent / "2026-27-first").exists()


def test_the_manifest_and_the_index_say_so(made: Path) -> None:
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["edition"]["illustrative"] is True
    assert all(entry["illustrative"] and entry["parameters"]["sample"] for entry in manifest["targets"].values())
    index = (made / "illustrative-index.html").read_text(encoding="utf-8")
    assert ILLUSTRATIVE in index
    assert set(re.findall(r'href="(QGH/[^"]+)"', index)) <= {f"QGH/{name}" for name in FILES}


@pytest.mark.parametrize("target", ["QGH", "national-fund"])
def test_every_page_and_every_exhibit_says_so(target: str, made: Path) -> None:
    pages = PdfReader(made / target / "illustrative-briefing.pdf").pages
    assert len(pages) > 5
    assert all(ILLUSTRATIVE in page.extract_text().splitlines() for page in pages)
    for name in ("illustrative-briefing.html", "illustrative-audit.html"):
        page = (made / target / name).read_text(encoding="utf-8")
        assert re.search(rf'<aside\b[^>]*class="stamp"[^>]*>{ILLUSTRATIVE}', page)
    context = json.loads((made / target / "illustrative-context.json").read_text(encoding="utf-8"))
    assert context["illustrative"] is True
    assert all(item["caption"].startswith("Illustrative: ") for item in context["exhibits"].values())
    with zipfile.ZipFile(made / target / "illustrative-briefing.docx") as word:
        header = word.read("word/headerStamp.xml").decode()
        assert ILLUSTRATIVE in header
        assert "headerReference" in word.read("word/document.xml").decode()


@pytest.mark.parametrize("target", ["QGH", "national-fund"])
def test_the_title_of_every_file_says_so(target: str, made: Path) -> None:
    for name in ("illustrative-briefing.html", "illustrative-audit.html"):
        page = (made / target / name).read_text(encoding="utf-8")
        assert page.partition("<title>")[2].startswith("Illustrative: ")
    described = PdfReader(made / target / "illustrative-briefing.pdf").metadata
    assert described is not None
    assert str(described.title).startswith("Illustrative: ")
    assert Document(str(made / target / "illustrative-briefing.docx")).core_properties.title.startswith("Illustrative: ")


def test_the_word_document_opens_with_its_header(made: Path) -> None:
    document = Document(str(made / "QGH" / "illustrative-briefing.docx"))
    assert [section.header.paragraphs[0].text for section in document.sections] == [ILLUSTRATIVE]


def test_what_was_recorded_is_told(made: Path) -> None:
    page = (made / "QGH" / "illustrative-briefing.html").read_text(encoding="utf-8")
    assert "It is recorded that Herefordshire and Worcestershire takes part" in page
    nation = json.loads((made / "national-fund" / "illustrative-context.json").read_text(encoding="utf-8"))
    assert "fig-coverage" in nation["exhibits"]


def test_the_real_ledger_cannot_take_the_sample_in(workbench: Path, spf: Spf) -> None:
    shutil.copyfile(SAMPLE / "ledger" / "participation.csv", workbench / "evidence" / "fund" / "ledger" / "participation.csv")
    for command in (("check",), ("fund", "position", "--year", "2026/27"), ("build", "QGH", "--plan")):
        done = spf(*command, cwd=workbench)
        assert done.returncode == 13
        assert "the entry is invented" in done.stdout + done.stderr
    assert not (workbench / "reports").exists() or list((workbench / "reports").rglob("briefing.*")) == []


@pytest.mark.parametrize(
    ("file", "old", "format_name", "told"),
    [
        ("briefing.html", '<aside class="stamp" aria-label="Status of the figures">$stamp$</aside>', "html", "the page does not say"),
        pytest.param("typst/typst-template.typ", "header: if stamp != none", "pdf", "the page does not say", marks=pytest.mark.long),
    ],
)
def test_a_template_that_drops_the_stamp_publishes_nothing(
    file: str, old: str, format_name: str, told: str, workbench: Path, spf: Spf, tmp_path: Path
) -> None:
    template = workbench / "templates" / "house" / file
    text = template.read_text(encoding="utf-8")
    assert text.count(old) == 1
    new = {"html": "", "pdf": "header: if stamp == 1"}[format_name]
    template.write_text(text.replace(old, new), encoding="utf-8")
    done = spf("build", "QGH", *EMBEDDED, "--formats", format_name, "--out", tmp_path / "out", "--sample", SAMPLE, cwd=workbench)
    assert done.returncode == 14
    assert told in done.stderr
    assert list((tmp_path / "out").rglob("*briefing*")) == []


def test_a_notebook_that_mixes_a_sample_into_a_real_briefing_fails(workbench: Path, spf: Spf, tmp_path: Path) -> None:
    notebook = workbench / "notebooks" / "national_fund.ipynb"
    text = notebook.read_text(encoding="utf-8")
    old = "fund = bench.fund\\n"
    assert text.count(old) == 1
    shutil.copytree(SAMPLE, workbench / "sample")
    notebook.write_text(text.replace(old, "fund = open_workbench(year, sample='sample').fund\\n"), encoding="utf-8")
    done = spf("build", "national-fund", *EMBEDDED, "--formats", "html", "--out", tmp_path / "out", cwd=workbench)
    assert done.returncode == 14
    assert "invented figures cannot stand in a briefing that is not illustrative" in done.stderr
    assert list((tmp_path / "out").rglob("briefing.html")) == []


@pytest.mark.parametrize(("named", "code"), [("QOC", 13), ("nowhere", 13)])
def test_a_folder_that_is_no_sample_is_refused(named: str, code: int, untouched: Path, spf: Spf) -> None:
    done = spf("build", "--plan", "--sample", named, cwd=untouched)
    assert done.returncode == code
    assert "there is no sample" in done.stderr
