"""Published grants as awards of a local fund: held against the standard, and against what the Fund may and may not buy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from spf_analysis import wording
from spf_analysis.areas import Areas
from spf_analysis.errors import FundError, Problem, SpfError
from spf_analysis.fund.grant_checking import checked_grant, doubled_grants, pounds
from spf_analysis.fund.grant_files import GrantFile, GrantRecord
from spf_analysis.fund.grant_identifiers import type_of
from spf_analysis.fund.grant_standard import DECLARATION, REFUSED, SPENDING, FundDeclaration, Grant
from spf_analysis.fund.grants import Award, Draw, GrantsRegister
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.periods import FinancialYear

_PENNY = Decimal("0.01")
_DECLARE = "An award says of itself whose fund it draws on; 'spf fund grants import FILE --declare TABLE' adds it."


def register_of(file: GrantFile, areas: Areas | None, book: Rulebook, problems: list[Problem]) -> GrantsRegister:
    """The awards of a file, held against the standard and the Fund's rules; whatever is wrong is added to `problems`."""
    made = [award_of(record, areas, book, problems) for record in file.records]
    problems.extend(doubled_grants(file.records))
    return GrantsRegister(tuple(award for award in made if award), tuple(record.content for record in file.records))


def award_of(record: GrantRecord, areas: Areas | None, book: Rulebook, problems: list[Problem]) -> Award | None:
    """A record as an award of a local fund; whatever is wrong by the standard or by the Fund's rules is added to `problems`."""
    before = len(problems)
    grant = checked_grant(record, problems)
    if grant is None:
        return None
    declared = grant.social_prescribing_fund
    if declared is None:
        _add(problems, record.where, f"the award does not declare '{DECLARATION}': area, years, spending and what it adds", _DECLARE)
    problems.extend(_money(record, grant))
    problems.extend(_dates(record, grant))
    if declared is None or grant.recipient_organization is None or len(problems) > before:
        return None
    draws = _draws(record, grant, declared, problems)
    problems.extend(_refused(record, declared, book, date.fromisoformat(grant.award_date[:10])))
    problems.extend(_elsewhere(record, declared, draws, areas))
    return _award(record, grant, declared, draws) if len(problems) == before else None


def _award(record: GrantRecord, grant: Grant, declared: FundDeclaration, draws: tuple[Draw, ...]) -> Award:
    recipient = (grant.recipient_organization or [])[0]
    return Award(
        id=grant.id,
        title=grant.title,
        area=declared.area,
        draws=draws,
        recipient=recipient.id,
        recipient_name=recipient.name,
        recipient_type=recipient.organisation_type or type_of(recipient.id),
        size=declared.recipient_size,
        day=date.fromisoformat(grant.award_date[:10]),
        awarded=pounds(grant.amount_awarded),
        paid=_paid(grant),
        months=_months(grant),
        spending=declared.spending,
        additional_for=declared.additional_for,
        where=record.where,
    )


def _money(record: GrantRecord, grant: Grant) -> Iterable[Problem]:
    where = record.place(("amountAwarded",))
    awarded, paid = pounds(grant.amount_awarded), _paid(grant)
    if grant.currency != "GBP":
        yield _problem(record.place(("currency",)), f"the award is in {grant.currency}", "The Fund would be in pounds: GBP.")
    if awarded <= 0 or awarded != awarded.quantize(_PENNY):
        yield _problem(where, f"'{wording.keyed(awarded)}' is not an amount of money", "Write pounds and pence above nothing.")
    if paid is not None and paid < 0:
        yield _problem(record.place(("amountDisbursed",)), f"'{paid}' is not an amount of money", "Write pounds and pence paid so far.")
    elif paid is not None and paid > awarded:
        message = f"{wording.pounds_and_pence(paid)} is paid of an award of {wording.pounds_and_pence(awarded)}: the balance is negative"
        yield _problem(record.place(("amountDisbursed",)), message, "Correct the payment, or record what was awarded on top.")
    if grant.recipient_individual is not None:
        hint = "The Fund would buy activity and what supports it; leave grants to persons, and their names, out of the register."
        yield _problem(record.place(("recipientIndividual",)), "the award goes to a person", hint)
    elif grant.recipient_organization is not None and len(grant.recipient_organization) > 1:
        hint = "Record one award for each organisation."
        yield _problem(record.place(("recipientOrganization", 1, "id")), "the award goes to several organisations at once", hint)


def _dates(record: GrantRecord, grant: Grant) -> Iterable[Problem]:
    for name, events in (("plannedDates", grant.planned_dates), ("actualDates", grant.actual_dates)):
        for number, item in enumerate(events or ()):
            if item.start_date and item.end_date and item.end_date[:10] < item.start_date[: len(item.end_date[:10])]:
                message = f"it ends on {item.end_date}, before it starts on {item.start_date}"
                yield _problem(record.place((name, number, "endDate")), message, "Correct one of the two.")


def _draws(record: GrantRecord, grant: Grant, declared: FundDeclaration, problems: list[Problem]) -> tuple[Draw, ...]:
    found: list[Draw] = []
    for number, item in enumerate(declared.years):
        where, amount = record.place((DECLARATION, "years", number, "amount")), pounds(item.amount)
        if amount <= 0 or amount != amount.quantize(_PENNY):
            _add(problems, where, f"'{wording.keyed(amount)}' is not an amount of money", "Write pounds and pence above nothing.")
        try:
            found.append(Draw(FinancialYear.parse(item.year), amount))
        except SpfError as error:
            _add(problems, record.place((DECLARATION, "years", number, "year")), error.problems[0].message, error.problems[0].hint)
    years = [item.year for item in found]
    if len(set(years)) < len(years):
        _add(problems, record.place((DECLARATION, "years", 0, "year")), "a year stands twice", "Write one entry for each year.")
    total, awarded = sum((item.pounds for item in found), Decimal(0)), pounds(grant.amount_awarded)
    if len(found) == len(declared.years) and total != awarded:
        message = f"the years come to {wording.pounds_and_pence(total)}, the award is {wording.pounds_and_pence(awarded)}"
        _add(problems, record.place((DECLARATION, "years", 0, "amount")), message, "Every pound of an award is drawn on one year's fund.")
    return tuple(sorted(found, key=lambda item: item.year))


def _refused(record: GrantRecord, declared: FundDeclaration, book: Rulebook, day: date) -> Iterable[Problem]:
    """What the Fund may not buy, with the paragraph that says so."""
    where = record.place((DECLARATION, "spending"))
    if declared.spending in REFUSED:
        rule = book.parameter(REFUSED[declared.spending])
        if rule.at(day).value is True:
            message = f"the Fund may not pay for this: {rule.description.rstrip('.')} [{rule.at(day).reference.locator}]"
            yield _problem(where, message, "Pay for it from the budget that it belongs to, and take the award out.")
    elif declared.spending not in SPENDING:
        hint = f"Write {wording.listed(SPENDING, 'or')}; refused are {wording.listed(REFUSED)}."
        yield _problem(where, f"'{declared.spending}' is nothing that an award is for", hint)
    rule = book.parameter("awards_additional")
    if not declared.additional and rule.at(day).value is True:
        message = f"the award is not declared to be additional [{rule.at(day).reference.locator}]"
        hint = "The Fund may not replace what is paid for already; record only what it adds."
        yield _problem(record.place((DECLARATION, "additional")), message, hint)


def _elsewhere(record: GrantRecord, declared: FundDeclaration, draws: tuple[Draw, ...], areas: Areas | None) -> Iterable[Problem]:
    """An area that is not there in the first year that the award draws on."""
    if areas is None or not draws:
        return
    try:
        areas.get(declared.area, draws[0].year.first_day)
    except FundError as error:
        problem = error.problems[0]
        yield _problem(record.place((DECLARATION, "area")), problem.message, problem.hint)


def _paid(grant: Grant) -> Decimal | None:
    """Pounds paid so far: the amount disbursed, or the sum of the payments; None where neither is reported."""
    if grant.amount_disbursed is not None:
        return pounds(grant.amount_disbursed)
    known = [pounds(item.value) for item in grant.disbursement_transaction or () if item.value is not None]
    return sum(known, Decimal(0)) if known else None


def _months(grant: Grant) -> Decimal | None:
    """How many months the funded work is planned to run: as stated, or from its first to its last day. None where neither is given."""
    for item in grant.planned_dates or ():
        if item.duration is not None:
            return pounds(item.duration)
        if item.start_date and item.end_date and len(item.start_date) >= 10 and len(item.end_date) >= 10:
            days = (date.fromisoformat(item.end_date[:10]) - date.fromisoformat(item.start_date[:10])).days + 1
            return wording.rounded(Decimal(days) * 12 / Decimal("365.25"))
    return None


def _add(problems: list[Problem], where: str, message: str, hint: str) -> None:
    problems.append(_problem(where, message, hint))


def _problem(where: str, message: str, hint: str) -> Problem:
    return Problem("fund", where, message, hint)
