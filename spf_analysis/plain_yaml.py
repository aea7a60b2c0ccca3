"""Plain YAML 1.2 in one pass: values and the line of each, without tags, anchors, aliases, merge keys or doubled keys.

LibYAML's events are read where it is installed, never its constructors; so nothing in a file can name a Python object, and a file
takes no more memory than it has text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from spf_analysis.errors import Problem

Path = tuple[str | int, ...]
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LONGEST_NUMBER = 40
MAX_DEPTH = 40


class Lines(Mapping[Path, int]):
    """The line of every value of a file by its path, such as ("findings", 3, "anchor"); a tree, or what makes it when first asked.

    In the tree a scalar is its line, a list is [line, [children]] and a mapping [line, {key: child}].
    """

    def __init__(self, tree: Any) -> None:
        self._tree = tree

    @property
    def tree(self) -> Any:
        """The tree itself."""
        if callable(self._tree):
            self._tree = self._tree()
        return self._tree

    def __getitem__(self, path: Path) -> int:
        node = self.tree
        try:
            for step in path:
                node = node[1][step]
            return int(node if isinstance(node, int) else node[0])
        except (KeyError, IndexError, TypeError):
            raise KeyError(path) from None

    def __iter__(self) -> Iterator[Path]:
        return _paths(self.tree, ()) if self.tree is not None else iter(())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _paths(node: Any, path: Path) -> Iterator[Path]:
    yield path
    if not isinstance(node, int):
        children = node[1]
        for step, child in children.items() if isinstance(children, dict) else enumerate(children):
            yield from _paths(child, (*path, step))


class YamlRefused(Exception):
    """Text that is not plain YAML; carries every problem found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def parsed(text: str, name: str, kind: str) -> tuple[Any, Any]:
    """The value of a YAML text and the tree of its lines; None and None where it holds nothing.

    Raises YamlRefused with `kind` and a line below `name` for whatever is not plain YAML.
    """
    try:
        reading = _Reading(name, kind, _events(text))
        found = reading.document()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        where = f"{name}, line {mark.line + 1}" if mark else name
        message, hint = f"the YAML cannot be read: {error.problem or error}", "Check indentation, colons and quotes on this line."
        raise YamlRefused([Problem(kind, where, message, hint)]) from error
    except (yaml.YAMLError, ValueError) as error:
        message = "the YAML cannot be read: it holds a character that YAML does not allow"
        raise YamlRefused([Problem(kind, name, message, "Remove control characters.")]) from error
    if reading.problems:
        raise YamlRefused(reading.problems)
    return found


def _events(text: str) -> Callable[[], Any]:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    following: Callable[[], Any] = loader.get_event
    return following


@dataclass
class _Reading:
    """One pass over the events of a text."""

    name: str
    kind: str
    following: Callable[[], Any]
    problems: list[Problem] = field(default_factory=list)

    def document(self) -> tuple[Any, Any]:
        self.following()  # the stream's start
        event = self.following()
        if isinstance(event, yaml.StreamEndEvent):
            return None, None
        found = self._node(self.following(), 0)
        self.following()  # the document's end
        event = self.following()
        if not isinstance(event, yaml.StreamEndEvent):
            self._stop(event, "the file holds more than one YAML document", "Remove what follows '---', or make it a file of its own.")
        return found

    def _node(self, event: Any, depth: int) -> tuple[Any, Any]:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._stop(event, "YAML anchors and aliases are not used here", "Write the value out.")
        if event.tag is not None:
            self._tell(event, f"the YAML tag '{event.tag}' is not used here", "Write a plain value.")
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            return (event.value if event.style else _scalar(event.value)), line
        if depth >= MAX_DEPTH:
            self._stop(event, "the YAML is nested too deeply", "Flatten it.")
        return self._list(event, depth) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(event, depth)

    def _list(self, start: Any, depth: int) -> tuple[list[Any], list[Any]]:
        values: list[Any] = []
        lines: list[Any] = []
        while not isinstance(event := self.following(), yaml.SequenceEndEvent):
            value, line = self._node(event, depth + 1)
            values.append(value)
            lines.append(line)
        return values, [start.start_mark.line + 1, lines]

    def _mapping(self, start: Any, depth: int) -> tuple[dict[str, Any], list[Any]]:
        values: dict[str, Any] = {}
        lines: dict[str, Any] = {}
        while not isinstance(event := self.following(), yaml.MappingEndEvent):
            key = self._key(event, values, depth)
            value, line = self._node(self.following(), depth + 1)
            if key is not None:
                values[key], lines[key] = value, line
        return values, [start.start_mark.line + 1, lines]

    def _key(self, event: Any, found: Mapping[str, Any], depth: int) -> str | None:
        if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
            self._tell(event, "a key must be plain text", "Write a plain word before the colon.")
            self._node(event, depth + 1)
            return None
        if event.anchor is not None or event.tag is not None:
            self._node(event, depth + 1)
        key: str = event.value
        if key in found:
            self._tell(event, f"the key '{key}' stands twice", "Keep one of the two.")
            return None
        return key

    def _tell(self, event: Any, message: str, hint: str) -> None:
        self.problems.append(Problem(self.kind, f"{self.name}, line {event.start_mark.line + 1}", message, hint))

    def _stop(self, event: Any, message: str, hint: str) -> None:
        self._tell(event, message, hint)
        raise YamlRefused(self.problems)


def _scalar(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) < _LONGEST_NUMBER and text[0] in "+-.0123456789":
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
