"""Brokerage: pounds that add up, nothing where an area does not take part, effects that are said, and confidences kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, read_fund
from spf_analysis.fund.brokerage import Brokerage, spread
from spf_analysis.fund.ledger import Contribution, Ledger, Participation
from spf_analysis.fund.offers import Offer, Offers, Wish
from spf_analysis.fund.rules import Condition
from spf_analysis.periods import FinancialYear

FOLDER = Path(__file__).parents[3] / "evidence" / "fund"
YEAR, LETTER = FinancialYear(2026), Reference("letter-2026", "page 1")
EVERYWHERE = Wish("comprehensive")
WISHES = (
    EVERYWHERE,
    Wish("targeted", "region", ("London", "South West")),
    Wish("targeted", "deprivation", ("25",)),
    Wish("targeted", "rurality", ("densely urban", "sparsely populated")),
    Wish("targeted", "areas", ("QOC", "QKK", "QJK")),
    Wish("dialogue", interest="gardens"),
)


@cache
def fund() -> Fund:
    return read_fund(FOLDER)


CODES = tuple(area.code for area in fund().areas_in(YEAR))
WEIGHTED = {item.area: item.weighted for item in fund().tables.weights_for(fund().areas.vintage(YEAR.first_day).start, YEAR)}


def offer(amount: Decimal | int, wish: Wish = EVERYWHERE, **named: object) -> Offer:
    made = Offer(
        "a", "Foundation A", "philanthropist", Decimal(amount), YEAR, YEAR, wish, "offered", date(2026, 5, 1), LETTER
    )  # fmt: skip
    return replace(made, **named)  # type: ignore[arg-type]


def line(area: str, kind: str, amount: int | str, **more: object) -> Contribution:
    name = f"{area}-{kind}-{amount}".lower()
    made = Contribution(name, area, f"Body {name}", kind, YEAR, Decimal(amount), "committed", date(2026, 5, 1), LETTER)
    return replace(made, **more)  # type: ignore[arg-type]


def taking(*codes: str, out: tuple[str, ...] = (), first: FinancialYear = YEAR) -> tuple[Participation, ...]:
    return tuple(
        Participation(code, code not in out, date(2026, 4, 20), "board", LETTER, first, first.plus(9)) for code in (*codes, *out)
    )  # fmt: skip


def brokered(*offers: Offer, decided: tuple[Participation, ...], lines: tuple[Contribution, ...] = (), internal: bool = False) -> Brokerage:
    made = replace(fund(), ledger=Ledger(decided, lines), offers=Offers(offers))
    return made.brokerage(YEAR, internal=internal)


def test_today_there_is_nothing_to_broker() -> None:
    found = fund().brokerage("2026/27")
    assert found.is_empty
    assert found.as_dict() == {"year": "2026/27", "offers": [], "needs": [], "waiting": [], "hidden": 0}
    assert fund().offers_for("QOC", "2026/27").effect is None


@given(
    st.sets(st.sampled_from(CODES)),
    st.sets(st.sampled_from(CODES)),
    st.sampled_from(WISHES),
    st.integers(1, 5_000_000_00),
)
@settings(max_examples=60, deadline=None)
def test_pounds_add_up_and_nothing_goes_to_an_area_that_does_not_take_part(
    inside: set[str], outside: set[str], wish: Wish, pence: int
) -> None:
    made = offer(Decimal(pence) / 100, wish)
    found = brokered(made, decided=taking(*sorted(inside - outside), out=tuple(sorted(outside)))).proposals[0]
    assert found.placed + found.unplaced == found.amount == made.amount
    assert {item.area for item in found.allocations} <= inside - outside
    assert all(0 <= item.pounds <= made.amount for item in found.allocations)
    assert (found.unplaced < 1) == bool(found.allocations) or made.amount < 1
    assert bool(found.unplaced) == (found.why_unplaced is not None)
    whole = sum(item.weighted for item in found.allocations)
    for item in found.allocations:
        assert abs(Decimal(int(made.amount)) * item.weighted / whole - item.pounds) < 1
        assert item.effect.shortfall is not None
        assert item.effect.beyond is not None
        assert item.effect.shortfall_before is not None
        assert item.effect.shortfall_before - item.effect.shortfall + item.effect.beyond == item.pounds
        assert item.reason.startswith("It takes part, and ")
    if wish.way == "dialogue":
        assert (found.allocations, found.unplaced) == ((), made.amount)
        json.dumps(found.as_dict())


@given(st.sets(st.sampled_from(CODES), min_size=1), st.integers(0, 5_000_000), st.integers(0, 50_000))
@settings(max_examples=120, deadline=None)
def test_more_money_lowers_nobody_by_more_than_the_pound_of_rounding_and_more_need_is_never_given_less(
    inside: set[str], pounds: int, more: int
) -> None:
    weights = {code: WEIGHTED[code] for code in inside}
    one, other = spread(pounds, weights), spread(pounds + more, weights)
    assert sum(one.values()) == pounds
    assert sum(other.values()) == pounds + more
    assert all(other[code] >= one[code] - 1 for code in inside)
    assert all(one[low] <= one[high] for low in inside for high in inside if weights[low] < weights[high])


def test_a_comprehensive_offer_goes_by_weighted_population() -> None:
    found = brokered(offer(1_000_000), decided=taking("QOC", "QKK")).proposals[0]
    whole = WEIGHTED["QOC"] + WEIGHTED["QKK"]
    assert {item.area: item.pounds for item in found.allocations} == {
        code: round(Decimal(1_000_000) * WEIGHTED[code] / whole) for code in ("QOC", "QKK")
    }
    assert (found.left_out, found.unknown, found.unplaced, found.why_unplaced) == ((), (), 0, None)


def test_an_offer_that_finds_no_area_stays_unplaced_and_says_why() -> None:
    nobody = brokered(offer(1_000), decided=()).proposals[0]
    assert (nobody.placed, nobody.unplaced, nobody.why_unplaced) == (0, 1_000, "no area is recorded as taking part in the year")
    assert nobody.interpretations == ()
    wish = Wish("targeted", "areas", ("QOC", "QKK"))
    elsewhere = brokered(offer(1_000, wish), decided=taking("QJK", out=("QKK",))).proposals[0]
    assert elsewhere.unplaced == 1_000
    assert elsewhere.why_unplaced == "no area that the offer is meant for is recorded as taking part in the year"
    assert elsewhere.left_out == ("QKK", "QOC")


def test_an_area_that_starts_later_does_not_take_part_yet() -> None:
    assert brokered(offer(1_000), decided=taking("QOC", first=YEAR.plus(1))).proposals[0].allocations == ()


def test_an_offer_of_later_years_waits() -> None:
    later = offer(1_000, first_year=YEAR.plus(1), last_year=YEAR.plus(1))
    found = brokered(later, decided=taking("QOC"))
    assert (found.is_empty, found.waiting) == (True, ("a",))


def test_the_reasons_say_region_need_density_or_name() -> None:
    reasons = {}
    for wish in WISHES[:5]:
        found = brokered(offer(1_000_000, wish), decided=taking(*CODES)).proposals[0]
        reasons[wish.by] = {item.area: item.reason for item in found.allocations}
    assert all("it lies in London" in text or "it lies in South West" in text for text in reasons["region"].values())
    assert len(reasons["deprivation"]) == 8  # a quarter of the areas with a score, rounded up
    assert all("it is among the 8 most deprived of 29 areas with a score (" in text for text in reasons["deprivation"].values())
    scores = {code: place.deprivation for code, place in fund().settings(YEAR).items() if place.deprivation is not None}
    assert min(scores[code] for code in reasons["deprivation"]) >= max(scores[code] for code in scores.keys() - reasons["deprivation"])
    assert all("people per km²" in text for text in reasons["rurality"].values())
    assert "it is named in the offer" in reasons["areas"]["QOC"]


def test_areas_without_a_score_are_told_and_not_guessed() -> None:
    found = brokered(offer(1_000, WISHES[2]), decided=taking(*CODES)).proposals[0]
    assert set(found.unknown) == {code for code, place in fund().settings(YEAR).items() if place.deprivation is None}
    assert not set(found.unknown) & {item.area for item in found.allocations}


def test_an_area_named_before_it_merged_stands_for_its_successor() -> None:
    former = next(area for area in fund().areas.on(date(2025, 4, 1)) if fund().areas.successors(area))
    (successor,) = [code for code in fund().areas.successors(former) if code in CODES][:1]
    made = offer(1_000, Wish("targeted", "areas", (former.code,)), first_year=FinancialYear(2025))
    found = brokered(made, decided=taking(successor)).proposals[0]
    assert f"it followed {former.short_name}, which is named in the offer" in found.allocations[0].reason


def test_the_effect_on_shortfall_and_sources_is_said_with_the_open_question() -> None:
    share = fund().share("QOC", YEAR).pounds
    both = (line("QOC", "nhs", 200_000), line("QOC", "local_government", 200_000))
    found = brokered(offer(share), decided=taking("QOC"), lines=both).proposals[0].allocations[0].effect
    assert (found.shortfall_before, found.shortfall, found.beyond) == (share - 400_000, 0, 400_000)
    assert (found.sources_before, found.sources, found.open_question) == (Condition.NOT_MET, Condition.MET, "brokered-offers")
    with_employer = (*both, line("QOC", "employers_philanthropists", "10.50"))
    settled = brokered(offer(1_000), decided=taking("QOC"), lines=with_employer).proposals[0].allocations[0].effect
    assert (settled.sources_before, settled.sources, settled.open_question) == (Condition.MET, Condition.MET, None)
    assert settled.shortfall == Decimal(share) - Decimal("401010.50")
    brokered_before = (*both, line("QOC", "employers_philanthropists", 5_000, brokered=True))
    resting = brokered(offer(1_000), decided=taking("QOC"), lines=brokered_before).proposals[0].allocations[0].effect
    assert resting.open_question == "brokered-offers"


def test_what_hangs_on_each_reading_is_said_in_pounds() -> None:
    share = fund().share("QOC", YEAR).pounds
    both = (line("QOC", "nhs", 200_000), line("QOC", "local_government", 200_000))
    wish = Wish("targeted", "areas", ("QOC", "QKK"))
    found = brokered(offer(share, wish), decided=taking("QOC"), lines=both).proposals[0]
    effects = {item.id: dict(item.effects) for item in found.interpretations}
    assert set(effects) == {"brokered-offers", "targeted-spread", "left-out-areas", "beyond-the-share"}
    assert list(effects["brokered-offers"].values()) == [share, share - 400_000]
    assert list(effects["beyond-the-share"].values()) == [400_000]
    kept = round(Decimal(share) * WEIGHTED["QKK"] / (WEIGHTED["QOC"] + WEIGHTED["QKK"]))
    assert list(effects["left-out-areas"].values()) == [kept]
    assert list(effects["targeted-spread"].values()) == [0, 0]
    two = brokered(offer(100, wish), decided=taking("QOC", "QKK")).proposals[0]
    moved = dict(next(item for item in two.interpretations if item.id == "targeted-spread").effects)
    assert next(iter(moved.values())) == 50 - min(item.pounds for item in two.allocations) > 0
    comprehensive = brokered(offer(100), decided=taking("QOC")).proposals[0]
    assert {item.id for item in comprehensive.interpretations} == {"brokered-offers", "beyond-the-share"}


def test_needs_stand_beside_an_offer_for_dialogue() -> None:
    lines = (line("QOC", "nhs", 200_000),)
    found = brokered(offer(1_000, WISHES[5]), decided=taking("QOC", "QKK", out=("QJK",)), lines=lines)
    assert [item.area for item in found.needs] == sorted(("QOC", "QKK"), key=lambda code: fund().area(code, YEAR).short_name)
    need = next(item for item in found.needs if item.area == "QOC")
    assert need.missing_sources == ("local_government", "employers_philanthropists")
    assert need.shortfall == need.local_investment_share - 200_000
    assert found.proposals[0].why_unplaced is not None
    assert "dialogue" in found.proposals[0].why_unplaced


def test_all_offers_of_an_area_are_taken_together() -> None:
    offers = (offer(1_000), replace(offer(500), id="b", offerer="Employer B", kind="large_employer"))
    made = replace(fund(), ledger=Ledger(taking("QOC")), offers=Offers(offers))
    found = made.offers_for("QOC", YEAR)
    assert ([item.offer.id for item in found.proposals], found.pounds) == (["a", "b"], 1_500)
    assert found.effect is not None
    assert found.effect.shortfall == made.share("QOC", YEAR).pounds - 1_500
    assert [row["pounds"] for row in found.as_dict()["offers"]] == [1_000, 500]
    assert made.offers_for("QKK", YEAR).as_dict() == {"offers": [], "pounds": 0, "effect": None}


@given(st.integers(10_000, 90_000), st.integers(10_000, 90_000), st.sampled_from(WISHES[:5]))
@settings(max_examples=30, deadline=None)
def test_nothing_of_a_confidential_offer_or_line_comes_out(secret: int, quiet: int, wish: Wish) -> None:
    hidden = offer(secret, wish, id="quiet", offerer="The Quiet Trust", confidential=True)
    apart = line("QOC", "nhs", quiet, confidential=True)
    with_them = brokered(offer(3_000_000, wish), hidden, decided=taking(*CODES), lines=(apart,))
    without = brokered(offer(3_000_000, wish), decided=taking(*CODES), lines=(replace(apart, amount=Decimal(777)),))
    assert {**with_them.as_dict(), "hidden": 0} == without.as_dict()
    assert with_them.hidden == 1
    found = with_them.proposals[0].of("QOC")
    assert found is None or found.effect.shortfall is found.effect.sources is found.effect.beyond is None
    shown = brokered(offer(3_000_000, wish), hidden, decided=taking(*CODES), lines=(apart,), internal=True)
    assert [item.offer.id for item in shown.proposals] == ["a", "quiet"]
    assert shown.hidden == 0


@pytest.mark.parametrize("day", [date(2026, 4, 19), date(2026, 4, 30), date(2026, 5, 1)])
def test_the_brokerage_of_a_day_knows_nothing_later(day: date) -> None:
    made = replace(fund(), ledger=Ledger(taking("QOC")), offers=Offers((offer(1_000),)))
    found = made.brokerage(YEAR, at=day)
    assert found.is_empty == (day < date(2026, 5, 1))
