"""A small invented workbench for official files, and workbooks built from their rows as text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import yaml

SAMPLES = Path(__file__).parents[3] / "samples"
OFFICIAL, BAD = SAMPLES / "official", SAMPLES / "bad" / "official"
RULES = Path(__file__).parents[4] / "evidence" / "fund" / "rules"
INVENTED = ("ons-mm23-d7g7", "invented-people", "invented-weights", "invented-workforce")


def lay_out(folder: Path) -> Path:
    """An evidence folder with the sound invented Fund, the project's rules, and a register of its sources."""
    evidence = folder / "evidence"
    shutil.copytree(SAMPLES / "bad" / "fund" / "sound", evidence / "fund")
    shutil.copytree(RULES, evidence / "fund" / "rules")
    entries = "".join(f"  - id: {name}  # a remark\n    kind: data set\n    publisher: Somebody\n" for name in INVENTED)
    (evidence / "sources.yaml").write_text(f"# The register.\nschema: 1\nsources:\n{entries}", encoding="utf-8")
    works = [{"id": name, "type": "dataset", "title": name, "issued": {"date-parts": [[2026, 3, 25]]}} for name in INVENTED]
    (evidence / "library.json").write_text(json.dumps(works, indent=2) + "\n", encoding="utf-8")
    return evidence


def given(path: Path, folder: Path) -> Path:
    """The file that a user would give: a CSV as it is; a workbook built from the YAML that lists its sheets' rows."""
    if path.suffix != ".yaml":
        return path
    made = folder / f"{path.stem}.xlsx"
    if made.exists():
        return made
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    book.save(made)
    return made


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
