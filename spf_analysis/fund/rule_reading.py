"""Reading the Fund's rules: a value that has no reference, or is not what its unit says, is a problem."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from spf_analysis import wording
from spf_analysis.errors import Problem
from spf_analysis.figures import Reference
from spf_analysis.fund.form import INTERPRETATIONS, RULE, out_of_form
from spf_analysis.fund.parameters import NUMBERS, UNITS, Choice, Content, DatedValue, OpenQuestion, Parameter, Rule, Rulebook
from spf_analysis.records import Document, RecordError, read_yaml, shown

NEEDED = frozenset({"local_rate", "first_price_update", "cpi_september", "match_ratio", "required_source_types", "commitment_years",
                    "initial_years", "statuses_that_count", "fund_total_aimed_at"})  # fmt: skip
NEEDED_QUESTIONS = frozenset({"first-cpi-update", "resident-population", "need-refreshed", "need-on-residents", "areas-in-force"})
BEARINGS = frozenset({"share", "match", "conditions", "term", "payment", "brokerage", "demonstrators", "grants"})
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


def read_rulebook(folder: Path, problems: list[Problem]) -> Rulebook:
    """All rules of a folder, `interpretations.yaml` among them; whatever is wrong is added to `problems`."""
    rules: list[Rule] = []
    questions: tuple[OpenQuestion, ...] = ()
    before = len(problems)
    for path in sorted(folder.glob("*.yaml")):
        try:
            document = read_yaml(path, "fund")
        except RecordError as error:
            problems.extend(error.problems)
            continue
        wrong = out_of_form(document, INTERPRETATIONS if path.name == "interpretations.yaml" else RULE)
        problems.extend(wrong)
        if wrong:
            continue
        if path.name == "interpretations.yaml":
            questions = _questions(document, problems)
        else:
            rules.append(_rule(document, problems))
    found = Rulebook(tuple(rules), questions)
    problems.extend(_doubled(found, folder))
    if len(problems) == before:
        problems.extend(_lacking(found, folder))
    return found


def _rule(document: Document, problems: list[Problem]) -> Rule:
    content: dict[str, Any] = document.content if isinstance(document.content, dict) else {}
    for key in ("rule", "edition", "title", "summary", "parameters"):
        if not content.get(key):
            problems.append(Problem("fund", document.where(), f"the rule has no '{key}'", "Add it; the other rules show the form."))
    parameters = content.get("parameters")
    found = [_parameter(document, name, entry, problems) for name, entry in (parameters if isinstance(parameters, dict) else {}).items()]
    return Rule(
        str(content.get("rule", document.path.stem)),
        str(content.get("edition", "")),
        str(content.get("title", "")),
        str(content.get("summary", "")).strip(),
        tuple(item for item in found if item),
        tuple(content.get("interpretations") or ()),
    )


def _parameter(document: Document, name: str, entry: Any, problems: list[Problem]) -> Parameter | None:
    where = document.where("parameters", name)
    if not isinstance(entry, dict) or not entry.get("description") or not isinstance(entry.get("values"), dict) or not entry["values"]:
        problems.append(Problem("fund", where, f"'{name}' needs a description, a unit and dated values", "The other rules show the form."))
        return None
    unit = str(entry.get("unit"))
    if unit not in UNITS:
        problems.append(Problem("fund", where, f"'{unit}' is not a unit of a rule", f"Write {wording.listed(sorted(UNITS), 'or')}."))
        return None
    values = [_dated(document, name, day, unit, entry, problems) for day in entry["values"]]
    kept = tuple(sorted((item for item in values if item), key=lambda item: item.day))
    return Parameter(name, str(entry["description"]), unit, kept, shown(document.path)) if kept else None


def _dated(document: Document, name: str, day: str, unit: str, entry: dict[str, Any], problems: list[Problem]) -> DatedValue | None:
    where = document.where("parameters", name, "values", day)
    raw = entry["values"][day]
    full = raw if isinstance(raw, dict) else {"value": raw}
    reference = _reference(full.get("reference") or entry.get("reference"))
    if reference is None:
        message = f"the value of '{name}' from {day} has no reference"
        problems.append(Problem("fund", where, message, "Add reference: {source: …, locator: …}; a rule without one is not used."))
    since = day_of(day)
    if since is None:
        problems.append(Problem("fund", where, f"'{day}' is not a day or a month", "Write it as 2024-04-01 or 2024-09."))
    value = _content(full.get("value"), unit)
    if value is None:
        problems.append(
            Problem("fund", where, f"'{full.get('value')}' is not a value in the unit '{unit}'", "Correct the value or the unit.")
        )
    return DatedValue(since, value, reference, full.get("note")) if since and value is not None and reference else None


def _content(value: Any, unit: str) -> Content | None:
    if unit in NUMBERS:
        return number_of(value)
    if unit == "flag":
        return value if isinstance(value, bool) else None
    if unit == "list":
        return tuple(str(item) for item in value) if isinstance(value, list) and value else None
    if unit == "day":
        return str(value) if isinstance(value, str) and day_of(value) else None
    return value if isinstance(value, str) and value else None


def number_of(value: Any) -> Decimal | None:
    """The exact decimal that was written; None for anything that is not a number."""
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def day_of(text: str) -> date | None:
    """A day (2024-04-01) or the first day of a month (2024-09); None for anything else."""
    found = _DAY.fullmatch(str(text))
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def _reference(entry: Any) -> Reference | None:
    if not isinstance(entry, dict) or not entry.get("source") or not entry.get("locator"):
        return None
    return Reference(str(entry["source"]), str(entry["locator"]))


def _questions(document: Document, problems: list[Problem]) -> tuple[OpenQuestion, ...]:
    entries = document.content.get("interpretations") if isinstance(document.content, dict) else None
    found: list[OpenQuestion] = []
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        where = document.where("interpretations", index)
        content = entry if isinstance(entry, dict) else {}
        chosen, others = _choice(content.get("chosen")), [_choice(item) for item in content.get("alternatives") or ()]
        reference = _reference(content.get("reference"))
        if not content.get("id") or not content.get("question") or chosen is None or not others or None in others:
            message = "an interpretation needs an id, a question, a chosen reading and at least one other"
            problems.append(Problem("fund", where, message, "Each reading has an id and a text."))
        elif reference is None:
            message = f"the interpretation '{content['id']}' has no reference"
            problems.append(Problem("fund", where, message, "Name the source and the paragraph that leaves it open."))
        elif content.get("bears_on") not in BEARINGS:
            hint = f"Write {wording.listed(sorted(BEARINGS), 'or')}."
            problems.append(Problem("fund", where, f"'{content.get('bears_on')}' is nothing that an interpretation bears on", hint))
        else:
            alternatives = tuple(item for item in others if item)
            found.append(OpenQuestion(content["id"], content["question"], chosen, alternatives, reference, content["bears_on"]))
    return tuple(found)


def _choice(entry: Any) -> Choice | None:
    if not isinstance(entry, dict) or not entry.get("id") or not entry.get("text"):
        return None
    return Choice(str(entry["id"]), str(entry["text"]).strip())


def _doubled(book: Rulebook, folder: Path) -> list[Problem]:
    names = [item.id for rule in book.rules for item in rule.parameters]
    questions = [item.id for item in book.questions]
    return [
        Problem("fund", shown(folder), f"the {what} '{name}' stands twice", "Give one of them another id.")
        for what, ids in (("parameter", names), ("interpretation", questions), ("rule", [rule.id for rule in book.rules]))
        for name in sorted({item for item in ids if ids.count(item) > 1})
    ]


def _lacking(book: Rulebook, folder: Path) -> list[Problem]:
    names = {item.id for rule in book.rules for item in rule.parameters}
    questions = {item.id for item in book.questions}
    cited = {(rule.id, item) for rule in book.rules for item in rule.interpretations if item not in questions}
    return [
        *(Problem("fund", shown(folder), f"no rule has the parameter '{name}'", "Restore it.") for name in sorted(NEEDED - names)),
        *(
            Problem("fund", shown(folder / "interpretations.yaml"), f"the interpretation '{name}' is missing", "Restore it.")
            for name in sorted(NEEDED_QUESTIONS - questions)
        ),
        *(
            Problem("fund", shown(folder), f"the rule '{rule}' names an interpretation '{name}' that does not exist", "Correct its id.")
            for rule, name in sorted(cited)
        ),
    ]
