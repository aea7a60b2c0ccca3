"""The one door to pandoc: one process that converts briefing after briefing, in its sandbox, with every warning taken as a failure."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pypandoc

from spf_analysis.errors import Problem, TypesettingError

FILTERS = Path(__file__).parent / "filters"
CONVERSATION = Path(__file__).parent / "conversation.lua"
TIME_LIMIT = 120
_END_SECONDS = 1
_MOST_ASKED = 100  # requests, two for each briefing: each Word document leaves pandoc with half a megabyte more
_LINE = re.compile(r"\bline (\d+)")
_NEEDED = (3, 8)
# The clock that pandoc writes by; what a document says of its date comes from its edition afterwards.
_EPOCH = "315532800"


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


@dataclass(frozen=True)
class Citing:
    """How citations are set: the references as CSL-JSON, and the file of the citation style."""

    references: str
    style: str
    language: str


@dataclass(frozen=True)
class Output:
    """What is to be written of a document: pandoc's format `to`, the filters that prepare it, and the writer's options.

    `meta` takes the place of the document's own metadata; its values are literal text, or raw markup of the format `meta_as`.
    `letters` are characters of the text, each with what stands for it.
    """

    to: str
    filters: tuple[str, ...] = ()
    meta: Mapping[str, str | Sequence[str]] | None = None
    meta_as: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    template: str | None = None
    letters: Mapping[str, str] | None = None
    one_level_up: bool = False


def convert(
    text: str,
    outputs: Sequence[Output],
    *,
    where: str,
    source: str = "markdown",
    filters: Sequence[str] = (),
    citing: Citing | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> list[bytes]:
    """The outputs of `text`, a document in pandoc's format `source`, after these filters and with its citations set.

    A picture that an output takes in is among `pictures` (PNG, by name); nothing is read from a file or an address. Raises
    TypesettingError on an error and on any warning: `where` names the briefing, and a line number that pandoc gives is added to it.
    """
    content, handed = text.encode(), dict(pictures or {})
    request: dict[str, Any] = {
        "from": source,
        "bytes": len(content),
        "filters": list(filters),
        "outputs": [_without_none(asdict(output)) for output in outputs],
        "pictures": [{"name": name, "bytes": len(picture)} for name, picture in handed.items()],
    }
    if citing:
        request["citing"] = asdict(citing)
    sent = b"".join([json.dumps(request).encode(), b"\n", content, *handed.values()])
    try:
        made, said = _asked(sent)
    except TimeoutError as error:
        hint = "Is there something in the briefing that never ends, or is the machine too busy?"
        raise TypesettingError(f"pandoc took longer than {TIME_LIMIT} seconds", where=where, hint=hint) from error
    except OSError as error:
        raise TypesettingError(f"pandoc could not be run: {error}", where=where, hint="Run spf doctor.") from error
    except _Ended:
        hint = "The machine may be short of memory: build again with --jobs 1. If that is no help, run spf doctor."
        raise TypesettingError("pandoc ended in the middle of its work, and once more", where=where, hint=hint) from None
    if said:
        raise TypesettingError([_problem(line, where) for line in said])
    return made


def _asked(request: bytes) -> tuple[list[bytes], list[str]]:
    """pandoc's answer; where it ends in the middle of its work, another is asked the same once more."""
    try:
        return _answered(request)
    except _Ended:
        return _answered(request)


def _answered(request: bytes) -> tuple[list[bytes], list[str]]:
    """pandoc's answer; one that failed, or that has answered many, is replaced before the next request."""
    running, goes_on = _pandoc(), False
    try:
        answer = running.ask(request)
        goes_on = running.asked < _MOST_ASKED
        return answer
    finally:
        if not goes_on:
            _pandoc.cache_clear()
            running.end()


class _Ended(Exception):
    """pandoc is gone before it has answered."""


class _Pandoc:
    """A running pandoc that is asked one thing after the other; it ends when whoever started it does."""

    def __init__(self) -> None:
        self._told = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._asking = threading.Lock()
        self.asked = 0
        command = [pandoc_path(), "lua", str(CONVERSATION)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._told, env=_bare(), cwd=CONVERSATION.parent
        )
        atexit.register(self.end)

    def ask(self, request: bytes) -> tuple[list[bytes], list[str]]:
        """The outputs, and what pandoc said was wrong. Raises _Ended where it ends in mid-work, TimeoutError where it takes too long."""
        given, answer = self._process.stdin, self._process.stdout
        assert given is not None
        assert answer is not None
        watch = threading.Timer(TIME_LIMIT, self._process.kill)
        with self._asking:
            self.asked += 1
            watch.start()
            try:
                given.write(request)
                given.flush()
                head = json.loads(answer.readline())
                made = [answer.read(size) for size in head.get("sizes", ())]
            except (OSError, ValueError):
                raise TimeoutError if watch.finished.is_set() else _Ended from None
            finally:
                watch.cancel()
            return made, [*self._warnings(), *([head["wrong"]] if "wrong" in head else ())]

    def _warnings(self) -> list[str]:
        """The warnings that came since the last answer: pandoc writes them before it answers, and they are then forgotten."""
        self._told.seek(0)
        said = self._told.read().decode(errors="replace")
        self._told.truncate(0)
        self._told.seek(0)
        return [line.removeprefix("[WARNING]").strip() for line in said.splitlines() if line.startswith("[WARNING]")]

    def end(self) -> None:
        """Let the process end, so that it clears what it keeps in the folder for temporary files; where it does not, end it."""
        atexit.unregister(self.end)
        given, answer = self._process.stdin, self._process.stdout
        assert given is not None
        assert answer is not None
        with contextlib.suppress(OSError):  # what was not yet sent goes nowhere
            given.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        self._process.kill()
        self._process.wait()
        answer.close()
        self._told.close()


def start_pandoc() -> None:
    """Have this process's pandoc run before the first briefing comes. Raises TypesettingError where it is missing."""
    _pandoc()


@functools.cache
def _pandoc() -> _Pandoc:
    """This process's pandoc, started when it is first needed."""
    return _Pandoc()


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _bare() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "HOME": os.devnull, "SOURCE_DATE_EPOCH": _EPOCH}


def _problem(line: str, where: str) -> Problem:
    found = _LINE.search(line)
    place = f"{where}, line {found[1]}" if found else where
    message = re.sub(r"\S*/(\w+)\.lua:\d+:", r"in \1:", line)
    return Problem(
        TypesettingError.kind, place, f"pandoc says: {message}", "Put the template right; a briefing is not published with a warning."
    )
