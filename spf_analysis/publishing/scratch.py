"""Scratch folders of a build: short, private, gone when it ends; those of a build that was killed are cleared by the next.

A folder is renamed before it is removed, so that nothing can be written into it any more, and so that its name tells that it may go.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "spf-"
_GONE = ".gone"
_HELD = "held"
_SHORT = "/tmp"


@contextlib.contextmanager
def scratch_folder(longest: int = 60) -> Iterator[str]:
    """A private folder that is held while the context lasts.

    Its path keeps below `longest` characters before the name of the folder, since addresses of sockets in it may have 104 at most.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_base(longest)))
    try:
        draft = folder / f".{_HELD}"
        with draft.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            draft.rename(folder / _HELD)
            yield str(folder)
    finally:
        remove_scratch(folder)


def remove_scratch(folder: Path) -> None:
    """Remove a scratch folder, even where a process is still about to write into it."""
    gone = folder.with_name(f"{folder.name}{_GONE}")
    with contextlib.suppress(OSError):  # somebody else has renamed it
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def clear_abandoned() -> None:
    """Remove this user's scratch folders that nobody holds any more: whoever made them was killed."""
    for base in {tempfile.gettempdir(), _SHORT}:
        for held in Path(base).glob(f"{PREFIX}*/{_HELD}"):
            with contextlib.suppress(OSError):
                if held.stat().st_uid == os.getuid() and _is_free(held):
                    remove_scratch(held.parent)
        for gone in Path(base).glob(f"{PREFIX}{'?' * 8}{_GONE}"):
            shutil.rmtree(gone, ignore_errors=True)


def _is_free(held: Path) -> bool:
    with held.open("r+") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _base(longest: int) -> str | None:
    return None if len(tempfile.gettempdir()) < longest else _SHORT
