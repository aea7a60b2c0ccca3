"""Closing a gap and opening it again: one record is touched, comments and order stay, and it points to what answers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.closing import closed, reopened
from spf_analysis.evidence.reading import read_evidence

TWO = """\
# What we ask ourselves.
schema: 1
gaps:
  - id: first      # the older one
    question: Who comes?
    raised_in: [harbour-2021]
    would_answer: Counting.

  - id: cost
    question: "What does a walking group cost?"   # asked by many
    raised_in: [harbour-2021, walker-2020.pooled-safer]
    would_answer: Accounts of the groups.
    limits: [walking.risk]
"""


@pytest.fixture
def gaps(folder: Path) -> Path:
    (folder / "gaps.yaml").write_text(TWO)
    return folder


def close(folder: Path, gap: str, *by: str, why: str = "It counted the cost.") -> None:
    (folder / "gaps.yaml").write_text(closed(folder, read_evidence(folder), gap, by, why))


def test_closing_touches_that_record_and_check_is_content(gaps: Path) -> None:
    close(gaps, "cost", "walker-2020.loneliness-fell", "baker-2021")
    text = (gaps / "gaps.yaml").read_text()
    assert text.startswith(TWO[: TWO.index("  - id: cost")])
    assert "# asked by many" in text
    record = read_evidence(gaps).gap("cost")
    assert (record.status, record.closed_by, record.closed_because) == (
        "closed",
        ("walker-2020.loneliness-fell", "baker-2021"),
        "It counted the cost.",
    )
    assert problems_of(gaps) == []
    assert read_evidence(gaps).gaps_limiting("walking.risk") == ()


def test_opening_it_again_brings_the_questions_back(gaps: Path) -> None:
    before = read_evidence(gaps).gap("cost")
    close(gaps, "cost", "baker-2021")
    (gaps / "gaps.yaml").write_text(reopened(gaps, read_evidence(gaps), "cost"))
    assert read_evidence(gaps).gap("cost") == before
    assert problems_of(gaps) == []


@pytest.mark.parametrize(
    ("by", "why", "message"),
    [
        ((), "It did.", "points to what closed it"),
        (("baker-2020",), "It did.", "there is no finding or source 'baker-2020'"),
        (("walker-2020.pooled-safer",), "It did.", "raised the question"),
        (("baker-2021",), "  ", "without a reason"),
    ],
)
def test_what_cannot_close_a_gap_is_told(gaps: Path, by: tuple[str, ...], why: str, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        close(gaps, "cost", *by, why=why)
    assert (gaps / "gaps.yaml").read_text() == TWO


def test_a_retracted_source_closes_nothing_and_what_it_closed_is_told(gaps: Path) -> None:
    close(gaps, "cost", "baker-2021")
    sources = gaps / "sources.yaml"
    sources.write_text(sources.read_text().replace("{id: baker-2021, kind: work}", "{id: baker-2021, kind: work, status: retracted}"))
    assert any("the gap is closed by 'baker-2021', which was retracted" in problem.message for problem in problems_of(gaps))
    with pytest.raises(EvidenceError, match="was retracted"):
        close(gaps, "first", "baker-2021")


def test_closed_once_and_open_once(gaps: Path) -> None:
    with pytest.raises(EvidenceError, match="the gap is open"):
        reopened(gaps, read_evidence(gaps), "cost")
    close(gaps, "cost", "baker-2021")
    with pytest.raises(EvidenceError, match="closed already, by baker-2021"):
        close(gaps, "cost", "carter-2022")
    with pytest.raises(EvidenceError, match="there is no gap 'costs'"):
        close(gaps, "costs", "carter-2022")
