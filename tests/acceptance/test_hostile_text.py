"""Text that looks like markup, a macro or a formula is shown as text in every format, and does nothing.

The marks that CSL-JSON itself has for italics, bold, underlining and the like within a title are typeset as such; they are none of what
is tried here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from built_edition import Spf
from reading_back import Document, Page, pdf_text, squeezed

TARGET = "national-evidence"
PIECES = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)><h1>heading</h1><iframe src=http://evil.example/g></iframe>",
    "markdown": "[press](http://evil.example/a) ![p](http://evil.example/b.png) <http://evil.example/c> **stars** `code`{=html}",
    "quarto": "{{< include /etc/passwd >}} ::: {.callout-note} [span]{.x onclick=y} @fig-share [@nobody]",
    "typst": '#read("/etc/passwd") #eval("1+1") #link("http://evil.example/d")[x] $ x $ <label> @ref',
    "latex": "\\input{/etc/passwd} \\href{http://evil.example/e}{x} $x^2$",
    "jinja": "{{ 7*7 }} {% include 'x' %} << 7*7 >> <% raw %>",
    "formula": '=HYPERLINK("http://evil.example/f") +1 -1 @SUM(A1)',
}
HOSTILE = " ".join(PIECES.values())
CITED, CODED = "nasp-funding-models", "vcfse.yaml"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, path.name
    path.write_text(text.replace(old, new), encoding="utf-8")


def as_typed(text: str) -> str:
    """Text with straight single quotation marks for all others: a reference has the marks of its language."""
    return re.sub("[\"'‘’“”]", "'", text)


@pytest.fixture(scope="module")
def made(another: Callable[[], Path], spf: Spf) -> Path:
    """A national briefing of a workbench in which a claim, a title, an author and a sponsor are hostile."""
    workbench = another()
    evidence = workbench / "evidence"
    edit(evidence / "claims" / CODED, "leaders say much the same of pay-as-you-go contracts.", f"leaders say: {HOSTILE}")
    edit(evidence / "sources.yaml", "    sponsor: Cordis Bright (own publication)", f"    sponsor: {json.dumps(f'Sponsor {HOSTILE}')}")
    works = json.loads((evidence / "library.json").read_text(encoding="utf-8"))
    work = next(item for item in works if item["id"] == CITED)
    work["title"] = f"Title {HOSTILE}"
    work["author"] = [{"literal": f"Author {PIECES['typst']} {PIECES['html']}"}]
    (evidence / "library.json").write_text(json.dumps(works), encoding="utf-8")
    done = spf("build", TARGET, "--typesetter", "embedded", "--json", cwd=workbench)
    assert done.returncode == 0, done.stdout + done.stderr
    return next((workbench / "reports").rglob(f"{TARGET}/briefing.html")).parent


def test_a_page_shows_it_and_nothing_of_it_is_active(made: Path) -> None:
    page = Page(made / "briefing.html")
    words = squeezed(page.root.said)
    for name, piece in PIECES.items():
        assert squeezed(piece) in words, name
    assert as_typed(squeezed(f"Title {HOSTILE}")) in as_typed(words)
    assert squeezed(f"Sponsor {HOSTILE}") in words
    assert squeezed(f"Author {PIECES['typst']} {PIECES['html']}") in words
    elements = page.root.all()
    assert [item for item in elements if any(word.startswith("on") for word in item.attributes)] == []
    assert not any("alert(" in item.text for item in page.root.all("script"))
    addresses = [value for item in elements for name, value in item.attributes.items() if name in ("href", "src")]
    assert [address for address in addresses if "evil.example" in address] == []
    assert "root:x:0" not in page.source
    assert "49" not in re.findall(r"leaders say:(.*?)@SUM", page.root.said)[0]


def test_a_pdf_shows_it_and_links_nowhere(made: Path, needed: Callable[..., str]) -> None:
    import pikepdf

    words = squeezed(pdf_text(made / "briefing.pdf", needed("pdftotext")))
    for name, piece in PIECES.items():
        assert squeezed(piece) in words, name
    with pikepdf.open(made / "briefing.pdf") as pdf:
        links = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note and "/URI" in note.A]
        assert [link for link in links if "evil.example" in link] == []
        assert "/JavaScript" not in str(pdf.Root.get("/Names", {}))
    assert "root:x:0" not in words


def test_a_word_document_shows_it_and_holds_no_field_of_it(made: Path) -> None:
    document = Document(made / "briefing.docx")
    words = squeezed(document.text)
    for name, piece in PIECES.items():
        assert squeezed(piece) in words, name
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", document.xml["word/document.xml"])
    assert [field for field in fields if "HYPERLINK" in field or "evil" in field] == []
    assert all("evil.example" not in xml for name, xml in document.xml.items() if name != "word/document.xml")
    assert "root:x:0" not in words


def test_the_audit_notebook_runs_nothing_of_it(made: Path) -> None:
    page = Page(made / "audit.html")
    active = [item for item in page.root.all() if any(word.startswith("onerror") for word in item.attributes)]
    assert active == []
    assert not any("alert(1)" in item.text for item in page.root.all("script"))
    assert [item for item in page.root.all("a", "img", "iframe") if "evil.example" in str(item.attributes)] == []
