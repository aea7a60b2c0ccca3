"""Library files of other tools: RIS, BibTeX and CSL-JSON, read whatever their encoding and faults, and written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spf_analysis.errors import SourceError, UsageError
from spf_analysis.evidence.bibliography import bibtex, ris
from spf_analysis.evidence.bibliography.entries import Entry, Remark, tidied

FORMATS = {"csljson": (".json", ".csljson"), "ris": (".ris",), "bibtex": (".bib", ".bibtex")}
MAX_BYTES = 100_000_000
_Reader = Callable[[str, list[str]], Iterator[tuple[int, Entry]]]


@dataclass(frozen=True)
class Batch:
    """The entries of one file as the library would keep them, where each stood, and what was repaired or left out."""

    entries: tuple[Entry, ...]
    places: tuple[str, ...]
    remarks: tuple[Remark, ...]


def read_file(path: Path, form: str | None = None) -> Batch:
    """The entries of a file. The format is told by the file's name or by `form`.

    Raises SourceError for a file that cannot be read or holds no entry, UsageError for a name that tells no format.
    """
    form = form or form_of(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise SourceError(f"the file {reason}", where=path.name, hint="Name a file that can be read.") from error
    if len(raw) > MAX_BYTES:
        raise SourceError(f"the file is larger than {MAX_BYTES:,} bytes", where=path.name, hint="Export it in parts.")
    return read(raw, form, path.name)


def form_of(path: Path) -> str:
    """The format that a file's name tells. Raises UsageError where it tells none."""
    found = next((form for form, endings in FORMATS.items() if path.suffix.lower() in endings), None)
    if found is None:
        hint = f"Say it with --format {'|'.join(FORMATS)}, or name the file .ris, .bib or .json."
        raise UsageError(f"'{path.name}' does not tell its format", where=path.name, hint=hint)
    return found


def read(raw: bytes, form: str, name: str) -> Batch:
    """The entries of a file's bytes. Raises SourceError where nothing in them is an entry of this format."""
    said: list[str] = []
    text = _text(raw, said)
    found = [*_READERS[form](text, said)]
    remarks = [Remark(name, remark, "left out" in remark) for remark in said]
    if not found:
        hint = f"Export the records again as {form}, or say which format it is with --format."
        raise SourceError(f"the file holds no record of the format {form}", where=name, hint=hint)
    entries: list[Entry] = []
    places: list[str] = []
    for line, raw_entry in found:
        where = f"{name}, {'record' if form == 'csljson' else 'line'} {line}"
        result = tidied(raw_entry)
        remarks += [Remark(where, remark, result.entry is None or "left out" in remark) for remark in result.said]
        if result.entry is not None:
            entries.append(result.entry)
            places.append(where)
    return Batch(tuple(entries), tuple(places), tuple(remarks))


def _text(raw: bytes, said: list[str]) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8, else the code page that old exports use."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = raw.decode("utf-16", errors="replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            said.append("the file is not in UTF-8: it was read as Windows-1252, which Latin-1 is part of")
            text = raw.decode("cp1252", errors="replace")
    if "\ufffd" in text:
        said.append("characters that could not be read stand as �")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _csl_json(text: str, said: list[str]) -> Iterator[tuple[int, Entry]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SourceError(
            f"the JSON cannot be read: {getattr(error, 'msg', 'it is nested too deeply')}", where=f"line {line}", hint="Export it again."
        ) from None
    items = content.get("items", [content]) if isinstance(content, dict) else content
    for number, item in enumerate(items if isinstance(items, list) else [], 1):
        if isinstance(item, dict):
            yield number, item
        else:
            said.append(f"record {number} is no entry: left out")


_READERS: dict[str, _Reader] = {"csljson": _csl_json, "ris": ris.read, "bibtex": bibtex.read}


def write(entries: Iterable[Entry], form: str) -> str:
    """Entries as the text of a file; reading it again gives the same entries."""
    if form == "csljson":
        return json.dumps([*entries], ensure_ascii=False, indent=2) + "\n"
    one, between = (ris.write, "\r\n") if form == "ris" else (bibtex.write, "\n")
    return between.join(one(entry) for entry in entries)
