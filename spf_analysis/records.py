"""Reading coded text: YAML, CSV and JSON in which every value knows its file and line.

YAML is read as YAML 1.2 (only `true` and `false` are booleans, dates stay text), safely (no tags, no aliases) and strictly
(a doubled key is an error), because a coded evidence base is reviewed as text and must mean what it says.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from spf_analysis.errors import Problem, SpfError

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_BUILT_IN = "tag:yaml.org,2002:"
MAX_BYTES = 20_000_000
MAX_DEPTH = 40


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
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise _error(kind, shown(path), f"the file {reason}", "Restore it, or name the right workbench with --workbench.") from error
    if len(raw) > MAX_BYTES:
        raise _error(kind, shown(path), f"the file is larger than {MAX_BYTES:,} bytes", "Split it.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _error(
            kind, f"{shown(path)}, line {line}", "the file is not in UTF-8", "Save it again as UTF-8 (in Excel: CSV UTF-8)."
        ) from error


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_yaml(path: Path, kind: str) -> Document:
    """A YAML 1.2 file. Raises RecordError with a line for a syntax error, a doubled key, a tag or an alias."""
    text = read_text(path, kind)
    name = shown(path)
    try:
        _refuse_aliases(text, name, kind)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}, line {mark.line + 1}" if mark else name
        raise _error(
            kind, where, f"the YAML cannot be read: {error.problem or error}", "Check indentation, colons and quotes on this line."
        ) from error
    except yaml.YAMLError as error:
        raise _error(
            kind, name, "the YAML cannot be read: it holds a character that YAML does not allow", "Remove control characters."
        ) from error
    lines: dict[tuple[str | int, ...], int] = {}
    problems: list[Problem] = []
    content = _value(node, (), lines, problems, name, kind) if node is not None else None
    if problems:
        raise RecordError(problems)
    return Document(path, content, lines)


def _refuse_aliases(text: str, name: str, kind: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _error(kind, _at(name, event.start_mark), "YAML anchors and aliases are not used here", "Write the value out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _error(kind, _at(name, event.start_mark), "the YAML is nested too deeply", "Flatten it.")


def _at(name: str, mark: Any) -> str:
    return f"{name}, line {mark.line + 1}" if mark else name


def _value(
    node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], problems: list[Problem], name: str, kind: str
) -> Any:
    lines[path] = node.start_mark.line + 1
    where = f"{name}, line {node.start_mark.line + 1}"
    if not node.tag.startswith(_BUILT_IN) or node.tag.rpartition(":")[2] not in {
        "map",
        "seq",
        "str",
        "int",
        "float",
        "bool",
        "null",
        "timestamp",
        "merge",
        "value",
    }:
        problems.append(Problem(kind, where, f"the YAML tag '{node.tag}' is not used here", "Write a plain value."))
        return None
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, index), lines, problems, name, kind) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            key_where = f"{name}, line {key_node.start_mark.line + 1}"
            if key is None or key == "<<":
                problems.append(Problem(kind, key_where, "a key must be plain text", "Write a plain word before the colon."))
            elif key in found:
                problems.append(Problem(kind, key_where, f"the key '{key}' stands twice", "Keep one of the two."))
            else:
                found[key] = _value(value_node, (*path, key), lines, problems, name, kind)
        return found
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if len(text) < 40 and _INT.fullmatch(text):
        return int(text)
    if len(text) < 40 and _FLOAT.fullmatch(text):
        return float(text)
    return text


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


def read_json(path: Path, kind: str) -> Any:
    """A JSON file. Raises RecordError with the line of a syntax error."""
    text = read_text(path, kind)
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _error(
            kind,
            f"{shown(path)}, line {line}",
            f"the JSON cannot be read: {getattr(error, 'msg', error)}",
            "Check brackets and commas here.",
        ) from error


def _error(kind: str, where: str, message: str, hint: str) -> RecordError:
    return RecordError([Problem(kind, where, message, hint)])
