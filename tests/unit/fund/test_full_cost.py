"""What an activity costs in full and who covers it: sums to the penny, nothing taken for granted; and link workers beside the Fund."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spf_analysis.errors import FundError, Problem, TypesettingError, UsageError
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.exhibits.costs import beside_table, cover_chart, cover_table, reported_findings, reported_table
from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.cost_reading import COLUMNS, CostWords, read_full_cost
from spf_analysis.fund.cost_template import write_cost_template
from spf_analysis.fund.full_cost import ANY, OWN, PARTS, FullCost, PaidLine, full_cost_of, spread, way_covered
from spf_analysis.fund.link_workers import FILE, LinkWorkerCost, cost_on, read_link_worker_costs

ROOT = Path(__file__).parents[3]
WORDS = CostWords({"payment.grant": "Grant", "payment.pay-as-you-go": "Pay as you go"}, {"money.nhs-local": "NHS"}, frozenset({"a-2020"}))
GROUNDS = Reference(OWN, "accounts")
TABLE = """line,way,part,payer,money,item,quantity,unit_cost,grounds,source,locator
scheme,,,,,Invented group,,,,,
year,,,,,2026/27,,,,,
referrals,,,,,,300,,own records,,
cost,,delivery_staff,,,hours,1000,10.00,accounts,,
cost,,supervision,,,hours,100,20.005,accounts,,
cost,,premises,,,hall,50,20,,a-2020,p 3
paid,payment.pay-as-you-go,delivery_staff,ICB,money.nhs-local,fee,300,20,contract,,
paid,payment.pay-as-you-go,premises,ICB,,,1,0,contract,,
carries,payment.pay-as-you-go,,the provider,,,,,accounts,,
paid,payment.grant,any,Trust,,grant,1,6000,letter,,
paid,payment.grant,premises,Council,,free hall and more,1,1500,letter,,
"""


@pytest.fixture
def found(tmp_path: Path) -> FullCost:
    (tmp_path / "costs.csv").write_text(TABLE, encoding="utf-8")
    return read_full_cost(tmp_path / "costs.csv", WORDS)


def test_the_full_cost_and_what_each_way_covers(found: FullCost) -> None:
    assert (found.total, found.per_referral(found.total)) == (Decimal("13000.50"), Decimal("43.34"))
    assert found.not_costed == ("training", "evaluation", "unplanned_needs")
    fee, grant = found.ways
    assert (fee.covered, fee.uncovered, fee.least, fee.most) == (6000, None, 5000, Decimal("7000.50"))
    assert (fee.not_reported, fee.carried_by) == (("supervision",), "the provider")
    assert (grant.covered, grant.beyond, grant.uncovered, grant.carried_by) == (7000, 500, Decimal("6000.50"), None)
    assert grant.payers == {"Council": 1000, "Trust": 6000}


def test_every_step_can_be_redone_by_hand(found: FullCost) -> None:
    steps = {step.label: step for step in found.steps}
    assert steps["Supervision and management: hours"].note == "100 × £20.005"
    assert steps["Premises: hall"].reference == Reference("a-2020", "p 3")
    assert steps["Full cost in a year"].note == "lower bound: no cost is given for training, evaluation and unplanned needs"
    assert steps["Pay as you go: uncovered, at most"].note == "if nothing is paid for supervision and management"
    assert steps["Grant: uncovered for a referral"].said == "£20.00"
    costs = [step.value for step in found.steps[:3]]
    assert sum(costs) == found.total  # type: ignore[arg-type]


def test_the_table_and_the_chart_say_what_is_not_reported(found: FullCost) -> None:
    table, chart = cover_table(found), cover_chart(found, illustrative=True)
    assert table.rows[1] == ("Supervision and management", "£2,000.50", "not reported", "£1,000.29")
    assert table.rows[-3:][0][2] == "£5,000.00 to £7,000.50"
    assert table.rows[-2][2] == "£16.67 to £23.34"
    assert chart.illustrative
    assert "Pay as you go: of £13,001, ICB covers £6,000; £5,000.00 to £7,000.50 uncovered." in chart.alt
    values = next(iter(chart.spec["datasets"].values())) if chart.spec else []
    assert {row["payer"] for row in values} == {"ICB", "Council", "Trust", "not reported", "nobody"}
    assert max(row["high"] for row in values) == float(found.total)


amounts = st.integers(0, 10_000_000).map(lambda pence: Decimal(pence) / 100)
costs = st.dictionaries(st.sampled_from(sorted(PARTS)), amounts.filter(bool), min_size=1)
payments = st.lists(st.tuples(st.sampled_from([*PARTS, ANY]), st.sampled_from(["A", "B"]), amounts), max_size=6)


@given(costs, payments)
def test_what_is_covered_and_uncovered_sums_to_the_cost(by_part: Mapping[str, Decimal], made: list[tuple[str, str, Decimal]]) -> None:
    paid = [
        PaidLine("w", part, payer, None, "", Decimal(1), pounds, GROUNDS) for part, payer, pounds in made if part in by_part or part == ANY
    ]
    way = way_covered("w", "Way", by_part, paid, None)
    total = sum(by_part.values(), Decimal(0))
    assert way.covered + way.most == total
    assert 0 <= way.least <= way.most <= total
    assert way.covered + way.beyond == sum((line.pounds for line in paid), Decimal(0))
    assert all(amount > 0 for part in way.parts for amount in part.covered.values())
    more = way_covered("w", "Way", by_part, [*paid, PaidLine("w", ANY, "C", None, "", Decimal(1), Decimal(100), GROUNDS)], None)
    assert more.most <= way.most


@given(amounts, costs)
def test_an_amount_is_spread_to_the_penny(amount: Decimal, lacking: Mapping[str, Decimal]) -> None:
    given_out = min(amount, sum(lacking.values(), Decimal(0)))
    parts = spread(given_out, lacking)
    assert sum(parts.values(), Decimal(0)) == given_out
    assert all(pounds <= lacking[part] for part, pounds in parts.items())


def test_nothing_is_supposed_where_no_way_is_stated() -> None:
    bare = full_cost_of("x", "2026/27", None, [], [], {}, {})
    assert (bare.total, bare.ways, bare.per_referral(Decimal(5)), len(bare.not_costed)) == (0, (), None, len(PARTS))


@pytest.mark.parametrize("name", ["costs.csv", "costs.xlsx"])
def test_the_template_is_filled_in_and_read_back(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    write_cost_template(file, WORDS)
    with pytest.raises(FundError, match="'scheme'"):
        read_full_cost(file, WORDS)
    with pytest.raises(TypesettingError, match="there already"):
        write_cost_template(file, WORDS)
    rows = [line.split(",") for line in TABLE.strip().splitlines()[1:]]
    if name.endswith("csv"):
        file.write_text(TABLE, encoding="utf-8-sig")
    else:
        book = openpyxl.load_workbook(file)
        for number, row in enumerate(rows, 2):
            for column, text in enumerate(row, 1):
                book["Costs"].cell(
                    number, column, float(text) if COLUMNS[column - 1] in ("quantity", "unit_cost") and text else text or None
                )
        for number in range(len(rows) + 2, 20):
            book["Costs"].cell(number, 1, None)
        book.save(file)
    assert read_full_cost(file, WORDS).total == Decimal("13000.50")


def test_a_workbook_is_told_of_by_cell(tmp_path: Path) -> None:
    file = tmp_path / "costs.xlsx"
    write_cost_template(file, WORDS)
    book = openpyxl.load_workbook(file)
    for cell, value in (("F2", "x"), ("F3", "2026/27"), ("G5", "many"), ("H5", 3), ("I5", "own")):
        book["Costs"][cell] = value
    book.save(file)
    with pytest.raises(FundError, match=r"costs\.xlsx, Costs, cell G5: 'many' is not an amount"):
        read_full_cost(file, WORDS)
    book["Costs"]["G5"] = "=1+1"
    book.save(file)
    with pytest.raises(FundError, match="cell G5: the cell holds a formula"):
        read_full_cost(file, WORDS)
    with pytest.raises(UsageError, match="neither CSV nor xlsx"):
        read_full_cost(tmp_path / "costs.ods", WORDS)


def test_what_is_reported_comes_from_findings_and_is_never_ours() -> None:
    base = read_evidence(ROOT / "evidence")
    table = reported_table(base, lambda name: name)
    assert {row[1] for row in table.rows} == {finding.statement for finding in reported_findings(base)}
    assert ("Pay as you go", "delivery staff") in {(row[0], row[2]) for row in table.rows}


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(ROOT / "evidence" / "fund")


def test_link_workers_have_no_pounds_until_a_cost_is_given(fund: Fund) -> None:
    bare = fund.link_workers_beside("QOC", "2026/27")
    assert not bare.costed
    assert bare.figure("link_worker_pounds").said == "not reported"
    cost = LinkWorkerCost(date(2025, 4, 1), Decimal("40000"), "an invented amount", Reference("a-2020", "p 3"))
    costed = replace(fund, link_worker_costs=(cost,)).link_workers_beside("QOC", "2026/27")
    workers, share = fund.link_workers("QOC", "2026/27"), fund.share("QOC", "2026/27")
    assert costed.figure("link_worker_pounds").value == round(Decimal(str(workers.value)) * 40000)
    assert costed.figure("local_investment_share").value == share.pounds
    assert {figure.unit for figure in costed.figures} == {"FTE", "GBP"}
    assert len(beside_table(costed, "here", str).rows) == len(beside_table(bare, "here", str).rows) + 1 == 6
    assert costed.as_dict()["figures"][0]["as_of"] == "2025-11-30"


def test_the_pounds_of_link_workers_can_be_redone_from_what_is_printed(fund: Fund) -> None:
    cost = LinkWorkerCost(date(2025, 4, 1), Decimal("41000"), "an invented amount", Reference("a-2020", "p 3"))
    for code in (area.code for area in fund.areas.on(date(2026, 4, 1))):
        costed = replace(fund, link_worker_costs=(cost,)).link_workers_beside(code, "2026/27")
        printed = dict(row[:2] for row in beside_table(costed, "here", str).rows)
        workers = next(said for label, said in printed.items() if label.startswith("Social prescribing link workers"))
        pounds = costed.figure("link_worker_pounds")
        assert round(Decimal(workers.removesuffix(" FTE")) * 41_000) == pounds.value
        assert workers.removesuffix(" FTE") in (pounds.note or "")


def test_a_cost_of_a_later_day_is_not_carried_back(fund: Fund, tmp_path: Path) -> None:
    shutil.copy(ROOT / "evidence" / "fund" / FILE, tmp_path / FILE)
    problems: list[Problem] = []
    assert read_link_worker_costs(tmp_path, problems) == ()
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write("2026-04-01,40000.00,salary and on-costs,a-2020,p 3,\n2025-04-01,£39,salary,a-2020,,\n")
    costs = read_link_worker_costs(tmp_path, problems)
    assert [problem.message for problem in problems] == ["'£39' is not an amount of money", "the cell is empty"]
    assert cost_on(costs, date(2025, 11, 30)) is None
    assert cost_on(costs, date(2026, 4, 1)) == costs[0]
    assert not replace(fund, link_worker_costs=costs).link_workers_beside("QOC", "2026/27").costed
