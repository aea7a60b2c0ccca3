"""The Fund's CSV tables as they stand on disk, for comparing facts with them and putting facts in without disturbing other rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spf_analysis.fund.footprints import PART_COLUMNS, PARTS
from spf_analysis.fund.official.extract import Fact
from spf_analysis.fund.official.heading import number
from spf_analysis.fund.table_reading import COLUMNS
from spf_analysis.records import read_csv

KEYS: Mapping[str, tuple[str, ...]] = {
    "residents.csv": ("area", "vintage", "mid_year"),
    "weighted_populations.csv": ("area", "vintage", "financial_year"),
    "registered_patients.csv": ("area", "vintage", "date"),
    "deprivation.csv": ("area", "vintage"),
    "link_workers.csv": ("area", "vintage", "date"),
    PARTS: ("vintage", "area", "kind", "part", "financial_year"),
}
PERIODS = ("mid_year", "financial_year", "date")
FIGURES = frozenset({"residents", "registered", "weighted", "fte", "average_score", "rank", "value"})


@dataclass(frozen=True)
class StoredTable:
    """One table: its columns, and its rows in their order, each a mapping of column to text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def row(self, fact: Fact) -> Mapping[str, str] | None:
        """The row that a fact is about, or None."""
        return next((row for row in self.rows if self.key(row) == self.key(fact.key)), None)

    def key(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """What tells a row from the others."""
        return tuple(row[column] for column in KEYS[self.name])

    @property
    def period(self) -> str | None:
        """The column that says when a row is about; None for a table without one."""
        return next((column for column in KEYS[self.name] if column in PERIODS), None)

    def latest(self, vintage: str) -> str | None:
        """The last period that a vintage has rows for, or None."""
        column = self.period
        return max((row[column] for row in self.rows if row["vintage"] == vintage), default=None) if column else None

    def with_facts(self, facts: Iterable[Fact]) -> StoredTable:
        """The table with facts put in: a known row in its place, a new one after the last of its vintage and kind."""
        rows = [dict(row) for row in self.rows]
        places = {self.key(row): index for index, row in enumerate(rows)}
        new: list[Fact] = []
        for fact in facts:
            index = places.get(self.key(fact.key))
            if index is None:
                new.append(fact)
            else:
                rows[index].update(fact.values)
        for fact in new:
            row = {column: {**fact.key, **fact.values}.get(column, "") for column in self.columns}
            rows.insert(self._after(rows, row), row)
        return StoredTable(self.name, self.columns, tuple(rows))

    def _after(self, rows: list[dict[str, str]], row: Mapping[str, str]) -> int:
        alike = [index for index, other in enumerate(rows) if other["vintage"] == row["vintage"] and other.get("kind") == row.get("kind")]
        earlier = [index for index, other in enumerate(rows) if other["vintage"] < row["vintage"]]
        return max(alike or earlier, default=-1) + 1

    def as_bytes(self) -> bytes:
        """The table as a file holds it: UTF-8, one line to a row."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([row.get(column, "") for column in self.columns] for row in self.rows)
        return text.getvalue().encode()


def read_table(folder: Path, name: str) -> StoredTable:
    """A table of a folder, without rows where the file is missing. Raises RecordError where it cannot be read."""
    columns = PART_COLUMNS if name == PARTS else COLUMNS[name]
    if not (folder / name).exists():
        return StoredTable(name, columns, ())
    rows = read_csv(folder / name, columns, "fund")
    header = tuple(rows[0].values) if rows else columns
    return StoredTable(name, header, tuple(row.values for row in rows))


def figures_of(values: Mapping[str, str]) -> dict[str, str]:
    """Those of a row's values that are figures, not words about them."""
    return {column: value for column, value in values.items() if column in FIGURES}


def same(one: str, two: str) -> bool:
    """Whether two cells say the same number, or the same text."""
    left, right = number(one), number(two)
    return left == right if isinstance(left, Decimal) and isinstance(right, Decimal) else one == two
