from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="session")
def edition(untouched: Path, tmp_path_factory: pytest.TempPathFactory, spf: Spf) -> Edition:
    """Three areas (one of them merged in 2026, one in London) and both national briefings, two at a time."""
    out = tmp_path_factory.mktemp("edition")
    done = spf("build", *TARGETS, "--typesetter", "embedded", "--jobs", "2", "--out", out, "--json", cwd=untouched)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    return Edition(untouched, out / said["edition"], said)
