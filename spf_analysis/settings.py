"""A workbench's settings: the folder with `spf.toml`, what lies where in it, and which briefings it makes."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from spf_analysis.errors import Problem, UsageError

FILE = "spf.toml"
SCHEMA = 1
_HINT = "Correct the file; 'spf init' writes a good one elsewhere."
PACK_KINDS = ("brokerage", "demonstrators")  # briefings that there are only while the ledger has a subject for them
_FOLDERS = ("evidence", "notebooks", "templates", "reports")


@dataclass(frozen=True)
class BriefingKind:
    """The notebook and the template that one kind of briefing is made with."""

    notebook: str
    template: str


@dataclass(frozen=True)
class ZoteroSettings:
    """Which Zotero library the workbench follows: a user's or a group's, and the collection in it, if not all."""

    library_type: str
    library_id: str
    collection: str | None = None


@dataclass(frozen=True)
class Limits:
    """What a notebook may take: seconds for one cell, and megabytes of memory for its kernel and all that this started.

    `worker_seconds` is how long a build waits while a cluster has no worker at all.
    """

    cell_seconds: int = 120
    notebook_megabytes: int = 2048
    worker_seconds: int = 120


USUAL = Limits()


@dataclass(frozen=True)
class Settings:
    """What `spf.toml` says, with its folders as absolute paths; `zotero` where a library is followed.

    `without_source` supposes that nothing had been coded from a source; `spf evidence impact` sets it in a copy of its own.
    """

    folder: Path
    title: str
    publisher: str
    evidence: Path
    notebooks: Path
    templates: Path
    reports: Path
    briefings: Mapping[str, BriefingKind]
    zotero: ZoteroSettings | None = None
    without_source: str | None = None
    limits: Limits = USUAL


def find_workbench(named: Path | None = None) -> Path:
    """The workbench's folder: the one named, `SPF_WORKBENCH`, or the nearest one upwards from here.

    Raises UsageError where there is none.
    """
    given = named or (Path(os.environ["SPF_WORKBENCH"]) if os.environ.get("SPF_WORKBENCH") else None)
    if given is not None:
        if (given / FILE).is_file():
            return given.resolve()
        raise UsageError(
            f"the folder '{given.name}' is no workbench: it has no {FILE}",
            where="--workbench",
            hint="Name a folder that has one, or start one with 'spf init FOLDER'.",
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise UsageError(
        f"no workbench here: neither this folder nor one above it has {FILE}",
        where="the current folder",
        hint="Go into a workbench, name one with --workbench, or start one with 'spf init FOLDER'.",
    )


def read_settings(folder: Path) -> Settings:
    """The settings of a workbench. Raises UsageError for an unreadable, incomplete or newer `spf.toml`, with all that is wrong in it."""
    path = folder / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = "it is not in UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or error
        raise UsageError(f"the settings cannot be read: {reason}", where=FILE, hint=_HINT) from error
    if content.get("schema") != SCHEMA or isinstance(content["schema"], bool):
        said = f"the settings have schema {content.get('schema')!r}, this version reads {SCHEMA}"
        raise UsageError(said, where=FILE, hint="Run 'spf migrate', or install the version that wrote them.")
    wanted = [("folders", name) for name in _FOLDERS]
    wanted += [(f"briefings.{name}", key) for name in ("area", *_tables(content, "briefings")) for key in ("notebook", "template")]
    problems = [problem for table, key in dict.fromkeys(wanted) if (problem := _problem(content, table, key))]
    if problems:
        raise UsageError(problems)
    return _settings(folder, content)


def _tables(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A table of the settings by its dotted name; empty where there is none."""
    found: Any = content
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _problem(content: Mapping[str, Any], table: str, key: str) -> Problem | None:
    value = _tables(content, table).get(key)
    where = f"{FILE}: [{table}] {key}"
    if not isinstance(value, str) or not value:
        return Problem("usage", where, "is missing, or is no text", _HINT)
    parts = PurePosixPath(value).parts
    if PurePosixPath(value).is_absolute() or ".." in parts or not parts:
        return Problem("usage", where, f"'{value}' does not lie below the workbench", "Name a place below the folder of spf.toml.")
    return None


def _settings(folder: Path, content: Mapping[str, Any]) -> Settings:
    kinds = {name: BriefingKind(kind["notebook"], kind["template"]) for name, kind in _tables(content, "briefings").items()}
    paths = {name: folder / content["folders"][name] for name in _FOLDERS}
    return Settings(
        folder=folder,
        title=str(content.get("title", "")),
        publisher=str(content.get("publisher", "")),
        briefings=kinds,
        zotero=_zotero(content.get("zotero")),
        without_source=_tables(content, "supposing").get("without_source"),
        limits=_limits(_tables(content, "limits")),
        **paths,
    )


def _limits(content: Mapping[str, Any]) -> Limits:
    """The table [limits], where there is one. Raises UsageError for a limit that is not known or is no number above nothing."""
    known = [item.name for item in fields(Limits)]
    wrong = [name for name, value in content.items() if name not in known or type(value) is not int or value <= 0]
    if wrong:
        raise UsageError(
            [Problem("usage", f"{FILE}: [limits] {name}", "is no limit above nothing", f"Known are: {', '.join(known)}.") for name in wrong]
        )
    return Limits(**content)


def _zotero(content: Any) -> ZoteroSettings | None:
    """The table [zotero], where there is one. Raises UsageError for one that names no library; a key has no place in it."""
    if content is None:
        return None
    hint = 'Write library_type = "group" (or "user"), library_id = "123456" and, if not all, collection = "ABCD2345".'
    known = {"library_type", "library_id", "collection"}
    if not isinstance(content, dict) or set(content) - known:
        unknown = ", ".join(sorted(set(content) - known)) if isinstance(content, dict) else "no table"
        raise UsageError(f"[zotero] holds what it should not: {unknown}", where=FILE, hint=f"{hint} The key never stands in a file.")
    kind, number, collection = str(content.get("library_type", "")), str(content.get("library_id", "")), content.get("collection")
    if kind not in ("user", "group") or not re.fullmatch(r"\d{1,12}", number):
        raise UsageError("[zotero] names no library", where=FILE, hint=hint)
    if collection is not None and not re.fullmatch(r"[A-Z0-9]{8}", str(collection)):
        raise UsageError(
            "the collection in [zotero] is no key of one", where=FILE, hint="It is the eight letters in the collection's address."
        )
    return ZoteroSettings(kind, number, None if collection is None else str(collection))
