"""What the Fund's figures rest on, in words, and that every part of it moves when its file does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from spf_analysis.errors import FundError
from spf_analysis.fund.basis import basis_of
from spf_analysis.fund.reading import read_fund
from spf_analysis.periods import FinancialYear

YEAR = FinancialYear(2026)


def test_it_names_vintage_data_rules_and_readings(untouched: Path) -> None:
    fund = read_fund(untouched / "evidence" / "fund")
    found = basis_of(fund, YEAR)
    assert (found.year, found.vintage) == ("2026/27", "2026-04-01")
    assert found.areas == tuple(area.code for area in fund.areas.on(date(2026, 4, 1)))
    assert found.data["Residents"].startswith("estimates for mid-2024")
    assert found.data["Inflation that last raised the rate"] == "3.8%, to September 2025"
    assert "£0.9000" in found.rules.values()
    assert found.readings["Whose heads are counted?"].startswith("Residents")
    assert all(isinstance(value, str) and value for part in (found.data, found.rules, found.readings) for value in part.values())


def test_another_year_rests_on_other_data(untouched: Path) -> None:
    fund = read_fund(untouched / "evidence" / "fund")
    before, after = basis_of(fund, FinancialYear(2025)), basis_of(fund, YEAR)
    assert before.vintage != after.vintage
    assert before.data["Inflation that last raised the rate"] == "1.7%, to September 2024"
    with pytest.raises(FundError):
        basis_of(fund, FinancialYear(2040))


def test_a_changed_rule_and_reading_are_seen(workbench: Path) -> None:
    folder = workbench / "evidence" / "fund"
    before = basis_of(read_fund(folder), YEAR)
    rule = folder / "rules" / "local_rate.yaml"
    rule.write_text(rule.read_text().replace("value: 0.90", "value: 0.95"))
    after = basis_of(read_fund(folder), YEAR)
    moved = {name for name in before.rules if before.rules[name] != after.rules[name]}
    assert {after.rules[name] for name in moved} == {"£0.9500"}
