"""In which years an area would take part: from the start, late, not to the end, or with years missed; and what other readings change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spf_analysis.errors import FundError
from spf_analysis.figures import Interpretation
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.periods import FinancialYear

JOINING, LEAVING, MISSING = "joining-late", "leaving-early", "missed-year"


@dataclass(frozen=True)
class Attendance:
    """The years of a term in which an area would raise its share: its first and last one, and those between that it misses.

    Raises FundError where the years are in no order, or a missed year is none of those between.
    """

    term: tuple[FinancialYear, ...]
    first: FinancialYear
    last: FinancialYear
    missed: frozenset[FinancialYear] = frozenset()

    def __post_init__(self) -> None:
        start, end = self.term[0], self.term[-1]
        if not start <= self.first <= self.last <= end:
            raise FundError(
                f"an area cannot take part from {self.first} to {self.last} in a term from {start} to {end}",
                where="years of taking part",
                hint="Name a first and a last year within the term, in this order.",
            )
        outside = sorted(year for year in self.missed if not self.first < year < self.last)
        if outside:
            raise FundError(
                f"{outside[0]} cannot be missed between {self.first} and {self.last}",
                where="years of taking part",
                hint="Name a year between the first and the last one; otherwise the area joins later or leaves earlier.",
            )

    @classmethod
    def throughout(cls, term: tuple[FinancialYear, ...]) -> Attendance:
        """Taking part in every year of a term."""
        return cls(term, term[0], term[-1])

    def includes(self, year: FinancialYear) -> bool:
        """Whether the area would raise its share in a year."""
        return self.first <= year <= self.last and year not in self.missed

    @property
    def joins_late(self) -> bool:
        return self.first > self.term[0]

    @property
    def leaves_early(self) -> bool:
        return self.last < self.term[-1]

    @property
    def years_committed(self) -> int:
        """Financial years of the commitment: as many as the term has where the area stays, from its own first year on [25, 32]."""
        if self.leaves_early:
            return self.last.start_year - self.first.start_year + 1
        return len(self.term)

    @property
    def years_after_the_term(self) -> int:
        """Years of the commitment of an area that joins late that would lie after the Fund's initial term."""
        return 0 if self.leaves_early else self.first.start_year - self.term[0].start_year


def readings_of(attendance: Attendance, matches: Mapping[FinancialYear, int], book: Rulebook) -> tuple[Interpretation, ...]:
    """The readings that the years of taking part rest on; effects are pounds of match over the term.

    `matches` gives what would be matched in each year of the term if the share were met in it.
    """
    matched = sum(amount for year, amount in matches.items() if attendance.includes(year))
    found: list[Interpretation] = []
    if attendance.joins_late:
        found.append(_reading(book, JOINING, (-matched,)))
    if attendance.leaves_early:
        found.append(_reading(book, LEAVING, (-matched,)))
    if attendance.missed:
        broken = sum(amount for year, amount in matches.items() if year > min(attendance.missed) and attendance.includes(year))
        found.append(_reading(book, MISSING, (-broken, sum(matches[year] for year in attendance.missed))))
    return tuple(found)


def _reading(book: Rulebook, name: str, effects: tuple[int, ...]) -> Interpretation:
    question = book.question(name)
    others = tuple(choice.text for choice in question.alternatives)
    pairs = tuple(zip(others, effects, strict=True))
    return Interpretation(question.id, question.question, question.chosen.text, others, question.reference, pairs)
