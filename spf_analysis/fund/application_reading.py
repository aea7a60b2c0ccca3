"""Reading applications to be a demonstrator: a CSV table beside the ledger, empty but for its headings, and a folder of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from spf_analysis import wording
from spf_analysis.areas import Areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.cells import Cells
from spf_analysis.fund.corrections import Entered, wrong_corrections
from spf_analysis.fund.demonstrators import CONFIRMATIONS, DECISIONS, Application, Applications
from spf_analysis.fund.offer_reading import readable_id, rows_of, wrong
from spf_analysis.fund.statements import Statement, measured

FILE = "applications.csv"
STATEMENTS = "statements"
COLUMNS = (
    "id", "area", "date", *CONFIRMATIONS, "supporting_bodies", "statement", "decision", "decided", "agreement_signed", "supersedes",
    "source", "locator", "note",
)  # fmt: skip


def read_applications(folder: Path, areas: Areas | None, problems: list[Problem]) -> Applications:
    """The applications of a ledger's folder, statements measured; none where there is no file. What is wrong goes to `problems`."""
    made = [(_application(Cells(row, problems), areas, folder), row) for row in rows_of(folder / FILE, COLUMNS, problems)]
    entered = [Entered(item, row.where) for item, row in made if item]
    problems.extend([*wrong_corrections(entered), *_decided_too_early(entered), *_twice_of_one_area(entered)])
    return Applications(tuple(entry.line for entry in entered))


def _application(cells: Cells, areas: Areas | None, folder: Path) -> Application | None:
    name, area, day, reference = readable_id(cells), cells.text("area"), cells.day("date"), cells.reference()
    confirmed = {column: cells.flag(column) for column in CONFIRMATIONS}
    decision = cells.one_of("decision", DECISIONS) if cells.optional("decision") else None
    decided = cells.day("decided") if cells.optional("decided") else None
    signed = cells.day("agreement_signed") if cells.optional("agreement_signed") else None
    statement = _statement(cells, folder)
    if day is None or reference is None:
        return None
    if areas is not None:
        _check_area(cells, areas)
    bodies = tuple(part.strip() for part in cells.row["supporting_bodies"].split(";") if part.strip())
    found = Application(
        name, area, day, confirmed, reference, bodies, statement, decision, decided, signed, cells.optional("supersedes"),
        cells.optional("note"),
    )  # fmt: skip
    _check_order(cells, found)
    return found


def _check_area(cells: Cells, areas: Areas) -> None:
    day = cells.day("date")
    if day is None or not cells.row["area"]:
        return
    try:
        areas.get(cells.row["area"], day)
    except FundError as error:
        wrong(cells, "area", error.problems[0].message, error.problems[0].hint)


def _statement(cells: Cells, folder: Path) -> Statement | None:
    name = cells.optional("statement")
    if name is None:
        return None
    try:
        return measured(folder / STATEMENTS, name)
    except FundError as error:
        for problem in error.problems:
            wrong(cells, "statement", f"{problem.message} ({problem.where})", problem.hint)
        return None


def _check_order(cells: Cells, item: Application) -> None:
    """An application comes first, then the panel's decision, then the agreement [E]."""
    if item.decision and item.decided is None:
        wrong(cells, "decided", f"'{item.decision}' is recorded without its day", "Write the day of the decision as 2026-04-01.")
    if item.decided and not item.decision:
        wrong(cells, "decision", "a day of decision is recorded without the decision", f"Write {wording.listed(DECISIONS, 'or')}.")
    if item.agreement_signed and item.decision != "accepted":
        wrong(cells, "agreement_signed", "an agreement is signed without an accepted application", "Record the decision first.")
    elif item.agreement_signed and item.decided and item.agreement_signed < item.decided:
        wrong(cells, "agreement_signed", "the agreement comes before the decision", "Correct one of the two days.")


def _decided_too_early(entries: Sequence[Entered[Application]]) -> Iterable[Problem]:
    """A decision before the application; a line that corrects another is dated when it is made, so that its first line's day counts."""
    lines = {entry.line.id: entry.line for entry in entries}
    for entry in entries:
        first, seen = entry.line, {entry.line.id}
        while first.supersedes in lines and first.supersedes not in seen:
            first = lines[first.supersedes]
            seen.add(first.id)
        if entry.line.decided and entry.line.decided < first.day:
            where = f"{entry.where}, column 'decided'"
            yield Problem("fund", where, "the decision comes before the application", "Correct one of the two days.")


def _twice_of_one_area(entries: Sequence[Entered[Application]]) -> Iterable[Problem]:
    superseded = {entry.line.supersedes for entry in entries}
    first: dict[str, str] = {}
    for entry in entries:
        if entry.line.id in superseded or entry.line.decision == "withdrawn":
            continue
        earlier = first.setdefault(entry.line.area, entry.line.id)
        if earlier != entry.line.id:
            message = f"{entry.line.area} applies twice, in '{earlier}' and '{entry.line.id}'"
            yield Problem("fund", entry.where, message, f"Let the newer one supersede '{earlier}', or withdraw one of them.")
