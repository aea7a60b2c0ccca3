"""Editing a hand-written YAML list by machine: only the records concerned are touched, byte for byte; comments and order stay."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from ruamel.yaml import YAML

from spf_analysis.errors import EvidenceError

LINE_WIDTH = 140
Change = Callable[[Any], None]
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def edited(text: str, key: str, changes: Mapping[str, Change]) -> str:
    """The text with the records of these ids changed in the list under `key`. Raises EvidenceError for an id that is not in it."""
    lines, spans = text.splitlines(keepends=True), _spans(text, key)
    missing = sorted(set(changes) - set(spans))
    if missing:
        raise EvidenceError(f"there is no record '{missing[0]}' under '{key}'", where=key, hint="Write each record as a block of its own.")
    for record in sorted(changes, key=lambda name: spans[name], reverse=True):
        start, end = spans[record]
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        lines[start:end] = [_changed("".join(lines[start:end]), changes[record])]
    return "".join(lines)


def appended(text: str, key: str, records: Sequence[Sequence[str]]) -> str:
    """The text with records at the end of the list under `key`; each record is its lines, without dash or indentation."""
    if not records:
        return text
    sequence = _sequence(text, key)
    lines = text.splitlines(keepends=True)
    if sequence.flow_style:
        if sequence.value:
            raise EvidenceError(f"the list '{key}' is written in one line", where=key, hint="Write each record on a line of its own.")
        at = sequence.start_mark.line
        lines[at] = f"{key}:\n"
        return "".join([*lines[: at + 1], _blocks(records, 2), *lines[at + 1 :]])
    column = sequence.start_mark.column
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    at = _end(text, key, len(lines))
    return "".join([*lines[:at], _blocks(records, column), *lines[at:]])


def _blocks(records: Sequence[Sequence[str]], column: int) -> str:
    lead = " " * column
    return "".join(f"{lead}{'- ' if number == 0 else '  '}{line}\n" for record in records for number, line in enumerate(record))


def _end(text: str, key: str, last: int) -> int:
    """The line at which the list ends: that of the next key, or the file's end."""
    root: Any = yaml.compose(text, Loader=_Loader)
    keys = [(node.start_mark.line, node.value) for node, _ in root.value]
    here = next(line for line, name in keys if name == key)
    return min((line for line, _ in keys if line > here), default=last)


def _sequence(text: str, key: str) -> Any:
    root = yaml.compose(text, Loader=_Loader)
    values = [value for name, value in root.value if name.value == key] if isinstance(root, yaml.MappingNode) else []
    if not values or not isinstance(values[0], yaml.SequenceNode):
        raise EvidenceError(f"the file has no list '{key}'", where=key, hint=f"Write '{key}: []' where there is none yet.")
    return values[0]


def _spans(text: str, key: str) -> dict[str, tuple[int, int]]:
    """The lines of each record by its id, up to the next one's."""
    sequence, lines = _sequence(text, key), text.splitlines()
    if sequence.flow_style:
        return {}
    starts: list[tuple[int, str]] = []
    for node in sequence.value:
        line = node.start_mark.line
        while not lines[line].lstrip().startswith("-"):
            line -= 1
        named = [value.value for name, value in node.value if name.value == "id"] if isinstance(node, yaml.MappingNode) else []
        starts.append((line, str(named[0]) if named else ""))
    ends = [line for line, _ in starts[1:]] + [_end(text, key, len(lines))]
    return {name: (line, end) for (line, name), end in zip(starts, ends, strict=True)}


def _changed(chunk: str, change: Change) -> str:
    """One record changed, with its own indentation."""
    column = len(chunk) - len(chunk.lstrip(" "))
    editor = YAML()
    editor.preserve_quotes, editor.width = True, LINE_WIDTH
    editor.indent(mapping=2, sequence=column + 2, offset=column)
    records = editor.load(chunk)
    change(records[0])
    out = io.StringIO()
    editor.dump(records, out)
    return out.getvalue()
