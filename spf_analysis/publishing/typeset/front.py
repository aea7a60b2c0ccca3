"""What stands before a briefing's text: its front matter, plain text under a few known keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import yaml

from spf_analysis.errors import Problem, TypesettingError

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_REQUIRED = ("title", "date", "edition")
_OPTIONAL = ("subtitle", "lang", "keywords", "description", "author", "stamp")
LANGUAGE = "en-GB"


@dataclass(frozen=True)
class FrontMatter:
    """A briefing's own description: title, date of issue and edition, as plain text without any markup.

    A `stamp`, where there is one, is put on every page: that its figures are invented.
    """

    title: str
    issued: date
    edition: str
    subtitle: str = ""
    keywords: tuple[str, ...] = ()
    description: str = ""
    author: str = ""
    stamp: str = ""

    @property
    def shown_date(self) -> str:
        """The date of issue as it is printed: 1 April 2026."""
        return f"{self.issued.day} {_MONTHS[self.issued.month - 1]} {self.issued.year}"

    @property
    def timestamp(self) -> datetime:
        """Midnight (UTC) of the date of issue: the only time that an output carries."""
        return datetime(self.issued.year, self.issued.month, self.issued.day, tzinfo=UTC)

    @property
    def epoch(self) -> str:
        """The timestamp in seconds since 1970, as SOURCE_DATE_EPOCH wants it."""
        return str(int(self.timestamp.timestamp()))


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def split_front(text: str, where: str) -> tuple[FrontMatter, str]:
    """The front matter and the body of a briefing; blank lines take the front matter's place, so that line numbers hold.

    Raises TypesettingError where the front matter is missing, cannot be read, lacks a key or has one that is not known.
    """
    block = _BLOCK.match(text)
    if block is None:
        raise TypesettingError(
            "the briefing has no front matter", where=f"{where}, line 1", hint="Open it with a YAML block between two lines of ---."
        )
    body = "\n" * block.group(0).count("\n") + text[block.end() :]
    return _front(_mapping(block.group(1), where), where), body


def _mapping(block: str, where: str) -> Mapping[str, Any]:
    try:
        found = yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise TypesettingError("the front matter is not YAML", where=f"{where}, line {line}", hint="Write it with a YAML dump.") from error
    if not isinstance(found, dict):
        raise TypesettingError("the front matter is not a list of keys", where=f"{where}, line 1", hint="Write 'title: …' and so on.")
    return found


def _front(values: Mapping[str, Any], where: str) -> FrontMatter:
    problems = [
        _problem(where, f"the front matter has no '{key}'", f"Add {key}: to the template's front matter.")
        for key in _REQUIRED
        if not values.get(key)
    ]
    known = {*_REQUIRED, *_OPTIONAL}
    problems += [
        _problem(where, f"the front matter has the key '{key}', which is not known", f"Known are: {', '.join(sorted(known))}.")
        for key in values
        if key not in known
    ]
    problems += _ill_formed(values, where)
    if problems:
        raise TypesettingError(problems)
    plain = ("title", "edition", "subtitle", "description", "author", "stamp")
    texts = {key: " ".join(str(values.get(key) or "").split()) for key in plain}
    return FrontMatter(issued=date.fromisoformat(values["date"]), keywords=_words(values.get("keywords")), **texts)


def _ill_formed(values: Mapping[str, Any], where: str) -> list[Problem]:
    problems: list[Problem] = []
    try:
        date.fromisoformat(str(values.get("date") or "2000-01-01"))
    except ValueError:
        problems.append(_problem(where, f"the date '{values['date']}' is not a date", "Write it as 2026-04-01."))
    if values.get("lang", LANGUAGE) != LANGUAGE:
        problems.append(_problem(where, f"the language '{values['lang']}' is not {LANGUAGE}", f"Write lang: {LANGUAGE}."))
    for key in set(values) - {"keywords"}:
        if not isinstance(values[key], str):
            problems.append(_problem(where, f"'{key}' is not a plain text", "Write one value."))
    return problems


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(word) for word in value or ())


def _problem(where: str, message: str, hint: str) -> Problem:
    return Problem(TypesettingError.kind, f"{where}, front matter", message, hint)
