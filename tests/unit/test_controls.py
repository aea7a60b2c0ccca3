"""The sliders: what they say becomes a scenario, the charts follow, and the button writes what a build takes."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.controls import ENGLAND, ScenarioPanel, profile_of
from spf_analysis.errors import FundError
from spf_analysis.workbench import Workbench, open_workbench

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    shutil.copyfile(ROOT / "spf.toml", tmp_path / "spf.toml")
    shutil.copytree(ROOT / "evidence" / "fund", tmp_path / "evidence" / "fund", ignore=shutil.ignore_patterns("confidential"))
    shutil.copyfile(ROOT / "evidence" / "editions.yaml", tmp_path / "evidence" / "editions.yaml")
    return open_workbench(folder=tmp_path)


@pytest.fixture
def panel(bench: Workbench) -> ScenarioPanel:
    return ScenarioPanel(bench, "QOC")


def last_said(panel: ScenarioPanel) -> str:
    """What stands in the chart at the end of the upper line."""
    (spec,) = [item.spec for item in panel.shown if item.id == "fig-path"]
    assert spec is not None
    rows = [row for values in spec["datasets"].values() for row in values if "said" in row]
    return str(next(row["said"] for row in rows if row["kind"] == "in pounds of each year"))


def test_the_chart_follows_the_slider(panel: ScenarioPanel) -> None:
    before, drawn = last_said(panel), panel.charts.outputs
    panel.inflation.value = 6.0
    assert last_said(panel) != before
    assert panel.charts.outputs != drawn
    path = panel.bench.fund.under(panel.scenario).path("QOC", panel.bench.year)
    assert f"{path.local:,}" in panel.message.value
    assert [output["output_type"] for output in panel.charts.outputs] == ["display_data"] * len(panel.shown)


def test_years_and_pressures_follow_too(panel: ScenarioPanel) -> None:
    panel.years.index = (2, 8)
    panel.missed.value = (panel.term[4],)
    panel.wages.value, panel.referrals.value = 2.5, 7.0
    found = panel.scenario
    assert (found.joins, found.leaves, found.misses) == (panel.term[2], panel.term[8], {panel.term[4]})
    assert [item.growth for item in found.pressures] == [Decimal("2.5"), Decimal(7)]
    assert panel.shown
    panel.missed.value = (panel.term[1],)
    assert "cannot be missed" in panel.message.value
    assert (panel.shown, panel.charts.outputs) == ((), ())


def test_what_is_spent_follows_and_is_never_more_than_has_come_in(panel: ScenarioPanel) -> None:
    assert panel.worked_out().spending == ()
    panel.spread[0].value, panel.spread[3].value = 50, 0
    spent = panel.worked_out().spending
    assert "tbl-spending" in [item.id for item in panel.shown]
    assert min(item.balance for item in spent) >= 0
    assert sum(item.spent for item in spent) == sum(item.received for item in spent)


def test_england_neither_joins_nor_leaves(panel: ScenarioPanel) -> None:
    panel.place.value = ENGLAND
    assert panel.years.disabled
    assert panel.shown[0].caption.startswith("What England would raise")
    assert "spf build national-fund" in panel.message.value


def test_the_button_writes_a_scenario_that_the_workbench_takes(panel: ScenarioPanel) -> None:
    panel.name.value, panel.inflation.value, panel.spread[0].value = "dear-decade", 7.5, 60
    panel.button.click()
    file = panel.bench.settings.folder / "evidence" / "fund" / "scenarios" / "dear-decade.yaml"
    assert "evidence/fund/scenarios/dear-decade.yaml" in panel.message.value
    for named in ("dear-decade", str(file)):
        under = open_workbench(folder=panel.bench.settings.folder, scenario=named)
        assert under.edition.id == "2026-27-first-scenario-dear-decade"
        assert under.fund.rate("2027/28") == panel.bench.fund.rate("2026/27") * Decimal("1.075")
        assert under.supposing == {"scenario": "dear-decade"}
        view = under.path_view(under.area("QOC"))
        assert view is not None
        assert view.spending == panel.worked_out().spending != ()
    before = file.read_bytes()
    panel.inflation.value = 1.0
    panel.button.click()
    assert "there is a scenario &#x27;dear-decade&#x27; already" in panel.message.value
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["", "../outside", "Dear Decade"])
def test_a_name_that_cannot_be_one_writes_nothing(name: str, panel: ScenarioPanel) -> None:
    panel.name.value = name
    panel.button.click()
    assert "cannot be the name of a scenario" in panel.message.value
    assert list((panel.bench.settings.evidence / "fund").rglob("*outside*")) == []
    assert not (panel.bench.settings.evidence / "fund" / "scenarios").exists()


def test_an_unknown_area_is_refused(bench: Workbench) -> None:
    with pytest.raises(FundError):
        ScenarioPanel(bench, "XXX")


@given(received=st.lists(st.integers(0, 10**8), min_size=10, max_size=10), spent=st.lists(st.integers(0, 100), min_size=9, max_size=9))
@settings(max_examples=200, deadline=None)
def test_a_profile_spends_all_and_never_more_than_has_come_in(received: list[int], spent: list[int]) -> None:
    profile, total = profile_of(received, spent), sum(received)
    if not profile:
        assert total == 0 or spent == [100] * 9
        return
    assert sum(profile) == 100
    gone = at_hand = Decimal(0)
    for pounds, part in zip(received, profile, strict=True):
        assert part >= 0
        at_hand, gone = at_hand + pounds, gone + total * part / 100
        assert gone <= at_hand
