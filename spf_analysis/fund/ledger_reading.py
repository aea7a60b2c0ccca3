"""Reading the Fund's ledger: three CSV tables, empty but for their headings until someone commits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from spf_analysis.areas import Areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.cells import Cells
from spf_analysis.fund.ledger import SOURCE_TYPES, STATUSES, Contribution, Ledger, NationalCommitment, Participation
from spf_analysis.fund.ledger_checking import LedgerLine, problems_between
from spf_analysis.periods import FinancialYear
from spf_analysis.records import RecordError, Row, read_csv

FILE = "contributions.csv"
_QUOTED = re.compile(r"'[^']*'")
PARTICIPATION = (
    "area", "takes_part", "date", "recorded_by", "first_year", "last_year", "agreement_signed", "holder", "voluntary_sector_confidence",
    "source", "locator", "note",
)  # fmt: skip
CONTRIBUTIONS = (
    "id", "area", "contributor", "source_type", "year", "amount", "status", "date", "new_money", "new_money_evidence", "brokered",
    "confidential", "supersedes", "source", "locator", "note",
)  # fmt: skip
NATIONAL = ("id", "investor", "statutory", "year", "area", "amount", "status", "date", "source", "locator", "note")


@dataclass(frozen=True)
class LedgerLines:
    """The lines of a ledger, each with the place where it was entered."""

    participations: tuple[tuple[Participation, str], ...]
    contributions: tuple[LedgerLine, ...]
    national: tuple[NationalCommitment, ...]

    def ledger(self) -> Ledger:
        """The ledger of these lines."""
        return Ledger(tuple(item for item, _ in self.participations), tuple(item.line for item in self.contributions), self.national)


def read_ledger(folder: Path, areas: Areas | None, problems: list[Problem]) -> Ledger:
    """The ledger of a folder; whatever is wrong is added to `problems`. Without areas, codes are not checked."""
    return read_entries(folder, areas, problems).ledger()


def read_entries(folder: Path, areas: Areas | None, problems: list[Problem]) -> LedgerLines:
    """The lines of a folder and of its folder `confidential`, which version control ignores; whatever is wrong is added to `problems`."""
    decided = participations_of(_rows(folder / "participation.csv", PARTICIPATION, problems), areas, problems)
    contributions = contributions_of(_rows(folder / FILE, CONTRIBUTIONS, problems), areas, problems)
    apart: list[Problem] = []
    if (folder / "confidential" / FILE).exists():
        contributions += contributions_of(_rows(folder / "confidential" / FILE, CONTRIBUTIONS, apart), areas, apart, apart=True)
    problems.extend(without_values(apart))
    national = [_national(row, areas, problems) for row in _rows(folder / "national_commitments.csv", NATIONAL, problems)]
    problems.extend(problems_between(contributions, decided))
    return LedgerLines(tuple(decided), tuple(contributions), tuple(item for item in national if item))


def contributions_of(rows: Iterable[Row], areas: Areas | None, problems: list[Problem], *, apart: bool = False) -> list[LedgerLine]:
    """The contributions of these rows with their places; `apart` for rows of the confidential folder, all of which are confidential."""
    made = [(_contribution(row, areas, problems), row) for row in rows]
    return [LedgerLine(replace(item, confidential=item.confidential or apart), row.where, apart) for item, row in made if item]


def participations_of(rows: Iterable[Row], areas: Areas | None, problems: list[Problem]) -> list[tuple[Participation, str]]:
    """The decisions of these rows with their places."""
    made = [(_participation(row, areas, problems), row) for row in rows]
    return [(item, row.where) for item, row in made if item]


def without_values(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of confidential lines with what the cells hold left out: a message may be copied into a log."""
    return [replace(problem, message=_QUOTED.sub("the entry", problem.message)) for problem in problems]


def _rows(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    try:
        return read_csv(path, columns, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return []


def _participation(row: Row, areas: Areas | None, problems: list[Problem]) -> Participation | None:
    cells = Cells(row, problems)
    day, takes_part, reference = cells.day("date"), cells.flag("takes_part"), cells.reference()
    first = cells.year("first_year") if cells.optional("first_year") else None
    last = cells.year("last_year") if cells.optional("last_year") else None
    if first and last and last < first:
        problems.append(Problem("fund", f"{row.where}, column 'last_year'", f"{last} comes before {first}", "Swap the two years."))
    if takes_part is None and not row["takes_part"]:
        problems.append(Problem("fund", f"{row.where}, column 'takes_part'", "the cell is empty", "Write yes or no."))
    signed = cells.day("agreement_signed") if cells.optional("agreement_signed") else None
    recorded_by = cells.text("recorded_by")
    if day:
        _check_area(cells, FinancialYear.containing(day) if first is None else first, areas)
    if day is None or takes_part is None or reference is None:
        return None
    confidence = cells.flag("voluntary_sector_confidence")
    holder, note = cells.optional("holder"), cells.optional("note")
    return Participation(row["area"], takes_part, day, recorded_by, reference, first, last, signed, holder, confidence, note)


def _contribution(row: Row, areas: Areas | None, problems: list[Problem]) -> Contribution | None:
    cells = Cells(row, problems)
    line, contributor = cells.text("id"), cells.text("contributor")
    source_type, status = cells.one_of("source_type", SOURCE_TYPES), cells.one_of("status", STATUSES)
    year, amount, day, reference = cells.year("year"), cells.money("amount"), cells.day("date"), cells.reference()
    new_money, evidence = cells.flag("new_money"), cells.optional("new_money_evidence")
    if new_money and not evidence:
        where = f"{row.where}, column 'new_money_evidence'"
        problems.append(Problem("fund", where, "new money is declared without evidence", "Say what shows it, or leave 'new_money' empty."))
    brokered, confidential = bool(cells.flag("brokered")), bool(cells.flag("confidential"))
    if year:
        _check_area(cells, year, areas)
    if not (year and amount and day and reference):
        return None
    return Contribution(
        line, row["area"], contributor, source_type, year, amount, status, day, reference, new_money, evidence, brokered, confidential,
        cells.optional("supersedes"), cells.optional("note"),
    )  # fmt: skip


def _national(row: Row, areas: Areas | None, problems: list[Problem]) -> NationalCommitment | None:
    cells = Cells(row, problems)
    line, investor, statutory = cells.text("id"), cells.text("investor"), cells.flag("statutory")
    year, day, reference = cells.year("year"), cells.day("date"), cells.reference()
    amount = cells.money("amount") if cells.optional("amount") else None
    status, area = cells.one_of("status", STATUSES), cells.optional("area")
    if year and area:
        _check_area(cells, year, areas)
    if not (year and day and reference):
        return None
    return NationalCommitment(line, investor, bool(statutory), year, day, status, reference, area, amount, cells.optional("note"))


def _check_area(cells: Cells, year: FinancialYear, areas: Areas | None) -> None:
    if areas is None:
        return
    try:
        areas.get(cells.text("area"), year.first_day)
    except FundError as error:
        problem = error.problems[0]
        cells.problems.append(Problem("fund", f"{cells.row.where}, column 'area'", problem.message, problem.hint))
