from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import FundError
from spf_analysis.figures import Reference
from spf_analysis.fund import read_fund
from spf_analysis.fund.path import term_from
from spf_analysis.fund.path_view import view_of
from spf_analysis.fund.pressures import Pressure
from spf_analysis.fund.scenarios import Scenario, constant, read_scenarios, scenario_file, scenario_named, write_scenario
from spf_analysis.periods import FinancialYear

FUND = read_fund(Path(__file__).parents[3] / "evidence" / "fund")
START = FinancialYear(2026)
TERM = term_from(START, 10)
REFERENCE = Reference("workbench-assumption", "a test")
TENTHS = st.decimals(Decimal(-2), Decimal(12), places=1)


def made(rate: str = "3", name: str = "mine", **more: object) -> Scenario:
    return constant(name, "steady prices", Decimal(rate), (2026, 2036), REFERENCE, **more)


@given(rate=TENTHS, growth=TENTHS, joins=st.sampled_from([None, *TERM[:4]]), misses=st.frozensets(st.sampled_from(TERM[4:8]), max_size=2),
       spending=st.sampled_from([(), (Decimal("2.5"),) * 4 + (Decimal(15),) * 6]))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_a_scenario_comes_back_from_its_file_and_from_its_line_as_it_was(
    rate: Decimal, growth: Decimal, joins: FinancialYear | None, misses: frozenset[FinancialYear], spending: tuple[Decimal, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    pressure = Pressure("wages", "wages rise", "An assumption.", "wages", growth, REFERENCE)
    found = made(str(rate), pressures=(pressure,), joins=joins, misses=misses, spending=spending)
    assert scenario_named(found.as_text(), ()) == found
    path = tmp_path_factory.mktemp("scenario") / "mine.yaml"
    path.write_text(scenario_file(found), encoding="utf-8")
    assert scenario_named(str(path), FUND.scenarios) == found


def test_files_of_their_own_stand_beside_the_named_ones(tmp_path: Path) -> None:
    (tmp_path / "scenarios.yaml").write_text(scenario_file(made(name="first")), encoding="utf-8")
    write_scenario(made(name="second"), tmp_path / "scenarios")
    problems: list[object] = []
    assert [item.id for item in read_scenarios(tmp_path, problems)] == ["first", "second"]  # type: ignore[arg-type]
    assert problems == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    first = write_scenario(made(), tmp_path).read_text(encoding="utf-8")
    with pytest.raises(FundError, match="there is a scenario 'mine' already"):
        write_scenario(made("9"), tmp_path)
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == first


@pytest.mark.parametrize("name", ["", "Mine", "../mine", "my scenario", "mine/", "-mine"])
def test_a_name_that_could_not_be_a_folder_is_refused(name: str) -> None:
    with pytest.raises(FundError, match="cannot be the name of a scenario"):
        made(name=name)


@pytest.mark.parametrize("text", ["unheard-of", "nowhere.yaml", '{"id": "mine"}', "{"])
def test_what_is_no_scenario_is_refused(text: str) -> None:
    with pytest.raises(FundError):
        scenario_named(text, FUND.scenarios)


def test_a_file_with_two_scenarios_is_refused(tmp_path: Path) -> None:
    two = scenario_file(made(name="one")) + scenario_file(made(name="two")).split("scenarios:\n")[1]
    (tmp_path / "two.yaml").write_text(two, encoding="utf-8")
    with pytest.raises(FundError, match="two scenarios, and one is needed"):
        scenario_named(str(tmp_path / "two.yaml"), ())


def test_years_of_taking_part_and_pressures_come_from_the_scenario() -> None:
    pressure = Pressure("wages", "wages rise", "An assumption.", "wages", Decimal(10), REFERENCE)
    under = FUND.under(made(joins=TERM[2], misses=frozenset({TERM[5]}), pressures=(pressure,)))
    path = under.path("QOC", START)
    assert [item.takes_part for item in path.years] == [False, False, True, True, True, False, True, True, True, True]
    assert set(path.years[-1].buys) == {"wages"}
    assert all(item.takes_part for item in under.path(None, START).years)
    assert (under.scenario, under.supposed) == ("mine", made(joins=TERM[2], misses=frozenset({TERM[5]}), pressures=(pressure,)))


def test_a_scenario_makes_a_later_year_and_never_changes_a_published_one() -> None:
    under = FUND.under(made("9"))
    assert under.local_total("2026/27") == FUND.local_total("2026/27")
    assert under.rate("2027/28") == FUND.rate("2026/27") * Decimal("1.09")
    with pytest.raises(FundError, match="September 2026"):
        FUND.rate("2027/28")


@pytest.mark.parametrize("scenario", [item.id for item in FUND.scenarios])
@pytest.mark.parametrize("start", [2026, 2027, 2030])
def test_every_named_scenario_reaches_over_a_term(scenario: str, start: int) -> None:
    assert view_of(FUND.under(scenario), "QOC", FinancialYear(start)) is not None


def test_the_range_of_the_past_is_the_same_under_any_scenario() -> None:
    plain, under = FUND.fan("QOC", START), FUND.under(made("12")).fan("QOC", START)
    assert under == plain
    assert plain.septembers[-1] == 2025


def test_a_view_without_a_scenario_takes_the_first_that_reaches_so_far() -> None:
    view = view_of(FUND, "QOC", START)
    assert view is not None
    assert (view.scenario.id, view.supposed, view.spending) == ("two-per-cent", False, ())
    short = constant("short", "one year only", Decimal(2), (2026, 2026), REFERENCE)
    assert view_of(FUND.under(short), "QOC", START) is None


def test_a_profile_of_the_scenario_is_spent_and_leaves_no_debt() -> None:
    late, early = ((Decimal(5),) * 2 + (Decimal(10),) * 6 + (Decimal(15),) * 2), ((Decimal(55),) + (Decimal(5),) * 9)
    with pytest.raises(FundError, match="the balance would be"):
        view_of(FUND.under(made(spending=early)), "QOC", START)
    view = view_of(FUND.under(made(spending=late)), "QOC", START)
    assert view is not None
    assert sum(item.spent for item in view.spending) == view.path.local + view.path.match
    assert view.as_dict()["lowest_balance"] == min(item.balance for item in view.spending) == 0
