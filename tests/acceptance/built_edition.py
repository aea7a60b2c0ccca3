"""What the acceptance tests build: three areas (one merged in 2026, one in London) and both national briefings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil

AREAS = {"QOC": "Shropshire, Telford and Wrekin", "S1Y5D": "Central East", "QKK": "South East London"}
NATIONAL = ("national-evidence", "national-fund")
TARGETS = (*AREAS, *NATIONAL)
EDITION = "2026-27-first"
Spf = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Edition:
    """What one `spf build` of three areas and both national briefings left behind."""

    workbench: Path
    folder: Path
    said: dict[str, Any]

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return found


def edit(workbench: Path, number: int, source: str, notebook: str = "area_briefing.ipynb") -> None:
    """Put a line in front of a code cell of a notebook."""
    path = workbench / "notebooks" / notebook
    content = nbformat.read(path, as_version=4)
    cell = [cell for cell in content.cells if cell.cell_type == "code"][number]
    cell.source = f"{source}\n{cell.source}"
    nbformat.write(content, path)


def kernels(workbench: Path) -> list[str]:
    """The command lines of processes that work in a workbench or were told of it, dead ones aside."""
    found = []
    for process in psutil.process_iter():
        try:
            told = [process.cwd(), process.environ().get("SPF_WORKBENCH", ""), *process.cmdline()]
            if process.status() != psutil.STATUS_ZOMBIE and str(workbench) in told:
                found.append(" ".join(process.cmdline()))
        except (psutil.Error, OSError):
            continue
    return found
