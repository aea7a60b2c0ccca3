"""What stops a target: the problems that an error stands for, and what is kept of it: the notebook, and the traceback of a bug."""

from __future__ import annotations

import contextlib
import errno
import re
import traceback
from collections.abc import Callable
from pathlib import Path

from spf_analysis.errors import Problem, SpfError

FOLDER = "failed"
_FOLDERS = re.compile(r"(?:/[^\s/'\"]+)+/")
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


def problems_of(error: Exception, target: str, place: str = "") -> tuple[Problem, ...]:
    """What an error means for the target that it stopped; `place` says where, if it was not on this machine.

    An error that nobody foresaw is a bug, and stops its target like any other, so that the rest is published.
    """
    if isinstance(error, SpfError):
        return error.problems
    if isinstance(error, OSError) and _cannot_write(error):
        said = f"cannot write on {place}" if place else "cannot write"
        hint = "Make room there, and build again." if place else "Choose another folder with --out, or make room."
        return (Problem("typesetting", target, f"{said} ({error.strerror})", hint),)
    hint = f"Report it; `spf build` keeps its traceback as {target}.txt in {FOLDER}/, beside the edition."
    return (Problem("typesetting", target, f"this is a bug: {type(error).__name__}: {_FOLDERS.sub('', first_line(error))}", hint),)


def traceback_of(error: Exception) -> str:
    """The traceback of a bug; nothing for what was foreseen."""
    foreseen = isinstance(error, SpfError) or (isinstance(error, OSError) and _cannot_write(error))
    return "" if foreseen else "".join(traceback.format_exception(error))


def first_line(said: object) -> str:
    """The first line of a message that says anything."""
    return next((line.strip() for line in str(said).splitlines() if line.strip()), "no message")


def keep(edition: Path, target: str, notebook: Callable[[Path], object] | None, told: str) -> str | None:
    """Keep the notebook of a target that failed, where there is one, and what is told of a bug beside it.

    `notebook` writes it to a path. It lies beside the edition's folder and not in it, which is published: a notebook that failed still has
    its parameters and the paths of this machine. Returns where it lies below the folder of both; None where there is none, or no room.
    """
    kept = _kept(edition) / f"{target}.ipynb"
    try:
        if notebook or told:
            kept.parent.mkdir(parents=True, exist_ok=True)
        if told:
            kept.with_suffix(".txt").write_text(told, encoding="utf-8")
        if notebook:
            notebook(kept)
    except OSError:
        return None
    return kept.relative_to(edition.parent).as_posix() if notebook else None


def forget(edition: Path, target: str) -> None:
    """Remove what was kept of an earlier failure, and the folders once they are empty."""
    folder = _kept(edition)
    for name in (f"{target}.ipynb", f"{target}.txt"):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
        folder.parent.rmdir()


def _kept(edition: Path) -> Path:
    return edition.parent / FOLDER / edition.name


def _cannot_write(error: OSError) -> bool:
    """Whether the disk is what stopped it: it is full or cannot be written, or the error names a file."""
    return error.errno in _OF_THE_DISK or error.filename is not None
