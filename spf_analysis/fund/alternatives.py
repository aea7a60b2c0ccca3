"""What the readings not taken would change: each alternative's share for every area, and its effect in pounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from spf_analysis.areas import Areas
from spf_analysis.figures import Interpretation
from spf_analysis.fund import rules
from spf_analysis.fund.allocation import Allocation, allocate, rate_path
from spf_analysis.fund.parameters import Choice, OpenQuestion, Rulebook
from spf_analysis.fund.tables import Tables
from spf_analysis.once import once
from spf_analysis.periods import FinancialYear

Amounts = Mapping[str, int | None]


@dataclass(frozen=True)
class Effect:
    """What one alternative would change in England in a year, in pounds.

    `local_total` is the change in what all areas together would raise, `moved` what would pass from some areas to others,
    `most` and `least` the areas that it would raise and lower furthest; None where it cannot be worked out.
    """

    interpretation: str
    alternative: Choice
    local_total: int | None
    moved: int | None
    most: tuple[str, int] | None
    least: tuple[str, int] | None


@dataclass(frozen=True)
class Alternatives:
    """The readings not taken, worked out against the allocation of a year."""

    book: Rulebook
    tables: Tables
    areas: Areas
    chosen: Allocation

    @once
    def shares(self, choice: str) -> Amounts | None:
        """Each area's share under an alternative, None for areas that it does not define; None where it moves no share at all."""
        ways: dict[str, Callable[[], Amounts]] = {
            "april-2024": lambda: self._at_rate(rate_path(self.book, self.chosen.year, first_update=2024).rate),
            "first-year-of-the-fund": lambda: self._at_rate(self.chosen.path.base.number),
            "registered": self._registered,
            "once": self._once,
            "split-by-weighted-population": self._split,
            "as-in-the-draft": self._as_in_the_draft,
            "the-flat-rate": self._flat,
        }
        return ways[choice]() if choice in ways else None

    def for_area(self, code: str) -> tuple[Interpretation, ...]:
        """All interpretations, with what each alternative would change for the area in pounds."""
        return tuple(self._interpretation(question, code) for question in self.book.questions)

    def effects(self) -> tuple[Effect, ...]:
        """What each alternative would change in England."""
        return tuple(self._effect(question, choice) for question in self.book.questions for choice in question.alternatives)

    def _interpretation(self, question: OpenQuestion, code: str) -> Interpretation:
        effects = tuple((choice.text, self._difference(choice.id, code)) for choice in question.alternatives)
        others = tuple(choice.text for choice in question.alternatives)
        return Interpretation(question.id, question.question, question.chosen.text, others, question.reference, effects)

    def _difference(self, choice: str, code: str) -> int | None:
        amount = (self.shares(choice) or {}).get(code)
        return None if amount is None else amount - self.chosen.shares[code]

    def _effect(self, question: OpenQuestion, choice: Choice) -> Effect:
        shares = self.shares(choice.id)
        if shares is None:
            return Effect(question.id, choice, None, None, None, None)
        changes = {code: amount - self.chosen.shares[code] for code, amount in shares.items() if amount is not None}
        complete = len(changes) == len(self.chosen.shares)
        total = sum(changes.values()) if complete else self._change_of_total(choice.id)
        moved = min(sum(c for c in changes.values() if c > 0), -sum(c for c in changes.values() if c < 0)) if complete else None
        ranked = sorted(changes.items(), key=lambda item: (item[1], item[0]))
        return Effect(question.id, choice, total, moved, ranked[-1] if ranked else None, ranked[0] if ranked else None)

    def _change_of_total(self, choice: str) -> int | None:
        return 0 if choice in ("once", "as-in-the-draft") else None

    def _people(self) -> dict[str, int]:
        return {code: item.residents for code, item in self.chosen.residents.items()}

    def _at_rate(self, rate: Decimal) -> Amounts:
        return rules.local_investment_shares(rate, self._people(), self.chosen.needs)

    def _registered(self) -> Amounts:
        registered = {code: item.registered for code, item in self.chosen.weights.items()}
        return rules.local_investment_shares(self.chosen.path.rate, registered, self.chosen.needs)

    def _split(self) -> Amounts:
        weighted = {code: Decimal(item.weighted) for code, item in self.chosen.weights.items()}
        total, parts = self.chosen.local_total, sum(weighted.values(), Decimal(0))
        return rules.largest_remainder({code: total * part / parts for code, part in weighted.items()}, total)

    def _flat(self) -> Amounts:
        flat = {code: Decimal(1) for code in self.chosen.needs}
        return rules.local_investment_shares(self.chosen.path.rate, self._people(), flat)

    def _once(self) -> Amounts:
        """The share of the draft's first year, moved by prices only."""
        first = FinancialYear.containing(self.chosen.path.base.day)
        before = allocate(self.book, self.tables, self.areas, first)
        ratio = self.chosen.path.rate / before.path.rate
        return self._carried(before, ratio)

    def _as_in_the_draft(self) -> Amounts:
        """The shares of the areas in force when the draft's price holds first, added up where they merged whole."""
        vintage = self.areas.vintage(self.chosen.path.base.day)
        return self._carried(allocate(self.book, self.tables, self.areas, self.chosen.year, vintage), Decimal(1))

    def _carried(self, before: Allocation, ratio: Decimal) -> Amounts:
        found: dict[str, int | None] = {}
        for code in self.chosen.shares:
            former = self.areas.whole_predecessors(code, before.vintage.start, self.chosen.vintage.start)
            amounts = [before.unrounded[item] for item in former] if former else None
            found[code] = rules.whole_pounds(sum(amounts, Decimal(0)) * ratio) if amounts else None
        return found
