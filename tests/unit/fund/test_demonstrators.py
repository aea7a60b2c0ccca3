"""Demonstrators: eligibility is checked and never scored, places are counted, and nothing is payable before an agreement is signed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import Problem
from spf_analysis.figures import Reference
from spf_analysis.fund import Fund, problems_of, read_fund
from spf_analysis.fund.application_reading import COLUMNS, read_applications
from spf_analysis.fund.demonstrators import CONFIRMATIONS, DIMENSIONS, Application, Applications, Demonstrators
from spf_analysis.fund.ledger import Contribution, Ledger, NationalCommitment, Participation
from spf_analysis.fund.panel import bands_of
from spf_analysis.fund.rules import Condition
from spf_analysis.fund.statements import COUNTED, Statement
from spf_analysis.periods import FinancialYear

ROOT = Path(__file__).parents[3]
BAD = ROOT / "tests" / "samples" / "bad"
CASES = sorted(path.name for path in (BAD / "applications").iterdir())
YEAR, LETTER = FinancialYear(2026), Reference("letter-2026", "page 1")
ALL = dict.fromkeys(CONFIRMATIONS, True)


@cache
def fund() -> Fund:
    return read_fund(ROOT / "evidence" / "fund")


CODES = tuple(area.code for area in fund().areas_in(YEAR))


def application(area: str = "QOC", **named: object) -> Application:
    made = Application(f"app-{area.lower()}", area, date(2026, 5, 1), ALL, LETTER, ("A council", "A local charity"))
    return replace(made, **named)  # type: ignore[arg-type]


def accepted(area: str, signed: date | None = None) -> Application:
    return application(area, decision="accepted", decided=date(2026, 6, 1), agreement_signed=signed)


def seen(*lines: Application, ledger: Ledger | None = None) -> Demonstrators:
    made = replace(fund(), applications=Applications(lines), ledger=ledger or Ledger())
    return made.demonstrators(YEAR)


def test_nobody_has_applied_today_and_the_draft_has_six_to_eight_places() -> None:
    found = fund().demonstrators("2026/27")
    assert (found.is_empty, found.fewest, found.most, found.places_left, found.still_wanted) == (True, 6, 8, 8, 6)


def test_all_three_confirmations_are_checked_with_their_place_in_the_draft() -> None:
    (item,) = seen(application()).applicants
    assert [check.id for check in item.checks] == [*CONFIRMATIONS, "statement"]
    assert {check.reference.locator for check in item.checks} == {"section E"}
    assert [check.asks for check in item.checks[:3]] == list(fund().rulebook.parameter("confirmations").values[0].value)  # type: ignore[arg-type]
    assert item.eligible is Condition.MET
    assert item.checks[1].found == "confirmed; with A council and A local charity"


@pytest.mark.parametrize(
    ("confirmed", "state"),
    [
        ({"support": False}, Condition.NOT_MET),
        ({"support": None}, Condition.NOT_REPORTED),
        ({"support": None, "arrangements": False}, Condition.NOT_MET),
    ],
)
def test_a_confirmation_that_is_missing_is_not_one_that_is_refused(confirmed: dict[str, bool | None], state: Condition) -> None:
    (item,) = seen(application(confirmed={**ALL, **confirmed})).applicants
    assert item.eligible is state


@pytest.mark.parametrize(
    ("pages", "state"),
    [(1, Condition.MET), (2, Condition.MET), (3, Condition.NOT_MET), (None, Condition.NOT_REPORTED)],
)
def test_a_statement_is_of_two_pages_at_most(pages: int | None, state: Condition) -> None:
    (item,) = seen(application(statement=Statement("a.pdf", pages, COUNTED))).applicants
    assert (item.checks[-1].state, item.eligible) == (state, state)
    (without,) = seen(application()).applicants
    assert without.checks[-1].state is Condition.MET


@given(st.lists(st.sampled_from(CODES), unique=True, max_size=14), st.integers(0, 14))
@settings(max_examples=40, deadline=None)
def test_places_are_counted_and_every_dimension_holds_every_area_once(codes: list[str], chosen: int) -> None:
    lines = [accepted(code) if place < chosen else application(code) for place, code in enumerate(codes)]
    found = seen(*lines)
    taken = min(chosen, len(codes))
    assert (found.accepted, found.places_left) == (taken, max(8 - taken, 0))
    assert (found.still_wanted, found.beyond) == (max(6 - taken, 0), max(taken - 8, 0))
    names = [item.name for item in found.applicants]
    assert names == sorted(names)
    for dimension in DIMENSIONS if codes else ():
        bands = [band for band in found.spread if band.dimension == dimension]
        assert sum(band.areas for band in bands) == len(CODES)
        assert sum(band.applied for band in bands) == sum(band.eligible for band in bands) == len(codes)
        assert sum(band.accepted for band in bands) == taken


def test_thirds_of_deprivation_are_counted_among_areas_with_a_score() -> None:
    places = fund().settings(YEAR)
    bands = bands_of(places)
    scores = {code: place.deprivation for code, place in places.items() if place.deprivation is not None}
    most = [scores[code] for code in scores if bands[code]["deprivation"] == "the most deprived third"]
    middle = [scores[code] for code in scores if bands[code]["deprivation"] == "the middle third"]
    assert min(most) >= max(middle)
    assert {code for code in bands if bands[code]["deprivation"] == "no score is published"} == places.keys() - scores.keys()


def test_nothing_is_payable_before_an_agreement_is_signed() -> None:
    share = fund().share("QOC", YEAR).pounds
    kinds = ("nhs", "local_government", "employers_philanthropists")
    lines = tuple(
        Contribution(kind, "QOC", kind, kind, YEAR, Decimal(share), "transferred", date(2026, 7, 1), LETTER, True, "paper")
        for kind in kinds
    )
    decided = Participation("QOC", True, date(2026, 5, 1), "board", LETTER, YEAR, YEAR.plus(9), date(2026, 6, 20))
    national = NationalCommitment("n1", "An investor", True, YEAR, date(2026, 7, 1), "committed", LETTER)
    ledger = Ledger((decided,), lines, (national,))
    (unsigned,) = seen(accepted("QOC"), ledger=ledger).applicants
    assert (unsigned.match_if_met, unsigned.payable) == (share, 0)
    (signed,) = seen(accepted("QOC", signed=date(2026, 6, 20)), ledger=ledger).applicants
    assert signed.payable == share
    (alone,) = seen(accepted("QOC", signed=date(2026, 6, 20))).applicants
    assert not alone.payable


def test_an_application_that_was_corrected_or_withdrawn_no_longer_counts() -> None:
    first, second = application("QOC"), application("QKK")
    corrected = replace(first, id="app-2", supersedes=first.id, note="support came later", day=date(2026, 6, 1))
    withdrawn = replace(second, decision="withdrawn", decided=date(2026, 6, 1))
    assert [item.application.id for item in seen(first, corrected, withdrawn).applicants] == ["app-2"]
    assert [item.id for item in Applications((first, corrected)).at(date(2026, 5, 2)).standing()] == ["app-qoc"]


def test_an_area_of_another_vintage_is_told_and_not_counted() -> None:
    former = next(area for area in fund().areas.on(date(2025, 4, 1)) if fund().areas.successors(area))
    found = seen(application(former.code))
    assert (found.applicants, found.elsewhere) == ((), (former.code,))


def test_no_output_scores_or_ranks() -> None:
    content = seen(application("QOC"), application("QKK", confirmed=dict.fromkeys(CONFIRMATIONS))).as_dict()
    text = str(content).lower()
    assert not any(word in text for word in ("score'", "'rank", "'points", "'total"))


def test_lines_are_read_with_their_statements_measured(tmp_path: Path) -> None:
    made = pikepdf.new()
    made.add_blank_page()
    (tmp_path / "statements").mkdir()
    made.save(tmp_path / "statements" / "a.pdf")
    row = "app-a,QOC,2026-05-01,yes,yes,,A council; A charity,a.pdf,accepted,2026-06-01,2026-06-20,,letter-2026,page 1,"
    (tmp_path / "applications.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    problems: list[Problem] = []
    (found,) = read_applications(tmp_path, None, problems).lines
    assert problems == []
    assert (found.statement, found.supporting_bodies) == (Statement("a.pdf", 1, COUNTED), ("A council", "A charity"))
    assert found.confirmed == {"meets_share": True, "support": True, "arrangements": None}
    assert read_applications(tmp_path / "nowhere", None, problems) == Applications()


def test_a_decision_may_be_entered_after_its_day_by_a_line_that_corrects_the_application(tmp_path: Path) -> None:
    rows = (
        "a,QOC,2026-05-01,yes,yes,yes,,,,,,,letter-2026,page 1,",
        "a-2,QOC,2026-06-09,yes,yes,yes,,,accepted,2026-06-01,,a,letter-2026,page 2,the panel decided",
        "a-3,QOC,2026-06-10,yes,yes,yes,,,accepted,2026-04-01,,a-2,letter-2026,page 3,a day that cannot be",
    )
    (tmp_path / "applications.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    problems: list[Problem] = []
    read_applications(tmp_path, None, problems)
    assert [problem.message for problem in problems] == ["the decision comes before the application"]
    assert "line 4" in problems[0].where


@pytest.mark.parametrize("case", CASES)
def test_a_bad_application_earns_its_message(case: str, tmp_path: Path, snapshot: Callable[[Path, str], None]) -> None:
    folder = tmp_path / "evidence" / "fund"
    shutil.copytree(BAD / "fund" / "sound", folder)
    shutil.copytree(ROOT / "evidence" / "fund" / "rules", folder / "rules")
    shutil.copytree(BAD / "applications" / case, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("message.txt"))
    found = problems_of(folder)
    assert found
    assert all(problem.kind == "fund" and problem.where and problem.hint for problem in found)
    snapshot(BAD / "applications" / case / "message.txt", "\n".join(str(problem) for problem in found))
