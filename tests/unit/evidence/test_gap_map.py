"""The gap map: distinct primary studies on any three axes, empty crossings included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.gap_map import COMPARED, NOT_COMPARED, gap_map

AXES = ("money", "theme", "walk-type", "design", "direction", "kind", "source", "comparison")


def test_a_study_that_two_sources_report_is_one_bubble(base: EvidenceBase) -> None:
    cell = gap_map(base, "money").cell("money.council", "theme.loneliness")
    assert cell.primary == ("baker-2021", "walker-2020")
    assert cell.bubbles == {COMPARED: ("baker-2021",), NOT_COMPARED: ("walker-2020",)}
    assert not cell.empty


def test_it_shows_where_nothing_is_and_where_only_words_are(base: EvidenceBase) -> None:
    found = gap_map(base, "money")
    assert len(found.cells) == 3 * 2
    pooled, lottery = found.cell("money.pooled", "theme.risk"), found.cell("money.lottery", "theme.risk")
    assert (pooled.empty, pooled.silent, pooled.said) == (True, False, "no primary studies, one statement without a study")
    assert (lottery.empty, lottery.silent) == (True, True)
    assert found.said.startswith("Of 6 crossings, five have no primary study, and ")


def test_what_compared_groups_is_told_apart(base: EvidenceBase) -> None:
    cell = gap_map(base, "source", "theme").cell("harbour-2021", "theme.loneliness")
    assert cell.bubbles[COMPARED] == ("carter-2022",)


def test_an_unknown_axis_and_an_unknown_crossing_are_told(base: EvidenceBase) -> None:
    with pytest.raises(EvidenceError, match="'mony' is no axis of a gap map"):
        gap_map(base, "mony")
    with pytest.raises(EvidenceError, match="no crossing"):
        gap_map(base, "money").cell("money.councl", "theme.risk")


@given(rows=st.sampled_from(AXES), columns=st.sampled_from(AXES), bubble=st.sampled_from(AXES))
def test_any_three_axes_make_a_map_that_adds_up(base: EvidenceBase, rows: str, columns: str, bubble: str) -> None:
    found = gap_map(base, rows, columns, bubble)
    assert len(found.cells) == len(found.rows.places) * len(found.columns.places)
    studies = {finding.study for finding in base.findings.values()}
    for cell in found.cells:
        inside = {study for kept in cell.bubbles.values() for study in kept}
        assert inside <= set(cell.primary) <= studies
        assert not set(cell.primary) & set(cell.reviews)
        assert cell.silent <= cell.empty
    assert found.as_dict()["said"]
