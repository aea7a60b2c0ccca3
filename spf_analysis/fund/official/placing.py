"""Placing the areas of an official file: by ODS or GSS code, in the one vintage that the codes belong to, all areas or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spf_analysis import wording
from spf_analysis.areas import Areas, Vintage, suggestion
from spf_analysis.errors import Problem


@dataclass(frozen=True)
class Placed:
    """The vintage that a file is about, and the ODS code of each code that stands in it."""

    vintage: Vintage
    codes: Mapping[str, str]


def place(codes: Mapping[str, str], areas: Areas, problems: list[Problem]) -> Placed | None:
    """The vintage of a file's codes. `codes` gives for each code the place where it stands first.

    A code that is in no vintage, or an area of the vintage without a row, is a problem: every share rests on all areas.
    """
    if not codes:
        return None
    known = {vintage.start: _codes(vintage, areas) for vintage in areas.vintages}
    vintage = max(areas.vintages, key=lambda item: (_fit(codes, known[item.start]), item.start))
    here = known[vintage.start]
    problems.extend(_strange(code, where, vintage, areas) for code, where in codes.items() if code not in here)
    placed = {code: here[code] for code in codes if code in here}
    lacking = [area.code for area in vintage.areas if area.code not in placed.values()]
    if lacking:
        message = f"no row for {wording.listed(lacking)} of the areas in force from {wording.day(vintage.start)}"
        where = next(iter(codes.values())).split(", ")[0]
        problems.append(Problem("fund", where, message, "Give the file with all areas of England."))
    return Placed(vintage, placed)


def _codes(vintage: Vintage, areas: Areas) -> dict[str, str]:
    """Every ODS and GSS code of a vintage, those it bore for a part of it among them."""
    own = {area.code for area in vintage.areas}
    found = {area.code: area.code for area in vintage.areas} | {area.gss_code: area.code for area in vintage.areas}
    ends = [item.start for item in areas.vintages if item.start > vintage.start]
    for change in areas.gss_changes:
        if change.area in own and change.last_day >= vintage.start and (not ends or change.first_day < min(ends)):
            found[change.gss_code] = change.area
    return found


def _fit(codes: Mapping[str, str], known: Mapping[str, str]) -> int:
    """How well codes fit a vintage: those that are in it, less those of its areas that no code stands for."""
    there = [known[code] for code in codes if code in known]
    return len(there) - len(set(known.values()) - set(there))


def _strange(code: str, where: str, vintage: Vintage, areas: Areas) -> Problem:
    elsewhere = next((item for item in areas.vintages for area in item.areas if code in (area.code, area.gss_code)), None)
    if elsewhere is not None:
        message = f"'{code}' is an area of the vintage of {wording.day(elsewhere.start)}, the others of {wording.day(vintage.start)}"
        return Problem("fund", where, message, "A file must be about the areas of one vintage.")
    nearest = suggestion(code, vintage.areas)
    hint = f"Did you mean {nearest}?" if nearest else "Correct it, or add the area to areas.csv and successions.csv."
    return Problem("fund", where, f"there is no area '{code}'", hint)
