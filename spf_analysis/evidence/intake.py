"""What was taken in while reading: records by noun and id, where each stands, what was refused and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence import refusals
from spf_analysis.evidence.base import Place
from spf_analysis.records import Document, shown

UNREAD = ""


@dataclass
class Intake:
    """Records as they are taken in. A record that is refused leaves its noun and id in `refused`, a file that cannot be read its
    noun and `UNREAD`, so that nothing that points there is told as unknown as well.
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, where: str, message: str, hint: str) -> None:
        """Note a problem, once."""
        problem = Problem(EvidenceError.kind, where, message, hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def unread(self, noun: str, problems: Sequence[Problem]) -> None:
        """Note a file of this noun's records that cannot be read."""
        self.problems.extend(problems)
        self.refused.add((noun, UNREAD))

    def take(self, document: Document, at: tuple[str, ...], noun: str, kind: type[BaseModel], name_field: str = "id") -> None:
        """Take in the list of records that stands at a path of a document."""
        kept = self.records.setdefault(noun, {})
        for number, record in self.validated(document, at, noun, kind):
            key = getattr(record, name_field)
            place = _place(document, (*at, number))
            if key in kept:
                hint = f"It stands first in {self.places[(noun, key)].said('')}; ids are given once."
                self.tell(place.said(f"{noun} '{key}'", name_field), f"the id '{key}' stands twice", hint)
                continue
            kept[key] = record
            self.places[(noun, key)] = place

    def validated(self, document: Document, at: tuple[str, ...], noun: str, kind: type[BaseModel]) -> list[tuple[int, Any]]:
        """The records of a list that are as they should be, with their numbers in it; the others become problems."""
        items = _items(document, at)
        try:
            return list(enumerate(_records_of(kind).validate_json(json.dumps(items))))
        except ValidationError as error:
            wrong = {self._refuse(document, at, noun, detail) for detail in error.errors(include_url=False)}
        if None in wrong:
            self.refused.add((noun, UNREAD))
            return []
        rest = [number for number in range(len(items)) if number not in wrong]
        return list(zip(rest, _records_of(kind).validate_json(json.dumps([items[number] for number in rest])), strict=True))

    def _refuse(self, document: Document, at: tuple[str, ...], noun: str, detail: ErrorDetails) -> int | None:
        items, loc = _items(document, at), detail["loc"]
        if not loc or not isinstance(loc[0], int):
            self.tell(shown(document.path), "the file holds a character that is not text", "Remove half characters such as \\ud800.")
            return None
        item = items[loc[0]]
        key = item.get("id", item.get("group")) if isinstance(item, dict) else None
        name = f"{noun} '{key}'" if isinstance(key, str) else f"{noun} {loc[0] + 1}" if len(items) > 1 else noun
        path = refusals.path_in(items, loc)
        field_name = ".".join(str(step + 1 if isinstance(step, int) else step) for step in path[1:])
        parts = [document.where(*at, *path), name, f"field '{field_name}'" if field_name else ""]
        self.refused.add((noun, key if isinstance(key, str) else UNREAD))
        self.tell(", ".join(part for part in parts if part), *refusals.said(detail, path))
        return loc[0]


def nested(document: Document, content: Mapping[str, Any]) -> Document:
    """A document that is one record, as a list of one."""
    return Document(document.path, [dict(content)], {(0, *path): line for path, line in document.lines.items()})


def _items(document: Document, at: tuple[str, ...]) -> list[Any]:
    items: list[Any] = document.content[at[0]] if at else document.content
    return items


@cache
def _records_of(kind: type[BaseModel]) -> TypeAdapter[list[Any]]:
    return TypeAdapter(list[kind])  # type: ignore[valid-type]


def _place(document: Document, at: tuple[str | int, ...]) -> Place:
    lines = {"": document.lines[at]} if at in document.lines else {}
    content: Any = document.content
    for step in at:
        content = content[step]
    for name, value in content.items():
        if (*at, name) in document.lines:
            lines[name] = document.lines[(*at, name)]
        if name == "codes" and isinstance(value, list):
            lines.update({f"codes.{number}": document.lines.get((*at, name, number), 0) for number in range(len(value))})
    return Place(shown(document.path), lines)
