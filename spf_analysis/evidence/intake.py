"""What was taken in while reading: records by noun and id, where each stands, what was refused and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    _told: set[Problem] = field(default_factory=set)

    def tell(self, where: str, message: str, hint: str) -> None:
        """Note a problem, once."""
        problem = Problem(EvidenceError.kind, where, message, hint)
        if problem not in self._told:
            self._told.add(problem)
            self.problems.append(problem)

    def unread(self, noun: str, problems: Sequence[Problem]) -> None:
        """Note a file of this noun's records that cannot be read."""
        self.problems.extend(problems)
        self.refused.add((noun, UNREAD))

    def take(self, document: Document, at: tuple[str, ...], noun: str, kind: type[BaseModel], name_field: str = "id") -> None:
        """Take in the list of records that stands at a path of a document."""
        self._insert(self.validated(document, at, noun, kind), document, at, noun, name_field)

    def take_known(self, text: str, document: Document, at: tuple[str, ...], noun: str, kind: type[BaseModel], name_field: str) -> bool:
        """Take in the records that a JSON text holds, as kept of a file that had no problem; False where they are not as they should be."""
        try:
            records = _records_of(kind).validate_json(text)
        except ValidationError:
            return False
        self._insert(enumerate(records), document, at, noun, name_field)
        return True

    def _insert(self, records: Iterable[tuple[int, Any]], document: Document, at: tuple[str, ...], noun: str, name_field: str) -> None:
        taken = self.records.setdefault(noun, {})
        file, lines = shown(document.path), document.lines
        for number, record in records:
            key = getattr(record, name_field)
            place = Place(file, _FieldLines(lines, (*at, number)))
            if key in taken:
                hint = f"It stands first in {self.places[(noun, key)].said('')}; ids are given once."
                self.tell(place.said(f"{noun} '{key}'", name_field), f"the id '{key}' stands twice", hint)
                continue
            taken[key] = record
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


def below(lines: Mapping[tuple[str | int, ...], int]) -> Mapping[tuple[str | int, ...], int]:
    """The lines of a document that is one record, as those of a list of one."""
    return _Below(lines, (0,))


def nested(document: Document, content: Mapping[str, Any]) -> Document:
    """A document that is one record, as a list of one."""
    return Document(document.path, [dict(content)], below(document.lines))


def _items(document: Document, at: tuple[str, ...]) -> list[Any]:
    items: list[Any] = document.content[at[0]] if at else document.content
    return items


@cache
def _records_of(kind: type[BaseModel]) -> TypeAdapter[list[Any]]:
    return TypeAdapter(list[kind])  # type: ignore[valid-type]


@dataclass(frozen=True)
class _Below(Mapping[tuple[str | int, ...], int]):
    """The lines of a document as they stand below a step that its file does not have."""

    lines: Mapping[tuple[str | int, ...], int]
    above: tuple[str | int, ...]

    def __getitem__(self, path: tuple[str | int, ...]) -> int:
        if path[: len(self.above)] != self.above:
            raise KeyError(path)
        return self.lines[path[len(self.above) :]]

    def __iter__(self) -> Iterator[tuple[str | int, ...]]:
        return ((*self.above, *path) for path in self.lines)

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class OneLine(Mapping[str, int]):
    """The line of one field of a record as that of a whole record, looked up when a message asks for it."""

    lines: Mapping[str, int]
    name: str

    def __getitem__(self, name: str) -> int:
        if name:
            raise KeyError(name)
        return self.lines[self.name]

    def __iter__(self) -> Iterator[str]:
        return iter(("",) if self.name in self.lines else ())

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class _FieldLines(Mapping[str, int]):
    """The line of a record (""), of each of its fields, and of each of its codes ("codes.0"), looked up when a message asks for it."""

    lines: Mapping[tuple[str | int, ...], int]
    at: tuple[str | int, ...]

    def __getitem__(self, name: str) -> int:
        first, _, number = name.partition(".")
        inner: tuple[str | int, ...] = (first, int(number)) if number.isdigit() else (first,) if name else ()
        return self.lines[(*self.at, *inner)]

    def __iter__(self) -> Iterator[str]:
        below = (path[len(self.at) :] for path in self.lines if path[: len(self.at)] == self.at)
        return (".".join(str(step) for step in path) for path in below if len(path) < 2 or (len(path) == 2 and path[0] == "codes"))

    def __len__(self) -> int:
        return sum(1 for _ in self)
