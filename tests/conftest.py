from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
os.environ.setdefault("SPF_CACHE", str(ROOT / ".pytest_cache" / "spf"))  # never the cache of whoever runs the tests
PROGRAM = Path(sys.executable).with_name("spf")
PARTS = ("evidence", "notebooks", "templates")
Spf = Callable[..., "subprocess.CompletedProcess[str]"]


def copied(origin: Path, folder: Path) -> Path:
    """A copy of a workbench, without what was built in it."""
    folder.mkdir(parents=True)
    for name in PARTS:
        shutil.copytree(origin / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "confidential"))
    shutil.copyfile(origin / "spf.toml", folder / "spf.toml")
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's workbench that tests only read."""
    return copied(ROOT, tmp_path_factory.mktemp("untouched") / "workbench")


@pytest.fixture(scope="session")
def another(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a copy of the project's workbench each time it is called, for tests that share one."""
    return lambda: copied(untouched, tmp_path_factory.mktemp("another") / "workbench")


@pytest.fixture
def workbench(untouched: Path, tmp_path: Path) -> Path:
    """A copy of the project's workbench that a test may change."""
    return copied(untouched, tmp_path / "workbench")


@pytest.fixture(scope="session")
def spf() -> Spf:
    """The `spf` command in a process of its own: `spf("areas", "--json", cwd=folder)`; `path` goes in front of the PATH."""

    def run(*arguments: str | Path, cwd: Path = ROOT, path: Path | None = None, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "SPF_WORKBENCH"}
        if path is not None:
            environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
        command = [str(PROGRAM), *(str(argument) for argument in arguments)]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=timeout)

    return run


@pytest.fixture(scope="session")
def needed() -> Callable[..., str]:
    """A system checker's path, by the names it may have; without it the test skips, or fails where SPF_REQUIRE_TOOLS is set."""

    def find(*names: str) -> str:
        found = next((path for name in names if (path := shutil.which(name))), None)
        if found is None and os.environ.get("SPF_REQUIRE_TOOLS"):
            pytest.fail(f"{names[0]} is required here and missing")
        return found or pytest.skip(f"{names[0]} is not installed")

    return find


@pytest.fixture(scope="session")
def snapshot() -> Callable[[Path, str], None]:
    """Compares what was said with a file of the samples; SPF_REWRITE=1 writes the file anew, to be reviewed as text."""

    def compare(path: Path, said: str) -> None:
        if os.environ.get("SPF_REWRITE"):
            path.write_text(f"{said}\n", encoding="utf-8")
        assert f"{said}\n" == path.read_text(encoding="utf-8")

    return compare
