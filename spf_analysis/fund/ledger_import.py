"""Reading the Excel workbook of the ledger back: errors by cell, and lines that are only ever added."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from spf_analysis import wording
from spf_analysis.areas import Areas
from spf_analysis.errors import FundError, Problem, TypesettingError
from spf_analysis.fund.ledger import Contribution
from spf_analysis.fund.ledger_checking import LedgerLine, problems_between, remarks_on
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, DECISIONS, FILE, PARTICIPATION, read_entries, without_values
from spf_analysis.fund.ledger_rows import contributions_of, participations_of
from spf_analysis.fund.ledger_template import CONTRIBUTION_SHEET, PARTICIPATION_SHEET, SHEETS
from spf_analysis.records import Row, read_csv

_COLUMN = re.compile(r"(.*), row (\d+), column '(\w+)'$")


@dataclass(frozen=True)
class LedgerImport:
    """What a workbook would add to a ledger: rows for each file, by path below the ledger's folder. `known` lines are there already.

    `remarks` say what is no error and should be known before it is written.
    """

    folder: Path
    rows: Mapping[str, tuple[Row, ...]]
    contributions: tuple[Contribution, ...]
    known: int
    remarks: tuple[str, ...] = ()

    @property
    def added(self) -> int:
        """Rows that would be written."""
        return sum(len(rows) for rows in self.rows.values())

    def as_dict(self, *, internal: bool = False) -> dict[str, Any]:
        """What would be added, as `spf fund import --json` prints it; of a confidential line nothing but that there is one."""
        told = [_told(row, internal) for row in self.rows[FILE]]
        told += [_told(row, internal) for row in self.rows[f"confidential/{FILE}"]] if internal else []
        return {
            "contributions": told,
            "confidential": len(self.rows[f"confidential/{FILE}"]),
            "participation": [dict(row.values) for row in self.rows[DECISIONS]],
            "known": self.known,
            "remarks": list(self.remarks),
        }


def _told(row: Row, internal: bool) -> dict[str, str | None]:
    """A row's cells; of a contributor who may not be named publicly no name, unless internally."""
    told: dict[str, str | None] = dict(row.values)
    return told if internal or row["may_be_named"] == "yes" else {**told, "contributor": None}


def plan_import(folder: Path, file: Path, areas: Areas) -> LedgerImport:
    """What a workbook would add to the ledger of a folder. Raises one FundError with every problem, by cell."""
    problems: list[Problem] = []
    sheets = _sheets(file)
    rows = {title: _rows(sheets.get(title), title, file.name, problems) for title in SHEETS}
    there = read_entries(folder, areas, problems)
    if problems:
        raise FundError(_by_cell(problems))
    apart = [row for row in rows[CONTRIBUTION_SHEET] if row["confidential"] not in ("", "no")]
    plain = [row for row in rows[CONTRIBUTION_SHEET] if row["confidential"] in ("", "no")]
    secret: list[Problem] = []
    entries = contributions_of(plain, areas, problems) + contributions_of(apart, areas, secret, apart=True)
    problems += without_values(secret)
    decided = participations_of(rows[PARTICIPATION_SHEET], areas, problems)
    old = {entry.line.id: entry for entry in there.contributions}
    problems += _changed(entries, old)
    fresh = [entry for entry in entries if entry.line.id not in old]
    known = {(item.area, item.day): item for item, _ in there.participations}
    new_decisions = [(item, where) for item, where in decided if known.get((item.area, item.day)) != item]
    problems += problems_between([*there.contributions, *fresh], [*there.participations, *new_decisions])
    if problems:
        raise FundError(_by_cell(problems))
    added, places = {entry.where for entry in fresh}, {where for _, where in new_decisions}
    return LedgerImport(
        folder,
        {
            FILE: tuple(row for row in plain if row.where in added),
            f"confidential/{FILE}": tuple(row for row in apart if row.where in added),
            DECISIONS: tuple(row for row in rows[PARTICIPATION_SHEET] if row.where in places),
        },
        tuple(entry.line for entry in fresh),
        len(entries) - len(fresh) + len(decided) - len(new_decisions),
        remarks_on((entry.line for entry in fresh), (item for item, _ in new_decisions), (item for item, _ in there.participations), areas),
    )


def write_import(plan: LedgerImport) -> tuple[str, ...]:
    """Add the rows of a plan to the files of its ledger; gives the names of the files written. Lines that are there stay as they are."""
    written = []
    for name, rows in plan.rows.items():
        if rows:
            _append(plan.folder / name, PARTICIPATION if name == DECISIONS else CONTRIBUTIONS, rows)
            written.append(name)
    return tuple(written)


def _append(path: Path, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    header = tuple(next(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))) if path.exists() else columns
    if path.exists():
        read_csv(path, columns, "fund")
    before = path.read_text(encoding="utf-8") if path.exists() else ",".join(columns) + "\n"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[row.values.get(column.strip(), "") for column in header] for row in rows])
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(exist_ok=True)
        fresh.write_text(f"{before}{'' if before.endswith(chr(10)) else chr(10)}{text.getvalue()}", encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise TypesettingError(f"the ledger cannot be written: {error.strerror}", where=path.name, hint="Check the folder.") from error


def _changed(entries: Iterable[LedgerLine], old: Mapping[str, LedgerLine]) -> list[Problem]:
    """A line that is in the ledger already stays as it is: what differs is a correction, which is a line of its own."""
    return [
        Problem(
            "fund",
            entry.where,
            f"the line '{entry.line.id}' is in the ledger already and says something else",
            f"Give the correction an id of its own, name '{entry.line.id}' in 'supersedes', and say why in 'note'.",
        )
        for entry in entries
        if entry.line.id in old and old[entry.line.id].line != replace(entry.line, confidential=old[entry.line.id].line.confidential)
    ]


def _sheets(file: Path) -> dict[str, Any]:
    import openpyxl

    if not file.is_file():
        raise FundError("the file is missing", where=file.name, hint="Name the workbook that 'spf fund template' wrote.")
    try:
        book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    except Exception as error:  # openpyxl raises many kinds for a damaged workbook
        raise FundError("the file is no Excel workbook", where=file.name, hint="Save it as .xlsx from the template.") from error
    return {sheet.title: sheet for sheet in book.worksheets}


def _rows(sheet: Any, title: str, name: str, problems: list[Problem]) -> list[Row]:
    """The filled rows of a sheet as text, as the CSV reader would give them; moved headings and formulas are problems."""
    if sheet is None:
        hint = "Start from a fresh template and keep the names of its sheets."
        problems.append(Problem("fund", name, f"the sheet '{title}' is missing", hint))
        return []
    columns, lines = SHEETS[title], list(sheet.iter_rows())
    heading = [str(cell.value or "").strip() for cell in lines[0]] if lines else []
    moved = _moved(heading, columns, f"{name}, {title}")
    problems.extend(moved)
    found: list[Row] = []
    for cells in lines[1:] if not moved else []:
        values = {column: _text(cell, f"{name}, {title}", problems) for column, cell in zip(columns, cells, strict=False)}
        if any(values.values()):
            found.append(Row(values, f"{name}, {title}, row {cells[0].row}"))
    return found


def _moved(heading: Sequence[str], columns: tuple[str, ...], where: str) -> list[Problem]:
    shown = [*heading, *[""] * (len(columns) - len(heading))]
    found = []
    for number, (wanted, there) in enumerate(zip(columns, shown, strict=False)):
        if wanted != there:
            message = f"the heading should be '{wanted}' and is '{there}'" if there else f"the heading '{wanted}' is missing"
            found.append(Problem("fund", f"{where}, cell {_letter(number)}1", message, "Put the columns back as in the template."))
    if any(shown[len(columns) :]):
        extra = wording.listed(f"'{item}'" for item in shown[len(columns) :] if item)
        found.append(Problem("fund", where, f"there are columns that the ledger does not have: {extra}", "Remove them; use 'note'."))
    return found


def _text(cell: Any, where: str, problems: list[Problem]) -> str:
    value = cell.value
    if cell.data_type == "f":
        problems.append(Problem("fund", f"{where}, cell {cell.coordinate}", "the cell holds a formula", "Write the value itself."))
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "" if value is None else str(value).strip()


def _by_cell(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of a workbook's rows with the cell named: "book.xlsx, Contributions, cell F7"."""
    return [replace(problem, where=_cell(problem.where)) for problem in problems]


def _cell(where: str) -> str:
    found = _COLUMN.fullmatch(where)
    sheet = found[1].rpartition(", ")[2] if found else ""
    if found is None or sheet not in SHEETS or found[3] not in SHEETS[sheet]:
        return where
    return f"{found[1]}, cell {_letter(SHEETS[sheet].index(found[3]))}{found[2]}"


def _letter(number: int) -> str:
    return chr(ord("A") + number)
