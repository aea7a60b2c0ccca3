"""What one coder decided: passages marked by locator and anchor, each with its codes; as a sheet to fill and as a finished file."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.coding.round import SCHEMA, Coder, CodingRound
from spf_analysis.evidence.coding.yaml_lines import item
from spf_analysis.evidence.intake import Intake
from spf_analysis.evidence.model import ANCHOR_WORDS, Locator
from spf_analysis.evidence.record import Id, Record, Text, refused
from spf_analysis.records import Document, Row, read_csv, read_yaml
from spf_analysis.wording import counted

KIND = EvidenceError.kind
COLUMNS = ("unit", "source", "section", "paragraph", "item", "anchor", "codes", "note")
NONE_FITS = "none"
_SPLIT = re.compile(r"[;,\s]+")


def _short(anchor: str) -> str:
    if len(anchor.split()) > ANCHOR_WORDS:
        raise refused(f"the anchor has more than {ANCHOR_WORDS} words", "Keep the words that find the passage again.")
    return anchor


class CodedUnit(Record):
    """A passage that a coder marked, and its codes: none of them fits where the list is empty, undecided where there is no list.

    `unit` is the id of the finding whose passage was given, in a round in which passages are given.
    """

    unit: Id | None = None
    source: Id
    locator: Locator
    anchor: Annotated[str, Field(min_length=3, max_length=120), AfterValidator(_short)]
    codes: tuple[Id, ...] | None = None
    note: Text | None = None

    @property
    def said(self) -> str:
        """Where the passage stands, for a list."""
        return f"{self.source}, {self.locator}: “{self.anchor}”"


@dataclass(frozen=True)
class CoderSheet:
    """A coder's units in order, and where each stands in the file."""

    units: tuple[CodedUnit, ...]
    places: tuple[str, ...] = field(default=(), compare=False)


def blank(base: EvidenceBase, found: CodingRound) -> CoderSheet:
    """The sheet with which a coder begins: the passages given, without a code; or nothing, where each marks passages alone."""
    kept = [base.finding(key) for key in found.given or ()]
    return CoderSheet(tuple(CodedUnit(unit=one.id, source=one.source, locator=one.locator, anchor=one.anchor) for one in kept))


def as_csv(sheet: CoderSheet) -> str:
    """The sheet as a table to fill in a spreadsheet; text that looks like a formula is marked as text by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for unit in sheet.units:
        codes = "" if unit.codes is None else "; ".join(unit.codes) or NONE_FITS
        place = (unit.locator.section, unit.locator.paragraph, unit.locator.item or "")
        writer.writerow([cell(value) for value in (unit.unit or "", unit.source, *place, unit.anchor, codes, unit.note or "")])
    return out.getvalue()


def cell(value: object) -> str:
    """A value for a spreadsheet: what would be a formula, or begins with an apostrophe, is given an apostrophe in front."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else text


def uncell(text: str) -> str:
    """The value of a cell that `cell` wrote."""
    return text[1:] if text.startswith("'") and text[1:2] in ("=", "+", "-", "@", "\t", "\r", "'") else text


def as_yaml(found: CodingRound, coder: Coder, sheet: CoderSheet, salt: str | None = None) -> str:
    """The sheet as a coder's file. A random `salt` keeps its SHA-256 from giving the decisions away."""
    head = [f"schema: {SCHEMA}", f"round: {found.round}", f"coder: {coder.id}", f'salt: "{salt or secrets.token_hex(16)}"']
    if not sheet.units:
        return "\n".join([*head, "units: []", ""])
    blocks = [f"  {line}" for unit in sheet.units for line in item(_fields(unit))]
    return "\n".join([*head, "units:", *blocks, ""])


def _fields(unit: CodedUnit) -> dict[str, Any]:
    content = unit.model_dump(mode="json", exclude_none=True)
    return {**content, "codes": None if unit.codes is None else list(unit.codes)}


def read_sheet(path: Path, found: CodingRound, coder: Coder) -> CoderSheet:
    """A sheet that was filled, CSV or YAML. Raises EvidenceError with every problem of reading."""
    if path.suffix.lower() == ".csv":
        return _from_rows(read_csv(path, COLUMNS, KIND), path)
    document = read_yaml(path, KIND)
    content = document.content if isinstance(document.content, dict) else {}
    for name, wanted in (("round", found.round), ("coder", coder.id)):
        if content.get(name) != wanted:
            hint = f"This is the sheet of another {name}, or '{name}: {wanted}' is missing."
            raise EvidenceError(f"the sheet's {name} is '{content.get(name)}', not '{wanted}'", where=document.where(name), hint=hint)
    if not isinstance(content.get("units"), list):
        hint = "Write 'units: []' where nothing is marked."
        raise EvidenceError("the sheet has no list 'units'", where=document.where("units"), hint=hint)
    return _validated(document, [document.where("units", number) for number in range(len(content["units"]))])


def _from_rows(rows: Sequence[Row], path: Path) -> CoderSheet:
    units = [dict(_unit(row)) for row in rows]
    lines: dict[tuple[str | int, ...], int] = {("units", number): int(row.where.rpartition("line ")[2]) for number, row in enumerate(rows)}
    return _validated(Document(path, {"units": units}, lines), [row.where for row in rows])


def _unit(row: Row) -> Iterator[tuple[str, Any]]:
    values = {name: uncell(row[name]) for name in COLUMNS}
    yield from ((name, values[name]) for name in ("unit", "note") if values[name])
    yield "source", values["source"]
    paragraph: Any = int(values["paragraph"]) if values["paragraph"].isdecimal() else values["paragraph"]
    place = {"section": values["section"], "paragraph": paragraph}
    yield "locator", {**place, "item": values["item"]} if values["item"] else place
    yield "anchor", values["anchor"]
    codes = [word for word in _SPLIT.split(values["codes"]) if word]
    if codes:
        yield "codes", [] if codes == [NONE_FITS] else codes


def _validated(document: Document, places: Sequence[str]) -> CoderSheet:
    intake = Intake()
    units = tuple(unit for _, unit in intake.validated(document, ("units",), "unit", CodedUnit))
    if intake.problems:
        raise EvidenceError(intake.problems)
    return CoderSheet(units, tuple(places))


def problems_of(sheet: CoderSheet, found: CodingRound, base: EvidenceBase) -> list[Problem]:
    """What keeps a sheet from being finished: unknown codes, passages outside the round, passages doubled, missing or undecided."""
    told = [problem for unit, where in zip(sheet.units, sheet.places, strict=True) for problem in _unit_problems(unit, where, found, base)]
    places: dict[tuple[object, ...], str] = {}
    for unit, where in zip(sheet.units, sheet.places, strict=True):
        first = places.setdefault((unit.unit, unit.source, str(unit.locator), unit.anchor), where)
        if first != where:
            told.append(Problem(KIND, where, "the passage stands twice", f"It stands first at {first}; give all its codes there."))
    undecided = [where for unit, where in zip(sheet.units, sheet.places, strict=True) if unit.codes is None]
    if undecided:
        hint = f"Give the codes of each, or '{NONE_FITS}' (an empty list in YAML) where none fits."
        told.append(
            Problem(KIND, undecided[0], f"no decision was made on {counted(len(undecided), 'passage')}, of which this is the first", hint)
        )
    hint = "Take the sheet again: a decision is made on every passage."
    missing = sorted(set(found.given or ()) - {unit.unit for unit in sheet.units})
    return told + [Problem(KIND, "sheet", f"the passage of '{key}' is missing", hint) for key in missing]


def _unit_problems(unit: CodedUnit, where: str, found: CodingRound, base: EvidenceBase) -> Iterator[Problem]:
    def problem(message: str, hint: str) -> Problem:
        return Problem(KIND, where, message, hint)

    if unit.source not in found.sources:
        yield problem(f"'{unit.source}' is not a source of this round", did_you_mean(unit.source, found.sources))
    elif unit.locator.section not in {section.section for section in base.source(unit.source).outline}:
        sections = [section.section for section in base.source(unit.source).outline]
        yield problem(f"the source has no section '{unit.locator.section}'", did_you_mean(unit.locator.section, sections))
    for code in dict.fromkeys(unit.codes or ()):
        if code not in base.codes:
            yield problem(f"there is no code '{code}'", did_you_mean(code, base.codes))
        elif (unit.codes or ()).count(code) > 1:
            yield problem(f"the code '{code}' stands twice", "Keep it once.")
    if found.given is not None and unit.unit not in found.given:
        yield problem("the passage was not given in this round", "Keep to the passages of the sheet; begin another round to mark more.")
    if found.given is None and unit.unit:
        yield problem("passages are marked freely in this round", "Leave 'unit' empty.")
