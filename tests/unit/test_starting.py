"""Starting a workbench elsewhere: it holds together, holds nothing of anybody's coding or ledger, and is put in place as a whole."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from spf_analysis import starting
from spf_analysis.editions import read_editions
from spf_analysis.errors import TypesettingError, UsageError
from spf_analysis.evidence.checking import problems_of as evidence_problems
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.fund import problems_of as fund_problems
from spf_analysis.fund import read_fund
from spf_analysis.periods import FinancialYear
from spf_analysis.settings import read_settings

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return starting.start(tmp_path_factory.mktemp("start") / "below" / "my review", day=DAY)


def test_its_inputs_hold_together(started: Path) -> None:
    assert evidence_problems(started / "evidence") == []
    assert fund_problems(started / "evidence" / "fund") == []
    settings = read_settings(started)
    for kind in settings.briefings.values():
        assert (settings.notebooks / kind.notebook).is_file()
        assert (settings.templates / kind.template).is_file()
    assert (settings.templates / "house" / "fonts" / "SourceSans3-Regular.ttf").is_file()


def test_its_evidence_is_empty_but_for_the_facets_and_the_funds_sources(started: Path) -> None:
    base, fund = read_evidence(started / "evidence"), read_fund(started / "evidence" / "fund")
    assert not any((base.findings, base.claims, base.case_studies, base.gaps, base.contradictions, base.appraisals))
    assert set(base.instruments) == {"aacods", "mmat-2018", "amstar-2", "chec"}
    assert set(base.sources) == set(base.library) == set(fund.sources()) | {item.source for item in base.instruments.values()}
    assert {"commissioner", "money", "payment"} <= set(base.groups)
    assert fund.ledger.is_empty


def test_its_one_edition_has_the_date_that_was_asked_for(started: Path) -> None:
    (edition,) = read_editions(started / "evidence" / "editions.yaml")
    assert (edition.day, edition.year, edition.previous) == (DAY, FinancialYear(2026), None)


@pytest.mark.parametrize(("day", "year"), [(date(2031, 1, 1), FinancialYear(2026)), (date(2020, 1, 1), FinancialYear(2024))])
def test_a_year_without_a_rate_is_replaced_by_the_nearest_with_one(day: date, year: FinancialYear, tmp_path: Path) -> None:
    folder = starting.start(tmp_path / "later", day=day)
    (edition,) = read_editions(folder / "evidence" / "editions.yaml")
    assert (edition.day, edition.year) == (day, year)


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="the folder is not empty"):
        starting.start(tmp_path, day=DAY)
    with pytest.raises(UsageError, match="there is a file of this name"):
        starting.start(tmp_path / "mine.txt", day=DAY)
    with pytest.raises(TypesettingError, match="cannot be written"):
        starting.start(tmp_path / "mine.txt" / "below", day=DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    before = folder.stat().st_ino
    assert starting.start(folder, day=DAY) == folder
    assert folder.stat().st_ino == before
    assert (folder / "spf.toml").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_one_like_another_takes_no_ledger_and_no_coding_along(workbench: Path, tmp_path: Path) -> None:
    ledger = workbench / "evidence" / "fund" / "ledger"
    (ledger / "confidential").mkdir()
    (ledger / "confidential" / "lines.csv").write_text("a secret pledge")
    with (ledger / "contributions.csv").open("a") as file:
        file.write("x1,QOC,A secret giver,nhs,2026/27,5,pledged,2026-05-01,,,,yes,,spf-draft-2024,para 29,\n")
    (workbench / "spf.toml").write_text((workbench / "spf.toml").read_text().replace('notebooks = "notebooks"', 'notebooks = "stories"'))
    (workbench / "notebooks").rename(workbench / "stories")
    folder = starting.start(tmp_path / "alike", workbench, day=DAY)
    assert read_settings(folder).notebooks == folder / "notebooks"
    assert (folder / "notebooks" / "area_briefing.ipynb").is_file()
    texts = [path.read_text(errors="replace") for path in folder.rglob("*") if path.suffix in (".csv", ".yaml", ".json")]
    assert not any("secret" in text for text in texts)


def test_everything_it_starts_from_is_in_the_wheel_and_no_ledger_is(root: Path) -> None:
    import tomllib

    included = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert all(goal == f"spf_analysis/starter/{origin}" for origin, goal in included.items())
    fund = {path.relative_to(root).as_posix() for path in (root / "evidence" / "fund").iterdir() if path.name != "ledger"}
    assert {origin for origin in included if origin.startswith("evidence/fund/")} == fund
    assert not any(origin.startswith("evidence/fund/ledger") or origin in ("evidence", "evidence/fund") for origin in included)
    needed = {"notebooks", "templates", "spf.toml", "evidence/coding_frame", "evidence/sources.yaml", "evidence/library.json"}
    assert needed <= set(included)


def test_the_library_is_written_as_it_was(started: Path, root: Path) -> None:
    before = {work["id"]: work for work in json.loads((root / "evidence" / "library.json").read_text())}
    after = json.loads((started / "evidence" / "library.json").read_text())
    assert all(before[work["id"]] == work for work in after)
