"""Answers that are worked out once for each question, and anew for another value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from spf_analysis.once import once
from spf_analysis.periods import FinancialYear


@dataclass(frozen=True)
class Register:
    """A register of notes that remembers how often it was looked through."""

    notes: tuple[str, ...]
    looked: list[str] = field(default_factory=list, compare=False)

    @once
    def of(self, year: FinancialYear | str, *, internal: bool = False) -> list[str]:
        self.looked.append(str(year))
        if str(year) not in "".join(self.notes):
            raise KeyError(str(year))
        return [note for note in self.notes if str(year) in note and (internal or "secret" not in note)]


REGISTER = ("2026/27 open", "2026/27 secret")


def test_the_same_question_is_worked_out_once_however_it_is_put() -> None:
    register = Register(REGISTER)
    first = register.of("2026/27")
    assert register.of(FinancialYear(2026)) is first
    assert register.of(year="2026/27", internal=False) is first
    assert register.looked == ["2026/27"]


def test_another_argument_is_another_question() -> None:
    register = Register(REGISTER)
    assert register.of("2026/27") == ["2026/27 open"]
    assert register.of("2026/27", internal=True) == list(REGISTER)


def test_a_value_with_something_replaced_begins_without_answers() -> None:
    register = Register(REGISTER)
    register.of("2026/27")
    assert replace(register, notes=("2026/27 other",)).of("2026/27") == ["2026/27 other"]


def test_an_error_is_met_each_time() -> None:
    register = Register(REGISTER)
    for _ in range(2):
        with pytest.raises(KeyError):
            register.of("2027/28")
    assert register.looked == ["2027/28", "2027/28"]


def test_what_was_asked_is_no_part_of_the_value() -> None:
    asked, other = Register(REGISTER), Register(REGISTER)
    asked.of("2026/27")
    asked.of("2026/27")
    assert asked == other
    assert hash(asked) == hash(other)
