"""No arithmetic over what is printed gives a confidential line away: neither on one day nor as a difference between two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.disclosure import gives_away, may_be_given
from spf_analysis.fund.ledger import SOURCE_TYPES, Contribution, Ledger, Participation
from spf_analysis.fund.transfers import together
from spf_analysis.periods import FinancialYear

YEAR, MINUTES, START = FinancialYear(2026), Reference("minutes-2026", "item 4"), date(2026, 5, 1)
AREAS = ("QOC", "QJK", "QT6")
DAYS = tuple(START + timedelta(days) for days in range(6))


@cache
def read_once() -> Fund:
    return read_fund(Path(__file__).parents[3] / "evidence" / "fund")


def line(name: str, area: str, who: str, kind: str, pounds: int, day: int = 0, *, quiet: bool = True, **more: Any) -> Contribution:
    made = Contribution(name, area, who, kind, YEAR, Decimal(pounds), "committed", DAYS[day], MINUTES, confidential=quiet)
    return replace(made, **more)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Open and confidential lines of a few contributors in three areas over six days, some corrected later, and areas that leave."""
    lines: list[Contribution] = []
    kinds, last = draw(st.sampled_from([SOURCE_TYPES, ("nhs",), ("nhs",)])), draw(st.sampled_from([0, 0, 3]))
    for number in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(kinds))
        who = f"{kind} {draw(st.integers(1, 5))}"
        quiet, day, area = draw(st.booleans()) or number == 0, draw(st.integers(0, last)), draw(st.sampled_from(AREAS))
        status = draw(st.sampled_from(["committed", "committed", "transferred", "pledged"]))
        lines.append(line(f"c{number}", area, who, kind, draw(st.integers(1, 999)), day, quiet=quiet, status=status))
        if day < 3 and draw(st.integers(0, 9)) == 0:
            correction = replace(lines[-1], id=f"d{number}", amount=Decimal(draw(st.integers(1, 999))), day=DAYS[day + 1])
            lines.append(replace(correction, supersedes=f"c{number}", note="corrected"))
    left = draw(st.sampled_from([None, None, None, *AREAS]))
    decided = (Participation(left, False, DAYS[draw(st.integers(1, 3))], "board", MINUTES),) if left else ()
    return Ledger(decided, tuple(lines))


def printed(ledger: Ledger) -> list[Fraction | None]:
    """Every number that is printed of a ledger: positions, accounts and transfers, now and as of every day."""
    fund = replace(read_once(), ledger=ledger)
    found: list[Fraction | None] = []
    for day in (*DAYS[:3], None):
        found += numbers(fund.position(YEAR, at=day).as_dict())
        accounts = [fund.account(code, YEAR, at=day) for code in AREAS]
        for account in accounts:
            found += numbers(account.as_dict())
        found += numbers(together([account.local for account in accounts]).as_dict())
    return found


def numbers(content: Any) -> list[Fraction | None]:
    """The numbers of a document in its order, sentences among them by the digits they hold; None where one is missing."""
    return list(_numbers(json.loads(json.dumps(content))))


def _numbers(content: Any) -> Iterator[Fraction | None]:
    if isinstance(content, dict):
        for item in content.values():
            yield from _numbers(item)
    elif isinstance(content, list):
        for item in content:
            yield from _numbers(item)
    elif isinstance(content, str):
        digits = "".join(letter for letter in content if letter.isdigit())
        yield Fraction(digits) if digits else None
    elif content is None or not isinstance(content, bool):
        yield None if content is None else Fraction(str(content))


def determined(rows: Sequence[Sequence[Fraction]], width: int) -> list[int]:
    """Which unknowns the equations of these coefficients determine: those alone in a row once the equations are solved."""
    left = [list(row) for row in rows if any(row)]
    solved: list[list[Fraction]] = []
    for column in range(width):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left = [row for row in left if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        left = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in left]
        solved = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in solved]
        solved.append(pivot)
    return [row.index(1) for row in solved if sum(1 for value in row if value) == 1]


FULL = tuple(line(f"c{number}", AREAS[number % 3], f"Trust {number}", "nhs", 100 + number, day=number // 3) for number in range(8))


TWO_STAY = tuple(line(f"c{number}", area, f"nhs {number}", "nhs", 1) for number, area in enumerate(("QOC", "QOC", "QT6", "QT6", "QT6")))


@given(ledgers())
@example(Ledger((), FULL))
@example(Ledger((Participation("QT6", False, DAYS[1], "board", MINUTES),), TWO_STAY))
@example(Ledger((), (*TWO_STAY, replace(TWO_STAY[0], id="d0", day=DAYS[1], supersedes="c0", note="corrected"))))
@settings(max_examples=15, deadline=None)
def test_no_equation_over_what_is_printed_determines_a_confidential_amount(ledger: Ledger) -> None:
    """Not for a stranger who knows every open line, and not for a contributor who knows its own lines too."""
    quiet = [index for index, item in enumerate(ledger.contributions) if item.confidential]
    base = printed(ledger)
    columns = []
    for index in quiet:
        lines = list(ledger.contributions)
        lines[index] = replace(lines[index], amount=lines[index].amount + Decimal("0.37"))
        moved = printed(replace(ledger, contributions=tuple(lines)))
        assert [item is None for item in moved] == [item is None for item in base]
        columns.append([(b or Fraction(0)) - (a or Fraction(0)) for a, b in zip(base, moved, strict=True)])
    rows = [[column[row] for column in columns] for row in range(len(base))]
    event("a sum counts confidential lines" if any(map(any, rows)) else "no sum counts a confidential line")
    assert determined(rows, len(quiet)) == []
    names = [ledger.contributions[index].contributor for index in quiet]
    for who in set(names):
        others = [column for column, name in enumerate(names) if name != who]
        assert determined([[row[column] for column in others] for row in rows], len(others)) == []


def test_the_check_itself_finds_what_is_given_away() -> None:
    one, nil = Fraction(1), Fraction(0)
    assert determined([[one, one, one]], 3) == []
    assert determined([[one, one, one], [one, one, nil]], 3) == [2]
    assert determined([[one, one, nil], [one, -one, nil]], 3) == [0, 1]


def stands(*lines: Contribution, at: date | None = None, decided: tuple[Participation, ...] = ()) -> Any:
    found = replace(read_once(), ledger=Ledger(decided, lines)).position(YEAR, at=at)
    return found.totals()["committed"]


THREE = tuple(line(f"c{number}", area, f"Trust {number}", "nhs", 100 * number) for number, area in enumerate(AREAS, 1))


def test_a_confidential_line_counts_in_englands_sum_with_two_others() -> None:
    assert stands(*THREE) == 600
    assert stands(*THREE, line("o", "QOC", "Open body", "local_government", 50, quiet=False)) == 650


@pytest.mark.parametrize("kept", [1, 2])
def test_with_fewer_than_three_contributors_the_sum_is_withheld(kept: int) -> None:
    assert stands(*THREE[:kept]) is None


def test_three_lines_of_one_contributor_are_not_three_contributors() -> None:
    assert stands(*(replace(item, contributor="The Quiet Trust") for item in THREE)) is None


def test_a_fourth_line_that_comes_alone_withholds_the_sum_until_two_more_have_come() -> None:
    more = [line(f"c{number}", "QOC", f"Trust {number}", "nhs", 1000 + number, day=number - 3) for number in (4, 5, 6)]
    lines = (*THREE, *more)
    assert [stands(*lines, at=day) for day in DAYS[:4]] == [600, None, None, 600 + 1004 + 1005 + 1006]


def test_an_area_that_leaves_does_not_give_its_line_away() -> None:
    left = (Participation("QOC", False, DAYS[3], "board", MINUTES),)
    assert [stands(*THREE, at=day, decided=left) for day in (DAYS[0], DAYS[3])] == [600, None]


def test_a_correction_that_comes_alone_withholds_the_sum() -> None:
    corrected = replace(THREE[0], id="d1", amount=Decimal(70), day=DAYS[2], supersedes="c1", note="less")
    assert [stands(*THREE, corrected, at=day) for day in (DAYS[1], DAYS[2])] == [600, None]
    back = replace(corrected, id="e1", amount=THREE[0].amount, day=DAYS[4], supersedes="d1", note="as before")
    assert stands(*THREE, corrected, back) is None, "that an amount is as it was is not told either"


def test_those_who_stay_when_others_leave_must_be_enough() -> None:
    """Four come together and two leave with a third: what is left in the sum is one line of each of two, who could work it out."""
    four = tuple(line(f"c{number}", area, f"Trust {number}", "nhs", 100) for number, area in enumerate(("QOC", "QOC", "QT6", "QT6", "QT6")))
    left = (Participation("QT6", False, DAYS[2], "board", MINUTES),)
    assert [stands(*four, at=day, decided=left) for day in (DAYS[0], DAYS[2])] == [500, None]


def test_a_combination_of_three_days_gives_away_what_no_two_of_them_do() -> None:
    one = Fraction(1)
    lots = [{(name, name): sign * one for name, sign in lot} for lot in ([("a", 1), ("b", 1), ("c", 1)], [("a", -1), ("b", -1), ("d", 1)])]
    assert not gives_away(lots[:1])
    assert not gives_away(lots[1:])
    assert gives_away(lots)


def test_where_nothing_is_confidential_every_sum_is_given() -> None:
    assert may_be_given(DAYS, lambda day: (), lambda day: ())
    assert may_be_given((), lambda day: THREE, lambda day: THREE)
