"""NHS England's workforce of primary care networks (CSV): social prescribing link workers by area, in full-time equivalents."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.dating import day_of
from spf_analysis.fund.official.extract import NHS_ENGLAND, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import Heading, Line, Wanted, first_heading, plain
from spf_analysis.fund.official.placing import place
from spf_analysis.fund.official.sheet import OfficialFile

TABLE = "link_workers.csv"
WANTED = (
    Wanted("icb", ("ICB_CODE", "icb_code", "ICB code")),
    Wanted("role", ("STAFF_ROLE", "staff_role", "Staff role", "DETAILED_STAFF_ROLE")),
    Wanted("fte", ("FTE", "fte")),
    Wanted("year", ("CENSUS_YEAR",), needed=False),
    Wanted("month", ("CENSUS_MONTH",), needed=False),
)
ROLE = "social prescribing link worker"


def _fits(file: OfficialFile) -> bool:
    return first_heading(file, WANTED) is not None


def _read(file: OfficialFile, ground: Ground) -> Extract:
    heading, problems = first_heading(file, WANTED), list[Problem]()
    assert heading is not None
    sums, first, roles, days = _sums(heading, problems)
    if not sums and not problems:
        problems.append(
            Problem("fund", file.name, f"no row has the role of a {ROLE}", "Give the file that has every role of the networks' staff.")
        )
    if len(days) > 1:
        problems.append(Problem("fund", file.name, f"the file holds {len(days)} months", "Give the file of one month."))
    placed = place(first, ground.areas, problems)
    if problems or placed is None:
        raise FundError(problems)
    when = day_of(file, ground, next(iter(days), None))
    key = {"vintage": placed.vintage.start.isoformat(), "date": when.isoformat()}
    values = sorted((placed.codes[code], fte) for code, fte in sums.items())
    facts = tuple(
        Fact(TABLE, {"area": area, **key}, {"fte": hundredths(fte), "method": "sum over sub-ICB locations"}) for area, fte in values
    )
    said = wording.listed(f"'{role}' ({count:,} rows)" for role, count in sorted(roles.items()))
    total = sum((fte for _, fte in values), Decimal(0))
    checked = (f"{len(facts)} areas, {wording.decimal(total)} FTE in England on {wording.day(when)}",)
    return Extract(facts, _origin(when, ground), checked, (*heading.coped, f"the roles counted are {said}"))


def hundredths(fte: Decimal) -> str:
    """Full-time equivalents as the table holds them: two decimal places."""
    return str(fte.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


Sums = tuple[dict[str, Decimal], dict[str, str], Counter[str], set[date]]


def _sums(heading: Heading, problems: list[Problem]) -> Sums:
    """Link workers by ICB, the place where each stands first, the roles counted, and the days that the rows name."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    first: dict[str, str] = {}
    roles: Counter[str] = Counter()
    days: set[date] = set()
    for line in heading.lines(problems):
        first.setdefault(line.text("icb"), line.where("icb"))
        totals.setdefault(line.text("icb"), Decimal(0))
        if ROLE not in plain(line.text("role")):
            continue
        fte = line.number_of("fte")
        days |= _day(line)
        if fte is not None:
            totals[line.text("icb")] += fte
            roles[line.text("role")] += 1
    if not roles:
        return {}, first, roles, days
    return dict(totals), first, roles, days


def _day(line: Line) -> set[date]:
    year, month = line.text("year"), line.text("month")
    if not (year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        return set()
    return {date(int(year), int(month), monthrange(int(year), int(month))[1])}


def _origin(when: date, ground: Ground) -> Origin:
    return Origin(
        id=f"nhse-pcn-workforce-{when:%Y-%m}",
        title=f"Primary Care Network Workforce, {wording.day(when)}",
        publisher=NHS_ENGLAND,
        locator="social prescribing link worker roles, FTE",
        about=f"staff in post on {wording.day(when)}",
        published=ground.told.published,
        dated=(when.year, when.month, when.day),
    )


KIND = FileKind(
    "nhse-workforce",
    "NHS England workforce of primary care networks (CSV)",
    "columns 'ICB_CODE', 'STAFF_ROLE' and 'FTE'",
    _fits,
    _read,
)
