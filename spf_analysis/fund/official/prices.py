"""The ONS series of consumer price inflation (D7G7) as a CSV: the Septembers become values of the rule on price updates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.extract import ONS, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import day, number
from spf_analysis.fund.official.sheet import OfficialFile, Sheet

SERIES, TABLE, PARAMETER = "D7G7", "rules/cpi.yaml", "cpi_september"
FIRST_MODELLED_NO_MORE = 1997
MISSING = "the September of {year} is missing between others"
_MONTH = re.compile(r"(\d{4}) ([A-Z]{3})")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LABELS = frozenset({"title", "cdid", "release date"})


def _labels(file: OfficialFile) -> dict[str, str]:
    """The rows above the figures: what stands before each first comma, and after it."""
    return {row[0].casefold(): row[1] for row in file.sheets[0].rows[:20] if len(row) > 1 and row[0].casefold() in _LABELS}


def _fits(file: OfficialFile) -> bool:
    return bool(file.sheets) and "cdid" in _labels(file)


def _read(file: OfficialFile, ground: Ground) -> Extract:
    labels, sheet, problems = _labels(file), file.sheets[0], list[Problem]()
    if labels["cdid"] != SERIES:
        raise FundError(
            f"the file holds the series {labels['cdid']}, not {SERIES}",
            where=file.where(sheet),
            hint=f"Download the CPI annual rate of all items: series {SERIES} of the data set MM23.",
        )
    found: dict[str, Decimal] = {}
    for line, row in enumerate(sheet.rows, start=1):
        match = _MONTH.fullmatch(row[0].upper()) if row else None
        if match and match[2] == "SEP":
            _add(found, f"{match[1]}-09", row[1] if len(row) > 1 else "", file.where(sheet, line), problems)
    if not found and not problems:
        problems.append(Problem("fund", file.name, "no September has a value", "Download the monthly series, not only the annual one."))
    if problems:
        raise FundError(problems)
    kept = {month: rate for month, rate in found.items() if int(month[:4]) >= FIRST_MODELLED_NO_MORE}
    return _extract(kept, labels, ground, _not_over_yet(sheet, day(labels.get("release date", "")) or ground.told.published))


def _not_over_yet(sheet: Sheet, released: date | None) -> tuple[str, ...]:
    """Months with a value that were not over on the day of the release: nobody can have measured them."""
    if released is None:
        return ()
    months = [match for row in sheet.rows if len(row) > 1 and row[1] and (match := _MONTH.fullmatch(row[0].upper()))]
    known = [(int(match[1]), _MONTHS.index(match[2]) + 1) for match in months if match[2] in _MONTHS]
    late = [f"{year}-{month:02}" for year, month in known if _last_day(year, month) >= released]
    return tuple(f"{month}: a value of a month that was not over on the day of release, {wording.day(released)}" for month in late)


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def missing_between(years: Iterable[int]) -> tuple[int, ...]:
    """The years between the first and the last of those given that are not among them."""
    known = set(years)
    return tuple(sorted(set(range(min(known), max(known))) - known)) if known else ()


def _add(found: dict[str, Decimal], month: str, text: str, where: str, problems: list[Problem]) -> None:
    rate = number(text)
    if rate is None:
        problems.append(Problem("fund", where, f"'{text}' is not a rate in per cent", "Download the series again."))
    elif month in found:
        problems.append(Problem("fund", where, f"{month} stands twice", "Download the series again."))
    else:
        found[month] = rate


def _extract(rates: dict[str, Decimal], labels: dict[str, str], ground: Ground, early: tuple[str, ...]) -> Extract:
    released = ground.told.published or day(labels.get("release date", ""))
    facts = tuple(Fact(TABLE, {"month": month}, {"value": str(rate)}) for month, rate in sorted(rates.items()))
    unusual = [f"{month}: {rate} per cent is outside −2 to 15" for month, rate in rates.items() if not Decimal(-2) <= rate <= Decimal(15)]
    years = [int(month[:4]) for month in rates]
    gaps = missing_between(years)
    unusual += [*early, *(MISSING.format(year=year) for year in gaps)]
    origin = Origin(
        id="ons-mm23-d7g7",
        title="CPI annual rate 00: all items 2015=100 (series D7G7, data set MM23)",
        publisher=ONS,
        locator="series D7G7, the month named SEP of the year",
        about=f"Septembers to {max(years)}" if years else "",
        published=released,
    )
    once = f"none stands twice; missing: {wording.listed(map(str, gaps))}" if gaps else "each once"
    checked = (f"{wording.counted(len(rates), 'September')} from {min(years)} to {max(years)}, {once}",) if years else ()
    notes = ("Septembers before 1997 are modelled and are not taken over.",)
    return Extract(facts, origin, checked, (), tuple(unusual), notes)


KIND = FileKind(
    "ons-cpi",
    "ONS consumer price inflation, series D7G7 (CSV)",
    "rows 'Title' and 'CDID' above rows such as \"2025 SEP\"",
    _fits,
    _read,
)
