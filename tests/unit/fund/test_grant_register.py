"""The register of grants: awards beside the fund of a year, the report, taking files in, and what is never given away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import FundError
from spf_analysis.exhibits.grants import areas_table, measures, report_table
from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.grant_balance import problems_of_balance, year_fund
from spf_analysis.fund.grant_import import plan_grants, write_grants
from spf_analysis.fund.grants import Award, Draw, GrantsRegister
from spf_analysis.fund.ledger import Contribution, Ledger, Participation
from spf_analysis.periods import FinancialYear

ROOT = Path(__file__).parents[3]
BAD = ROOT / "tests" / "samples" / "bad"
SAMPLE = ROOT / "tests" / "samples" / "illustrative"
YEAR, NEXT, BEFORE = FinancialYear(2026), FinancialYear(2027), FinancialYear(2025)
HERE = Reference("minutes-2026", "item 4")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Fund:
    folder = tmp_path_factory.mktemp("register") / "evidence" / "fund"
    shutil.copytree(BAD / "fund" / "sound", folder)
    shutil.copytree(ROOT / "evidence" / "fund" / "rules", folder / "rules")
    return read_fund(folder)


def line(
    number: int, pounds: str, status: str = "transferred", *, area: str = "AA1", year: FinancialYear = YEAR, confidential: bool = False
) -> Contribution:
    return Contribution(f"c{number}", area, f"contributor {number}", "nhs", year, Decimal(pounds), status, date(2026, 5, 1), HERE,
                        confidential=confidential)  # fmt: skip


def holding(fund: Fund, *lines: Contribution) -> Fund:
    decided = Participation("AA1", True, date(2026, 4, 1), "board", HERE, YEAR, FinancialYear(2035), date(2026, 4, 2))
    return replace(fund, ledger=Ledger((decided,), lines))


def award(number: int, *draws: tuple[FinancialYear, str], area: str = "AA1", recipient: str | None = None, paid: str | None = None,
          size: str | None = "small", months: int | None = 12) -> Award:  # fmt: skip
    made = tuple(Draw(year, Decimal(pounds)) for year, pounds in draws)
    name = recipient or f"GB-CHC-{1000000 + number}"
    total = sum((draw.pounds for draw in made), Decimal(0))
    paid_so_far, length = Decimal(paid) if paid else None, Decimal(months) if months else None
    kind, day = "registered charity", date(2026, 6, 1)
    return Award(
        f"360G-x-{number}", "title", area, made, name, name, kind, size, day, total, paid_so_far, length, "activity", "adds", "here"
    )


def registered(fund: Fund, awards: Sequence[Award]) -> Fund:
    return replace(fund, grants=GrantsRegister(tuple(awards)))


def test_no_fund_has_made_a_grant_today() -> None:
    fund = read_fund(ROOT / "evidence" / "fund")
    assert fund.grants.is_empty
    report = fund.grants_report("QOC", "2026/27")
    assert (report.awarded, report.paid, report.unawarded, report.small, report.largest_five) == (0, None, None, None, None)


def test_a_report_says_to_whom_how_small_for_how_long_and_what_is_left(bare: Fund) -> None:
    fund = registered(
        holding(bare, line(1, "100000.00")),
        [
            award(1, (YEAR, "10000"), size="micro", paid="4000", months=12),
            award(2, (YEAR, "20000"), (NEXT, "20000"), size="large", paid="25000", months=24),
            award(3, (YEAR, "10000"), size=None, months=None),
            award(4, (YEAR, "10000.50"), recipient="GB-CHC-1000001", months=36),
        ],
    )
    report = fund.grants_report("AA1", "2026/27")
    assert (report.awarded, report.paid, report.paid_not_reported) == (Decimal("50000.50"), 24000, 2)
    assert (report.recipients, report.small, report.size_not_reported) == (3, Decimal("20000.50"), 10000)
    assert (report.months, report.months_not_reported) == ((12, 24, 36), 1)
    assert report.unawarded == Decimal("49999.50")
    assert report.concentration is not None
    assert round(report.concentration, 6) == round((Decimal("20000.5") ** 2 + 20000**2 + 10000**2) / Decimal("50000.5") ** 2, 6)
    assert report.largest_five == 100
    assert [(group.name, group.awards) for group in report.by_size] == [("micro", 1), ("small", 1), ("large", 1), ("not reported", 1)]
    assert report.small_said == "£20,001 (40.0%), and £10,000 of unreported size"
    assert dict(measures(report))["Not awarded yet"] == "£49,999.50"
    assert len(report_table(report, "Northmoor").rows) == len(measures(report))
    following = fund.grants_report("AA1", FinancialYear(2026))
    assert sum((item.pounds for item in following.traced), Decimal(0)) == following.awarded


def test_payments_count_against_the_earliest_year_first() -> None:
    found = award(1, (YEAR, "100"), (NEXT, "50"), paid="120")
    assert (found.paid_of(YEAR), found.paid_of(NEXT)) == (100, 20)
    assert award(2, (YEAR, "100")).paid_of(YEAR) is None


def test_awards_of_a_merged_area_count_for_its_successor(bare: Fund) -> None:
    fund = registered(bare, [award(1, (BEFORE, "100"), (YEAR, "50"), area="BB1")])
    assert fund.grants_report("BB1", "2025/26").awarded == 100
    assert fund.grants_report("DD000", "2026/27").awarded == 50
    assert fund.grants_report(None, "2026/27").not_placed == 0
    with pytest.raises(FundError, match="abolished"):
        fund.grants_report("BB1", "2026/27")


def test_a_year_without_a_rate_counts_the_lines_of_the_ledger(bare: Fund) -> None:
    fund = registered(holding(bare, line(1, "900.00", "committed", year=FinancialYear(2030))), [award(1, (FinancialYear(2030), "900"))])
    assert problems_of_balance(fund) == []
    assert year_fund(fund, "AA1", FinancialYear(2030)).held == 900
    assert problems_of_balance(registered(fund, [award(1, (FinancialYear(2030), "900.01"))]))[0].message.endswith(
        "£900.01 is awarded of it"
    )


def test_what_a_confidential_line_stands_behind_is_withheld(bare: Fund) -> None:
    fund = registered(holding(bare, line(1, "100000.00"), line(2, "54321.00", confidential=True)), [award(1, (YEAR, "1000"))])
    for code in ("AA1", None):
        report = fund.grants_report(code, "2026/27")
        assert (report.fund.withheld, report.unawarded, report.fund.received) == (True, None, None)
        assert "54" not in json.dumps(report.as_dict()).replace("0.54", "")
        assert dict(measures(report))["In the fund of the year"].startswith("withheld")
    assert fund.grants_report("AA1", "2026/27", internal=True).fund.held == 154321
    overdrawn = problems_of_balance(registered(fund, [award(1, (YEAR, "200000"))]))
    assert len(overdrawn) == 1
    assert "154" not in str(overdrawn[0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 400_000), st.integers(0, 3), st.booleans()), max_size=8), st.integers(0, 1_000_000))
def test_the_balance_is_never_below_nothing(bare: Fund, made: list[tuple[int, int, bool]], pence: int) -> None:
    """Either a problem is told, or what is left is nothing or more; sums by size, type and award agree with what is awarded."""
    held = Decimal(pence) / 100
    awards = [award(n, (YEAR, str(Decimal(p) / 100)), recipient=f"GB-CHC-100000{who}", size="small" if sized else None)
              for n, (p, who, sized) in enumerate(made)]  # fmt: skip
    fund = registered(holding(bare, line(1, str(held))) if held else bare, awards)
    report, problems = fund.grants_report("AA1", "2026/27"), problems_of_balance(fund)
    left = report.unawarded if held else -report.awarded
    assert bool(problems) is (left is not None and left < 0)
    for groups in (report.by_size, report.by_type):
        assert sum((group.pounds for group in groups), Decimal(0)) == report.awarded
    assert sum((item.pounds for item in report.traced), Decimal(0)) == report.awarded
    if report.concentration is not None:
        assert Decimal(1) / report.recipients - Decimal("1e-9") <= report.concentration <= 1 + Decimal("1e-9")
    assert problems_of_balance(registered(fund, awards[:-1])) == [] or problems


def test_a_file_is_planned_written_and_known_the_next_time(bare: Fund, tmp_path: Path) -> None:
    fund = holding(bare, line(1, "100000.00"))
    grant: dict[str, Any] = json.loads((BAD / "grants" / "sound" / "grants.json").read_text(encoding="utf-8"))["grants"][0]
    declared = grant.pop("socialPrescribingFund")
    (tmp_path / "new.json").write_text(json.dumps({"grants": [{**grant, "ownField": {"a": 1}}]}), encoding="utf-8")
    head = "id,area,year,amount,spending,additional,additional_for,recipient_size"
    row = f"{grant['id']},AA1,2026/27,12000,activity,yes,{declared['additionalFor']},small"
    (tmp_path / "declared.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    plan = plan_grants(fund, tmp_path / "ledger", tmp_path / "new.json", tmp_path / "declared.csv")
    assert (len(plan.added), plan.changed, plan.known) == (1, (), 0)
    write_grants(plan)
    kept = json.loads((tmp_path / "ledger" / "grants.json").read_text(encoding="utf-8"))["grants"]
    assert kept == [{**grant, "ownField": {"a": 1}, "socialPrescribingFund": declared}]
    grown = replace(fund, grants=plan.register)
    again = plan_grants(grown, tmp_path / "ledger", tmp_path / "ledger" / "grants.json")
    assert (again.changes_something, again.known) == (False, 1)
    kept[0] |= {"amountDisbursed": 500, "title": "For a link worker's clinic"}
    (tmp_path / "paid.json").write_text(json.dumps({"grants": kept}), encoding="utf-8")
    paid = plan_grants(grown, tmp_path / "ledger", tmp_path / "paid.json")
    assert paid.changed == ((grant["id"], ("amountDisbursed", "title")),)
    assert any("speaks of link workers and clinical services" in note for note in paid.notes)


def test_the_invented_grants_stand_in_a_sample_only(tmp_path: Path) -> None:
    fund = read_fund(ROOT / "evidence" / "fund", SAMPLE)
    assert not fund.grants.is_empty
    assert areas_table(fund, YEAR).illustrative
    evidence = tmp_path / "evidence" / "fund"
    shutil.copytree(ROOT / "evidence" / "fund", evidence)
    shutil.copy(SAMPLE / "ledger" / "grants.json", evidence / "ledger" / "grants.json")
    with pytest.raises(FundError, match="invented"):
        read_fund(evidence)
