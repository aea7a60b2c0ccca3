"""The form of the Fund's coded files: which fields there are and what each holds; any other would go unread in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spf_analysis.errors import Problem
from spf_analysis.records import Document
from spf_analysis.wording import listed

ANYTHING = "anything"
TEXT = "text"
EACH = "*"  # the key of a mapping whose names are free
Form = str | Mapping[str, Any] | list[Any]

REFERENCE: Form = {"source": TEXT, "locator": TEXT}
_READING: Form = {"id": TEXT, "text": TEXT}
RULE: Form = {
    **dict.fromkeys(("rule", "edition", "title", "summary"), TEXT),
    "parameters": {EACH: {"description": TEXT, "unit": TEXT, "reference": REFERENCE, "values": {EACH: ANYTHING}}},
    "interpretations": [TEXT],
}
VALUE: Form = {"value": ANYTHING, "note": TEXT, "reference": REFERENCE}
INTERPRETATIONS: Form = {
    "interpretations": [
        {"id": TEXT, "question": TEXT, "bears_on": TEXT, "chosen": _READING, "alternatives": [_READING], "reference": REFERENCE}
    ]
}
_PRESSURE: Form = {**dict.fromkeys(("id", "title", "description", "kind"), TEXT), "reference": REFERENCE, "growth": ANYTHING}
SCENARIOS: Form = {"schema": ANYTHING, "scenarios": [ANYTHING], "pressures": [_PRESSURE]}  # a scenario knows its own fields
ORIGINS: Form = {"keys": {EACH: TEXT}, "tables": {EACH: {EACH: {"reference": REFERENCE, "derived": TEXT, "earlier": ANYTHING}}}}


def out_of_form(document: Document, form: Form) -> list[Problem]:
    """A problem for each field of a document that is not known where it stands, or does not hold what it should."""
    wrong = _wrong(document.content, form, ()) if document.content else ()
    return [Problem("fund", document.where(*path), message, hint) for path, message, hint in wrong]


def _wrong(content: Any, form: Form, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    if content is None or form == ANYTHING:
        return
    name = next((step for step in reversed(path) if isinstance(step, str)), "the file")
    if isinstance(form, Mapping):
        if not isinstance(content, dict):
            yield path, f"'{name}' should be a set of fields", "Write it as 'name: value' lines, indented."
            return
        yield from _fields(content, form, path)
    elif isinstance(form, list):
        if not isinstance(content, list):
            yield path, f"'{name}' should be a list", "Write it as [a, b] or one to a line after a hyphen."
            return
        for number, item in enumerate(content):
            yield from _wrong(item, form[0], (*path, number))
    elif not isinstance(content, str):
        yield path, f"'{name}' should be text", "Put it in quotation marks if it looks like a number."


def _fields(content: dict[str, Any], form: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Any]:
    for key, value in content.items():
        if key in form or EACH in form:
            inner: Form = form.get(key, form.get(EACH))
            if inner == ANYTHING and isinstance(value, dict) and path[-1:] == ("values",):
                inner = VALUE
            yield from _wrong(value, inner, (*path, key))
        else:
            yield (*path, key), f"the field '{key[:60]}' is not known here", f"There can be {listed(sorted(form), 'or')}."
