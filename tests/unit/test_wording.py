"""How numbers are said: one rounding, one form for each unit, and never a zero for what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from spf_analysis import wording
from spf_analysis.wording import NOT_REPORTED

FORMS = (
    wording.whole,
    wording.decimal,
    wording.pounds,
    wording.pounds_signed,
    wording.pounds_rounded,
    wording.pounds_and_pence,
    wording.per_cent,
)
UNITS = ("GBP", "GBP per head", "GBP and pence", "people", "count", "per cent", "ratio", "FTE", "people per km2", "km2", "weeks")
NUMBERS = some.decimals(-(10**12), 10**12, places=4)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_missing_is_not_reported(form: object) -> None:
    assert callable(form)
    assert form(None) == NOT_REPORTED


@pytest.mark.parametrize("unit", UNITS)
def test_what_is_missing_is_not_reported_in_any_unit(unit: str) -> None:
    assert wording.said(None, unit) == NOT_REPORTED
    assert wording.said(0, unit) != NOT_REPORTED
    assert wording.said("a word", unit) == "a word"


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-0.5, 0, "-1"), (1.005, 2, "1.01"), (2.675, 2, "2.68"), ("0.9500814", 4, "0.9501")],
)
def test_halves_round_away_from_zero_on_the_value_as_written(value: float | str, places: int, expected: str) -> None:
    assert wording.rounded(Decimal(value) if isinstance(value, str) else value, places) == Decimal(expected)


@given(NUMBERS)
def test_rounding_is_the_same_on_both_sides_of_zero(value: Decimal) -> None:
    assert wording.rounded(-value) == -wording.rounded(value)
    assert abs(wording.rounded(value) - value) <= Decimal("0.5")


@given(NUMBERS)
def test_pounds_can_be_read_back(value: Decimal) -> None:
    assert Decimal(wording.pounds(value).replace("£", "").replace(",", "").replace("−", "-")) == wording.rounded(value)


@given(NUMBERS)
def test_no_form_prints_a_hyphen_for_minus_or_a_negative_zero(value: Decimal) -> None:
    for form in FORMS:
        said = form(value)
        assert "-" not in said
        assert "−" not in said or any(digit in said for digit in "123456789")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (521364.4, "GBP", "£521,364"),
        (Decimal("0.95008"), "GBP per head", "£0.9501"),
        (0.986, "GBP and pence", "£0.99"),
        (58620101, "people", "58,620,101"),
        (3.8, "per cent", "3.8%"),
        (1.03881, "ratio", "1.0388"),
        (36.25, "FTE", "36.3 FTE"),
        (149.6, "people per km2", "150 people per km²"),
        (3487, "km2", "3,487 km²"),
        (12, "weeks", "12 weeks"),
    ],
)
def test_each_unit_has_its_form(value: float, unit: str, expected: str) -> None:
    assert wording.said(value, unit) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (55_693_868, "£55.7 million"),
        (1_234_567_890, "£1.23 billion"),
        (521_364, "£521,000"),
        (99_999, "£99,999"),
        (5_205_900, "£5.21 million"),
        (-2_500_000, "−£2.50 million"),
        (-521_364, "−£521,000"),
        (999_600, "£1.00 million"),
        (9_996_000, "£10.0 million"),
        (-12, "−£12"),
    ],
)
def test_large_sums_in_running_text(value: int, expected: str) -> None:
    assert wording.pounds_rounded(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(1200, "+£1,200"), (-300, "−£300"), (0, "no difference"), (0.4, "no difference")])
def test_differences_carry_their_sign(value: float, expected: str) -> None:
    assert wording.pounds_signed(value) == expected


def test_days_lists_and_counts() -> None:
    assert wording.day(date(2026, 4, 1)) == "1 April 2026"
    assert [wording.listed("abc"[:number]) for number in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert wording.listed(("a", "b"), last="or") == "a or b"
    said = [wording.counted(number, "study", "studies") for number in (0, 1, 9, 10, 1200)]
    assert said == ["no studies", "one study", "nine studies", "10 studies", "1,200 studies"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("0.9500814"), "0.9500814"),
        (58620101, "58620101"),
        (Decimal("1.5000"), "1.5"),
        (Decimal(1) / 3, "0.333333333333"),
        (100, "100"),
    ],
)
def test_a_number_is_keyed_into_a_calculator_without_marks(value: Decimal | int, said: str) -> None:
    assert wording.keyed(value) == said
