"""Several files of the evidence folder put in place as a whole or not at all: made ready beside the old ones first, then moved."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from spf_analysis.errors import SourceError

_PENDING = ".library-pending"


def finish(folder: Path) -> None:
    """Put in place what an earlier run had made ready and was cut off from placing."""
    pending = folder / _PENDING
    if pending.is_dir():
        for path in sorted(path for path in pending.rglob("*") if path.is_file()):
            target = folder / path.relative_to(pending)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
        shutil.rmtree(pending, ignore_errors=True)


def place(folder: Path, files: Mapping[str, bytes], what: str = "library") -> None:
    """Write files, named by their path below the folder, beside the old ones, make them pending in one step, then put them in place.

    Raises SourceError where that cannot be done; `what` says what could not be written.
    """
    if not files:
        return
    try:
        draft = Path(tempfile.mkdtemp(prefix=".library-draft-", dir=folder))
        try:
            for name, content in files.items():
                path = draft / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            draft.rename(folder / _PENDING)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        finish(folder)
    except OSError as error:
        hint = "Make room, or the folder writable; if a run was cut off, run the command again."
        raise SourceError(f"the {what} cannot be written ({error.strerror}); nothing was changed", where="evidence", hint=hint) from error
