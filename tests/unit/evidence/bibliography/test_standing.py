"""Marking where a source stands: with a reason, one record touched, and what rests on it named."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.bibliography.register import open_register
from spf_analysis.evidence.bibliography.standing import Marked, Status, mark
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.reading import read_evidence


def marked(folder: Path, source: str, status: Status, by: str | None = None, why: str | None = None) -> Marked:
    register = open_register(folder)
    done = mark(register, source, status, by=by, why=why)
    register.save()
    return done


def test_a_claim_on_a_retracted_source_fails_the_check(folder: Path) -> None:
    before = (folder / "sources.yaml").read_text()
    done = marked(folder, "walker-2020", "retracted", why="Notice of 3 May 2026.")
    assert done.claims == ("walking.loneliness", "walking.risk")
    record = read_evidence(folder).source("walker-2020")
    assert (record.status, record.status_reason) == ("retracted", "Notice of 3 May 2026.")
    assert [problem.message for problem in problems_of(folder)] == ["the claim rests on 'walker-2020', which was retracted"] * 2
    marked(folder, "walker-2020", "current")
    assert problems_of(folder) == []
    assert (folder / "sources.yaml").read_text() == before


def test_a_study_told_second_hand_counts_too(folder: Path) -> None:
    marked(folder, "carter-2022", "withdrawn", why="By its authors.")
    assert problems_of(folder) == []  # it stands against the claim only
    assert marked(folder, "carter-2022", "current").before == "withdrawn"


def test_why_a_source_is_current_again_is_kept_with_why_it_was_not(folder: Path) -> None:
    marked(folder, "carter-2022", "retracted", why="Notice of 3 May 2026.")
    marked(folder, "carter-2022", "current", why="The notice was about another paper.")
    record = read_evidence(folder).source("carter-2022")
    assert (record.status, record.status_reason) == ("current", None)
    assert record.note == "Was retracted (Notice of 3 May 2026). Current again: The notice was about another paper."
    marked(folder, "carter-2022", "superseded", by="baker-2021", why="x")
    marked(folder, "carter-2022", "current", why="Both stand.")
    again = read_evidence(folder).source("carter-2022").note or ""
    assert again.startswith(record.note)
    assert again.endswith("Was superseded by baker-2021 (x). Current again: Both stand.")


def test_superseded_names_its_successor(folder: Path) -> None:
    done = marked(folder, "carter-2022", "superseded", by="baker-2021", why="Second edition.")
    assert done.as_dict()["superseded_by"] == "baker-2021"
    assert read_evidence(folder).source("carter-2022").superseded_by == "baker-2021"


@pytest.mark.parametrize(
    ("source", "status", "by", "why", "message"),
    [
        ("carter-2023", "retracted", None, "x", "there is no source 'carter-2023'"),
        ("carter-2022", "superseded", None, "x", "names its successor"),
        ("carter-2022", "retracted", "baker-2021", "x", "only a superseded one does"),
        ("carter-2022", "retracted", None, None, "with a reason"),
        ("carter-2022", "superseded", "nobody-1999", "x", "there is no source 'nobody-1999'"),
        ("carter-2022", "superseded", "carter-2022", "x", "leads back to"),
        ("baker-2021", "superseded", "dyer-2010", "x", "leads back to"),
    ],
)
def test_what_does_not_go_together_is_told(
    folder: Path, source: str, status: Status, by: str | None, why: str | None, message: str
) -> None:
    before = (folder / "sources.yaml").read_text()
    with pytest.raises(EvidenceError, match=message):
        marked(folder, source, status, by=by, why=why)
    assert (folder / "sources.yaml").read_text() == before
