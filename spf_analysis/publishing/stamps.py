"""Nothing illustrative leaves without its stamp: what was made is read back, page by page, before it is put in place.

The stamp is put on by code and by the house templates. A template that dropped it would be found out here, because this looks at the
finished files: the web pages, every page of the PDF, the header of the Word document, every exhibit.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from spf_analysis.errors import BriefingError, Problem
from spf_analysis.fund.illustrative import MARK
from spf_analysis.wording import ILLUSTRATIVE

PREFIX = "illustrative-"
_HINT = "Restore the stamp in templates/house, or in the notebook that made the exhibit."
_HTML_STAMP = re.compile(rf'<aside\b[^>]*class="stamp"[^>]*>\s*{ILLUSTRATIVE}')
_CAPTION = re.compile(r"<(?:figcaption|caption)[^>]*>(.*?)</(?:figcaption|caption)>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def require_stamps(folder: Path, context: Mapping[str, Any]) -> None:
    """Refuse to publish an illustrative briefing without its stamps, or any other with a trace of invented figures.

    Raises BriefingError with every place where a stamp is missing.
    """
    illustrative = bool(context["illustrative"])
    found = [problem for file in sorted(folder.iterdir()) for problem in (_unstamped(file) if illustrative else _traces(file))]
    if illustrative:
        found += [_problem(name, "the exhibit") for name, exhibit in context["exhibits"].items() if not _says(exhibit)]
    if found:
        raise BriefingError(found)


def _says(exhibit: Mapping[str, Any]) -> bool:
    picture = exhibit["spec"] is None or ILLUSTRATIVE in str(exhibit["spec"].get("title", ""))
    return picture and exhibit["caption"].startswith("Illustrative") and ILLUSTRATIVE in exhibit["source_note"]


def _problem(where: str, what: str) -> Problem:
    return Problem("briefing", where, f"{what} does not say that its figures are invented", _HINT)


def _traces(file: Path) -> Iterator[Problem]:
    if file.suffix in (".json", ".html", ".ipynb") and MARK in file.read_text(encoding="utf-8"):
        hint = "Open the workbench with the sample, so that the briefing is stamped."
        yield Problem("briefing", file.name, "invented figures stand in a briefing that is not illustrative", hint)


def _unstamped(file: Path) -> Iterator[Problem]:
    if not file.name.startswith(PREFIX):
        yield _problem(file.name, "the file's name")
    look = _LOOKS.get(file.suffix)
    yield from (look(file) if look else ())


def _web_page(file: Path) -> Iterator[Problem]:
    text = file.read_text(encoding="utf-8")
    if not _HTML_STAMP.search(text):
        yield _problem(file.name, "the page")
    for number, caption in enumerate(_CAPTION.findall(text), 1):
        if "Illustrative" not in _TAG.sub("", caption):
            yield _problem(f"{file.name}, exhibit {number}", "the caption")


def _pdf(file: Path) -> Iterator[Problem]:
    from pypdf import PdfReader

    for number, page in enumerate(PdfReader(file).pages, 1):
        if ILLUSTRATIVE not in (line.strip() for line in page.extract_text().splitlines()):
            yield _problem(f"{file.name}, page {number}", "the page")


def _word(file: Path) -> Iterator[Problem]:
    with zipfile.ZipFile(file) as parts:
        headers = [parts.read(name).decode() for name in parts.namelist() if re.fullmatch(r"word/header\w*\.xml", name)]
    if not headers or not all(ILLUSTRATIVE in text for text in headers):
        yield _problem(file.name, "the header")


def _notebook(file: Path) -> Iterator[Problem]:
    if ILLUSTRATIVE not in file.read_text(encoding="utf-8"):
        yield _problem(file.name, "the notebook")


_LOOKS: dict[str, Callable[[Path], Iterator[Problem]]] = {".html": _web_page, ".pdf": _pdf, ".docx": _word, ".ipynb": _notebook}
