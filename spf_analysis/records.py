"""Reading coded text: YAML, CSV and JSON in which every value knows its file and line.

YAML is read as YAML 1.2 (only `true` and `false` are booleans, dates stay text), safely (no tags, no aliases) and strictly
(a doubled key is an error), because a coded evidence base is reviewed as text and must mean what it says.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from spf_analysis.errors import Problem, SpfError
from spf_analysis.plain_yaml import Lines, YamlRefused, parsed

MAX_BYTES = 20_000_000


class RecordError(SpfError):
    """A file cannot be read as what it should be; the caller gives it its kind."""


@dataclass(frozen=True)
class Document:
    """One file's content with the line of every value in it.

    `content` is plain dicts, lists and scalars; `lines` maps a path such as ("findings", 3, "anchor") to its line number.
    """

    path: Path
    content: Any
    lines: Mapping[tuple[str | int, ...], int]

    def where(self, *path: str | int, root: Path | None = None) -> str:
        """ "file, line 12": the place of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        line = self.lines.get(path)
        name = shown(self.path, root)
        return f"{name}, line {line}" if line else name


def shown(path: Path, root: Path | None = None) -> str:
    """A path as messages print it: below the workbench where it lies there, never with a home folder in front."""
    if root is not None:
        try:
            return path.resolve().relative_to(root.resolve()).as_posix()
        except ValueError:
            pass
    parts = path.parts
    return "/".join(parts[parts.index("evidence") :]) if "evidence" in parts else path.name


def read_text(path: Path, kind: str) -> str:
    """A text file's content, UTF-8 with or without a byte order mark. Raises RecordError where it is missing or in another encoding."""
    return _decoded(read_bytes(path, kind), path, kind)


def read_bytes(path: Path, kind: str) -> bytes:
    """A file's bytes. Raises RecordError where it is missing, cannot be read or is larger than MAX_BYTES."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise _error(kind, shown(path), f"the file {reason}", "Restore it, or name the right workbench with --workbench.") from error
    if len(raw) > MAX_BYTES:
        raise _error(kind, shown(path), f"the file is larger than {MAX_BYTES:,} bytes", "Split it.")
    return raw


def _decoded(raw: bytes, path: Path, kind: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message, hint = "the file is not in UTF-8", "Save it again as UTF-8 (in Excel: CSV UTF-8)."
        raise _error(kind, f"{shown(path)}, line {line}", message, hint) from error


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_yaml(path: Path, kind: str, raw: bytes | None = None) -> Document:
    """A YAML 1.2 file, or `raw` where its bytes were read already.

    Raises RecordError with a line for a syntax error, a doubled key, a tag, an anchor or an alias.
    """
    text = _decoded(read_bytes(path, kind) if raw is None else raw, path, kind)
    try:
        content, lines = parsed(text, shown(path), kind)
    except YamlRefused as error:
        raise RecordError(error.problems) from error
    return Document(path, content, Lines(lines))


def lines_of(raw: bytes, path: Path) -> Lines:
    """The lines of the values of a YAML file with these bytes; the text is read when the first of them is asked for."""
    return Lines(lambda: parsed(raw.decode("utf-8-sig"), shown(path), "")[1])


@dataclass(frozen=True)
class Row:
    """One row of a CSV table: its values by column, and where it stands."""

    values: Mapping[str, str]
    where: str

    def __getitem__(self, column: str) -> str:
        return self.values[column]


def read_csv(path: Path, columns: tuple[str, ...], kind: str) -> list[Row]:
    """A CSV table with at least these columns; cells are stripped. Raises RecordError naming every missing column or ragged row."""
    text = read_text(path, kind)
    name = shown(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(_rows(reader, columns, name, kind))
    except csv.Error as error:
        raise _error(
            kind, f"{name}, line {reader.line_num}", f"the CSV cannot be read: {error}", "Check quotation marks on this line."
        ) from error


def _rows(reader: Any, columns: tuple[str, ...], name: str, kind: str) -> Iterator[Row]:
    header = [cell.strip() for cell in next(reader, [])]
    problems = [
        Problem(kind, f"{name}, line 1", f"the column '{column}' is missing", f"The header has: {', '.join(header) or 'nothing'}.")
        for column in columns
        if column not in header
    ]
    problems += [
        Problem(kind, f"{name}, line 1", f"the column '{column}' stands twice", "Remove one.")
        for column in sorted({c for c in header if header.count(c) > 1})
    ]
    if problems:
        raise RecordError(problems)
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append(
                Problem(
                    kind,
                    f"{name}, line {reader.line_num}",
                    f"the row has {len(cells)} cells, the header {len(header)}",
                    "Quote a cell that holds a comma.",
                )
            )
            continue
        yield Row(dict(zip(header, (cell.strip() for cell in cells), strict=True)), f"{name}, line {reader.line_num}")
    if problems:
        raise RecordError(problems)


def read_json(path: Path, kind: str, raw: bytes | None = None) -> Any:
    """A JSON file, or `raw` where its bytes were read already.

    Raises RecordError with the line of a syntax error, and for a doubled name or a number that JSON does not have.
    """
    text = _decoded(read_bytes(path, kind) if raw is None else raw, path, kind)
    try:
        return json.loads(text, object_pairs_hook=_named_once, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        reason = getattr(error, "msg", "it is nested too deeply" if isinstance(error, RecursionError) else error)
        hint = "Check brackets and commas here." if isinstance(error, json.JSONDecodeError) else "Correct the file, or write it anew."
        raise _error(kind, f"{shown(path)}, line {line}", f"the JSON cannot be read: {reason}", hint) from error


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name '{doubled[:60]}' stands twice{_owner(found)}")
    return found


def _owner(found: Mapping[str, Any]) -> str:
    return f" in '{found['id'][:60]}'" if isinstance(found.get("id"), str) else ""


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else float(_no_number(text[:60]))


def _error(kind: str, where: str, message: str, hint: str) -> RecordError:
    return RecordError([Problem(kind, where, message, hint)])
