"""The two typesetters agree: text, headings, numbering, citations and exhibits, and with what plain Quarto makes of the same file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest

from spf_analysis.publishing.typeset import choose

ROOT = Path(__file__).parents[3]
HOUSE = ROOT / "templates" / "house"
SAMPLE = ROOT / "tests" / "samples" / "typeset"
FORMATS = ("html", "pdf", "docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Words, numbers and tables that are awkward for one or the other.
AWKWARD = """
## Awkward {#sec-awkward}

Dashes -- and --- and dots ... and 'single' and "double 'nested' quotes", 5°, 10×, ±2, £1.5m, 2024/25, e.g. this, Mr. Smith's.
See @sec-awkward and @tbl-awkward. Straight \\"quotes\\" and \\-\\- dashes stay.

### Lists

1. One

    A second paragraph of one.

2. Two
    a. letters
    b. more

- tight
- list

| Left | Centre | Right |
|:-----|:------:|------:|
| *a* | **b** [@polley2017] | 1,000 |
| [link](https://example.org/?a=1&b=2) | x^2^ and H~2~O | −5 |

: A caption with *emphasis* and a citation [@bertotti2018] {#tbl-awkward}

::: {.callout-tip}
- a list
- in a callout
:::
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """The sample with an awkward section, set by both typesetters."""
    if not shutil.which("quarto"):
        pytest.skip("Quarto is not on the PATH")
    made = {}
    for name in ("embedded", "quarto"):
        folder = shutil.copytree(SAMPLE, tmp_path_factory.mktemp(name) / "sample")
        text = (folder / "briefing.qmd").read_text(encoding="utf-8")
        (folder / "briefing.qmd").write_text(text.replace("## Sources and method", f"{AWKWARD}\n## Sources and method"), encoding="utf-8")
        made[name] = choose(name, HOUSE).typeset(folder, FORMATS)
    return made


def normalised(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def page_text(page: str) -> str:
    body = re.sub(r"<(style|svg)\b.*?</\1>", " ", page.partition("<body")[2], flags=re.DOTALL)
    return normalised(re.sub(r"<[^>]+>", " ", body).replace("&nbsp;", " ").replace("&amp;", "&").replace("&gt;", ">").replace("&lt;", "<"))


def word_paragraphs(path: Path) -> list[tuple[str, str]]:
    found: list[Any] = list(docx.Document(str(path)).element.body.iter(f"{W}p"))
    styles = [paragraph.find(f"{W}pPr/{W}pStyle") for paragraph in found]
    texts = [normalised("".join(text.text or "" for text in paragraph.iter(f"{W}t"))) for paragraph in found]
    return [(style.get(f"{W}val") if style is not None else "", text) for style, text in zip(styles, texts, strict=True)]


@pytest.mark.quarto
def test_the_pages_have_the_same_text(both: dict[str, dict[str, Path]]) -> None:
    texts = {name: page_text(made["html"].read_text(encoding="utf-8")) for name, made in both.items()}
    assert texts["quarto"] == texts["embedded"]


@pytest.mark.quarto
def test_the_pages_have_the_same_parts(both: dict[str, dict[str, Path]]) -> None:
    parts = {
        name: re.findall(r"<(h[1-6]|table|figure|figcaption|svg|section|ol|ul|aside|th|td)\b", made["html"].read_text())
        for name, made in both.items()
    }
    assert parts["quarto"] == parts["embedded"]


@pytest.mark.quarto
def test_the_pdfs_have_the_same_text_in_the_same_places(both: dict[str, dict[str, Path]]) -> None:
    if not shutil.which("pdftotext") and not os.environ.get("SPF_REQUIRE_TOOLS"):
        pytest.skip("pdftotext is not installed (make tools)")
    texts = {
        name: subprocess.run(["pdftotext", "-layout", str(made["pdf"]), "-"], capture_output=True, check=True).stdout
        for name, made in both.items()
    }
    assert texts["quarto"].decode() == texts["embedded"].decode()


@pytest.mark.quarto
def test_the_word_documents_have_the_same_paragraphs_in_the_same_styles(both: dict[str, dict[str, Path]]) -> None:
    paragraphs = {name: word_paragraphs(made["docx"]) for name, made in both.items()}
    assert paragraphs["quarto"] == paragraphs["embedded"]


@pytest.mark.quarto
def test_plain_quarto_numbers_headings_exhibits_and_references_in_the_same_way(both: dict[str, dict[str, Path]], tmp_path: Path) -> None:
    """Quarto alone, without any filter or template of ours."""
    folder = both["embedded"]["html"].parent
    plain = shutil.copytree(folder, tmp_path / "plain", ignore=shutil.ignore_patterns("briefing.html", "briefing.pdf", "briefing.docx"))
    shutil.copy(HOUSE / "harvard-cite-them-right.csl", plain)
    front = (
        "number-sections: true\nbibliography: references.json\ncsl: harvard-cite-them-right.csl\n"
        "format:\n  html: {theme: none, minimal: true}\n---\n\n::: {.lead}"
    )
    text = (plain / "briefing.qmd").read_text(encoding="utf-8")
    (plain / "briefing.qmd").write_text(text.replace("---\n\n::: {.lead}", front, 1), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    subprocess.run(["quarto", "render", "briefing.qmd", "--quiet"], cwd=plain, env=environment, check=True, capture_output=True)
    pages = {"plain": (plain / "briefing.html").read_text(encoding="utf-8"), "ours": both["embedded"]["html"].read_text(encoding="utf-8")}
    assert _headings(pages["plain"]) == _headings(pages["ours"])
    assert _captions(pages["plain"]) == _captions(pages["ours"])
    assert _references(pages["plain"]) == _references(pages["ours"])
    assert (
        page_text(pages["plain"].partition('class="csl-entry"')[2])[:200]
        == page_text(pages["ours"].partition('class="csl-entry"')[2])[:200]
    )


def _headings(page: str) -> list[str]:
    found = re.findall(r"<h[2-6]\b(?![^>]*(?:contents|toc))[^>]*>(.*?)</h[2-6]>", page, flags=re.DOTALL)
    return [normalised(re.sub(r"<[^>]+>", " ", heading)) for heading in found]


def _captions(page: str) -> list[str]:
    found = re.findall(r"<figcaption\b[^>]*>(.*?)</figcaption>", page, flags=re.DOTALL)
    return [normalised(re.sub(r"<[^>]+>", "", caption).replace("&nbsp;", " ")) for caption in found]


def _references(page: str) -> list[str]:
    found = re.findall(r'<a [^>]*class="(?:quarto-xref|cross-reference)"[^>]*>(.*?)</a>', page, flags=re.DOTALL)
    return [normalised(re.sub(r"<[^>]+>", "", reference).replace("&nbsp;", " ")) for reference in found]
