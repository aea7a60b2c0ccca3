"""The instruments that ship are those of their authors, and every source text was appraised by one that is made for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import problems_of
from spf_analysis.evidence.quality.instrument import StudyKind
from spf_analysis.evidence.reading import read_evidence

TEXTS = Path(__file__).parents[2].parent / "shared" / "sources"


@pytest.fixture(scope="module")
def base(root: Path) -> EvidenceBase:
    return read_evidence(root / "evidence")


def test_the_base_with_its_appraisals_holds_together(root: Path) -> None:
    assert problems_of(root / "evidence") == []


def test_the_four_instruments_ask_as_many_questions_as_their_authors_do(base: EvidenceBase) -> None:
    assert set(base.instruments) == {"aacods", "mmat-2018", "amstar-2", "chec"}
    mmat, amstar, chec = base.instrument("mmat-2018"), base.instrument("amstar-2"), base.instrument("chec")
    assert all(len(mmat.criteria_for(kind)) == 2 + 5 for kind in mmat.made_for)
    assert len(mmat.made_for) == 5
    assert len(amstar.criteria) == 16 + 1  # one question is asked of trials and of other studies
    assert sum(one.critical for one in amstar.criteria) == 7 + 1
    assert len(chec.criteria) == 19
    assert {one.heading for one in base.instrument("aacods").criteria} == {
        "Authority",
        "Accuracy",
        "Coverage",
        "Objectivity",
        "Date",
        "Significance",
    }


def test_each_kind_of_study_has_one_instrument(base: EvidenceBase) -> None:
    made = [kind for instrument in base.instruments.values() for kind in instrument.made_for]
    assert sorted(made) == sorted(StudyKind)


def test_each_instrument_is_cited_with_a_work_that_can_be_found(base: EvidenceBase) -> None:
    for instrument in base.instruments.values():
        entry = base.work(instrument.source).as_csl()
        assert entry["author"]
        assert entry.get("DOI") or entry.get("URL")


def test_every_source_text_was_appraised_as_grey_literature(base: EvidenceBase) -> None:
    texts = [source for source in base.sources.values() if source.kind == "source text"]
    assert len(texts) == 5
    for source in texts:
        by = {appraisal.instrument: appraisal for appraisal in base.appraisals_of(source.id)}
        assert by["aacods"].judged_as is StudyKind.GREY_LITERATURE
        assert not by["aacods"].checked
    interviews = base.appraisal("bromley-by-bow-2019.mmat-2018")
    assert interviews.judged_as is StudyKind.QUALITATIVE


def test_reviews_of_which_no_search_is_told_are_not_judged_as_systematic_reviews(base: EvidenceBase) -> None:
    assert not [item.id for item in base.appraisals.values() if item.instrument == "amstar-2"]


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the source texts are not at hand")
def test_every_place_of_an_answer_is_a_paragraph_of_the_text(base: EvidenceBase) -> None:
    import hashlib

    from spf_analysis.evidence.passages import passages

    texts = {hashlib.sha256(file.read_bytes()).hexdigest(): file.read_text(encoding="utf-8") for file in TEXTS.glob("*.txt")}
    for appraisal in base.appraisals.values():
        source = base.source(appraisal.source)
        places = {(part.section, part.paragraph) for part in passages(texts[source.text_sha256 or ""], source.outline)}
        named = [answer.locator for answer in appraisal.answers if answer.locator]
        assert [str(place) for place in named if (place.section, place.paragraph) not in places] == []
