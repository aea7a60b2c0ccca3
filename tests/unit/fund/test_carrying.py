"""Figures and commitments of an old vintage go to the areas that followed: whole, or in stated parts, and nothing is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.areas import Area, Areas, Succession, Vintage
from spf_analysis.errors import FundError, Problem
from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, problems_of, read_fund
from spf_analysis.fund.carrying import (
    COLUMNS,
    Division,
    carried,
    change_between,
    portions,
    read_divisions,
)
from spf_analysis.fund.ledger import Contribution
from spf_analysis.fund.ledger_carrying import carried_contributions
from spf_analysis.periods import FinancialYear

FOLDER = Path(__file__).parents[3] / "evidence" / "fund"
FIRST, SECOND, THIRD = date(2022, 7, 1), date(2026, 4, 1), date(2027, 4, 1)
YEAR = FinancialYear(2025)


def vintage(start: date, *codes: str) -> Vintage:
    return Vintage(start, tuple(Area(code, f"E5400{code}", f"NHS {code}", f"Place {code}", "North", start) for code in codes))


def step(predecessor: str, successor: str, day: date, kind: str) -> Succession:
    return Succession(predecessor, successor, day, kind)


AREAS = Areas(
    (vintage(FIRST, "A", "B", "C", "D"), vintage(SECOND, "A", "X", "Y"), vintage(THIRD, "A", "Z")),
    (
        step("A", "A", SECOND, "continued"),
        step("B", "X", SECOND, "merged"),
        step("C", "X", SECOND, "divided"),
        step("C", "Y", SECOND, "divided"),
        step("D", "Y", SECOND, "renamed"),
        step("A", "A", THIRD, "continued"),
        step("X", "Z", THIRD, "merged"),
        step("Y", "Z", THIRD, "merged"),
    ),
)
DIVISIONS = (
    Division("C", "X", SECOND, YEAR, 6, 600, 590),
    Division("C", "Y", SECOND, YEAR, 3, 300, 400),
    Division("C", None, SECOND, YEAR, 1, 100, 10),
)


def line(area: str, amount: str, year: int = 2026, day: date = date(2025, 5, 1)) -> Contribution:
    reference = Reference("minutes", "item 4")
    return Contribution("c1", area, "A council", "local_government", FinancialYear(year), Decimal(amount), "committed", day, reference)


def test_whole_areas_go_whole_and_divided_ones_by_weighted_population() -> None:
    found = carried({"A": Decimal(5), "B": Decimal(10), "C": Decimal(1000), "D": Decimal(7)}, FIRST, SECOND, AREAS, DIVISIONS)
    assert found.amounts == {"A": 5, "X": 10 + 590, "Y": 400 + 7}
    assert found.unplaced == {"C": 10}
    assert [(move.predecessor, move.successor, move.portion) for move in found.moves] == [
        ("B", "X", 1),
        ("C", "X", Decimal("0.59")),
        ("C", "Y", Decimal("0.4")),
        ("C", None, Decimal("0.01")),
        ("D", "Y", 1),
    ]


def test_what_could_not_be_placed_follows_the_rest_where_a_sum_must_hold() -> None:
    found = carried({"C": Decimal(990)}, FIRST, SECOND, AREAS, DIVISIONS, spread=True)
    assert found.amounts == {"X": 590, "Y": 400}
    assert found.total_unplaced == 0


def test_several_changes_follow_one_another() -> None:
    found = carried({"B": Decimal(10), "C": Decimal(1000)}, FIRST, THIRD, AREAS, DIVISIONS)
    assert found.amounts == {"Z": 1000}
    assert found.unplaced == {"C": 10}
    assert carried({"B": Decimal(10)}, FIRST, date(2026, 3, 31), AREAS, DIVISIONS).amounts == {"B": 10}


def test_what_is_missing_stays_missing() -> None:
    found = carried({"A": None, "B": Decimal(10), "C": None, "D": Decimal(4)}, FIRST, SECOND, AREAS, DIVISIONS)
    assert found.amounts == {"A": None, "X": None, "Y": None}
    assert found.total_unplaced == 0


@settings(max_examples=150, deadline=None)
@given(
    amounts=st.dictionaries(st.sampled_from("ABCD"), st.decimals(0, 10**9, places=2), min_size=1),
    weights=st.tuples(*[st.integers(1, 10**7)] * 3),
    spread=st.booleans(),
    later=st.sampled_from([SECOND, THIRD]),
)
def test_nothing_is_lost_or_made(amounts: dict[str, Decimal], weights: tuple[int, int, int], spread: bool, later: date) -> None:
    divisions = [Division("C", key, SECOND, YEAR, 1, 1, weight) for key, weight in zip(("X", "Y", None), weights, strict=True)]
    found = carried(amounts, FIRST, later, AREAS, divisions, places=2, spread=spread)
    known = [amount for amount in found.amounts.values() if amount is not None]
    assert sum(known, Decimal(0)) + found.total_unplaced == sum(amounts.values(), Decimal(0))
    assert all(amount >= 0 for amount in (*known, *found.unplaced.values()))
    assert not (spread and found.unplaced)


def test_an_area_of_another_vintage_is_refused() -> None:
    with pytest.raises(FundError, match="X is not in the vintage of 1 July 2022"):
        carried({"X": Decimal(1)}, FIRST, SECOND, AREAS, DIVISIONS)


def test_without_its_parts_a_divided_area_cannot_be_carried() -> None:
    with pytest.raises(FundError, match="how 'C' was divided"):
        carried({"C": Decimal(1)}, FIRST, SECOND, AREAS, DIVISIONS[:1])
    with pytest.raises(FundError, match="what became of 'D'"):
        portions("D", THIRD, AREAS, DIVISIONS)


def test_commitments_go_to_the_successors_to_the_penny() -> None:
    lines, unplaced = carried_contributions([line("C", "100.01"), line("A", "5"), line("C", "9", 2025)], AREAS, DIVISIONS)
    assert [(item.id, item.area, str(item.amount)) for item in lines] == [
        ("c1-X", "X", "59.01"),
        ("c1-Y", "Y", "40.00"),
        ("c1", "A", "5"),
        ("c1", "C", "9"),
    ]
    assert lines[0].note == "carried over from C, line c1"
    assert lines[0].contributor == "A council"
    assert [(item.area, str(amount)) for item, amount in unplaced] == [("C", "1.00")]


def test_a_line_entered_after_the_area_was_gone_is_not_carried() -> None:
    lines, unplaced = carried_contributions([line("C", "100", day=date(2026, 4, 2))], AREAS, DIVISIONS)
    assert [item.area for item in lines] == ["C"]
    assert unplaced == ()


def test_a_comparison_across_a_change_says_so() -> None:
    assert change_between("A", FIRST, THIRD, AREAS) is None
    assert change_between("X", SECOND, date(2026, 5, 1), AREAS) is None
    said = change_between("X", FIRST, SECOND, AREAS, DIVISIONS)
    assert said is not None
    assert "since 1 April 2026, made from the whole of Place B and 59.0% of Place C by weighted population" in said
    assert "a part of Place C" in (change_between("X", FIRST, SECOND, AREAS) or "")


def write(folder: Path, *rows: str) -> list[Problem]:
    folder.joinpath("divisions.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    problems: list[Problem] = []
    read_divisions(folder, AREAS, problems)
    return problems


def test_the_table_of_divisions_is_checked(tmp_path: Path) -> None:
    good = ("C,X,2026-04-01,2025/26,6,600,590", "C,Y,2026-04-01,2025/26,3,300,400", "C,,2026-04-01,2025/26,1,100,10")
    assert write(tmp_path, *good) == []
    assert [item.message for item in write(tmp_path, *good[1:])] == ["the part of 'C' that went to 'X' is missing"]
    assert [item.message for item in write(tmp_path, *good, "B,Y,2026-04-01,2025/26,1,1,1")] == [
        "'B' was not divided with a part for 'Y' on 1 April 2026"
    ]
    assert [item.message for item in write(tmp_path, "C,X,2026-04-01,2025/26,6,-600,590")] == ["there cannot be -600 people"]


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(FOLDER)


def test_the_shipped_divisions_sum_to_the_areas_that_were_divided(fund: Fund) -> None:
    assert problems_of(FOLDER) == []
    whole = {item.area: (item.registered, item.weighted) for item in fund.tables.weights_for(FIRST, YEAR)}
    for code in sorted({item.predecessor for item in fund.divisions}):
        parts = [item for item in fund.divisions if item.predecessor == code]
        assert (sum(item.registered for item in parts), sum(item.weighted for item in parts)) == whole[code]
    unplaced = [item for item in fund.divisions if item.successor is None]
    assert sum(item.practices for item in unplaced) == 9
    assert sum(item.registered for item in unplaced) == pytest.approx(35_665, abs=3)


def test_carried_weighted_populations_are_those_of_the_later_areas(fund: Fund) -> None:
    old = {item.area: Decimal(item.weighted) for item in fund.tables.weights_for(FIRST, YEAR)}
    found = carried(old, FIRST, SECOND, fund.areas, fund.divisions)
    later = {item.area: item.weighted for item in fund.tables.weights_for(SECOND, FinancialYear(2026))}
    assert found.amounts.keys() == later.keys()
    assert all(abs((found.amounts[code] or 0) - people) <= 2 for code, people in later.items())
