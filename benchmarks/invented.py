"""Further areas for a benchmark: a copy of a workbench in which areas are added that do not exist, and which says so in every title."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

TABLES = ("areas", "residents", "weighted_populations", "land_area", "tiles", "deprivation", "link_workers", "registered_patients")
STAMP = "GENERATED for a benchmark: areas with codes from X0001 are invented"
_WIDTH = 20


def copied(origin: Path, folder: Path) -> Path:
    """A copy of a workbench without what was built in it and without confidential lines."""
    left_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "confidential")
    for name in ("evidence", "notebooks", "templates"):
        shutil.copytree(origin / name, folder / name, ignore=left_out)
    settings = (origin / "spf.toml").read_text(encoding="utf-8")
    (folder / "spf.toml").write_text(f"# {STAMP}\n{settings}", encoding="utf-8")
    return folder


def add_areas(workbench: Path, wanted: int) -> list[str]:
    """Add invented areas until so many are in force; each has the figures of a real one. Returns the codes of those added."""
    fund = workbench / "evidence" / "fund"
    tables = {name: _read(fund / f"{name}.csv") for name in TABLES}
    newest = max(row["vintage"] for row in tables["areas"])
    real = [row["area"] for row in tables["areas"] if row["vintage"] == newest]
    added = [f"X{number:04d}" for number in range(1, wanted - len(real) + 1)]
    for number, code in enumerate(added):
        like = real[number % len(real)]
        for name, rows in tables.items():
            rows += [_as_if(row, code, number, name) for row in list(rows) if (row["area"], row["vintage"]) == (like, newest)]
    for name, rows in tables.items():
        _write(fund / f"{name}.csv", rows)
    return added


def _as_if(row: dict[str, str], code: str, number: int, table: str) -> dict[str, str]:
    changed = {**row, "area": code}
    if table == "areas":
        changed |= {"gss_code": f"E549{number + 1:05d}", "name": f"Invented area {code}", "short_name": f"Invented {code}"}
    if table == "tiles":
        changed |= {"row": str(20 + number // _WIDTH), "column": str(1 + number % _WIDTH)}
    return changed


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
