"""NHS England's lists of patients registered at GP practices (CSV): people by ICB on the day of the list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.official.dating import day_of
from spf_analysis.fund.official.extract import NHS_ENGLAND, Extract, Fact, FileKind, Ground, Origin
from spf_analysis.fund.official.heading import Heading, Line, Wanted, day, first_heading
from spf_analysis.fund.official.placing import place
from spf_analysis.fund.official.sheet import OfficialFile

TABLE = "registered_patients.csv"
COUNT = Wanted("patients", ("NUMBER_OF_PATIENTS", "Number of patients"))
DATE = Wanted("date", ("EXTRACT_DATE", "Extract date"))
SEX, AGE = Wanted("sex", ("SEX",), needed=False), Wanted("age", ("AGE",), needed=False)
BY_ORGANISATION = (
    COUNT,
    DATE,
    Wanted("type", ("ORG_TYPE",)),
    Wanted("icb", ("ORG_CODE",)),
    Wanted("sex", ("SEX",)),
    Wanted("age", ("AGE",)),
)
BY_PRACTICE = (COUNT, DATE, Wanted("icb", ("ICB_CODE",)), Wanted("practice", ("CODE", "PRACTICE_CODE", "GP_CODE", "ORG_CODE")), SEX, AGE)
WITHOUT_ICB = (COUNT, DATE, Wanted("location", ("SUB_ICB_LOCATION_CODE", "CCG_CODE")), SEX, AGE)
ALL = "ALL"


def _heading(file: OfficialFile) -> Heading | None:
    return first_heading(file, BY_ORGANISATION) or first_heading(file, BY_PRACTICE)


def _fits(file: OfficialFile) -> bool:
    return _heading(file) is not None or first_heading(file, WITHOUT_ICB) is not None


def _read(file: OfficialFile, ground: Ground) -> Extract:
    heading, problems = _heading(file), list[Problem]()
    if heading is None:
        message = "the list gives practices by sub-ICB location only, and no ICB"
        raise FundError(
            message, where=file.name, hint="Give the file of the same release for regions and ICBs (gp-reg-pat-prac-sing-age-regions)."
        )
    sums, days, total, forms = _sums(heading, problems)
    placed = place({code: where for code, (_, where) in sums.items()}, ground.areas, problems)
    if len(days) > 1:
        said = wording.listed(wording.day(item) for item in sorted(days))
        problems.append(Problem("fund", file.name, f"the list is of several days: {said}", "Give the list of one day."))
    people = sum((count for count, _ in sums.values()), Decimal(0))
    if total is not None and total != people:
        message = f"the ICBs sum to {wording.whole(people)} patients, the regions to {wording.whole(total)}"
        problems.append(Problem("fund", file.name, message, "Download the list again."))
    if problems or placed is None:
        raise FundError(problems or [Problem("fund", file.name, "the list has no row for an ICB", "Give the file for regions and ICBs.")])
    when = day_of(file, ground, next(iter(days), None))
    key = {"vintage": placed.vintage.start.isoformat(), "date": when.isoformat()}
    origin = _origin(when, ground)
    facts = tuple(
        Fact(TABLE, {"area": placed.codes[code], **key}, {"registered": str(int(count)), "method": "published", "source": origin.id})
        for code, (count, _) in sorted(sums.items(), key=lambda item: placed.codes[item[0]])
    )
    agreed = "; the regions sum to the same" if total is not None else ""
    return Extract(
        facts,
        origin,
        (f"{len(facts)} areas, {wording.whole(people)} patients on {wording.day(when)}{agreed}",),
        (*heading.coped, *_dates(forms)),
    )


def _sums(heading: Heading, problems: list[Problem]) -> tuple[dict[str, tuple[Decimal, str]], set[date], Decimal | None, tuple[str, ...]]:
    """Patients by ICB with the place where it stands first, the list's days, the sum of its regions, an example of each form of date."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    first: dict[str, str] = {}
    days: set[date] = set()
    forms: dict[str, str] = {}
    regions: list[Decimal] = []
    for line in heading.lines(problems):
        kind = line.text("type").upper().replace("_", " ")
        if not _everyone(line) or (kind and kind not in ("ICB", "COMM REGION")):
            continue
        patients, when = line.number_of("patients"), day(line.text("date"))
        if when is None:
            line.problem("date", f"'{line.text('date')}' is not a date that is known here")
        if patients is None or when is None:
            continue
        days.add(when)
        forms.setdefault(_form(line.text("date")), line.text("date"))
        if kind == "COMM REGION":
            regions.append(patients)
            continue
        if kind == "ICB" and line.text("icb") in first:
            line.problem("icb", f"'{line.text('icb')}' stands twice")
        totals[line.text("icb")] += patients
        first.setdefault(line.text("icb"), line.where("icb"))
    return (
        {code: (totals[code], first[code]) for code in totals},
        days,
        sum(regions, Decimal(0)) if regions else None,
        tuple(forms.values()),
    )


def _form(text: str) -> str:
    """The form of a date: which of its characters are digits and which are letters."""
    return "".join("9" if mark.isdigit() else "a" if mark.isalpha() else mark for mark in text)


def _dates(forms: tuple[str, ...]) -> tuple[str, ...]:
    return (f"dates are written in {wording.counted(len(forms), 'form')}: {wording.listed(forms)}",) if len(forms) > 1 else ()


def _everyone(line: Line) -> bool:
    """Whether a row counts people of every sex and age together (or the list makes no difference)."""
    return line.text("sex").upper() in ("", ALL) and line.text("age").upper() in ("", ALL)


def _origin(when: date, ground: Ground) -> Origin:
    return Origin(
        id=f"nhse-gp-registered-{when:%Y-%m}",
        title=f"Patients registered at a GP practice, {wording.day(when)}",
        publisher=NHS_ENGLAND,
        locator="column NUMBER_OF_PATIENTS",
        about=f"patients on {wording.day(when)}",
        published=ground.told.published,
        dated=(when.year, when.month),
    )


KIND = FileKind(
    "nhse-registered",
    "NHS England patients registered at a GP practice (CSV)",
    "columns 'EXTRACT_DATE' and 'NUMBER_OF_PATIENTS' with 'ORG_TYPE' and 'ORG_CODE', or with 'ICB_CODE'",
    _fits,
    _read,
)
