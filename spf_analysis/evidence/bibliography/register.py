"""The source register and the library as files: what a change adds to them, written as a whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spf_analysis.errors import SourceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.bibliography.entries import Entry, title_says
from spf_analysis.evidence.bibliography.record_editing import Change, appended, edited
from spf_analysis.evidence.pending import finish, place
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.records import read_json
from spf_analysis.wording import counted

SOURCES, LIBRARY, ZOTERO = "sources.yaml", "library.json", "zotero.json"
SCHEMA = 1


@dataclass
class Register:
    """Sources and library of an evidence folder while they are being changed; nothing is written before `save`."""

    folder: Path
    base: EvidenceBase
    works: dict[str, Entry]
    zotero: dict[str, Any]
    _before: dict[str, bytes | None]
    _added: list[list[str]] = field(default_factory=list)
    _changes: dict[str, list[Change]] = field(default_factory=dict)
    _files: dict[str, str] = field(default_factory=dict)
    _new: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def taken(self) -> set[str]:
        """Every citation key that has been given, and may not be given again."""
        return {*self.base.sources, *self.works, *self._new}

    def links(self, library: str) -> dict[str, str]:
        """The sources that are linked to items of a Zotero library: item key to source id."""
        named = {key: source.zotero for key, source in self.base.sources.items() if source.zotero}
        return {link["item"]: key for key, link in named.items() if link.get("library") == library and "item" in link}

    def add(self, entry: Entry, link: Mapping[str, str] | None = None) -> None:
        """Register a work: a record of the register, and its entry under the same id."""
        status = title_says(entry)
        lines = [f"id: {entry['id']}", "kind: work", *([f"status: {status}"] if status else [])]
        if link:
            lines.append(f"zotero: {_flow(link)}")
        self._added.append(lines)
        self._new[entry["id"]] = dict(link or {})
        self.works[entry["id"]] = entry

    def change(self, source: str, change: Change) -> None:
        """Change a record of the register when it is saved."""
        self._changes.setdefault(source, []).append(change)

    def link(self, source: str, link: Mapping[str, str] | None) -> None:
        """Tie a registered source to a Zotero item, or, without one, untie it."""

        def tie(record: Any) -> None:
            record.pop("zotero", None)
            if link:
                record["zotero"] = _flow_map(link)

        self.change(source, tie)

    def rewrite(self, name: str, text: str) -> None:
        """Write another file of the evidence folder anew when the register is saved."""
        self._files[name] = text

    def save(self) -> None:
        """Write everything, as a whole. Raises SourceError where a file was changed meanwhile or cannot be written."""
        files = {**self._files, SOURCES: self._sources(), LIBRARY: _json([*self.works.values()])}
        if self.zotero:
            files[ZOTERO] = _json(self.zotero)
        changed = {name: text.encode() for name, text in files.items() if text.encode() != self._now(name)}
        for name in changed:
            if name in self._before and self._now(name) != self._before[name]:
                raise SourceError(
                    "the file was changed while this ran; nothing was written", where=f"evidence/{name}", hint="Run it again."
                )
        place(self.folder, changed)

    def _sources(self) -> str:
        text = (self._before[SOURCES] or b"").decode("utf-8-sig")

        def all_of(changes: list[Change]) -> Change:
            def change(record: Any) -> None:
                for one in changes:
                    one(record)

            return change

        text = edited(text, "sources", {source: all_of(changes) for source, changes in self._changes.items()})
        return appended(text, "sources", self._added)

    def _now(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.exists() else None


def open_register(folder: Path) -> Register:
    """The register of an evidence folder. A change that was cut off while its files were being put in place is finished first.

    Raises EvidenceError where the evidence base cannot be read, since findings that cannot be seen cannot be kept safe.
    """
    finish(folder)
    base = read_evidence(folder)
    before = {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in (SOURCES, LIBRARY, ZOTERO)}
    works = {work["id"]: work for work in read_json(folder / LIBRARY, "evidence")}
    state = read_json(folder / ZOTERO, "source") if before[ZOTERO] is not None else {}
    if not isinstance(state, dict) or (state and state.get("schema") != SCHEMA):
        hint = "Restore it from version control, or remove it: the next sync then reads the whole library."
        raise SourceError("the record of the last sync cannot be read", where=f"evidence/{ZOTERO}", hint=hint)
    return Register(folder, base, works, state, before)


def uses(base: EvidenceBase, source: str) -> str:
    """What of the local work rests on a source, in words; empty where nothing does."""
    coded = sum(1 for finding in base.findings.values() if source in (finding.source, finding.primary_study))
    cases = sum(1 for case in base.case_studies.values() if case.source == source)
    found = [counted(coded, "finding")] * bool(coded) + [counted(cases, "case study", "case studies")] * bool(cases)
    record = base.sources.get(source)
    if record is not None and record.kind == "source text":
        found.append("an outline made by hand")
    found += ["a typology"] * any(group.typology_of == source for group in base.groups.values())
    found += ["a gap"] * any(source in gap.raised_in for gap in base.gaps.values())
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _flow(link: Mapping[str, str]) -> str:
    return "{" + ", ".join(f'{name}: "{value}"' for name, value in link.items()) + "}"


def _flow_map(link: Mapping[str, str]) -> Any:
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    found = CommentedMap({name: DoubleQuotedScalarString(value) for name, value in link.items()})
    found.fa.set_flow_style()
    return found


__all__ = ["LIBRARY", "SOURCES", "ZOTERO", "Register", "finish", "open_register", "uses"]
