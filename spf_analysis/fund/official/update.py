"""`spf fund update`: what an official file would change in the Fund's tables and in the source register, and the writing of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spf_analysis.errors import FundError
from spf_analysis.fund.fund import Fund
from spf_analysis.fund.official import registering
from spf_analysis.fund.official.extract import Extract, Fact, FileKind, Ground, Told
from spf_analysis.fund.official.following import following, left_over
from spf_analysis.fund.official.plausibility import unusual
from spf_analysis.fund.official.prices import MISSING, PARAMETER, missing_between
from spf_analysis.fund.official.prices import TABLE as PRICES
from spf_analysis.fund.official.recognising import recognise
from spf_analysis.fund.official.sheet import OfficialFile, open_official
from spf_analysis.fund.official.table import KEYS, StoredTable, figures_of, read_table, same
from spf_analysis.fund.official.writing import write_together
from spf_analysis.fund.reading import problems_of, read_fund

ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"


@dataclass(frozen=True)
class Change:
    """One figure of a table beside what a file says: added, changed or unchanged, with the old and the new value as text."""

    table: str
    key: Mapping[str, str]
    column: str
    old: str | None
    new: str
    state: str

    def as_dict(self) -> dict[str, Any]:
        """The change as `spf fund update --json` prints it."""
        return {"table": self.table, "key": dict(self.key), "column": self.column, "old": self.old, "new": self.new, "state": self.state}


@dataclass(frozen=True)
class UpdatePlan:
    """What one official file would change: figures, and the new content of every file that would be written.

    `before` holds the content that each of those files had when the plan was made.
    """

    file: OfficialFile
    kind: FileKind
    extract: Extract
    changes: tuple[Change, ...]
    unusual: tuple[str, ...]
    contents: Mapping[Path, bytes]
    before: Mapping[Path, bytes | None]

    @property
    def coped(self) -> tuple[str, ...]:
        """What reading the file had to cope with."""
        return (*self.file.coped, *self.extract.coped)

    def count(self, state: str) -> int:
        """How many figures are in a state."""
        return sum(item.state == state for item in self.changes)

    def as_dict(self) -> dict[str, Any]:
        """The plan as `spf fund update --json` prints it."""
        origin = self.extract.origin
        return {
            "file": self.file.name,
            "sha256": self.file.sha256,
            "kind": self.kind.id,
            "source": {
                "id": origin.id,
                "publisher": origin.publisher,
                "title": origin.title,
                "published": origin.published.isoformat() if origin.published else None,
            },
            "counts": {state: self.count(state) for state in (ADDED, CHANGED, UNCHANGED)},
            "changes": [item.as_dict() for item in self.changes if item.state != UNCHANGED],
            "checked": list(self.extract.checked),
            "coped": list(self.coped),
            "unusual": list(self.unusual),
            "notes": list(self.extract.notes),
            "files": sorted(path.name for path in self.contents),
        }


def plan_update(evidence: Path, path: Path, told: Told | None = None) -> UpdatePlan:
    """What a file would change in an evidence folder. Raises FundError for a file of no known layout, and with all its problems."""
    file = open_official(path)
    kind = recognise(file)
    fund = read_fund(evidence / "fund")
    extract = kind.read(file, Ground(fund.areas, fund.tables, told or Told()))
    tables = {name: read_table(evidence / "fund", name) for name in KEYS}
    facts = (*extract.facts, *following(extract.facts, tables, fund.areas, fund.divisions))
    changes = (*_in_tables(facts, tables), *_in_prices(facts, fund))
    contents = _contents(evidence, file, extract, facts, changes, tables)
    notes = (*extract.notes, *left_over(facts, fund.divisions), *_to_read(contents))
    odd = tuple(dict.fromkeys((*extract.unusual, *unusual(facts, tables), *_repriced(changes), *_skipped(changes, fund))))
    plan = UpdatePlan(
        file, kind, replace(extract, facts=facts, notes=notes), changes, odd, contents, {item: _now(item) for item in contents}
    )
    _check(evidence / "fund", contents)
    return plan


def _to_read(contents: Mapping[Path, bytes]) -> tuple[str, ...]:
    """Words in the project that a person must look at after the update."""
    if any(path.name == "columns.yaml" for path in contents):
        return ("columns.yaml now refers to the new source; read there under 'derived' whether the words still fit.",)
    return ()


def write_update(plan: UpdatePlan) -> None:
    """Write a plan: every file or none. Raises FundError where a file changed after the plan was made."""
    moved = [path.name for path, content in plan.before.items() if _now(path) != content]
    if moved:
        raise FundError("the file was changed while the update was planned", where=moved[0], hint="Run the command again.")
    write_together(plan.contents)


def _now(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _in_tables(facts: Iterable[Fact], tables: Mapping[str, StoredTable]) -> list[Change]:
    found: list[Change] = []
    rows = {name: {table.key(row): row for row in table.rows} for name, table in tables.items()}
    for fact in facts:
        if fact.table not in tables:
            continue
        row = rows[fact.table].get(tables[fact.table].key(fact.key))
        for column, new in figures_of(fact.values).items():
            old = row[column] if row is not None else None
            state = ADDED if old is None else UNCHANGED if same(old, new) else CHANGED
            found.append(Change(fact.table, fact.key, column, old, new, state))
    return found


def _in_prices(facts: Iterable[Fact], fund: Fund) -> list[Change]:
    known = {f"{item.day:%Y-%m}": str(item.number) for item in fund.rulebook.parameter(PARAMETER).values}
    found: list[Change] = []
    for fact in facts:
        if fact.table == PRICES:
            old, new = known.get(fact.key["month"]), fact.values["value"]
            state = ADDED if old is None else UNCHANGED if same(old, new) else CHANGED
            found.append(Change(PRICES, fact.key, "value", old, new, state))
    return found


def _repriced(changes: Iterable[Change]) -> list[str]:
    """Published inflation is not revised: a September that changes is unusual."""
    return [
        f"{item.key['month']}: {item.new} per cent instead of {item.old}"
        for item in changes
        if item.table == PRICES and item.state == CHANGED
    ]


def _skipped(changes: Iterable[Change], fund: Fund) -> list[str]:
    """Septembers that would be missing between those at hand and new ones."""
    new = [int(item.key["month"][:4]) for item in changes if item.table == PRICES]
    known = [item.day.year for item in fund.rulebook.parameter(PARAMETER).values]
    return [MISSING.format(year=year) for year in missing_between([*known, *new])] if new else []


def _contents(
    evidence: Path,
    file: OfficialFile,
    extract: Extract,
    facts: tuple[Fact, ...],
    changes: tuple[Change, ...],
    tables: Mapping[str, StoredTable],
) -> dict[Path, bytes]:
    """The new content of every file that changes."""
    moved = {(item.table, tuple(item.key.values())) for item in changes if item.state != UNCHANGED}
    new = [fact for fact in facts if (fact.table, fact.named) in moved]
    fund = evidence / "fund"
    found = {
        fund / name: table.with_facts(fact for fact in new if fact.table == name).as_bytes()
        for name, table in tables.items()
        if any(fact.table == name for fact in new)
    }
    prices = [fact for fact in new if fact.table == PRICES]
    if prices:
        found[fund / PRICES] = _priced(registering.text_of(fund / PRICES), prices).encode()
    found[fund / "columns.yaml"] = _referred(registering.text_of(fund / "columns.yaml"), extract, new, tables).encode()
    found[evidence / "sources.yaml"] = registering.registered(registering.text_of(evidence / "sources.yaml"), extract.origin, file).encode()
    found[evidence / "library.json"] = registering.catalogued(registering.text_of(evidence / "library.json"), extract.origin).encode()
    return {path: content for path, content in found.items() if _now(path) != content}


def _priced(text: str, facts: Iterable[Fact]) -> str:
    document = registering.load(text)
    values = document["parameters"][PARAMETER]["values"]
    for fact in facts:
        entry = values.get(fact.key["month"])
        if isinstance(entry, dict):
            entry["value"] = float(fact.values["value"])
        else:
            values[fact.key["month"]] = float(fact.values["value"])
    return registering.dump(document)


def _referred(text: str, extract: Extract, new: list[Fact], tables: Mapping[str, StoredTable]) -> str:
    """columns.yaml, with the columns of a table that got newer figures than any before referring to their source."""
    for name, table in tables.items():
        own = [fact for fact in new if fact.table == name]
        period = table.period
        if own and (not period or max(fact.key[period] for fact in own) > max((row[period] for row in table.rows), default="")):
            text = registering.referred(text, name, figures_of(own[0].values), extract.origin)
    return text


def _check(fund: Path, contents: Mapping[Path, bytes]) -> None:
    """The Fund must hold together with the new contents: they are read beside the old ones before anything is written."""
    with tempfile.TemporaryDirectory() as name:
        staged = Path(name) / "evidence" / "fund"
        for folder, _, files in os.walk(fund):
            here = staged / Path(folder).relative_to(fund)
            here.mkdir(parents=True)
            for file in files:
                path = Path(folder) / file
                if path in contents:
                    (here / file).write_bytes(contents[path])
                else:
                    (here / file).symlink_to(path.resolve())
        for path in (item for item in contents if not item.exists()):
            (staged / path.relative_to(fund)).write_bytes(contents[path])
        problems = problems_of(staged)
    if problems:
        raise FundError(problems)
