"""The page of rules and assumptions: every parameter with its dates, values and references, and every interpretation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from spf_analysis import wording
from spf_analysis.figures import Reference, as_json
from spf_analysis.fund.parameters import DatedValue, OpenQuestion, Parameter, Rule

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund
    from spf_analysis.fund.scenarios import Scenario

HEAD = """# Rules and assumptions of the proposed Fund

Written by `spf fund rules` from `evidence/fund/rules/` and `evidence/fund/scenarios.yaml`; to change it, change those files.

The Fund is a proposal in an unadopted early draft of January 2024 that asks nobody to commit. Taking part would be voluntary. Each value
holds from its day until the next one. Where the draft is silent or open, a reading was chosen; the others stand beside it, and
`spf fund share` says what each would change for an area in pounds.
"""
BEARS_ON = {
    "share": "what an area would raise",
    "match": "what would be matched",
    "conditions": "the conditions of a year",
    "term": "the whole term",
    "payment": "what is paid, and when",
    "brokerage": "how an offer would be spread",
    "demonstrators": "who could be a demonstrator",
    "grants": "the register of grants",
}


def rules_page(fund: Fund, sources: Mapping[str, str]) -> str:
    """The page in Markdown. `sources` gives, for each source id that the Fund refers to, how its line at the foot reads."""
    book = fund.rulebook
    parts = [HEAD, "## Rules\n"]
    parts += [_rule(rule) for rule in book.rules]
    parts += ["## Readings that were chosen\n", *(_question(item, book.rules) for item in book.questions)]
    parts += ["## Scenarios\n", 'Assumptions, never forecasts; whatever rests on one is labelled "scenario".\n']
    parts += [_scenario(item) for item in fund.scenarios]
    parts += ["## What an update by consumer prices leaves out\n", _pressures(fund)]
    named = sorted(_named(fund))
    parts += ["## Sources\n", "\n".join(f"* `{name}`: {sources[name]}" for name in named) + "\n"]
    return "\n".join(parts)


def rules_as_dict(fund: Fund) -> dict[str, Any]:
    """The same as data, as `spf fund rules --json` prints it."""
    return {
        "rules": [
            {
                "rule": rule.id,
                "edition": rule.edition,
                "title": rule.title,
                "summary": rule.summary,
                "interpretations": list(rule.interpretations),
                "parameters": [_parameter_as_dict(item) for item in rule.parameters],
            }
            for rule in fund.rulebook.rules
        ],
        "interpretations": [_question_as_dict(item) for item in fund.rulebook.questions],
        "pressures": [item.as_dict() for item in fund.pressures],
        "scenarios": [
            {
                "id": item.id,
                "title": item.title,
                "description": item.description,
                "cpi_september": {f"{value.day:%Y-%m}": as_json(value.number) for value in item.cpi_september},
            }
            for item in fund.scenarios
        ],
    }


def _rule(rule: Rule) -> str:
    readings = wording.listed(f"[{name}](#{name})" for name in rule.interpretations)
    dated = [item for item in rule.parameters if len(item.values) > 1]
    return "\n".join(
        [
            f"### {rule.title}\n",
            f"{' '.join(rule.summary.split())} (rule `{rule.id}`, edition `{rule.edition}`)\n",
            _table(("parameter", "what it is", "from", "value", "reference"), [_row(item) for item in rule.parameters]),
            *(_dated(item) for item in dated),
            *([f"Rests on the chosen readings {readings}.\n"] if readings else []),
        ]
    )


def _row(parameter: Parameter) -> tuple[str, ...]:
    """One parameter: its value, or how many values the table below gives."""
    what, value = f"`{parameter.id}`", parameter.values[0]
    if len(parameter.values) > 1:
        since = f"{_since(parameter, parameter.first)} to {_since(parameter, parameter.last)}"
        count = f"{wording.counted(len(parameter.values), 'value')}, listed below"
        return what, parameter.description, since, count, wording.listed({_reference(item.reference): 0 for item in parameter.values})
    return what, parameter.description, wording.day(value.day), _said(value, parameter.unit), _reference(value.reference)


def _dated(parameter: Parameter) -> str:
    rows = [(_since(parameter, item), _said(item, parameter.unit), _reference(item.reference)) for item in parameter.values]
    return f"Values of `{parameter.id}`:\n\n{_table(('from', 'value', 'reference'), rows)}"


def _since(parameter: Parameter, item: DatedValue) -> str:
    """The day from which a value holds, or the month that it is of where the parameter is a monthly series."""
    monthly = all(known.day.day == 1 and known.day.month == parameter.first.day.month != 4 for known in parameter.values)
    return f"{item.day:%B %Y}" if monthly else wording.day(item.day)


def _said(item: DatedValue, unit: str) -> str:
    return f"{_value(item, unit)} ({item.note.rstrip('.')})" if item.note else _value(item, unit)


def _value(item: DatedValue, unit: str) -> str:
    value = item.value
    if isinstance(value, tuple):
        return wording.listed(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if unit == "years":
        return wording.counted(int(value), "year")
    if unit == "GBP per head":
        return wording.pounds_and_pence(value)
    return wording.keyed(value) if unit == "ratio" else wording.said(value, unit)


def _question(item: OpenQuestion, rules: Iterable[Rule]) -> str:
    used = wording.listed(rule.title for rule in rules if item.id in rule.interpretations)
    lines = [
        f"### {item.id}\n",
        f"{item.question} The draft leaves it open at {_reference(item.reference)}; it bears on {BEARS_ON[item.bears_on]}"
        + (f" (rules: {used}).\n" if used else ".\n"),
        f"* **Chosen:** {item.chosen.text}",
        *(f"* Not chosen: {choice.text}" for choice in item.alternatives),
    ]
    return "\n".join(lines) + "\n"


def _scenario(item: Scenario) -> str:
    rows = [(f"{value.day:%B %Y}", wording.per_cent(value.number), _reference(value.reference)) for value in item.cpi_september]
    head = f"### {item.title[:1].upper()}{item.title[1:]}\n\n{' '.join(item.description.split())} (scenario `{item.id}`)\n"
    return f"{head}\n{_table(('September', 'inflation', 'reference'), rows)}"


def _pressures(fund: Fund) -> str:
    rows = [
        (item.title, item.description, f"{wording.per_cent(item.growth)} a year", _reference(item.reference)) for item in fund.pressures
    ]
    return _table(("assumption", "what it says", "growth", "reference"), rows)


def _reference(reference: Reference) -> str:
    return f"`{reference.source}`, {reference.locator}"


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _named(fund: Fund) -> frozenset[str]:
    """The sources that the page itself refers to."""
    values = [value for rule in fund.rulebook.rules for parameter in rule.parameters for value in parameter.values]
    values += [value for scenario in fund.scenarios for value in scenario.cpi_september]
    references = [*(item.reference for item in fund.rulebook.questions), *(item.reference for item in fund.pressures)]
    return frozenset(item.source for item in (*references, *(value.reference for value in values)))


def _parameter_as_dict(parameter: Parameter) -> dict[str, Any]:
    values = [
        {
            "from": value.day.isoformat(),
            "value": _plain(value),
            "reference": value.reference.as_dict(),
            "note": value.note,
        }
        for value in parameter.values
    ]
    return {"id": parameter.id, "description": parameter.description, "unit": parameter.unit, "file": parameter.file, "values": values}


def _plain(value: DatedValue) -> Any:
    if isinstance(value.value, tuple):
        return list(value.value)
    return value.value if isinstance(value.value, bool) else as_json(value.value)


def _question_as_dict(item: OpenQuestion) -> dict[str, Any]:
    return {
        "id": item.id,
        "question": item.question,
        "chosen": item.chosen.text,
        "alternatives": [choice.text for choice in item.alternatives],
        "reference": item.reference.as_dict(),
        "bears_on": item.bears_on,
    }
