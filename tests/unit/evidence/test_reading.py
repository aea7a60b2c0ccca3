from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.reading import read_evidence, read_leniently


def test_every_record_is_read_in_the_order_of_its_files(base: EvidenceBase) -> None:
    assert list(base.sources) == ["walker-2020", "harbour-2021", "baker-2021", "carter-2022", "dyer-2010"]
    assert list(base.codes)[:3] == ["money.council", "money.lottery", "money.pooled"]
    assert len(base.findings) == 7
    assert base.finding("harbour-2021.walker-again").study == "walker-2020"
    assert base.finding("harbour-2021.walker-again").second_hand
    assert base.finding("walker-2020.loneliness-fell").figures[0].value == 12
    assert base.case_study("westhaven").funders.value is None
    assert base.frame is not None
    assert base.frame.version == "1.0.0"


def test_a_record_knows_its_file_and_line(base: EvidenceBase) -> None:
    where = base.where("finding", "walker-2020.garden-days", "anchor")
    assert where == "walker-2020.yaml, line 20, finding 'walker-2020.garden-days', field 'anchor'"


def test_the_base_cannot_be_changed(base: EvidenceBase) -> None:
    with pytest.raises(TypeError):
        base.findings["new"] = base.findings["walker-2020.garden-days"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        base.findings = {}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("look_up", "key", "nearest"),
    [
        ("finding", "walker-2020.garden-day", "walker-2020.garden-days"),
        ("source", "walker-2002", "walker-2020"),
        ("code", "money.counsel", "money.council"),
        ("claim", "walking.loneliness-fell", "walking.loneliness"),
        ("case_study", "westheaven", "westhaven"),
        ("gap", "costs", "cost"),
        ("contradiction", "does-walking-helps", "does-walking-help"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest_known_one(base: EvidenceBase, look_up: str, key: str, nearest: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        getattr(base, look_up)(key)
    assert refused.value.problems[0].hint == f"Did you mean '{nearest}'?"


def test_all_problems_are_raised_at_once_and_the_rest_is_read_leniently(folder: Path) -> None:
    (folder / "gaps.yaml").write_text("schema: 1\ngaps: {}\n", encoding="utf-8")
    (folder / "claims" / "walking.yaml").write_text("schema: 1\nclaims: [\n", encoding="utf-8")
    with pytest.raises(EvidenceError) as refused:
        read_evidence(folder)
    assert len(refused.value.problems) == 2
    base, problems = read_leniently(folder)
    assert len(problems) == 2
    assert len(base.findings) == 7
    assert not base.claims


def test_the_claims_of_a_section_and_what_they_rest_on(base: EvidenceBase) -> None:
    (claim,) = base.claims_in("walking")
    assert [reference.source for reference in base.references(claim)] == ["walker-2020", "harbour-2021", "walker-2020"]
    assert base.works_of(claim) == ("carter-2022", "harbour-2021", "walker-2020")
    assert [gap.id for gap in base.gaps_limiting("walking.risk")] == ["cost"]
    assert [finding.id for finding in base.findings_about("westhaven")] == ["walker-2020.loneliness-fell"]


def test_a_missing_folder_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="the evidence folder is missing"):
        read_evidence(tmp_path / "nowhere")
