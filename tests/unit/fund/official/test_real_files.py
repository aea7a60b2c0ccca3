"""The public files themselves, where they are at hand: reading them reproduces the project's own tables, figure by figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from spf_analysis.errors import FundError
from spf_analysis.fund.official.update import plan_update

ROOT = Path(__file__).parents[4]
SHARED = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the public files are not at hand")
REAL = {
    "cpi/ons_cpi_annual_series.csv": ("ons-cpi", {"rules/cpi.yaml": 29}),
    "population/sapeicb20222024.xlsx": ("ons-population", {"residents.csv": 3 * 42}),
    "allocations/nhse_place_based_2025_2026.csv": ("nhse-practices", {"weighted_populations.csv": 2 * 42, "parts.csv": 2 * 341}),
    "deprivation/imd2025_england_icb24.csv": ("mhclg-deprivation", {"deprivation.csv": 2 * (42 + 36)}),
    "workforce/splw_fte_nov2025_by_sub_icb.csv": ("nhse-workforce", {"link_workers.csv": 42}),
}


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_public_file_says_what_the_tables_say(name: str) -> None:
    found = plan_update(ROOT / "evidence", SHARED / name)
    kind, counts = REAL[name]
    assert found.kind.id == kind
    assert {table: sum(item.table == table for item in found.changes) for table in counts} == counts
    assert [item for item in found.changes if item.state != "unchanged"] == []
    assert len(found.changes) == sum(counts.values())
    assert found.unusual == ()
    assert {path.name for path in found.contents} <= {"sources.yaml"}


@pytest.mark.parametrize("name", ["areas/icb_2026.csv", "areas/lad24_to_icb24_derived.csv", "outcomes/swemwbs_raw_to_metric.csv"])
def test_a_derived_table_is_no_official_file(name: str) -> None:
    with pytest.raises(FundError, match="the layout of the file is not known"):
        plan_update(ROOT / "evidence", SHARED / name)
