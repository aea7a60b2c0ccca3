"""Reading the whole Fund from its folder: one call that either gives the Fund or tells every problem at once."""

from __future__ import annotations

import re
from pathlib import Path

from spf_analysis.areas import Areas, read_areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.figures import Reference
from spf_analysis.fund.carrying import read_divisions
from spf_analysis.fund.footprints import read_footprints
from spf_analysis.fund.fund import Fund, Scenario
from spf_analysis.fund.ledger_reading import read_ledger
from spf_analysis.fund.parameters import DatedValue
from spf_analysis.fund.pressures import read_pressures
from spf_analysis.fund.rule_reading import day_of, number_of, read_rulebook
from spf_analysis.fund.table_reading import read_tables
from spf_analysis.records import RecordError, read_yaml


def read_fund(folder: Path) -> Fund:
    """The Fund of a folder such as `evidence/fund`. Raises one FundError with every problem found in its files."""
    fund, problems = _gather(folder)
    if problems or fund is None:
        raise FundError(problems)
    return fund


def problems_of(folder: Path) -> list[Problem]:
    """Every problem of the Fund's files, in order of place, for `spf check`; empty where all is well."""
    return _gather(folder)[1]


def _gather(folder: Path) -> tuple[Fund | None, list[Problem]]:
    problems: list[Problem] = []
    areas = _areas(folder, problems)
    rulebook = read_rulebook(folder / "rules", problems)
    tables = read_tables(folder, areas, problems)
    ledger = read_ledger(folder / "ledger", areas, problems)
    scenarios = _scenarios(folder / "scenarios.yaml", problems)
    pressures = read_pressures(folder / "scenarios.yaml", problems)
    divisions, footprints = read_divisions(folder, areas, problems), read_footprints(folder, areas, problems)
    found = sorted(set(problems), key=_place)
    if areas is None or found:
        return None, found
    return Fund(areas, rulebook, tables, ledger, scenarios, divisions=divisions, footprints=footprints, pressures=pressures), found


def _place(problem: Problem) -> tuple[list[str], Problem]:
    """Files in order of name, lines in order of number."""
    return [f"{int(part):09}" if part.isdigit() else part for part in re.split(r"(\d+)", problem.where)], problem


def _areas(folder: Path, problems: list[Problem]) -> Areas | None:
    try:
        return read_areas(folder)
    except FundError as error:
        problems.extend(error.problems)
        return None


def _scenarios(path: Path, problems: list[Problem]) -> tuple[Scenario, ...]:
    if not path.exists():
        return ()
    try:
        document = read_yaml(path, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return ()
    found: list[Scenario] = []
    entries = document.content.get("scenarios") if isinstance(document.content, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        where = document.where("scenarios", index)
        try:
            reference = Reference(str(entry["reference"]["source"]), str(entry["reference"]["locator"]))
            pairs = [(day_of(month), number_of(value)) for month, value in entry["cpi_september"].items()]
            values = tuple(DatedValue(day, value, reference) for day, value in pairs if day and value is not None)
            if len(values) < len(pairs):
                raise ValueError
            found.append(Scenario(str(entry["id"]), str(entry["title"]), str(entry["description"]).strip(), values))
        except (KeyError, TypeError, AttributeError, ValueError):
            message = "a scenario needs an id, a title, a description, a reference and cpi_september by month"
            problems.append(Problem("fund", where, message, "Write months as 2026-09 and rates in per cent."))
    return tuple(found)
