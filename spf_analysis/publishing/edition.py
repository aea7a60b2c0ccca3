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
from spf_analysis.kept import keeping
from spf_analysis.periods import FinancialYear
from spf_analysis.publishing import workers
from spf_analysis.publishing.freshness import Freshness, files_of
from spf_analysis.publishing.manifest import NOTED, Entry, code_digest, note, read_manifest, write_atomically, write_manifest
from spf_analysis.publishing.placing import STAGING, clear, recover, settle
from spf_analysis.publishing.scratch import clear_abandoned
from spf_analysis.publishing.target import Job, Made
from spf_analysis.reads import digest_of
from spf_analysis.settings import PACK_KINDS
from spf_analysis.workbench import Workbench

FORMATS = ("html", "pdf", "docx")


@dataclass(frozen=True)
class Planned:
    """A target and why it has to be made; `reason` is None where what was published is still fresh.

    `inputs` and `files` are what it would be made from, as the manifest keeps them.
    """

    job: Job
    reason: str | None
    inputs: dict[str, str]
    files: dict[str, str]


@dataclass(frozen=True)
class Built:
    """What a build did: which targets were made, were fresh, or failed, and where the edition lies."""

    folder: Path
    made: tuple[str, ...]
    fresh: tuple[str, ...]
    failed: tuple[Made, ...]
    index: str = "index.html"

    @property
    def exit_code(self) -> int:
        """0, or the lowest of the failures' codes 11 to 15."""
        codes = [max(exit_code_for(item.problems), 11) for item in self.failed]
        return min(codes, default=0)


def targets_of(bench: Workbench) -> dict[str, str]:
    """Every target of the bench's edition with its title: the areas in force, the national briefings, then packs where there are any."""
    areas = {area.code: area.short_name for area in bench.areas_in_force()}
    national = {
        name: f"{name.replace('-', ' ').capitalize().replace('fund', 'Fund')} briefing"
        for name in bench.settings.briefings
        if name not in ("area", *PACK_KINDS)
    }
    return areas | national | {target: pack.listed for target, pack in bench.packs().items()}


def wanted_of(bench: Workbench, targets: Sequence[str]) -> dict[str, str]:
    """The targets named with their titles, all of them where none is named. Raises FundError for a target that there is not."""
    known = targets_of(bench)
    problems = [problem for target in targets if target not in known for problem in _unknown(bench, target)]
    if problems:
        raise FundError(problems)
    return {name: known[name] for name in targets} if targets else known


def _unknown(bench: Workbench, target: str) -> tuple[Problem, ...]:
    national = [name for name in bench.settings.briefings if name not in ("area", *PACK_KINDS)] + list(bench.packs())
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
    folder = edition_folder(bench, out)
    chosen = choose(typesetter, house=bench.settings.templates / "house")
    entries = read_manifest(folder)
    freshness = Freshness(bench, chosen.version)
    planned = []
    with keeping(folder):
        for target, title in wanted.items():
            job = job_of(bench, target, title, tuple(formats), chosen.name, folder)
            reason = freshness.reason(job, entries.get(target), folder)
            planned.append(Planned(job, reason, freshness.inputs(job), freshness.files))
    if any(item.reason for item in planned):
        bench.fund.rate(bench.year)
    return planned


def edition_folder(bench: Workbench, out: Path | None) -> Path:
    """Where the bench's edition lies: `reports/<edition>`, or the same below `--out`."""
    return (out or bench.settings.reports) / bench.edition.id


def job_of(bench: Workbench, target: str, title: str, formats: tuple[str, ...], typesetter: str, folder: Path) -> Job:
    """The job that makes a target of the bench's edition below `folder`."""
    pack = bench.packs().get(target)
    kind = pack.kind if pack else target if target in bench.settings.briefings else "area"
    briefing = bench.settings.briefings[kind]
    edition = bench.edition
    parameters = {"year": str(bench.year), "edition": edition.id} | ({"area": target} if kind == "area" else {}) | bench.supposing
    parameters |= pack.parameters if pack else {}
    said = ({"Area": f"{title} ({target})"} if kind == "area" else {"Audience": title}) | {
        "Financial year": str(bench.year),
        "Edition": edition.label,
        "Scenario": edition.scenario or "none",
    }
    said |= {"Figures of the ledger": "invented, illustrative"} if edition.illustrative else {}
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
        ledger=str(bench.ledger_folder),
        edition_folder=str(folder),
        prefix=edition.file_name(""),
        limits=bench.settings.limits,
    )


def build(
    bench: Workbench,
    planned: Sequence[Planned],
    *,
    jobs: int,
    out: Path | None = None,
    progress: Callable[[str, Made | None], None] = lambda target, made: None,
    hands: workers.Hands | None = None,
) -> Built:
    """Make what is not fresh, several targets at once, and put the manifest in place.

    `progress` is called with each target when it is done; `hands` makes the jobs where processes of this machine do not. Raises
    TypesettingError where the folder cannot be written.
    """
    folder = edition_folder(bench, out)
    hands = hands or workers.hands(jobs)
    with _locked(folder):
        recover(folder)
        clear_abandoned()
        # National briefings take longest: begun first, none of them is waited for in the end.
        due = {item.job.target: item for item in sorted(planned, key=lambda item: "area" in item.job.parameters) if item.reason}
        commit = _Record(bench, folder, planned)
        failed: list[Made] = []
        try:
            with contextlib.closing(hands([item.job for item in due.values()])) as results:
                for made in results:
                    if made.problems:
                        failed.append(made)
                    commit.add(due[made.target], made)
                    settle(folder, made.target)
                    progress(made.target, made)
        finally:
            clear(folder / STAGING)
            commit.close()
    lost = {made.target for made in failed}
    done = [target for target in due if target not in lost]
    fresh = [item.job.target for item in planned if not item.reason]
    return Built(
        folder, tuple(done), tuple(fresh), tuple(sorted(failed, key=lambda made: made.target)), bench.edition.file_name("index.html")
    )


class _Record:
    """What becomes of a build's targets, kept as each is done; the manifest and the index are written when it ends, however it ends."""

    def __init__(self, bench: Workbench, folder: Path, planned: Sequence[Planned]) -> None:
        self.bench, self.folder, self.planned = bench, folder, planned
        self.before = read_manifest(folder)
        self.entries = dict(self.before)
        self.settled = {item.job.target for item in planned if not item.reason}

    def add(self, item: Planned, made: Made) -> None:
        job, before = item.job, self.entries.get(item.job.target)
        problem = self._told(made) if made.problems else None
        if made.problems and before and before.outputs:
            entry = replace(before, result="failed", problem=problem, kept=made.kept)
        else:
            entry = Entry(
                target=job.target,
                title=job.title,
                result="failed" if made.problems else "built",
                parameters={**job.parameters, "said": job.said_parameters},
                inputs=dict(sorted(item.inputs.items())),
                outputs=made.outputs,
                formats=list(job.formats),
                reads=made.reads,
                problem=problem,
                kept=made.kept,
                illustrative=made.illustrative,
                changes=made.changes,
            )
        self.entries[job.target] = entry
        self.settled.add(job.target)
        note(self.folder, entry)

    def _told(self, made: Made) -> str:
        """What went wrong, as far as it may be published: it may stem from the code of a notebook."""
        from spf_analysis.publishing.scanning import publishable

        said = "; ".join(f"{problem.where}: {problem.message}" for problem in made.problems)
        return publishable(said, self.bench.settings.folder, self.bench.ledger_folder)

    def close(self) -> None:
        """Write the manifest and the index, each unless nothing changed.

        An entry names the files that it rests on only now, and only where they are still what they were when the build was planned:
        what was read in between may be of either state, and then its questions are put again next time.
        """
        now = files_of(self.bench)
        for item in self.planned:
            entry = self.entries.get(item.job.target)
            if entry is not None and entry.result == "built" and item.job.target in self.settled:
                self.entries[item.job.target] = replace(entry, files=now if now == item.files else {})
        if self.entries != self.before or (self.folder / NOTED).exists():
            typesetter = {"name": self.planned[0].job.typesetter} if self.planned else _typesetter_before(self.folder)
            write_manifest(self.folder, self.bench.edition.as_dict(), typesetter, self.entries)
        self._index()

    def _index(self) -> None:
        """Write the index, unless it says that it was made from the same: making it takes longer than finding an edition fresh."""
        page = self.folder / self.bench.edition.file_name("index.html")
        targets, regions = targets_of(self.bench), {area.code: area.region for area in self.bench.areas_in_force()}
        made_from = f"<!-- made from {self._shown(targets)} -->\n".encode()
        if page.is_file() and page.read_bytes().endswith(made_from):
            return
        from spf_analysis.publishing.index import index_page

        write_atomically(page, index_page(self.bench, self.entries, targets, regions, self.folder).encode() + made_from)

    def _shown(self, targets: Mapping[str, str]) -> str:
        """A digest of all that the index shows: of each entry what is told of it and what of it is there, and the code that lays it out."""
        bench, told = self.bench, []
        for name, entry in sorted(self.entries.items()):
            there = sorted(output for output in entry.outputs if (self.folder / name / output).is_file())
            told.append([name, entry.title, entry.result, entry.problem, entry.illustrative, entry.changes, there])
        edition = [bench.settings.title, bench.edition.as_dict(), str(bench.year), bench.supposing]
        return digest_of([code_digest(), told, targets, edition])


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


def open_edition(year: str | None, folder: Path | None = None, *, scenario: str = "", sample: str = "") -> Workbench:
    """The workbench for the last registered edition, or for a preview of another year, under a scenario or with a sample ledger."""
    from spf_analysis.workbench import open_workbench

    return open_workbench(str(FinancialYear.parse(year)) if year else None, folder=folder, scenario=scenario, sample=sample)


__all__ = ["FORMATS", "Built", "Planned", "SpfError", "build", "edition_folder", "open_edition", "plan", "targets_of"]
