"""Grants held against the 360Giving standard: what is wrong, in words, with the place of each value."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pydantic import ValidationError

from spf_analysis.errors import Problem
from spf_analysis.fund.grant_columns import Path as FieldPath
from spf_analysis.fund.grant_columns import heading_of
from spf_analysis.fund.grant_files import GrantFile, GrantRecord
from spf_analysis.fund.grant_identifiers import form_of_grant, form_of_organisation
from spf_analysis.fund.grant_standard import Grant

_TYPES = {"string_type": "text", "float_type": "a number", "bool_type": "true or false", "list_type": "a list", "model_type": "an object"}
_MONEY = "Write pounds and pence in digits such as 1250.50: no £, no comma."
_HINTS = {
    "float_type": _MONEY,
    "missing": "Fill it in; it is required.",
    "literal_error": "Write one of these words.",
    "string_pattern_mismatch": "Write it as 2026/27.",
    "greater_than_equal": "Write a number of 0 or more.",
    "too_short": "Name at least one, or leave the field out.",
    "string_too_short": "Fill it in.",
}


def checked_grant(record: GrantRecord, problems: list[Problem]) -> Grant | None:
    """The grant of a record by the standard, identifiers included; whatever is wrong is added to `problems`, and None given back."""
    before = len(problems)
    try:
        grant = Grant.model_validate(dict(record.content))
    except ValidationError as error:
        problems.extend(dict.fromkeys(_said(record, item) for item in error.errors()))
        return None
    problems.extend(_identifiers(record, grant))
    return grant if len(problems) == before else None


def problems_of_standard(file: GrantFile) -> list[Problem]:
    """Everything in a file that the standard does not allow, and identifiers that stand twice."""
    problems: list[Problem] = []
    for record in file.records:
        checked_grant(record, problems)
    return problems + doubled_grants(file.records)


def doubled_grants(records: Iterable[GrantRecord]) -> list[Problem]:
    """Grants whose identifier another one has too."""
    first: dict[str, str] = {}
    problems = []
    for record in records:
        name = record.content.get("id")
        if not isinstance(name, str):
            continue
        if name in first:
            hint = "Each grant has an identifier of its own; keep one of the two."
            problems.append(_problem(record.place(("id",)), f"the grant '{name}' stands twice, first in {first[name]}", hint))
        first.setdefault(name, record.where)
    return problems


def notes_on(file: GrantFile) -> tuple[str, ...]:
    """What the standard allows but a reader should know: fields that it does not have (they are kept), dates or types not given."""
    extra = sorted({name for record in file.records for name in record.content if heading_of((name,)) == name and name not in _UNTITLED})
    found = [f"{len(extra)} field(s) that the standard does not have are kept: {', '.join(extra[:8])}"] if extra else []
    undated = sum(1 for record in file.records if not record.content.get("plannedDates"))
    return (*found, f"{undated} grant(s) without planned dates") if undated else tuple(found)


def pounds(value: float | int) -> Decimal:
    """An amount of the data as the exact decimal that was written."""
    return Decimal(str(value))


_UNTITLED = {"applicationTransaction", "commitmentTransaction", "disbursementTransaction"}


def _identifiers(record: GrantRecord, grant: Grant) -> list[Problem]:
    found = []
    wrong = form_of_grant(grant.id)
    if wrong:
        found.append(_problem(record.place(("id",)), wrong, "See the standard on identifiers; 360Giving hands out prefixes."))
    for name, organisations in (
        ("recipientOrganization", grant.recipient_organization),
        ("fundingOrganization", grant.funding_organization),
    ):
        for number, item in enumerate(organisations or ()):
            said = form_of_organisation(item.id)
            if said:
                hint = "Look it up at org-id.guide; without a register, 360G-, the publisher's prefix and its own number."
                found.append(_problem(record.place((name, number, "id")), said, hint))
    return found


def _said(record: GrantRecord, error: object) -> Problem:
    """One error of the typed description in our words."""
    found = error if isinstance(error, dict) else {}
    kind, value = str(found.get("type")), found.get("input")
    path: FieldPath = tuple(found.get("loc", ()))
    name = heading_of(path) if path else "the grant"
    if kind == "missing":
        return _problem(record.place(path[:-1]), f"the field '{name}' ({path[-1]}) is missing", _HINTS[kind])
    if kind in _TYPES:
        given = f"'{value}'" if isinstance(value, str | int | float) else "what stands there"
        return _problem(record.place(path), f"{given} is not {_TYPES[kind]}", _HINTS.get(kind, "Write it as the standard asks."))
    messages = {
        "standard": str((found.get("ctx") or {}).get("said")),
        "finite_number": f"'{value}' is not a number",
        "greater_than_equal": f"'{value}' is less than nothing",
        "literal_error": f"'{value}' is not {(found.get('ctx') or {}).get('expected')}",
        "string_pattern_mismatch": f"'{value}' is not a financial year such as 2026/27",
        "too_short": "the list is empty",
        "string_too_short": "the text is empty",
    }
    hint = (found.get("ctx") or {}).get("hint") if kind == "standard" else _HINTS.get(kind)
    return _problem(record.place(path), messages.get(kind, str(found.get("msg"))), str(hint or "Write it as the standard asks."))


def _problem(where: str, message: str, hint: str) -> Problem:
    return Problem("fund", where, message, hint)
