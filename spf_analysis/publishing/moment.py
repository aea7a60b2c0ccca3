"""A moment: evidence and briefings as they stand now, as they were released, at a git revision, or without one source."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from spf_analysis import wording
from spf_analysis.errors import BriefingError, Problem, UsageError
from spf_analysis.evidence.changes import EvidenceChanges, changes
from spf_analysis.evidence.snapshot import Snapshot, snapshot
from spf_analysis.printed import Printed, printed
from spf_analysis.publishing.contexts import Progress, contexts_of
from spf_analysis.publishing.edition import wanted_of
from spf_analysis.publishing.impact import Impact, impact
from spf_analysis.released import read_released
from spf_analysis.settings import FILE
from spf_analysis.workbench import Workbench, open_workbench


@dataclass(frozen=True)
class Moment:
    """What the evidence base held and what the briefings printed, under a name that a page can give it."""

    name: str
    snapshot: Snapshot
    printed: Mapping[str, Printed]
    unmade: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class WhatChanged:
    """What changed between two moments: in the evidence, and in what the briefings say."""

    before: str
    after: str
    evidence: EvidenceChanges
    briefings: Impact

    def as_dict(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after, "evidence": self.evidence.as_dict(), "impact": self.briefings.as_dict()}


def what_changed(before: Moment, after: Moment) -> WhatChanged:
    """What changed from one moment to the other."""
    unmade = {**before.unmade, **after.unmade}
    return WhatChanged(before.name, after.name, changes(before.snapshot, after.snapshot), impact(before.printed, after.printed, unmade))


def moment_of(
    bench: Workbench, name: str, targets: Sequence[str] = (), *, jobs: int = 1, progress: Progress = lambda target: None
) -> Moment:
    """The bench as it stands: its notebooks are run. A target whose notebook fails is told as unmade."""
    found = contexts_of(bench, targets, jobs=jobs, progress=progress)
    shown = {target: printed(context) for target, context in found.by_target.items()}
    return Moment(name, snapshot(bench.evidence), shown, found.problems)


def moment_released(bench: Workbench, edition: str, targets: Sequence[str] = ()) -> Moment:
    """An edition as it was released. Raises BriefingError where it has not been."""
    released = read_released(bench.settings.evidence, edition)
    shown = {target: found for target, found in released.printed.items() if not targets or target in targets}
    return Moment(f"{released.edition['label']} ({edition}), as released", released.snapshot, shown)


@contextlib.contextmanager
def without_source(bench: Workbench, source: str) -> Iterator[Workbench]:
    """The bench as if nothing had been coded from a source. Raises EvidenceError for an unknown one."""
    bench.evidence.source(source)
    with tempfile.TemporaryDirectory(prefix="spf-") as made:
        folder = Path(made).resolve()
        for name in ("evidence", "notebooks", "templates", "reports"):
            target = folder / getattr(bench.settings, name).relative_to(bench.settings.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(getattr(bench.settings, name))
        settings = (bench.settings.folder / FILE).read_text(encoding="utf-8")
        (folder / FILE).write_text(f'{settings.rstrip()}\n\n[supposing]\nwithout_source = "{source}"\n', encoding="utf-8")
        yield open_workbench(str(bench.year), bench.edition.id, folder=folder)


@contextlib.contextmanager
def at_revision(bench: Workbench, revision: str) -> Iterator[Workbench]:
    """The workbench as committed at a git revision, read by this version of the package.

    Confidential lines of the ledger are not under version control and so no part of it. Raises UsageError where the folder is not under
    version control or there is no such revision.
    """
    folder, commit = bench.settings.folder, commit_of(bench, revision)
    with tempfile.TemporaryDirectory(prefix="spf-") as made:
        with tarfile.open(fileobj=BytesIO(_git(folder, "archive", "--format=tar", commit, "."))) as archive:
            archive.extractall(made, filter="data")
        (Path(made) / "reports").mkdir(exist_ok=True)
        yield open_workbench(folder=Path(made).resolve())


def commit_of(bench: Workbench, revision: str) -> str:
    """The commit that a git revision names. Raises UsageError where there is none, or the folder is not under version control."""
    return _git(bench.settings.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()


def revision_said(bench: Workbench, revision: str) -> str:
    """A git revision as a page names it: "git revision HEAD~1 (f316ea3 of 21 November 2026)"."""
    short, day = _git(bench.settings.folder, "log", "-1", "--format=%h %cs", commit_of(bench, revision)).decode().split()
    return f"git revision {revision} ({short} of {wording.day(date.fromisoformat(day))})"


def _git(folder: Path, *arguments: str) -> bytes:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False, env=environment)
    except OSError as error:
        raise UsageError("git is not installed", where="REVISION", hint="Name a released edition instead.") from error
    if done.returncode:
        hint = "Name an edition that 'spf release' recorded, or a commit, tag or branch of the workbench's repository."
        raise UsageError("there is no released edition and no git revision of that name", where="REVISION", hint=hint)
    return done.stdout


def resolved(bench: Workbench, targets: Sequence[str]) -> tuple[str, ...]:
    """The targets named, checked before anything is run. Raises FundError for a target that there is not."""
    return tuple(wanted_of(bench, targets)) if targets else ()


def first_problems(found: Moment) -> None:
    """Raise BriefingError with the problems of the targets that could not be made, if any."""
    problems = [problem for items in found.unmade.values() for problem in items]
    if problems:
        raise BriefingError(sorted(set(problems)))
