"""Invented figures are told from real ones by their mark, and neither is taken for the other."""

from __future__ import annotations

import csv
import runpy
import shutil
from pathlib import Path

import pytest

from spf_analysis.errors import FundError
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.illustrative import MARK, problems_of_marks, sample_folder

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "tests" / "samples" / "illustrative"
OURS = ("participation.csv", "contributions.csv", "national_commitments.csv")


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(ROOT / "evidence" / "fund", SAMPLE)


def test_a_fund_with_a_sample_knows_that_it_is_illustrative(fund: Fund) -> None:
    assert fund.illustrative
    assert not fund.ledger.is_empty
    real = read_fund(ROOT / "evidence" / "fund")
    assert (real.illustrative, real.ledger.is_empty) == (False, True)
    assert fund.under("two-per-cent").illustrative


def test_it_is_not_made_anew_differently(tmp_path: Path) -> None:
    made = runpy.run_path(str(SAMPLE / "make_sample.py"))
    made["main"].__globals__["HERE"] = tmp_path
    made["main"]()
    for name in (*OURS, "confidential/contributions.csv"):
        assert (tmp_path / "ledger" / name).read_bytes() == (SAMPLE / "ledger" / name).read_bytes()


def test_the_sample_shows_every_state_that_a_briefing_tells(fund: Fund) -> None:
    from spf_analysis.exhibits.coverage import STATES, counts_of

    position = fund.position("2026/27")
    assert set(counts_of(position)) == set(STATES)
    assert any(item.payable for item in position.areas)
    assert any(item.matched_national_contribution and not item.payable for item in position.areas)
    assert any(item.committed is not None and item.committed > item.local_investment_share for item in position.areas)


@pytest.mark.parametrize("name", [*OURS, "confidential/contributions.csv"])
def test_the_real_ledger_refuses_every_row_of_the_sample(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "evidence" / "fund", tmp_path / "fund", ignore=shutil.ignore_patterns("confidential"))
    (tmp_path / "fund" / "ledger" / name).parent.mkdir(exist_ok=True)
    shutil.copyfile(SAMPLE / "ledger" / name, tmp_path / "fund" / "ledger" / name)
    with pytest.raises(FundError) as caught:
        read_fund(tmp_path / "fund")
    told = [problem for problem in caught.value.problems if "is invented" in problem.message]
    with (SAMPLE / "ledger" / name).open(encoding="utf-8", newline="") as file:
        assert len(told) == sum(1 for _ in csv.DictReader(file))


def test_one_row_without_the_mark_spoils_a_sample(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "ledger", tmp_path / "ledger")
    table = tmp_path / "ledger" / "participation.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(MARK, "somebody-2026", 1), encoding="utf-8")
    (problem,) = problems_of_marks(tmp_path / "ledger", sample=True)
    assert problem.where == "participation.csv, line 2"
    with pytest.raises(FundError, match="does not carry the mark"):
        read_fund(ROOT / "evidence" / "fund", tmp_path)


def test_json_and_other_files_are_looked_through_too(tmp_path: Path) -> None:
    (tmp_path / "grants.json").write_text('{"grants": [{"dataSource": "illustrative-sample"}, {"id": "2"}]}', encoding="utf-8")
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    assert [problem.where for problem in problems_of_marks(tmp_path, sample=False)] == ["grants.json, item 1"]
    assert [problem.where for problem in problems_of_marks(tmp_path, sample=True)] == ["book.xlsx", "grants.json, item 2"]


def test_a_folder_without_a_ledger_is_no_sample(tmp_path: Path) -> None:
    with pytest.raises(FundError, match="there is no sample in 'QOC'"):
        sample_folder(tmp_path, "QOC")
    assert sample_folder(ROOT, "tests/samples/illustrative") == SAMPLE
