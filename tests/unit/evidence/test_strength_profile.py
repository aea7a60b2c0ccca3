"""The strength profile and the summary of qualitative findings: studies once, sources that overlap, concerns with reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Cerqual, Design
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.strength_profile import strength_profile
from spf_analysis.evidence.summary_of_findings import COMPONENTS, summary_of_findings
from spf_analysis.evidence.synthesis import strength


@pytest.fixture(scope="module")
def real(root: Path) -> EvidenceBase:
    return read_evidence(root / "evidence")


def test_each_study_has_one_row_with_every_source_that_tells_of_it(base: EvidenceBase) -> None:
    found = strength_profile(base, "walking.loneliness")
    rows = [(row.stand, row.study, row.design, row.sources) for row in found.behind]
    assert rows == [
        ("for", "walker-2020", Design.BEFORE_AND_AFTER, ("walker-2020", "harbour-2021")),
        ("against", "carter-2022", Design.CONTROLLED_COMPARISON, ("harbour-2021",)),
    ]
    assert [row.study for row in found.shared] == ["walker-2020"]
    assert found.designs("against") == {Design.CONTROLLED_COMPARISON: 1}


def test_what_no_study_stands_behind_is_a_row_without_design(base: EvidenceBase) -> None:
    found = strength_profile(base, "walking.risk")
    assert found.designs("for") == {None: 1}
    assert found.designs("against") == {}


def test_a_profile_counts_as_strength_does(real: EvidenceBase) -> None:
    for claim in real.claims.values():
        told, profile = strength(real, claim), strength_profile(real, claim.id)
        for stand, side in (("for", told.for_it), ("against", told.against_it)):
            rows = [row for row in profile.behind if row.stand == stand]
            assert {row.study for row in rows if row.design} == set(side.studies)
            assert sum(row.statements for row in rows) == side.statements
            assert {row.study for row in rows if row.design and row.shared} == set(side.shared)


def test_the_summary_holds_every_qualitative_claim_and_no_other(real: EvidenceBase) -> None:
    rows = summary_of_findings(real)
    judged = {claim.id for claim in real.claims.values() if isinstance(claim.confidence, Cerqual)}
    assert {row.claim for row in rows} == judged
    for row in rows:
        content = row.as_dict()
        assert row.studies
        assert all(content[name]["concern"] and content[name]["reason"] for name in COMPONENTS)
        assert content["confidence"] in ("high", "moderate", "low", "very low")
        assert content["explanation"]


def test_a_study_known_through_another_source_says_through_which(real: EvidenceBase) -> None:
    rows = {row.claim: row for row in summary_of_findings(real)}
    assert rows["co-commissioning.complementary-perspectives"].studies == ("Goodman, 2019 (as told by NASP, n.d.)",)


def test_a_work_without_a_reported_study_is_marked(real: EvidenceBase) -> None:
    rows = {row.claim: row for row in summary_of_findings(real)}
    marked = [study for study in rows["link-workers.time-and-knowledge"].studies if "no study reported" in study]
    assert len(marked) == len(rows["link-workers.time-and-knowledge"].studies) - 1


def test_the_sample_base_has_no_qualitative_claim(base: EvidenceBase) -> None:
    assert summary_of_findings(base) == ()
