"""The evidence base that ships holds together, and stands in its sources."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.case_study import CASE_ATTRIBUTES
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.gap_map import gap_map
from spf_analysis.evidence.model import ClaimKind, StatementKind
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.synthesis import strength
from spf_analysis.evidence.verifying import verify

ROOT = Path(__file__).parents[2]
EVIDENCE = ROOT / "evidence"
TEXTS = ROOT.parent / "shared" / "sources"
SCHEMES = {"tower-hamlets", "merton", "shropshire", "city-and-hackney", "redbridge", "waltham-forest", "greater-manchester", "rotherham"}
SECTIONS = {
    "funding-models",
    "co-commissioning-benefits",
    "co-commissioning-challenges",
    "co-commissioning-enablers",
    "vcfse",
    "evidence-strength",
    "fund-design",
    "link-workers",
    "method",
    "outcomes",
}


@pytest.fixture(scope="module")
def base() -> EvidenceBase:
    return read_evidence(EVIDENCE)


def test_it_has_no_problems() -> None:
    assert [str(problem) for problem in problems_of(EVIDENCE)] == []


def test_every_source_text_is_coded_and_says_who_paid_for_it(base: EvidenceBase) -> None:
    texts = [source for source in base.sources.values() if source.kind == "source text"]
    assert len(texts) == 5
    assert all(base.findings_of(source.id) and source.sponsor and source.interest and source.chosen_because for source in texts)
    assert len(base.findings) >= 250


def test_every_statement_kind_occurs_and_second_hand_results_name_a_work_of_the_library(base: EvidenceBase) -> None:
    assert {finding.statement_kind for finding in base.findings.values()} == set(StatementKind)
    second_hand = [finding for finding in base.findings.values() if finding.second_hand]
    assert second_hand
    assert all(base.work(finding.study).title for finding in second_hand)


def test_the_eight_schemes_are_coded_on_the_same_attributes(base: EvidenceBase) -> None:
    assert set(base.case_studies) == SCHEMES
    for case in base.case_studies.values():
        assert tuple(case.attributes()) == CASE_ATTRIBUTES
        assert all(
            base.finding(key).case_study in (None, case.id) for attribute in case.attributes().values() for key in attribute.findings
        )


def test_each_section_of_the_briefings_has_claims_of_their_kinds(base: EvidenceBase) -> None:
    assert {claim.section for claim in base.claims.values()} >= SECTIONS
    assert {claim.kind for claim in base.claims.values()} == set(ClaimKind)
    assert all(strength(base, claim).for_it.statements for claim in base.claims.values())


def test_the_three_facets_cross_the_themes_and_some_crossings_are_empty(base: EvidenceBase) -> None:
    for facet in ("commissioner", "money", "payment"):
        found = gap_map(base, facet)
        assert base.group(facet).facet
        assert found.empty
        assert any(cell.primary for cell in found.cells)


def test_contradictions_set_sponsors_against_each_other(base: EvidenceBase) -> None:
    assert len(base.contradictions) >= 3
    for contradiction in base.contradictions.values():
        sides = [{base.finding(key).study for key in side.findings} for side in contradiction.sides]
        assert len(set.union(*sides)) > 1, contradiction.id


def test_every_gap_says_who_asked_and_what_would_answer_it(base: EvidenceBase) -> None:
    assert base.gaps
    assert all(gap.raised_in and gap.would_answer for gap in base.gaps.values())


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the source texts are not at hand")
def test_every_anchor_and_figure_stands_in_its_source(base: EvidenceBase) -> None:
    registered = {source.text_sha256 for source in base.sources.values() if source.text_sha256}
    at_hand = {hashlib.sha256(path.read_bytes()).hexdigest() for path in TEXTS.iterdir() if path.is_file()}
    assert registered <= at_hand
    verification = verify(base, TEXTS)
    assert [str(problem) for problem in verification.problems] == []
    assert {check.finding for check in verification.anchors} == set(base.findings)
