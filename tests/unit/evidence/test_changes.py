"""What changed between two moments: records, and the support and confidence of claims counted in distinct studies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.changes import ClaimChange, changes, moved
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.removal import without
from spf_analysis.evidence.snapshot import ClaimState, snapshot

STATE = ClaimState(
    "walking.risk", "A sentence.", "qualitative", "money", confidence="low confidence", primary_for=("a", "b"), primary_against=("x",)
)


def changed(**fields: object) -> ClaimChange:
    return ClaimChange("walking.risk", "changed", STATE, replace(STATE, **fields))  # type: ignore[arg-type]


def test_nothing_changes_between_two_readings(base: EvidenceBase, folder: Path) -> None:
    assert not changes(snapshot(base), snapshot(read_evidence(folder)))


def test_a_changed_statement_is_told_and_moves_no_study(base: EvidenceBase, folder: Path) -> None:
    file = folder / "findings" / "walker-2020.yaml"
    file.write_text(file.read_text().replace("An officer held", "A council officer held"))
    found = changes(snapshot(base), snapshot(read_evidence(folder)))
    assert [change.as_dict() for change in found.records] == [{"noun": "finding", "id": "walker-2020.pooled-safer", "what": "changed"}]
    assert found.claims == ()
    assert found.counts() == [("finding", 0, 1, 0)]


def test_a_source_that_was_added_gives_what_it_brings(base: EvidenceBase) -> None:
    found = changes(snapshot(without(base, "harbour-2021")), snapshot(base))
    assert {(change.noun, change.what) for change in found.records} == {
        ("finding", "added"),
        ("claim", "changed"),
        ("gap", "changed"),
        ("contradiction", "added"),
    }
    (claim,) = found.claims
    assert claim.said[0] == "Gained one primary study against it (carter-2022)."
    assert (claim.support, claim.confidence, claim.judge_again) == ("lost", "", True)
    assert claim.said[-1] == "Its confidence (not graded) was judged before that: judge it again."


def test_a_study_that_is_only_told_again_is_no_gain(base: EvidenceBase) -> None:
    claim = base.claim("walking.loneliness").model_copy(update={"findings_for": ("walker-2020.loneliness-fell",)})
    less = replace(base, claims={**base.claims, claim.id: claim})
    found = {change.id: change for change in changes(snapshot(less), snapshot(base)).claims}["walking.loneliness"]
    assert (found.support, found.judge_again) == ("", False)
    assert found.said == ("The number of statements behind it changed; the studies did not.",)


@pytest.mark.parametrize(
    ("fields", "support", "confidence", "again"),
    [
        ({"primary_for": ("a", "b", "c")}, "gained", "", True),
        ({"primary_for": ("a",)}, "lost", "", True),
        ({"primary_for": ("a", "c")}, "both", "", True),
        ({"primary_against": ()}, "gained", "", True),
        ({"reviews_against": ("r",)}, "lost", "", True),
        ({"confidence": "moderate confidence"}, "", "gained", False),
        ({"confidence": "very low confidence"}, "", "lost", False),
        ({"confidence": "not graded"}, "", "both", False),
        ({"primary_for": ("a", "b", "c"), "confidence": "moderate confidence"}, "gained", "gained", False),
        ({"primary_for": ("a", "b", "c"), "reason": "Judged with the third study."}, "gained", "", False),
        ({"caution": "Old."}, "", "", False),
    ],
)
def test_gains_and_losses(fields: dict[str, object], support: str, confidence: str, again: bool) -> None:
    found = changed(**fields)
    assert (found.support, found.confidence, found.judge_again) == (support, confidence, again)
    assert found.said


def test_new_and_gone_and_reworded() -> None:
    assert ClaimChange("c", "added", None, STATE).said == ("New.",)
    assert ClaimChange("c", "removed", STATE, None).said[0].startswith("Gone")
    assert changed(text="Another sentence.").said == ("Reworded.",)
    assert changed(text="Another sentence.").as_dict()["before"]["text"] == "A sentence."


SIDES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2))


@given(SIDES, SIDES)
def test_what_moved_turns_round_with_the_moments(before: dict[str, int], after: dict[str, int]) -> None:
    there, back = dict(moved(before, after)), dict(moved(after, before))
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert there == {key: turned[what] for key, what in back.items()}
    assert there.keys() == {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
