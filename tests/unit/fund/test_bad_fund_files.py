"""Every folder of bad input earns exactly the message beside it; SPF_REWRITE=1 writes the messages anew."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from spf_analysis.errors import FundError
from spf_analysis.fund import problems_of, read_fund

BAD = Path(__file__).parents[2] / "samples" / "bad" / "fund"
RULES = Path(__file__).parents[3] / "evidence" / "fund" / "rules"
CASES = sorted(path.name for path in BAD.iterdir() if path.name != "sound")


def lay_out(case: str, folder: Path) -> Path:
    """The sound invented fund with the project's rules, and over it the files of the case."""
    fund = folder / "evidence" / "fund"
    shutil.copytree(BAD / "sound", fund)
    shutil.copytree(RULES, fund / "rules")
    if case != "sound":
        shutil.copytree(BAD / case, fund, dirs_exist_ok=True, ignore=shutil.ignore_patterns("message.txt"))
    return fund


def test_the_fund_that_the_cases_start_from_is_sound(tmp_path: Path) -> None:
    fund = lay_out("sound", tmp_path)
    assert problems_of(fund) == []
    assert sum(share.pounds for share in read_fund(fund).shares("2026/27").values()) == read_fund(fund).local_total("2026/27") == 950_081


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_earns_its_message(case: str, tmp_path: Path) -> None:
    fund, snapshot = lay_out(case, tmp_path), BAD / case / "message.txt"
    with pytest.raises(FundError) as caught:
        read_fund(fund)
    said = f"{caught.value}\n"
    if os.environ.get("SPF_REWRITE") == "1":
        snapshot.write_text(said, encoding="utf-8")
    assert said == snapshot.read_text(encoding="utf-8")
    assert str(tmp_path) not in said
    assert [str(problem) for problem in problems_of(fund)] == [str(problem) for problem in caught.value.problems]
    assert all(problem.kind == "fund" and problem.where and problem.hint for problem in caught.value.problems)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    fund = lay_out("sound", tmp_path)
    (fund / "residents.csv").unlink()
    with pytest.raises(FundError, match=r"evidence/fund/residents.csv: the file is missing"):
        read_fund(fund)
