"""Taking a codebook of another tool into the coding frame: what it would change, add and leave, shown first and written when told to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.bibliography.record_editing import appended, edited
from spf_analysis.evidence.coding.codebook import TEXTS, BookEntry, BookGroup, Codebook
from spf_analysis.evidence.coding.frame_version import FRAME, Decided, guid_of, raised, refuse_open_rounds
from spf_analysis.evidence.coding.migration import refuse_new_problems
from spf_analysis.evidence.coding.round import slug
from spf_analysis.evidence.coding.yaml_lines import lines_of, text_of
from spf_analysis.evidence.model import Code, CodeGroup
from spf_analysis.records import read_text

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)?")
_LATER = ("has no finding", "is not mapped onto the facets")


@dataclass(frozen=True)
class FrameEdit:
    """One text of a code or group that a codebook gives otherwise than we do."""

    noun: str
    id: str
    field: str
    ours: str | None
    theirs: str


@dataclass(frozen=True)
class FrameImport:
    """What a codebook would do to the coding frame: texts changed, codes and groups added; codes that it lacks are kept."""

    changed: tuple[FrameEdit, ...]
    new_codes: tuple[tuple[str, BookEntry], ...]
    new_groups: tuple[tuple[str, BookGroup], ...]
    lacking: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.changed or self.new_codes or self.new_groups)

    def as_dict(self) -> dict[str, Any]:
        """The import as JSON."""
        changed = [{"noun": one.noun, "id": one.id, "field": one.field, "ours": one.ours, "theirs": one.theirs} for one in self.changed]
        added = [{"id": key, "label": entry.label} for key, entry in self.new_codes]
        groups = [{"group": key, "label": group.head.label} for key, group in self.new_groups]
        return {"changed": changed, "new_codes": added, "new_groups": groups, "kept": list(self.lacking), "remarks": list(self.remarks)}


@dataclass
class _Taking:
    """A codebook while it is compared with the frame: known records by GUID, id and label."""

    base: EvidenceBase
    changed: list[FrameEdit] = field(default_factory=list)
    codes: dict[str, BookEntry] = field(default_factory=dict)
    groups: dict[str, BookGroup] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    @cached_property
    def by_guid(self) -> dict[str, Code]:
        """Our codes by GUID."""
        return {one.guid or guid_of("code", one.id): one for one in self.base.codes.values()}

    def group(self, entry: BookEntry) -> CodeGroup | None:
        """Our group that a heading stands for."""
        groups = self.base.groups.values()
        by_guid = {one.guid or guid_of("group", one.group): one for one in groups}
        by_label = {one.label.casefold(): one for one in groups}
        return by_guid.get(entry.guid or "") or self.base.groups.get(entry.id or "") or by_label.get(entry.label.casefold())

    def code(self, entry: BookEntry, group: CodeGroup | None) -> Code | None:
        """Our code that an entry stands for: by GUID, then id, then label in the same group."""
        by_label = {one.label.casefold(): one for one in group.codes} if group else {}
        return self.by_guid.get(entry.guid or "") or self.base.codes.get(entry.id or "") or by_label.get(entry.label.casefold())

    def take(self, book: BookGroup) -> None:
        """Compare one group and its codes."""
        ours = self.group(book.head)
        if ours is not None:
            self._differ("group", ours.group, ours, book.head, ("label", "definition", "colour"))
        key = ours.group if ours else self._group_id(book.head)
        fresh = [(entry, self.code(entry, ours)) for entry in book.codes]
        for entry, known in fresh:
            if known is not None:
                self.seen.add(known.id)
                self._differ("code", known.id, known, entry, (*TEXTS, "colour"))
        added = dict(self._new(key, [entry for entry, known in fresh if known is None]))
        if ours is None and added:
            self.groups[key] = BookGroup(book.head, tuple(added.values()), book.facet, book.typology_of, book.mapping)
        self.codes |= added

    def _differ(self, noun: str, key: str, ours: object, theirs: BookEntry, names: Iterable[str]) -> None:
        for name in names:
            new, old = getattr(theirs, name), getattr(ours, name)
            if new and new.strip() != (old or "").strip():
                self.changed.append(FrameEdit(noun, key, name, old, new.strip()))

    def _group_id(self, head: BookEntry) -> str:
        wanted = head.id if head.id and _ID.fullmatch(head.id) and "." not in head.id else slug(head.label)
        return _free(wanted, {*self.base.groups, *self.groups})

    def _new(self, group: str, entries: Iterable[BookEntry]) -> Iterator[tuple[str, BookEntry]]:
        taken = {*self.base.codes, *self.codes}
        for entry in entries:
            if not (entry.definition or "").strip() or not entry.label.strip():
                self.remarks.append(f"“{entry.label}” is left out: it has no definition")
                continue
            own = entry.id if entry.id and _ID.fullmatch(entry.id) and entry.id.startswith(f"{group}.") else None
            key = _free(own or f"{group}.{slug(entry.label)}", taken)
            taken.add(key)
            yield key, entry


def _free(wanted: str, taken: set[str]) -> str:
    number = 2
    found = wanted
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def compared(base: EvidenceBase, book: Codebook) -> FrameImport:
    """What the codebook would change. A text that it does not give stays as it is, and so does a code that it lacks."""
    taking = _Taking(base)
    for group in book.groups:
        taking.take(group)
    lacking = tuple(code for code in base.codes if code not in taking.seen)
    remarks = (*book.remarks, *taking.remarks)
    return FrameImport(tuple(taking.changed), tuple(taking.codes.items()), tuple(taking.groups.items()), lacking, remarks)


def files_of(found: FrameImport, evidence: Path, base: EvidenceBase, decided: Decided) -> tuple[str, dict[str, bytes]]:
    """The next version of the frame and the files that bring the import about; nothing is written here.

    Raises EvidenceError while a coding round is going on, and where the result would not hold together.
    """
    refuse_open_rounds(evidence)
    texts: dict[str, str] = {}
    for group in base.groups:
        name = f"coding_frame/{group}.yaml"
        old = read_text(evidence / name, EvidenceError.kind)
        new = _changed(old, group, found)
        if new != old:
            texts[name] = new
    texts |= {f"coding_frame/{key}.yaml": _new_group(key, group, found, base) for key, group in found.new_groups}
    change = f"Took in a codebook: {len(found.changed)} texts changed, {len(found.new_codes)} codes added."
    version, texts[FRAME] = raised(evidence, base, change, decided)
    files = {name: text.encode() for name, text in texts.items()}
    refuse_new_problems(evidence, files, expected=_LATER)
    return version, files


def _changed(text: str, group: str, found: FrameImport) -> str:
    for one in found.changed:
        if one.noun == "group" and one.id == group:
            text = with_field(text, one.field, one.theirs)
    by_code: dict[str, dict[str, str]] = {}
    for one in found.changed:
        if one.noun == "code" and one.id.startswith(f"{group}."):
            by_code.setdefault(one.id, {})[one.field] = one.theirs
    text = edited(text, "codes", {key: _setting(values) for key, values in by_code.items()})
    return appended(text, "codes", [_record(key, entry) for key, entry in found.new_codes if key.startswith(f"{group}.")])


def _setting(values: Mapping[str, str]) -> Callable[[Any], None]:
    return lambda record: record.update(values)


def _record(key: str, entry: BookEntry) -> list[str]:
    fields = {"id": key, **{name: (getattr(entry, name) or "").strip() for name in TEXTS}}
    if entry.guid and entry.guid != guid_of("code", key):
        fields["guid"] = entry.guid
    return [line for name, value in {**fields, "colour": entry.colour or ""}.items() if value for line in lines_of(name, value)]


def _new_group(key: str, group: BookGroup, found: FrameImport, base: EvidenceBase) -> str:
    head = {"schema": 1, "group": key, "label": group.head.label, "definition": group.head.definition or group.head.label}
    more: dict[str, Any] = {"facet": True} if group.facet else {}
    if group.head.guid and group.head.guid != guid_of("group", key):
        more["guid"] = group.head.guid
    more |= {"colour": group.head.colour} if group.head.colour else {}
    mapped = [dict(one) for one in group.mapping] if group.typology_of in base.sources else []
    more |= {"typology_of": group.typology_of} if mapped else {}
    text = text_of({**head, **more}) + "codes: []\n" + (text_of({"mapping": mapped}) if mapped else "")
    return appended(text, "codes", [_record(code, entry) for code, entry in found.new_codes if code.startswith(f"{key}.")])


def with_field(text: str, name: str, value: str) -> str:
    """The text with one field at the top of the file given anew, or added before its list of codes."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    lines, starts = text.splitlines(keepends=True), [(key.value, key.start_mark.line) for key, _ in root.value]
    new = [f"{line}\n" for line in lines_of(name, value)]
    at = next((line for key, line in starts if key == name), None)
    if at is None:
        before = next(line for key, line in starts if key == "codes")
        return "".join([*lines[:before], *new, *lines[before:]])
    end = min((line for _, line in starts if line > at), default=len(lines))
    while end > at + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return "".join([*lines[:at], *new, *lines[end:]])
