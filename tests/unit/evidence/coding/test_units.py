"""Which passages both coders marked."""

from __future__ import annotations

import pytest
from coding_rounds import unit
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.evidence.coding.agreement import MIN_SOURCES, MIN_UNITS
from spf_analysis.evidence.coding.sheet import CodedUnit
from spf_analysis.evidence.coding.units import likeness, paired, unit_agreement
from spf_analysis.evidence.model import Locator

WORDS = ("walking", "groups", "were", "the", "best", "risk")
MARKED = st.lists(
    st.builds(
        lambda paragraph, words, codes: unit("walker-2020", "Voices", paragraph, " ".join(words), " ".join(codes)),
        st.integers(1, 3),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=5, unique=True),
        st.lists(st.sampled_from(["theme.risk", "theme.loneliness"]), max_size=2, unique=True),
    ),
    max_size=8,
    unique_by=lambda one: (one.locator.paragraph, one.anchor),
)


def like(one: str, other: str, paragraph: int = 2, item: str | None = None, second: str | None = None) -> float:
    places = Locator(section="Voices", paragraph=2, item=item), Locator(section="Voices", paragraph=paragraph, item=second)
    return likeness(("walker-2020", places[0], one), ("walker-2020", places[1], other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("the “garden days” were the best", 'garden days"', 1.0),
        ("Loneliness scores fell", "scores fell by twelve", 2 / 3),
        ("pooled money", "three walking groups", 0.0),
    ],
)
def test_anchors_are_compared_by_the_words_of_the_shorter_one(one: str, other: str, expected: float) -> None:
    assert like(one, other) == pytest.approx(expected)


def test_another_place_is_another_passage() -> None:
    assert like("the same words", "the same words", paragraph=3) == 0
    assert like("the same words", "the same words", item="i", second="ii") == 0
    assert like("the same words", "the same words", item="i") == 1


def test_each_passage_is_paired_once_the_most_alike_first() -> None:
    first = [unit("walker-2020", "Voices", 2, "walking groups were", "theme.risk"), unit("walker-2020", "Voices", 2, "the best groups", "")]
    second = [unit("walker-2020", "Voices", 2, "groups were the best", ""), unit("walker-2020", "Voices", 2, "walking groups", "")]
    pairs = paired(first, second)
    assert [(pair.first, pair.second) for pair in pairs] == [(first[0], second[1]), (first[1], second[0])]


@given(MARKED, MARKED)
def test_every_passage_stands_once(first: list[CodedUnit], second: list[CodedUnit]) -> None:
    pairs = paired(first, second)
    assert [pair.first for pair in pairs if pair.first] == first
    assert sorted(repr(pair.second) for pair in pairs if pair.second) == sorted(map(repr, second))
    assert len({pair.id for pair in pairs}) == len(pairs)


@given(MARKED, MARKED)
def test_swapping_the_coders_swaps_the_counts(first: list[CodedUnit], second: list[CodedUnit]) -> None:
    one, other = unit_agreement(paired(first, second), given=False), unit_agreement(paired(second, first), given=False)
    assert (one.matched + one.first_only, one.matched + one.second_only) == (len(first), len(second))
    assert (other.matched + other.first_only, other.matched + other.second_only) == (len(second), len(first))


@given(MARKED)
def test_the_same_passages_agree_wholly(marked: list[CodedUnit]) -> None:
    found = unit_agreement(paired(marked, marked), given=False)
    assert found.f1 == (1 if marked else None)


def test_the_thresholds_are_stated() -> None:
    assert (MIN_UNITS, MIN_SOURCES) == (20, 8)
