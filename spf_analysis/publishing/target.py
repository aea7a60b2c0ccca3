"""Making one target: notebook, context, charts, Quarto Markdown, the formats, the audit trail; then put in place as a whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from spf_analysis.context import require_whole
from spf_analysis.errors import Problem
from spf_analysis.publishing.failing import forget, keep, problems_of, traceback_of
from spf_analysis.publishing.manifest import digests
from spf_analysis.publishing.placing import STAGING, place
from spf_analysis.settings import USUAL, Limits
from spf_analysis.wording import ILLUSTRATIVE

T = TypeVar("T")

if TYPE_CHECKING:
    from spf_analysis.publishing.run import Executed

DRAFT, DONE = "draft", "done"


@dataclass(frozen=True)
class Job:
    """All that is needed to make one target; plain values, so that another process can do it."""

    target: str
    title: str
    notebook: str
    template: str
    parameters: dict[str, Any]
    said_parameters: dict[str, str]
    formats: tuple[str, ...]
    typesetter: str
    workbench: str
    notebooks: str
    templates: str
    ledger: str
    edition_folder: str
    kernel_server: str = ""
    limits: Limits = USUAL
    prefix: str = ""


@dataclass(frozen=True)
class Made:
    """What became of a job: output hashes and what was read, or the problems that stopped it and where the notebook was kept.

    `traceback` is that of a bug, until it is kept beside the notebook.
    """

    target: str
    title: str
    outputs: dict[str, str] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    kept: str | None = None
    illustrative: bool = False
    changes: list[dict[str, str]] = field(default_factory=list)
    traceback: str = ""

    @classmethod
    def stopped(cls, job: Job, error: Exception, place: str = "") -> Made:
        """A job that an error stopped, here or at the place named."""
        return cls(job.target, job.title, problems=problems_of(error, job.target, place), traceback=traceback_of(error))


@dataclass(frozen=True)
class Told:
    """A notebook as it ran, as text, and the context that it ended in: what is known of a briefing before it is set.

    It holds what the notebook read and shows, and nothing else of the workbench; it can be sent to another process or machine.
    """

    target: str
    notebook: str
    context: dict[str, Any]

    @classmethod
    def of(cls, target: str, executed: Executed) -> Told:
        """What was told, without the paths that Papermill notes."""
        import json

        metadata = {name: value for name, value in executed.notebook.metadata.items() if name != "papermill"}
        return cls(target, json.dumps({**executed.notebook, "metadata": metadata}, ensure_ascii=False), executed.context)

    @property
    def executed(self) -> Executed:
        """The same as it was when the notebook had run."""
        import json

        import nbformat

        from spf_analysis.publishing.run import Executed

        return Executed(nbformat.from_dict(json.loads(self.notebook)), self.context)


def make(job: Job) -> Made:
    """Do a job. Whatever stops it is returned, not raised, so that the other targets go on."""
    return _attempted(job, lambda staging: put_in_place(set_briefing(run_to_its_end(job, staging), job, staging), job, staging))


def tell(job: Job) -> Told | Made:
    """Run a job's notebook only, and give what it tells; what stopped it is returned, not raised."""
    return _attempted(job, lambda staging: Told.of(job.target, run_to_its_end(job, staging)))


def _attempted(job: Job, steps: Callable[[Path], T]) -> T | Made:
    """What comes of steps that work in the job's staging folder, which is empty before and gone after."""
    edition = Path(job.edition_folder)
    staging = edition / STAGING / job.target
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        return steps(staging)
    except Exception as error:  # a bug stops its own target and no other: the rest is published, and the exit code tells
        running = staging / "running.ipynb"
        return kept(Made.stopped(job, error), job, (lambda path: shutil.copyfile(running, path)) if running.exists() else None)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def get_ready() -> None:
    """Import and start what making a target needs, before there is a target to make."""
    import gc

    from spf_analysis.publishing.lean_kernel import block_slow_imports

    block_slow_imports()
    gc.disable()  # what is imported stays: there is nothing to collect
    from spf_analysis.publishing import audit, charts, rendering, run, scanning, stamps  # noqa: F401
    from spf_analysis.publishing.typeset import embedded  # noqa: F401
    from spf_analysis.publishing.typeset.pandoc import start_pandoc

    gc.freeze()
    gc.enable()
    start_pandoc()
    charts.start_engine()


def run_to_its_end(job: Job, staging: Path) -> Executed:
    """The notebook of a job, run in the staging folder.

    Raises BriefingError naming the cell that stopped it, or where it ends in no context that a briefing can be set from.
    """
    from spf_analysis.publishing import run

    running, notebook = staging / "running.ipynb", Path(job.notebooks) / job.notebook
    folder = Path(job.workbench)
    ran = run.run_notebook(notebook, job.parameters, running, folder=folder, kernel_server=job.kernel_server, limits=job.limits)
    require_whole(ran.context, job.notebook)
    return ran


def set_briefing(executed: Executed, job: Job, staging: Path) -> Made:
    """All files of a briefing from its notebook as it ran, in `staging`/done; the text that they were set from in `staging`/draft.

    Nothing of the workbench is read but its templates. Raises BriefingError or TypesettingError.
    """
    from spf_analysis.publishing import charts, rendering
    from spf_analysis.publishing.chart_data import with_chart_data
    from spf_analysis.publishing.stamps import require_stamps
    from spf_analysis.publishing.typeset import choose

    templates = Path(job.templates)
    house = templates / "house"
    context = dict(executed.context)
    reads = dict(context.pop("reads", {}))
    draft, done = staging / DRAFT, staging / DONE
    draft.mkdir()
    done.mkdir()
    pictures = charts.write_charts(context["exhibits"], draft, house / "fonts")
    write_json(draft / "references.json", context["references"])
    (draft / "briefing.qmd").write_text(rendering.render(job.template, context, templates), encoding="utf-8")
    stamp = ILLUSTRATIVE if context["illustrative"] else ""
    with ThreadPoolExecutor(max_workers=1) as beside:  # while pandoc and Typst are at work
        audited = beside.submit(_write_audit, job, executed.notebook, pictures, done, stamp)
        made = choose(job.typesetter, house=house).typeset(draft, job.formats)
        if "html" in made:
            page = made["html"].read_text(encoding="utf-8")
            made["html"].write_text(with_chart_data(page, context["exhibits"].values()), encoding="utf-8")
        for file in made.values():
            shutil.copyfile(file, done / f"{job.prefix}{file.name}")
        write_json(done / f"{job.prefix}context.json", context)
        audited.result()
    require_stamps(done, context)
    outputs, changes = digests(done, done.iterdir()), list(context.get("changes", ()))
    return Made(job.target, job.title, outputs, reads, illustrative=bool(context["illustrative"]), changes=changes)


def put_in_place(made: Made, job: Job, staging: Path) -> Made:
    """Search the finished files for what must not be published, and put them in place as a whole. Raises BriefingError."""
    from spf_analysis.publishing.scanning import scan

    edition = Path(job.edition_folder)
    scan(staging / DONE, staging / DRAFT, Path(job.workbench), Path(job.ledger))
    place(staging / DONE, edition / job.target)
    forget(edition, job.target)
    return made


def write_json(path: Path, content: Any) -> None:
    """Write plain values as JSON; the same values give the same bytes."""
    import json

    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_audit(job: Job, executed: Any, pictures: Mapping[str, str], folder: Path, stamp: str) -> None:
    import nbformat

    from spf_analysis.publishing import audit

    notebook = audit.audit_notebook(executed, job.said_parameters, pictures)
    (folder / f"{job.prefix}audit.ipynb").write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    page = audit.audit_html(notebook, f"How this briefing was made: {job.title}", stamp)
    (folder / f"{job.prefix}audit.html").write_text(page, encoding="utf-8")


def kept(made: Made, job: Job, notebook: Callable[[Path], object] | None) -> Made:
    """What became of a job that failed, once its notebook (which is written to a path) and a bug's traceback are kept."""
    return replace(made, kept=keep(Path(job.edition_folder), job.target, notebook, made.traceback), traceback="")


def kept_as_told(made: Made, job: Job, told: Told) -> Made:
    """The same for a briefing whose notebook ran to its end."""
    import nbformat

    return kept(made, job, lambda path: path.write_text(nbformat.writes(told.executed.notebook) + "\n", encoding="utf-8"))
