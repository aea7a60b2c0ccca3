"""Reading the table of costs that a provider fills in, as CSV or as an Excel workbook: every amount with its grounds.

`line` says what a row is: scheme, year, referrals, cost, paid (under a way of funding), or carries (who bears the rest).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from spf_analysis.errors import FundError, Problem, UsageError
from spf_analysis.figures import Reference
from spf_analysis.fund.cells import Cells
from spf_analysis.fund.full_cost import ANY, OWN, PARTS, CostLine, FullCost, PaidLine, full_cost_of
from spf_analysis.records import Row, read_csv, shown

COLUMNS = ("line", "way", "part", "payer", "money", "item", "quantity", "unit_cost", "grounds", "source", "locator")
LINES = ("scheme", "year", "referrals", "cost", "paid", "carries")
SHEET = "Costs"
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,4})?")
_COLUMN = re.compile(r"(.*), row (\d+), column '(\w+)'")


@dataclass(frozen=True)
class CostWords:
    """The words that a table of costs may use: ways of funding and money by code with their labels, and registered sources."""

    ways: Mapping[str, str]
    money: Mapping[str, str]
    sources: Collection[str]


def read_full_cost(path: Path, words: CostWords) -> FullCost:
    """The full cost of a table filled in. Raises one FundError with everything that is wrong, by row or cell."""
    problems: list[Problem] = []
    rows = [row for row in _rows(path) if _filled(row)]
    for row in rows:
        if row["line"] not in LINES:
            Cells(row, problems).one_of("line", LINES)
    found = _Reading(words, problems)
    scheme, year = found.one(rows, "scheme", path), found.one(rows, "year", path)
    costs = [line for line in (found.cost(row) for row in rows if row["line"] == "cost") if line]
    paid = [line for line in (found.paid(row, costs) for row in rows if row["line"] == "paid") if line]
    carriers = dict(pair for pair in (found.carrier(row) for row in rows if row["line"] == "carries") if pair)
    if not costs and not problems:
        problems.append(Problem("fund", shown(path), "no cost is filled in", "Give at least one row 'cost' a quantity and a unit cost."))
    referrals = found.referrals([row for row in rows if row["line"] == "referrals"])
    if problems:
        raise FundError([_by_cell(problem) for problem in problems])
    return full_cost_of(scheme["item"] if scheme else "", year["item"] if year else "", referrals, costs, paid, carriers, words.ways)


@dataclass(frozen=True)
class _Reading:
    """Rows read by what they are; whatever is wrong is added to `problems`."""

    words: CostWords
    problems: list[Problem]

    def one(self, rows: list[Row], line: str, path: Path) -> Row | None:
        found = [row for row in rows if row["line"] == line]
        if len(found) != 1 or not found[0]["item"]:
            message = f"there must be one row '{line}' with its name in 'item', and there are {len(found)}"
            self.problems.append(Problem("fund", shown(path), message, "The template shows the form."))
            return None
        return found[0]

    def referrals(self, rows: list[Row]) -> tuple[Decimal, Reference] | None:
        if not rows:
            return None
        amount, reference = self._amount(rows[0], "quantity"), self._grounds(rows[0])
        if amount == 0:
            self._add(rows[0], "quantity", "there cannot be 0 referrals", "Leave the row out where referrals are not known.")
        return (amount, reference) if amount and reference else None

    def cost(self, row: Row) -> CostLine | None:
        part, item = Cells(row, self.problems).one_of("part", tuple(PARTS)), row["item"] or "all of it"
        amounts, reference = self._amounts(row), self._grounds(row)
        return CostLine(part, item, *amounts, reference) if part in PARTS and amounts and reference else None

    def paid(self, row: Row, costs: list[CostLine]) -> PaidLine | None:
        cells = Cells(row, self.problems)
        way, part, payer = self._way(row), cells.one_of("part", (*PARTS, ANY)), cells.text("payer")
        if row["money"] and row["money"] not in self.words.money:
            self._add(row, "money", f"'{row['money']}' is no code of money", f"Write one of {', '.join(self.words.money)}.")
        if part in PARTS and not any(line.part == part for line in costs):
            self._add(row, "part", f"a payment is stated for '{part}', which has no cost", "Give the part a row 'cost' first.")
        amounts, reference = self._amounts(row), self._grounds(row)
        if not (way and payer and amounts and reference):
            return None
        return PaidLine(way, part, payer, row["money"] or None, row["item"] or "", *amounts, reference)

    def carrier(self, row: Row) -> tuple[str, str] | None:
        way, payer, reference = self._way(row), Cells(row, self.problems).text("payer"), self._grounds(row)
        return (way, payer) if way and payer and reference else None

    def _way(self, row: Row) -> str | None:
        if row["way"] not in self.words.ways:
            said = f"'{row['way']}' is no way of funding" if row["way"] else "the cell is empty"
            self._add(row, "way", said, f"Write one of {', '.join(self.words.ways)}.")
            return None
        return row["way"]

    def _amounts(self, row: Row) -> tuple[Decimal, Decimal] | None:
        quantity, unit_cost = self._amount(row, "quantity"), self._amount(row, "unit_cost")
        return None if quantity is None or unit_cost is None else (quantity, unit_cost)

    def _amount(self, row: Row, column: str) -> Decimal | None:
        if not _AMOUNT.fullmatch(row[column]):
            said = f"'{row[column]}' is not an amount" if row[column] else "the cell is empty"
            self._add(row, column, said, "Write digits with a decimal point such as 1250.50: no sign, no £, no comma.")
            return None
        return Decimal(row[column])

    def _grounds(self, row: Row) -> Reference | None:
        if row["source"]:
            if row["source"] not in self.words.sources:
                self._add(row, "source", f"the source '{row['source']}' is not registered", "Register it, or give your own 'grounds'.")
            elif not row["locator"]:
                self._add(row, "locator", "the cell is empty", "Say where in the source the figure stands.")
            else:
                return Reference(row["source"], row["locator"])
            return None
        if not row["grounds"]:
            self._add(
                row, "grounds", "the figure has no grounds", "Say where it is from, such as 'own accounts 2025/26', or name a source."
            )
            return None
        return Reference(OWN, row["grounds"])

    def _add(self, row: Row, column: str, message: str, hint: str) -> None:
        self.problems.append(Problem("fund", f"{row.where}, column '{column}'", message, hint))


def _filled(row: Row) -> bool:
    """Whether somebody has entered something: the template's own words in a row are no entry."""
    return any(row[column] for column in ("item", "payer", "quantity", "unit_cost", "grounds", "source", "way", "locator"))


def _rows(path: Path) -> list[Row]:
    if path.suffix.lower() == ".csv":
        return read_csv(path, COLUMNS, "fund")
    if path.suffix.lower() == ".xlsx":
        return _from_workbook(path)
    raise UsageError(f"'{path.name}' is neither CSV nor xlsx", where=path.name, hint="Start from 'spf fund costs template FILE'.")


def _from_workbook(path: Path) -> list[Row]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        sheet: Any = load_workbook(path)[SHEET]
    except (OSError, KeyError, BadZipFile, ValueError) as error:
        message = f"the workbook cannot be read: {getattr(error, 'strerror', None) or 'no sheet ' + repr(SHEET)}"
        raise FundError(message, where=path.name, hint="Start from 'spf fund costs template FILE.xlsx'.") from error
    lines = list(sheet.iter_rows())
    heading = tuple(str(cell.value or "").strip() for cell in lines[0])[: len(COLUMNS)] if lines else ()
    if heading != COLUMNS:
        hint = "Put the columns back as in the template."
        raise FundError("the headings are not those of the template", where=f"{path.name}, {SHEET}, row 1", hint=hint)
    problems: list[Problem] = []
    where = f"{path.name}, {SHEET}"
    rows = [Row({c: _text(cell, where, problems) for c, cell in zip(COLUMNS, cells, strict=False)}, f"{where}, row {cells[0].row}")
            for cells in lines[1:]]  # fmt: skip
    if problems:
        raise FundError(problems)
    return rows


def _text(cell: Any, where: str, problems: list[Problem]) -> str:
    if cell.data_type == "f":
        problems.append(Problem("fund", f"{where}, cell {cell.coordinate}", "the cell holds a formula", "Write the value itself."))
        return ""
    if isinstance(cell.value, (date, datetime)):
        return cell.value.isoformat()
    if isinstance(cell.value, float):
        return repr(cell.value).removesuffix(".0")
    return "" if cell.value is None else str(cell.value).strip()


def _by_cell(problem: Problem) -> Problem:
    found = _COLUMN.fullmatch(problem.where)
    if not found:
        return problem
    return replace(problem, where=f"{found[1]}, cell {chr(ord('A') + COLUMNS.index(found[3]))}{found[2]}")
