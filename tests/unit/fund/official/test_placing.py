"""A file's areas are placed by ODS or GSS code, also by codes that changed within a vintage, in one vintage and completely."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from spf_analysis.areas import Areas, read_areas
from spf_analysis.errors import Problem
from spf_analysis.fund.official.placing import place

FOLDER = Path(__file__).parents[4] / "evidence" / "fund"
APRIL_2023 = date(2023, 4, 1)


@pytest.fixture(scope="module")
def areas() -> Areas:
    return read_areas(FOLDER)


@pytest.mark.parametrize("day", [date(2022, 7, 1), APRIL_2023, date(2026, 4, 1)])
@pytest.mark.parametrize("by", ["code", "gss_code"])
def test_every_area_is_found_by_the_codes_of_its_day(by: str, day: date, areas: Areas) -> None:
    problems: list[Problem] = []
    found = place({getattr(area, by): f"file, row {area.code}" for area in areas.on(day)}, areas, problems)
    assert problems == []
    assert found is not None
    assert found.vintage == areas.vintage(day)
    assert {found.codes[getattr(area, by)]: area.code for area in areas.on(day)} == {area.code: area.code for area in areas.on(day)}


def test_codes_that_changed_in_april_2023_are_known_before_and_after(areas: Areas) -> None:
    before, after = ({area.code: area.gss_code for area in areas.on(day)} for day in (date(2022, 7, 1), APRIL_2023))
    assert sorted(code for code in before if before[code] != after[code]) == ["QNX", "QXU"]


def test_an_area_that_is_lacking_and_one_of_the_other_vintage_are_told(areas: Areas) -> None:
    codes = {area.code: f"list.csv, row {index}" for index, area in enumerate(areas.on(date(2026, 4, 1)), 2) if area.code != "QOC"}
    problems: list[Problem] = []
    place({**codes, "QNQ": "list.csv, row 99", "QJX": "list.csv, row 100"}, areas, problems)
    assert [item.message for item in problems] == [
        "'QNQ' is an area of the vintage of 1 July 2022, the others of 1 April 2026",
        "there is no area 'QJX'",
        "no row for QOC of the areas in force from 1 April 2026",
    ]
    assert problems[1].hint.startswith("Did you mean")


def test_a_file_without_codes_has_no_place(areas: Areas) -> None:
    assert place({}, areas, []) is None
