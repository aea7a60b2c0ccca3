"""Releasing an edition: what its briefings print and what that rests on is written where it is committed and kept."""

from __future__ import annotations

import shutil
from pathlib import Path

from spf_analysis import __version__
from spf_analysis.editions import folder_of, is_released
from spf_analysis.errors import BriefingError, TypesettingError
from spf_analysis.fund.basis import basis_of
from spf_analysis.publishing.contexts import Progress
from spf_analysis.publishing.moment import Moment, first_problems, moment_of
from spf_analysis.released import Released
from spf_analysis.workbench import Workbench


def release(bench: Workbench, *, again: bool = False, jobs: int = 1, progress: Progress = lambda target: None) -> Path:
    """Record the bench's edition under `evidence/editions` and return the folder.

    Raises BriefingError for an edition that is not registered, that was released before (unless `again`), or a notebook of which fails;
    TypesettingError where the folder cannot be written. Confidential lines of the ledger leave no trace, not even a digest.
    """
    refuse_released(bench, again=again)
    found = moment_of(bench, bench.edition.label, jobs=jobs, progress=progress)
    first_problems(found)
    folder = folder_of(bench.settings.evidence, bench.edition.id)
    write(folder, record_of(bench, found).texts())
    return folder


def record_of(bench: Workbench, found: Moment) -> Released:
    """What is recorded of the bench's edition, with what its briefings printed at a moment."""
    files = bench.files("fund")
    frame = bench.evidence.frame
    basis = basis_of(bench.fund, bench.year)
    return Released(
        edition=bench.edition.as_dict(),
        made_with=f"spf-analysis {__version__}",
        frame=frame.version if frame else "none",
        basis=basis,
        snapshot=found.snapshot,
        files=files,
        printed=found.printed,
    )


def refuse_released(bench: Workbench, *, again: bool) -> None:
    """Raise BriefingError for an edition that cannot be released: a preview, or one that was released before."""
    edition = bench.edition
    if not edition.registered:
        raise BriefingError("a preview is not released", where=f"edition '{edition.id}'", hint="Register it in evidence/editions.yaml.")
    if is_released(bench.settings.evidence, edition.id) and not again:
        hint = "Register the next edition in evidence/editions.yaml, or write this one anew with --again."
        raise BriefingError("the edition was released before", where=f"evidence/editions/{edition.id}", hint=hint)


def write(folder: Path, texts: dict[str, str]) -> None:
    """Put a record in place as a whole. Raises TypesettingError where it cannot be written."""
    draft = folder.with_name(f".{folder.name}.draft")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        for name, text in texts.items():
            (draft / name).write_text(text, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except OSError as error:
        where = f"evidence/editions/{folder.name}"
        raise TypesettingError(f"the record cannot be written ({error.strerror})", where=where, hint="Make the folder writable.") from error
