"""Scenarios: named assumptions about what is not known yet, from files that people can write, read and exchange.

A scenario supplies Septembers that have no published inflation; it may also say how wages and referrals would grow beside prices, in
which years an area would take part, and how it would spread the money. Whatever is worked out under one says "scenario".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.compat import StringIO

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem, SpfError
from spf_analysis.figures import Reference, as_json
from spf_analysis.fund.attendance import Attendance
from spf_analysis.fund.form import SCENARIOS, out_of_form
from spf_analysis.fund.parameters import DatedValue
from spf_analysis.fund.pressures import Pressure, pressure_of
from spf_analysis.fund.rule_reading import day_of, number_of
from spf_analysis.periods import FinancialYear
from spf_analysis.records import Document, RecordError, read_yaml

FILE, FOLDER, HOME = "scenarios.yaml", "scenarios", "evidence/fund"
ASSUMPTION = "workbench-assumption"
WHOLE = "a scenario needs an id, a title, a description, a reference and cpi_september by month"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HINT = "Write months as 2026-09 and rates in per cent."
_FIELDS = frozenset({"id", "title", "description", "reference", "cpi_september", "pressures", "takes_part", "spending"})
_HEAD = '# A named assumption, not a forecast: whatever is worked out under it is labelled "scenario".\n'


@dataclass(frozen=True)
class Scenario:
    """A named assumption about Septembers that have no published inflation yet, in per cent.

    `pressures`, where there are any, stand for those of the workbench. `joins`, `leaves` and `misses` are the years in which an area
    would take part; `spending` is per cent of the whole in each year of the term, empty where nothing is assumed. `file` is where it
    was read, None where it was spelt out.
    """

    id: str
    title: str
    description: str
    cpi_september: tuple[DatedValue, ...]
    pressures: tuple[Pressure, ...] = ()
    joins: FinancialYear | None = None
    leaves: FinancialYear | None = None
    misses: frozenset[FinancialYear] = frozenset()
    spending: tuple[Decimal, ...] = ()
    file: str | None = field(default=None, compare=False)

    @property
    def entry(self) -> str:
        """Where its values stand: the file and the entry in it."""
        return f"{self.file or 'the scenario as it was given'}, entry '{self.id}'"

    def attendance(self, term: tuple[FinancialYear, ...]) -> Attendance:
        """The years of a term in which an area would take part. Raises FundError where they do not lie in it."""
        return Attendance(term, self.joins or term[0], self.leaves or term[-1], self.misses)

    def as_dict(self) -> dict[str, Any]:
        """The scenario as its file holds it; `scenario_of` reads it back."""
        found: dict[str, Any] = {"id": self.id, "title": self.title, "description": self.description}
        found["reference"] = self.cpi_september[0].reference.as_dict()
        found["cpi_september"] = {f"{item.day:%Y-%m}": as_json(item.number) for item in self.cpi_september}
        if self.pressures:
            found["pressures"] = [item.as_dict() for item in self.pressures]
        years = {"from": self.joins, "until": self.leaves}
        part: dict[str, Any] = {name: str(year) for name, year in years.items() if year}
        if self.misses:
            part["missing"] = [str(year) for year in sorted(self.misses)]
        if part:
            found["takes_part"] = part
        if self.spending:
            found["spending"] = [as_json(part) for part in self.spending]
        return found

    def as_text(self) -> str:
        """The scenario on one line, as a notebook is given it as a parameter."""
        return json.dumps(self.as_dict(), ensure_ascii=False)


def scenario_of(entry: Any) -> Scenario:
    """The scenario of an entry. Raises ValueError saying what is wrong with it."""
    if not isinstance(entry, Mapping):
        raise ValueError(WHOLE)
    unknown = sorted(set(entry) - _FIELDS)
    if unknown:
        raise ValueError(f"a scenario has no field '{unknown[0]}'")
    try:
        reference = Reference(str(entry["reference"]["source"]), str(entry["reference"]["locator"]))
        pairs = [(day_of(month), number_of(value)) for month, value in entry["cpi_september"].items()]
        words = [str(entry[name]).strip() for name in ("id", "title", "description")]
    except (KeyError, TypeError, AttributeError):
        raise ValueError(WHOLE) from None
    values = tuple(DatedValue(day, value, reference) for day, value in pairs if day and day.month == 9 and value is not None)
    if len(values) < len(pairs) or not values:
        raise ValueError(WHOLE)
    if not _ID.fullmatch(words[0]):
        raise ValueError(f"'{words[0]}' is no id: it has lower-case letters, digits and hyphens")
    part = entry.get("takes_part") or {}
    years = [FinancialYear.parse(str(part[name])) if part.get(name) else None for name in ("from", "until")]
    misses = frozenset(FinancialYear.parse(str(item)) for item in part.get("missing", ()))
    return Scenario(words[0], words[1], words[2], values, _pressures(entry), years[0], years[1], misses, _spending(entry))


def _pressures(entry: Mapping[str, Any]) -> tuple[Pressure, ...]:
    found = [pressure_of(item) for item in entry.get("pressures") or ()]
    kept = tuple(item for item in found if item is not None)
    if len(kept) < len(found):
        raise ValueError("a pressure of the scenario needs an id, a title, a description, a kind, a growth and a reference")
    return kept


def _spending(entry: Mapping[str, Any]) -> tuple[Decimal, ...]:
    parts = [number_of(item) for item in entry.get("spending") or ()]
    kept = tuple(item for item in parts if item is not None)
    if len(kept) < len(parts):
        raise ValueError("the spending of a scenario is per cent of the whole for each year of the term")
    return kept


def read_scenarios(folder: Path, problems: list[Problem]) -> tuple[Scenario, ...]:
    """The scenarios of `scenarios.yaml` and of the files in `scenarios/`, in order; whatever is wrong is added to `problems`."""
    found: list[Scenario] = []
    for path in (folder / FILE, *sorted((folder / FOLDER).glob("*.yaml"))):
        if path.exists():
            known = {item.id for item in found}
            within = f"{HOME}/{path.relative_to(folder).as_posix()}"
            found += [replace(item, file=within) for item in _of_file(path, known, problems)]
    return tuple(found)


def _of_file(path: Path, known: Iterable[str], problems: list[Problem]) -> list[Scenario]:
    try:
        document = read_yaml(path, FundError.kind)
    except RecordError as error:
        problems.extend(error.problems)
        return []
    if wrong := out_of_form(document, SCENARIOS):
        problems.extend(wrong)
        return []
    entries = document.content.get("scenarios") if isinstance(document.content, dict) else None
    found: list[Scenario] = []
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        item = _told(document, index, entry, problems)
        if item is not None and item.id in {*known, *(other.id for other in found)}:
            message = f"there are two scenarios '{item.id}'"
            problems.append(Problem("fund", document.where("scenarios", index), message, "Give one of them another id."))
        elif item is not None:
            found.append(item)
    return found


def _told(document: Document, index: int, entry: Any, problems: list[Problem]) -> Scenario | None:
    where = document.where("scenarios", index)
    try:
        return scenario_of(entry)
    except ValueError as error:
        problems.append(Problem("fund", where, str(error), _HINT))
    except SpfError as error:
        problems.extend(Problem("fund", where, item.message, item.hint) for item in error.problems)
    except (TypeError, AttributeError):
        problems.append(Problem("fund", where, WHOLE, _HINT))
    return None


def scenario_named(text: str, known: Sequence[Scenario]) -> Scenario:
    """The scenario that a text names: by id, as a file, or spelt out on one line. Raises FundError where it is none of these."""
    if text.lstrip().startswith("{"):
        return _spelt_out(text)
    found = next((item for item in known if item.id == text), None)
    if found is not None:
        return found
    path = Path(text)
    if path.suffix in (".yaml", ".yml"):
        return _in_file(path)
    names = wording.listed(item.id for item in known) or "none"
    raise FundError(f"there is no scenario '{text}'", where="scenario", hint=f"There are: {names}. A file ends in .yaml.")


def _spelt_out(text: str) -> Scenario:
    try:
        return scenario_of(json.loads(text))
    except (ValueError, TypeError, AttributeError) as error:
        raise FundError(f"the scenario cannot be read: {error}", where="scenario", hint=_HINT) from error


def _in_file(path: Path) -> Scenario:
    problems: list[Problem] = []
    found = _of_file(path, (), problems)
    if problems:
        raise FundError(problems)
    if len(found) != 1:
        message = f"the file holds {wording.counted(len(found), 'scenario')}, and one is needed"
        raise FundError(message, where=path.name, hint="Keep one entry under 'scenarios'.")
    return replace(found[0], file=path.as_posix())


def scenario_file(scenario: Scenario) -> str:
    """The YAML text of a file that holds one scenario."""
    out, editor = StringIO(), YAML()
    editor.width = 140
    editor.indent(mapping=2, sequence=4, offset=2)
    entry = scenario.as_dict()
    if "spending" in entry:
        row = CommentedSeq(entry["spending"])
        row.fa.set_flow_style()
        entry["spending"] = row
    editor.dump(CommentedMap({"scenarios": [CommentedMap(entry)]}), out)
    return _HEAD + str(out.getvalue())


def constant(name: str, title: str, rate: Decimal, septembers: tuple[int, int], reference: Reference, **more: Any) -> Scenario:
    """A scenario in which every September from one year to another has one rate, in per cent; `more` are its further fields.

    Raises FundError for a name that cannot be an id.
    """
    if not _ID.fullmatch(name):
        hint = "Use lower-case letters, digits and hyphens, such as my-scenario."
        raise FundError(f"'{name}' cannot be the name of a scenario", where="scenario", hint=hint)
    values = tuple(DatedValue(date(year, 9, 1), rate, reference) for year in range(septembers[0], septembers[1] + 1))
    said = f"An assumption, not a forecast: every September that is not published yet has {wording.per_cent(rate)}."
    return Scenario(name, title, said, values, **more)


def write_scenario(scenario: Scenario, folder: Path) -> Path:
    """Write a scenario as `<id>.yaml` into a folder. Raises FundError where there is one of that name already."""
    path = folder / f"{scenario.id}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(scenario_file(scenario))
    except FileExistsError:
        hint = "Choose another name, or remove the file first."
        raise FundError(f"there is a scenario '{scenario.id}' already", where=path.name, hint=hint) from None
    except OSError as error:
        raise FundError(f"the scenario cannot be written ({error.strerror})", where=path.name, hint="Make room there.") from error
    return path
