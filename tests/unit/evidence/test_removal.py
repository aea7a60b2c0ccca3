"""The base without one source: what rests on it goes, what does not stays, and what is left still holds together."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import problems_between
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.removal import without

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def real() -> EvidenceBase:
    return read_evidence(ROOT / "evidence")


def test_what_rests_on_nothing_else_is_withdrawn(base: EvidenceBase) -> None:
    left = without(base, "walker-2020")
    assert set(left.findings) == {"harbour-2021.fifty-pence", "harbour-2021.carter"}
    assert not left.claims
    assert left.withdrawn == {"walking.loneliness", "walking.risk", "does-walking-help"}
    assert left.gap("cost").raised_in == ("harbour-2021",)
    assert left.gap("cost").limits == ()
    assert not left.case_studies
    assert left.source("walker-2020") == base.source("walker-2020")


def test_what_has_other_grounds_loses_only_those_of_the_source(base: EvidenceBase) -> None:
    left = without(base, "harbour-2021")
    claim = left.claim("walking.loneliness")
    assert claim.findings_for == ("walker-2020.loneliness-fell", "walker-2020.garden-days")
    assert claim.findings_against == ()
    assert left.withdrawn == {"does-walking-help"}
    assert left.case_study("westhaven") == base.case_study("westhaven")


def test_a_primary_study_goes_with_what_others_report_of_it(base: EvidenceBase) -> None:
    assert set(base.findings) - set(without(base, "carter-2022").findings) == {"harbour-2021.carter"}


def test_a_source_that_nobody_has_coded_changes_nothing(base: EvidenceBase) -> None:
    assert without(base, "dyer-2010") == base


def test_an_unknown_source_is_refused(base: EvidenceBase) -> None:
    with pytest.raises(EvidenceError, match="there is no source 'walker-2021'"):
        without(base, "walker-2021")


@pytest.mark.parametrize("source", ["cordis-bright-2019", "power-to-change-2019", "bromley-by-bow-2019", "spf-draft-2024", "pescheny-2018"])
def test_what_is_left_of_the_real_base_names_nothing_that_is_gone(real: EvidenceBase, source: str) -> None:
    left = without(real, source)
    assert [problem for problem in problems_between(left) if problem.message.startswith("there is no finding")] == []
    assert [problem for problem in problems_between(left) if problem.message.startswith("there is no claim")] == []
    assert all(claim.findings_for for claim in left.claims.values())
    assert left.withdrawn == (real.claims.keys() | real.gaps.keys() | real.contradictions.keys()) - (
        left.claims.keys() | left.gaps.keys() | left.contradictions.keys()
    )
