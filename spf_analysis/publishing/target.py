"""Making one target: notebook, context, charts, Quarto Markdown, the formats, the audit trail; then put in place as a whole."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spf_analysis.errors import BriefingError, Problem, SpfError, TypesettingError
from spf_analysis.publishing.manifest import digest, digests

AUDIT = ("audit.ipynb", "audit.html")
_SECRET = re.compile(rb"ZOTERO_API_KEY\s*[=:]|\bkey=[A-Za-z0-9]{24}\b|/home/[a-z][a-z0-9_-]*/|/Users/[A-Za-z][A-Za-z0-9_.-]*/")


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
    edition_folder: str
    kernel_server: str = ""


@dataclass(frozen=True)
class Made:
    """What became of a job: output hashes and what was read, or the problems that stopped it and where the notebook was kept."""

    target: str
    title: str
    outputs: dict[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: str | None = None
    illustrative: bool = False


def make(job: Job) -> Made:
    """Do a job. Problems are returned, not raised, so that the other targets go on; a bug is raised."""
    edition = Path(job.edition_folder)
    staging = edition / ".staging" / job.target
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
    from spf_analysis.publishing.typeset import choose

    folder, templates = Path(job.workbench), Path(job.templates)
    house = templates / "house"
    running, notebook = staging / "running.ipynb", Path(job.notebooks) / job.notebook
    executed = run.run_notebook(notebook, job.parameters, running, folder=folder, kernel_server=job.kernel_server)
    context = executed.context
    reads = tuple(context.pop("reads", ()))
    draft, done = staging / "draft", staging / "done"
    draft.mkdir()
    done.mkdir()
    pictures = charts.write_charts(context["exhibits"], draft, house / "fonts")
    _write_json(draft / "references.json", context["references"])
    (draft / "briefing.qmd").write_text(rendering.render(job.template, context, templates), encoding="utf-8")
    made = choose(job.typesetter, house=house).typeset(draft, job.formats)
    for file in made.values():
        shutil.copyfile(file, done / file.name)
    _write_json(done / "context.json", context)
    _write_audit(job, executed.notebook, pictures, done)
    scan(done, folder)
    outputs = digests(done, done.iterdir())
    place(done, edition / job.target)
    _kept(job, edition).unlink(missing_ok=True)
    return Made(job.target, job.title, outputs, reads, illustrative=bool(context["illustrative"]))


def _write_json(path: Path, content: Any) -> None:
    import json

    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_audit(job: Job, executed: Any, pictures: Mapping[str, str], folder: Path) -> None:
    import nbformat

    from spf_analysis.publishing import audit

    notebook = audit.audit_notebook(executed, job.said_parameters, pictures)
    (folder / "audit.ipynb").write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    (folder / "audit.html").write_text(audit.audit_html(notebook, f"How this briefing was made: {job.title}"), encoding="utf-8")


def _keep(job: Job, staging: Path, edition: Path) -> str | None:
    running = staging / "running.ipynb"
    if not running.exists():
        return None
    kept = _kept(job, edition)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(running, kept)
    except OSError:
        return None
    return kept.relative_to(edition).as_posix()


def _kept(job: Job, edition: Path) -> Path:
    return edition / "failed" / f"{job.target}.ipynb"


def scan(folder: Path, workbench: Path) -> None:
    """Refuse to publish a file that holds a key or a path of this machine. Raises BriefingError naming the file."""
    forbidden = [str(workbench).encode(), *([os.environ["ZOTERO_API_KEY"].encode()] if os.environ.get("ZOTERO_API_KEY") else [])]
    problems = []
    for file in sorted(folder.iterdir()):
        content = _content(file)
        if _SECRET.search(content) or any(text in content for text in forbidden if len(text) > 4):
            problems.append(
                Problem(
                    "briefing",
                    file.name,
                    "the file holds a key or a path of this machine",
                    "Find where the notebook or template prints it.",
                )
            )
    if problems:
        raise BriefingError(problems)


def _content(file: Path) -> bytes:
    if file.suffix == ".docx":
        with zipfile.ZipFile(file) as parts:
            return b"\n".join(parts.read(name) for name in parts.namelist())
    return file.read_bytes()


def place(done: Path, final: Path) -> None:
    """Put a finished folder in place of the one that was published before, as a whole."""
    previous = final.with_name(f".previous-{final.name}")
    try:
        for file in done.iterdir():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
        shutil.rmtree(previous, ignore_errors=True)
        if final.exists():
            final.rename(previous)
        done.rename(final)
        shutil.rmtree(previous, ignore_errors=True)
    except OSError as error:
        raise TypesettingError(f"cannot put the briefing in place ({error.strerror})", where=final.name) from error


def recover(edition: Path) -> None:
    """Clear what a killed build left behind; what was published before stands again."""
    for previous in edition.glob(".previous-*"):
        final = edition / previous.name.removeprefix(".previous-")
        if final.exists():
            shutil.rmtree(previous, ignore_errors=True)
        else:
            previous.rename(final)
    shutil.rmtree(edition / ".staging", ignore_errors=True)


def intact(folder: Path, outputs: Mapping[str, str]) -> bool:
    """Whether a published folder still holds exactly what the manifest says."""
    return bool(outputs) and all(digest(folder / name) == expected for name, expected in outputs.items())
