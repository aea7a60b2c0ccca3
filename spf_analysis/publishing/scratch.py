"""Scratch folders of a build: short, private, gone when it ends; those of a build that was killed are cleared by the next."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "spf-"
_HELD = "held"
_SHORT = "/tmp"


@contextlib.contextmanager
def scratch_folder(longest: int = 60) -> Iterator[str]:
    """A private folder that is held while the context lasts.

    Its path keeps below `longest` characters before the name of the folder, since addresses of sockets in it may have 104 at most.
    """
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=_base(longest), ignore_cleanup_errors=True) as folder:
        draft = Path(folder) / f".{_HELD}"
        with draft.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            draft.rename(draft.with_name(_HELD))
            yield folder


def clear_abandoned() -> None:
    """Remove this user's scratch folders that nobody holds any more: whoever made them was killed."""
    for base in {tempfile.gettempdir(), _SHORT}:
        for held in Path(base).glob(f"{PREFIX}*/{_HELD}"):
            with contextlib.suppress(OSError):
                if held.stat().st_uid == os.getuid() and _is_free(held):
                    shutil.rmtree(held.parent, ignore_errors=True)


def _is_free(held: Path) -> bool:
    with held.open("r+") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _base(longest: int) -> str | None:
    return None if len(tempfile.gettempdir()) < longest else _SHORT
