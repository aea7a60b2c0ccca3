"""What the acceptance tests build: three areas (one merged in 2026, one in London) and both national briefings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AREAS = {"QOC": "Shropshire, Telford and Wrekin", "S1Y5D": "Central East", "QKK": "South East London"}
NATIONAL = ("national-evidence", "national-fund")
TARGETS = (*AREAS, *NATIONAL)
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
