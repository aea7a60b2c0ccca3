"""What was made is read back: an illustrative briefing without its stamp, or a real one with a trace of invented figures, is refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typst

from spf_analysis.errors import BriefingError
from spf_analysis.fund.illustrative import MARK
from spf_analysis.publishing.stamps import PREFIX, require_stamps
from spf_analysis.wording import ILLUSTRATIVE

STAMP = f'<aside class="stamp" aria-label="Status">{ILLUSTRATIVE}</aside>'
EXHIBIT = {"caption": "Illustrative: shares", "source_note": f"Rules. {ILLUSTRATIVE}", "spec": {"title": {"text": ILLUSTRATIVE}}}


def pdf(*pages: str) -> bytes:
    """A PDF with these words on its pages."""
    made = typst.compile("#pagebreak()".join(f"#text[{words}]" for words in pages).encode())
    assert isinstance(made, bytes)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a build leaves of an illustrative briefing, in small."""
    (tmp_path / f"{PREFIX}briefing.html").write_text(f"{STAMP}<figcaption>Figure 1: Illustrative: shares</figcaption>", encoding="utf-8")
    (tmp_path / f"{PREFIX}audit.html").write_text(STAMP, encoding="utf-8")
    (tmp_path / f"{PREFIX}audit.ipynb").write_text(ILLUSTRATIVE, encoding="utf-8")
    (tmp_path / f"{PREFIX}context.json").write_text(json.dumps({"source": MARK}), encoding="utf-8")
    (tmp_path / f"{PREFIX}briefing.pdf").write_bytes(pdf(ILLUSTRATIVE, ILLUSTRATIVE))
    with zipfile.ZipFile(tmp_path / f"{PREFIX}briefing.docx", "w") as word:
        word.writestr("word/headerStamp.xml", ILLUSTRATIVE)
    return tmp_path


def context(**changes: Any) -> dict[str, Any]:
    return {"illustrative": True, "exhibits": {"fig-one": EXHIBIT}} | changes


def told(folder: Path, given: dict[str, Any]) -> list[str]:
    with pytest.raises(BriefingError) as caught:
        require_stamps(folder, given)
    return [problem.where for problem in caught.value.problems]


def test_a_stamped_briefing_passes(folder: Path) -> None:
    require_stamps(folder, context())


def test_a_page_without_the_stamp_is_named(folder: Path) -> None:
    (folder / f"{PREFIX}briefing.pdf").write_bytes(pdf(ILLUSTRATIVE, f"{ILLUSTRATIVE}. First edition", ILLUSTRATIVE))
    assert told(folder, context()) == ["illustrative-briefing.pdf, page 2"]


@pytest.mark.parametrize(("name", "where"), [
    ("briefing.html", "illustrative-briefing.html"), ("audit.html", "illustrative-audit.html"), ("audit.ipynb", "illustrative-audit.ipynb"),
])  # fmt: skip
def test_a_web_page_or_notebook_without_it_is_named(name: str, where: str, folder: Path) -> None:
    (folder / f"{PREFIX}{name}").write_text("<p>Nothing</p>", encoding="utf-8")
    assert told(folder, context()) == [where]


def test_a_caption_without_it_is_named(folder: Path) -> None:
    (folder / f"{PREFIX}briefing.html").write_text(f"{STAMP}<figcaption>Figure 1: shares</figcaption>", encoding="utf-8")
    assert told(folder, context()) == ["illustrative-briefing.html, exhibit 1"]


@pytest.mark.parametrize("parts", [{}, {"word/header1.xml": "Confidential"}])
def test_a_word_document_without_its_header_is_named(parts: dict[str, str], folder: Path) -> None:
    with zipfile.ZipFile(folder / f"{PREFIX}briefing.docx", "w") as word:
        word.writestr("word/document.xml", ILLUSTRATIVE)
        for name, text in parts.items():
            word.writestr(name, text)
    assert told(folder, context()) == ["illustrative-briefing.docx"]


@pytest.mark.parametrize("change", [{"caption": "Shares"}, {"source_note": "Rules"}, {"spec": {"title": ""}}, {"spec": {}}])
def test_an_exhibit_without_it_is_named(change: dict[str, Any], folder: Path) -> None:
    assert told(folder, context(exhibits={"fig-one": EXHIBIT | change})) == ["fig-one"]


def test_a_file_that_does_not_say_so_in_its_name_is_named(folder: Path) -> None:
    (folder / "briefing.csv").write_text("a", encoding="utf-8")
    assert told(folder, context()) == ["briefing.csv"]


def test_a_real_briefing_with_a_trace_of_the_mark_is_refused(tmp_path: Path) -> None:
    (tmp_path / "context.json").write_text("{}", encoding="utf-8")
    require_stamps(tmp_path, context(illustrative=False))
    (tmp_path / "context.json").write_text(json.dumps({"cited": [MARK]}), encoding="utf-8")
    assert told(tmp_path, context(illustrative=False)) == ["context.json"]
