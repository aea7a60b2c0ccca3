"""Making one target: notebook, context, charts, Quarto Markdown, the formats, the audit trail; then put in place as a whole."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spf_analysis.errors import Problem, SpfError
from spf_analysis.publishing.manifest import digests
from spf_analysis.publishing.placing import STAGING, place
from spf_analysis.settings import USUAL, Limits
from spf_analysis.wording import ILLUSTRATIVE

AUDIT = ("audit.ipynb", "audit.html")


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


def make(job: Job) -> Made:
    """Do a job. Problems are returned, not raised, so that the other targets go on; a bug is raised."""
    edition = Path(job.edition_folder)
    staging = edition / STAGING / job.target
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        return _make(job, staging, edition)
    except SpfError as error:
        return Made(job.target, job.title, problems=error.problems, kept=_keep(job, staging, edition))
    except OSError as error:
        problem = Problem("typesetting", job.target, f"cannot write ({error.strerror})", "Choose another folder with --out, or make room.")
        return Made(job.target, job.title, problems=(problem,))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _make(job: Job, staging: Path, edition: Path) -> Made:
    from spf_analysis.publishing import charts, rendering, run
    from spf_analysis.publishing.chart_data import with_chart_data
    from spf_analysis.publishing.scanning import scan
    from spf_analysis.publishing.stamps import require_stamps
    from spf_analysis.publishing.typeset import choose

    folder, templates = Path(job.workbench), Path(job.templates)
    house = templates / "house"
    running, notebook = staging / "running.ipynb", Path(job.notebooks) / job.notebook
    executed = run.run_notebook(notebook, job.parameters, running, folder=folder, kernel_server=job.kernel_server, limits=job.limits)
    context = executed.context
    reads = dict(context.pop("reads", {}))
    draft, done = staging / "draft", staging / "done"
    draft.mkdir()
    done.mkdir()
    pictures = charts.write_charts(context["exhibits"], draft, house / "fonts")
    write_json(draft / "references.json", context["references"])
    (draft / "briefing.qmd").write_text(rendering.render(job.template, context, templates), encoding="utf-8")
    made = choose(job.typesetter, house=house).typeset(draft, job.formats)
    if "html" in made:
        page = made["html"].read_text(encoding="utf-8")
        made["html"].write_text(with_chart_data(page, context["exhibits"].values()), encoding="utf-8")
    for file in made.values():
        shutil.copyfile(file, done / f"{job.prefix}{file.name}")
    write_json(done / f"{job.prefix}context.json", context)
    _write_audit(job, executed.notebook, pictures, done, ILLUSTRATIVE if context["illustrative"] else "")
    scan(done, draft, folder, Path(job.ledger))
    require_stamps(done, context)
    outputs = digests(done, done.iterdir())
    place(done, edition / job.target)
    forget_kept(job, edition)
    return Made(job.target, job.title, outputs, reads, illustrative=bool(context["illustrative"]), changes=list(context.get("changes", ())))


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


def _keep(job: Job, staging: Path, edition: Path) -> str | None:
    running = staging / "running.ipynb"
    if not running.exists():
        return None
    kept = kept_notebook(job, edition)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(running, kept)
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
