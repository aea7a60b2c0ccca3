"""Reading offers: a CSV table beside the ledger, empty but for its headings until someone makes an offer, and a confidential one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from spf_analysis import wording
from spf_analysis.areas import Areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.cells import Cells
from spf_analysis.fund.corrections import Entered, wrong_corrections
from spf_analysis.fund.ledger_reading import without_values
from spf_analysis.fund.offers import OFFER_STATUSES, OFFERERS, TARGETS, WISHES, Offer, Offers, Wish
from spf_analysis.periods import FinancialYear
from spf_analysis.records import RecordError, Row, read_csv

FILE = "offers.csv"
COLUMNS = (
    "id", "offerer", "kind", "amount", "first_year", "last_year", "wish", "target_by", "target", "interest", "conditions", "status",
    "date", "confidential", "supersedes", "source", "locator", "note",
)  # fmt: skip
RURALITIES = ("sparsely populated", "town and country", "mostly urban", "densely urban")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PER_CENT = re.compile(r"[1-9][0-9]?")
_LONGEST_ID = 60


def read_offers(folder: Path, areas: Areas | None, problems: list[Problem]) -> Offers:
    """The offers of a ledger's folder and of its folder `confidential`; none where there is no file. What is wrong goes to `problems`.

    Of a confidential line a problem tells the place and the column, never what the cell holds.
    """
    entered = _entered(folder / FILE, areas, problems)
    quiet: list[Problem] = []
    entered += _entered(folder / "confidential" / FILE, areas, quiet, apart=True)
    problems.extend(without_values(quiet))
    problems.extend([*wrong_corrections(entered), *_in_the_open(entered), *_of_two_kinds(entered)])
    return Offers(tuple(entry.line for entry in entered))


def rows_of(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    """The rows of a table that need not be there; whatever is wrong is added to `problems`."""
    if not path.exists():
        return []
    try:
        return read_csv(path, columns, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return []


def _entered(path: Path, areas: Areas | None, problems: list[Problem], *, apart: bool = False) -> list[Entered[Offer]]:
    made = [(_offer(Cells(row, problems), areas), row) for row in rows_of(path, COLUMNS, problems)]
    return [Entered(replace(item, confidential=item.confidential or apart), row.where, apart) for item, row in made if item]


def _offer(cells: Cells, areas: Areas | None) -> Offer | None:
    name, offerer, kind = readable_id(cells), cells.text("offerer"), cells.one_of("kind", OFFERERS)
    amount, first, last = cells.money("amount"), cells.year("first_year"), cells.year("last_year")
    status, day, reference = cells.one_of("status", OFFER_STATUSES), cells.day("date"), cells.reference()
    confidential = bool(cells.flag("confidential"))
    if first and last and last < first:
        wrong(cells, "last_year", f"{last} comes before {first}", "Swap the two years.")
        return None
    if first and areas is not None and not _known(cells, first, areas):
        return None
    wish = _wish(cells, first, areas)
    if not (amount and first and last and wish and day and reference):
        return None
    return Offer(
        name, offerer, kind, amount, first, last, wish, status, day, reference, cells.optional("conditions"), confidential,
        cells.optional("supersedes"), cells.optional("note"),
    )  # fmt: skip


def _known(cells: Cells, first: FinancialYear, areas: Areas) -> bool:
    """Whether there were areas in the first year; otherwise the problem is added."""
    try:
        areas.on(first.first_day)
    except FundError as error:
        wrong(cells, "first_year", error.problems[0].message, error.problems[0].hint)
        return False
    return True


def readable_id(cells: Cells) -> str:
    """An id that can name a folder: small letters, digits and hyphens."""
    name = cells.text("id")
    if name and (not _ID.fullmatch(name) or len(name) > _LONGEST_ID):
        wrong(cells, "id", f"'{name}' cannot be an id", "Write small letters, digits and single hyphens, such as trust-a-2026.")
    return name


def wrong(cells: Cells, column: str, message: str, hint: str) -> None:
    """Add a problem of one cell."""
    cells.problems.append(Problem("fund", f"{cells.row.where}, column '{column}'", message, hint))


def _wish(cells: Cells, first: FinancialYear | None, areas: Areas | None) -> Wish | None:
    way, by, targets = cells.one_of("wish", WISHES), cells.optional("target_by"), _listed(cells.row["target"])
    if way != "targeted":
        if by or targets:
            hint = "Write 'targeted' as its wish, or empty both target cells."
            wrong(cells, "target", f"an offer whose wish is '{way}' cannot have a target", hint)
        return Wish(way, interest=cells.optional("interest"))
    if not by or not targets:
        wrong(
            cells, "target", "a targeted offer needs 'target_by' and 'target'", f"Target by {wording.listed(TARGETS, 'or')}, and say which."
        )
        return None
    before = len(cells.problems)
    if cells.one_of("target_by", TARGETS) in TARGETS:
        cells.problems.extend(_unplaceable(cells, by, targets, first, areas))
    kept = tuple(item.removesuffix("%") for item in targets) if by == "deprivation" else targets
    return Wish(way, by, kept, cells.optional("interest")) if len(cells.problems) == before else None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def _unplaceable(cells: Cells, by: str, targets: Sequence[str], first: FinancialYear | None, areas: Areas | None) -> Iterable[Problem]:
    """What an offer is meant for and that there is not: it could never be placed."""
    where = f"{cells.row.where}, column 'target'"
    if by == "deprivation" and (len(targets) != 1 or not _PER_CENT.fullmatch(targets[0].removesuffix("%"))):
        yield Problem("fund", where, f"'{'; '.join(targets)}' is no part of the areas", "Write one whole number of per cent, such as 25.")
    elif by == "rurality":
        yield from _unknown(where, "band of density", targets, RURALITIES)
    elif areas is not None and first is not None and by == "region":
        yield from _unknown(where, "region", targets, sorted({area.region for area in areas.on(first.first_day)}))
    elif areas is not None and first is not None and by == "areas":
        for code in targets:
            yield from _not_there(where, code, first, areas)


def _unknown(where: str, noun: str, targets: Sequence[str], known: Sequence[str]) -> Iterable[Problem]:
    for name in targets:
        if name not in known:
            yield Problem("fund", where, f"'{name}' is no {noun}, so that the offer cannot be placed", f"There are: {'; '.join(known)}.")


def _not_there(where: str, code: str, first: FinancialYear, areas: Areas) -> Iterable[Problem]:
    try:
        areas.get(code, first.first_day)
    except FundError as error:
        for problem in error.problems:
            yield Problem("fund", where, f"{problem.message}; the offer cannot be placed there", problem.hint)


def _in_the_open(entries: Sequence[Entered[Offer]]) -> Iterable[Problem]:
    for entry in entries:
        if entry.line.confidential and not entry.apart:
            message = f"the offer '{entry.line.id}' is confidential and stands in a file that is kept in version control"
            yield Problem("fund", entry.where, message, "Move it to evidence/fund/ledger/confidential/offers.csv.")


def _of_two_kinds(entries: Sequence[Entered[Offer]]) -> Iterable[Problem]:
    superseded = {entry.line.supersedes for entry in entries}
    kinds: dict[str, Entered[Offer]] = {}
    for entry in (entry for entry in entries if entry.line.id not in superseded):
        earlier = kinds.setdefault(entry.line.offerer.casefold(), entry)
        if earlier.line.kind != entry.line.kind:
            message = f"who makes the offer '{entry.line.id}' is of another kind than in '{earlier.line.id}'"
            yield Problem("fund", entry.where, message, "Correct the kind, or tell the two offerers apart by name.")
