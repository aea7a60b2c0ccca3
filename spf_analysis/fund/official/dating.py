"""When an official file is about: said by the file, by its name, or by the user; never guessed."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from spf_analysis.errors import FundError
from spf_analysis.fund.official.extract import Ground
from spf_analysis.fund.official.sheet import OfficialFile
from spf_analysis.periods import FinancialYear

_YEAR = re.compile(r"(?<!\d)(20\d\d)[-_/ ]*(?:to[-_ ]*)?(?:20)?(\d\d)(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d\d)[-_/](\d\d)(?!\d)")
_MONTHS = {
    name: index for index, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_MONTH = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*[-_ ]*(20\d\d)", re.IGNORECASE)


def year_in(text: str) -> FinancialYear | None:
    """The financial year that a text names (2025_2026, 2025/26, 22-23), or None."""
    for match in _YEAR.finditer(text):
        if (int(match[1]) + 1) % 100 == int(match[2]):
            return FinancialYear(int(match[1]))
    for match in _SHORT.finditer(text):
        if (int(match[1]) + 1) % 100 == int(match[2]):
            return FinancialYear(2000 + int(match[1]))
    return None


def year_of(file: OfficialFile, ground: Ground) -> FinancialYear:
    """The allocation year of a file: what the user said, or what its name says. Raises FundError where neither does."""
    found = ground.told.year or year_in(file.name)
    if found is None:
        raise FundError("neither the file nor its name says which year it is about", where=file.name, hint="Say it: --year 2026/27.")
    return found


def month_end_in(text: str) -> date | None:
    """The last day of the month that a text names (nov2025, November 2025), or None."""
    match = _MONTH.search(text)
    if match is None:
        return None
    year, month = int(match[2]), _MONTHS[match[1].lower()]
    return date(year, month, monthrange(year, month)[1])


def day_of(file: OfficialFile, ground: Ground, said: date | None) -> date:
    """The day that a count is of: what the user said, what the file says, or the end of the month in its name. Raises FundError."""
    found = ground.told.day or said or month_end_in(file.name)
    if found is None:
        raise FundError("neither the file nor its name says which day it is about", where=file.name, hint="Say it: --on 2026-05-31.")
    return found
