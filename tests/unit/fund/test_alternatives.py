from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.alternatives import Alternatives

FOLDER = Path(__file__).parents[3] / "evidence" / "fund"


@pytest.fixture(scope="module")
def fund() -> Fund:
    return read_fund(FOLDER)


def alternatives(fund: Fund, year: str) -> Alternatives:
    return Alternatives(fund.rulebook, fund.tables, fund.areas, fund.allocation(year))


def effects(fund: Fund, code: str, year: str) -> dict[str, list[int | None]]:
    return {item.id: [effect for _, effect in item.effects] for item in fund.interpretations(code, year)}


def test_earlier_updates_would_raise_the_rate_and_none_would_lower_it(fund: Fund) -> None:
    share = fund.share("QOC", "2026/27")
    earlier, never = effects(fund, "QOC", "2026/27")["first-cpi-update"]
    assert earlier == round(share.unrounded * Decimal("0.067"))
    assert never == round(share.unrounded * (Decimal("0.9") / Decimal("0.9500814") - 1))


def test_each_alternative_shares_out_its_own_total(fund: Fund) -> None:
    found = alternatives(fund, "2026/27")
    registered = sum(item.registered for item in fund.allocation("2026/27").weights.values())
    assert sum(amount or 0 for amount in (found.shares("registered") or {}).values()) == round(fund.rate("2026/27") * registered)
    for choice in ("split-by-weighted-population", "the-flat-rate"):
        assert sum(amount or 0 for amount in (found.shares(choice) or {}).values()) == fund.local_total("2026/27")


def test_what_moves_no_share_has_no_effect_in_pounds(fund: Fund) -> None:
    found = effects(fund, "QOC", "2026/27")
    assert found["conditional-pledges"] == found["new-money-declared"] == [None]
    assert alternatives(fund, "2026/27").shares("presumed") is None


def test_an_area_that_was_divided_has_no_share_under_the_areas_of_the_draft(fund: Fund) -> None:
    shares = alternatives(fund, "2026/27").shares("as-in-the-draft") or {}
    assert shares["S0E4D"] is None
    assert shares["Z9B2Z"] == pytest.approx(fund.share("Z9B2Z", "2026/27").pounds, rel=0.01)
    assert effects(fund, "S0E4D", "2026/27")["need-refreshed"] == [None]


def test_in_the_drafts_first_year_measuring_need_once_changes_nothing(fund: Fund) -> None:
    assert abs(effects(fund, "QOC", "2024/25")["need-refreshed"][0] or 0) <= 1
    assert effects(fund, "QOC", "2025/26")["need-refreshed"][0] != 0


def test_effects_on_england_name_the_areas_that_move_furthest(fund: Fund) -> None:
    found = {effect.alternative.id: effect for effect in fund.effects("2026/27")}
    assert found["april-2024"].local_total == round(Decimal(fund.local_total("2026/27")) * Decimal("0.067"))
    split = found["split-by-weighted-population"]
    assert split.local_total == 0
    assert split.moved is not None
    assert split.moved > 0
    assert split.most is not None
    assert split.least is not None
    assert split.most[1] > 0 > split.least[1]
    assert found["presumed"].local_total is None
    assert {effect.interpretation for effect in fund.effects("2026/27")} == {item.id for item in fund.rulebook.questions}


def test_what_is_worked_out_once_is_kept_with_its_own_fund(fund: Fund) -> None:
    low, high = (fund.under(item.id) for item in fund.scenarios[:2])
    assert effects(low, "QOC", "2027/28") == effects(low, "QOC", "2027/28")
    assert effects(low, "QOC", "2027/28") != effects(high, "QOC", "2027/28")
