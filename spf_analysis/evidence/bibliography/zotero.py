"""The one door to Zotero: what a library holds now, the full text of attachments, and one tag written back.

Libraries are read through the web interface or through that of a Zotero running on this computer. The key of the former is taken from
`ZOTERO_API_KEY` or the system keyring; it is never written and stands in no message.
"""

from __future__ import annotations

import importlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2
from pyzotero import errors, zotero

from spf_analysis.errors import SourceError, SpfError
from spf_analysis.evidence.bibliography.patience import Patience, PatientTransport

KEY, ADDRESS, KEYRING = "ZOTERO_API_KEY", "ZOTERO_API_URL", "spf-zotero"
APPLICATION = "Social Prescribing Fund workbench"
_WEB, _LOCAL = "https://api.zotero.org", "http://127.0.0.1:23119/api"
_NO_WORKS = frozenset({"attachment", "note", "annotation"})
_READS = 3
_PAGE, _KEYS = 100, 50
_MOVED = "the library was changed while it was being read"


@dataclass(frozen=True)
class ZoteroLibrary:
    """Which Zotero library is followed: a user's or a group's, the whole of it or one collection with those below it."""

    kind: Literal["user", "group"]
    id: str
    collection: str | None = None
    local: bool = False

    @property
    def name(self) -> str:
        """The library as Zotero's addresses name it: "groups/123"."""
        return f"{self.kind}s/{self.id}"

    @property
    def interface(self) -> str:
        """Which of Zotero's interfaces is asked; versions of one mean nothing to the other."""
        return "local" if self.local else "web"


@dataclass(frozen=True)
class ZoteroItem:
    """One work as Zotero holds it: its key, version, collections, and its entry as CSL-JSON made by Zotero itself."""

    key: str
    version: int
    collections: tuple[str, ...]
    entry: Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """A library at one version: which works there are, those that changed, and what became of those that are no longer there."""

    version: int
    present: frozenset[str]
    items: tuple[ZoteroItem, ...]
    gone: Mapping[str, str] = field(default_factory=dict)


class _Changed(Exception):
    """The library's version moved while it was being read."""


def api_key(library: str) -> str | None:
    """The key for the web interface: from `ZOTERO_API_KEY`, else from the system keyring where that is installed and holds one.

    Raises SourceError for one that cannot be a key; it is not repeated in the message.
    """
    found = os.environ.get(KEY, "").strip() or _from_keyring(library)
    if found and not re.fullmatch(r"[A-Za-z0-9]{1,64}", found):
        hint = "Copy it again from zotero.org/settings/keys: it is made of letters and digits."
        raise SourceError("what is given as the Zotero key is none", where=KEY, hint=hint)
    return found or None


def _from_keyring(library: str) -> str:
    try:
        keyring = importlib.import_module("keyring")
        return str(keyring.get_password(KEYRING, library) or "").strip()
    except Exception:  # no keyring installed, none running, or locked: all the same here
        return ""


def address(library: ZoteroLibrary) -> str:
    """Where the library is asked for: Zotero's own address, or `ZOTERO_API_URL`.

    Raises SourceError for an address to which a key should not be sent: anything but https, or this computer.
    """
    given = os.environ.get(ADDRESS, "").strip().rstrip("/")
    if not given:
        return _LOCAL if library.local else _WEB
    parts = urlsplit(given)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SourceError("the address is neither https nor on this computer", where=ADDRESS, hint="A key is sent to no other.")
    return given


class ZoteroClient:
    """A Zotero library, asked patiently. Its methods raise SourceError, with what to do, where Zotero does not give what it should."""

    def __init__(self, library: ZoteroLibrary, *, key: str | None = None, patience: Patience | None = None) -> None:
        self.library = library
        client = httpx2.Client(transport=PatientTransport(patience or Patience()), follow_redirects=True)
        self._zotero = zotero.Zotero(library.id, library.kind, None if library.local else key, local=library.local, client=client)
        self._zotero.endpoint = address(library)
        self._http, self._has_key, self._version = client, bool(key), -1

    def read(self, since: int, known: Iterable[str]) -> Snapshot | None:
        """What the library holds now; of the works, those that changed after version `since`. `None` where nothing changed.

        `known` are the keys of items whose fate is wanted where they are gone: deleted, in the bin, or moved out of the collection.
        """
        for _ in range(_READS):
            try:
                with self._telling():
                    return self._read(0 if self.library.local else since, known)
            except _Changed:
                continue
        raise SourceError(f"{_MOVED}, {_READS} times; nothing was changed", where="Zotero", hint="Run it again when nobody edits it.")

    def _read(self, since: int, known: Iterable[str]) -> Snapshot | None:
        self._version = -1
        if since and self._unchanged(since):
            return None
        scopes = self._scopes()
        present = {key: version for scope in scopes for key, version in self._versions(scope).items()}
        wanted = {"limit": _PAGE, "include": "data,csljson"} | ({"since": since} if since else {})
        found = {item["key"]: item for scope in scopes for item in self._all(scope, **wanted)}
        items = tuple(_item(raw) for key, raw in found.items() if _is_work(raw))
        works = frozenset(present) - {key for key, raw in found.items() if not _is_work(raw)}
        if not since and {item.key for item in items} != works:
            raise _Changed
        gone = {key: self._fate(key) for key in sorted(set(known) - set(present))}
        return Snapshot(self._version, works, items, gone)

    def _unchanged(self, since: int) -> bool:
        self._http.headers["If-Modified-Since-Version"] = str(since)
        try:
            self._zotero.top(limit=1, format="keys")
        except errors.PyZoteroError:
            if self._status() == httpx2.codes.NOT_MODIFIED:
                return True
            raise
        finally:
            del self._http.headers["If-Modified-Since-Version"]
            self._zotero.url_params = None
        return int(self._header("Last-Modified-Version", "-1")) == since

    def _scopes(self) -> list[Callable[..., Any]]:
        """What is asked for works: the library, or the collection and each one below it."""
        collection = self.library.collection
        if not collection:
            return [self._zotero.top]
        found, waiting = [], [collection]
        while waiting:
            key = waiting.pop(0)
            found.append(key)
            below = [
                item["data"]["key"]
                for item in self._all(lambda key=key, **wanted: self._zotero.collections_sub(key, **wanted), limit=_PAGE)
            ]
            waiting += [other for other in below if other not in found]
        return [lambda key=key, **wanted: self._zotero.collection_items_top(key, **wanted) for key in found]

    def _versions(self, scope: Callable[..., Any]) -> Mapping[str, int]:
        found = scope(format="versions", limit=None)
        self._same_version()
        if not isinstance(found, dict):
            raise _unlike()
        return found

    def _all(self, call: Callable[..., Any], **wanted: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page, total = call(**wanted), None
        while page is not None:
            if not isinstance(page, list) or not all(isinstance(item, dict) and "key" in item for item in page):
                raise _unlike()
            self._same_version()
            total = int(self._header("Total-Results", "-1"))
            found += page
            page = self._zotero.follow() if (self._zotero.links or {}).get("next") else None
        if total not in (-1, len(found)):
            raise _Changed
        return found

    def _same_version(self) -> None:
        """All answers of one reading come from one version of the library, or the reading is begun anew."""
        version = int(self._header("Last-Modified-Version", "-1"))
        if self._version not in (-1, version):
            raise _Changed
        self._version = version

    def _fate(self, key: str) -> str:
        try:
            item = self._zotero.item(key)
        except errors.ResourceNotFoundError:
            self._zotero.url_params = None
            return "deleted"
        return "in the bin" if item.get("data", {}).get("deleted") else "moved out of the collection"

    def full_texts(self, sources: Mapping[str, str], have: Mapping[str, int]) -> Iterator[tuple[str, str, int, str]]:
        """The full text of attachments: attachment key, source, version, text. `sources` maps items to sources; `have` is left out."""
        with self._telling():
            versions = self._zotero.new_fulltext(0)
            wanted = sorted(key for key, version in versions.items() if have.get(key) != version)
            for start in range(0, len(wanted), _KEYS):
                some = wanted[start : start + _KEYS]
                for item in self._zotero.items(itemKey=",".join(some), limit=_KEYS):
                    source = sources.get(item["data"].get("parentItem", ""))
                    if source:
                        content = self._zotero.fulltext_item(item["key"])
                        yield item["key"], source, versions[item["key"]], str(content.get("content", ""))

    def tag(self, keys: Iterable[str], tag: str) -> list[str]:
        """Put a tag on items that lack it, each only if nobody changed it meanwhile; returns the keys written.

        The local interface asks the user for consent, and SourceError says where that Zotero allows no writing.
        """
        written: list[str] = []
        with self._telling("written"):
            for key in keys:
                item = self._zotero.item(key)
                tags = [one for one in item["data"].get("tags", []) if one.get("tag") != tag]
                if len(tags) == len(item["data"].get("tags", [])):
                    self._consent()
                    self._zotero.update_item({"key": key, "version": item["version"], "tags": [*tags, {"tag": tag}]})
                    written.append(key)
        return written

    def _consent(self) -> None:
        if self.library.local and not self._zotero.local_api_key:
            try:
                self._zotero.authorize_local(APPLICATION)
            except errors.ResourceNotFoundError:
                raise errors.CallDoesNotExistError from None

    def _header(self, name: str, default: str) -> str:
        response = self._zotero.request
        return str(response.headers.get(name, default)) if response is not None else default

    def _status(self) -> int:
        response = self._zotero.request
        return int(response.status_code) if response is not None else 0

    @contextmanager
    def _telling(self, doing: str = "changed") -> Iterator[None]:
        """Whatever Zotero or the network answers, told in our words: theirs could hold more than should be shown."""
        try:
            yield
        except (SpfError, _Changed):
            raise
        except errors.PyZoteroError as error:
            raise self._told(error, doing) from None
        except httpx2.TimeoutException:
            raise self._failed("Zotero does not answer in time", doing, "Try again later.") from None
        except httpx2.TransportError:
            hint = "Start Zotero on this computer." if self.library.local else "Check the network, and try again."
            raise self._failed("Zotero cannot be reached", doing, hint) from None
        except (httpx2.HTTPError, json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, ValueError):
            raise _unlike() from None

    def _told(self, error: errors.PyZoteroError, doing: str) -> SourceError:
        status = self._status()
        for kind, message, hint in _TOLD:
            if isinstance(error, kind):
                return self._failed(message, doing, hint)
        if isinstance(error, errors.UserNotAuthorisedError):
            return self._failed(*self._refused(doing))
        if isinstance(error, errors.ResourceNotFoundError):
            what = (
                f"no collection '{self.library.collection}' in {self.library.name}"
                if self.library.collection
                else f"no {self.library.name}"
            )
            return self._failed(f"Zotero has {what}", doing, "Correct [zotero] in spf.toml.")
        return self._failed(f"Zotero answered with an error{f' ({status})' if status >= 400 else ''}", doing, "Try again later.")

    def _refused(self, doing: str) -> tuple[str, str, str]:
        if self.library.local:
            return "this Zotero lets no other program in", doing, "Allow it in Zotero's settings, under Advanced."
        if doing == "written":
            return (
                "the key may not write to this library",
                doing,
                "Give it write access at zotero.org/settings/keys, or leave out --write-tag.",
            )
        if self._has_key:
            return "the key is not valid, or may not read this library", doing, f"Check {KEY} at zotero.org/settings/keys."
        return "the library is not public, and no key is given", doing, f"Set {KEY}, or put the key into the keyring (docs/zotero.md)."

    def _failed(self, message: str, doing: str, hint: str) -> SourceError:
        return SourceError(
            f"{message}; nothing{' more' if doing == 'written' else ''} was {doing}", where=f"Zotero, {self.library.name}", hint=hint
        )


_TOLD: tuple[tuple[type[errors.PyZoteroError], str, str], ...] = (
    (errors.LocalAPIDeniedError, "writing was not allowed in Zotero", "Choose 'Allow' when Zotero asks, or leave out --write-tag."),
    (errors.LocalAPIKeyRequiredError, "Zotero allowed one writing only", "Choose 'Always Allow' when Zotero asks."),
    (errors.ServerIDMismatchError, "another Zotero, or a restored database, answered", "Run the sync again."),
    (errors.UnsupportedParamsError, "this Zotero does not offer that through its interface", "Update Zotero, or use the web library."),
    (errors.CallDoesNotExistError, "this Zotero does not offer that through its interface", "Update Zotero, or use the web library."),
    (errors.PreConditionFailedError, "the item was changed in Zotero meanwhile", "Run the sync again."),
    (errors.ConflictError, "the library is locked", "Try again later."),
    (errors.TooManyRetriesError, "Zotero asks for fewer requests", "Try again later."),
    (errors.TooManyRequestsError, "Zotero asks for fewer requests", "Try again later."),
)


def _unlike() -> SourceError:
    return SourceError("the answer is not one of Zotero's; nothing was changed", where="Zotero", hint="Is there a proxy in between?")


def _is_work(raw: Mapping[str, Any]) -> bool:
    data = raw.get("data", {})
    return data.get("itemType") not in _NO_WORKS and not data.get("parentItem") and not data.get("deleted")


def _item(raw: Mapping[str, Any]) -> ZoteroItem:
    entry = raw.get("csljson")
    if isinstance(entry, str):
        entry = json.loads(entry)
    if isinstance(entry, list):
        entry = entry[0] if entry else None
    if not isinstance(entry, dict):
        raise SourceError(
            "this Zotero hands over no CSL-JSON; nothing was changed", where="Zotero", hint="Update it, or use the web library."
        )
    kept = {name: value for name, value in entry.items() if name != "id"}
    return ZoteroItem(str(raw["key"]), int(raw["version"]), tuple(raw["data"].get("collections", [])), kept)
