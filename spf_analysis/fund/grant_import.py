"""Taking grants into the register: what a published file would add or change, held against the standard, the rules and the balance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spf_analysis import wording
from spf_analysis.errors import FundError, Problem, TypesettingError
from spf_analysis.fund.cells import Cells
from spf_analysis.fund.grant_balance import problems_of_balance
from spf_analysis.fund.grant_checking import notes_on
from spf_analysis.fund.grant_files import GrantFile, GrantRecord, grants_as_json, read_grant_file
from spf_analysis.fund.grant_reading import register_of
from spf_analysis.fund.grant_standard import DECLARATION, REFUSED, SIZES, SPENDING
from spf_analysis.fund.grants import FILE, GrantsRegister
from spf_analysis.fund.illustrative import MARK
from spf_analysis.records import Row, read_csv

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund

DECLARED = ("id", "area", "year", "amount", "spending", "additional", "additional_for", "recipient_size")
_LOOK = {
    "link workers": re.compile(r"link workers?\b", re.IGNORECASE),
    "clinical services": re.compile(r"\bclinic(al|s)?\b", re.IGNORECASE),
    "WorkWell": re.compile(r"\bworkwell\b", re.IGNORECASE),
    "statutory services": re.compile(r"\bstatutory\b", re.IGNORECASE),
}


@dataclass(frozen=True)
class GrantsImport:
    """What a file would do to the register: grants added, changed, and there already word for word; and what to look at."""

    file: str
    target: Path
    added: tuple[Mapping[str, Any], ...]
    changed: tuple[tuple[str, tuple[str, ...]], ...]
    known: int
    published: tuple[Mapping[str, Any], ...]
    register: GrantsRegister
    notes: tuple[str, ...] = ()

    @property
    def changes_something(self) -> bool:
        """Whether writing it would change the register."""
        return bool(self.added or self.changed)

    def as_dict(self) -> dict[str, Any]:
        """The plan as `spf fund grants import --json` prints it."""
        awards = {award.id: award for award in self.register.awards}
        rows = [awards[str(item["id"])] for item in self.added]
        return {
            "file": self.file,
            "added": [
                {"id": item.id, "area": item.area, "recipient": item.recipient_name, "awarded": float(item.awarded)} for item in rows
            ],
            "changed": [{"id": name, "fields": list(fields)} for name, fields in self.changed],
            "known": self.known,
            "notes": list(self.notes),
        }


def plan_grants(fund: Fund, ledger: Path, path: Path, declare: Path | None = None) -> GrantsImport:
    """What a published file would do to the register of a ledger's folder; `declare` is a table of declarations to add to its grants.

    Raises one FundError with everything that is wrong: by the standard, by the Fund's rules, or because a year's money would run out.
    """
    problems: list[Problem] = []
    file = read_grant_file(path)
    if declare:
        file = declared_in(file, read_csv(declare, DECLARED, "fund"), problems)
    problems.extend(_invented(file))
    new = register_of(file, fund.areas, fund.rulebook, problems)
    if problems:
        raise FundError(sorted(dict.fromkeys(problems)))
    old = {str(item["id"]): item for item in fund.grants.published}
    together = {**old, **{str(item["id"]): item for item in new.published}}
    awards = {award.id: award for award in (*fund.grants.awards, *new.awards)}
    register = GrantsRegister(tuple(awards[name] for name in together), tuple(together.values()))
    overdrawn = problems_of_balance(fund.with_grants(register))
    if overdrawn:
        raise FundError(overdrawn)
    changed = tuple((name, _fields(old[name], item)) for name, item in _by_id(new.published).items() if name in old and old[name] != item)
    added = tuple(item for item in new.published if str(item["id"]) not in old)
    known = len(new.published) - len(added) - len(changed)
    notes = (*file.coped, *notes_on(file), *_to_look_at(new.published))
    return GrantsImport(file.name, ledger / FILE, added, changed, known, register.published, register, notes)


def write_grants(plan: GrantsImport) -> None:
    """Write the register with what was planned. Raises TypesettingError where it cannot be written."""
    try:
        plan.target.parent.mkdir(parents=True, exist_ok=True)
        plan.target.write_text(grants_as_json(plan.published), encoding="utf-8")
    except OSError as error:
        raise TypesettingError(f"the register cannot be written: {error.strerror}", where=FILE, hint="Check the folder.") from error


def declared_in(file: GrantFile, rows: Sequence[Row], problems: list[Problem]) -> GrantFile:
    """The grants of a file with what a table declares of them, one row for each grant and year drawn on."""
    declared: dict[str, dict[str, Any]] = {}
    known = {str(record.content.get("id")): record for record in file.records}
    for row in rows:
        cells = Cells(row, problems)
        name = cells.text("id")
        if name not in known:
            problems.append(Problem("fund", f"{row.where}, column 'id'", f"there is no grant '{name}' in {file.name}", "Correct the id."))
        elif DECLARATION in known[name].content:
            message = f"the grant '{name}' declares '{DECLARATION}' itself"
            problems.append(Problem("fund", f"{row.where}, column 'id'", message, "Take the row out, or the field out of the grant."))
        else:
            _declare(declared.setdefault(name, {}), cells, problems)
    records = (_with(record, declared.get(str(record.content.get("id")))) for record in file.records)
    return GrantFile(file.name, tuple(records), file.coped)


def _declare(entry: dict[str, Any], cells: Cells, problems: list[Problem]) -> None:
    row = cells.row
    year, amount, additional = cells.year("year"), cells.money("amount"), cells.flag("additional")
    told = {
        "area": cells.text("area"),
        "spending": cells.one_of("spending", (*SPENDING, *REFUSED)),
        "additional": additional is True,
        "additionalFor": cells.text("additional_for"),
    }
    if row["recipient_size"]:
        told["recipientSize"] = cells.one_of("recipient_size", SIZES)
    before = {key: value for key, value in entry.items() if key != "years"}
    if before and before != told:
        message = f"the rows of '{row['id']}' differ in more than year and amount"
        problems.append(Problem("fund", row.where, message, "Let them agree; a row for each year repeats the rest."))
    entry.update(told)
    if year and amount is not None:
        number = int(amount) if amount == amount.to_integral_value() else float(amount)
        entry.setdefault("years", []).append({"year": str(year), "amount": number})


def _with(record: GrantRecord, declared: Mapping[str, Any] | None) -> GrantRecord:
    return replace(record, content={**record.content, DECLARATION: dict(declared)}) if declared else record


def _by_id(grants: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(item["id"]): item for item in grants}


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))


def _invented(file: GrantFile) -> Iterator[Problem]:
    for record in file.records:
        if MARK in json.dumps(record.content):
            yield Problem(
                "fund", record.where, "the grant is invented: it carries the mark of a sample", "Only real grants are registered."
            )


def _to_look_at(grants: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Grants whose own words name something that the Fund may not pay for: a person decides."""
    found = []
    for item in grants:
        text = f"{item.get('title', '')} {item.get('description', '')}"
        named = [name for name, pattern in _LOOK.items() if pattern.search(text)]
        if named:
            found.append(f"{item['id']} speaks of {wording.listed(named)}: look whether the Fund may pay for it")
    return tuple(found)
