"""Finding the header row of an official table and reading the rows below it by what their columns mean.

Headings differ from year to year in spelling, spaces, capitals and place; a column is known by any of its spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from spf_analysis.errors import Problem
from spf_analysis.fund.official.sheet import OfficialFile, Sheet

WITHIN = 25
BLANKS = frozenset({"", "-", "–", "..", "*", "n/a", "na", "null", "[x]", "[z]", "[c]", "#n/a"})
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d%b%Y", "%d %B %Y", "%d %b %Y")
_WORD = re.compile(r"[^a-z0-9&%]+")


@dataclass(frozen=True)
class Wanted:
    """A column that a table must have (or may have): what it means here, and the spellings that publishers have used."""

    meaning: str
    spellings: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True)
class Heading:
    """A header row that was found: where it stands, which column has which meaning, and what its finding had to cope with."""

    file: OfficialFile
    sheet: Sheet
    line: int
    columns: Mapping[str, int]
    coped: tuple[str, ...]

    def has(self, meaning: str) -> bool:
        """Whether the table has the column, with something below it in some row."""
        index = self.columns.get(meaning)
        return index is not None and any(len(row) > index and row[index] for row in self.sheet.rows[self.line :])

    def label(self, meaning: str) -> str:
        """The column's heading as the file has it."""
        return self.sheet.rows[self.line - 1][self.columns[meaning]]

    def lines(self, problems: list[Problem]) -> Iterator[Line]:
        """The rows below the header that hold anything."""
        for number, cells in enumerate(self.sheet.rows[self.line :], start=self.line + 1):
            if any(cells):
                yield Line(self, number, cells, problems)


@dataclass(frozen=True)
class Line:
    """One row of an official table; whatever is wrong with a cell is added to `problems`, and None is returned in its place."""

    heading: Heading
    number: int
    cells: tuple[str, ...]
    problems: list[Problem]

    def text(self, meaning: str) -> str:
        """A cell's text; empty where the row is too short."""
        index = self.heading.columns.get(meaning)
        return "" if index is None or index >= len(self.cells) else self.cells[index]

    def where(self, meaning: str) -> str:
        """The cell's place as messages name it."""
        return self.heading.file.where(self.heading.sheet, self.number, self.heading.label(meaning))

    def blank(self, meaning: str) -> bool:
        """Whether the publisher left the cell out: empty, a dash, dots, a marker such as [x]."""
        return self.text(meaning).casefold() in BLANKS

    def number_of(self, meaning: str) -> Decimal | None:
        """A number of 0 or more; thousands may be separated by commas. A blank or anything else is a problem."""
        found = number(self.text(meaning))
        if found is None or found < 0:
            said = "is empty" if self.blank(meaning) else f"'{self.text(meaning)}' is not a number of 0 or more"
            self.problem(meaning, f"the cell {said}" if self.blank(meaning) else said)
            return None
        return found

    def problem(self, meaning: str, message: str, hint: str = "Compare the file with the one that its publisher offers.") -> None:
        """Add a problem of this cell."""
        self.problems.append(Problem("fund", self.where(meaning), message, hint))


LARGEST = Decimal(10**15)


def plain(text: str) -> str:
    """A heading without what differs from year to year: capitals, underscores, punctuation, doubled and trailing spaces."""
    return _WORD.sub(" ", text.casefold()).strip()


def number(text: str) -> Decimal | None:
    """A number as publishers write it (1,234.5); None for anything else, and for one that counts or measures nothing in England."""
    try:
        found = Decimal(text.replace(",", "").replace("\u00a0", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < LARGEST else None


def day(text: str) -> date | None:
    """A day in one of the forms that publishers use (2026-08-01, 01/08/2026, 25-03-2026, 01AUG2026, 1 August 2026); otherwise None."""
    for form in _DAYS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


def find_heading(file: OfficialFile, wanted: tuple[Wanted, ...], sheet: Sheet) -> Heading | None:
    """The first row of a sheet that has all needed columns, or None. A column that stands twice counts where it stands first."""
    for index, row in enumerate(sheet.rows[:WITHIN]):
        columns = _columns(row, wanted)
        if all(item.meaning in columns for item in wanted if item.needed):
            return Heading(file, sheet, index + 1, columns, tuple(_coped(row, index + 1, columns, wanted)))
    return None


def first_heading(file: OfficialFile, wanted: tuple[Wanted, ...]) -> Heading | None:
    """The first sheet's header row that has all needed columns, or None."""
    return next((found for sheet in file.sheets if (found := find_heading(file, wanted, sheet))), None)


def _columns(row: tuple[str, ...], wanted: tuple[Wanted, ...]) -> dict[str, int]:
    there: dict[str, int] = {}
    for index, cell in enumerate(row):
        there.setdefault(plain(cell), index)
    found: dict[str, int] = {}
    for item in wanted:
        places = [there[plain(spelling)] for spelling in item.spellings if plain(spelling) in there]
        if places:
            found[item.meaning] = places[0]
    return found


def _coped(row: tuple[str, ...], line: int, columns: Mapping[str, int], wanted: tuple[Wanted, ...]) -> Iterator[str]:
    if line > 1:
        yield f"the header stands in row {line}"
    for item in wanted:
        label = row[columns[item.meaning]] if item.meaning in columns else item.spellings[0]
        if label not in item.spellings:
            nearest = next(spelling for spelling in item.spellings if plain(spelling) == plain(label))
            yield f"the heading '{label}' was read as '{nearest}'"
