from __future__ import annotations

from decimal import Decimal

import pytest

from spf_analysis.areas import Setting
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.case_study import Attribute, CaseStudy
from spf_analysis.evidence.nearest import nearest


def _setting(code: str, people: int, km2: int, need: str | None, region: str | None, areas: tuple[str, ...] = ()) -> Setting:
    return Setting(code, code.title(), region, people, None, Decimal(km2), None if need is None else Decimal(need), None, areas)


@pytest.fixture
def cases(base: EvidenceBase) -> list[CaseStudy]:
    pattern = base.case_study("westhaven")
    return [pattern.model_copy(update={"id": name, "name": name.title(), "place": name}) for name in ("farm", "town", "city")]


HERE = _setting("QXX", 900_000, 9_000, "1.05", "Midlands")
PLACES = {
    "farm": _setting("farm", 300_000, 3_000, "1.06", "Midlands"),
    "town": _setting("town", 350_000, 300, "1.08", "North West"),
    "city": _setting("city", 390_000, 19, "0.88", "London"),
}


def test_like_density_and_need_or_region_make_a_resemblance(cases: list[CaseStudy]) -> None:
    found = nearest(HERE, PLACES, cases)
    assert [(likeness.case_study, likeness.shared) for likeness in found.resembling] == [("farm", 3)]
    assert [(likeness.case_study, likeness.shared) for likeness in found.others] == [("town", 1), ("city", 0)]
    assert found.resembling[0].said == "Alike in density, need and region; not alike in size."
    assert found.resembling[0].reasons[0] == "density: 100 people per km² there, 100 people per km² here (both sparsely populated)"
    assert found.said == "Farm resembles Qxx most."


def test_a_scheme_in_the_area_itself_is_nearest(cases: list[CaseStudy]) -> None:
    places = {**PLACES, "city": _setting("city", 390_000, 19, "0.88", "London", ("QXX",))}
    assert [likeness.case_study for likeness in nearest(HERE, places, cases).resembling] == ["city", "farm"]


def test_where_none_resembles_the_area_it_says_so(cases: list[CaseStudy]) -> None:
    found = nearest(_setting("QYY", 2_500_000, 9_000, "1.00", "South West"), PLACES, cases)
    assert found.resembling == ()
    assert found.said == "None of the case studies resembles Qyy."
    assert [likeness.case_study for likeness in found.others] == ["farm", "town", "city"]


def test_what_is_not_reported_is_not_shared(cases: list[CaseStudy]) -> None:
    found = nearest(_setting("QZZ", 900_000, 9_000, None, None), {"farm": _setting("farm", 300_000, 3_000, None, None)}, cases)
    farm = next(likeness for likeness in found.others if likeness.case_study == "farm")
    assert farm.shared == 1
    assert "need: not reported there, not reported here (not reported there, not reported here)" in farm.reasons
    assert next(likeness for likeness in found.others if likeness.case_study == "city").shared == 0


@pytest.mark.parametrize(
    ("km2", "need", "region", "resembles"),
    [
        (3_000, "1.06", "London", True),
        (3_000, "0.90", "Midlands", True),
        (3_000, "0.90", "London", False),
        (19, "1.06", "Midlands", False),
    ],
)
def test_without_like_density_nothing_resembles(cases: list[CaseStudy], km2: int, need: str, region: str, resembles: bool) -> None:
    found = nearest(HERE, {"farm": _setting("farm", 300_000, km2, need, region)}, cases[:1])
    assert bool(found.resembling) is resembles


def test_devolution_is_told_where_a_schemes_is_reported_and_does_not_count(cases: list[CaseStudy]) -> None:
    deal = Attribute(value="A deal on health and social care.", findings=("harbour-2019.begun-small",))
    devolved = [case.model_copy(update={"devolution": deal}) if case.id == "farm" else case for case in cases]
    found = nearest(HERE, PLACES, devolved)
    assert found.resembling[0].reasons[-1] == "devolution: a deal on health and social care there, not reported here"
    assert found.resembling[0].shared == 3
    assert not any("devolution" in reason for likeness in found.others for reason in likeness.reasons)
