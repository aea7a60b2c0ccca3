"""Damaged official files and damaged ledger workbooks are read or refused with words, and with no other error."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from random import Random

import openpyxl
import pytest
from damage import VALUES, damaged

from spf_analysis.areas import read_areas
from spf_analysis.errors import SpfError
from spf_analysis.fund.ledger_import import plan_import
from spf_analysis.fund.ledger_template import SHEETS, write_template
from spf_analysis.fund.official.update import plan_update
from spf_analysis.fund.path import term_from
from spf_analysis.periods import FinancialYear

SAMPLES = Path(__file__).parents[1] / "samples"
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "fund" / "official"))
from official_input import given, lay_out  # noqa: E402

YEAR = FinancialYear(2026)
SEEDS = [0, pytest.param(1, marks=pytest.mark.long)]
ROUNDS = {"official": (3, 60), "ledger": (20, 400)}


def cells_harmed(file: Path, random: Random) -> None:
    """A workbook with some cells, a sheet or a name other than they should be."""
    book = openpyxl.load_workbook(file)
    sheet = book[random.choice(book.sheetnames)]
    for _ in range(random.choice((1, 3, 20))):
        cell = sheet.cell(random.randint(1, max(4, sheet.max_row)), random.randint(1, max(4, sheet.max_column)))
        value = random.choice([item for item in VALUES if not isinstance(item, list | dict)] + ["1,000", "٣", "NaN", "£5", "a" * 40_000])
        if type(cell).__name__ != "MergedCell":
            cell.value = value
    if random.random() < 0.1:
        sheet.title = "Other"
    book.save(file)


def archive_harmed(file: Path, random: Random) -> None:
    """A workbook of which one part is damaged, missing or hostile XML."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(parts))
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY e SYSTEM "file:///etc/passwd">]><x>&b;&e;</x>'
    parts[name] = random.choice((b"", entity, damaged("x", parts[name], random)[1]))
    with zipfile.ZipFile(file, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def harmed(file: Path, original: bytes, random: Random) -> None:
    file.write_bytes(original)
    if file.suffix == ".xlsx" and random.random() < 0.8:
        random.choice((cells_harmed, cells_harmed, archive_harmed))(file, random)
    else:
        file.write_bytes(damaged(file.name, original, random)[1])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", sorted(path.name for path in (SAMPLES / "official").iterdir()))
def test_a_damaged_official_file_is_read_or_refused(tmp_path: Path, name: str, seed: int) -> None:
    evidence = lay_out(tmp_path)
    sample = given(SAMPLES / "official" / name, tmp_path)
    original, file, random = sample.read_bytes(), tmp_path / sample.name, Random(seed)
    for _ in range(ROUNDS["official"][seed]):
        harmed(file, original, random)
        try:
            assert plan_update(evidence, file).kind
        except SpfError as error:
            assert all(problem.message for problem in error.problems)  # noqa: PT017


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_ledger_workbook_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    areas = read_areas(SAMPLES / "bad" / "fund" / "sound")
    ledger = lay_out(tmp_path) / "fund" / "ledger"
    file, random = tmp_path / "contributions.xlsx", Random(seed)
    write_template(file, areas.on(YEAR.first_day), term_from(YEAR, 10))
    original = file.read_bytes()
    assert set(SHEETS) <= set(openpyxl.load_workbook(file).sheetnames)
    for _ in range(ROUNDS["ledger"][seed]):
        harmed(file, original, random)
        try:
            assert plan_import(ledger, file, areas).added >= 0
        except SpfError as error:
            assert all(problem.message for problem in error.problems)  # noqa: PT017
