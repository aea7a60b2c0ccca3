"""Why a record is refused: the validator's findings told in plain English, with line, field and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from spf_analysis.evidence import library, model
from spf_analysis.evidence.quality import appraisal, instrument

_HINTS = {
    "locator": 'Give the section and the paragraph of the source in which it stands: locator: {section: "2.1", paragraph: 3}.',
    "anchor": "Give at most seven words of the passage, word for word.",
    "findings_for": "A claim rests on at least one finding: findings_for: [source-id.finding].",
    "statement_kind": "Say which kind of statement it is: result, practice, opinion, recommendation or proposal.",
    "design": "Say how the primary study found it out, or 'not reported', or 'no study'.",
    "coder": "Say who coded it.",
    "as_written": 'Write the number as it stands in the source, such as "28%".',
    "title": "A work without a title cannot be cited.",
    "reason": "Add 'reason: …': a judgement without its reason cannot be checked by anyone.",
    "because": "Say why it is this kind of study: because: ….",
}
_SCORES = frozenset({"score", "scores", "total", "sum", "points", "stars", "percent", "rating", "mean"})
_NO_SCORE = (
    "the field '{name}' would sum judgements up in a number",
    "Remove it: answers and concerns are words with reasons, and neither GRADE-CERQual nor an appraisal adds them up.",
)
_OF_CLAIMS = frozenset({"confidence", "certainty", "cerqual", "grade", "level", "overall"})
_NO_LEVEL = (
    "the field '{name}' would give this record a level of confidence",
    "Remove it: GRADE-CERQual and GRADE judge a claim, never a study, a source or a finding.",
)
_FORMS = {
    "^[a-z0-9]+(?:[.-][a-z0-9]+)*$": ("is not an id", "Ids are lower-case letters and digits joined by hyphens or full stops."),
    r"^\d{4}-\d{2}-\d{2}$": ("is not a date", "Write it as 2026-11-21."),
    "^[0-9a-f]{16}$": ("is not a digest", "It has 16 hexadecimal digits; `spf coding` writes it."),
    "^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$": ("is not a GUID", "Write it in capitals, as 1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294."),
    "^#[0-9A-F]{6}$": ("is not a colour", "Write it as #46AA00, in capitals."),
    "^[0-9a-f]{64}$": ("is not a SHA-256", "It has 64 hexadecimal digits; `sha256sum FILE` prints it."),
    "^[A-Za-z0-9()]{1,8}$": ("is not the mark of an item", "Write it as the list does: ii, 3, (b)."),
}
_TYPES = {
    "string_type": ("should be text", "Put it in quotation marks if it looks like a number."),
    "tuple_type": ("should be a list", "Write it as [a, b] or one to a line after a hyphen."),
    "list_type": ("should be a list", "Write it as [a, b] or one to a line after a hyphen."),
    "int_type": ("should be a whole number", "Write digits only, without quotation marks."),
    "int_from_float": ("should be a whole number", "Write digits only, without quotation marks."),
    "float_type": ("should be a number", "Write digits only, without quotation marks, separators or units."),
    "finite_number": ("should be a finite number", "Write digits only."),
    "bool_type": ("should be true or false", "Write true or false, without quotation marks."),
    "dict_type": ("should be a set of fields", "Write it as 'name: value' lines, indented."),
    "model_type": ("should be a set of fields", "Write it as 'name: value' lines, indented."),
    "model_attributes_type": ("should be a set of fields", "Write it as 'name: value' lines, indented."),
}


def path_in(content: Any, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """The part of a validator's location that leads to a value of the content; names of union members are left out."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(content, Mapping) and (step in content or step == loc[-1]):
            content = content.get(step)
            path.append(step)
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            content = content[step]
            path.append(step)
    return tuple(path)


def said(error: ErrorDetails, path: Sequence[str | int]) -> tuple[str, str]:
    """What is wrong and what to do about it, for one of the validator's errors at a path of the content."""
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "record")
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"the field '{name}' is missing", _HINTS.get(name, f"Add '{name}: …'.")
    if kind == "extra_forbidden" and (name in _SCORES or (name in _OF_CLAIMS and "confidence" not in path[:-1])):
        message, hint = _NO_SCORE if name in _SCORES else _NO_LEVEL
        return message.format(name=name), hint
    if kind == "extra_forbidden":
        known = "A number is written without separators: 1000." if name.isdigit() else _did_you_mean(name, _field_names())
        return f"the field '{name}' is not known here", known
    if kind == "refused":
        return context["message"], context["hint"]
    return _about_value(name, error, context)


def _about_value(name: str, error: ErrorDetails, context: dict[str, Any]) -> tuple[str, str]:
    kind, value = error["type"], _short(error.get("input"))
    if kind in ("enum", "literal_error"):
        return _not_one_of(name, error.get("input"), context)
    if kind == "string_pattern_mismatch":
        what, hint = _FORMS.get(context["pattern"], ("has the wrong form", "Write it as its neighbours are written."))
        return f"'{name}': {value} {what}", hint
    if error.get("input") is None:
        return f"the field '{name}' is empty", _HINTS.get(name, "Fill it in, or leave it out where it may be left out.")
    return _about_size(name, error, context) or _about_type(name, error, value)


def _about_size(name: str, error: ErrorDetails, context: dict[str, Any]) -> tuple[str, str] | None:
    kind = error["type"]
    if kind in ("too_short", "string_too_short"):
        return f"'{name}' is {'too short' if error.get('input') else 'empty'}", _HINTS.get(
            name, "Fill it in, or leave it out where it may be left out."
        )
    if kind in ("string_too_long", "too_long"):
        return f"'{name}' is longer than {context.get('max_length')} characters", "Shorten it."
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"'{name}': {_short(error.get('input'))} is out of range", f"{error['msg'].replace('Input should', 'It should')}."
    return None


def _about_type(name: str, error: ErrorDetails, value: str) -> tuple[str, str]:
    kind = error["type"]
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return f"'{name}' does not say by which method it was judged", "Begin it with 'method': GRADE-CERQual, GRADE or 'not graded'."
    if error["loc"][-1] in ("int", "float"):
        kind = "float_type"
    what, hint = _TYPES.get(kind, (error["msg"].replace("Input should", "should"), "Write it as its neighbours are written."))
    return f"'{name}': {value} {what}", hint


def _not_one_of(name: str, value: Any, context: dict[str, Any]) -> tuple[str, str]:
    expected = str(context["expected"])
    allowed = [word.strip("'") for part in expected.split(", ") for word in part.split(" or ")]
    hint = (
        _did_you_mean(value, allowed)
        if isinstance(value, str)
        else "Judgements are words; there are no scores."
        if name == "level"
        else "Choose one of them."
    )
    return f"'{name}': {_short(value)} is not one of {expected}", hint


def _short(value: Any) -> str:
    text = str(value)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}…'"


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    from rapidfuzz import fuzz, process

    nearest = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=60)
    return f"Did you mean '{nearest[0]}'?" if nearest else "Take one that is known, or remove it."


def _field_names() -> list[str]:
    return sorted({name for kind in _models() for name in kind.model_fields})


def _models() -> Iterator[type[BaseModel]]:
    for module in (model, library, instrument, appraisal):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, BaseModel):
                yield value
