from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from built_edition import TARGETS, Edition, Spf


@pytest.fixture(scope="session")
def edition(untouched: Path, tmp_path_factory: pytest.TempPathFactory, spf: Spf) -> Edition:
    """Three areas (one of them merged in 2026, one in London) and both national briefings, two at a time.

    They are built once: where tests run in several processes, the first of them builds and the others wait for it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    out, workbench = shared / "edition", shared / "edition-workbench"
    with (shared / "edition.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "said.json").is_file():
            shutil.copytree(untouched, workbench, dirs_exist_ok=True)
            done = spf("build", *TARGETS, "--typesetter", "embedded", "--jobs", "2", "--out", out, "--json", cwd=workbench)
            assert done.returncode == 0, done.stdout + done.stderr
            (out / "said.json").write_text(done.stdout, encoding="utf-8")
    said = json.loads((out / "said.json").read_text(encoding="utf-8"))
    return Edition(workbench, out / said["edition"], said)


@pytest.fixture(scope="module")
def browser(needed: Callable[..., str]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=needed("chromium", "chromium-browser", "google-chrome"), args=["--no-sandbox"])
        yield opened
        opened.close()
