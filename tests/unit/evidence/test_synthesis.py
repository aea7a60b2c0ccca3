from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Design, Finding, StatementKind
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.synthesis import REVIEWS, Strength, compared_groups, matrix, stands_on_a_study, strength, support


def test_a_study_that_two_sources_report_is_counted_once(base: EvidenceBase) -> None:
    found = strength(base, base.claim("walking.loneliness"))
    assert found.for_it.statements == 3
    assert found.for_it.studies == {"walker-2020": Design.BEFORE_AND_AFTER}
    assert found.for_it.shared == {"walker-2020": ("harbour-2021", "walker-2020")}
    assert found.against_it.by_design == {Design.CONTROLLED_COMPARISON: 1}


def test_strength_is_said_in_words(base: EvidenceBase) -> None:
    assert strength(base, base.claim("walking.loneliness")).said == (
        "Rests on three statements from one primary study (uncontrolled before and after study); the study had no comparison group. "
        "One study is reported by more than one source and counted once. "
        "Against it stands one statement from one primary study (controlled comparison)."
    )
    assert strength(base, base.claim("walking.risk")).said == "Rests on one statement with no study reported behind it."


def _results(base: EvidenceBase, *designs: Design) -> list[Finding]:
    pattern = base.finding("walker-2020.garden-days").model_copy(update={"statement_kind": StatementKind.RESULT})
    return [pattern.model_copy(update={"id": f"x.{n}", "primary_study": f"s-{n}", "design": design}) for n, design in enumerate(designs)]


def _said(base: EvidenceBase, *designs: Design) -> str:
    return support(_results(base, *designs)).said


@pytest.mark.parametrize(
    ("kind", "design", "study", "stands"),
    [
        (StatementKind.RESULT, Design.SURVEY, None, True),
        (StatementKind.PRACTICE, Design.CASE_DESCRIPTION, None, True),
        (StatementKind.RESULT, Design.NOT_REPORTED, "carter-2022", True),
        (StatementKind.RESULT, Design.NOT_REPORTED, None, False),
        (StatementKind.RESULT, Design.NOT_REPORTED, "walker-2020", False),
        (StatementKind.PRACTICE, Design.NOT_REPORTED, "carter-2022", False),
        (StatementKind.OPINION, Design.NOT_REPORTED, "carter-2022", False),
        (StatementKind.OPINION, Design.INTERVIEWS, None, True),
        (StatementKind.RECOMMENDATION, Design.SURVEY, None, True),
        (StatementKind.RECOMMENDATION, Design.EVIDENCE_REVIEW, None, False),
        (StatementKind.PROPOSAL, Design.MODELLING, None, False),
        (StatementKind.RESULT, Design.NO_STUDY, "carter-2022", False),
        (StatementKind.PRACTICE, Design.POLICY_DOCUMENT, "carter-2022", False),
    ],
)
def test_a_study_stands_only_behind_what_a_study_found(
    base: EvidenceBase, kind: StatementKind, design: Design, study: str | None, stands: bool
) -> None:
    pattern = base.finding("walker-2020.garden-days")
    finding = pattern.model_copy(update={"statement_kind": kind, "design": design, "primary_study": study})
    assert stands_on_a_study(finding) is stands
    found = support([finding])
    assert (len(found.studies), found.without_study) == ((1, 0) if stands else (0, 1))


@pytest.mark.parametrize(
    ("designs", "said"),
    [
        ((), ""),
        ((Design.SURVEY,), "the study had no comparison group"),
        ((Design.SURVEY, Design.INTERVIEWS), "none of the studies had a comparison group"),
        ((Design.NOT_REPORTED,), "whether it had a comparison group is not reported"),
        ((Design.NOT_REPORTED, Design.NOT_REPORTED), "whether any of the primary studies had a comparison group is not reported"),
        ((Design.NOT_REPORTED, Design.EVIDENCE_REVIEW), "whether the primary study had a comparison group is not reported"),
        ((Design.EVIDENCE_REVIEW,), "whether the studies that it read had comparison groups is not counted here"),
        ((Design.SURVEY, Design.NOT_REPORTED), "the one study of known design had no comparison group"),
        ((Design.SURVEY, Design.SURVEY, Design.SYSTEMATIC_REVIEW), "none of the studies of known design had a comparison group"),
        ((Design.RANDOMISED_TRIAL, Design.NOT_REPORTED), "one study had a comparison group"),
    ],
)
def test_the_want_of_a_comparison_group_is_said_of_known_designs_only(base: EvidenceBase, designs: tuple[Design, ...], said: str) -> None:
    found = support(_results(base, *designs))
    assert found.comparison == said
    assert Strength("x", found, support([])).said == f"Rests on {found.said}{'; ' if said else ''}{said}."


def test_a_known_design_of_a_study_goes_before_an_unreported_one(base: EvidenceBase) -> None:
    made = _results(base, Design.NOT_REPORTED, Design.NOT_REPORTED, Design.SURVEY)
    found = support([finding.model_copy(update={"primary_study": "carter-2022"}) for finding in made])
    assert found.studies == {"carter-2022": Design.SURVEY}


def test_whether_groups_were_compared_is_known_of_primary_designs_only() -> None:
    told = {design: compared_groups(design) for design in Design}
    assert (told[Design.RANDOMISED_TRIAL], told[Design.SURVEY], told[Design.NOT_REPORTED]) == (True, False, None)
    assert {told[design] for design in REVIEWS} == {None}


@pytest.fixture(scope="module")
def real(root: Path) -> EvidenceBase:
    return read_evidence(root / "evidence")


def test_no_work_is_coded_both_as_a_review_and_as_a_primary_study(real: EvidenceBase) -> None:
    roles: defaultdict[str, set[bool]] = defaultdict(set)
    for finding in real.findings.values():
        if stands_on_a_study(finding) and finding.design is not Design.NOT_REPORTED:
            roles[finding.study].add(finding.design in REVIEWS)
    assert {study for study, role in roles.items() if len(role) > 1} == set()


def test_a_document_that_is_no_study_is_not_counted_as_one(real: EvidenceBase) -> None:
    studies = support(real.findings.values()).studies
    assert studies.keys().isdisjoint({"spf-draft-2024", "power-to-change-2019", "nasp-funding-models"})
    own = [finding for finding in real.findings.values() if not finding.second_hand and finding.design is Design.NOT_REPORTED]
    assert {finding.statement_kind for finding in own} <= {StatementKind.RESULT}


def test_reviews_are_told_apart_from_primary_studies(base: EvidenceBase) -> None:
    assert (
        _said(base, Design.INTERVIEWS, Design.SURVEY, Design.SURVEY)
        == "three statements from three primary studies (two surveys and one interview study)"
    )
    assert _said(base, Design.EVIDENCE_REVIEW) == "one statement from one evidence review"
    assert _said(base, Design.SYSTEMATIC_REVIEW, Design.EVIDENCE_REVIEW, Design.INTERVIEWS, Design.NO_STUDY) == (
        "three statements from one primary study (interview study) and two reviews (one systematic review and one evidence review) "
        "and one statement with no study reported behind it"
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(Design))), max_size=12))
def test_studies_never_outnumber_statements_and_repeating_one_adds_none(base: EvidenceBase, coded: list[tuple[str, Design]]) -> None:
    pattern = base.finding("walker-2020.garden-days")
    findings: list[Finding] = [
        pattern.model_copy(update={"id": f"x.{number}", "primary_study": study, "design": design})
        for number, (study, design) in enumerate(coded)
    ]
    found = support(findings)
    assert len(found.studies) + found.without_study <= found.statements == len(coded)
    assert sum(found.by_design.values()) == len(found.studies) == len(found.primary) + len(found.reviews)
    assert support(findings + findings) == found


def test_the_matrix_holds_the_findings_that_carry_both_codes(base: EvidenceBase) -> None:
    found = matrix(base, "walk-type", "money")
    assert [finding.id for finding in found.findings("walk-type.guided", "money.council")] == ["walker-2020.loneliness-fell"]
    assert found.studies("walk-type.guided", "money.lottery") == 0
    with pytest.raises(EvidenceError, match="there is no group of codes 'monet'"):
        matrix(base, "monet", "theme")
