"""The manifest of an edition: what each briefing was made from, by hash, and what became of it.

It is the one file in `reports/` that code reads, and only to tell which briefings are still fresh.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from spf_analysis.errors import TypesettingError

SCHEMA = 2
NAME = "manifest.json"
NOTED = ".noted.jsonl"
_REQUIRED, _VERSION = re.compile(r"^Requires-Dist: (.+)$", re.MULTILINE), re.compile(r"^Version: (.+)$", re.MULTILINE)
_HINT = "Choose another folder with --out, or make room."
DISTRIBUTION = "spf-analysis"


@dataclass(frozen=True)
class Entry:
    """One target of an edition: its inputs and outputs by SHA-256, its parameters and its result ("built" or "failed").

    `reads` holds what it asked of evidence and Fund, each question with a digest of its answer; `files` one digest for each category
    of files that could have answered. `changes` are the lines of what changed since the edition before.
    """

    target: str
    title: str
    result: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    outputs: dict[str, str] = field(default_factory=dict)
    formats: list[str] = field(default_factory=list)
    reads: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    problem: str | None = None
    kept: str | None = None
    illustrative: bool = False
    changes: list[dict[str, str]] = field(default_factory=list)


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, "missing" where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "missing"


def digests(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of files, by path below `root`, sorted."""
    return {file.relative_to(root).as_posix(): digest(file) for file in sorted(files)}


@cache
def code_digest() -> str:
    """One hash over the package's own files: a briefing made by other code is not fresh."""
    package = Path(__file__).parents[1]
    found = hashlib.sha256()
    for file in sorted(package.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            found.update(f"{file.relative_to(package).as_posix()}\0{digest(file)}\n".encode())
    return found.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions of everything that a briefing is made with: Python, its zlib, and every library that the workbench needs.

    Libraries are those that the workbench asks for when it is installed, those that they ask for, and so on.
    """
    import platform
    import zlib

    return {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION, **_libraries(DISTRIBUTION)}


def _libraries(root: str) -> dict[str, str]:
    """The installed distributions that one needs, by name, sorted."""
    found: dict[str, str] = {}
    due, seen = [(root, "")], set[tuple[str, str]]()
    while due:
        name, extra = asked = due.pop()
        if asked in seen:
            continue
        seen.add(asked)
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = found.get(name) or _header(name)
            due += _needed(_REQUIRED.findall(found[name]), extra)
    return {name: _VERSION.findall(found[name])[0] for name in sorted(found)}


def _header(name: str) -> str:
    """What an installed distribution says of itself, above its description; read as it stands, since reading it as an e-mail takes long."""
    installed = metadata.distribution(name)
    return (installed.read_text("METADATA") or str(installed.metadata)).partition("\n\n")[0]


def _needed(lines: Iterable[str], extra: str) -> Iterator[tuple[str, str]]:
    """What a distribution needs for one of its extras, or without any: each by its name, with each extra that is needed of it.

    A line that is for extras only is not even read where none is asked for, since reading it is what takes time.
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    for line in lines:
        if ("extra ==" in line) == bool(extra):
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                yield from ((canonicalize_name(needed.name), each) for each in ("", *needed.extras))


def read_manifest(folder: Path) -> dict[str, Entry]:
    """The entries of an edition by target, those noted since the manifest was last written among them.

    There are none where there is no readable manifest of this schema.
    """
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        found = {name: Entry(target=name, **entry) for name, entry in content["targets"].items()} if content["schema"] == SCHEMA else {}
    except (OSError, ValueError, KeyError, TypeError):
        found = {}
    return found | {entry.target: entry for entry in _noted(folder)}


def note(folder: Path, entry: Entry) -> None:
    """Keep an entry as soon as its target is done, so that a build that is killed loses none; `write_manifest` takes it over."""
    line = json.dumps({"schema": SCHEMA, "entry": asdict(entry)}, ensure_ascii=False)
    try:
        with (folder / NOTED).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")  # begins a line of its own, even after one that a kill cut off
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise TypesettingError(f"cannot write ({error.strerror})", where=NOTED, hint=_HINT) from error


def _noted(folder: Path) -> list[Entry]:
    """The entries noted since; a line that was cut off counts for nothing."""
    found = []
    with contextlib.suppress(OSError):
        for line in (folder / NOTED).read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                content = json.loads(line)
                if content["schema"] == SCHEMA:
                    found.append(Entry(**content["entry"]))
    return found


def write_manifest(folder: Path, edition: Mapping[str, Any], typesetter: Mapping[str, Any], entries: Mapping[str, Entry]) -> None:
    """Put the manifest in place as a whole; the same content gives the same bytes."""
    targets = {name: {key: value for key, value in asdict(entries[name]).items() if key != "target"} for name in sorted(entries)}
    content = {"schema": SCHEMA, "edition": dict(edition), "typesetter": dict(typesetter), "versions": versions(), "targets": targets}
    write_atomically(folder / NAME, json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n")
    (folder / NOTED).unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old or the new one, never a half. Raises TypesettingError where it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise TypesettingError(f"cannot write ({error.strerror})", where=path.name, hint=_HINT) from error
