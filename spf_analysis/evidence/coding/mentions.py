"""Where the coded files name a code, to the character; so that a code can be replaced there and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from spf_analysis.errors import EvidenceError

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Mention:
    """One place that names codes: a list of them, or one alone, with the record that it stands in, such as ("finding", its id)."""

    record: tuple[str, str]
    node: Any

    @property
    def alone(self) -> bool:
        """Whether one code stands there and not a list."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that stand there."""
        nodes = self.node.value if isinstance(self.node, yaml.SequenceNode) else [self.node]
        return tuple(str(node.value) for node in nodes)


def mentions(folder: str, text: str) -> Iterator[Mention]:
    """Every place of a coded file that names codes. `folder` is "findings", "case_studies" or "coding_frame"."""
    root: Any = yaml.compose(text, Loader=_Loader)
    top = dict(_fields(root))
    if folder == "findings":
        for record in _items(top.get("findings")):
            yield from _named(record, "finding", "codes")
    elif folder == "case_studies":
        yield from _named(root, "case study", "codes")
    else:
        for record in _items(top.get("codes")):
            yield from _named(record, "code", "id")
        for record in _items(top.get("mapping")):
            yield from _named(record, "mapping", "code")
            yield from _named(record, "mapping", "facets")


def _named(record: Any, noun: str, field: str) -> Iterator[Mention]:
    found = dict(_fields(record))
    key = found.get("id") or found.get("code")
    if field in found:
        yield Mention((noun, str(key.value) if key is not None else ""), found[field])


def _fields(node: Any) -> Iterator[tuple[str, Any]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        yield str(key.value), value


def _items(node: Any) -> Sequence[Any]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def replaced(text: str, changes: Sequence[tuple[Mention, str, Sequence[str]]]) -> str:
    """The text with, in each place, a code replaced by others (by none, where they stand there already). All else stays as it is.

    Raises EvidenceError where a list would be left empty.
    """
    starts = _line_starts(text)
    edits: list[tuple[int, int, str]] = []
    for mention, old, new in changes:
        edits += _edits(text, starts, mention, old, new)
    for start, end, put in sorted(edits, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _edits(text: str, starts: Sequence[int], mention: Mention, old: str, new: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    if mention.alone:
        start, end = _span(text, starts, mention.node, old)
        yield start, end, new[0]
        return
    put = [code for code in new if code not in mention.codes or code == old]
    if not put and len(set(mention.codes)) == 1:
        raise EvidenceError(f"no code would be left of '{old}'", where=f"{mention.record[0]} '{mention.record[1]}'", hint="Name another.")
    nodes = mention.node.value
    for number, node in enumerate(nodes):
        if node.value != old:
            continue
        start, end = _span(text, starts, node, old)
        if put:
            yield start, end, _joined(text, starts, mention.node, node, put)
        elif mention.node.flow_style:
            left = _end(text, starts, nodes[number - 1]) if number else start
            right = _end(text, starts, node) if number else _start(starts, nodes[number + 1])
            yield left if number else _start(starts, node), right, ""
        else:
            line = node.start_mark.line
            yield starts[line], starts[line + 1], ""


def _joined(text: str, starts: Sequence[int], holder: Any, node: Any, put: Sequence[str]) -> str:
    if holder.flow_style:
        return ", ".join(put)
    lead = text[starts[node.start_mark.line] : _start(starts, node)]
    return f"\n{lead}".join(put)


def _line_starts(text: str) -> list[int]:
    """Where each line starts, and where the text ends; lines as YAML counts them."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|[\n\r\x85\u2028\u2029]", text)), len(text)]


def _start(starts: Sequence[int], node: Any) -> int:
    line, column = int(node.start_mark.line), int(node.start_mark.column)
    return starts[line] + column


def _end(text: str, starts: Sequence[int], node: Any) -> int:
    """Where a code ends, with its closing quotation mark if it has one."""
    start, end = _span(text, starts, node, str(node.value))
    return end + int(start > _start(starts, node))


def _span(text: str, starts: Sequence[int], node: Any, old: str) -> tuple[int, int]:
    """The characters of a code as they stand in the text, without quotation marks."""
    start = _start(starts, node)
    start += int(text[start : start + 1] in ("'", '"'))
    if text[start : start + len(old)] != old:
        raise EvidenceError(f"the code '{old}' is not written plainly", where=f"line {node.start_mark.line + 1}", hint="Write it plainly.")
    return start, start + len(old)


def blocks(text: str, key: str) -> Mapping[str, tuple[int, int]]:
    """The lines of each record of a list, by its `id` or `code`: from its dash to the last line that is its own."""
    root: Any = yaml.compose(text, Loader=_Loader)
    holder, lines = dict(_fields(root)).get(key), text.splitlines(keepends=True)
    starts = [_dash(lines, node.start_mark.line) for node in _items(holder)]
    below = [name.start_mark.line for name, _ in root.value if holder is not None and name.start_mark.line > holder.start_mark.line]
    found = {}
    for node, start, end in zip(_items(holder), starts, [*starts[1:], min(below, default=len(lines))], strict=False):
        names = dict(_fields(node))
        name = names.get("id") or names.get("code")
        if name is not None:
            found[str(name.value)] = (start, _last(lines, start, end))
    return found


def _dash(lines: Sequence[str], line: int) -> int:
    while line and not lines[line].lstrip().startswith("-"):
        line -= 1
    return line


def _last(lines: Sequence[str], start: int, end: int) -> int:
    """Blank lines and comments before the next record are not this one's."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end
