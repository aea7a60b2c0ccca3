"""Rows of the ledger's tables read as what they stand for; whatever is wrong with a cell is a problem that names it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from spf_analysis.areas import Areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.cells import Cells
from spf_analysis.fund.endowment import KINDS, EndowmentEntry
from spf_analysis.fund.ledger import LEGAL_FORMS, SOURCE_TYPES, STATUSES, Contribution, NationalCommitment, Participation, Tranche
from spf_analysis.fund.ledger_checking import LedgerLine
from spf_analysis.periods import FinancialYear
from spf_analysis.records import Row

_STATUTORY_HOLDER = re.compile(r"\b(integrated care board|icb|council|local authority)\b", re.IGNORECASE)


def contributions_of(rows: Iterable[Row], areas: Areas | None, problems: list[Problem], *, apart: bool = False) -> list[LedgerLine]:
    """The contributions of these rows with their places; `apart` for rows of the confidential folder, all of which are confidential."""
    made = [(_contribution(row, areas, problems), row) for row in rows]
    return [
        LedgerLine(replace(item, confidential=item.confidential or apart), row.where, apart, late=_is_late(item, areas))
        for item, row in made
        if item
    ]


def participations_of(rows: Iterable[Row], areas: Areas | None, problems: list[Problem]) -> list[tuple[Participation, str]]:
    """The decisions of these rows with their places."""
    return [(item, row.where) for row in rows if (item := _participation(row, areas, problems))]


def nationals_of(rows: Iterable[Row], areas: Areas | None, problems: list[Problem]) -> list[tuple[NationalCommitment, str]]:
    """The national commitments of these rows with their places."""
    return [(item, row.where) for row in rows if (item := _national(row, areas, problems))]


def tranches_of(rows: Iterable[Row], problems: list[Problem]) -> list[Tranche]:
    """The further tranches of these rows [42]."""
    return [item for row in rows if (item := _tranche(row, problems))]


def endowment_of(rows: Iterable[Row], problems: list[Problem]) -> list[tuple[EndowmentEntry, str]]:
    """The movements of the endowment of these rows with their places [section C]."""
    return [(item, row.where) for row in rows if (item := _movement(row, problems))]


def _participation(row: Row, areas: Areas | None, problems: list[Problem]) -> Participation | None:
    cells = Cells(row, problems)
    day, takes_part, reference = cells.day("date"), cells.flag("takes_part"), cells.reference()
    first, last = _optional_year(cells, "first_year"), _optional_year(cells, "last_year")
    if first and last and last < first:
        problems.append(_problem(row, "last_year", f"{last} comes before {first}", "Swap the two years."))
    if takes_part is None and not row["takes_part"]:
        problems.append(_problem(row, "takes_part", "the cell is empty", "Write yes or no."))
    signed, recorded_by = _optional_day(cells, "agreement_signed"), cells.text("recorded_by")
    form = _legal_form(cells)
    confidence, evidence = cells.flag("voluntary_sector_confidence"), cells.optional("confidence_evidence")
    if confidence and not evidence:
        message = "confidence is declared, but not where it is documented"
        problems.append(_problem(row, "confidence_evidence", message, "Name the document, or leave 'voluntary_sector_confidence' empty."))
    if day:
        _check_area(cells, FinancialYear.containing(day) if first is None else first, day, areas)
    if day is None or takes_part is None or reference is None:
        return None
    return Participation(
        row["area"], takes_part, day, recorded_by, reference, first, last, signed, cells.optional("holder"), confidence,
        cells.optional("note"), form, evidence,
    )  # fmt: skip


def _legal_form(cells: Cells) -> str | None:
    """The legal form of the holder, which would be neither the ICB nor a council [section C]."""
    row, problems = cells.row, cells.problems
    form = cells.one_of("holder_legal_form", LEGAL_FORMS) if cells.optional("holder_legal_form") else None
    if form and not row["holder"]:
        problems.append(_problem(row, "holder", "a legal form is given, but no holder", "Name who would hold the money."))
    if form is None and _STATUTORY_HOLDER.search(row["holder"]):
        message = "the fund would be held by a legal vehicle of its own, neither the ICB nor a council (draft, section C)"
        problems.append(_problem(row, "holder", message, "Name the vehicle and its legal form, or leave the cell empty."))
    return form


def _contribution(row: Row, areas: Areas | None, problems: list[Problem]) -> Contribution | None:
    cells = Cells(row, problems)
    line, contributor = cells.text("id"), cells.text("contributor")
    source_type, status = cells.one_of("source_type", SOURCE_TYPES), cells.one_of("status", STATUSES)
    year, amount, day, reference = cells.year("year"), cells.money("amount"), cells.day("date"), cells.reference()
    new_money, evidence, conditions = cells.flag("new_money"), cells.optional("new_money_evidence"), cells.optional("conditions")
    if new_money and not evidence:
        hint = "Say what shows it, or leave 'new_money' empty."
        problems.append(_problem(row, "new_money_evidence", "new money is declared without evidence", hint))
    if conditions and status == "pledged_on_match":
        message = "the line is pledged on the match alone, and names another condition"
        problems.append(
            _problem(row, "conditions", message, "Write the status 'pledged', or empty the cell (draft, paragraphs 20 and 21).")
        )
    brokered, confidential, named = bool(cells.flag("brokered")), bool(cells.flag("confidential")), cells.flag("may_be_named")
    expected = _optional_day(cells, "transfer_expected")
    if year:
        _check_area(cells, year, day or year.first_day, areas, correction=bool(row["supersedes"]))
    if not (year and amount and day and reference):
        return None
    return Contribution(
        line, row["area"], contributor, source_type, year, amount, status, day, reference, new_money, evidence, brokered, confidential,
        cells.optional("supersedes"), cells.optional("note"), expected, conditions, named,
    )  # fmt: skip


def _national(row: Row, areas: Areas | None, problems: list[Problem]) -> NationalCommitment | None:
    cells = Cells(row, problems)
    line, investor, statutory = cells.text("id"), cells.text("investor"), cells.flag("statutory")
    year, day, reference = cells.year("year"), cells.day("date"), cells.reference()
    amount = cells.money("amount") if cells.optional("amount") else None
    status, area = cells.one_of("status", STATUSES), cells.optional("area")
    if year and day and area:
        _check_area(cells, year, day, areas)
    if status == "transferred" and not (row["amount"] and area):
        column = "area" if row["amount"] else "amount"
        problems.append(_problem(row, column, "a national transfer goes to one area and has an amount", "Fill the cell in."))
    if not (year and day and reference):
        return None
    return NationalCommitment(
        line, investor, bool(statutory), year, day, status, reference, area, amount, cells.optional("note"),
        _optional_day(cells, "transfer_expected"), cells.optional("tranche"), cells.optional("supersedes"),
    )  # fmt: skip


def _tranche(row: Row, problems: list[Problem]) -> Tranche | None:
    cells = Cells(row, problems)
    name, title, reference = cells.text("id"), cells.text("title"), cells.reference()
    first, last, ratio = cells.year("first_year"), cells.year("last_year"), cells.measure("match_ratio")
    if first and last and last < first:
        problems.append(_problem(row, "last_year", f"{last} comes before {first}", "Swap the two years."))
    if not (first and last and ratio is not None and reference):
        return None
    return Tranche(name, title, first, last, ratio, reference, cells.optional("note"))


def _movement(row: Row, problems: list[Problem]) -> EndowmentEntry | None:
    cells = Cells(row, problems)
    name, day, kind, amount = cells.text("id"), cells.day("date"), cells.one_of("kind", KINDS), cells.money("amount")
    reference = cells.reference()
    return EndowmentEntry(name, day, kind, amount, reference, cells.optional("note")) if day and amount and reference else None


def _check_area(cells: Cells, year: FinancialYear, day: date, areas: Areas | None, *, correction: bool = False) -> None:
    """An area is in force when the year begins, or was when the line was made: then the line is carried over to its successors.

    A correction may be dated after the area's end; it corrects what was recorded before.
    """
    code = cells.text("area")
    if areas is None:
        return
    there = _in_force(areas, code, day) or (correction and _existed(areas, code, day))
    if there and _existed(areas, code, year.first_day):
        return
    try:
        areas.get(code, year.first_day)
    except FundError as error:
        problem = error.problems[0]
        cells.problems.append(Problem("fund", f"{cells.row.where}, column 'area'", problem.message, problem.hint))


def _in_force(areas: Areas, code: str, day: date) -> bool:
    past = [item for item in areas.vintages if item.start <= day]
    return bool(past) and max(past, key=lambda item: item.start).get(code) is not None


def _existed(areas: Areas, code: str, day: date) -> bool:
    return any(item.get(code) is not None for item in areas.vintages if item.start <= day)


def _is_late(line: Contribution, areas: Areas | None) -> bool:
    """Whether a line of an area that is gone when its year begins was made after the area's end."""
    if areas is None or _in_force(areas, line.area, line.year.first_day):
        return False
    return not _in_force(areas, line.area, line.day) and _existed(areas, line.area, line.day)


def _optional_year(cells: Cells, column: str) -> FinancialYear | None:
    return cells.year(column) if cells.optional(column) else None


def _optional_day(cells: Cells, column: str) -> date | None:
    return cells.day(column) if cells.optional(column) else None


def _problem(row: Row, column: str, message: str, hint: str) -> Problem:
    return Problem("fund", f"{row.where}, column '{column}'", message, hint)
