"""Files of grants in the 360Giving standard, read as others publish them (JSON or CSV), and written.

What was published is kept as it stands, also what the standard does not know. A file of another standard is recognised and refused.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from spf_analysis import wording
from spf_analysis.errors import FundError, TypesettingError, UsageError
from spf_analysis.fund.grant_columns import Path as FieldPath
from spf_analysis.fund.grant_columns import fields_of, grant_of, heading_of, path_of, table_of
from spf_analysis.fund.grant_standard import VERSION, Grant
from spf_analysis.records import MAX_BYTES, shown

LIST = "grants"
HINT = f"Ask its publisher for the 360Giving Data Standard, version {VERSION}, as JSON or CSV."
_OTHERS = (
    ({"ocid", "releases", "records", "releaseTag"}, "the Open Contracting Data Standard (OCDS)"),
    ({"iati-activities", "iati-activity", "iati-identifier", "iati_identifier"}, "the International Aid Transparency Initiative (IATI)"),
    ({"service_at_locations", "service_id", "organization_id"}, "Open Referral (services)"),
    ({"ggis_id", "ggis number", "grant scheme name"}, "the Government Grants Information System"),
    ({"expense area", "expense type", "department family"}, "a government list of spending over a threshold"),
)


@dataclass(frozen=True)
class GrantRecord:
    """One grant as it was published, and where it stands; `headings` are the columns of a table that its values came from."""

    content: Mapping[str, Any]
    where: str
    headings: Mapping[FieldPath, str] = field(default_factory=dict)

    def place(self, path: FieldPath) -> str:
        """Where a value of the grant stands: "grants.csv, line 3, column 'Award Date'", or the field in JSON."""
        if not path:
            return self.where
        if self.headings:
            return f"{self.where}, column '{self.headings.get(path) or heading_of(path)}'"
        return f"{self.where}, field '{'/'.join(str(part) for part in path)}'"


@dataclass(frozen=True)
class GrantFile:
    """All grants of a file, and what was coped with in reading it."""

    name: str
    records: tuple[GrantRecord, ...]
    coped: tuple[str, ...] = ()


def read_grant_file(path: Path) -> GrantFile:
    """The grants of a JSON or CSV file. Raises FundError for a file of another standard, or one that cannot be read as grants."""
    suffix = path.suffix.lower()
    if suffix not in (".json", ".csv", ".xml", ".xlsx", ".ods"):
        raise UsageError(f"'{path.suffix or path.name}' is not a kind of file that holds grants", where=path.name, hint=HINT)
    if suffix in (".xlsx", ".ods"):
        _refuse(path, "workbooks are not read", "Save the sheet of grants as CSV UTF-8, or export JSON.")
    text, coped = _text(path)
    if text.lstrip().startswith("<"):
        other = _OTHERS[1][1] if "iati-activit" in text[:4000] else "an XML format"
        _refuse(path, f"this is {other}, not the 360Giving standard", HINT)
    return _from_json(path, text, coped) if suffix == ".json" else _from_csv(path, text, coped)


def grants_as_json(grants: Sequence[Mapping[str, Any]]) -> str:
    """The text of a JSON file of these grants, in the form in which 360Giving data are published."""
    return json.dumps({LIST: list(grants)}, ensure_ascii=False, indent=2) + "\n"


def grants_as_csv(grants: Sequence[Mapping[str, Any]]) -> str:
    """The text of a CSV file of these grants: the standard's headings, then whatever else was published. CSV knows no empty lists."""
    headings, rows = table_of(grants)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue()


def write_grant_file(path: Path, grants: Sequence[Mapping[str, Any]]) -> None:
    """Write grants as JSON or CSV, by the file's ending.

    Raises UsageError for another ending, TypesettingError where the file cannot be written.
    """
    if path.suffix.lower() not in (".json", ".csv"):
        raise UsageError(
            f"'{path.name}' ends in neither .json nor .csv", where=path.name, hint="Name the file with one of the two endings."
        )
    text = grants_as_csv(grants) if path.suffix.lower() == ".csv" else grants_as_json(grants)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TypesettingError(f"the file cannot be written: {error.strerror}", where=path.name, hint="Name another place.") from error


def _refuse(path: Path, message: str, hint: str, line: int | None = None) -> NoReturn:
    where = f"{shown(path)}, line {line}" if line else shown(path)
    raise FundError(message, where=where, hint=hint)


def _text(path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        _refuse(path, f"the file cannot be read: {error.strerror}", "Name a file that is there.")
    if len(raw) > MAX_BYTES:
        _refuse(path, f"the file is larger than {MAX_BYTES:,} bytes", "Split it.")
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        if path.suffix.lower() != ".csv":
            _refuse(path, "the file is not in UTF-8", "Save it again as UTF-8.")
        return raw.decode("cp1252", errors="replace"), ("read as Windows-1252, because it is not UTF-8",)


def _from_json(path: Path, text: str, coped: tuple[str, ...]) -> GrantFile:
    content = _parsed(path, text)
    if isinstance(content, Mapping) and LIST not in content:
        _not_grants(path, set(content), "an object without a list 'grants'")
    grants = content[LIST] if isinstance(content, Mapping) else content
    if not isinstance(grants, list):
        _refuse(path, "there is no list of grants", 'The file is an object with the list "grants".')
    for item in grants[:1]:
        if isinstance(item, Mapping) and not set(item) & {"id", "amountAwarded"}:
            _not_grants(path, set(item), "a list of something else than grants")
    name = shown(path)
    wrong = next((number for number, item in enumerate(grants, 1) if not isinstance(item, Mapping)), None)
    if wrong:
        _refuse(path, f"entry {wrong} of the list of grants is not an object", "Each grant is an object with the standard's fields.")
    records = tuple(GrantRecord(item, f"{name}, grant {number}{_named(item)}") for number, item in enumerate(grants, 1))
    return GrantFile(name, records, coped)


def _parsed(path: Path, text: str) -> Any:
    def number(said: str) -> NoReturn:
        _refuse(path, f"'{said}' is not a number", "Leave the field out where there is no value.")

    try:
        return json.loads(text, parse_constant=number)
    except (json.JSONDecodeError, RecursionError) as error:
        said = getattr(error, "msg", str(error))
        _refuse(path, f"the JSON cannot be read: {said}", "Check brackets and commas here.", getattr(error, "lineno", 1))


def _named(item: Mapping[str, Any]) -> str:
    return f" ({item['id']})" if isinstance(item.get("id"), str) else ""


def _from_csv(path: Path, text: str, coped: tuple[str, ...]) -> GrantFile:
    name, reader = shown(path), csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[GrantRecord] = []
    try:
        header = _header(path, next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                _refuse(
                    path, f"the row has {len(cells)} cells, the header {len(header)}", "Quote a cell that holds a comma.", reader.line_num
                )
            content, headings = grant_of({head: cell.strip() for head, cell in zip(header, cells, strict=False) if head})
            records.append(GrantRecord(content, f"{name}, line {reader.line_num}{_named(content)}", headings))
    except csv.Error as error:
        _refuse(path, f"the CSV cannot be read: {error}", "Check quotation marks on this line.", reader.line_num)
    return GrantFile(name, tuple(records), coped)


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    known = {item.name for item in fields_of(Grant)}
    found = {path_of(head)[0] for head in header if head}
    if not {"id", "amountAwarded"} <= found & known:
        _not_grants(path, set(header), f"a table with the columns {wording.listed(header[:6]) or 'none'}")
    doubled = sorted({head for head in header if head and header.count(head) > 1})
    if doubled:
        _refuse(path, f"the column '{doubled[0]}' stands twice", "Remove one.", 1)
    return header


def _not_grants(path: Path, names: set[str], otherwise: str) -> NoReturn:
    small = {name.casefold().split("/")[0].split(":")[0] for name in names}
    other = next((said for marks, said in _OTHERS if marks & (small | names)), otherwise)
    _refuse(path, f"this is {other}, not the 360Giving standard", HINT)
