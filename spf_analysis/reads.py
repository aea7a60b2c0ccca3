"""What a briefing read: every look-up and every question put to the evidence base and the Fund, each with a digest of its answer.

A briefing is fresh as long as the same questions get the same answers. A question is kept as a short text, `["fund","share","QOC"]`,
so that a later build can put it again; of an answer only a digest is kept. A confidential record counts for nothing in a digest.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import wraps
from pathlib import PurePath
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from spf_analysis.areas import Area, Areas
from spf_analysis.errors import SpfError
from spf_analysis.periods import FinancialYear

GONE = "gone"
_NAME_OF = "name of "
_LIST_OF = "list of "
_DIGITS = 20
T = TypeVar("T")
P = ParamSpec("P")
S = TypeVar("S")
_known: dict[int, tuple[Any, Any]] = {}


class UnsayableError(Exception):
    """An argument that cannot be written down, so that the question cannot be put again."""


class Reads:
    """The questions put so far, each with its answer; digests are worked out when they are asked for."""

    def __init__(self) -> None:
        self._answers: dict[str, Any] = {}

    def note(self, question: str, answer: T) -> T:
        """Keep an answer with its question, and give it back."""
        self._answers.setdefault(question, answer)
        return answer

    def digests(self) -> dict[str, str]:
        """A digest of every answer by its question, sorted."""
        return {question: digest_of(self._answers[question]) for question in sorted(self._answers)}


def digest_of(answer: Any) -> str:
    """The first 20 hexadecimal digits of the SHA-256 of an answer's content; the same content gives the same digest on any machine."""
    return hashlib.sha256(json.dumps(_plain(answer), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:_DIGITS]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return str(value) if isinstance(value, Enum) else value
    if isinstance(value, (Decimal, date, PurePath, Enum)):
        return str(value)
    if getattr(value, "confidential", False) is True:
        return "confidential"
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _plain_record(value)


def _plain_record(value: Any) -> Any:
    """A record's content, worked out once for each record: records are frozen."""
    known = _known.get(id(value))
    if known is not None and known[0] is value:
        return known[1]
    found: Any
    if dataclasses.is_dataclass(value):
        kept = [field.name for field in dataclasses.fields(value) if field.compare]
        found = digest_of({"": type(value).__name__, **{name: getattr(value, name) for name in kept}})
    elif hasattr(value, "model_dump"):
        found = value.model_dump(mode="json", by_alias=True)
    elif hasattr(value, "as_dict"):
        found = digest_of(value.as_dict())
    else:
        raise TypeError(f"{type(value).__name__} has no content that a digest could be made of")
    _known[id(value)] = (value, found)
    return found


def question_of(*parts: Any) -> str:
    """A question as text; a part is a name, or a name with the arguments of a call."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def said(question: str) -> str:
    """A question in words, for whoever asks why a briefing has to be made again: "the claim 'vcfse.subsidy'", "the share (QOC)"."""
    root, *parts = json.loads(question)
    if root == "evidence":
        return _evidence_said(*parts[0])
    names = [part if isinstance(part, str) else _call_said(part) for part in parts]
    asked = ", ".join(names).replace("_", " ") or "records"
    return f"the Fund's {asked}" if root == "fund" else f"the {asked}"


def _evidence_said(noun: str, *names: str) -> str:
    if noun in QUERIES:
        return f"the {QUERIES[noun]} '{names[0]}'"
    if noun.startswith(_NAME_OF):
        return f"whether there is a {noun.removeprefix(_NAME_OF)} '{names[0]}'"
    return f"the {noun} '{names[0]}'" if names else f"the {noun}"


def _call_said(call: list[Any]) -> str:
    name, arguments, named = call
    values = [next(iter(item.values())) if isinstance(item, dict) else item for item in (*arguments, *named.values())]
    told = ", ".join(str(value) for value in values if value not in (None, False))
    return f"{name} ({told})" if told else str(name)


def call_of(name: str, arguments: Iterable[Any], named: Mapping[str, Any]) -> list[Any]:
    return [name, [_written(item) for item in arguments], {key: _written(item) for key, item in named.items()}]


def _written(argument: Any) -> Any:
    """An argument as plain text that `_read` turns back. Raises UnsayableError for one that has no such form."""
    if argument is None or isinstance(argument, (str, int)):
        return argument
    if isinstance(argument, FinancialYear):
        return {"year": str(argument)}
    if isinstance(argument, Area):
        return {"area": argument.code, "on": argument.vintage.isoformat()}
    if isinstance(argument, date):
        return {"day": argument.isoformat()}
    raise UnsayableError


def _read(argument: Any, areas: Callable[[], Areas]) -> Any:
    if not isinstance(argument, dict):
        return argument
    if "year" in argument:
        return FinancialYear.parse(argument["year"])
    if "area" in argument:
        return areas().get(argument["area"], date.fromisoformat(argument["on"]))
    return date.fromisoformat(argument["day"])


def put_again(roots: Mapping[str, Callable[[], Any]], question: str) -> str:
    """A digest of the answer that a question gets now; "gone" where it can no longer be answered.

    `roots` give the evidence base, the Fund, the areas and the workbench, unrecorded, by name.
    """
    root, *parts = json.loads(question)
    found = roots[root]()
    try:
        if root == "evidence":
            return digest_of(_of_evidence(found, *parts[0]))
        for part in parts:
            found = _answer(found, part, roots["areas"])
        return digest_of(found)
    except (SpfError, KeyError, AttributeError, TypeError, ValueError):
        return GONE


def _answer(asked: Any, part: Any, areas: Callable[[], Areas]) -> Any:
    name = part if isinstance(part, str) else part[0]
    if name.startswith("_"):
        raise AttributeError(name)
    found = getattr(asked, name)
    if isinstance(part, str):
        return found
    arguments = [_read(item, areas) for item in part[1]]
    return found(*arguments, **{key: _read(item, areas) for key, item in part[2].items()})


def noted(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """A method of the workbench whose answer is noted in its reads, and nothing of what it had to read to give it."""

    @wraps(method)
    def asked(self: S, *arguments: P.args, **named: P.kwargs) -> T:
        reads: Reads = self.reads_so_far  # type: ignore[attr-defined]
        answer = method(self, *arguments, **named)
        return reads.note(question_of("bench", call_of(method.__name__, arguments, named)), answer)

    return cast("Callable[Concatenate[S, P], T]", asked)


RECORDS = {
    "source": "sources",
    "library entry": "library",
    "group of codes": "groups",
    "code": "codes",
    "finding": "findings",
    "case study": "case_studies",
    "claim": "claims",
    "gap": "gaps",
    "contradiction": "contradictions",
    "instrument": "instruments",
    "appraisal": "appraisals",
    "verification": "verified",
}
QUERIES = {
    "claims_in": "claims filed under",
    "findings_of": "findings of",
    "findings_with": "findings with the code",
    "findings_about": "findings about",
    "gaps_limiting": "gaps that limit",
}


def _of_evidence(base: Any, noun: str, *names: str) -> Any:
    """What the evidence base answers to a question that `RecordedEvidence` noted."""
    if noun in QUERIES:
        return getattr(base, noun)(*names)
    if noun.startswith(_LIST_OF):
        return getattr(base, noun.removeprefix(_LIST_OF).replace(" ", "_"))
    records: Mapping[str, Any] = getattr(base, RECORDS[noun.removeprefix(_NAME_OF)])
    return names[0] in records if noun.startswith(_NAME_OF) else records.get(names[0])
