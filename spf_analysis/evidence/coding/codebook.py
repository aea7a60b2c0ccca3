"""The coding frame as it is exchanged with other tools: groups and codes with their texts, colours and GUIDs; as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.coding.frame_version import guid_of
from spf_analysis.evidence.coding.sheet import cell, uncell
from spf_analysis.records import read_csv, read_json, shown

SCHEMA = 1
KIND = EvidenceError.kind
TEXTS = ("label", "definition", "include", "exclude", "example")
COLUMNS = ("group", "group_label", "group_definition", "group_guid", "group_colour", "code", *TEXTS, "guid", "colour")


@dataclass(frozen=True)
class BookEntry:
    """A code, or the heading of a group, as a codebook has it; what a codebook does not say is None. `id` is ours, where it is known."""

    label: str
    definition: str | None = None
    include: str | None = None
    exclude: str | None = None
    example: str | None = None
    id: str | None = None
    guid: str | None = None
    colour: str | None = None


@dataclass(frozen=True)
class BookGroup:
    """A group of a codebook with its codes."""

    head: BookEntry
    codes: tuple[BookEntry, ...] = ()
    facet: bool = False
    typology_of: str | None = None
    mapping: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Codebook:
    """A coding frame for exchange, in order, with remarks on what was left out while it was read."""

    groups: tuple[BookGroup, ...]
    version: str | None = None
    remarks: tuple[str, ...] = field(default=(), compare=False)


def codebook(base: EvidenceBase) -> Codebook:
    """The coding frame of an evidence base for exchange; every code and group has its GUID."""
    groups = []
    for group in base.groups.values():
        head = BookEntry(
            group.label, group.definition, id=group.group, guid=group.guid or guid_of("group", group.group), colour=group.colour
        )
        mapping = tuple(one.model_dump(mode="json", exclude_none=True) for one in group.mapping)
        codes = tuple(BookEntry(**{**code.model_dump(mode="json"), "guid": code.guid or guid_of("code", code.id)}) for code in group.codes)
        groups.append(BookGroup(head, codes, group.facet, group.typology_of, mapping))
    return Codebook(tuple(groups), base.frame.version if base.frame else None)


def as_json(book: Codebook) -> str:
    """The codebook as JSON: {schema, version, groups: [{group, label, definition, guid, facet, typology_of, codes, mapping}]}."""
    groups = [
        {
            "group": group.head.id,
            **_plain(group.head, ("label", "definition", "guid", "colour")),
            "facet": group.facet,
            "typology_of": group.typology_of,
            "codes": [_plain(code, ("id", *TEXTS, "guid", "colour")) for code in group.codes],
            "mapping": [dict(one) for one in group.mapping],
        }
        for group in book.groups
    ]
    return json.dumps({"schema": SCHEMA, "version": book.version, "groups": groups}, ensure_ascii=False, indent=2) + "\n"


def _plain(entry: BookEntry, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}


def as_csv(book: Codebook) -> str:
    """The codebook as a table, a row for each code; text that looks like a formula is marked as text by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for group in book.groups:
        head = [group.head.id, group.head.label, group.head.definition, group.head.guid, group.head.colour]
        for code in group.codes or (BookEntry(""),):
            own = [code.id, *(getattr(code, name) for name in TEXTS), code.guid, code.colour]
            writer.writerow([cell(value or "") for value in [*head, *own]])
    return out.getvalue()


def from_json(path: Path) -> Codebook:
    """A codebook as JSON. Raises EvidenceError with every problem of reading."""
    content = read_json(path, KIND)
    groups = content.get("groups") if isinstance(content, dict) else None
    if not isinstance(groups, list) or content.get("schema") != SCHEMA:
        hint = f'It begins with "schema": {SCHEMA} and holds "groups"; see `spf coding export --format json`.'
        raise EvidenceError("the file is not a codebook", where=shown(path), hint=hint)
    problems: list[Problem] = []
    found = tuple(_group(item, f"{shown(path)}, group {number}", problems) for number, item in enumerate(groups, start=1))
    if problems:
        raise EvidenceError(problems)
    return Codebook(found, content.get("version") if isinstance(content.get("version"), str) else None)


def _group(item: Any, where: str, problems: list[Problem]) -> BookGroup:
    codes = item.get("codes", []) if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(codes, list):
        problems.append(Problem(KIND, where, "the group is not a set of fields with a list 'codes'", "See `spf coding export`."))
        return BookGroup(BookEntry(""))
    entries = tuple(_entry(code, f"{where}, code {number}", problems) for number, code in enumerate(codes, start=1))
    head = _entry(
        {**{name: item.get(name) for name in ("label", "definition", "guid", "colour")}, "id": item.get("group")}, where, problems
    )
    typology = item.get("typology_of")
    mapping = tuple(one for one in item.get("mapping") or () if isinstance(one, dict))
    return BookGroup(head, entries, item.get("facet") is True, typology if isinstance(typology, str) else None, mapping)


def _entry(item: Any, where: str, problems: list[Problem]) -> BookEntry:
    names = [one.name for one in fields(BookEntry)]
    values = {name: item.get(name) for name in names} if isinstance(item, dict) else {}
    wrong = [name for name, value in values.items() if value is not None and not isinstance(value, str)]
    if not isinstance(values.get("label"), str):
        wrong.append("label")
    problems.extend(Problem(KIND, where, f"'{name}' should be text", "Put it in quotation marks.") for name in dict.fromkeys(wrong))
    kept: dict[str, Any] = {name: values[name] for name in names}
    return BookEntry(**kept) if not wrong else BookEntry("")


def from_csv(path: Path) -> Codebook:
    """A codebook as a table. Raises EvidenceError where a column is missing."""
    heads: dict[str, BookEntry] = {}
    codes: dict[str, list[BookEntry]] = {}
    for row in read_csv(path, COLUMNS, KIND):
        value = {name: uncell(row[name]) or None for name in COLUMNS}
        key = value["group"] or value["group_label"] or ""
        head = BookEntry(
            value["group_label"] or key,
            value["group_definition"],
            id=value["group"],
            guid=value["group_guid"],
            colour=value["group_colour"],
        )
        heads.setdefault(key, head)
        if value["code"] or value["label"]:
            texts = (value["definition"], value["include"], value["exclude"], value["example"])
            entry = BookEntry(value["label"] or "", *texts, value["code"], value["guid"], value["colour"])
            codes.setdefault(key, []).append(entry)
    return Codebook(tuple(BookGroup(head, tuple(codes.get(key, ()))) for key, head in heads.items()))


def entries(groups: Iterable[BookGroup]) -> Iterator[tuple[BookGroup, BookEntry]]:
    """Every code with its group, in order."""
    for group in groups:
        for code in group.codes:
            yield group, code
