"""Making one target: notebook, context, charts, Quarto Markdown, the formats, the audit trail; then put in place as a whole."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from spf_analysis.errors import Problem, SpfError
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
    """What became of a job: output hashes and what was read, or the problems that stopped it and where the notebook was kept."""

    target: str
    title: str
    outputs: dict[str, str] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    kept: str | None = None
    illustrative: bool = False
    changes: list[dict[str, str]] = field(default_factory=list)


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
    """Do a job. Problems are returned, not raised, so that the other targets go on; a bug is raised."""
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
    except SpfError as error:
        running = staging / "running.ipynb"
        kept = _keep(job, lambda kept: shutil.copyfile(running, kept)) if running.exists() else None
        return Made(job.target, job.title, problems=error.problems, kept=kept)
    except OSError as error:
        problem = Problem("typesetting", job.target, f"cannot write ({error.strerror})", "Choose another folder with --out, or make room.")
        return Made(job.target, job.title, problems=(problem,))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def get_ready() -> None:
    """Import and start what making a target needs, before there is a target to make."""
    import gc

    gc.disable()  # what is imported stays: there is nothing to collect
    from spf_analysis.publishing import audit, charts, rendering, run, scanning, stamps  # noqa: F401
    from spf_analysis.publishing.typeset import embedded  # noqa: F401
    from spf_analysis.publishing.typeset.pandoc import start_pandoc

    gc.freeze()
    gc.enable()
    start_pandoc()
    charts.start_engine()


def run_to_its_end(job: Job, staging: Path) -> Executed:
    """The notebook of a job, run in the staging folder. Raises BriefingError naming the cell that stopped it."""
    from spf_analysis.publishing import run

    running, notebook = staging / "running.ipynb", Path(job.notebooks) / job.notebook
    folder = Path(job.workbench)
    return run.run_notebook(notebook, job.parameters, running, folder=folder, kernel_server=job.kernel_server, limits=job.limits)


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
    forget_kept(job, edition)
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


def keep_notebook(told: Told, job: Job) -> str | None:
    """Keep the notebook of a briefing that was not set, as it ran; where it lies below the edition's folder."""
    import nbformat

    return _keep(job, lambda kept: kept.write_text(nbformat.writes(told.executed.notebook) + "\n", encoding="utf-8"))


def _keep(job: Job, write: Callable[[Path], object]) -> str | None:
    edition = Path(job.edition_folder)
    kept = kept_notebook(job, edition)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write(kept)
    except OSError:
        return None
    return kept.relative_to(edition).as_posix()


def forget_kept(job: Job, edition: Path) -> None:
    """Remove the notebook of an earlier failure, and its folder once it is empty."""
    kept = kept_notebook(job, edition)
    kept.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        kept.parent.rmdir()


def kept_notebook(job: Job, edition: Path) -> Path:
    """Where the notebook of a job that failed is kept."""
    return edition / "failed" / f"{job.target}.ipynb"
