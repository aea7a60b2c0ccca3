"""The panel's view of applications to be a demonstrator [E]: what is checked of each, and how they are spread over England."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from spf_analysis import wording
from spf_analysis.areas import Setting
from spf_analysis.fund.demonstrators import CONFIRMATIONS, DIMENSIONS, Applicant, Application, Band, Demonstrators, EligibilityCheck
from spf_analysis.fund.position import AreaPosition
from spf_analysis.fund.rules import Condition, matched_if_met
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund

NOT_PUBLISHED = "no score is published"
THIRDS = ("the most deprived third", "the middle third", "the least deprived third")
ORDER = {
    "deprivation": (*THIRDS, NOT_PUBLISHED),
    "rurality": ("sparsely populated", "town and country", "mostly urban", "densely urban"),
    "size": ("a single place", "a smaller area", "a mid-sized area", "a larger area"),
}


def demonstrators_of(fund: Fund, year: FinancialYear) -> Demonstrators:
    """The applications that stand, as a panel would see them in a year. Raises FundError for a year that has no rate."""
    standing = fund.applications.standing()
    fewest, most = (_count(fund, name, year) for name in ("fewest_demonstrators", "most_demonstrators"))
    rule = fund.rulebook.parameter("most_demonstrators").at(year.first_day).reference
    if not standing:
        return Demonstrators(str(year), (), (), fewest, most, rule, illustrative=fund.illustrative)
    bands, positions = bands_of(fund.settings(year)), {item.area: item for item in fund.position(year).areas}
    here = [item for item in standing if item.area in positions]
    applicants = [_applicant(item, positions[item.area], bands[item.area], fund, year) for item in here]
    ordered = tuple(sorted(applicants, key=lambda item: item.name))
    elsewhere = tuple(sorted(item.area for item in standing if item.area not in positions))
    return Demonstrators(str(year), ordered, tuple(spread_of(bands, ordered)), fewest, most, rule, elsewhere, fund.illustrative)


def _count(fund: Fund, name: str, year: FinancialYear) -> int:
    return int(fund.rulebook.parameter(name).at(year.first_day).number)


def _applicant(item: Application, position: AreaPosition, bands: Mapping[str, str], fund: Fund, year: FinancialYear) -> Applicant:
    share = position.local_investment_share
    match = matched_if_met(share, fund.rulebook.parameter("match_ratio").at(year.first_day).number)
    payable = position.payable if item.agreement_signed else 0
    name = fund.area(item.area, year).short_name
    return Applicant(item, name, checks_of(item, fund, year), bands, share, match, payable)


def checks_of(item: Application, fund: Fund, year: FinancialYear) -> tuple[EligibilityCheck, ...]:
    """The three confirmations, and the length of the statement where one was handed in; each as the rule has it, none weighed."""
    asked = fund.rulebook.parameter("confirmations").at(year.first_day)
    words = asked.value if isinstance(asked.value, tuple) else CONFIRMATIONS
    found = [
        EligibilityCheck(name, text, state, _confirmed_said(item, name, state), asked.reference)
        for name, text in zip(CONFIRMATIONS, words, strict=True)
        for state in (_state(item.confirmed.get(name)),)
    ]
    return (*found, _statement(item, fund, year))


def _state(confirmed: bool | None) -> Condition:
    return {True: Condition.MET, False: Condition.NOT_MET, None: Condition.NOT_REPORTED}[confirmed]


def _confirmed_said(item: Application, name: str, state: Condition) -> str:
    said = {Condition.MET: "confirmed", Condition.NOT_MET: "not confirmed", Condition.NOT_REPORTED: wording.NOT_REPORTED}[state]
    if name == "support" and item.supporting_bodies:
        return f"{said}; with {wording.listed(item.supporting_bodies)}"
    return said


def _statement(item: Application, fund: Fund, year: FinancialYear) -> EligibilityCheck:
    limit = fund.rulebook.parameter("statement_pages").at(year.first_day)
    asks = f"a statement, if there is one, of at most {wording.counted(int(limit.number), 'page')}"
    if item.statement is None:
        return EligibilityCheck("statement", asks, Condition.MET, "none was handed in, and none is needed", limit.reference)
    pages = item.statement.pages
    state = Condition.NOT_REPORTED if pages is None else Condition.MET if pages <= limit.number else Condition.NOT_MET
    return EligibilityCheck("statement", asks, state, item.statement.said, limit.reference)


def bands_of(settings: Mapping[str, Setting]) -> dict[str, dict[str, str]]:
    """The band of each area in each dimension. Thirds of deprivation are counted among the areas that have a score; equal ones by code."""
    scores = {code: place.deprivation for code, place in settings.items() if place.deprivation is not None}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    third = {code: THIRDS[place * 3 // len(ranked)] for place, code in enumerate(ranked)}
    return {
        code: {
            "region": place.region or wording.NOT_REPORTED,
            "deprivation": third.get(code, NOT_PUBLISHED),
            "rurality": place.rurality or wording.NOT_REPORTED,
            "size": place.size or wording.NOT_REPORTED,
        }
        for code, place in settings.items()
    }


def spread_of(bands: Mapping[str, Mapping[str, str]], applicants: Sequence[Applicant]) -> Iterable[Band]:
    """Every band of every dimension with its areas, those that applied, those eligible and those accepted."""
    for dimension in DIMENSIONS:
        names = {own[dimension] for own in bands.values()}
        known = [name for name in ORDER.get(dimension, ()) if name in names]
        for name in (*known, *sorted(names.difference(known))):
            inside = [item for item in applicants if item.bands[dimension] == name]
            yield Band(
                dimension,
                name,
                sum(1 for own in bands.values() if own[dimension] == name),
                len(inside),
                sum(1 for item in inside if item.eligible is Condition.MET),
                sum(1 for item in inside if item.application.decision == "accepted"),
            )
