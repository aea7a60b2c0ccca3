"""Searching and screening: where was searched, and what became of the records, in the numbers that PRISMA 2020 asks for.

Both files are optional: without them no search was made, and no flow is drawn. A number that is missing is never taken for 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.records import RecordError, Row, read_csv
from spf_analysis.wording import whole

KIND = EvidenceError.kind
SEARCHES, SCREENING = "searches.csv", "screening.csv"
SEARCH_COLUMNS = ("where", "date", "query", "hits")
SCREENING_COLUMNS = ("step", "reason", "records")
STEPS = ("identified", "duplicates", "screened", "sought", "not retrieved", "excluded", "included")
_LARGEST = 10_000_000


@dataclass(frozen=True)
class Search:
    """One search: where, on which day, with which query, and how many records it found."""

    where: str
    day: date
    query: str
    hits: int


@dataclass(frozen=True)
class Screening:
    """What became of the records of all searches. Steps are as in PRISMA 2020 (Page et al. 2021), excluded reports by reason."""

    searches: tuple[Search, ...]
    identified: int
    duplicates: int
    screened: int
    sought: int
    not_retrieved: int
    excluded: tuple[tuple[str, int], ...]
    included: int

    @property
    def excluded_at_screening(self) -> int:
        """Records that title or abstract ruled out."""
        return self.screened - self.sought

    @property
    def assessed(self) -> int:
        """Reports that were read in full."""
        return self.sought - self.not_retrieved

    @property
    def last_search(self) -> date:
        """The day of the last search."""
        return max(search.day for search in self.searches)

    def as_dict(self) -> dict[str, Any]:
        """The numbers as JSON."""
        searches = [{"where": one.where, "date": one.day.isoformat(), "query": one.query, "hits": one.hits} for one in self.searches]
        numbers = {name: getattr(self, name) for name in ("identified", "duplicates", "screened", "excluded_at_screening", "sought")}
        rest = {"not_retrieved": self.not_retrieved, "assessed": self.assessed, "excluded": dict(self.excluded), "included": self.included}
        return {"last_search": self.last_search.isoformat(), "searches": searches, **numbers, **rest}


def read_screening(folder: Path) -> Screening | None:
    """The searches and screening of an evidence folder; `None` where neither file is there, since then no search was made.

    Raises one EvidenceError with every problem: of reading, and of numbers that do not add up.
    """
    files = [folder / SEARCHES, folder / SCREENING]
    there = [path for path in files if path.exists()]
    if not there:
        return None
    if len(there) == 1:
        lacking = next(path for path in files if not path.exists())
        hint = "Searching and screening are told together: add it, or remove the other."
        raise EvidenceError("the file is missing", where=f"evidence/{lacking.name}", hint=hint)
    problems: list[Problem] = []
    rows: list[list[Row]] = []
    for path, columns in zip(files, (SEARCH_COLUMNS, SCREENING_COLUMNS), strict=True):
        try:
            rows.append(read_csv(path, columns, KIND))
        except RecordError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(problems)
    searches = [*_searches(rows[0], problems)]
    counts, reasons = _steps(rows[1], problems)
    if problems:
        raise EvidenceError(problems)
    found = _screening(searches, counts, reasons)
    problems = [*_sums(found)]
    if problems:
        raise EvidenceError(problems)
    return found


def problems_of(folder: Path) -> list[Problem]:
    """Every problem of searching and screening."""
    try:
        read_screening(folder)
    except EvidenceError as error:
        return list(error.problems)
    return []


def _searches(rows: list[Row], problems: list[Problem]) -> Iterator[Search]:
    if not rows:
        problems.append(Problem(KIND, f"evidence/{SEARCHES}", "no search is recorded", "Add a line for each search, or remove both files."))
    for row in rows:
        hits, day = _number(row, "hits", problems), _day(row, problems)
        for column in ("where", "query"):
            if not row[column]:
                problems.append(Problem(KIND, f"{row.where}, column '{column}'", "it is empty", "Write it down as it was searched."))
        if hits is not None and day is not None:
            yield Search(row["where"], day, row["query"], hits)


def _steps(rows: list[Row], problems: list[Problem]) -> tuple[dict[str, int], list[tuple[str, int]]]:
    counts: dict[str, int] = {}
    reasons: list[tuple[str, int]] = []
    for row in rows:
        step, number = row["step"], _number(row, "records", problems)
        where = f"{row.where}, column 'step'"
        if step not in STEPS:
            problems.append(Problem(KIND, where, f"there is no step '{step}'", f"The steps are: {', '.join(STEPS)}."))
        elif step in counts or (step == "excluded" and row["reason"] in dict(reasons)):
            problems.append(
                Problem(KIND, where, f"the step '{step}' stands twice", "Keep one line; only 'excluded' has one for each reason.")
            )
        elif step == "excluded" and not row["reason"]:
            problems.append(Problem(KIND, f"{row.where}, column 'reason'", "reports were excluded without a reason", "Give the reason."))
        elif number is not None:
            if step == "excluded":
                reasons.append((row["reason"], number))
            else:
                counts[step] = number
    told = {row["step"] for row in rows}
    for step in STEPS:
        if step not in told and step != "excluded":
            problems.append(
                Problem(KIND, f"evidence/{SCREENING}", f"the step '{step}' is missing", "Add a line for it; write 0 only where it is 0.")
            )
    return counts, reasons


def _number(row: Row, column: str, problems: list[Problem]) -> int | None:
    if re.fullmatch(r"\d{1,8}", row[column], re.ASCII) and int(row[column]) <= _LARGEST:
        return int(row[column])
    hint = "Write a whole number without separators, such as 1204."
    problems.append(Problem(KIND, f"{row.where}, column '{column}'", f"'{row[column][:40]}' is no number of records", hint))
    return None


def _day(row: Row, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(row["date"])
    except ValueError:
        problems.append(Problem(KIND, f"{row.where}, column 'date'", f"'{row['date'][:40]}' is not a date", "Write it as 2026-11-21."))
        return None


def _screening(searches: list[Search], counts: dict[str, int], reasons: list[tuple[str, int]]) -> Screening:
    return Screening(
        tuple(searches),
        identified=counts["identified"],
        duplicates=counts["duplicates"],
        screened=counts["screened"],
        sought=counts["sought"],
        not_retrieved=counts["not retrieved"],
        excluded=tuple(reasons),
        included=counts["included"],
    )


def _sums(found: Screening) -> Iterator[Problem]:
    hits, excluded = sum(search.hits for search in found.searches), sum(number for _, number in found.excluded)
    wanted = (
        ("identified", found.identified, hits, "the hits of all searches"),
        ("screened", found.screened, found.identified - found.duplicates, "identified less duplicates"),
        ("included", found.included, found.assessed - excluded, "sought less not retrieved and excluded"),
    )
    for step, told, worked_out, how in wanted:
        if told != worked_out:
            message = f"'{step}' is {whole(told)}, but {how} is {whole(worked_out)}"
            yield Problem(KIND, f"evidence/{SCREENING}", message, "Correct the numbers; no flow is drawn before they add up.")
    for larger, smaller, said in (
        (found.screened, found.sought, "more reports were sought than records screened"),
        (found.sought, found.not_retrieved, "more reports were not retrieved than sought"),
        (found.identified, found.duplicates, "more duplicates were removed than records identified"),
    ):
        if smaller > larger:
            yield Problem(KIND, f"evidence/{SCREENING}", said, "Correct the numbers; no flow is drawn before they add up.")
