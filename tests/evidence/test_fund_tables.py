"""The Fund's own tables hold together, and agree with the gathered public files where those are at hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from spf_analysis.fund import Fund, problems_of, read_fund
from spf_analysis.fund.table_reading import COLUMNS
from spf_analysis.periods import FinancialYear

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "evidence" / "fund"
SHARED = ROOT.parent / "shared" / "data"
FIRST, SECOND = date(2022, 7, 1), date(2026, 4, 1)


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(FOLDER)


def shared(name: str) -> list[dict[str, str]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the public file {path.name} is not at hand")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_is_wrong_with_the_fund() -> None:
    assert problems_of(FOLDER) == []


def test_both_vintages_hold_the_same_people(fund: Fund) -> None:
    sums = {vintage: sum(item.residents for item in fund.tables.latest_residents(vintage)) for vintage in (FIRST, SECOND)}
    assert sums == {FIRST: 58_620_101, SECOND: 58_620_101}


@pytest.mark.parametrize("start", [2022, 2023, 2024, 2025])
def test_weighted_populations_sum_to_the_registered_ones(fund: Fund, start: int) -> None:
    items = fund.tables.weights_for(FIRST, FinancialYear(start))
    registered, weighted = sum(item.registered for item in items), sum(item.weighted for item in items)
    assert {item.year for item in items} == {FinancialYear(start)}
    assert len(items) == 42
    assert abs(registered - weighted) < len(items)


def test_the_people_of_practices_that_could_not_be_placed_are_as_many_as_is_said(fund: Fund) -> None:
    before = sum(item.registered for item in fund.tables.weights_for(FIRST, FinancialYear(2025)))
    after = fund.tables.weights_for(SECOND, FinancialYear(2025))
    assert before - sum(item.registered for item in after) == pytest.approx(35_665, abs=42)
    unplaced = {item.area for item in after if "35,665" in item.method}
    divided = {item.predecessor for item in fund.areas.successions if item.kind == "divided"}
    assert unplaced == {item.successor for item in fund.areas.successions if item.predecessor in divided}


def test_every_area_has_one_tile_and_no_tile_two_areas(fund: Fund) -> None:
    for year in ("2025/26", "2026/27"):
        tiles = fund.tiles(year)
        assert set(tiles) == {area.code for area in fund.areas_in(year)}
        assert len(set(tiles.values())) == len(tiles)
    for vintage in fund.areas.vintages:
        codes = [item.area for item in fund.tables.tiles if item.vintage == vintage.start]
        assert len(codes) == len(set(codes)) == len(vintage.areas)


def test_every_area_has_land_link_workers_and_an_entry_for_deprivation(fund: Fund) -> None:
    for vintage in fund.areas.vintages:
        codes = {area.code for area in vintage.areas}
        for table in (fund.tables.land, fund.tables.link_workers, fund.tables.deprivation):
            assert {item.area for item in table if item.vintage == vintage.start} == codes


def test_deprivation_is_missing_where_the_footprint_changed(fund: Fund) -> None:
    missing = {item.area for item in fund.tables.deprivation if item.vintage == SECOND and item.average_score is None}
    assert missing == {area.code for area in fund.areas.on(SECOND) if not fund.areas.unchanged(area.code, FIRST, SECOND)}
    assert missing == {"S1Y5D", "D7T5G", "QRL", "T6Y0W", "S9B9J", "S0E4D", "Z9B2Z"}


def test_every_column_says_where_it_comes_from(fund: Fund) -> None:
    keys = set(yaml.safe_load((FOLDER / "columns.yaml").read_text(encoding="utf-8"))["keys"])
    for path in sorted(FOLDER.glob("*.csv")):
        for column in set(path.read_text(encoding="utf-8").splitlines()[0].split(",")) - keys:
            assert fund.tables.origin(path.name, column), f"{path.name}: {column}"
    assert set(COLUMNS) < {path.name for path in FOLDER.glob("*.csv")}


def test_the_eight_schemes_have_their_places(fund: Fund) -> None:
    places = fund.places()
    assert len(places) == 8
    assert all(place.density and place.need and place.region for place in places.values())
    assert places["Merton"].areas == ("QWE",)


def test_every_rule_of_the_draft_has_its_reference(fund: Fund) -> None:
    values = [item for rule in fund.rulebook.rules for parameter in rule.parameters for item in parameter.values]
    assert values
    assert all(item.reference.source in ("spf-draft-2024", "ons-mm23-d7g7", "ncvo-small-charities-2019") for item in values)
    assert {rule.edition for rule in fund.rulebook.rules} == {"spf-draft-2024"}


def test_the_tables_agree_with_the_areas_of_2022(fund: Fund) -> None:
    weights = {item.area: item for item in fund.tables.weights_for(FIRST, FinancialYear(2025))}
    residents = {item.area: item.residents for item in fund.tables.latest_residents(FIRST)}
    scores = {item.area: item for item in fund.tables.deprivation if item.vintage == FIRST}
    rows = shared("areas/icb_2022_2026.csv")
    assert len(rows) == len(residents)
    for row in rows:
        code = row["ods_code"]
        assert residents[code] == int(row["population"])
        assert weights[code].weighted == int(row["weighted_population"])
        assert weights[code].registered == int(row["weighted_population_base_gp_population"])
        assert f"{scores[code].average_score}" == f"{float(row['imd_score']):.3f}"
        area = fund.areas.get(code, date(2025, 4, 1))
        assert (area.gss_code, area.name, area.region) == (row["gss_code"], row["icb_name"].strip(), row["nhs_region"])


def test_the_tables_agree_with_the_areas_of_2026(fund: Fund) -> None:
    rows = {row["ods_code"]: row for row in shared("areas/icb_2026.csv")}
    residents = {row["ods_code"]: int(row["residents_mid2024"]) for row in shared("areas/residents_mid2024_2026_areas_derived.csv")}
    for item in fund.tables.latest_residents(SECOND):
        assert item.residents == residents[item.area]
    for weights in fund.tables.weights_for(SECOND, FinancialYear(2026)):
        assert weights.weighted == float(rows[weights.area]["weighted_population_2526_derived"])
        assert weights.registered == float(rows[weights.area]["wp2526_base_gp_population_derived"])


def test_every_september_agrees_with_the_series(fund: Fund) -> None:
    values = {item.day.year: float(item.number) for item in fund.rulebook.parameter("cpi_september").values}
    series = {int(row["year"]): float(row["cpi_annual_rate_pct"]) for row in shared("cpi/cpi_september_d7g7.csv")}
    assert values == {year: rate for year, rate in series.items() if year >= 1997}
