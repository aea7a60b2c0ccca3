"""NHS England's weighted populations by GP practice (CSV or Excel, headings by year): summed to areas and to the parts of areas."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.dating import year_of
from spf_analysis.fund.official.extract import NHS_ENGLAND, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import Heading, Line, Wanted, first_heading
from spf_analysis.fund.official.placing import Placed, place
from spf_analysis.fund.official.sheet import OfficialFile
from spf_analysis.periods import FinancialYear

TABLE, PARTS = "weighted_populations.csv", "parts.csv"
WANTED = (
    Wanted("practice", ("Practice_Code", "GP Practice code", "GP code", "Practice", "GP")),
    Wanted("icb", ("ICB", "ICB code", "ICB22", "ICB22CDH", "ICB23", "ICB24", "ICB26", "STP21 / ICB", "ICB_CODE")),
    Wanted(
        "registered",
        (
            "Population",
            "GP population (projected)",
            "GP population",
            "Registered population",
            "Projected registered population",
            "GP registered population",
        ),
    ),
    Wanted("weighted", ("Final WP", "Overall WP", "Overall weighted population", "Overall GP practice weighted population")),
    Wanted("authority", ("LAD", "LAD code", "LTLA code", "LAD24CD"), needed=False),
    Wanted("authority name", ("LTLA", "LAD name", "LTLA name", "LAD24NM"), needed=False),
    Wanted("location", ("LOC", "Sub ICB location code", "SUB_ICB_LOCATION_CODE", "SICBL"), needed=False),
    Wanted("location name", ("LOCname", "Sub ICB location name", "SUB_ICB_LOCATION_NAME"), needed=False),
)
LEFT_OUT_UNUSUAL = Decimal("0.005")
TOLERANCE = Decimal("0.002")
Sums = dict[tuple[str, ...], list[Decimal]]


def _fits(file: OfficialFile) -> bool:
    return first_heading(file, WANTED) is not None


def _read(file: OfficialFile, ground: Ground) -> Extract:
    heading, problems = first_heading(file, WANTED), list[Problem]()
    assert heading is not None
    year = year_of(file, ground)
    lines, left_out = _lines(heading, problems)
    first: dict[str, str] = {}
    for line in lines:
        first.setdefault(line.text("icb"), line.where("icb"))
    placed = place(first, ground.areas, problems)
    sums = _sums(lines, ("icb",), problems) if placed else {}
    if not problems:
        _agrees(sums, file.name, problems)
    if problems or placed is None:
        raise FundError(problems or [Problem("fund", file.name, "the table has no row", "Download the file again.")])
    facts = _facts(sums, placed, year)
    parts = [*_parts(lines, placed, year, heading, "authority"), *_parts(lines, placed, year, heading, "location")]
    share = Decimal(left_out) / (len(lines) + left_out)
    unusual = (
        (f"{wording.counted(left_out, 'practice')} without figures, {wording.per_cent(share * 100)} of all",)
        if share > LEFT_OUT_UNUSUAL
        else ()
    )
    coped = (*heading.coped, *((f"{wording.counted(left_out, 'practice')} without figures left out",) if left_out else ()))
    return Extract((*facts, *parts), _origin(heading, year, ground), (_checked(sums, len(lines), year),), coped, unusual)


def _lines(heading: Heading, problems: list[Problem]) -> tuple[list[Line], int]:
    """The rows of practices, each practice once, and how many were left out because they have no figures."""
    kept: list[Line] = []
    seen: dict[str, int] = {}
    left_out = 0
    for line in heading.lines(problems):
        code = line.text("practice")
        if not code or code.casefold() in ("total", "england"):
            continue
        if code in seen:
            line.problem("practice", f"the practice '{code}' stands in row {seen[code]} already")
        seen.setdefault(code, line.number)
        if line.blank("registered") and line.blank("weighted"):
            left_out += 1
        elif line.blank("icb"):
            line.problem("icb", f"the practice '{code}' has no ICB")
        else:
            kept.append(line)
    return kept, left_out


def _sums(lines: Iterable[Line], by: tuple[str, ...], problems: list[Problem] | None = None) -> Sums:
    """Registered and weighted population by the text of some columns. Problems of the cells are told once, where `problems` is given."""
    found: Sums = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in lines:
        values = line.number_of("registered"), line.number_of("weighted")
        if None not in values:
            for index, value in enumerate(values):
                found[tuple(line.text(column) for column in by)][index] += value or 0
    return dict(found)


def _agrees(sums: Sums, name: str, problems: list[Problem]) -> None:
    """The weighted populations of a year sum to the registered ones by construction."""
    registered, weighted = (sum((item[index] for item in sums.values()), Decimal(0)) for index in (0, 1))
    if registered and abs(weighted / registered - 1) > TOLERANCE:
        message = f"weighted populations sum to {wording.whole(weighted)}, registered ones to {wording.whole(registered)}"
        problems.append(Problem("fund", name, message, "Over England the two are equal: is the weighted column the overall one?"))


def whole(value: Decimal) -> str:
    """People as a table holds them."""
    return str(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _facts(sums: Sums, placed: Placed, year: FinancialYear) -> list[Fact]:
    vintage, source = placed.vintage.start.isoformat(), f"nhse-place-based-{year.start_year}"
    rows = sorted((placed.codes[code], people) for (code,), people in sums.items())
    return [
        Fact(
            TABLE,
            {"area": area, "vintage": vintage, "financial_year": str(year)},
            {"registered": whole(registered), "weighted": whole(weighted), "method": "sum of practices", "source": source},
        )
        for area, (registered, weighted) in rows
    ]


def _parts(lines: list[Line], placed: Placed, year: FinancialYear, heading: Heading, column: str) -> list[Fact]:
    """What of each area lies in a local authority or sub-ICB location, where the file says so for every practice."""
    if not heading.has(column) or any(line.blank(column) for line in lines):
        return []
    kind = {"authority": "local authority", "location": "sub-ICB location"}[column]
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        names[line.text(column)][line.text(f"{column} name") or line.text(column)] += 1
    return [
        Fact(
            PARTS,
            {
                "vintage": placed.vintage.start.isoformat(),
                "area": placed.codes[code],
                "kind": kind,
                "part": part,
                "financial_year": str(year),
            },
            {
                "name": names[part].most_common(1)[0][0],
                "registered": whole(registered),
                "weighted": whole(weighted),
                "source": f"nhse-place-based-{year.start_year}",
            },
        )
        for (code, part), (registered, weighted) in sorted(_sums(lines, ("icb", column)).items())
    ]


def _checked(sums: Sums, practices: int, year: FinancialYear) -> str:
    registered, weighted = (sum((item[index] for item in sums.values()), Decimal(0)) for index in (0, 1))
    return (
        f"{year}: {practices:,} practices in {len(sums)} areas, each once; {wording.whole(registered)} people registered, "
        f"weighted populations sum to {wording.whole(weighted)}"
    )


def _origin(heading: Heading, year: FinancialYear, ground: Ground) -> Origin:
    return Origin(
        id=f"nhse-place-based-{year.start_year}",
        title=f"ICB place-based allocation tool {year}: registered and weighted populations by GP practice",
        publisher=NHS_ENGLAND,
        locator=f"columns {heading.label('registered')} and {heading.label('weighted')}",
        about=f"allocation year {year}",
        published=ground.told.published,
        dated=(year.start_year,),
    )


KIND = FileKind(
    "nhse-practices",
    "NHS England weighted populations by GP practice (CSV or Excel)",
    "columns for practice, ICB, population and overall weighted population ('Practice_Code', 'ICB', 'Population', 'Final WP')",
    _fits,
    _read,
)
