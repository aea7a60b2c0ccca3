from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from syncing import Syncing
from zotero_server import KEY, ZoteroServer, serving

from spf_analysis.evidence.bibliography.patience import Patience
from spf_analysis.evidence.bibliography.register import open_register
from spf_analysis.evidence.bibliography.sync import Decisions, Sync, SyncReport, known, since
from spf_analysis.evidence.bibliography.zotero import ZoteroClient, ZoteroLibrary


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoteroServer]:
    """A group library on this computer, served in pages of two."""
    with serving(ZoteroServer(page=2)) as library:
        monkeypatch.setenv("ZOTERO_API_URL", library.url)
        monkeypatch.setenv("ZOTERO_API_KEY", KEY)
        yield library


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that were waited, without waiting them."""
    return []


@pytest.fixture
def patience(pauses: list[float]) -> Patience:
    return Patience(attempts=3, timeout=2.0, sleep=pauses.append)


@pytest.fixture
def sync(folder: Path, server: ZoteroServer, patience: Patience) -> Syncing:
    """Sync the copy of the sample base with the library, and save it."""

    def run(
        *, accept: tuple[str, ...] = (), keep: tuple[str, ...] = (), collection: str | None = None, key: str | None = KEY
    ) -> SyncReport:
        library = ZoteroLibrary("group", "4242", collection)
        register = open_register(folder)
        snapshot = ZoteroClient(library, key=key, patience=patience).read(since(register, library), known(register, library))
        report = Sync(register, library, Decisions(frozenset(accept), frozenset(keep))).take(snapshot)
        register.save()
        return report

    return run
