"""Measures of agreement: published examples, and what must hold of any coding."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.evidence.coding import measures
from spf_analysis.evidence.coding.measures import Table, alpha, masi, nominal

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section D: four observers, twelve units, missing values.
KRIPPENDORFF_2011 = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")
# Krippendorff 2011, section A: two observers, ten binary units.
BINARY_2011 = ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
# Krippendorff 2011, section B: two observers, twelve units, five categories.
NOMINAL_2011 = ("a a b b d c c c e d d a", "b a b b b c c c e d d d")
CODES = ("a", "b", "c", "d")
SETS = st.frozensets(st.sampled_from(CODES), max_size=4)
UNITS = st.lists(st.tuples(SETS, SETS), min_size=2, max_size=25)
DECISIONS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=40)


def by_unit(observers: tuple[str, ...]) -> list[list[str]]:
    rows = [line.split() for line in observers]
    return [[row[number] for row in rows if row[number] != "."] for number in range(len(rows[0]))]


def table(decisions: list[tuple[bool, bool]]) -> Table:
    found = Table()
    for one, other in decisions:
        found = found.with_decision(one, other)
    return found


@pytest.mark.parametrize(("observers", "expected"), [(KRIPPENDORFF_2011, 0.743), (NOMINAL_2011, 0.692), (BINARY_2011, 0.095)])
def test_alpha_is_that_of_the_published_examples(observers: tuple[str, ...], expected: float) -> None:
    assert alpha(by_unit(observers), nominal) == pytest.approx(expected, abs=0.0005)


def test_the_binary_table_gives_the_published_alpha_too() -> None:
    decisions = [(one == "1", other == "1") for one, other in by_unit(BINARY_2011)]
    assert table(decisions).alpha == pytest.approx(0.095, abs=0.0005)


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        ((20, 5, 10, 15), 0.40),  # two readers of fifty applications, the textbook case of Cohen's kappa
        ((45, 15, 25, 15), 0.1304),  # the same agreement with other margins
        ((25, 35, 5, 35), 0.2593),
        ((10, 0, 0, 30), 1.0),
        ((0, 10, 10, 0), -1.0),
    ],
)
def test_kappa_of_known_tables(counts: tuple[int, int, int, int], kappa: float) -> None:
    assert Table(*counts).kappa == pytest.approx(kappa, abs=0.0001)


def test_the_distance_between_sets_is_that_of_passonneau() -> None:
    assert masi({"a"}, {"a"}) == 0
    assert masi(set(), set()) == 0
    assert masi({"a", "b"}, {"a", "b", "c", "d"}) == pytest.approx(1 - 2 / 3 * 2 / 4)
    assert masi({"a", "b"}, {"b", "c"}) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi({"a"}, {"b"}) == 1
    assert masi(set(), {"b"}) == 1


@given(SETS, SETS)
def test_the_distance_is_symmetrical_and_between_0_and_1(one: frozenset[str], other: frozenset[str]) -> None:
    assert masi(one, other) == masi(other, one)
    assert 0 <= masi(one, other) <= 1
    assert (masi(one, other) == 0) == (one == other)


@given(UNITS)
def test_perfect_agreement_is_1_or_undefined(units: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    same = [(one, one) for one, _ in units]
    assert alpha(same, masi) == (1 if len({one for one, _ in same}) > 1 else None)


@given(DECISIONS)
def test_perfect_agreement_on_a_code_is_1_or_undefined(decisions: list[tuple[bool, bool]]) -> None:
    same = table([(one, one) for one, _ in decisions])
    expected = 1 if len({one for one, _ in decisions}) > 1 else None
    assert (same.kappa, same.alpha) == (expected, expected)
    assert same.agreement == 1


@given(UNITS, st.randoms(use_true_random=False))
def test_order_of_units_and_coders_changes_nothing(units: list[tuple[frozenset[str], frozenset[str]]], draw: random.Random) -> None:
    turned = [tuple(reversed(unit)) for unit in units]
    draw.shuffle(turned)
    assert alpha(turned, masi) == pytest.approx(alpha(units, masi))


@given(DECISIONS)
def test_swapping_the_coders_changes_no_measure_of_a_code(decisions: list[tuple[bool, bool]]) -> None:
    one, other = table(decisions), table([(second, first) for first, second in decisions])
    assert (one.agreement, one.kappa, one.alpha, one.prevalence) == pytest.approx(
        (other.agreement, other.kappa, other.alpha, other.prevalence)
    )


@given(UNITS, st.permutations(CODES))
def test_other_names_for_the_codes_change_nothing(units: list[tuple[frozenset[str], frozenset[str]]], names: list[str]) -> None:
    named = dict(zip(CODES, names, strict=True))
    renamed = [tuple(frozenset(named[code] for code in codes) for codes in unit) for unit in units]
    assert alpha(renamed, masi) == pytest.approx(alpha(units, masi))


@given(DECISIONS)
def test_saying_absent_for_present_changes_neither_kappa_nor_alpha(decisions: list[tuple[bool, bool]]) -> None:
    one, other = table(decisions), table([(not first, not second) for first, second in decisions])
    assert (one.agreement, one.kappa, one.alpha) == pytest.approx((other.agreement, other.kappa, other.alpha))


@given(DECISIONS)
def test_the_table_and_the_general_alpha_agree(decisions: list[tuple[bool, bool]]) -> None:
    assert table(decisions).alpha == pytest.approx(alpha(decisions, nominal))


@given(DECISIONS)
def test_measures_stay_in_their_range(decisions: list[tuple[bool, bool]]) -> None:
    found = table(decisions)
    for value in (found.kappa, found.alpha):
        assert value is None or -1 - 1e-9 <= value <= 1


def test_pooled_kappa_is_that_of_mean_agreement_and_mean_chance() -> None:
    one, other = Table(20, 5, 10, 15), Table(10, 0, 0, 30)
    agreement, chance = (0.7 + 1.0) / 2, (0.5 + 0.625) / 2
    assert measures.pooled_kappa([one, other]) == pytest.approx((agreement - chance) / (1 - chance))
    assert measures.pooled_kappa([one]) == pytest.approx(one.kappa)
    assert measures.pooled_kappa([]) is None


def test_resampling_draws_whole_sources_and_is_the_same_each_time() -> None:
    drawn = measures.resamples(9, times=50)
    assert drawn == measures.resamples(9, times=50)
    assert all(sum(weights) == 9 for weights in drawn)
    assert len(set(drawn)) > 40


def test_alpha_of_a_resample_is_that_of_the_units_drawn() -> None:
    sources = [[("a", "a"), ("a", "b")], [("b", "b")], [("c", "a"), ("c", "c"), ("b", "c")]]
    found = measures.disagreement(sources, nominal)
    drawn = [*sources[0], *sources[0], *sources[2]]
    assert found.alpha([2, 0, 1]) == pytest.approx(alpha(drawn, nominal))
    assert found.alpha() == pytest.approx(alpha([unit for units in sources for unit in units], nominal))


def test_an_interval_needs_a_measure_that_is_nearly_always_defined() -> None:
    assert measures.interval([0.5] * 89 + [None] * 11) is None
    low, high = measures.interval([number / 100 for number in range(101)]) or (0, 0)
    assert (low, high) == pytest.approx((0.025, 0.975))
    assert measures.interval([]) is None
