"""Dated values of the Fund's rules: each knows from which day it holds and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.errors import FundError
from spf_analysis.figures import Reference

Content = Decimal | str | bool | tuple[str, ...]
NUMBERS = frozenset({"GBP", "GBP per head", "per cent", "ratio", "years", "count", "FTE", "people"})
UNITS = NUMBERS | {"text", "list", "flag", "day"}


@dataclass(frozen=True)
class DatedValue:
    """A value that holds from a day until the next one, with its reference."""

    day: date
    value: Content
    reference: Reference
    note: str | None = None

    @property
    def number(self) -> Decimal:
        """The value as an exact number. Raises FundError where it is not one."""
        if not isinstance(self.value, Decimal):
            raise FundError(f"'{self.value}' is not a number", where=self.reference.locator)
        return self.value


@dataclass(frozen=True)
class Parameter:
    """One quantity or choice of a rule over time. `file` is where a new value is added."""

    id: str
    description: str
    unit: str
    values: tuple[DatedValue, ...]
    file: str = ""

    def at(self, day: date) -> DatedValue:
        """The value that holds on a day. Raises FundError for a day before the first, saying what there is."""
        found = [item for item in self.values if item.day <= day]
        if found:
            return max(found, key=lambda item: item.day)
        raise FundError(
            f"'{self.id}' has no value for {wording.day(day)}; the first is {wording.day(self.first.day)} ({self._said(self.first)})",
            where="fund",
            hint=f"Ask for a later day, or add the value with its reference to {self.file}.",
        )

    def of_month(self, year: int, month: int) -> DatedValue:
        """The value published for that very month. Raises FundError that names the month and the last (or first) one there is."""
        wanted = date(year, month, 1)
        found = next((item for item in self.values if item.day == wanted), None)
        if found:
            return found
        edge, word = (self.last, "last") if wanted > self.last.day else (self.first, "first")
        raise FundError(
            f"'{self.id}' has no value for {wanted:%B %Y}; the {word} is {edge.day:%B %Y} ({edge.value})",
            where="fund",
            hint=f"Add it with its reference to {self.file}, or name a scenario.",
        )

    def with_value(self, item: DatedValue) -> Parameter:
        """The parameter with one more value; a value of the same day is kept as it was."""
        if any(known.day == item.day for known in self.values):
            return self
        return Parameter(self.id, self.description, self.unit, tuple(sorted((*self.values, item), key=lambda known: known.day)), self.file)

    @property
    def first(self) -> DatedValue:
        return min(self.values, key=lambda item: item.day)

    @property
    def last(self) -> DatedValue:
        return max(self.values, key=lambda item: item.day)

    def _said(self, item: DatedValue) -> str:
        return wording.pounds_and_pence(item.number) if self.unit.startswith("GBP") else str(item.value)


@dataclass(frozen=True)
class Rule:
    """One rule of the Fund by document edition: what it says in our words, its parameters and the interpretations it rests on."""

    id: str
    edition: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    interpretations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One possible reading: its id, and the reading in a sentence."""

    id: str
    text: str


@dataclass(frozen=True)
class OpenQuestion:
    """A question that the draft leaves open: the reading chosen, those not taken, and where the reading matters."""

    id: str
    question: str
    chosen: Choice
    alternatives: tuple[Choice, ...]
    reference: Reference
    bears_on: str


@dataclass(frozen=True)
class Rulebook:
    """All rules and interpretations of the Fund."""

    rules: tuple[Rule, ...]
    questions: tuple[OpenQuestion, ...]

    def parameter(self, name: str) -> Parameter:
        """The parameter of that id. Raises FundError where no rule has it."""
        found = next((item for rule in self.rules for item in rule.parameters if item.id == name), None)
        if found is None:
            raise FundError(f"no rule has a parameter '{name}'", where="evidence/fund/rules", hint="Add it to the rule it belongs to.")
        return found

    def rule(self, name: str) -> Rule:
        """The rule of that id. Raises FundError where there is none."""
        found = next((rule for rule in self.rules if rule.id == name), None)
        if found is None:
            known = wording.listed(rule.id for rule in self.rules)
            raise FundError(f"there is no rule '{name}'", where="evidence/fund/rules", hint=f"There are {known}.")
        return found

    def question(self, name: str) -> OpenQuestion:
        """The interpretation of that id. Raises FundError where there is none."""
        found = next((item for item in self.questions if item.id == name), None)
        if found is None:
            raise FundError(f"there is no interpretation '{name}'", where="evidence/fund/rules/interpretations.yaml", hint="Add it there.")
        return found

    def with_parameter(self, parameter: Parameter) -> Rulebook:
        """The rulebook with one parameter replaced."""
        rules = tuple(
            Rule(
                rule.id,
                rule.edition,
                rule.title,
                rule.summary,
                tuple(parameter if item.id == parameter.id else item for item in rule.parameters),
                rule.interpretations,
            )
            for rule in self.rules
        )
        return Rulebook(rules, self.questions)
