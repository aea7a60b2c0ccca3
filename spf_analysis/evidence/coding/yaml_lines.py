"""Plain values as lines of YAML in the house style: blocks two deep, short lists in one line, long text folded."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

LINE_WIDTH = 140
_FOLD = 100
_PLAIN = re.compile(r"[A-Za-z(][A-Za-z0-9 .,;/()'’%£–-]*")
_RESERVED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SAFE_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


def scalar(value: Any) -> str:
    """One value on one line, quoted where YAML would take it for something else."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    plain = _PLAIN.fullmatch(text) or (_SAFE_ID.fullmatch(text) and re.search("[a-z]", text))
    numeric = re.fullmatch(r"[-+.0-9eE_x]+|\.?(inf|nan)", text, re.IGNORECASE)
    if _DAY.fullmatch(text) or (plain and text == text.strip() and not numeric and text.lower() not in _RESERVED):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Text in double quotes, with what could not stand there escaped."""
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    shown = (named.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in text)
    return f'"{"".join(shown)}"'


def flow(value: Any) -> str:
    """A value with everything in it on one line: {section: Blog, paragraph: 1}."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_in_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_in_flow(one) for one in value) + "]"
    return scalar(value)


def _in_flow(value: Any) -> str:
    if isinstance(value, str) and re.search(r"[,\[\]{}]", value):
        return _quoted(value)
    return flow(value)


def lines_of(name: str, value: Any) -> list[str]:
    """One field as lines, without indentation of its own."""
    if isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(one, Mapping) for one in value):
        return [f"{name}:", *(f"  {line}" for one in value for line in item(one))]
    if isinstance(value, Mapping) and len(flow(value)) > _FOLD:
        return [f"{name}:", *(f"  {line}" for key, one in value.items() for line in lines_of(key, one))]
    if isinstance(value, str) and len(value) > _FOLD and _folds(value):
        return [f"{name}: >-", *(f"  {line}" for line in textwrap.wrap(value, _FOLD, break_long_words=False, break_on_hyphens=False))]
    if isinstance(value, Sequence) and not isinstance(value, str) and len(flow(value)) > _FOLD:
        return [f"{name}:", *(f"  - {_in_flow(one)}" for one in value)]
    return [f"{name}: {flow(value)}"]


def item(record: Mapping[str, Any]) -> list[str]:
    """A record as an item of a list: its lines behind a dash."""
    lines = [line for name, value in record.items() for line in lines_of(name, value)]
    return [f"{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines)]


def text_of(record: Mapping[str, Any]) -> str:
    """A whole file that holds one record."""
    return "".join(f"{line}\n" for name, value in record.items() for line in lines_of(name, value))


def _folds(text: str) -> bool:
    """Whether folding leaves a text as it is: single spaces only, printable, nothing at its ends."""
    return text == " ".join(text.split()) and text.isprintable()
