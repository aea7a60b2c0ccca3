from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from spf_analysis.errors import FundError
from spf_analysis.figures import Reference
from spf_analysis.fund.parameters import DatedValue, Parameter, Rulebook

PARAGRAPH = Reference("spf-draft-2024", "para 29")


def value(day: date, amount: str) -> DatedValue:
    return DatedValue(day, Decimal(amount), PARAGRAPH)


RATE = Parameter("local_rate", "Rate.", "GBP per head", (value(date(2024, 4, 1), "0.9"), value(date(2030, 4, 1), "1.2")), "rates.yaml")
INFLATION = Parameter("cpi_september", "CPI.", "per cent", (value(date(2024, 9, 1), "1.7"), value(date(2025, 9, 1), "3.8")), "cpi.yaml")


def test_a_value_holds_until_the_next_one() -> None:
    assert [RATE.at(day).number for day in (date(2024, 4, 1), date(2030, 3, 31), date(2030, 4, 1))] == [
        Decimal("0.9"),
        Decimal("0.9"),
        Decimal("1.2"),
    ]


def test_before_the_first_value_the_error_says_what_there_is() -> None:
    with pytest.raises(FundError) as caught:
        RATE.at(date(2024, 3, 31))
    assert "'local_rate' has no value for 31 March 2024; the first is 1 April 2024 (£0.90)" in str(caught.value)
    assert "rates.yaml" in str(caught.value)


def test_a_month_without_a_value_is_named_with_the_last_there_is() -> None:
    with pytest.raises(FundError) as caught:
        INFLATION.of_month(2026, 9)
    assert str(caught.value).startswith("fund: 'cpi_september' has no value for September 2026; the last is September 2025 (3.8)")
    assert "Add it with its reference to cpi.yaml, or name a scenario." in str(caught.value)


def test_a_scenario_adds_but_never_replaces() -> None:
    longer = INFLATION.with_value(value(date(2026, 9, 1), "2.0")).with_value(value(date(2025, 9, 1), "9.9"))
    assert longer.of_month(2026, 9).number == 2
    assert longer.of_month(2025, 9).number == Decimal("3.8")


def test_an_unknown_parameter_rule_or_interpretation_is_an_error() -> None:
    empty = Rulebook((), ())
    for ask in (empty.parameter, empty.rule, empty.question):
        with pytest.raises(FundError, match="nowhere"):
            ask("nowhere")
