"""Editions: registered, dated, in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from spf_analysis.editions import Edition, read_editions
from spf_analysis.errors import BriefingError
from spf_analysis.periods import FinancialYear

FIRST = Edition("2026-27-first", "First edition for 2026/27", date(2026, 11, 21), FinancialYear(2026))


def test_the_registered_editions_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "editions.yaml"
    path.write_text(
        "schema: 1\neditions:\n"
        "  - {id: one, title: One, date: 2026-04-01, year: 2026/27, previous: null}\n"
        "  - {id: two, title: Two, date: 2027-04-01, year: 2027/28, previous: one}\n"
    )
    one, two = read_editions(path)
    assert (one.day, one.year, one.previous) == (date(2026, 4, 1), FinancialYear(2026), None)
    assert (two.id, two.previous, two.registered) == ("two", "one", True)


def test_another_year_is_an_unregistered_preview_of_the_same_date() -> None:
    preview = FIRST.for_year(FinancialYear(2025))
    assert preview.id == "2026-27-first-preview-2025-26"
    assert (preview.day, preview.registered, preview.previous) == (FIRST.day, False, None)
    assert FIRST.for_year(FinancialYear(2026)) is FIRST


def test_an_edition_says_itself() -> None:
    assert FIRST.label == "First edition for 2026/27, 21 November 2026"
    assert FIRST.as_dict()["date_said"] == "21 November 2026"


def test_the_projects_own_editions_can_be_read(root: Path) -> None:
    assert read_editions(root / "evidence" / "editions.yaml")[-1].registered


BAD = Path(__file__).parents[1] / "samples" / "bad" / "editions"


@pytest.mark.parametrize("path", sorted(BAD.glob("*/evidence/editions.yaml")), ids=lambda path: path.parents[1].name)
def test_a_bad_register_earns_its_message(path: Path, snapshot: Callable[[Path, str], None]) -> None:
    with pytest.raises(BriefingError) as caught:
        read_editions(path)
    snapshot(path.parents[1] / "message.txt", str(caught.value))
    assert all(problem.kind == "briefing" and problem.where and problem.hint for problem in caught.value.problems)
