"""Problems as text and data, and the exit code that each kind earns."""

from __future__ import annotations

import pickle

import pytest

from spf_analysis import errors
from spf_analysis.errors import EvidenceError, FundError, Problem, SpfError, TypesettingError, UsageError, exit_code_for


def test_a_problem_says_where_what_and_what_to_do() -> None:
    assert str(Problem("fund", "areas.csv, line 3", "it is wrong", "Put it right.")) == "areas.csv, line 3: it is wrong\n  → Put it right."
    assert str(Problem("fund", "", "it is wrong")) == "it is wrong"


def test_an_error_of_one_sentence_becomes_one_problem_of_its_kind() -> None:
    error = FundError("no such area", where="area", hint="Look again.")
    assert error.problems == (Problem("fund", "area", "no such area", "Look again."),)
    assert str(error) == "area: no such area\n  → Look again."


def test_an_error_keeps_its_problems_when_it_comes_from_another_process() -> None:
    error = EvidenceError([Problem("evidence", "a", "b", "c"), Problem("evidence", "d", "e", "f")])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is EvidenceError
    assert again.problems == error.problems


@pytest.mark.parametrize(
    ("kinds", "code"),
    [((), 0), (("usage",), 2), (("source",), 11), (("evidence",), 12), (("fund",), 13), (("briefing",), 14), (("typesetting",), 15)],
)
def test_each_kind_has_its_exit_code(kinds: tuple[str, ...], code: int) -> None:
    assert exit_code_for(Problem(kind, "", "") for kind in kinds) == code


def test_the_lowest_exit_code_wins() -> None:
    assert exit_code_for([Problem("typesetting", "", ""), Problem("fund", "", ""), Problem("briefing", "", "")]) == 13


def test_a_kind_that_nobody_knows_is_a_bug() -> None:
    assert exit_code_for([Problem("mystery", "", "")]) == 1


def test_the_drawing_at_the_top_of_the_file_is_the_hierarchy() -> None:
    for error in (UsageError, *SpfError.__subclasses__()):
        if error.__module__ == errors.__name__:
            assert f"{error.__name__}" in (errors.__doc__ or "")
            assert any(error.__name__ in line and str(error.exit_code) in line for line in (errors.__doc__ or "").splitlines())
    assert TypesettingError.exit_code == max(errors.EXIT_CODES.values())
