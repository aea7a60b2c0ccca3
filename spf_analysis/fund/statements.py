"""The supportive statement of an application: a document of which the pages are counted, not taken on trust [E].

A PDF has pages, and they are counted. A Word document has none until a word processor lays it out: the number that the word processor
last recorded is taken, and never fewer than its page breaks make; where the text could not fit that number, it is not believed.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.records import shown

if TYPE_CHECKING:
    from lxml import etree

COUNTED, RECORDED = "counted", "as the word processor recorded"
WORDS_ON_A_PAGE = 1_000
_LARGEST_PART = 20_000_000
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_PLAIN_NAME = re.compile(r"[^/\\\x00]+\.(pdf|docx)", re.IGNORECASE)
_PDF_HINT = "Hand it in as a PDF, whose pages can be counted."


@dataclass(frozen=True)
class Statement:
    """A statement as it was handed in: its file, its pages (None where nobody can say) and how they were measured."""

    file: str
    pages: int | None
    measured: str

    @property
    def said(self) -> str:
        """The measure in words."""
        return f"{wording.counted(self.pages, 'page')}, {self.measured}" if self.pages is not None else self.measured


def measured(folder: Path, name: str) -> Statement:
    """The statement of that name in a folder, measured. Raises FundError where it is missing, no PDF or DOCX, locked or damaged."""
    if not _PLAIN_NAME.fullmatch(name) or name.startswith("."):
        raise _refused(folder / Path(name).name, f"'{name}' is neither a PDF nor a Word document in the folder of statements", _PDF_HINT)
    path = folder / name
    if not path.is_file():
        raise _refused(path, "the statement is not there", f"Put the file into {shown(folder)}, or empty the cell.")
    try:
        return _pdf(path) if name.lower().endswith(".pdf") else _word(path)
    except FundError:
        raise
    except Exception as error:  # whatever a damaged document comes to, the document is what has to be replaced
        raise _refused(path, f"the statement cannot be read ({type(error).__name__})", "Save it again, or ask for it again.") from error


def _refused(path: Path, message: str, hint: str) -> FundError:
    return FundError([Problem("fund", shown(path), message, hint)])


def _pdf(path: Path) -> Statement:
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(path, strict=False)
    if reader.is_encrypted:
        raise _refused(path, "the statement is locked with a password", "Ask for it without one.")
    pages = len(reader.pages)
    if not pages:
        raise _refused(path, "the statement has no pages", "Ask for it again.")
    return Statement(path.name, pages, COUNTED)


def _word(path: Path) -> Statement:
    with zipfile.ZipFile(path) as parts:
        body = _part(parts, "word/document.xml")
        properties = _part(parts, "docProps/app.xml") if "docProps/app.xml" in parts.namelist() else None
    text = " ".join(item.text or "" for item in body.iter(f"{{{_MAIN}}}t"))
    recorded = properties.findtext(f"{{{_PROPERTIES}}}Pages") if properties is not None else None
    breaks = sum(1 for item in body.iter(f"{{{_MAIN}}}br") if item.get(f"{{{_MAIN}}}type") == "page")
    if recorded is None or not recorded.strip().isdigit():
        return Statement(path.name, None, f"not measured: no page count is recorded in it. {_PDF_HINT}")
    pages = max(int(recorded), 1 + breaks)
    if len(text.split()) > WORDS_ON_A_PAGE * pages:
        words = wording.whole(len(text.split()))
        return Statement(path.name, None, f"not measured: {words} words cannot stand on the {pages} recorded in it. {_PDF_HINT}")
    return Statement(path.name, pages, RECORDED)


def _part(parts: zipfile.ZipFile, name: str) -> etree._Element:
    if parts.getinfo(name).file_size > _LARGEST_PART:
        raise ValueError(name)
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(parts.read(name), parser)
