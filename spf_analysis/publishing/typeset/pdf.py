"""The one door to Typst: from pandoc's Typst to a tagged PDF that meets PDF/UA-1."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path
from typing import Any

import typst

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset.front import FrontMatter

STANDARDS = ["ua-1"]
EMPTY_ONES = 2
_compile: Any = typst.compile


def typst_version() -> str:
    """The version of the Typst that is installed with the workbench."""
    return importlib.metadata.version("typst")


def compile_pdf(markup: str, folder: Path, fonts: Path, front: FrontMatter, *, where: str) -> bytes:
    """The PDF of a briefing's Typst markup: A4, tagged, its fonts embedded, dated by the edition alone.

    Pictures are read from `folder`, fonts from `fonts` only. Raises TypesettingError where Typst refuses, as it does for a picture
    without a text alternative and for a character that the house's font does not have.
    """
    try:
        made = _compile(
            markup.encode(),
            root=str(folder),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=int(front.epoch),
        )
    except (typst.TypstError, RuntimeError) as error:
        raise TypesettingError(f"Typst says: {_first_line(error)}", where=where, hint=_hint(error)) from error
    finally:
        _forget()
    if not isinstance(made, bytes):
        raise TypesettingError("Typst gave no document", where=where, hint="Run spf doctor.")
    return made


def _forget() -> None:
    """Let Typst forget earlier briefings sooner: it keeps what it worked out for ten documents, and empty ones count as such.

    A briefing gains nothing from the one before, and each would hold some fifteen megabytes.
    """
    for _ in range(EMPTY_ONES):
        _compile(b"", ignore_system_fonts=True, format="svg")


def typst_string(text: str) -> str:
    """`text` as a Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _first_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(getattr(error, "message", "") or error)).strip()[:400]


def _hint(error: Exception) -> str:
    if "unexpected argument" in str(error):
        return "templates/house may be of an earlier version: spf init FOLDER writes one of this version, to take house/typst from."
    hints = getattr(error, "hints", None) or []
    return " ".join(str(hint) for hint in hints) or "Check the exhibits' text alternatives and the characters of the text."
