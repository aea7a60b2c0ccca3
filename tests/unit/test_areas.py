from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.areas import Areas, Setting, read_areas, suggestion
from spf_analysis.errors import FundError

FOLDER = Path(__file__).parents[2] / "evidence" / "fund"
BEFORE, AFTER = date(2025, 4, 1), date(2026, 4, 1)


@pytest.fixture(scope="module")
def areas() -> Areas:
    return read_areas(FOLDER)


def test_the_areas_depend_on_the_day(areas: Areas) -> None:
    assert len(areas.on(date(2026, 3, 31))) == 42
    assert len(areas.on(AFTER)) == 36
    assert {area.code for area in areas.on(AFTER)} - {area.code for area in areas.on(BEFORE)} == {
        "S1Y5D",
        "D7T5G",
        "T6Y0W",
        "S9B9J",
        "S0E4D",
        "Z9B2Z",
    }


def test_an_area_keeps_its_code_while_its_gss_code_changes(areas: Areas) -> None:
    assert [areas.get("QXU", day).gss_code for day in (date(2023, 3, 31), date(2023, 4, 1))] == ["E54000052", "E54000063"]
    assert [areas.get("QRL", day).gss_code for day in (BEFORE, AFTER)] == ["E54000042", "E54000067"]


def test_an_abolished_area_names_its_successors_and_the_day(areas: Areas) -> None:
    with pytest.raises(FundError) as caught:
        areas.get("QJG", AFTER)
    assert "NHS Suffolk and North East Essex Integrated Care Board (QJG) was abolished on 1 April 2026" in str(caught.value)
    assert "Essex (D7T5G) and Norfolk and Suffolk (T6Y0W)" in str(caught.value)


def test_an_area_that_is_not_there_yet_names_its_predecessors(areas: Areas) -> None:
    with pytest.raises(FundError, match="does not exist before 1 April 2026") as caught:
        areas.get("Z9B2Z", BEFORE)
    assert "North Central London (QMJ) and North West London (QRV)" in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("qoc", "QOC"), ("E54000011", "QOC"), ("Shropshyre", "QOC"), ("Kent", "QKS"), ("NHS Frimley", "QNQ"), ("Grater Manchester", "QOP")],
)
def test_an_unknown_area_gets_a_suggestion(areas: Areas, typed: str, meant: str) -> None:
    with pytest.raises(FundError, match=rf"Did you mean .*\({meant}\)\?"):
        areas.get(typed, AFTER)


def test_nothing_is_suggested_where_nothing_comes_near(areas: Areas) -> None:
    assert suggestion("zzzzzz", areas.on(AFTER)) is None


def test_a_day_before_the_first_vintage_is_an_error(areas: Areas) -> None:
    with pytest.raises(FundError, match="valid from 1 July 2022"):
        areas.on(date(2022, 6, 30))


def test_successions_say_what_was_merged_divided_and_kept(areas: Areas) -> None:
    assert areas.predecessors(areas.get("QOC", AFTER)) == ()
    assert areas.successors(areas.get("QOC", BEFORE)) == ()
    assert areas.predecessors(areas.get("QRL", AFTER)) == ("QNQ", "QRL")
    assert areas.successors(areas.get("QRL", BEFORE)) == ("QRL",)
    assert areas.successors(areas.get("QNQ", BEFORE)) == ("QRL", "S0E4D", "S9B9J")
    assert areas.whole_predecessors("Z9B2Z", BEFORE, AFTER) == ("QMJ", "QRV")
    assert areas.whole_predecessors("S0E4D", BEFORE, AFTER) is None
    assert areas.unchanged("QOC", BEFORE, AFTER)
    assert not areas.unchanged("QRL", BEFORE, AFTER)


def test_the_areas_of_a_day_as_the_command_line_prints_them(areas: Areas) -> None:
    entries = {entry["area"]: entry for entry in areas.as_dict(AFTER)["areas"]}
    assert entries["T6Y0W"] == {
        "area": "T6Y0W",
        "gss_code": "E54000068",
        "name": "NHS Norfolk and Suffolk Integrated Care Board",
        "region": "East of England",
        "predecessors": ["QJG", "QMM"],
        "successors": [],
    }


def test_reading_areas_loads_no_heavy_package() -> None:
    code = "import sys, spf_analysis.areas; print(sorted({'pandas', 'pydantic', 'altair', 'rapidfuzz'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_setting_says_what_it_knows_and_none_of_the_rest() -> None:
    cornwall = Setting("QT6", "Cornwall", residents=585_655, km2=Decimal(3589), need=Decimal("1.11"))
    assert cornwall.density == pytest.approx(Decimal("163.18"), abs=Decimal("0.01"))
    assert (cornwall.rurality, cornwall.size, cornwall.need_band) == ("sparsely populated", "a smaller area", "higher need than England")
    nowhere = Setting("X", "Nowhere")
    assert (nowhere.density, nowhere.rurality, nowhere.size, nowhere.need_band, nowhere.deprivation) == (None,) * 5
    assert nowhere.distance(cornwall) is None


@given(st.integers(1, 10**7), st.integers(1, 10**4), st.integers(1, 10**7), st.integers(1, 10**4))
def test_distance_is_mutual_and_nothing_is_unlike_itself(people: int, land: int, others: int, other_land: int) -> None:
    here, there = Setting("A", "A", residents=people, km2=Decimal(land)), Setting("B", "B", residents=others, km2=Decimal(other_land))
    assert here.distance(here) == 0
    assert here.distance(there) == there.distance(here)
