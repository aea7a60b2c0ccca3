"""The records of a file that was read without a problem are kept under the file's bytes, so that only what changed is parsed again.

A convenience and no source: with it or without it the same is read and the same problems are told. It lies in the user's own cache
folder, never in a workbench that others can write to, and holds plain JSON, which is checked again like any other. Whatever goes wrong
with it, the file itself is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

VARIABLE = "SPF_CACHE"
OFF = "off"
FILE = "read.sqlite"
MAX_KEPT_BYTES = 400_000_000
_PATIENCE = 0.5
_DAY = 86_400
_TABLES = (
    "CREATE TABLE IF NOT EXISTS place (place BLOB PRIMARY KEY, size INTEGER, day INTEGER)",
    "CREATE TABLE IF NOT EXISTS kept (place BLOB, key BLOB, records TEXT, PRIMARY KEY (place, key))",
)


@dataclass
class _Shelf:
    """What is kept of one folder: as it was found, what of it was asked for, and what is new."""

    place: bytes
    connection: sqlite3.Connection
    found: dict[bytes, str]
    day: int
    asked: set[bytes] = field(default_factory=set)
    new: dict[bytes, str] = field(default_factory=dict)


_open: list[_Shelf] = []


def cache_folder() -> Path | None:
    """The cache folder: the one that SPF_CACHE names, or the user's own; None where SPF_CACHE is "off"."""
    named = os.environ.get(VARIABLE)
    if named == OFF:
        return None
    if named:
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "spf-analysis"
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if given.startswith("/") else Path.home() / ".cache") / "spf-analysis"


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Within this, what is kept of a folder can be recalled; at the end, exactly what was asked for or is new stays kept.

    Of folders one within the other's time, the inner one is kept until it is done. The cache is closed at the end, so that no process
    that is forked later inherits it.
    """
    shelf = _opened(folder)
    if shelf is None:
        yield
        return
    _open.append(shelf)
    try:
        yield
    finally:
        _open.remove(shelf)
        with suppress(sqlite3.Error):
            _put_back(shelf)
        shelf.connection.close()


def recalled(raw: bytes, about: str) -> str | None:
    """The records, as JSON, of a file with these bytes, where they are known; `about` says what they were read as."""
    if not _open:
        return None
    key = _key(raw, about)
    _open[-1].asked.add(key)
    return _open[-1].found.get(key)


def keep(raw: bytes, about: str, records: Any) -> None:
    """Keep the records of a file with these bytes."""
    if _open:
        _open[-1].new[_key(raw, about)] = json.dumps(records, separators=(",", ":"))


def _key(raw: bytes, about: str) -> bytes:
    return hashlib.sha256(b"\0".join((_reader(), about.encode("utf-8", "surrogatepass"), raw))).digest()


@lru_cache(maxsize=1)
def _reader() -> bytes:
    """What reads the files: another version of the package has other keys."""
    found = hashlib.sha256(version("pydantic").encode())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(file.read_bytes())
    return found.digest()


def _opened(folder: Path) -> _Shelf | None:
    try:
        cache = cache_folder()
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True, mode=0o700)
            return _shelf(hashlib.sha256(os.fsencode(folder.resolve())).digest(), cache / FILE)
    except sqlite3.DatabaseError as error:
        if cache is not None and not isinstance(error, sqlite3.OperationalError):  # no database, or a damaged one
            with suppress(OSError):
                (cache / FILE).unlink()
    except (OSError, RuntimeError):
        pass  # without a home, or without the right to write there
    return None


def _shelf(place: bytes, file: Path) -> _Shelf:
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        for table in _TABLES:
            connection.execute(table)
        rows = connection.execute("SELECT key, records FROM kept WHERE place = ?", (place,)).fetchall()
        day = connection.execute("SELECT day FROM place WHERE place = ?", (place,)).fetchone()
        return _Shelf(place, connection, {key: text for key, text in rows if isinstance(text, str)}, day[0] if day else 0)
    except sqlite3.Error:
        connection.close()
        raise


def _put_back(shelf: _Shelf) -> None:
    today, place, connection = int(time.time()) // _DAY, shelf.place, shelf.connection
    gone = shelf.found.keys() - shelf.asked
    if not shelf.new and not gone and shelf.day == today:
        return
    size = sum(len(text) for key, text in (shelf.found | shelf.new).items() if key not in gone)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("DELETE FROM kept WHERE place = ? AND key = ?", ((place, key) for key in gone))
    connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", ((place, key, text) for key, text in shelf.new.items()))
    connection.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", (place, size, today))
    _prune(connection)
    connection.execute("COMMIT")


def _prune(connection: sqlite3.Connection) -> None:
    """Drop the folders that were not read for longest, until what is left is within bounds."""
    total = 0
    for place, size in connection.execute("SELECT place, size FROM place ORDER BY day DESC, rowid DESC").fetchall():
        total += size
        if total > MAX_KEPT_BYTES:
            connection.execute("DELETE FROM kept WHERE place = ?", (place,))
            connection.execute("DELETE FROM place WHERE place = ?", (place,))
