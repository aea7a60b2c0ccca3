from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from spf_analysis.evidence import appraisal
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.expressions import expressions
from spf_analysis.evidence.model import Claim, Finding

SPEC = Path(__file__).parents[2] / "spec" / "wording"
BEHIND = yaml.safe_load((SPEC / "evidence_behind.yaml").read_text(encoding="utf-8"))
SENTENCES = yaml.safe_load((SPEC / "sentences.yaml").read_text(encoding="utf-8"))


def _finding(number: int, given: dict[str, str]) -> Finding:
    return Finding.model_validate(
        {
            "id": f"source.{number}",
            "source": "source",
            "locator": {"section": "1", "paragraph": 1},
            "anchor": "a few words",
            "statement": "A statement.",
            "statement_kind": given["kind"],
            "primary_study": given["study"],
            "design": given["design"],
            "about": "people",
            "codes": ("theme.x",),
            "direction": "favourable",
            "coder": "A. Coder",
            "date": "2026-01-05",
        },
        strict=False,
    )


def _claim(given: dict[str, Any]) -> Claim:
    level = given.get("level")
    confidence = (
        None
        if level is None
        else {"method": level, "reason": "x"}
        if level == "not graded"
        else {"method": "GRADE", "level": level, "reason": "x"}
    )
    return Claim.model_validate(
        {
            "id": "claim",
            "section": "section",
            "text": given["text"],
            "kind": given["kind"],
            "findings_for": tuple(f"source.{number}" for number in range(len(given["findings"]))),
            "confidence": confidence,
            "wording_exception": given.get("exception"),
        },
        strict=False,
    )


@pytest.mark.parametrize("case", BEHIND, ids=[case["name"] for case in BEHIND])
def test_a_claim_is_worded_no_stronger_than_its_evidence(case: dict[str, Any]) -> None:
    given, expect = case["given"], case["expect"]
    findings = {finding.id: finding for finding in (_finding(number, one) for number, one in enumerate(given["findings"]))}
    problems = appraisal.too_strong(EvidenceBase(findings=findings), _claim(given))
    assert [problem.message.split("'")[1] for problem in problems] == expect["refused"]
    assert all(expect.get("hint", "") in problem.hint for problem in problems)


@pytest.mark.parametrize("case", SENTENCES, ids=[case["text"] for case in SENTENCES])
def test_expressions_of_effect_are_told_from_hedged_reported_and_open_ones(case: dict[str, Any]) -> None:
    assert {found.words: found.strength for found in expressions(case["text"])} == case["states"]


def test_the_refusal_explains_what_stands_behind_the_claim() -> None:
    given = {"text": "It reduced demand.", "kind": "effect", "level": "not graded", "findings": BEHIND[0]["given"]["findings"]}
    (problem,) = appraisal.too_strong(EvidenceBase(findings={"source.0": _finding(0, given["findings"][0])}), _claim(given))
    assert problem.where == "claim 'claim'"
    assert "one primary study reports results, none with a comparison group; certainty not graded" in problem.message


def test_a_text_without_a_claim_may_say_what_followed_but_not_what_brought_it_about() -> None:
    assert not appraisal.unsupported("Wellbeing improved after a year.", "here")
    (problem,) = appraisal.unsupported("The scheme reduced visits, and it reduced costs.", "here")
    assert problem.where == "here"
    assert "'reduced'" in problem.message


def test_a_reasoned_exception_lets_a_strong_word_stand(folder: Path) -> None:
    path = folder / "claims" / "walking.yaml"
    strong = path.read_text().replace("was followed by lower loneliness", "reduced loneliness")
    path.write_text(strong)
    assert [problem.message.split(" states")[0] for problem in problems_of(folder)] == ["'reduced'"]
    reason = "    wording_exception: The authors of the trial use the word, and it is quoted as theirs.\n"
    path.write_text(strong.replace("    kind: effect\n", f"    kind: effect\n{reason}", 1))
    assert problems_of(folder) == []
