from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from spf_analysis import wording
from spf_analysis.errors import FundError
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.scenarios import write_scenario
from spf_analysis.fund.trace import Trace, TraceLine

FOLDER = Path(__file__).parents[3] / "evidence" / "fund"
FUND = read_fund(FOLDER)
YEARS = [str(year) for year in FUND.priced_years()]
AREAS = [(area.code, year) for year in YEARS for area in FUND.areas_in(year)]
WORKINGS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def keyed_in(arithmetic: str) -> Decimal:
    """What a calculator shows."""

    def worked(node: ast.expr) -> Decimal:
        if isinstance(node, ast.BinOp):
            return WORKINGS[type(node.op)](worked(node.left), worked(node.right))
        assert isinstance(node, ast.Constant)
        return Decimal(str(node.value))

    return worked(ast.parse(arithmetic.replace("×", "*").replace("÷", "/"), mode="eval").body)


def line(trace: Trace, label: str) -> TraceLine:
    return next(item for item in trace.lines if item.step.label == label)


@pytest.mark.parametrize(("code", "year"), AREAS)
def test_keying_in_what_is_printed_gives_each_line(code: str, year: str) -> None:
    made = [item for item in FUND.trace(code, year).lines if item.arithmetic]
    assert len(made) == 7
    for item in made:
        value, found = Decimal(str(item.step.value)), keyed_in(item.arithmetic or "")
        if item.step.unit == "GBP":
            found = wording.rounded(found)
        assert abs(found - value) <= Decimal("0.0001"), item.step.label


@pytest.mark.parametrize("year", YEARS)
def test_the_table_of_all_areas_gives_both_sums_and_the_rounding(year: str) -> None:
    for area in FUND.areas_in(year)[:3]:
        trace = FUND.trace(area.code, year)
        assert sum(item.residents for item in trace.table) == line(trace, "Residents of England").step.value
        by_hand = sum(Decimal(item.residents) * item.weighted / item.registered for item in trace.table)
        assert wording.rounded(by_hand, 6) == wording.rounded(
            Decimal(str(line(trace, "Sum of residents × need over all areas").step.value)), 6
        )
        assert sorted(item.rank for item in trace.table) == list(range(1, len(trace.table) + 1))
        for item in trace.table:
            assert item.share == int(item.unrounded) + (item.rank <= trace.pounds_left)


def test_lines_are_numbered_through_and_name_earlier_lines_only() -> None:
    trace = FUND.trace("QOC", "2026/27")
    assert [item.number for item in trace.lines] == list(range(1, len(trace.lines) + 1))
    for item in trace.lines:
        if item.arithmetic:
            named = {number for number in range(1, 30) if f"({number})" in (item.formula or "")}
            assert named
            assert max(named) < item.number


def test_all_steps_of_the_briefing_are_in_the_trace_in_their_order() -> None:
    trace = FUND.trace("QOC", "2026/27")
    steps = [item.step for item in trace.lines]
    assert [step for step in steps if step in trace.share.steps] == list(trace.share.steps)
    assert len(steps) == len(trace.share.steps) + 2


def test_every_line_has_its_paragraph_and_every_looked_up_figure_its_source_date_and_file() -> None:
    trace = FUND.trace("QOC", "2026/27")
    assert {item.rule.source for item in trace.lines} == {"spf-draft-2024"}
    assert all("para" in item.rule.locator for item in trace.lines)
    assert {item.step.label: item.as_of for item in trace.lines if item.data} == {
        "Inflation to September 2024, which raises the rate in April 2025": "September 2024",
        "Inflation to September 2025, which raises the rate in April 2026": "September 2025",
        "Residents": "30 June 2024",
        "Registered population": "allocations of 2025/26",
        "Weighted population": "allocations of 2025/26",
        "Residents of England": "30 June 2024",
    }
    assert all((FOLDER.parents[1] / item.file.split(",")[0]).is_file() for item in trace.lines if item.file)
    assert set(trace.sources) <= FUND.sources()


def test_a_scenario_has_longer_lines_and_is_labelled() -> None:
    fund: Fund = FUND.under("two-per-cent")
    trace = fund.trace("QOC", "2030/31")
    assert trace.as_dict()["scenario"] == "two-per-cent"
    assert "workbench-assumption" in trace.sources
    for item in trace.lines:
        if item.arithmetic and item.step.unit != "GBP":
            assert abs(keyed_in(item.arithmetic) - Decimal(str(item.step.value))) <= Decimal("0.0001")


def test_a_septembers_rate_stands_in_the_file_that_it_comes_from(tmp_path: Path) -> None:
    septembers = {
        item.as_of: item.file for item in FUND.under("two-per-cent").trace("QOC", "2027/28").lines if item.step.unit == "per cent"
    }
    assert septembers["September 2025"] == "evidence/fund/rules/cpi.yaml"
    assert septembers["September 2026"] == "evidence/fund/scenarios.yaml, entry 'two-per-cent'"
    four = FUND.under("four-per-cent").supposed
    assert four is not None
    path = write_scenario(replace(four, id="mine"), tmp_path)
    named = [item.file for item in FUND.under(str(path)).trace("QOC", "2027/28").lines]
    assert f"{path}, entry 'mine'" in named


def test_an_unknown_area_has_no_trace() -> None:
    with pytest.raises(FundError, match="QQQ"):
        FUND.trace("QQQ", "2026/27")
