"""Reading the coded files into an `EvidenceBase`.

Each file is YAML (the library and `verified.json` are JSON) with a schema version. A record that cannot be read is left out and
told as a problem; `read_evidence` raises them all at once, `read_leniently` hands them over.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from spf_analysis import kept
from spf_analysis.errors import EvidenceError, Problem, SpfError
from spf_analysis.evidence.base import EvidenceBase, Place, did_you_mean
from spf_analysis.evidence.case_study import CaseStudy
from spf_analysis.evidence.intake import Intake, OneLine, below, nested
from spf_analysis.evidence.library import Work
from spf_analysis.evidence.model import Claim, CodeGroup, Contradiction, Finding, Frame, Gap, Source
from spf_analysis.evidence.quality.appraisal import Appraisal
from spf_analysis.evidence.quality.instrument import Instrument
from spf_analysis.records import Document, lines_of, read_bytes, read_json, read_yaml, shown

SCHEMA = 1
KIND = EvidenceError.kind
VERIFIED = "verified.json"
_FRAME = "frame.yaml"
_NOT_RECORDS = {"README.md", ".gitkeep", ".gitignore"}


def read_evidence(folder: Path) -> EvidenceBase:
    """The evidence base of a workbench's `evidence` folder. Raises one EvidenceError that carries every problem of reading."""
    base, problems = read_leniently(folder)
    if problems:
        raise EvidenceError(problems)
    return base


def read_leniently(folder: Path) -> tuple[EvidenceBase, list[Problem]]:
    """What can be read of the evidence base, and the problems of the rest. What holds between records is not checked here."""
    if not folder.is_dir():
        hint = "Name the right workbench with --workbench, or start one with `spf init`."
        return EvidenceBase(), [Problem(KIND, shown(folder), "the evidence folder is missing", hint)]
    with kept.keeping(folder), uncollected():
        return _read(folder)


@contextmanager
def uncollected() -> Iterator[None]:
    """Within this, Python does not look for reference cycles: many records are made, none of them in a cycle."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _read(folder: Path) -> tuple[EvidenceBase, list[Problem]]:
    intake = Intake()
    _listed(intake, folder / "sources.yaml", "sources", "source", Source)
    _library(intake, folder / "library.json")
    frame = _frame(intake, folder)
    _findings(intake, folder)
    for path in _files(intake, folder, "case_studies"):
        _single(intake, path, "case study", CaseStudy, "id")
    for path in _files(intake, folder, "claims"):
        _listed(intake, path, "claims", "claim", Claim)
    for name, noun, kind in (("gaps", "gap", Gap), ("contradictions", "contradiction", Contradiction)):
        if (folder / f"{name}.yaml").exists():
            _listed(intake, folder / f"{name}.yaml", name, noun, kind)
    for path in _files(intake, folder, "quality/instruments"):
        _single(intake, path, "instrument", Instrument, "id")
    for path in _files(intake, folder, "quality/appraisals"):
        _listed(intake, path, "appraisals", "appraisal", Appraisal)
    verified = _verified(intake, folder / VERIFIED)
    return _base(intake, frame, verified), sorted(intake.problems, key=_in_order)


def _base(intake: Intake, frame: Frame | None, verified: dict[str, str]) -> EvidenceBase:
    def taken(noun: str) -> dict[str, Any]:
        return intake.records.get(noun, {})

    return EvidenceBase(
        sources=taken("source"),
        library=taken("work"),
        frame=frame,
        groups=taken("group"),
        findings=taken("finding"),
        case_studies=taken("case study"),
        claims=taken("claim"),
        gaps=taken("gap"),
        contradictions=taken("contradiction"),
        instruments=taken("instrument"),
        appraisals=taken("appraisal"),
        verified=verified,
        places=intake.places,
        refused=frozenset(intake.refused),
    )


def _in_order(problem: Problem) -> tuple[str, int, str]:
    file, _, rest = problem.where.partition(", line ")
    number = rest.split(",")[0]
    return file, int(number) if number.isdigit() else 0, problem.message


def _files(intake: Intake, folder: Path, name: str) -> Iterator[Path]:
    """The YAML files of a folder in order of name; anything else there is a problem, since it would go unread in silence."""
    inner = folder / name
    for file in sorted(os.listdir(inner)) if inner.is_dir() else ():
        path = inner / file
        if file.endswith(".yaml") and not file.startswith("."):
            if file != _FRAME:
                yield path
        elif file not in _NOT_RECORDS:
            intake.tell(shown(path), "the file would not be read", f"Name it {path.stem}.yaml, or move it out of evidence/{name}.")


@dataclass(frozen=True)
class _Form:
    """What the records of a file are: their noun and kind, the key under which they are listed (none for a single record), their id."""

    noun: str
    kind: type[BaseModel]
    key: str | None = None
    name_field: str = "id"

    @property
    def at(self) -> tuple[str, ...]:
        return (self.key,) if self.key else ()


def _taken(intake: Intake, path: Path, form: _Form, read: Callable[[bytes], Document | None]) -> None:
    """Take in the records of a file: as they were kept where it was read without a problem before, otherwise as they are read now."""
    try:
        raw = read_bytes(path, KIND)
    except SpfError as error:
        intake.unread(form.noun, error.problems)
        return
    about = f"{form.noun} in {path.name}"
    known = kept.recalled(raw, about)
    if known is not None and intake.take_known(known, _as_kept(path, raw, form), form.at, form.noun, form.kind, form.name_field):
        return
    before = len(intake.problems)
    document = read(raw)
    if document is not None:
        intake.take(document, form.at, form.noun, form.kind, form.name_field)
        if len(intake.problems) == before:
            kept.keep(raw, about, document.content[form.key] if form.key else document.content)


def _as_kept(path: Path, raw: bytes, form: _Form) -> Document:
    """A document without its content: its lines are looked up in the file's text when a message asks for them."""
    lines: Mapping[tuple[str | int, ...], int] = {} if path.suffix == ".json" else lines_of(raw, path)
    return Document(path, None, lines if form.key else below(lines))


def _listed(intake: Intake, path: Path, key: str, noun: str, kind: type[BaseModel]) -> None:
    def read(raw: bytes) -> Document | None:
        document = _document(intake, path, noun, raw)
        if document is None:
            return None
        _top(intake, document, {key})
        return document if _has_list(intake, document, key, noun) else None

    _taken(intake, path, _Form(noun, kind, key), read)


def _findings(intake: Intake, folder: Path) -> None:
    form = _Form("finding", Finding, "findings")
    for path in _files(intake, folder, "findings"):
        _taken(intake, path, form, partial(_findings_file, intake, path))


def _findings_file(intake: Intake, path: Path, raw: bytes) -> Document | None:
    document = _document(intake, path, "finding", raw)
    if document is None:
        return None
    _top(intake, document, {"source", "findings"})
    source = document.content.get("source")
    if source != path.stem:
        where, hint = document.where("source"), f"Name the file {source}.yaml, or correct 'source'."
        intake.tell(where, f"the file's source is '{source}', its name says '{path.stem}'", hint)
    items = document.content.get("findings")
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.setdefault("source", source) != source:
            where, hint = document.where("findings", number, "source"), f"Move it to findings/{item['source']}.yaml."
            intake.tell(where, f"the finding '{item.get('id')}' names the source '{item['source']}'", hint)
    return document if _has_list(intake, document, "findings", "finding") else None


def _single(intake: Intake, path: Path, noun: str, kind: type[BaseModel], name_field: str) -> None:
    def read(raw: bytes) -> Document | None:
        document = _document(intake, path, noun, raw)
        if document is None:
            return None
        content = {key: value for key, value in document.content.items() if key != "schema"}
        key = content.get(name_field)
        if key != path.stem:
            hint = f"Name the file {key}.yaml, or correct '{name_field}'."
            intake.tell(document.where(name_field), f"the {noun} is '{key}', its file's name says '{path.stem}'", hint)
        return nested(document, content)

    _taken(intake, path, _Form(noun, kind, name_field=name_field), read)


def _frame(intake: Intake, folder: Path) -> Frame | None:
    """The coding frame's version; its groups and the places of their codes are taken in."""
    frame: list[tuple[int, Any]] = []
    document = _document(intake, folder / "coding_frame" / _FRAME, "coding frame")
    if document is not None:
        content = {key: value for key, value in document.content.items() if key != "schema"}
        frame = intake.validated(nested(document, content), (), "coding frame", Frame)
    for path in _files(intake, folder, "coding_frame"):
        _single(intake, path, "group", CodeGroup, "group")
    for group in intake.records.get("group", {}).values():
        for number, code in enumerate(group.codes):
            _code(intake, group, number, code.id)
    return frame[0][1] if frame else None


def _code(intake: Intake, group: CodeGroup, number: int, code: str) -> None:
    lines = intake.places[("group", group.group)]
    place = Place(lines.file, OneLine(lines.lines, f"codes.{number}"))
    first = intake.places.setdefault(("code", code), place)
    if first is not place:
        intake.tell(
            place.said(f"code '{code}'"), f"the id '{code}' stands twice", f"It stands first in {first.said('')}; ids are given once."
        )


def _library(intake: Intake, path: Path) -> None:
    def read(raw: bytes) -> Document | None:
        try:
            content = read_json(path, KIND, raw)
        except SpfError as error:
            intake.unread("work", error.problems)
            return None
        if not isinstance(content, list):
            hint = 'CSL-JSON is a list of entries: [{"id": …, "type": …, "title": …}].'
            intake.unread("work", [Problem(KIND, shown(path), "the library is not a list", hint)])
            return None
        return Document(path, content, {})

    _taken(intake, path, _Form("work", Work), read)


def _verified(intake: Intake, path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        content = read_json(path, KIND)
    except SpfError as error:
        intake.problems.extend(error.problems)
        return {}
    anchors = content.get("anchors") if isinstance(content, dict) and set(content) <= {"schema", "anchors"} else None
    known = isinstance(anchors, dict) and content.get("schema") == SCHEMA and not isinstance(content["schema"], bool)
    if not isinstance(anchors, dict) or not known or not all(isinstance(value, str) for value in anchors.values()):
        intake.tell(shown(path), "the record of verified anchors cannot be read", "Write it anew with `spf evidence verify --texts DIR`.")
        return {}
    return anchors


def _document(intake: Intake, path: Path, noun: str, raw: bytes | None = None) -> Document | None:
    try:
        document = read_yaml(path, KIND, raw)
    except SpfError as error:
        intake.unread(noun, error.problems)
        return None
    if not isinstance(document.content, dict):
        intake.unread(noun, [Problem(KIND, shown(path), "the file holds no fields", f"Begin it with 'schema: {SCHEMA}'.")])
        return None
    found = document.content.get("schema")
    if found != SCHEMA or isinstance(found, bool):
        newer = isinstance(found, int) and found > SCHEMA
        hint = "It was written by a newer version of this workbench; update it." if newer else f"Begin the file with 'schema: {SCHEMA}'."
        intake.tell(document.where("schema"), f"the schema version is {'missing' if found is None else repr(found)}, not {SCHEMA}", hint)
    return document


def _top(intake: Intake, document: Document, keys: set[str]) -> None:
    for key in document.content:
        if key not in keys | {"schema"}:
            hint = did_you_mean(key, sorted(keys))
            intake.tell(document.where(key), f"the field '{key}' is not known at the top of this file", hint)


def _has_list(intake: Intake, document: Document, key: str, noun: str) -> bool:
    if isinstance(document.content.get(key), list):
        return True
    hint = f"Write '{key}: []' where there is none yet."
    intake.unread(noun, [Problem(KIND, document.where(key), f"the file has no list '{key}'", hint)])
    return False
