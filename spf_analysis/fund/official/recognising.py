"""Recognising what kind of official file one was given: by its layout, never by its name."""

from __future__ import annotations

from spf_analysis.errors import FundError
from spf_analysis.fund.official import deprivation, overall, practices, prices, registered, residents, workforce
from spf_analysis.fund.official.extract import FileKind
from spf_analysis.fund.official.sheet import OfficialFile

KINDS: tuple[FileKind, ...] = (
    prices.KIND,
    residents.KIND,
    overall.KIND,
    practices.KIND,
    registered.KIND,
    deprivation.KIND,
    workforce.KIND,
)


def recognise(file: OfficialFile) -> FileKind:
    """The kind of a file. Raises FundError for an unknown layout, saying what was looked for and what the file begins with."""
    found = next((kind for kind in KINDS if kind.fits(file)), None)
    if found is not None:
        return found
    looked_for = "".join(f"\n      {kind.title}: {kind.looked_for}" for kind in KINDS)
    raise FundError(
        f"the layout of the file is not known: {_begins(file)}",
        where=file.name,
        hint=f"Give one of these as published. Looked for was:{looked_for}",
    )


def _begins(file: OfficialFile) -> str:
    """The sheets of a workbook, or the first row of a CSV with more than one cell."""
    named = [f"'{sheet.name}'" for sheet in file.sheets if sheet.name]
    if named:
        return f"its sheets are {', '.join(named[:8])}"
    rows = [row for sheet in file.sheets for row in sheet.rows if sum(bool(cell) for cell in row) > 1]
    said = ", ".join(f"'{cell}'" for cell in rows[0][:8]) if rows else ""
    return f"it begins with {said}" if said else "it has no row with more than one cell"
