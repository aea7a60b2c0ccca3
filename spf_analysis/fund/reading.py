"""Reading the whole Fund from its folder: one call that either gives the Fund or tells every problem at once."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from spf_analysis.areas import Areas, read_areas
from spf_analysis.errors import FundError, Problem
from spf_analysis.fund.application_reading import read_applications
from spf_analysis.fund.carrying import read_divisions
from spf_analysis.fund.footprints import read_footprints
from spf_analysis.fund.fund import Fund
from spf_analysis.fund.grant_balance import problems_of_balance
from spf_analysis.fund.grants import read_register
from spf_analysis.fund.illustrative import LEDGER, problems_of_marks
from spf_analysis.fund.ledger_reading import read_ledger
from spf_analysis.fund.link_workers import read_link_worker_costs
from spf_analysis.fund.offer_reading import read_offers
from spf_analysis.fund.pressures import read_pressures
from spf_analysis.fund.rule_reading import read_rulebook
from spf_analysis.fund.scenarios import FILE, read_scenarios
from spf_analysis.fund.table_reading import read_tables


def read_fund(folder: Path, sample: Path | None = None) -> Fund:
    """The Fund of a folder such as `evidence/fund`; with the ledger of a sample in place of its own, it is illustrative.

    Raises one FundError with every problem found in its files.
    """
    fund, problems = _gather(folder, sample)
    if problems or fund is None:
        raise FundError(problems)
    return fund


def problems_of(folder: Path) -> list[Problem]:
    """Every problem of the Fund's files, in order of place, for `spf check`; empty where all is well."""
    return _gather(folder)[1]


def _gather(folder: Path, sample: Path | None = None) -> tuple[Fund | None, list[Problem]]:
    ledger_folder = (sample or folder) / LEDGER
    problems: list[Problem] = problems_of_marks(ledger_folder, sample=sample is not None)
    areas = _areas(folder, problems)
    rulebook = read_rulebook(folder / "rules", problems)
    tables = read_tables(folder, areas, problems)
    ledger = read_ledger(ledger_folder, areas, problems)
    offers, applications = read_offers(ledger_folder, areas, problems), read_applications(ledger_folder, areas, problems)
    grants, costs = read_register(ledger_folder, areas, rulebook, problems), read_link_worker_costs(folder, problems)
    scenarios = read_scenarios(folder, problems)
    pressures = read_pressures(folder / FILE, problems)
    divisions, footprints = read_divisions(folder, areas, problems), read_footprints(folder, areas, problems)
    found = sorted(set(problems), key=_place)
    if areas is None or found:
        return None, found
    fund = Fund(areas, rulebook, tables, ledger, scenarios, divisions=divisions, footprints=footprints, pressures=pressures)
    fund = replace(fund, offers=offers, applications=applications, illustrative=sample is not None)
    fund = replace(fund, grants=grants, link_worker_costs=costs)
    found = problems_of_balance(fund)
    return (None if found else fund), found


def _place(problem: Problem) -> tuple[list[str], Problem]:
    """Files in order of name, lines in order of number."""
    return [f"{int(part):09}" if part.isdigit() else part for part in re.split(r"(\d+)", problem.where)], problem


def _areas(folder: Path, problems: list[Problem]) -> Areas | None:
    try:
        return read_areas(folder)
    except FundError as error:
        problems.extend(error.problems)
        return None
