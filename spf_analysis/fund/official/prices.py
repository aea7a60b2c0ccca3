"""The ONS series of consumer price inflation (D7G7) as a CSV: the Septembers become values of the rule on price updates."""

from __future__ import annotations

import re
from decimal import Decimal

from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.extract import ONS, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import day, number
from spf_analysis.fund.official.sheet import OfficialFile

SERIES, TABLE, PARAMETER = "D7G7", "rules/cpi.yaml", "cpi_september"
FIRST_MODELLED_NO_MORE = 1997
_MONTH = re.compile(r"(\d{4}) ([A-Z]{3})")
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
    return _extract({month: rate for month, rate in found.items() if int(month[:4]) >= FIRST_MODELLED_NO_MORE}, labels, ground)


def _add(found: dict[str, Decimal], month: str, text: str, where: str, problems: list[Problem]) -> None:
    rate = number(text)
    if rate is None:
        problems.append(Problem("fund", where, f"'{text}' is not a rate in per cent", "Download the series again."))
    elif month in found:
        problems.append(Problem("fund", where, f"{month} stands twice", "Download the series again."))
    else:
        found[month] = rate


def _extract(rates: dict[str, Decimal], labels: dict[str, str], ground: Ground) -> Extract:
    released = ground.told.published or day(labels.get("release date", ""))
    facts = tuple(Fact(TABLE, {"month": month}, {"value": str(rate)}) for month, rate in sorted(rates.items()))
    unusual = [f"{month}: {rate} per cent is outside −2 to 15" for month, rate in rates.items() if not Decimal(-2) <= rate <= Decimal(15)]
    years = [int(month[:4]) for month in rates]
    gaps = sorted(set(range(min(years), max(years))) - set(years)) if years else []
    unusual += [f"the September of {year} is missing between others" for year in gaps]
    origin = Origin(
        id="ons-mm23-d7g7",
        title="CPI annual rate 00: all items 2015=100 (series D7G7, data set MM23)",
        publisher=ONS,
        locator="series D7G7, the month named SEP of the year",
        about=f"Septembers to {max(years)}" if years else "",
        published=released,
    )
    checked = (f"{len(rates)} Septembers from {min(years)} to {max(years)}, each once",) if years else ()
    notes = ("Septembers before 1997 are modelled and are not taken over.",)
    return Extract(facts, origin, checked, (), tuple(unusual), notes)


KIND = FileKind(
    "ons-cpi",
    "ONS consumer price inflation, series D7G7 (CSV)",
    "rows 'Title' and 'CDID' above rows such as \"2025 SEP\"",
    _fits,
    _read,
)
