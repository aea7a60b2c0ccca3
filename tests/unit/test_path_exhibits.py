"""The charts of the years to come and of who takes part: every value heard as well as seen, and what is invented told from what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis import exhibits, wording
from spf_analysis.briefing import Briefing
from spf_analysis.errors import BriefingError
from spf_analysis.fund.rules import Condition
from spf_analysis.workbench import Workbench, open_workbench

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return open_workbench(folder=ROOT)


@pytest.fixture(scope="module")
def sample() -> Workbench:
    return open_workbench(folder=ROOT, sample="tests/samples/illustrative")


def coverage(bench: Workbench) -> exhibits.coverage.Exhibit:
    places = bench.areas_in_force(), bench.fund.tiles(bench.year)
    return exhibits.coverage.coverage_map(bench.fund.position(bench.year), *places, illustrative=bench.fund.illustrative)


def test_ten_years_are_told_in_words_too(bench: Workbench) -> None:
    view = bench.path_view(bench.area("QOC"))
    assert view is not None
    chart = exhibits.path.ten_years(view)
    for item in (view.path.years[0], view.path.years[-1]):
        assert wording.pounds(item.share) in chart.alt
    assert "never a forecast" in chart.source_note
    assert view.scenario.title in chart.caption


def test_a_change_of_inflation_changes_the_chart(bench: Workbench) -> None:
    under = open_workbench(folder=ROOT, scenario="four-per-cent")
    charts = [exhibits.path.ten_years(view).spec for item in (bench, under) if (view := item.path_view())]
    assert charts[0] != charts[1]


def test_scenarios_stand_side_by_side(bench: Workbench) -> None:
    table = exhibits.path.scenario_table(bench.path_views())
    assert len(table.rows) == len(bench.fund.scenarios) + 1
    assert table.rows[-1][0].startswith("A range of the past")


def test_the_map_tells_each_state_and_keeps_back_what_it_must(sample: Workbench) -> None:
    position = sample.fund.position(sample.year)
    for item in position.areas:
        state = exhibits.coverage.state_of(item)
        assert (state == "kept back") == item.withheld
        assert (state == "all conditions met") == (not item.withheld and all(c is Condition.MET for c in item.conditions.values()))
    spec = coverage(sample).spec
    assert spec is not None
    rows = [row for values in spec["datasets"].values() for row in values]
    assert {row["said"] for row in rows if row["state"] == "kept back"} == {"kept back"}


def test_an_exhibit_of_invented_figures_cannot_stand_in_a_real_briefing(bench: Workbench, sample: Workbench) -> None:
    with pytest.raises(BriefingError, match="invented figures cannot stand"):
        bench.briefing("national-fund").exhibit(coverage(sample))


def test_in_an_illustrative_briefing_every_exhibit_is_stamped(bench: Workbench, sample: Workbench) -> None:
    brief = sample.briefing("national-fund")
    view = bench.path_view()
    assert view is not None
    for item in (coverage(sample), exhibits.path.ten_years(view), exhibits.path.scenario_table(bench.path_views())):
        brief.exhibit(item)
    placed = brief.context.data["exhibits"].values()
    assert len(placed) == 3
    for item in placed:
        assert item["caption"].startswith("Illustrative: ")
        assert wording.ILLUSTRATIVE in item["source_note"]
        assert item["alt"].startswith(wording.ILLUSTRATIVE)
        assert item["spec"] is None or item["spec"]["title"]["text"] == wording.ILLUSTRATIVE


def test_a_briefing_is_illustrative_because_its_workbench_is(bench: Workbench, sample: Workbench) -> None:
    made: list[Briefing] = [item.briefing("national-evidence") for item in (bench, sample)]
    assert [brief.context.data["illustrative"] for brief in made] == [False, True]


def test_nobody_but_a_sample_can_cite_the_source_of_invented_lines(bench: Workbench, sample: Workbench) -> None:
    for item, known in ((bench, False), (sample, True)):
        brief = item.briefing("national-fund")
        brief.cite(["illustrative-sample"])
        if known:
            assert "illustrative-sample" in brief.context.data["data_sources"]
        else:
            with pytest.raises(BriefingError, match="not in the library"):
                _ = brief.context


def test_where_a_footprint_changed_a_comparison_says_so(bench: Workbench) -> None:
    assert "since 1 April 2026" in (bench.boundary_change(bench.area("S1Y5D")) or "")
    assert bench.boundary_change(bench.area("QOC")) is None
    first = open_workbench("2024/25", folder=ROOT)
    assert first.boundary_change(first.area("QOC")) is None
