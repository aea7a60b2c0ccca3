"""Reading the coded files into an `EvidenceBase`.

Each file is YAML (the library and `verified.json` are JSON) with a schema version. A record that cannot be read is left out and
told as a problem; `read_evidence` raises them all at once, `read_leniently` hands them over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from spf_analysis.errors import EvidenceError, Problem, SpfError
from spf_analysis.evidence.base import EvidenceBase, Place, did_you_mean
from spf_analysis.evidence.intake import Intake, nested
from spf_analysis.evidence.library import Work
from spf_analysis.evidence.model import CaseStudy, Claim, CodeGroup, Contradiction, Finding, Frame, Gap, Source
from spf_analysis.records import Document, read_json, read_yaml, shown

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
    for path in sorted((folder / name).iterdir()) if (folder / name).is_dir() else ():
        if path.suffix == ".yaml" and not path.name.startswith("."):
            if path.name != _FRAME:
                yield path
        elif path.name not in _NOT_RECORDS:
            intake.tell(shown(path), "the file would not be read", f"Name it {path.stem}.yaml, or move it out of evidence/{name}.")


def _listed(intake: Intake, path: Path, key: str, noun: str, kind: type[BaseModel]) -> None:
    document = _document(intake, path, noun)
    if document is not None:
        _top(intake, document, {key})
        _take(intake, document, key, noun, kind)


def _findings(intake: Intake, folder: Path) -> None:
    for path in _files(intake, folder, "findings"):
        document = _document(intake, path, "finding")
        if document is None:
            continue
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
        _take(intake, document, "findings", "finding", Finding)


def _single(intake: Intake, path: Path, noun: str, kind: type[BaseModel], name_field: str) -> None:
    document = _document(intake, path, noun)
    if document is None:
        return
    content = {key: value for key, value in document.content.items() if key != "schema"}
    key = content.get(name_field)
    if key != path.stem:
        hint = f"Name the file {key}.yaml, or correct '{name_field}'."
        intake.tell(document.where(name_field), f"the {noun} is '{key}', its file's name says '{path.stem}'", hint)
    intake.take(nested(document, content), (), noun, kind, name_field)


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
    place = Place(lines.file, {"": lines.lines.get(f"codes.{number}", 0)})
    first = intake.places.setdefault(("code", code), place)
    if first is not place:
        intake.tell(
            place.said(f"code '{code}'"), f"the id '{code}' stands twice", f"It stands first in {first.said('')}; ids are given once."
        )


def _library(intake: Intake, path: Path) -> None:
    try:
        content = read_json(path, KIND)
    except SpfError as error:
        intake.unread("work", error.problems)
        return
    if not isinstance(content, list):
        hint = 'CSL-JSON is a list of entries: [{"id": …, "type": …, "title": …}].'
        intake.unread("work", [Problem(KIND, shown(path), "the library is not a list", hint)])
        return
    intake.take(Document(path, content, {}), (), "work", Work)


def _verified(intake: Intake, path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        content = read_json(path, KIND)
    except SpfError as error:
        intake.problems.extend(error.problems)
        return {}
    anchors = content.get("anchors") if isinstance(content, dict) else None
    if not isinstance(anchors, dict) or not all(isinstance(value, str) for value in anchors.values()):
        intake.tell(shown(path), "the record of verified anchors cannot be read", "Write it anew with `spf evidence verify --texts DIR`.")
        return {}
    return anchors


def _document(intake: Intake, path: Path, noun: str) -> Document | None:
    try:
        document = read_yaml(path, KIND)
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


def _take(intake: Intake, document: Document, key: str, noun: str, kind: type[BaseModel]) -> None:
    if not isinstance(document.content.get(key), list):
        hint = f"Write '{key}: []' where there is none yet."
        intake.unread(noun, [Problem(KIND, document.where(key), f"the file has no list '{key}'", hint)])
        return
    intake.take(document, (key,), noun, kind)
