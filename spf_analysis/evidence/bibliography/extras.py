"""Fields that an exchange format has no place for: one line for each CSL variable, as Zotero's field "Extra" has them."""

from __future__ import annotations

import json
import re
from typing import Any

from spf_analysis.evidence.bibliography import csl

_LINE = re.compile(r"([A-Za-z_-]+): (.+)")
_KEPT_OUT = frozenset({"id"})


def line_of(name: str, value: Any) -> str:
    """ "genre: Early draft"; what is no single line of text is written as JSON."""
    simple = isinstance(value, str) and value and value[0] not in '"[{' and " ".join(value.split()) == value
    return f"{name}: {value if simple else json.dumps(value, ensure_ascii=False)}"


def field_of(line: str) -> tuple[str, Any] | None:
    """The variable and value of such a line; `None` for any other text."""
    found = _LINE.fullmatch(line)
    if not found or found[1] not in csl.VARIABLES - _KEPT_OUT:
        return None
    return found[1], value_of(found[2])


def value_of(text: str) -> Any:
    """Text, or what the JSON in it says."""
    if text[:1] in ('"', "[", "{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
