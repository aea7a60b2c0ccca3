"""Opening an official file as sheets of text cells, whatever its encoding; what had to be coped with is remembered.

The one place that knows the library for Excel workbooks.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from spf_analysis import wording
from spf_analysis.errors import FundError

MAX_BYTES = 60_000_000
MAX_UNPACKED = 600_000_000
ENCODINGS = (("utf-8-sig", "UTF-8"), ("cp1252", "CP1252"))
BOM, BOM_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the whole of a CSV: rows of stripped text; `name` is empty for a CSV."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class OfficialFile:
    """A file as its publisher released it: name, SHA-256, sheets, and what its reading had to cope with."""

    name: str
    sha256: str
    sheets: tuple[Sheet, ...]
    coped: tuple[str, ...] = ()

    def where(self, sheet: Sheet, line: int | None = None, column: str | None = None) -> str:
        """ "file, sheet 'x', row 12, column 'y'": a place as messages name it."""
        parts = [self.name, f"sheet '{sheet.name}'" if sheet.name else "", f"row {line}" if line else ""]
        parts.append(f"column '{column}'" if column else "")
        return ", ".join(part for part in parts if part)


def open_official(path: Path) -> OfficialFile:
    """The sheets of a CSV file or an Excel workbook (.xlsx).

    Raises FundError where the file is missing, too large, packed, in the old Excel format, or no text in a known encoding.
    """
    raw = _bytes(path)
    digest = hashlib.sha256(raw).hexdigest()
    if raw[:4] == b"PK\x03\x04":
        return _tidied(path.name, digest, _workbook(raw, path.name), ())
    if raw[:4] == b"\xd0\xcf\x11\xe0":
        raise _refused(path.name, "the file is an Excel workbook of the old kind (.xls)", "Open it and save it as .xlsx.")
    text, coped = _text(raw, path.name)
    return _tidied(path.name, digest, (Sheet("", _rows(text, path.name)),), coped)


def _tidied(name: str, digest: str, sheets: tuple[Sheet, ...], coped: tuple[str, ...]) -> OfficialFile:
    """The file with spaces around cells taken away, and their number told."""
    spaced = sum(cell != cell.strip() for sheet in sheets for row in sheet.rows for cell in row)
    said = (f"{wording.counted(spaced, 'cell')} with spaces before or after",) if spaced else ()
    rows = (Sheet(sheet.name, tuple(tuple(cell.strip() for cell in row) for row in sheet.rows)) for sheet in sheets)
    return OfficialFile(name, digest, tuple(rows), (*coped, *said))


def _refused(name: str, message: str, hint: str) -> FundError:
    return FundError(message, where=name, hint=hint)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(path.name, f"the file is larger than {MAX_BYTES:,} bytes", "Give the file for ICBs, not for every patient.")
        raw = path.read_bytes()
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise _refused(path.name, f"the file {reason}", "Name the file as it lies on this machine.") from error
    if not raw.strip():
        raise _refused(path.name, "the file is empty", "Download it again.")
    return raw


def _text(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if raw[:2] in BOM_16:
        return raw.decode("utf-16", errors="replace"), ("encoding UTF-16",)
    if b"\x00" in raw:
        raise _refused(name, "the file is neither text nor a workbook", "Give the CSV file or the Excel workbook as published.")
    for encoding, said in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        marked = ("a byte order mark before the first heading",) if raw.startswith(BOM) else ()
        return text, (*marked, *((f"encoding {said}, not UTF-8",) if encoding == "cp1252" else ()))
    raise _refused(name, "the file is in no encoding that is known here (UTF-8, UTF-16, CP1252)", "Save it again as CSV UTF-8.")


def _rows(text: str, name: str) -> tuple[tuple[str, ...], ...]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.lstrip().startswith(("<", "{")):
        raise _refused(name, "the file is a web page or another format, not a CSV", "Download the CSV itself, not the page about it.")
    delimiter = max(",\t;", key=first.count)
    csv.field_size_limit(1_000_000)
    try:
        return tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _refused(name, f"the CSV cannot be read: {error}", "Download it again, or check its quotation marks.") from error


def _workbook(raw: bytes, name: str) -> tuple[Sheet, ...]:
    import openpyxl

    with _packed(raw, name) as packed:
        if "xl/workbook.xml" not in packed.namelist():
            raise _refused(name, "the file is packed (zip) and is no Excel workbook", "Unpack it and give the file inside.")
        if sum(item.file_size for item in packed.infolist()) > MAX_UNPACKED:
            raise _refused(name, "the workbook is too large when unpacked", "Give the workbook for ICBs alone.")
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        return tuple(Sheet(sheet.title, tuple(_cells(sheet))) for sheet in book.worksheets)
    except Exception as error:  # openpyxl raises many kinds for a damaged workbook
        raise _refused(name, f"the workbook cannot be read ({type(error).__name__})", "Download it again.") from error


def _packed(raw: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        message = "the file is damaged: it begins like a workbook and does not end like one"
        raise _refused(name, message, "Download it again.") from error


def _cells(sheet: object) -> Iterator[tuple[str, ...]]:
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        cells = [_said(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield tuple(cells)


def _said(value: object) -> str:
    """A cell's value as text: whole numbers without a decimal point, days as 2026-04-01."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
