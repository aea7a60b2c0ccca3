"""Official files become rows of the tables: each layout, what had to be coped with, and nothing written but on demand."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from official_input import BAD, OFFICIAL, given, lay_out, tree

from spf_analysis.errors import FundError, SpfError, TypesettingError
from spf_analysis.evidence.model import Source
from spf_analysis.fund import problems_of, read_fund
from spf_analysis.fund.official.extract import Told
from spf_analysis.fund.official.heading import day, number
from spf_analysis.fund.official.recognising import KINDS, recognise
from spf_analysis.fund.official.sheet import open_official
from spf_analysis.fund.official.update import UpdatePlan, plan_update, write_update
from spf_analysis.fund.official.writing import write_together
from spf_analysis.periods import FinancialYear
from spf_analysis.records import read_yaml

NEW, OLD = date(2026, 4, 1), date(2022, 7, 1)
EXPECTED = {
    "inflation.csv": ("ons-cpi", 1, 0, 2),
    "population.yaml": ("ons-population", 5, 0, 3),
    "practices_2026_2027.csv": ("nhse-practices", 6 + 4 + 8, 0, 0),
    "practices_2022-23.csv": ("nhse-practices", 6 + 8, 0, 0),
    "overall_2627.yaml": ("nhse-overall", 8, 0, 0),
    "overall_2223.yaml": ("nhse-overall", 6, 0, 0),
    "overall_2324.yaml": ("nhse-overall", 0, 0, 0),
    "registered_by_region.csv": ("nhse-registered", 2, 0, 0),
    "registered_by_practice.csv": ("nhse-registered", 2, 0, 0),
    "deprivation_imd2025.csv": ("mhclg-deprivation", 0, 2, 8),
    "workforce.csv": ("nhse-workforce", 3 + 2, 0, 0),
}


def plan(name: str, folder: Path, told: Told | None = None) -> UpdatePlan:
    return plan_update(lay_out(folder) if not (folder / "evidence").exists() else folder / "evidence", given(OFFICIAL / name, folder), told)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "evidence" / "fund" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_sample_is_expected_and_of_exactly_one_kind(tmp_path: Path) -> None:
    assert sorted(path.name for path in OFFICIAL.iterdir()) == sorted(EXPECTED)
    for name, (kind, *_) in EXPECTED.items():
        file = open_official(given(OFFICIAL / name, tmp_path))
        assert [item.id for item in KINDS if item.fits(file)] == [kind]
        assert recognise(file).id == kind


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "overall_2324.yaml"])
def test_a_sample_changes_what_it_should_and_only_when_told(name: str, tmp_path: Path) -> None:
    evidence = lay_out(tmp_path)
    before = tree(evidence)
    found = plan(name, tmp_path)
    assert (found.kind.id, found.count("added"), found.count("changed"), found.count("unchanged")) == EXPECTED[name]
    assert tree(evidence) == before
    write_update(found)
    assert problems_of(evidence / "fund") == []
    assert {path for path, content in tree(evidence).items() if before.get(path) != content} == {
        path.relative_to(evidence).as_posix() for path in found.contents
    }
    again = plan(name, tmp_path)
    assert (again.count("added"), again.count("changed"), dict(again.contents)) == (0, 0, {})


def test_inflation_is_added_to_the_rule_and_prices_the_next_year(tmp_path: Path) -> None:
    write_update(plan("inflation.csv", tmp_path))
    text = (tmp_path / "evidence" / "fund" / "rules" / "cpi.yaml").read_text(encoding="utf-8")
    original = (Path(__file__).parents[4] / "evidence" / "fund" / "rules" / "cpi.yaml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line not in original.splitlines()] == ["      2026-09: 2.9"]
    fund = read_fund(tmp_path / "evidence" / "fund")
    assert fund.rate("2027/28") == fund.rate("2026/27") * Decimal("1.029")
    library = json.loads((tmp_path / "evidence" / "library.json").read_text(encoding="utf-8"))
    assert library[0]["issued"] == {"date-parts": [[2026, 10, 21]]}


def test_the_register_names_file_checksum_publisher_and_date_and_keeps_its_comments(tmp_path: Path) -> None:
    found = plan("population.yaml", tmp_path)
    write_update(found)
    document = read_yaml(tmp_path / "evidence" / "sources.yaml", "source")
    entry = next(item for item in document.content["sources"] if item["id"] == "ons-sape-2025")
    source = Source.model_validate_json(json.dumps(entry))
    assert source.publisher == "Office for National Statistics"
    assert (source.files[0].name, source.files[0].sha256, source.files[0].published) == ("population.xlsx", found.file.sha256, "2026-11-06")
    text = (tmp_path / "evidence" / "sources.yaml").read_text(encoding="utf-8")
    assert text.startswith("# The register.\n")
    assert text.count("# a remark") == 4
    works = json.loads((tmp_path / "evidence" / "library.json").read_text(encoding="utf-8"))
    assert {work["id"] for work in works} == {item["id"] for item in document.content["sources"]}


def test_residents_are_summed_and_carried_to_the_areas_that_followed(tmp_path: Path) -> None:
    found = plan("population.yaml", tmp_path)
    write_update(found)
    fund = read_fund(tmp_path / "evidence" / "fund")
    assert {item.area: item.residents for item in fund.tables.latest_residents(OLD)} == {"AA1": 504_000, "BB1": 302_000, "CC1": 201_000}
    assert {item.area: (item.residents, item.method) for item in fund.tables.latest_residents(NEW)} == {
        "AA1": (504_000, "carried over: the footprint did not change"),
        "DD000": (503_000, "carried over: sum of whole predecessors"),
    }
    assert fund.tables.reference("residents.csv", "residents").source == "ons-sape-2025"
    columns = read_yaml(tmp_path / "evidence" / "fund" / "columns.yaml", "fund").content["tables"]["residents.csv"]["residents"]
    assert columns["earlier"] == [{"source": "invented-people", "locator": "invented"}]
    assert "mid-2025: the header stands in row 4" in found.coped


def test_practices_are_summed_and_those_without_figures_are_counted(tmp_path: Path) -> None:
    closed = (OFFICIAL / "practices_2026_2027.csv").read_text(encoding="utf-8-sig") + "P5,CLOSED,CC1,NHS Westhill ICB,E06000904,,,-,,..\n"
    file = tmp_path / "practices_2026_2027.csv"
    file.write_text(closed, encoding="utf-8-sig")
    found = plan_update(lay_out(tmp_path), file)
    values = {
        item.key["area"]: item.new for item in found.changes if item.table == "weighted_populations.csv" and item.column == "registered"
    }
    assert values == {"AA1": "510001", "BB1": "305000", "CC1": "205000", "DD000": "510000"}
    assert "one practice without figures left out" in found.coped
    assert "a byte order mark before the first heading" in found.coped
    parts = {item.key["part"]: item.new for item in found.changes if item.table == "parts.csv" and item.column == "weighted"}
    assert parts == {"E06000901": "340000", "E06000902": "230000", "E06000903": "275000", "E06000904": "175000"}


def test_other_headings_encodings_and_separators_are_coped_with_and_told(tmp_path: Path) -> None:
    found = plan("practices_2022-23.csv", tmp_path)
    assert found.extract.origin.id == "nhse-place-based-2022"
    assert "encoding CP1252, not UTF-8" in found.coped
    assert "the header stands in row 3" in found.coped
    assert "the heading 'Overall  weighted population' was read as 'Overall weighted population'" in found.coped
    assert {item.key["part"] for item in found.changes if item.table == "parts.csv"} == {"01A", "01B", "02A", "03A"}
    assert found.changes[0].new == "495000"


def test_an_older_year_is_not_carried_over_what_the_later_areas_have(tmp_path: Path) -> None:
    found = plan("practices_2022-23.csv", tmp_path)
    assert {item.key["vintage"] for item in found.changes} == {"2022-07-01"}
    write_update(found)
    assert read_fund(tmp_path / "evidence" / "fund").tables.reference("weighted_populations.csv", "weighted").source == "invented-weights"


def test_need_indices_are_turned_into_people_with_the_last_registered_population(tmp_path: Path) -> None:
    write_update(plan("overall_2627.yaml", tmp_path))
    fund = read_fund(tmp_path / "evidence" / "fund")
    weights = {item.area: item for item in fund.tables.weights_for(NEW, FinancialYear(2027))}
    assert {code: (item.registered, item.weighted) for code, item in weights.items()} == {
        "AA1": (500_000, 550_000),
        "DD000": (500_000, 450_000),
    }
    assert weights["AA1"].method == "registered population of 2025/26 times the published need index"
    assert weights["AA1"].source == "nhse-overall-weighted-2026"
    assert not fund.share("AA1", "2026/27").allocation.weights_are_older


@pytest.mark.parametrize(("index", "weighted"), [(1.11, {"552239", "447761"}), (1.4, None)])
def test_need_indices_are_rescaled_to_englands_sum_or_refused_where_far_from_it(
    index: float, weighted: set[str] | None, tmp_path: Path
) -> None:
    sheets = yaml.safe_load((OFFICIAL / "overall_2627.yaml").read_text(encoding="utf-8"))
    sheets["icb_index_2627"][2][21] = index
    file = tmp_path / "overall.yaml"
    file.write_text(yaml.safe_dump({"icb_index_2627": sheets["icb_index_2627"]}), encoding="utf-8")
    if weighted is None:
        with pytest.raises(FundError, match="2026/27: weighted populations sum to 1,150,000, registered ones to 1,000,000"):
            plan_update(lay_out(tmp_path), given(file, tmp_path))
        return
    found = plan_update(lay_out(tmp_path), given(file, tmp_path))
    assert {item.new for item in found.changes if item.column == "weighted"} == weighted


def test_published_people_of_a_workbook_are_taken_over(tmp_path: Path) -> None:
    found = plan("overall_2223.yaml", tmp_path)
    values = {(item.key["area"], item.column): item.new for item in found.changes}
    assert values["BB1", "registered"] == "298000"
    assert values["BB1", "weighted"] == "286000"


def test_need_indices_of_a_year_without_registered_people_are_refused_and_beside_known_ones_only_compared(tmp_path: Path) -> None:
    with pytest.raises(FundError, match="2023/24 has need indices alone"):
        plan("overall_2324.yaml", tmp_path)
    write_update(plan("practices_2022-23.csv", tmp_path))
    found = plan("overall_2324.yaml", tmp_path)
    assert {item.key["financial_year"] for item in found.changes} == {"2023/24"}
    assert any(note.startswith("2024/25: the tables have") for note in found.extract.notes)


def test_both_forms_of_the_registered_list_agree(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = (plan(name, tmp_path / folder) for folder, name in (("a", "registered_by_region.csv"), ("b", "registered_by_practice.csv")))
    assert [item.as_dict() for item in one.changes] == [item.as_dict() for item in two.changes]
    write_update(one)
    fund = read_fund(tmp_path / "a" / "evidence" / "fund")
    assert {item.area: (item.registered, item.day) for item in fund.tables.registered_patients} == {
        "AA1": (520_000, date(2026, 11, 1)),
        "DD000": (505_000, date(2026, 11, 1)),
    }


def test_two_forms_of_date_in_one_list_are_one_day_and_told(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    text = (OFFICIAL / "registered_by_practice.csv").read_text(encoding="utf-8")
    file.write_text(text.replace("01/11/2026,DD000,P3", "01NOV2026,DD000,P3").replace("P4", " P4 "), encoding="utf-8")
    found = plan_update(lay_out(tmp_path), file)
    assert found.coped == ("one cell with spaces before or after", "dates are written in two forms: 01/11/2026 and 01NOV2026")
    assert {item.key["date"] for item in found.changes} == {"2026-11-01"}


def test_an_average_is_carried_only_where_the_footprint_did_not_change(tmp_path: Path) -> None:
    write_update(plan("deprivation_imd2025.csv", tmp_path))
    values = {(row["area"], row["vintage"]): row["average_score"] for row in rows(tmp_path, "deprivation.csv")}
    assert values["AA1", "2022-07-01"] == values["AA1", "2026-04-01"] == "31.100"
    assert values["DD000", "2026-04-01"] == ""


def test_both_roles_of_link_workers_are_counted_and_no_other(tmp_path: Path) -> None:
    found = plan("workforce.csv", tmp_path)
    assert {item.key["area"]: item.new for item in found.changes if item.key["vintage"] == "2022-07-01"} == {
        "AA1": "21.85",
        "BB1": "10.00",
        "CC1": "8.50",
    }
    assert {item.key["date"] for item in found.changes} == {"2026-05-31"}
    assert {item.key["area"]: item.new for item in found.changes if item.key["vintage"] == "2026-04-01"} == {
        "AA1": "21.85",
        "DD000": "18.50",
    }


def test_what_looks_unusual_is_told(tmp_path: Path) -> None:
    text = (OFFICIAL / "practices_2026_2027.csv").read_text(encoding="utf-8-sig")
    file = tmp_path / "practices_2026_2027.csv"
    for old, new in ((",205000,1,175000.3", ",20500,1,25500"), ("340000.2", "330000.2"), (",275000", ",250000")):
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    found = plan_update(lay_out(tmp_path), file)
    assert "2026/27 CC1: registered 20,500, 89.8% less beside 2025/26 (200,000)" in found.unusual
    assert "2026/27 CC1: 20,500 people registered beside 200,000 residents" in found.unusual
    assert plan("practices_2026_2027.csv", tmp_path).unusual == ()


def test_a_figure_that_replaces_another_of_its_period_is_compared_with_it(tmp_path: Path) -> None:
    sheets = yaml.safe_load((OFFICIAL / "population.yaml").read_text(encoding="utf-8"))
    row = next(row for row in sheets["Mid-2024 ICB 2024"] if "E54000902" in row)
    row[6:] = [450_000, 200_000, 50_000, 100_000, 100_000]
    file = tmp_path / "revised.yaml"
    file.write_text(yaml.safe_dump({name: rows for name, rows in sheets.items() if "2025" not in name}), encoding="utf-8")
    found = plan_update(lay_out(tmp_path), given(file, tmp_path))
    assert "2024-06-30 BB1: residents 450,000, 50.0% more beside 2024-06-30 (300,000)" in found.unusual
    assert [(item.old, item.new) for item in found.changes if item.state == "changed"] == [("300000", "450000")]


def test_a_changed_september_is_unusual(tmp_path: Path) -> None:
    file = tmp_path / "series.csv"
    file.write_text(
        (OFFICIAL / "inflation.csv").read_text(encoding="utf-8").replace('"2025 SEP","3.8"', '"2025 SEP","3.9"'), encoding="utf-8"
    )
    assert plan_update(lay_out(tmp_path), file).unusual == ("2025-09: 3.9 per cent instead of 3.8",)


def test_what_the_user_says_stands_before_what_a_name_says(tmp_path: Path) -> None:
    told = Told(FinancialYear(2030), None, date(2030, 1, 5))
    found = plan("practices_2026_2027.csv", tmp_path, told)
    assert {item.key["financial_year"] for item in found.changes} == {"2030/31"}
    assert found.as_dict()["source"]["published"] == "2030-01-05"


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    found = plan("inflation.csv", tmp_path)
    register = tmp_path / "evidence" / "sources.yaml"
    register.write_text(register.read_text(encoding="utf-8") + "# another hand\n", encoding="utf-8")
    before = tree(tmp_path / "evidence")
    with pytest.raises(FundError, match="changed while the update was planned"):
        write_update(found)
    assert tree(tmp_path / "evidence") == before


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_bytes(b"old")
    (tmp_path / "two.csv").mkdir()
    (tmp_path / "two.csv" / "kept").write_bytes(b"kept")
    with pytest.raises(TypesettingError, match=r"two.csv: the file cannot be written"):
        write_together({one: b"new", two: b"new"})
    two.joinpath("kept").unlink()
    two.rmdir()
    replace = os.replace
    monkeypatch.setattr(
        os, "replace", lambda a, b: replace(a, b) if Path(b) == one else (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(TypesettingError, match="No space left"):
        write_together({one: b"new", two: b"new"})
    assert tree(tmp_path) == {"one.csv": b"old"}


@pytest.mark.parametrize("case", sorted(path.name for path in BAD.iterdir()))
def test_a_bad_file_earns_its_message_and_changes_nothing(case: str, tmp_path: Path) -> None:
    snapshot = BAD / case / "message.txt"
    source = next(path for path in sorted((BAD / case).iterdir()) if path != snapshot)
    evidence = lay_out(tmp_path)
    before = tree(evidence)
    with pytest.raises(SpfError) as caught:
        plan_update(evidence, given(source, tmp_path))
    said = f"{caught.value}\n"
    if os.environ.get("SPF_REWRITE") == "1":
        snapshot.write_text(said, encoding="utf-8")
    assert said == snapshot.read_text(encoding="utf-8")
    assert str(tmp_path) not in said
    assert all(problem.kind == "fund" and problem.where and problem.hint for problem in caught.value.problems)
    assert tree(evidence) == before


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xd0\xcf\x11\xe0rest", "of the old kind"),
        (b"PK\x03\x04rest", "damaged"),
        (b"a\x00b", "neither text nor a workbook"),
        (b"a,b\n\x81\x8d,1\n", "no encoding"),
        (b"a" * 1_100_000, "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(raw: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "given"
    file.write_bytes(raw)
    with pytest.raises(FundError, match=said):
        open_official(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FundError, match=r"nowhere.csv: the file is missing"):
        open_official(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("text", ["2026-08-01", "01/08/2026", "01-08-2026", "01AUG2026", "1 August 2026", "1 Aug 2026"])
def test_days_are_read_in_the_forms_that_publishers_use(text: str) -> None:
    assert day(text) == date(2026, 8, 1)


def test_numbers_are_read_with_thousands_and_never_from_markers() -> None:
    assert number("1,234.5") == Decimal("1234.5")
    assert [number(text) for text in ("", "-", "[x]", "NaN", "inf", "1 2")] == [None] * 6
