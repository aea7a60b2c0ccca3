"""The facts table: every figure of an outcome once, as its source wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.facts import facts
from spf_analysis.evidence.reading import read_evidence


def test_it_holds_every_figure_of_the_outcome_with_design_number_and_comparison(base: EvidenceBase) -> None:
    found = facts(base, "theme.loneliness")
    assert len(found.facts) == sum(len(finding.figures) for finding in base.findings_with("theme.loneliness"))
    first = found.facts[0].as_dict()
    assert first["as_written"] == "12%"
    assert (first["design"], first["n"], first["compared_with"]) == (
        "before and after, uncontrolled",
        "40 walkers",
        "the same walkers before",
    )


def test_figures_of_one_study_stand_together(base: EvidenceBase) -> None:
    studies = [fact.finding.study for fact in facts(base, "theme.loneliness").facts]
    assert len(list(dict.fromkeys(studies))) == sum(one != other for one, other in zip(studies, [None, *studies], strict=False))


def test_reviews_and_bare_statements_are_not_counted_among_its_studies(root: Path) -> None:
    real = read_evidence(root / "evidence")
    assert facts(real, "outcome.gp-demand").behind.reviews.keys() >= {"polley-2017-review"}
    assert "polley-2017-review" not in facts(real, "outcome.gp-demand").behind.primary
    assert " review" in facts(real, "outcome.gp-demand").said


def test_an_outcome_without_a_figure_says_so(base: EvidenceBase) -> None:
    found = facts(base, "theme.risk")
    assert found.facts == ()
    assert found.said == "No figure is reported; one statement speaks of it in words."


def test_an_unknown_outcome_is_told(base: EvidenceBase) -> None:
    with pytest.raises(EvidenceError, match=r"there is no code 'theme\.lonelines'"):
        facts(base, "theme.lonelines")
