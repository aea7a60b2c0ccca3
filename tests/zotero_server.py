"""A Zotero library on the loopback interface: the Web API's headers, paging, versions and errors, as far as a sync meets them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

GROUP, KEY, READ_ONLY = "/groups/4242", "abcdefghijklmnopqrstuvwx", "readonlyreadonlyreadonly"
FIELDS = ("title", "date", "DOI", "url", "abstractNote", "publicationTitle")
Fault = tuple[int, dict[str, str], bytes]


@dataclass
class ZoteroServer:
    """What the library holds, what it answers first (`faults`), and which requests came in."""

    prefix: str = ""
    page: int = 100
    version: int = 0
    public: bool = False
    local: bool = False
    consents: list[str] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    collections: dict[str, str | None] = field(default_factory=dict)
    texts: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    pause: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    before: Callable[[str], None] | None = None
    url: str = ""
    granted: set[str] = field(default_factory=set)

    def put(self, key: str, title: str = "", *, collections: tuple[str, ...] = (), parent: str | None = None, **csl: Any) -> None:
        """A new or changed item; the library's version rises."""
        self.version += 1
        kind = csl.pop("item_type", "journalArticle")
        data = {"key": key, "version": self.version, "itemType": kind, "title": title, "collections": list(collections), "tags": []}
        if parent:
            data["parentItem"] = parent
        entry = {"id": f"4242/{key}", "type": "article-journal", "title": title, "author": [{"family": "Pier", "given": "Bo"}], **csl}
        self.items[key] = {"data": data, "csljson": {name: value for name, value in entry.items() if value is not None}}

    def bin(self, key: str) -> None:
        """Move an item into the bin."""
        self.version += 1
        self.items[key]["data"] |= {"deleted": 1, "version": self.version}

    def restore(self, key: str) -> None:
        """Take an item out of the bin."""
        self.version += 1
        self.items[key]["data"] |= {"version": self.version}
        del self.items[key]["data"]["deleted"]

    def delete(self, key: str) -> None:
        """Delete an item for good."""
        self.version += 1
        del self.items[key]

    def tags(self, key: str) -> list[str]:
        """The tags of an item."""
        return [tag["tag"] for tag in self.items[key]["data"]["tags"]]

    def answer(self, method: str, path: str, sent: dict[str, str], body: bytes) -> Fault:
        """The status, headers and body that a request earns."""
        if self.before:
            self.before(path)
        if self.pause:
            time.sleep(self.pause)
        if self.faults:
            return self.faults.pop(0)
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        where = parts.path.removeprefix(self.prefix)
        refusal = self._refusal(method, where, sent)
        if refusal:
            return refusal
        if where == "/itemFields":
            return self._json([{"field": name} for name in FIELDS])
        if where == "/local/authorize" and self.local:
            return self._authorise()
        if where == "/" and self.local:
            return 200, {"Content-Type": "text/plain"}, b"Nothing to see here."
        if not where.startswith(f"{GROUP}/"):
            return 404, {"Content-Type": "text/plain"}, b"Not found"
        return self._library(method, where.removeprefix(GROUP), query, sent, body)

    def _refusal(self, method: str, where: str, sent: dict[str, str]) -> Fault | None:
        text = {"Content-Type": "text/plain"}
        if self.local:
            given = sent.get("zotero-api-key", "")
            if method == "PATCH" and given not in self.granted:
                return 401, text, b"API key required"
            return None
        assert "zotero-api-key" not in sent
        key = sent.get("authorization", "").removeprefix("Bearer ")
        if key and key not in (KEY, READ_ONLY):
            return 403, text, f"Invalid key {key}".encode()
        if where.startswith(GROUP) and ((not key and not self.public) or (method != "GET" and key != KEY)):
            return 403, text, b"Forbidden"
        return None

    def _authorise(self) -> Fault:
        consent = self.consents.pop(0) if self.consents else "deny"
        if consent == "deny":
            return 403, {"Content-Type": "text/plain"}, b"Denied"
        self.granted.add("localkey")
        return self._json({"key": "localkey", "remember": consent == "always"})

    def _library(self, method: str, where: str, query: dict[str, str], sent: dict[str, str], body: bytes) -> Fault:
        names = where.strip("/").split("/")
        if where == "/fulltext":
            return self._json({key: version for key, (version, _) in self.texts.items()}, version=self.version)
        if names[0] == "items" and names[-1] == "fulltext":
            return self._json({"content": self.texts[names[1]][1]}, version=self.texts[names[1]][0])
        if names[0] == "items" and len(names) == 2 and names[1] != "top":
            return self._item(method, names[1], sent, body)
        if names[0] == "collections" and names[-1] == "collections":
            below = [{"key": key, "data": {"key": key}} for key, parent in self.collections.items() if parent == names[1]]
            return self._many(where, below, query, sent)
        if names[0] == "collections" and names[1] not in self.collections:
            return 404, {"Content-Type": "text/plain"}, b"Collection not found"
        found = {key: item for key, item in self.items.items() if not item["data"].get("deleted")}
        if names[-1] == "top":
            found = {key: item for key, item in found.items() if "parentItem" not in item["data"]}
        if names[0] == "collections":
            found = {key: item for key, item in found.items() if names[1] in item["data"]["collections"]}
        if "itemKey" in query:
            found = {key: item for key, item in found.items() if key in query["itemKey"].split(",")}
        since = int(query.get("since", 0))
        found = {key: item for key, item in found.items() if not since or item["data"]["version"] > since}
        if query.get("format") == "versions":
            return self._json({key: item["data"]["version"] for key, item in found.items()}, version=self.version)
        if query.get("format") == "keys":
            return self._many(where, list(found), query, sent)
        return self._many(where, [self._shown(key, query) for key in found], query, sent)

    def _shown(self, key: str, query: dict[str, str]) -> dict[str, Any]:
        item = self.items[key]
        shown = {"key": key, "version": item["data"]["version"], "library": {}, "links": {}, "meta": {}, "data": item["data"]}
        if "csljson" in query.get("include", ""):
            shown["csljson"] = json.dumps([item["csljson"]]) if self.local else item["csljson"]
        return shown

    def _many(self, where: str, found: list[Any], query: dict[str, str], sent: dict[str, str]) -> Fault:
        known = sent.get("if-modified-since-version")
        if known is not None and self.version <= int(known):
            return 304, {"Last-Modified-Version": str(self.version)}, b""
        start = int(query.get("start", 0))
        limit = min(int(query.get("limit", self.page)), self.page)
        headers = {"Total-Results": str(len(found))}
        if start + limit < len(found):
            following = urlencode({**query, "start": start + limit, "limit": limit})
            headers["Link"] = f'<{self.url}{GROUP}{where}?{following}>; rel="next"'
        return self._json(found[start : start + limit], version=self.version, **headers)

    def _item(self, method: str, key: str, sent: dict[str, str], body: bytes) -> Fault:
        if key not in self.items:
            return 404, {"Content-Type": "text/plain"}, b"Item not found"
        data = self.items[key]["data"]
        if method == "PATCH":
            if int(sent["if-unmodified-since-version"]) < data["version"]:
                return 412, {"Content-Type": "text/plain"}, b"Item has been modified since specified version"
            self.version += 1
            data |= {**json.loads(body), "version": self.version}
            if self.local and "once" in self.granted:
                self.granted.clear()
            return 204, {"Last-Modified-Version": str(self.version)}, b""
        return self._json(self._shown(key, {}), version=data["version"])

    @staticmethod
    def _json(content: Any, *, version: int | None = None, **headers: str) -> Fault:
        told = {"Content-Type": "application/json", **headers}
        if version is not None:
            told["Last-Modified-Version"] = str(version)
        return 200, told, json.dumps(content).encode()


@contextmanager
def serving(library: ZoteroServer) -> Iterator[ZoteroServer]:
    """The library, answering on a free port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            sent = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(sent.get("content-length", 0)))
            library.requests.append((self.command, self.path, sent))
            status, headers, content = library.answer(self.command, self.path, sent, body)
            try:
                self.send_response(status)
                identity = {"Zotero-Server-ID": "here"} if library.local else {}
                for name, value in {"Zotero-API-Version": "3", **identity, **library.headers, **headers}.items():
                    self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if status not in (204, 304):
                    self.wfile.write(content)
            except OSError:
                pass

        do_GET = do_PATCH = do_POST = _any

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    library.url = f"http://127.0.0.1:{server.server_port}{library.prefix}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield library
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
