"""Invented ledgers, for showing what a briefing would look like: each line carries a mark, and no marked line is read as a real one.

The mark is the source `illustrative-sample` in every row of a table and in every item of a JSON file; any other file, such as a
statement in PDF, has it in its name. The real ledger refuses what carries it, and a sample refuses what does not, so that neither can
stand in for the other.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spf_analysis.errors import FundError, Problem
from spf_analysis.records import RecordError, read_json, read_text, shown

MARK = "illustrative-sample"
LEDGER = "ledger"
_PLAIN = (".md", ".txt", ".gitkeep")


def sample_folder(workbench: Path, named: str) -> Path:
    """The folder of a sample, named from the workbench's own folder. Raises FundError where it has no ledger."""
    folder = (workbench / named).resolve()
    if not (folder / LEDGER).is_dir():
        hint = "Write the targets before --sample; a folder named after it holds a folder 'ledger' with invented lines."
        raise FundError(f"there is no sample in '{Path(named).name}'", where="--sample", hint=hint)
    return folder


def problems_of_marks(ledger: Path, *, sample: bool) -> list[Problem]:
    """Every file or row of a ledger's folder that is invented where it must be real, or, in a sample, not marked as invented."""
    found: list[Problem] = []
    for path in sorted(ledger.rglob("*")) if ledger.is_dir() else ():
        if path.is_file() and path.suffix not in _PLAIN and not path.name.startswith("."):
            found += _wrong(path, sample)
    return found


def _wrong(path: Path, sample: bool) -> Iterator[Problem]:
    if sample and path.suffix not in (".csv", ".json") and MARK not in path.name:
        yield Problem("fund", shown(path), "a file of this kind cannot carry the mark of a sample", f"Write {MARK} into its name.")
        return
    try:
        marks = dict(_marks(path))
    except (RecordError, csv.Error):
        return  # told by whoever reads the file for what it holds
    for where, marked in marks.items():
        if marked and not sample:
            hint = "Invented figures belong in a sample, which 'spf build --sample' shows as illustrative."
            yield Problem("fund", where, f"the entry is invented: its source is {MARK}", hint)
        elif sample and not marked:
            yield Problem("fund", where, "the entry does not carry the mark of a sample", f"Write {MARK} as its source.")


def _marks(path: Path) -> Iterator[tuple[str, bool]]:
    """Where each entry of a file stands, and whether it is marked as invented."""
    name = shown(path)
    if path.suffix == ".csv":
        rows = csv.reader(io.StringIO(read_text(path, FundError.kind), newline=""))
        next(rows, None)
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield f"{name}, line {rows.line_num}", any(cell.strip() == MARK for cell in cells)
    elif path.suffix == ".json":
        for number, item in enumerate(_items(read_json(path, FundError.kind)), 1):
            yield f"{name}, item {number}", MARK in json.dumps(item)
    else:
        yield name, MARK in path.name or MARK.encode() in path.read_bytes()


def _items(content: Any) -> list[Any]:
    """The items of a JSON file: its list, or the first list in it; the file as a whole where it has none."""
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        return lists[0] if lists else [content]
    return content if isinstance(content, list) else [content]
