from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import Problem
from spf_analysis.figures import Reference
from spf_analysis.fund.ledger import Contribution, Ledger
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
        tmp_path,
        "participation.csv",
        PARTICIPATION,
        "QOC,yes,2026-05-01,ICP board,2026/27,2035/36,2026-05-15,A local trust,,yes,letter of a network,minutes-2026,item 4,",
    )
    write(
        tmp_path,
        "contributions.csv",
        CONTRIBUTIONS,
        "c1,QOC,The ICB,nhs,2026/27,1250.50,committed,2026-05-01,,,,,,,,,minutes-2026,item 4,",
        "c2,QOC,The ICB,nhs,2026/27,1300.05,transferred,2026-06-01,,,yes,board paper 7,no,,no,c1,minutes-2026,item 5,amount corrected",
    )
    write(tmp_path, "national_commitments.csv", NATIONAL, "n1,An investor,yes,2026/27,,,committed,2026-07-01,,,,letter-2026,page 1,")
    problems: list[Problem] = []
    ledger = read_ledger(tmp_path, None, problems)
    assert problems == []
    assert [item.id for item in ledger.of("QOC", YEAR)] == ["c2"]
    first, second = ledger.contributions
    assert (first.amount, first.new_money, second.amount, second.new_money) == (Decimal("1250.50"), None, Decimal("1300.05"), True)
    recorded = ledger.participation("QOC")
    assert recorded is not None
    assert (recorded.years, recorded.day, recorded.agreement_signed) == (10, date(2026, 5, 1), date(2026, 5, 15))
    assert ledger.participation("QJK") is None
    assert [item.investor for item in ledger.national(YEAR, "QJK")] == ["An investor"]
    assert ledger.national(YEAR.plus(1)) == ()


def test_the_latest_decision_of_an_area_holds(tmp_path: Path) -> None:
    rows = ("QOC,yes,2026-05-01,board,,,,,,,,minutes-2026,item 4,", "QOC,no,2026-09-01,board,,,,,,,,minutes-2026,item 9,")
    write(tmp_path, "participation.csv", PARTICIPATION, *rows)
    write(tmp_path, "contributions.csv", CONTRIBUTIONS)
    write(tmp_path, "national_commitments.csv", NATIONAL)
    recorded = read_ledger(tmp_path, None, []).participation("QOC")
    assert recorded is not None
    assert recorded.takes_part is False


def entered(folder: Path, *rows: str, apart: tuple[str, ...] = (), decisions: tuple[str, ...] = ()) -> tuple[Ledger, list[str]]:
    """The ledger of these lines, and what is said of it."""
    write(folder, "participation.csv", PARTICIPATION, *decisions)
    write(folder, "national_commitments.csv", NATIONAL)
    write(folder, "contributions.csv", CONTRIBUTIONS, *rows)
    if apart:
        (folder / "confidential").mkdir()
        write(folder / "confidential", "contributions.csv", CONTRIBUTIONS, *apart)
    problems: list[Problem] = []
    return read_ledger(folder, None, problems), [problem.message for problem in problems]


def test_the_ledger_of_a_day_knows_nothing_of_later_lines_and_corrections(tmp_path: Path) -> None:
    ledger, said = entered(
        tmp_path,
        "c1,QOC,The ICB,nhs,2026/27,1000,committed,2026-05-01,,,,,,,,,minutes-2026,item 4,",
        "c2,QOC,The ICB,nhs,2026/27,700,transferred,2026-07-01,,,,,,,,c1,minutes-2026,item 5,part was withdrawn",
        decisions=("QOC,yes,2026-04-20,board,2026/27,2035/36,2026-06-01,,,,,minutes-2026,item 1,",),
    )
    assert said == []
    days = {day: ledger.at(date(2026, *day)) for day in ((4, 19), (4, 20), (5, 1), (6, 1), (6, 30), (7, 1))}
    assert [[line.id for line in item.of("QOC", YEAR)] for item in days.values()] == [[], [], ["c1"], ["c1"], ["c1"], ["c2"]]
    decided = [item.participation("QOC") for item in days.values()]
    assert decided[0] is None
    assert [item.agreement_signed for item in decided if item] == [None, None, date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 1)]
    assert ledger.at(date(2030, 1, 1)) == ledger


@given(st.lists(st.integers(1, 360), max_size=8), st.integers(0, 361), st.integers(0, 361))
@settings(max_examples=80, deadline=None)
def test_looking_back_twice_is_looking_back_to_the_earlier_day(days: list[int], one: int, other: int) -> None:
    start = date(2026, 4, 1)
    reference = Reference("minutes-2026", "item 4")
    lines = tuple(
        Contribution(f"c{index}", "QOC", "The ICB", "nhs", YEAR, Decimal(1), "committed", start + timedelta(day), reference)
        for index, day in enumerate(days)
    )
    ledger = Ledger((), lines)
    earlier, later = sorted((start + timedelta(one), start + timedelta(other)))
    assert ledger.at(earlier).at(later) == ledger.at(later).at(earlier) == ledger.at(earlier)
    assert len(ledger.at(earlier).contributions) <= len(ledger.at(later).contributions)


def test_lines_of_the_folder_apart_are_confidential_and_count(tmp_path: Path) -> None:
    ledger, said = entered(
        tmp_path,
        "c1,QOC,The ICB,nhs,2026/27,1000,committed,2026-05-01,,,,,,,,,minutes-2026,item 4,",
        apart=("c2,QOC,The Quiet Trust,employers_philanthropists,2026/27,31417,committed,2026-05-02,,,,,,,,,letter-2026,page 1,",),
    )
    assert said == []
    assert [(line.id, line.confidential) for line in ledger.of("QOC", YEAR)] == [("c1", False), ("c2", True)]


def test_what_is_said_of_a_confidential_line_repeats_nothing_of_it(tmp_path: Path) -> None:
    quiet = "c2,QOC,The Quiet Trust,philanthropy,2026/27,£31417,promised,2026-05-02,,,,,,,,c9,letter-2026,page 1,"
    _, said = entered(tmp_path, apart=(quiet,))
    assert len(said) == 3
    assert not [message for message in said if "31417" in message or "Quiet" in message or "philanthropy" in message]
