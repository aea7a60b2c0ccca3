"""What the tests of a sync share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spf_analysis.evidence.bibliography.sync import SyncReport

Syncing = Callable[..., SyncReport]
DATED = {"date-parts": [[2020]]}


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def kinds(report: SyncReport) -> list[tuple[str, str]]:
    """What a sync did: kind and source of each change."""
    return [(change.kind, change.source) for change in report.changes]
