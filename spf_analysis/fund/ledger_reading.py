"""Reading the Fund's ledger: CSV tables, empty but for their headings until someone commits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from spf_analysis.areas import Areas
from spf_analysis.errors import Problem
from spf_analysis.fund.endowment import Endowment
from spf_analysis.fund.ledger import Ledger, NationalCommitment, Participation, Tranche
from spf_analysis.fund.ledger_checking import LedgerLine, problems_between
from spf_analysis.fund.ledger_rows import contributions_of, endowment_of, nationals_of, participations_of, tranches_of
from spf_analysis.fund.national_checking import problems_of_endowment, problems_of_national
from spf_analysis.records import RecordError, Row, read_csv

FILE, DECISIONS, NATIONAL_FILE = "contributions.csv", "participation.csv", "national_commitments.csv"
TRANCHES_FILE, ENDOWMENT_FILE = "tranches.csv", "endowment.csv"
_QUOTED = re.compile(r"'[^']*'")
PARTICIPATION = (
    "area", "takes_part", "date", "recorded_by", "first_year", "last_year", "agreement_signed", "holder", "holder_legal_form",
    "voluntary_sector_confidence", "confidence_evidence", "source", "locator", "note",
)  # fmt: skip
CONTRIBUTIONS = (
    "id", "area", "contributor", "source_type", "year", "amount", "status", "date", "transfer_expected", "conditions", "new_money",
    "new_money_evidence", "brokered", "may_be_named", "confidential", "supersedes", "source", "locator", "note",
)  # fmt: skip
NATIONAL = (
    "id", "investor", "statutory", "year", "area", "amount", "status", "date", "transfer_expected", "tranche", "supersedes", "source",
    "locator", "note",
)  # fmt: skip
TRANCHES = ("id", "title", "first_year", "last_year", "match_ratio", "source", "locator", "note")
ENDOWMENT = ("id", "date", "kind", "amount", "source", "locator", "note")


@dataclass(frozen=True)
class LedgerLines:
    """The lines of a ledger, each with the place where it was entered."""

    participations: tuple[tuple[Participation, str], ...]
    contributions: tuple[LedgerLine, ...]
    national: tuple[tuple[NationalCommitment, str], ...]
    tranches: tuple[Tranche, ...] = ()
    endowment: Endowment = field(default_factory=Endowment)

    def ledger(self) -> Ledger:
        """The ledger of these lines."""
        return Ledger(
            tuple(item for item, _ in self.participations),
            tuple(item.line for item in self.contributions),
            tuple(item for item, _ in self.national),
            self.tranches,
            self.endowment,
        )


def read_ledger(folder: Path, areas: Areas | None, problems: list[Problem]) -> Ledger:
    """The ledger of a folder; whatever is wrong is added to `problems`. Without areas, codes are not checked."""
    return read_entries(folder, areas, problems).ledger()


def read_entries(folder: Path, areas: Areas | None, problems: list[Problem]) -> LedgerLines:
    """The lines of a folder and of its folder `confidential`, which version control ignores; whatever is wrong is added to `problems`."""
    decided = participations_of(_rows(folder / DECISIONS, PARTICIPATION, problems), areas, problems)
    contributions = contributions_of(_rows(folder / FILE, CONTRIBUTIONS, problems), areas, problems)
    apart: list[Problem] = []
    contributions += contributions_of(_further(folder / "confidential" / FILE, CONTRIBUTIONS, apart), areas, apart, apart=True)
    problems.extend(without_values(apart))
    national = nationals_of(_rows(folder / NATIONAL_FILE, NATIONAL, problems), areas, problems)
    tranches = tranches_of(_further(folder / TRANCHES_FILE, TRANCHES, problems), problems)
    moved = endowment_of(_further(folder / ENDOWMENT_FILE, ENDOWMENT, problems), problems)
    problems.extend(problems_between(contributions, decided))
    problems.extend(problems_of_national(national, decided, tranches))
    problems.extend(problems_of_endowment(moved))
    endowment = Endowment(tuple(item for item, _ in moved))
    return LedgerLines(tuple(decided), tuple(contributions), tuple(national), tuple(tranches), endowment)


def without_values(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of confidential lines with what the cells hold left out: a message may be copied into a log."""
    return [replace(problem, message=_QUOTED.sub("the entry", problem.message)) for problem in problems]


def _rows(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    try:
        return read_csv(path, columns, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return []


def _further(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    """The rows of a table that may be absent."""
    return _rows(path, columns, problems) if path.exists() else []
