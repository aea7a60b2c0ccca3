from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import Design, Finding
from spf_analysis.evidence.synthesis import matrix, strength, support


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
    assert strength(base, base.claim("walking.risk")).said == "Rests on one statement with no study behind it."


def _said(base: EvidenceBase, *designs: Design) -> str:
    pattern = base.finding("walker-2020.garden-days")
    made = [pattern.model_copy(update={"id": f"x.{n}", "primary_study": f"s-{n}", "design": design}) for n, design in enumerate(designs)]
    return support(made).said


def test_reviews_are_told_apart_from_primary_studies(base: EvidenceBase) -> None:
    assert (
        _said(base, Design.INTERVIEWS, Design.SURVEY, Design.SURVEY)
        == "three statements from three primary studies (two surveys and one interview study)"
    )
    assert _said(base, Design.EVIDENCE_REVIEW) == "one statement from one evidence review"
    assert _said(base, Design.SYSTEMATIC_REVIEW, Design.EVIDENCE_REVIEW, Design.INTERVIEWS, Design.NO_STUDY) == (
        "three statements from one primary study (interview study) and two reviews (one systematic review and one evidence review) "
        "and one statement with no study behind it"
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
