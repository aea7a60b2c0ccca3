"""Building an edition: what there is to make, what is still fresh and why not, several targets at once, and the manifest."""

from __future__ import annotations

import contextlib
import difflib
import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spf_analysis.errors import FundError, Problem, SpfError, TypesettingError, UsageError, exit_code_for
from spf_analysis.periods import FinancialYear
from spf_analysis.publishing import workers
from spf_analysis.publishing.forking import kernel_server
from spf_analysis.publishing.manifest import Entry, code_digest, digests, read_manifest, versions, write_atomically, write_manifest
from spf_analysis.publishing.target import Job, Made, intact, recover
from spf_analysis.workbench import Workbench

FORMATS = ("html", "pdf", "docx")
ENOUGH_TO_FORK = 2


@dataclass(frozen=True)
class Planned:
    """A target and why it has to be made; `reason` is None where what was published is still fresh."""

    job: Job
    reason: str | None
    inputs: dict[str, str]
    entry: Entry | None


@dataclass(frozen=True)
class Built:
    """What a build did: which targets were made, were fresh, or failed, and where the edition lies."""

    folder: Path
    made: tuple[str, ...]
    fresh: tuple[str, ...]
    failed: tuple[Made, ...]

    @property
    def exit_code(self) -> int:
        """0, or the lowest of the failures' codes 11 to 15."""
        codes = [max(exit_code_for(item.problems), 11) for item in self.failed]
        return min(codes, default=0)


def targets_of(bench: Workbench) -> dict[str, str]:
    """Every target of the bench's edition with its title: the areas in force, then the national briefings."""
    areas = {area.code: area.short_name for area in bench.areas_in_force()}
    national = {
        name: f"{name.replace('-', ' ').capitalize().replace('fund', 'Fund')} briefing"
        for name in bench.settings.briefings
        if name != "area"
    }
    return areas | national


def wanted_of(bench: Workbench, targets: Sequence[str]) -> dict[str, str]:
    """The targets named with their titles, all of them where none is named. Raises FundError for a target that there is not."""
    known = targets_of(bench)
    problems = [problem for target in targets if target not in known for problem in _unknown(bench, target)]
    if problems:
        raise FundError(problems)
    return {name: known[name] for name in targets} if targets else known


def _unknown(bench: Workbench, target: str) -> tuple[Problem, ...]:
    national = [name for name in bench.settings.briefings if name != "area"]
    near = difflib.get_close_matches(target, national, n=1)
    if near:
        return (Problem("fund", "target", f"there is no target '{target}'", f"Did you mean '{near[0]}'?"),)
    try:
        bench.area(target)
    except FundError as error:
        return error.problems
    return ()


def plan(bench: Workbench, targets: Sequence[str], formats: Sequence[str], typesetter: str, out: Path | None = None) -> list[Planned]:
    """What a build would make, and why. Raises FundError for an unknown or abolished area, UsageError for an unknown format."""
    from spf_analysis.publishing.typeset import choose

    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"'{unknown[0]}' is not a format", where="--formats", hint=f"Formats are {', '.join(FORMATS)}.")
    wanted = wanted_of(bench, targets)
    bench.fund.rate(bench.year)
    folder = edition_folder(bench, out)
    chosen = choose(typesetter, house=bench.settings.templates / "house")
    entries = read_manifest(folder)
    shared = _shared_inputs(bench, chosen.version)
    categories: dict[str, dict[str, str]] = {}
    planned = []
    for target, title in wanted.items():
        job = job_of(bench, target, title, tuple(formats), chosen.name, folder)
        entry = entries.get(target)
        inputs = {**shared, "template": job.template, **digests(bench.settings.notebooks.parent, [bench.settings.notebooks / job.notebook])}
        for category in entry.reads if entry else ():
            if category not in categories:
                categories[category] = bench.files(category)
            inputs |= categories[category]
        planned.append(Planned(job, _reason(job, inputs, entry, folder), inputs, entry))
    return planned


def edition_folder(bench: Workbench, out: Path | None) -> Path:
    """Where the bench's edition lies: `reports/<edition>`, or the same below `--out`."""
    return (out or bench.settings.reports) / bench.edition.id


def _shared_inputs(bench: Workbench, typesetter: Mapping[str, str]) -> dict[str, str]:
    templates = bench.settings.templates
    files = [file for file in templates.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")]
    said = {f"version of {name}": version for name, version in {**versions(), **typesetter}.items()}
    return {"code of the workbench": code_digest(), **said, **digests(templates.parent, files)}


def job_of(bench: Workbench, target: str, title: str, formats: tuple[str, ...], typesetter: str, folder: Path) -> Job:
    """The job that makes a target of the bench's edition below `folder`."""
    kind = target if target in bench.settings.briefings else "area"
    briefing = bench.settings.briefings[kind]
    edition = bench.edition
    parameters = {"year": str(bench.year), "edition": edition.id} | ({"area": target} if kind == "area" else {})
    said = ({"Area": f"{title} ({target})"} if kind == "area" else {"Audience": title}) | {
        "Financial year": str(bench.year),
        "Edition": edition.label,
        "Scenario": "none",
    }
    return Job(
        target=target,
        title=title,
        notebook=briefing.notebook,
        template=briefing.template,
        parameters=parameters,
        said_parameters=said,
        formats=formats,
        typesetter=typesetter,
        workbench=str(bench.settings.folder),
        notebooks=str(bench.settings.notebooks),
        templates=str(bench.settings.templates),
        edition_folder=str(folder),
    )


def _reason(job: Job, inputs: Mapping[str, str], entry: Entry | None, folder: Path) -> str | None:
    if entry is None:
        return "it was never built"
    if entry.result != "built":
        return "it failed last time"
    if entry.parameters != {**job.parameters, "said": job.said_parameters}:
        return "its parameters changed"
    missing = [name for name in job.formats if name not in entry.formats]
    if missing:
        return f"the format {missing[0]} is missing"
    changed = sorted(name for name in inputs.keys() | entry.inputs.keys() if inputs.get(name) != entry.inputs.get(name))
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        return f"{changed[0]} changed{more}"
    return None if intact(folder / job.target, entry.outputs) else "what was published was changed or removed"


def build(
    bench: Workbench,
    planned: Sequence[Planned],
    *,
    jobs: int,
    out: Path | None = None,
    progress: Callable[[str, Made | None], None] = lambda target, made: None,
) -> Built:
    """Make what is not fresh, several targets at once, and put the manifest in place.

    `progress` is called with each target when it is done. Raises TypesettingError where the folder cannot be written.
    """
    folder = edition_folder(bench, out)
    with _locked(folder):
        recover(folder)
        entries = read_manifest(folder)
        due = {item.job.target: item for item in planned if item.reason}
        commit = _Manifest(bench, folder, entries)
        failed: list[Made] = []
        with _kernels(bench, len(due)) as server, contextlib.closing(workers.made(_with(server, due), jobs)) as results:
            for made in results:
                if made.problems:
                    failed.append(made)
                commit.add(due[made.target], made)
                commit.write()
                progress(made.target, made)
        commit.write()
        with contextlib.suppress(OSError):
            (folder / ".staging").rmdir()
    lost = {made.target for made in failed}
    done = [target for target in due if target not in lost]
    fresh = [item.job.target for item in planned if not item.reason]
    return Built(folder, tuple(done), tuple(fresh), tuple(sorted(failed, key=lambda made: made.target)))


def _with(server: str, due: Mapping[str, Planned]) -> list[Job]:
    return [replace(item.job, kernel_server=server) for item in due.values()]


@contextlib.contextmanager
def _kernels(bench: Workbench, due: int) -> Iterator[str]:
    """A server that forks kernels, where there are enough briefings for it to pay."""
    if due < ENOUGH_TO_FORK:
        yield ""
        return
    with kernel_server(bench.settings.folder) as server:
        yield server


class _Manifest:
    def __init__(self, bench: Workbench, folder: Path, entries: dict[str, Entry]) -> None:
        self.bench, self.folder, self.entries = bench, folder, entries
        self.typesetter: dict[str, Any] = {}
        self.categories: dict[str, dict[str, str]] = {}

    def add(self, item: Planned, made: Made) -> None:
        job, before = item.job, self.entries.get(item.job.target)
        self.typesetter = {"name": job.typesetter}
        if made.problems and before and before.outputs:
            problem = "; ".join(f"{problem.where}: {problem.message}" for problem in made.problems)
            self.entries[job.target] = Entry(**{**vars(before), "result": "failed", "problem": problem, "kept": made.kept})
            return
        inputs = dict(item.inputs)
        for category in made.reads:
            if category not in self.categories:
                self.categories[category] = self.bench.files(category)
            inputs |= self.categories[category]
        self.entries[job.target] = Entry(
            target=job.target,
            title=job.title,
            result="failed" if made.problems else "built",
            parameters={**job.parameters, "said": job.said_parameters},
            inputs=dict(sorted(inputs.items())),
            outputs=made.outputs,
            formats=list(job.formats),
            reads=list(made.reads),
            problem="; ".join(f"{problem.where}: {problem.message}" for problem in made.problems) or None,
            kept=made.kept,
            illustrative=made.illustrative,
        )

    def write(self) -> None:
        from spf_analysis.publishing.index import index_page

        write_manifest(self.folder, self.bench.edition.as_dict(), self.typesetter or _typesetter_before(self.folder), self.entries)
        regions = {area.code: area.region for area in self.bench.areas_in_force()}
        write_atomically(self.folder / "index.html", index_page(self.bench, self.entries, regions).encode())


def _typesetter_before(folder: Path) -> dict[str, Any]:
    import json

    try:
        return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["typesetter"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        where = folder.name
        raise TypesettingError(
            f"the output folder cannot be written ({error.strerror})", where=where, hint="Choose another with --out."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TypesettingError(
                "another build is writing this edition", where=folder.name, hint="Wait until it ends, or use another --out."
            ) from error
        yield


def open_edition(year: str | None, folder: Path | None = None) -> Workbench:
    """The workbench for the last registered edition, or for a preview of another year."""
    from spf_analysis.workbench import open_workbench

    return open_workbench(str(FinancialYear.parse(year)) if year else None, folder=folder)


__all__ = ["FORMATS", "Built", "Planned", "SpfError", "build", "edition_folder", "open_edition", "plan", "targets_of"]
