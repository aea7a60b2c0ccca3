"""Numbers as they are written, figures that contradict them, and numbers of claims that nothing behind them holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.model import ReportedFigure
from spf_analysis.evidence.numerals import contradicted, numerals, unheld


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("28%", [(28, "per cent")]),
        ("28 per cent", [(28, "per cent")]),
        ("20-40%", [(20, "per cent"), (40, "per cent")]),
        ("between 20 and 40%", [(20, "per cent"), (40, "per cent")]),
        ("7 studies and 28%", [(7, "count"), (28, "per cent")]),
        ("over £100million", [(100_000_000, "pounds")]),
        ("£67.4m", [(67_400_000, "pounds")]),
        ("£3-5bn", [(3_000_000_000, "pounds"), (5_000_000_000, "pounds")]),
        ("£3m-£5m", [(3_000_000, "pounds"), (5_000_000, "pounds")]),
        ("90p", [(0.9, "pounds")]),
        ("40-60p", [(0.4, "pounds"), (0.6, "pounds")]),
        ("13,858", [(13_858, "count")]),
        ("one in five", [(20, "per cent")]),
        ("1 in 5", [(20, "per cent")]),
        ("three to four months", [(3, "count"), (4, "count")]),
        ("COVID-19 and B12, 1st and 2.3.4", []),
        ("twenty-five, two decades", [(2, "count")]),
    ],
)
def test_numbers_are_read_with_scale_and_kind(text: str, found: list[tuple[float, str]]) -> None:
    assert [(pytest.approx(one.value), one.kind) for one in numerals(text, spelt=True)] == found


@pytest.mark.parametrize(
    ("value", "upper", "unit", "written", "wrong"),
    [
        (82, None, "per cent", "28%", (82,)),
        (28, None, "per cent", "28%", ()),
        (-28, None, "per cent", "28%", ()),
        (0.28, None, "ratio", "28%", ()),
        (0.28, None, "per cent", "28%", (0.28,)),
        (20, 40, "per cent", "20-40%", ()),
        (30, None, "per cent", "20-40%", ()),
        (20, 45, "per cent", "20-40%", (45,)),
        (13_859, None, "count", "13,858", (13_859,)),
        (615_000, None, "GBP", "£615m", (615_000,)),
        (0.9, None, "GBP per head", "90p", ()),
        (90, None, "pence", "90p", ()),
        (6, None, "schemes", "five", (6,)),
        (33, None, "per cent", "a third", ()),
        (5, None, "months", "three to four months", (5,)),
    ],
)
def test_a_value_is_the_number_that_is_written(
    value: float, upper: float | None, unit: str, written: str, wrong: tuple[float, ...]
) -> None:
    assert contradicted(ReportedFigure(value=value, upper=upper, unit=unit, what="x", as_written=written)) == wrong


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (4, "meetings a year", "quarterly"),
        (20, "years", "two decades"),
        (1.5, "years", "18 months"),
        (250, "people", "two hundred and fifty"),
    ],
)
def test_what_cannot_be_compared_is_left_alone(value: float, unit: str, written: str) -> None:
    assert contradicted(ReportedFigure(value=value, unit=unit, what="x", as_written=written)) == ()


@given(st.integers(0, 10**9), st.integers(0, 10**9))
@example(999_999_999, 10**9)
def test_a_count_is_contradicted_by_every_other_count(value: int, other: int) -> None:
    figure = ReportedFigure(value=value, unit="people", what="x", as_written=f"{other:,} people")
    assert bool(contradicted(figure)) == (value != other)


def test_years_dates_and_names_need_no_finding_and_a_percentage_is_held_by_a_percentage(base: EvidenceBase) -> None:
    behind = [base.findings["walker-2020.loneliness-fell"]]
    assert unheld("In 2019/20, on 3 May 2020, NHS 10 and section 4 said so of 2021.", behind) == ()
    (figure, *_) = behind[0].figures
    count = f"{figure.value}"
    assert unheld(f"It says {count}.", [behind[0].model_copy(update={"statement": "x", "figures": ()})]) == (count,)
    assert unheld("It says 58%, 58% and £7 million.", behind) == ("58%", "£7 million")
    held = [behind[0].model_copy(update={"statement": "Of 58 walkers seven million came.", "figures": ()})]
    assert unheld("It says 58%, 58 and £7m.", held) == ("58%",)


def test_a_number_that_is_worked_out_stands_where_the_exception_names_it(folder: Path) -> None:
    path = folder / "claims" / "walking.yaml"
    text = path.read_text().replace("among 40 walkers", "among 58 walkers", 1)
    for reason, told in (
        ("", ["the claim says 58, and no finding behind it does"]),
        ("The sum of 40 walkers and 18 gardeners is 58.", []),
        ("The sum of 40 walkers and 18 gardeners, 158.", ["the claim says 58, and no finding behind it does"]),
    ):
        exception = f"    kind: effect\n    wording_exception: {reason}\n" if reason else "    kind: effect\n"
        path.write_text(text.replace("    kind: effect\n", exception, 1))
        said = [problem.message for problem in problems_of(folder)]
        assert [message for message in said if "58" in message] == told
