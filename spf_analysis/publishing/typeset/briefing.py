"""A briefing on its way to the typesetter: its folder read and checked, and what becomes of it written."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset.dialect import QUARTO_KINDS, check_dialect, is_cross_reference
from spf_analysis.publishing.typeset.front import FrontMatter, split_front
from spf_analysis.publishing.typeset.pandoc import Output, convert
from spf_analysis.publishing.typeset.pictures import read_svg
from spf_analysis.records import RecordError, read_json, read_text

FORMATS = ("html", "pdf", "docx")
STEM = "briefing"


@dataclass(frozen=True)
class Manuscript:
    """A briefing that keeps to the dialect, ready to be set.

    Front matter, body text, pandoc's reading of the body as JSON, the pictures in it, and the sources that it cites as CSL-JSON (empty
    where it cites none).
    """

    folder: Path
    where: str
    front: FrontMatter
    body: str
    document: str
    pictures: tuple[str, ...]
    cited: str

    @property
    def references(self) -> Path:
        """The file with the sources that it cites, as CSL-JSON."""
        return self.folder / "references.json"


def read_manuscript(folder: Path, formats: Sequence[str]) -> Manuscript:
    """`folder`/briefing.qmd, checked. Raises TypesettingError with every problem of the text, its pictures and its references."""
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise TypesettingError(f"the format '{unknown[0]}' is not known", where="typesetter", hint=f"Known are: {', '.join(FORMATS)}.")
    where = f"{folder.name}/{STEM}.qmd"
    front, body = split_front(_text(folder / f"{STEM}.qmd"), where)
    read = convert(body, [Output("json")], where=where)[0].decode()
    sources = _sources(folder / "references.json")
    keys = _citation_keys(sources, where)
    pictures = check_dialect(json.loads(read), body, where=where, folder=folder, keys=keys, formats=formats)
    for picture in pictures:
        read_svg(folder / picture)
    return Manuscript(folder, where, front, body, read, pictures, json.dumps(sources, ensure_ascii=False) if keys else "")


def write_output(folder: Path, name: str, content: bytes) -> Path:
    """Write one output of the briefing as a whole. Raises TypesettingError where the folder does not let it."""
    path = folder / f"{STEM}.{name}"
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise TypesettingError(
            f"the output cannot be written ({error.strerror})", where=path.name, hint="Name another folder with --out."
        ) from error
    return path


def _text(path: Path) -> str:
    try:
        return read_text(path, TypesettingError.kind)
    except RecordError as error:
        raise TypesettingError(error.problems) from error


def _sources(path: Path) -> list[Any]:
    try:
        entries = read_json(path, TypesettingError.kind) if path.is_file() else []
    except RecordError as error:
        raise TypesettingError(error.problems) from error
    return entries if isinstance(entries, list) else []


def _citation_keys(sources: Sequence[Any], where: str) -> frozenset[str]:
    keys = [str(entry.get("id", "")) for entry in sources if isinstance(entry, dict)]
    taken = [key for key in keys if is_cross_reference(key)]
    if taken:
        hint = f"No key may begin with {', '.join(f'{kind}-' for kind in QUARTO_KINDS)}."
        raise TypesettingError(f"the citation key '{taken[0]}' reads like a cross-reference", where=where, hint=hint)
    return frozenset(keys)
