"""The Excel workbook in which an area enters its decision and its contributions: drop-downs, notes, protected headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spf_analysis.areas import Area
from spf_analysis.errors import TypesettingError
from spf_analysis.fund.ledger import LEGAL_FORMS, SOURCE_TYPES, STATUSES
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, PARTICIPATION
from spf_analysis.periods import FinancialYear

README, CONTRIBUTION_SHEET, PARTICIPATION_SHEET, LISTS = "Read me", "Contributions", "Participation", "Lists"
SHEETS: Mapping[str, tuple[str, ...]] = {CONTRIBUTION_SHEET: CONTRIBUTIONS, PARTICIPATION_SHEET: PARTICIPATION}
ROWS, WIDTH = 300, 18
FLAGS = ("yes", "no")
DAYS = ("date", "agreement_signed", "transfer_expected")
NOTES = {
    "id": "A name for this line, given once and never used again, such as qoc-2026-01.",
    "area": "ODS code of the area. Choose from the list.",
    "contributor": "Who contributes.",
    "source_type": "nhs, local_government, or employers_philanthropists.",
    "year": "Financial year of the money, such as 2026/27. One line for each year.",
    "amount": "Pounds and pence, above nothing.",
    "status": "pledged: on a condition. pledged_on_match: the match is its only condition. committed: none. transferred: received.",
    "date": "Day of the decision, the pledge or the transfer; of a correction, the day on which it is made.",
    "transfer_expected": "Day on which the money is expected; enter each instalment as a line of its own with its day.",
    "conditions": "What the money depends on, or what it is meant for. Empty where the match is the only condition.",
    "new_money": "yes or no; leave empty where nobody has declared it.",
    "new_money_evidence": "What shows that it is new money; needed where new_money is yes.",
    "brokered": "yes where the national side brokered the offer.",
    "may_be_named": "yes where the contributor may be named publicly; otherwise nobody is named.",
    "confidential": "yes where neither name nor amount may be shown. It is counted, kept apart, and never printed.",
    "supersedes": "The id of the line that this one corrects. The old line stays where it is.",
    "source": "Where this is recorded: a document's short name.",
    "locator": "The place in it, such as item 4.",
    "note": "A remark; in a correction, why it is made.",
    "takes_part": "yes or no.",
    "recorded_by": "Who recorded the decision.",
    "first_year": "First financial year of the commitment.",
    "last_year": "Last financial year of the commitment.",
    "agreement_signed": "Day on which the agreement was signed; empty where it is not.",
    "holder": "Who would hold the money locally: a legal vehicle of its own, neither the ICB nor a council.",
    "holder_legal_form": "Its legal form. Choose from the list.",
    "confidence_evidence": "Where that confidence is documented; needed where it is declared.",
    "voluntary_sector_confidence": "yes where the local voluntary sector's confidence is documented.",
}
WORDS = (
    "Social Prescribing Fund: entries for the ledger",
    "The Fund is a proposal in an unadopted early draft of January 2024. Taking part would be voluntary.",
    "One line for each contributor, year and status on the sheet Contributions; decisions on the sheet Participation.",
    "Nothing is ever deleted: to correct a line that has been imported, enter a new one, name the old one in 'supersedes', and say why.",
    "Leave empty what is not known; write no formulas. The headings are protected; each has a note.",
    "Check with: spf fund import FILE.xlsx. Enter with: spf fund import FILE.xlsx --write.",
)


def write_template(file: Path, areas: Sequence[Area], years: Sequence[FinancialYear]) -> None:
    """Write an empty workbook for these areas and years. Raises TypesettingError where the file cannot be written or is there already."""
    from openpyxl import Workbook as Book

    if file.exists():
        raise TypesettingError("the file is there already", where=str(file), hint="Name another one; it may hold entries.")
    book = Book()
    _words(book.active)
    lists = _lists(book.create_sheet(LISTS), areas, years)
    for title, columns in SHEETS.items():
        _sheet(book.create_sheet(title, 1 if title == CONTRIBUTION_SHEET else 2), columns, lists)
    book.active = 1
    try:
        book.save(file)
    except OSError as error:
        raise TypesettingError(f"the workbook cannot be written: {error.strerror}", where=str(file), hint="Name another place.") from error


def _words(sheet: Any) -> None:
    sheet.title = README
    for number, text in enumerate(WORDS, 1):
        sheet.cell(number, 1, text)
    sheet.column_dimensions["A"].width = 120
    sheet.protection.sheet = True


def _lists(sheet: Any, areas: Sequence[Area], years: Sequence[FinancialYear]) -> dict[str, str]:
    """The sheet that the drop-downs draw from; gives for each column that has one the range of its words."""
    words: dict[str, Sequence[str]] = {
        "area": [area.code for area in areas],
        "year": [str(year) for year in years],
        "source_type": SOURCE_TYPES,
        "status": STATUSES,
        "flag": FLAGS,
        "legal form": LEGAL_FORMS,
        "name": [area.short_name for area in areas],
    }
    ranges: dict[str, str] = {}
    for number, (name, items) in enumerate(words.items(), 1):
        sheet.cell(1, number, name)
        for row, item in enumerate(items, 2):
            sheet.cell(row, number, item).number_format = "@"
        letter = sheet.cell(1, number).column_letter
        ranges[name] = f"{LISTS}!${letter}$2:${letter}${len(items) + 1}"
    sheet.protection.sheet = True
    flags = dict.fromkeys(
        ("new_money", "brokered", "may_be_named", "confidential", "takes_part", "voluntary_sector_confidence"), ranges["flag"]
    )
    terms = dict.fromkeys(("year", "first_year", "last_year"), ranges["year"])
    named = {name: ranges[name] for name in ("area", "source_type", "status")}
    return {**flags, **terms, **named, "holder_legal_form": ranges["legal form"]}


def _sheet(sheet: Any, columns: tuple[str, ...], lists: Mapping[str, str]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill, Protection

    for number, column in enumerate(columns, 1):
        head = sheet.cell(1, number, column)
        head.font, head.fill, head.alignment = Font(bold=True), PatternFill("solid", fgColor="DDE7F0"), Alignment(wrap_text=True)
        head.comment = Comment(NOTES[column], "workbench", height=90, width=280)
        sheet.column_dimensions[head.column_letter].width = WIDTH
        for row in range(2, ROWS + 2):
            cell = sheet.cell(row, number)
            cell.protection = Protection(locked=False)
            cell.number_format = "yyyy-mm-dd" if column in DAYS else "0.00" if column == "amount" else "@"
        _rule(sheet, column, head.column_letter, lists)
    sheet.freeze_panes = "A2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False


def _rule(sheet: Any, column: str, letter: str, lists: Mapping[str, str]) -> None:
    """What a column's cells may hold, as Excel itself checks it."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column in lists:
        rule = DataValidation(type="list", formula1=f"={lists[column]}", allow_blank=True)
        rule.error = f"Choose from the list: {NOTES[column]}"[:250]
    elif column == "amount":
        rule = DataValidation(type="decimal", operator="greaterThan", formula1="0", allow_blank=True)
        rule.error = "Write pounds and pence, above nothing."
    elif column in DAYS:
        rule = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
        rule.error = "Write a day."
    else:
        return
    rule.errorTitle, rule.showErrorMessage = column, True
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS + 1}")
