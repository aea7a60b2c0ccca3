"""One reading of a briefing against the dialect: what it was given, what it has met so far, and what it found wrong."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spf_analysis.errors import Problem, TypesettingError

Node = dict[str, Any]


@dataclass
class Reading:
    """A pass over one briefing: what it was given; ids, references, citations, pictures and problems as they are met."""

    where: str
    lines: list[str]
    folder: Path
    keys: Collection[str]
    formats: Collection[str]
    ids: set[str] = field(default_factory=set)
    referred: list[str] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    has_references: bool = False
    level: int = 1
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, message: str, hint: str, *signs: str) -> None:
        """Note a problem at the first line that holds one of these signs, the surest sign first."""
        line = next((number for sign in signs if sign for number, text in enumerate(self.lines, 1) if sign in text), None)
        where = f"{self.where}, line {line}" if line else self.where
        problem = Problem(TypesettingError.kind, where, message, hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def add_id(self, identifier: str) -> None:
        """Note the id of a section or exhibit, which may stand once only."""
        if identifier in self.ids:
            self.refuse(f"the id '{identifier}' stands twice", "Give each exhibit and section an id of its own.", f"#{identifier}")
        if identifier:
            self.ids.add(identifier)


def words_in(content: Any) -> list[str]:
    """The words of a part of a pandoc document, in reading order."""
    if isinstance(content, dict):
        return [content["c"]] if content.get("t") == "Str" else words_in(content.get("c"))
    return [word for item in content for word in words_in(item)] if isinstance(content, list) else []


def first_word(*contents: Any) -> str:
    """The first word of the first of these parts that has any; empty where none has."""
    return next((word for content in contents for word in words_in(content)), "")
