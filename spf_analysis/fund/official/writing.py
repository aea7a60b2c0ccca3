"""Writing several files together: all of them or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from spf_analysis.errors import TypesettingError


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Replace every file by its new content. Where one cannot be written, none is changed and TypesettingError says which.

    New contents are laid down beside the files first and moved into place last; what was replaced is put back on a failure.
    """
    staged: dict[Path, Path] = {}
    before: dict[Path, bytes | None] = {}
    current = next(iter(contents), Path())
    try:
        for current, content in contents.items():
            before[current] = current.read_bytes() if current.exists() else None
            staged[current] = current.with_name(f".{current.name}.{os.getpid()}.new")
            _lay_down(staged[current], content)
        for current, beside in staged.items():
            os.replace(beside, current)
    except BaseException as error:
        _put_back(before, staged)
        if isinstance(error, OSError):
            message = f"the file cannot be written ({error.strerror})"
            raise TypesettingError(message, where=current.name, hint="Nothing was changed. Make it writable.") from error
        raise


def _lay_down(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put_back(before: Mapping[Path, bytes | None], staged: Mapping[Path, Path]) -> None:
    for path, beside in staged.items():
        moved = not beside.exists()
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        content = before[path]
        if not moved:
            continue
        with suppress(OSError):
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
