"""One row of a Fund table, cell by cell: each cell is what its column asks for, or a problem that says where and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.errors import Problem, SpfError
from spf_analysis.figures import Reference
from spf_analysis.periods import FinancialYear
from spf_analysis.records import Row

_MONEY = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True)
class Cells:
    """The cells of a row; whatever is wrong with one is added to `problems`, and None is returned in its place."""

    row: Row
    problems: list[Problem]

    def text(self, column: str) -> str:
        """A cell that must hold something."""
        if not self.row[column]:
            self._add(column, "the cell is empty", "Fill it in.")
        return self.row[column]

    def optional(self, column: str) -> str | None:
        """A cell that may be empty: then None."""
        return self.row[column] or None

    def people(self, column: str) -> int | None:
        """A number of people: whole and more than none."""
        text = self.row[column]
        if not _WHOLE.fullmatch(text):
            self._add(column, f"'{text}' is not a number of people", "Write whole people in digits, without commas.")
            return None
        if int(text) <= 0:
            self._add(column, f"there cannot be {text} people", "Write a number above 0; leave the row out where it is not known.")
            return None
        return int(text)

    def whole(self, column: str) -> int | None:
        """A whole number above 0."""
        if not _WHOLE.fullmatch(self.row[column]) or int(self.row[column]) <= 0:
            self._add(column, f"'{self.row[column]}' is not a whole number above 0", "Write it in digits.")
            return None
        return int(self.row[column])

    def measure(self, column: str) -> Decimal | None:
        """A number of 0 or more, with decimals or without."""
        text = self.row[column]
        if not _DECIMAL.fullmatch(text) or Decimal(text) < 0:
            self._add(column, f"'{text}' is not a number of 0 or more", "Write it in digits with a decimal point.")
            return None
        return Decimal(text)

    def money(self, column: str) -> Decimal | None:
        """An amount in pounds and pence, above nothing."""
        text = self.row[column]
        if not _MONEY.fullmatch(text) or Decimal(text) == 0:
            self._add(column, f"'{text}' is not an amount of money", "Write pounds and pence such as 1250.50: no sign, no £, no comma.")
            return None
        return Decimal(text)

    def day(self, column: str) -> date | None:
        """A day written as 2026-04-01."""
        try:
            return date.fromisoformat(self.row[column])
        except ValueError:
            self._add(column, f"'{self.row[column]}' is not a date", "Write it as 2026-04-01.")
            return None

    def year(self, column: str) -> FinancialYear | None:
        """A financial year written as 2026/27."""
        try:
            return FinancialYear.parse(self.row[column])
        except SpfError as error:
            self._add(column, error.problems[0].message, error.problems[0].hint)
            return None

    def flag(self, column: str) -> bool | None:
        """yes or no; an empty cell is None."""
        text = self.row[column]
        if text and text not in _FLAGS:
            self._add(column, f"'{text}' is neither yes nor no", "Write yes or no, or leave the cell empty where it is not known.")
            return None
        return _FLAGS.get(text)

    def one_of(self, column: str, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        if self.row[column] not in choices:
            self._add(column, f"'{self.row[column]}' is not one of the words used here", f"Write {wording.listed(choices, 'or')}.")
        return self.row[column]

    def reference(self) -> Reference | None:
        """The columns `source` and `locator` together."""
        source, locator = self.text("source"), self.text("locator")
        return Reference(source, locator) if source and locator else None

    def _add(self, column: str, message: str, hint: str) -> None:
        self.problems.append(Problem("fund", f"{self.row.where}, column '{column}'", message, hint))
