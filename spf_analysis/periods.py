"""Financial years and quarters, as the NHS and local government count them (April to March)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from spf_analysis.errors import UsageError

_YEAR = re.compile(r"(\d{4})/(\d{2})")


@dataclass(frozen=True, order=True)
class FinancialYear:
    """The twelve months from 1 April of `start_year`; said as "2026/27"."""

    start_year: int

    @classmethod
    def parse(cls, text: str) -> FinancialYear:
        """Read "2026/27". Raises UsageError for any other form or for years that do not follow on."""
        found = _YEAR.fullmatch(text.strip())
        if not found or (int(found[1]) + 1) % 100 != int(found[2]) or not 0 < int(found[1]) < 9999:
            raise UsageError(
                f"'{text}' is not a financial year", where="year", hint="Write it as 2026/27: four digits, a slash, the next year's two."
            )
        return cls(int(found[1]))

    @classmethod
    def containing(cls, day: date) -> FinancialYear:
        """The financial year that a day lies in."""
        return cls(day.year if day >= date(day.year, 4, 1) else day.year - 1)

    @property
    def first_day(self) -> date:
        return date(self.start_year, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.start_year + 1, 3, 31)

    def plus(self, years: int) -> FinancialYear:
        """The financial year that many years later (or earlier, when negative)."""
        return FinancialYear(self.start_year + years)

    def quarters(self) -> tuple[Quarter, ...]:
        """The four quarters, April to June first."""
        return tuple(Quarter(self, number) for number in range(1, 5))

    def __str__(self) -> str:
        return f"{self.start_year}/{(self.start_year + 1) % 100:02d}"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a financial year; the first runs from April to June."""

    year: FinancialYear
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise UsageError(
                f"'{self.number}' is not a quarter", where="quarter", hint="Quarters are numbered 1 to 4, April to June first."
            )

    @property
    def first_day(self) -> date:
        month = 3 * self.number + 1
        return date(self.year.start_year, month, 1) if month <= 12 else date(self.year.start_year + 1, month - 12, 1)

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"
