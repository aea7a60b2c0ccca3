"""The ONS population estimates for ICBs (Excel): one sheet for each mid-year, rows of sub-ICB locations that are summed."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.extract import ONS, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import Heading, Line, Wanted, day, find_heading
from spf_analysis.fund.official.placing import place
from spf_analysis.fund.official.sheet import OfficialFile

TABLE = "residents.csv"
_YEARS = tuple(range(2022, 2036))
WANTED = (
    Wanted("icb", tuple(f"ICB {year} Code" for year in _YEARS)),
    Wanted("location", tuple(f"SICBL {year} Code" for year in _YEARS), needed=False),
    Wanted("total", ("Total", "All ages", "All Ages")),
)
_SHEET = re.compile(r"mid[- ]?(\d{4})", re.IGNORECASE)
_AGE = re.compile(r"[FM]\d{1,2}\+?|[FM]90 and over", re.IGNORECASE)
_PUBLISHED = re.compile(r"published.{0,24}?\b(\d{1,2} [A-Z][a-z]+ \d{4})")
ENGLAND = "E92000001"


def _sheets(file: OfficialFile) -> dict[int, Heading]:
    """The tables of a workbook by mid-year."""
    found: dict[int, Heading] = {}
    for sheet in file.sheets:
        year = _SHEET.search(sheet.name)
        heading = find_heading(file, WANTED, sheet) if year else None
        if year and heading:
            found[int(year[1])] = heading
    return found


def _fits(file: OfficialFile) -> bool:
    return bool(_sheets(file))


def _read(file: OfficialFile, ground: Ground) -> Extract:
    problems: list[Problem] = []
    facts: list[Fact] = []
    checked: list[str] = []
    coped: list[str] = []
    for year, heading in sorted(_sheets(file).items()):
        sums = _sums(heading, problems)
        placed = place({code: where for code, (_, where) in sums.items()}, ground.areas, problems)
        if placed is None:
            problems.append(Problem("fund", file.where(heading.sheet), "the table has no row", "Download the workbook again."))
            continue
        people = {placed.codes[code]: total for code, (total, _) in sums.items() if code in placed.codes}
        key = {"vintage": placed.vintage.start.isoformat(), "mid_year": f"{year}-06-30"}
        facts += [_fact(area, key, total) for area, total in sorted(people.items())]
        checked.append(f"mid-{year}: {len(people)} areas, {wording.whole(sum(people.values()))} residents; ages sum to each row's total")
        coped += [f"mid-{year}: {item}" for item in heading.coped if "was read as" not in item]
    if problems:
        raise FundError(problems)
    coped.append("rows are sub-ICB locations; they were summed to areas")
    return Extract(tuple(facts), _origin(file, ground, max(_sheets(file))), tuple(checked), tuple(dict.fromkeys(coped)))


def _fact(area: str, key: dict[str, str], people: Decimal) -> Fact:
    return Fact(TABLE, {"area": area, **key}, {"residents": str(int(people)), "method": "sum of whole sub-ICB locations"})


def _sums(heading: Heading, problems: list[Problem]) -> dict[str, tuple[Decimal, str]]:
    """Residents by the ICB's code as the file has it, each with the place where the code stands first."""
    labels = heading.sheet.rows[heading.line - 1]
    ages = [index for index, label in enumerate(labels) if _AGE.fullmatch(label)]
    totals: dict[str, Decimal] = defaultdict(Decimal)
    first: dict[str, str] = {}
    seen: dict[str, int] = {}
    for line in heading.lines(problems):
        code = line.text("icb")
        if not re.fullmatch(r"E\d{8}", code) or code == ENGLAND:
            if not line.blank("total"):
                line.problem("icb", f"'{code}' is not the GSS code of an ICB")
            continue
        people = line.number_of("total")
        _once(line, seen)
        if people is None:
            continue
        _agrees(line, ages, people)
        totals[code] += people
        first.setdefault(code, line.where("icb"))
    return {code: (totals[code], first[code]) for code in totals}


def _once(line: Line, seen: dict[str, int]) -> None:
    location = line.text("location")
    if location and location in seen:
        line.problem("location", f"'{location}' stands in row {seen[location]} already")
    seen.setdefault(location, line.number)


def _agrees(line: Line, ages: list[int], people: Decimal) -> None:
    """The single years of age must sum to the row's total."""
    values = [line.cells[index].replace(",", "") for index in ages if index < len(line.cells)]
    if not values:
        return
    if not all(value.isdigit() for value in values):
        line.problem("total", "an age of this row is not a whole number of people")
    elif sum(map(int, values)) != people:
        line.problem("total", f"the ages of this row sum to {sum(map(int, values)):,}, its total says {people:,}")


def _origin(file: OfficialFile, ground: Ground, last: int) -> Origin:
    covers = [cell for sheet in file.sheets if "cover" in sheet.name.casefold() for row in sheet.rows for cell in row]
    said = [found for cell in covers for text in _PUBLISHED.findall(cell) if (found := day(text))]
    released = ground.told.published or (max(said) if said else None)
    return Origin(
        id=f"ons-sape-{last}",
        title=f"Population estimates for Integrated Care Boards in England by single year of age and sex, to mid-{last} (file {file.name})",
        publisher=ONS,
        locator="sheets named by mid-year, column Total",
        about=f"residents to mid-{last}",
        published=released,
    )


KIND = FileKind(
    "ons-population",
    "ONS population estimates for ICBs (Excel)",
    "a sheet named 'Mid-2024…' with the columns 'ICB 2024 Code' and 'Total'",
    _fits,
    _read,
)
