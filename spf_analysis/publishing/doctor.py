"""What is installed, missing or too old on this machine, and what follows from it for whoever makes briefings."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from spf_analysis import wording
from spf_analysis.errors import SpfError
from spf_analysis.settings import Settings, find_workbench, read_settings

DISTRIBUTION = "spf-analysis"
PYTHON = (3, 11)
FACES = ("SourceSans3-Regular.ttf", "SourceSans3-It.ttf", "SourceSans3-Bold.ttf", "SourceSans3-BoldIt.ttf")
_REINSTALL = "Install the workbench again: pip install spf-analysis, or make install."
_CHECKERS = {
    "Chromium": (("chromium", "chromium-browser", "google-chrome"), "only tests use it, to check web pages for accessibility"),
    "LibreOffice": (("soffice", "libreoffice"), "only tests use it, to open Word documents"),
    "pdftotext": (("pdftotext",), "only tests use it, to read PDFs back"),
}


@dataclass(frozen=True)
class Found:
    """One thing that the workbench needs or can use: its state, what follows, and whether briefings can be made all the same."""

    what: str
    state: str
    follows: str
    fine: bool = True

    def as_dict(self) -> dict[str, str | bool]:
        """The row as the command line prints it under `--json`."""
        return asdict(self)


def findings(workbench: Path | None = None) -> list[Found]:
    """Everything that was looked at, in the order in which it is needed. Never raises for what is missing: it says so."""
    settings, here = _workbench(workbench)
    return [
        _python(),
        *_libraries(),
        here,
        *_typesetters(),
        *([_fonts(settings), _reports(settings)] if settings else []),
        *(_checker(name, programs, use) for name, (programs, use) in _CHECKERS.items()),
    ]


def _python() -> Found:
    fine = sys.version_info >= PYTHON
    return Found("Python", platform.python_version(), "" if fine else "Python 3.11 or later is needed.", fine)


def _libraries() -> Iterator[Found]:
    try:
        needed = [Requirement(text) for text in metadata.requires(DISTRIBUTION) or ()]
    except metadata.PackageNotFoundError:
        yield Found("spf-analysis", "not installed", _REINSTALL, False)
        return
    for requirement in sorted(needed, key=lambda item: item.name.lower()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _library(requirement)


def _library(needed: Requirement) -> Found:
    try:
        version = metadata.version(needed.name)
    except metadata.PackageNotFoundError:
        return Found(needed.name, "missing", _REINSTALL, False)
    if needed.specifier.contains(version, prereleases=True):
        return Found(needed.name, version, "")
    return Found(needed.name, f"{version}, but {needed.specifier} is needed", _REINSTALL, False)


def _workbench(named: Path | None) -> tuple[Settings | None, Found]:
    try:
        settings = read_settings(find_workbench(named))
    except SpfError as error:
        problem = error.problems[0]
        return None, Found("workbench", problem.message, problem.hint, fine=named is None)
    return settings, Found("workbench", settings.title or "without a title", "")


def _typesetters() -> Iterator[Found]:
    from spf_analysis.publishing.typeset.pandoc import pandoc_version
    from spf_analysis.publishing.typeset.pdf import typst_version

    yield _quarto()
    for name, version in (("pandoc", pandoc_version), ("Typst", typst_version)):
        try:
            yield Found(name, version(), "the embedded typesetter has what it needs")
        except (SpfError, OSError, subprocess.SubprocessError, ImportError) as error:
            yield Found(name, f"not fit: {str(error).splitlines()[0]}", _REINSTALL, False)


def _quarto() -> Found:
    from spf_analysis.publishing.typeset.quarto import NEEDED, read_version

    program = shutil.which("quarto")
    if program is None:
        needed = ".".join(str(part) for part in NEEDED)
        return Found("Quarto", "not on the PATH", f"the embedded typesetter is used; with Quarto {needed} or later, Quarto would be")
    try:
        return Found("Quarto", read_version(program), "spf build uses it")
    except SpfError as error:
        problem = error.problems[0]
        return Found("Quarto", problem.message, f"spf build refuses it. {problem.hint}", False)


def _fonts(settings: Settings) -> Found:
    folder = settings.templates / "house" / "fonts"
    missing = [face for face in FACES if not (folder / face).is_file()]
    if missing:
        return Found("fonts", f"{wording.listed(missing)} missing", "Restore templates/house/fonts; PDFs cannot be made without.", False)
    return Found("fonts", "Source Sans 3, four faces", "embedded in every PDF")


def _reports(settings: Settings) -> Found:
    folder = settings.reports
    while not folder.exists():
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK) and folder.is_dir():
        return Found("reports", "can be written", "")
    return Found("reports", "cannot be written", "Build into another folder with --out.", False)


def _checker(name: str, programs: tuple[str, ...], use: str) -> Found:
    there = any(shutil.which(program) for program in programs)
    return Found(name, "installed" if there else "missing", use if there else f"not needed for briefings: {use}")
