"""Putting a finished briefing in place as a whole: the folder that was published and the new one change places, and the manifest commits.

While a target is being put in place two folders of it exist: `<target>`, which is published, and `.other-<target>`. Which of the two
is right is what the manifest says, so that a build that was killed between any two steps is put right by the next.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.manifest import digest, read_manifest

STAGING = ".staging"
_OTHER, _ASIDE = ".other-", ".aside-"
_DRAFT = re.compile(r"\..+\.\d+")  # what `write_atomically` writes before it renames
_AT_CURRENT_FOLDER = -100
_RENAME_EXCHANGE = 2
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def place(done: Path, final: Path) -> None:
    """Publish a finished folder; what was published before lies beside it until the manifest has been written, see `settle`.

    Raises TypesettingError where the folder cannot be written.
    """
    other = _beside(final, _OTHER)
    try:
        flush(done)
        clear(other)
        done.rename(other)
        if final.exists():
            exchange(other, final)
        else:
            other.rename(final)
        _flush_folder(final.parent)
    except OSError as error:
        raise TypesettingError(f"cannot put the briefing in place ({error.strerror})", where=final.name) from error


def settle(edition: Path, target: str) -> None:
    """The manifest tells of the new folder: what was published before it goes."""
    clear(_beside(edition / target, _OTHER))


def recover(edition: Path) -> None:
    """Put right what a killed build left behind: of each pair of folders the one stands that the manifest tells of."""
    for draft in (file for file in edition.glob(".*") if _DRAFT.fullmatch(file.name)):
        draft.unlink(missing_ok=True)
    for aside in edition.glob(f"{_ASIDE}*"):
        _end_exchange(aside, edition / aside.name.removeprefix(_ASIDE))
    entries = read_manifest(edition)
    for other in edition.glob(f"{_OTHER}*"):
        final = edition / other.name.removeprefix(_OTHER)
        entry = entries.get(final.name)
        if entry is not None and intact(other, entry.outputs) and not intact(final, entry.outputs):
            _put_back(other, final)
        clear(other)
    clear(edition / STAGING)


def intact(folder: Path, outputs: Mapping[str, str]) -> bool:
    """Whether a published folder still holds exactly what the manifest says."""
    return bool(outputs) and all(digest(folder / name) == expected for name, expected in outputs.items())


def flush(folder: Path) -> None:
    """Have every file of a folder, and the folder itself, written to the disk."""
    for file in folder.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    _flush_folder(folder)


def clear(folder: Path) -> None:
    """Remove a folder of scratch, wherever removing it had got to."""
    shutil.rmtree(folder, ignore_errors=True)


def exchange(one: Path, other: Path) -> None:
    """Let two folders change places: at once where the system can, otherwise in three steps that `recover` can finish or undo.

    Raises OSError where they cannot be renamed.
    """
    sys.audit("spf.exchange", str(one), str(other))
    if not _exchanged_at_once(one, other):
        aside = _beside(other, _ASIDE)
        clear(aside)
        other.rename(aside)
        one.rename(other)
        aside.rename(one)


def _exchanged_at_once(one: Path, other: Path) -> bool:
    rename = _renameat2()
    if rename is None:
        return False
    if rename(_AT_CURRENT_FOLDER, os.fsencode(one), _AT_CURRENT_FOLDER, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


@cache
def _renameat2() -> Any:
    """The system's call that exchanges two names, on Linux; None elsewhere."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


def _end_exchange(aside: Path, final: Path) -> None:
    """An exchange in three steps was killed: what was published lies aside."""
    if final.exists():
        other = _beside(final, _OTHER)
        clear(other)
        aside.rename(other)
    else:
        aside.rename(final)


def _put_back(other: Path, final: Path) -> None:
    if final.exists():
        exchange(other, final)
    else:
        other.rename(final)


def _beside(final: Path, mark: str) -> Path:
    return final.with_name(f"{mark}{final.name}")


def _flush_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
