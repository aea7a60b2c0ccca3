from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from spf_analysis.errors import Problem
from spf_analysis.fund.ledger_reading import CONTRIBUTIONS, NATIONAL, PARTICIPATION, read_ledger
from spf_analysis.periods import FinancialYear

SHIPPED = Path(__file__).parents[3] / "evidence" / "fund" / "ledger"
YEAR = FinancialYear(2026)


def write(folder: Path, name: str, columns: tuple[str, ...], *rows: str) -> None:
    (folder / name).write_text("\n".join([",".join(columns), *rows]) + "\n", encoding="utf-8")


def test_the_shipped_ledger_is_empty_but_for_its_headings() -> None:
    problems: list[Problem] = []
    assert read_ledger(SHIPPED, None, problems).is_empty
    assert problems == []


def test_lines_keep_pence_dates_and_what_is_not_declared(tmp_path: Path) -> None:
    write(
        tmp_path, "participation.csv", PARTICIPATION, "QOC,yes,2026-05-01,ICP board,2026/27,2035/36,,A local trust,yes,minutes-2026,item 4,"
    )
    write(
        tmp_path,
        "contributions.csv",
        CONTRIBUTIONS,
        "c1,QOC,The ICB,nhs,2026/27,1250.50,committed,2026-05-01,,,,,,minutes-2026,item 4,",
        "c2,QOC,The ICB,nhs,2026/27,1300.05,transferred,2026-06-01,yes,board paper 7,no,no,c1,minutes-2026,item 5,amount corrected",
    )
    write(tmp_path, "national_commitments.csv", NATIONAL, "n1,An investor,yes,2026/27,,,committed,2026-07-01,letter-2026,page 1,")
    problems: list[Problem] = []
    ledger = read_ledger(tmp_path, None, problems)
    assert problems == []
    assert [item.id for item in ledger.of("QOC", YEAR)] == ["c2"]
    first, second = ledger.contributions
    assert (first.amount, first.new_money, second.amount, second.new_money) == (Decimal("1250.50"), None, Decimal("1300.05"), True)
    recorded = ledger.participation("QOC")
    assert recorded is not None
    assert (recorded.years, recorded.day, recorded.agreement_signed) == (10, date(2026, 5, 1), None)
    assert ledger.participation("QJK") is None
    assert [item.investor for item in ledger.national(YEAR, "QJK")] == ["An investor"]
    assert ledger.national(YEAR.plus(1)) == ()


def test_the_latest_decision_of_an_area_holds(tmp_path: Path) -> None:
    rows = ("QOC,yes,2026-05-01,board,,,,,,minutes-2026,item 4,", "QOC,no,2026-09-01,board,,,,,,minutes-2026,item 9,")
    write(tmp_path, "participation.csv", PARTICIPATION, *rows)
    write(tmp_path, "contributions.csv", CONTRIBUTIONS)
    write(tmp_path, "national_commitments.csv", NATIONAL)
    recorded = read_ledger(tmp_path, None, []).participation("QOC")
    assert recorded is not None
    assert recorded.takes_part is False
