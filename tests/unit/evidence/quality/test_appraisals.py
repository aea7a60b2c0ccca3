"""Appraisals by instruments: what each is made for, reasons instead of scores, and who judged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.quality.appraisal import Appraisal
from spf_analysis.evidence.quality.instrument import FITTING, Instrument, StudyKind
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.removal import without
from spf_analysis.evidence.search import show, shown_as_dict

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module")
def base() -> EvidenceBase:
    return read_evidence(SAMPLES / "base")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES / "base", tmp_path / "evidence"))


def test_each_kind_of_study_is_asked_what_is_meant_for_it(base: EvidenceBase) -> None:
    instrument = base.instrument("study-check")
    assert [one.id for one in instrument.criteria_for(StudyKind.RANDOMISED)] == ["question", "allocation"]
    assert [one.id for one in instrument.criteria_for(StudyKind.NON_RANDOMISED)] == ["question", "confounders"]
    assert instrument.answers_to(instrument.criteria[0]) == ("yes", "no")
    assert instrument.answers_to(instrument.criteria[2]) == ("yes", "partial yes", "no")


def test_a_source_has_its_appraisals_and_loses_them_with_its_findings(base: EvidenceBase) -> None:
    assert [item.id for item in base.appraisals_of("walker-2020")] == ["walker-2020.street-check"]
    assert base.appraisals_of("baker-2021") == ()
    left = without(base, "walker-2020")
    assert set(left.appraisals) == {"carter-2022.study-check"}


def test_who_appraised_follows_from_the_names(base: EvidenceBase) -> None:
    one, two = base.appraisal("walker-2020.street-check"), base.appraisal("carter-2022.study-check")
    assert not one.checked
    assert one.said == "single appraisal, by A. Coder, not yet checked by a second person"
    assert two.checked
    assert two.said == "appraised by A. Coder and B. Reader"


@given(st.lists(st.sampled_from(["machine-assisted", "A. Coder", "a. coder ", "B. Reader"]), min_size=1, max_size=6))
def test_a_machine_is_no_second_person(base: EvidenceBase, names: list[str]) -> None:
    judged = base.appraisal("walker-2020.street-check").model_copy(update={"appraisers": tuple(names)})
    people = {" ".join(name.split()).casefold() for name in names} - {"machine-assisted"}
    assert judged.checked == (len(people) == 2)


def test_nothing_of_an_appraisal_or_an_instrument_is_a_number() -> None:
    numbers = {"score", "total", "level", "rating", "overall", "weight"}
    assert not numbers & {*Appraisal.model_fields, *Instrument.model_fields}
    with pytest.raises(ValidationError):
        Instrument(
            id="x", name="X", source="x", about="x", made_for=(StudyKind.MIXED_METHODS,), not_made_for="x", answers=("0", "1"), criteria=()
        )


def test_every_kind_but_grey_literature_says_which_designs_it_may_have() -> None:
    assert set(FITTING) == set(StudyKind) - {StudyKind.GREY_LITERATURE}
    assert all(FITTING.values())


def test_an_appraisal_is_shown_question_by_question(base: EvidenceBase) -> None:
    said = " ".join(show(base, "walker-2020.street-check").split())
    assert "Is the author known? Yes: The groups sign it. (Summary, paragraph 1)" in said
    assert "not yet checked by a second person" in said
    assert "Street check" in show(base, "street-check")
    assert shown_as_dict(base, "carter-2022.study-check")["kind"] == "appraisal"


@pytest.mark.parametrize("name", ["cerqual", "grade-cerqual", "grade"])
def test_what_judges_claims_is_refused_for_a_study(folder: Path, name: str) -> None:
    path = folder / "quality" / "appraisals" / "walker-2020.yaml"
    path.write_text(path.read_text().replace("instrument: street-check", f"instrument: {name}"))
    assert next(problem.message for problem in problems_of(folder)).endswith("judges the confidence in a claim, never a study")


def test_an_appraisal_of_a_data_set_is_refused(folder: Path) -> None:
    path = folder / "sources.yaml"
    path.write_text(path.read_text().replace("{id: carter-2022, kind: work}", "{id: carter-2022, kind: data set}"))
    assert any("is a data set" in problem.message for problem in problems_of(folder))
