"""Offers: read as the ledger is, corrected by further lines, spread over their years to the penny, and refused with a message."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.areas import Areas, read_areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.figures import Reference
from spf_analysis.fund import problems_of
from spf_analysis.fund.offer_reading import COLUMNS, RURALITIES, read_offers
from spf_analysis.fund.offers import Offer, Offers, Wish
from spf_analysis.fund.panel import ORDER
from spf_analysis.periods import FinancialYear

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "evidence" / "fund" / "ledger"
BAD = ROOT / "tests" / "samples" / "bad"
CASES = sorted(path.name for path in (BAD / "offers").iterdir())
YEAR = FinancialYear(2026)


@cache
def known_areas() -> Areas:
    return read_areas(ROOT / "evidence" / "fund")


def offer(amount: str = "1000", years: int = 1, wish: Wish | None = None, **named: object) -> Offer:
    fields: dict[str, object] = {
        "id": "a", "offerer": "Foundation A", "kind": "philanthropist", "amount": Decimal(amount), "first_year": YEAR,
        "last_year": YEAR.plus(years - 1), "wish": wish or Wish("comprehensive"), "status": "offered", "day": date(2026, 5, 1),
        "reference": Reference("letter-2026", "page 1"),
    }  # fmt: skip
    return Offer(**{**fields, **named})  # type: ignore[arg-type]


def entered(folder: Path, *rows: str, apart: tuple[str, ...] = (), areas: Areas | None = None) -> tuple[Offers, list[str]]:
    """The offers of these lines, and what is said of them."""
    (folder / "confidential").mkdir(parents=True)
    (folder / "offers.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    if apart:
        (folder / "confidential" / "offers.csv").write_text("\n".join([",".join(COLUMNS), *apart]) + "\n", encoding="utf-8")
    problems: list[Problem] = []
    return read_offers(folder, areas, problems), [problem.message for problem in problems]


def test_no_offer_is_recorded_today() -> None:
    problems: list[Problem] = []
    assert read_offers(SHIPPED, None, problems).is_empty
    assert problems == []


def test_a_workbench_without_the_file_has_no_offers(tmp_path: Path) -> None:
    assert read_offers(tmp_path, None, []) == Offers()


def test_lines_keep_pence_wishes_and_conditions(tmp_path: Path) -> None:
    found, said = entered(
        tmp_path,
        "a,Foundation A,philanthropist,300000.50,2026/27,2028/29,comprehensive,,,,,offered,2026-05-01,,,letter-2026,page 1,",
        "b,Employer B,large_employer,90000,2026/27,2026/27,targeted,deprivation,25%,,for gardens,offered,2026-05-01,no,,mail,line 2,",
        "c,Foundation C,philanthropist,5,2026/27,2026/27,dialogue,,,gardens,,offered,2026-05-02,,,mail-2026,line 3,",
    )
    assert said == []
    first, second, third = found.standing()
    assert (first.amount, first.years_said, second.wish.targets, second.conditions) == (
        Decimal("300000.50"), "2026/27 to 2028/29", ("25",), "for gardens",
    )  # fmt: skip
    assert [item.wish.said for item in (first, second, third)] == [
        "spread over all areas that take part", "for the most deprived 25% of areas", "by dialogue: gardens",
    ]  # fmt: skip


def test_a_correction_supersedes_and_the_past_can_be_asked(tmp_path: Path) -> None:
    found, said = entered(
        tmp_path,
        "a,Foundation A,philanthropist,1000,2026/27,2026/27,comprehensive,,,,,offered,2026-05-01,,,letter-2026,page 1,",
        "a-2,Foundation A,philanthropist,1000,2026/27,2026/27,comprehensive,,,,,withdrawn,2026-07-01,,a,letter-2026,page 2,elsewhere",
    )
    assert said == []
    assert found.standing() == ()
    assert [item.id for item in found.at(date(2026, 6, 30)).standing()] == ["a"]
    assert found.at(date(2026, 4, 30)).is_empty


def test_a_confidential_offer_is_one_only_internally(tmp_path: Path) -> None:
    quiet = "quiet,The Quiet Trust,philanthropist,31417,2026/27,2026/27,comprehensive,,,,,offered,2026-05-02,,,letter-2026,page 1,"
    found, said = entered(tmp_path, apart=(quiet,))
    assert said == []
    assert (found.standing(), found.hidden()) == ((), 1)
    assert [item.confidential for item in found.standing(internal=True)] == [True]
    with pytest.raises(FundError) as caught:
        found.get("quiet")
    with pytest.raises(FundError) as unknown:
        found.get("nowhere")
    assert str(caught.value).replace("quiet", "nowhere") == str(unknown.value)


def test_what_is_said_of_a_confidential_offer_repeats_nothing_of_it(tmp_path: Path) -> None:
    quiet = "quiet,The Quiet Trust,trust,£31417,2026/27,2025/26,targeted,region,Narnia,,,offered,2026-05-02,,other,letter-2026,page 1,"
    _, said = entered(tmp_path, apart=(quiet,), areas=read_areas(ROOT / "evidence" / "fund"))
    assert len(said) == 3
    assert not [message for message in said if "31417" in message or "Quiet" in message or "Narnia" in message or "'trust'" in message]


def test_the_bands_of_density_are_those_of_settings() -> None:
    assert ORDER["rurality"] == RURALITIES


@given(st.integers(1, 10**10), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_the_years_of_an_offer_sum_to_it(pence: int, years: int) -> None:
    made = offer(str(Decimal(pence) / 100), years)
    parts = [made.in_year(year) for year in made.years]
    assert sum(parts) == made.amount
    assert all(part == int(part) for part in parts[:-1])
    assert max(int(part) for part in parts) - min(int(part) for part in parts) <= 1
    assert made.in_year(YEAR.plus(-1)) == made.in_year(YEAR.plus(years)) == 0


ODD = ("", "0000/01", "0001/02", "9999/00", "1e400", "NaN", "-1", "2026-02-30", "0000-01-01", "\x00", "=1+1", "../x", "²", "0%", ";;",
       "targeted", "dialogue", "region", "areas", "deprivation", "rurality", "QM7", "Narnia", "9" * 300)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(COLUMNS), st.sampled_from(ODD)), min_size=1, max_size=5))
@settings(max_examples=120, deadline=None)
def test_whatever_stands_in_a_cell_is_read_or_told_and_never_breaks_the_reader(damage: list[tuple[int, str, str]]) -> None:
    sample = ROOT / "tests" / "samples" / "illustrative" / "ledger" / "offers.csv"
    lines = [line.split(",") for line in sample.read_text(encoding="utf-8").splitlines()]
    for number, column, text in damage:
        lines[1 + number][COLUMNS.index(column)] = text
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "offers.csv").write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
        problems: list[Problem] = []
        found = read_offers(Path(folder), known_areas(), problems)
        assert problems or len(found.lines) == len(lines) - 1
        assert all(problem.where and problem.hint for problem in problems)


@pytest.mark.parametrize("case", CASES)
def test_a_bad_offer_earns_its_message(case: str, tmp_path: Path, snapshot: Callable[[Path, str], None]) -> None:
    fund = tmp_path / "evidence" / "fund"
    shutil.copytree(BAD / "fund" / "sound", fund)
    shutil.copytree(ROOT / "evidence" / "fund" / "rules", fund / "rules")
    shutil.copytree(BAD / "offers" / case, fund, dirs_exist_ok=True, ignore=shutil.ignore_patterns("message.txt"))
    found = problems_of(fund)
    assert found
    assert all(problem.kind == "fund" and problem.where and problem.hint for problem in found)
    snapshot(BAD / "offers" / case / "message.txt", "\n".join(str(problem) for problem in found))
