"""The table of costs to be filled in, as CSV or as an Excel workbook: one row for each part of a full cost, no figure in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spf_analysis.errors import TypesettingError, UsageError
from spf_analysis.fund.cost_reading import COLUMNS, LINES, SHEET, CostWords
from spf_analysis.fund.full_cost import ANY, PARTS

ROWS = 200
NOTES = {
    "line": "scheme, year and referrals once; cost: what something costs; paid: what is paid of it; carries: who bears the rest.",
    "way": "In rows 'paid' and 'carries': the way of funding, such as payment.pay-as-you-go.",
    "part": "Part of the full cost. In a row 'paid', 'any' stands for money that is not tied to a part.",
    "payer": "Who pays; in a row 'carries', who bears what nobody pays.",
    "money": "Where the money comes from, such as money.local-government; may be left empty.",
    "item": "What it is: an activity leader's hours, rent of a room.",
    "quantity": "How many in a year.",
    "unit_cost": "Pounds for one. Write 0 in a row 'paid' to state that nothing is paid; without a row it is not reported.",
    "grounds": "Where your own figure is from, such as own accounts 2025/26.",
    "source": "Or the id of a registered source.",
    "locator": "The place in that source.",
}


def write_cost_template(file: Path, words: CostWords) -> None:
    """Write the empty table. Raises UsageError for another ending, TypesettingError where the file is there or cannot be written."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(
            f"'{file.name}' ends in neither .csv nor .xlsx", where=file.name, hint="Name the file with one of the two endings."
        )
    if file.exists():
        raise TypesettingError("the file is there already", where=file.name, hint="Name another one; it may hold entries.")
    try:
        if file.suffix.lower() == ".csv":
            file.write_text(_table(), encoding="utf-8-sig")
        else:
            _book(words).save(file)
    except OSError as error:
        raise TypesettingError(f"the file cannot be written: {error.strerror}", where=file.name, hint="Name another place.") from error


def _lines() -> list[dict[str, str]]:
    """The rows that the table starts with; a row in which nothing is entered counts for nothing."""
    head = [{"line": line} for line in ("scheme", "year", "referrals")]
    return [*head, *({"line": "cost", "part": part} for part in PARTS)]


def _table() -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_lines())
    return out.getvalue()


def _book(words: CostWords) -> Any:
    from openpyxl import Workbook as Book
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    book = Book()
    sheet = book.active
    sheet.title = SHEET
    for number, column in enumerate(COLUMNS, 1):
        head = sheet.cell(1, number, column)
        head.font, head.comment = Font(bold=True), Comment(NOTES[column], "workbench", height=90, width=280)
        sheet.column_dimensions[head.column_letter].width = 18
    for row, line in enumerate(_lines(), 2):
        for column, text in line.items():
            sheet.cell(row, COLUMNS.index(column) + 1, text)
    sheet.freeze_panes = "A2"
    _drop_downs(book, sheet, {"line": LINES, "part": (*PARTS, ANY), "way": tuple(words.ways), "money": tuple(words.money)})
    return book


def _drop_downs(book: Any, sheet: Any, choices: dict[str, Sequence[str]]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("Words")
    for number, (column, items) in enumerate(choices.items(), 1):
        lists.cell(1, number, column)
        for row, item in enumerate(items, 2):
            lists.cell(row, number, item)
        letter, own = lists.cell(1, number).column_letter, sheet.cell(1, COLUMNS.index(column) + 1).column_letter
        rule = DataValidation(type="list", formula1=f"=Words!${letter}$2:${letter}${len(items) + 1}", allow_blank=True)
        sheet.add_data_validation(rule)
        rule.add(f"{own}2:{own}{ROWS}")
