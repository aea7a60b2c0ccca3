"""What the Fund's tables answer of one area is what stands in them."""

from __future__ import annotations

from pathlib import Path

from spf_analysis.fund import read_fund
from spf_analysis.periods import FinancialYear

FUND = read_fund(Path(__file__).parents[3] / "evidence" / "fund")


def test_what_is_looked_up_of_an_area_is_what_a_walk_through_the_tables_finds() -> None:
    tables, year = FUND.tables, FinancialYear(2026)
    for vintage in FUND.areas.vintages:
        latest = {item.area: item for item in tables.latest_residents(vintage.start)}
        weights = {item.area: item for item in tables.weights_for(vintage.start, year)}
        land = {item.area: item.km2 for item in tables.land if item.vintage == vintage.start}
        scores = {item.area: item.average_score for item in tables.deprivation if item.vintage == vintage.start}
        for code in (*(area.code for area in vintage.areas), "gone"):
            assert tables.residents_of(code, vintage.start) == latest.get(code)
            assert tables.weights_of(code, vintage.start, year) == weights.get(code)
            assert tables.land_of(code, vintage.start) == land.get(code)
            assert tables.deprivation_of(code, vintage.start) == scores.get(code)
