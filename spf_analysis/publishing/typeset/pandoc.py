"""The one door to pandoc: run with input from memory, in its sandbox, and with every warning taken as a failure."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pypandoc

from spf_analysis.errors import Problem, TypesettingError

FILTERS = Path(__file__).parent / "filters"
TIME_LIMIT = 120
_LINE = re.compile(r"line (\d+)")
_NEEDED = (3, 8)


@functools.cache
def pandoc_path() -> str:
    """The pandoc that is installed with the workbench. Raises TypesettingError where it is missing."""
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise TypesettingError(
            "pandoc is not installed", where="typesetter", hint="Install the workbench again: pypandoc_binary brings pandoc."
        ) from error


@functools.cache
def pandoc_version() -> str:
    """pandoc's version, such as 3.9. Raises TypesettingError where it is too old to read captions with attributes."""
    said = subprocess.run([pandoc_path(), "--version"], capture_output=True, text=True, check=False, timeout=TIME_LIMIT).stdout
    found = re.search(r"pandoc\S* (\d+)\.(\d+)([.\d]*)", said)
    if not found or (int(found[1]), int(found[2])) < _NEEDED:
        raise TypesettingError(f"pandoc is {found[0] if found else 'broken'}", where="typesetter", hint="Version 3.8 or later is needed.")
    return f"{found[1]}.{found[2]}{found[3]}"


def run_pandoc(arguments: Sequence[str], given: str, *, where: str, environment: Mapping[str, str] | None = None) -> bytes:
    """pandoc's output for `given`. Raises TypesettingError on an error, and on any warning.

    `where` names the briefing in messages; a line number that pandoc gives is added to it.
    """
    command = [pandoc_path(), "--sandbox", *arguments]
    try:
        done = subprocess.run(
            command, input=given.encode(), capture_output=True, check=False, timeout=TIME_LIMIT, env=_bare(environment or {})
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TypesettingError(f"pandoc could not be run: {type(error).__name__}", where=where, hint="Run spf doctor.") from error
    said = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    if done.returncode or any(line.startswith("[WARNING]") for line in said):
        raise TypesettingError(_problems(said, where))
    return done.stdout


def filters(*names: str) -> list[str]:
    """The arguments that apply these Lua filters in this order."""
    return [f"--lua-filter={FILTERS / name}.lua" for name in names]


def _bare(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "HOME": os.devnull, **more}


def _problems(said: Sequence[str], where: str) -> list[Problem]:
    told = [line for line in said if line.startswith("[WARNING]")] or [" ".join(said) or "pandoc failed without a word"]
    return [_problem(line.removeprefix("[WARNING]").strip(), where) for line in told]


def _problem(line: str, where: str) -> Problem:
    found = _LINE.search(line)
    place = f"{where}, line {found[1]}" if found else where
    message = re.sub(r"Error running filter \S*/(\w+)\.lua:", r"in \1:", line)
    return Problem(
        TypesettingError.kind, place, f"pandoc says: {message}", "Put the template right; a briefing is not published with a warning."
    )
