from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from spf_analysis.errors import FundError, UsageError
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.england import rule_of_thumb
from spf_analysis.periods import FinancialYear

FOLDER = Path(__file__).parents[3] / "evidence" / "fund"


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(FOLDER)


def steps(fund: Fund, code: str, year: str) -> dict[str, Decimal]:
    return {step.label: Decimal(str(step.value)) for step in fund.share(code, year).steps}


@pytest.mark.parametrize("year", ["2024/25", "2025/26", "2026/27"])
def test_the_shares_of_all_areas_sum_to_the_local_total(fund: Fund, year: str) -> None:
    shares = fund.shares(year)
    assert sum(share.pounds for share in shares.values()) == fund.local_total(year)
    assert set(shares) == {area.code for area in fund.areas_in(year)}


@pytest.mark.parametrize("code", ["QOC", "QHM", "Z9B2Z", "S0E4D"])
def test_the_steps_can_be_redone_by_hand(fund: Fund, code: str) -> None:
    worked = steps(fund, code, "2026/27")
    need = worked["Weighted population"] / worked["Registered population"]
    amount = worked["Rate in 2026/27"] * worked["Residents"] * need * worked["Rescaling to England's mean"]
    assert worked["Rate in 2026/27"] == Decimal("0.90") * Decimal("1.017") * Decimal("1.038") == Decimal("0.9500814")
    assert worked["Need before rescaling"] == need
    assert abs(amount - worked["Share before rounding"]) < Decimal("1e-12")
    assert abs(worked["Local investment share"] - worked["Share before rounding"]) < 1
    assert worked["Would be matched"] == worked["Local investment share"]


def test_every_step_has_its_reference_and_its_interpretation_exists(fund: Fund) -> None:
    for step in fund.share("QRL", "2026/27").steps:
        assert step.reference.source
        assert step.reference.locator
        if step.interpretation:
            assert fund.rulebook.question(step.interpretation)


def test_older_weights_and_unplaced_people_are_said(fund: Fund) -> None:
    notes = " ".join(step.note or "" for step in fund.share("S0E4D", "2026/27").steps)
    assert "allocations of 2025/26; those of 2026/27 are not at hand" in notes
    assert "nine with 35,665 people could not" in notes
    assert "0.5740 of Frimley's residents" in notes
    assert "not at hand" not in " ".join(step.note or "" for step in fund.share("QOC", "2025/26").steps)


def test_the_share_as_the_command_line_prints_it(fund: Fund) -> None:
    printed = fund.share("QOC", "2026/27").as_dict()
    assert printed["rate_per_head"] == 0.9500814
    assert printed["local_investment_share"] == printed["match_if_met"] == 520_590
    assert printed["local_total_for_england"] == 55_693_868
    assert isinstance(printed["local_investment_share"], int)
    assert (printed["area"], printed["year"], printed["residents"]) == ("QOC", "2026/27", 528_407)
    assert printed["need"] == pytest.approx(558_210 / 537_354)
    assert {"label", "value", "unit", "reference", "interpretation"} <= set(printed["steps"][0])
    assert printed["steps"][0]["reference"] == {"source": "spf-draft-2024", "locator": "para 29"}


def test_figures_speak_in_the_conditional_and_have_grounds(fund: Fund) -> None:
    share = fund.share("QOC", "2026/27")
    money = [figure for figure in (*share.figures(), *fund.figures("2026/27")) if figure.unit == "GBP"]
    assert money
    assert all(re.search(r"\bwould\b", figure.label) for figure in money)
    assert all(figure.references and figure.steps for figure in share.figures())
    assert share.figure("local_investment_share").said == "£520,590"
    with pytest.raises(FundError, match="no figure 'shares'"):
        share.figure("shares")


def test_ten_years_are_at_constant_prices(fund: Fund) -> None:
    local, both = fund.ten_years_constant_prices("QOC", "2026/27")
    assert (local.value, both.value) == (5_205_900, 10_411_800)
    assert "at the prices of 2026/27" in str(local.note)


def test_a_year_without_inflation_or_before_the_draft_is_unpriced(fund: Fund) -> None:
    with pytest.raises(FundError, match="no value for September 2026; the last is September 2025"):
        fund.share("QOC", "2027/28")
    with pytest.raises(FundError, match="'local_rate' has no value for 1 April 2023"):
        fund.share("QOC", "2023/24")
    with pytest.raises(UsageError):
        fund.share("QOC", "2026/28")
    assert [str(year) for year in fund.priced_years()] == ["2024/25", "2025/26", "2026/27"]


def test_an_area_of_another_vintage_is_refused(fund: Fund) -> None:
    assert fund.share("QNQ", "2025/26").pounds > 0
    with pytest.raises(FundError, match="was abolished on 1 April 2026"):
        fund.share("QNQ", "2026/27")
    with pytest.raises(FundError, match="does not exist before"):
        fund.share("S0E4D", "2025/26")


def test_a_scenario_prices_a_later_year_and_says_so(fund: Fund) -> None:
    assumed = fund.under("two-per-cent")
    share = assumed.share("QOC", "2027/28")
    assert assumed.rate("2027/28") == Decimal("0.9500814") * Decimal("1.02")
    assert assumed.share("QOC", "2026/27").pounds == fund.share("QOC", "2026/27").pounds
    assert share.as_dict()["scenario"] == "two-per-cent"
    assert "scenario" in str(share.figure("local_investment_share").note)
    assert any("scenario: inflation of 2% a year" in (step.note or "") for step in share.steps)
    with pytest.raises(FundError, match="there is no scenario 'boom'"):
        fund.under("boom")


def test_the_rule_of_thumb_sets_pounds_beside_pounds(fund: Fund) -> None:
    found = {figure.id: figure for figure in rule_of_thumb(fund, FinancialYear(2026))}
    assert found["fund_total"].value == 111_387_736
    assert found["fund_total_aimed_at"].value == found["link_worker_spending"].value == 100_000_000
    assert found["link_workers"].said == "3,600 FTE"
    assert found["link_workers_in_post"].value == Decimal("2805.85")


def test_settings_leave_out_what_is_not_published(fund: Fund) -> None:
    assert fund.setting("QOC", "2026/27").deprivation == Decimal("20.099")
    assert fund.setting("D7T5G", "2026/27").deprivation is None
    assert len(fund.settings("2025/26")) == 42
    assert fund.places()["Rotherham"].region == "North East and Yorkshire"
    assert fund.setting("QOP", "2026/27").distance(fund.places()["Greater Manchester"]) < 0.1
