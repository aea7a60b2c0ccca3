"""Figures and references: nothing without grounds."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from spf_analysis.errors import FundError
from spf_analysis.figures import Figure, Interpretation, Reference, Step, as_json

PLACE = Reference("spf-draft-2024", "para 29")
STEP = Step("Rate in the draft", Decimal("0.90"), "GBP per head", PLACE)


def test_a_figure_without_grounds_cannot_be_made() -> None:
    with pytest.raises(FundError, match="without grounds"):
        Figure("share", "Share", 1, "GBP", ())


@pytest.mark.parametrize(("source", "locator"), [("", "para 29"), ("spf-draft-2024", "")])
def test_a_reference_needs_source_and_locator(source: str, locator: str) -> None:
    with pytest.raises(FundError, match="a reference needs a source and a locator"):
        Reference(source, locator)


def test_worked_steps_are_grounds() -> None:
    figure = Figure("rate", "Rate", Decimal("0.9"), "GBP per head", (), (STEP,))
    assert figure.said == "£0.9000"
    assert "£0.9000" in figure._repr_html_()
    assert "para 29" in figure._repr_html_()


def test_a_missing_value_is_said_and_stays_null() -> None:
    figure = Figure("residents", "Residents", None, "people", (PLACE,))
    assert figure.said == "not reported"
    assert figure.as_dict()["value"] is None


def test_a_figure_is_json_through_and_through() -> None:
    reading = Interpretation("first-update", "When?", "April 2025", ("April 2024",), PLACE, (("April 2024", 1200), ("never", None)))
    figure = Figure("rate", "Rate", Decimal("0.95008"), "GBP per head", (PLACE,), (STEP,), (reading,))
    again = json.loads(json.dumps(figure.as_dict()))
    assert again["value"] == 0.95008
    assert again["steps"][0] == {**STEP.as_dict(), "reference": {"source": "spf-draft-2024", "locator": "para 29"}}
    assert again["interpretations"][0]["effects"][1] == {"alternative": "never", "effect_in_pounds": None}


@pytest.mark.parametrize(("value", "expected"), [(Decimal("3.0"), 3), (Decimal("0.95"), 0.95), (None, None), ("a word", "a word"), (7, 7)])
def test_exact_decimals_become_json_numbers(value: Decimal | str | int | None, expected: object) -> None:
    found = as_json(value)
    assert found == expected
    assert type(found) is type(expected)


def test_text_in_a_notebook_is_shown_as_text() -> None:
    figure = Figure("x", "<script>alert(1)</script>", 1, "GBP", (PLACE,), (Step("<b>", 1, "GBP", Reference("<i>", "<u>")),))
    shown = figure._repr_html_()
    assert not any(mark in shown for mark in ("<script>", "<b>", "<i>", "<u>"))
