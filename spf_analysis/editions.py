"""Editions: registered, dated sets of briefings. All dates that a briefing prints come from here, never from a clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from spf_analysis import wording
from spf_analysis.errors import BriefingError, Problem, SpfError
from spf_analysis.periods import FinancialYear
from spf_analysis.records import Document, RecordError, read_yaml

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SCHEMA = 1
FOLDER = "editions"
_FIELDS = ("id", "title", "date", "year", "previous")


@dataclass(frozen=True)
class Edition:
    """One edition: its id, title, date of issue, the financial year that it tells of and the edition before it.

    `scenario` is what an edition supposes that is worked out under one; `illustrative` is one that rests on invented figures.
    """

    id: str
    title: str
    day: date
    year: FinancialYear
    previous: str | None = None
    registered: bool = True
    scenario: str | None = None
    illustrative: bool = False

    @property
    def label(self) -> str:
        """How a page names the edition: "First edition for 2026/27, 21 November 2026"."""
        return f"{self.title}, {wording.day(self.day)}"

    def for_year(self, year: FinancialYear) -> Edition:
        """This edition, or, for another year, an unregistered preview of that year with the same date."""
        if year == self.year:
            return self
        name = f"{self.id}-preview-{str(year).replace('/', '-')}"
        return replace(self, id=name, title=f"Unregistered preview for {year}", year=year, previous=None, registered=False)

    def under(self, name: str, title: str) -> Edition:
        """This edition, or a preview of it, worked out under a scenario; it lies beside the real one and is never registered."""
        said = f"{self.title}, scenario: {title}"
        return replace(self, id=f"{self.id}-scenario-{name}", title=said, previous=None, registered=False, scenario=title)

    def as_illustrative(self) -> Edition:
        """This edition with invented figures; it lies beside the real one and is never registered."""
        said = f"{wording.ILLUSTRATIVE}. {self.title}"
        return replace(self, id=f"{self.id}-illustrative", title=said, previous=None, registered=False, illustrative=True)

    def file_name(self, name: str) -> str:
        """What a file of the edition is called: one that rests on a scenario or on invented figures says so in its name."""
        return "illustrative-" * self.illustrative + "scenario-" * bool(self.scenario) + name

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "label": self.label,
            "date": self.day.isoformat(),
            "date_said": wording.day(self.day),
            "year": str(self.year),
            "previous": self.previous,
            "registered": self.registered,
            "scenario": self.scenario,
            "illustrative": self.illustrative,
        }


def read_editions(path: Path) -> tuple[Edition, ...]:
    """The registered editions, the last one last. Raises BriefingError with every problem of the file."""
    document = _document(path)
    records = document.content.get("editions") if isinstance(document.content, dict) else None
    if not isinstance(records, list) or not records:
        hint = "Add one under 'editions' with id, title, date, year and previous."
        raise BriefingError("no edition is registered", where=document.where(), hint=hint)
    problems: list[Problem] = []
    editions: list[Edition] = []
    for index, record in enumerate(records):
        found, wrong = _edition(document, index, record)
        problems += wrong
        if found is not None:
            problems += _between(found, editions, document, index)
            editions.append(found)
    if problems:
        raise BriefingError(problems)
    return tuple(editions)


def _document(path: Path) -> Document:
    try:
        document = read_yaml(path, BriefingError.kind)
    except RecordError as error:
        raise BriefingError(error.problems) from error
    schema = document.content.get("schema") if isinstance(document.content, dict) else None
    if document.content and (schema != SCHEMA or isinstance(schema, bool)):
        hint = "Run 'spf migrate', or install the version that wrote the file."
        raise BriefingError(f"the file has schema {schema!r}, this version reads {SCHEMA}", where=document.where("schema"), hint=hint)
    unknown = sorted(set(document.content or {}) - {"schema", "editions"})
    if unknown:
        raise BriefingError(f"the field '{unknown[0]}' is not known here", where=document.where(unknown[0]), hint="Remove it.")
    return document


def _between(edition: Edition, before: list[Edition], document: Document, index: int) -> list[Problem]:
    known = {item.id for item in before}
    problems = []
    if edition.id in known:
        where = document.where("editions", index, "id")
        problems.append(Problem("briefing", where, f"the edition '{edition.id}' is registered twice", "Give it an id of its own."))
    if edition.previous and edition.previous not in known:
        where, hint = document.where("editions", index, "previous"), f"Name one of: {', '.join(sorted(known)) or 'null'}."
        problems.append(Problem("briefing", where, f"the previous edition '{edition.previous}' is not registered before it", hint))
    return problems


def _edition(document: Document, index: int, record: Any) -> tuple[Edition | None, list[Problem]]:
    given = set(record) if isinstance(record, dict) else set()
    if given != set(_FIELDS):
        wrong = [f"lacks {wording.listed(sorted(set(_FIELDS) - given))}"] * bool(set(_FIELDS) - given)
        wrong += [f"has the unknown {wording.listed(sorted(given - set(_FIELDS)))}"] * bool(given - set(_FIELDS))
        hint = f"An edition has exactly the fields {wording.listed(_FIELDS)}."
        return None, [Problem("briefing", document.where("editions", index), f"the edition {wording.listed(wrong)}", hint)]
    values: dict[str, Any] = {}
    problems = []
    for name, (read, hint) in _READERS.items():
        try:
            values[name] = read(str(record[name]))
        except (ValueError, SpfError):
            where = document.where("editions", index, name)
            problems.append(Problem("briefing", where, f"'{record[name]}' is not the {name} of an edition", hint))
    if problems:
        return None, problems
    return Edition(values["id"], values["title"], values["date"], values["year"], record["previous"] and str(record["previous"])), []


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(text)
    return text


def _title(text: str) -> str:
    if not text.strip() or text == "None":
        raise ValueError(text)
    return text


_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "id": (_id, "Use lower-case letters, digits and hyphens, such as 2026-27-first."),
    "title": (_title, "Write how the edition is called, such as First edition for 2026/27."),
    "date": (date.fromisoformat, "Write it as 2026-11-21."),
    "year": (FinancialYear.parse, "Write it as 2026/27."),
}


def folder_of(evidence: Path, edition: str) -> Path:
    """Where the record of an edition lies."""
    return evidence / FOLDER / edition


def is_released(evidence: Path, edition: str) -> bool:
    """Whether an edition was released: its record is there."""
    return (folder_of(evidence, edition) / "edition.yaml").is_file()
