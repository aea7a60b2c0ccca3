"""Whatever Zotero or the network answers: it is tried again, or told plainly, and nothing is changed by half."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from syncing import DATED, Syncing, files, kinds
from zotero_server import GROUP, KEY, READ_ONLY, ZoteroServer, serving

from spf_analysis.errors import SourceError
from spf_analysis.evidence.bibliography import zotero
from spf_analysis.evidence.bibliography.patience import Patience
from spf_analysis.evidence.bibliography.zotero import ZoteroClient, ZoteroLibrary, address, api_key

LIBRARY = ZoteroLibrary("group", "4242")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(server: ZoteroServer, sync: Syncing, pauses: list[float], status: int) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    server.faults = [(status, {}, b"busy"), (status, {}, b"busy")]
    assert kinds(sync()) == [("new", "pier-2020")]
    assert pauses == [1.0, 2.0]


def test_retry_after_and_backoff_are_kept(server: ZoteroServer, sync: Syncing, pauses: list[float]) -> None:
    server.put("ITEM0001", "One", issued=DATED)
    server.faults = [(429, {"Retry-After": "7"}, b"")]
    sync()
    assert round(pauses[0]) == 7
    pauses.clear()
    server.headers["Backoff"] = "3"
    server.put("ITEM0001", "Two", issued=DATED)
    sync()
    assert pauses
    assert all(2 < pause <= 3 for pause in pauses)


def test_a_pause_may_be_given_as_a_time(server: ZoteroServer, sync: Syncing, pauses: list[float]) -> None:
    server.faults = [(503, {"Retry-After": email.utils.formatdate(time.time() + 50, usegmt=True)}, b"")]
    sync()
    assert 40 < pauses[0] <= 50


def test_a_pause_that_nobody_would_sit_through_is_told(folder: Path, server: ZoteroServer, sync: Syncing, pauses: list[float]) -> None:
    server.faults = [(429, {"Retry-After": "3600"}, b"")]
    before = files(folder)
    with pytest.raises(SourceError, match="3,600 seconds"):
        sync()
    assert (files(folder), pauses) == (before, [])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((500, {}, b"oops"), r"answered with an error \(500\)"),
        ((429, {}, b""), "fewer requests"),
        ((404, {}, b""), "Zotero has no groups/4242"),
        ((409, {}, b""), "locked"),
        ((400, {}, b""), "does not offer that"),
        ((200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"), "not one of Zotero's"),
        ((200, {"Content-Type": "application/json"}, b"{"), "not one of Zotero's"),
        ((200, {"Content-Type": "application/json"}, b"[1]"), "not one of Zotero's"),
        ((200, {"Content-Type": "application/json"}, b"\xff\xfe"), "not one of Zotero's"),
    ],
)
@pytest.mark.parametrize("after", [0, 2])
def test_what_does_not_pass_is_told_and_changes_nothing(
    folder: Path, server: ZoteroServer, sync: Syncing, fault: tuple[int, dict[str, str], bytes], said: str, after: int
) -> None:
    for number in range(5):
        server.put(f"ITEM000{number}", f"Study {number}", issued=DATED)
    before, seen = files(folder), iter(range(after))
    server.before = lambda _: server.faults.append(fault) if next(seen, None) is None else None
    with pytest.raises(SourceError, match=said) as caught:
        sync()
    assert files(folder) == before
    assert KEY not in str(caught.value)


def test_no_network_is_told(folder: Path, sync: Syncing, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(ZoteroServer()) as gone:
        monkeypatch.setenv("ZOTERO_API_URL", gone.url)
    before = files(folder)
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        sync()
    assert "network" in caught.value.problems[0].hint
    assert files(folder) == before


def test_a_time_out_is_told(server: ZoteroServer) -> None:
    server.pause = 1.0
    with pytest.raises(SourceError, match="does not answer in time"):
        ZoteroClient(LIBRARY, key=KEY, patience=Patience(attempts=2, timeout=0.1, sleep=lambda _: None)).read(0, ())


def test_a_wrong_key_is_told_without_being_repeated(server: ZoteroServer, sync: Syncing) -> None:
    with pytest.raises(SourceError, match="not valid, or may not read") as caught:
        sync(key="wrongwrongwrong")
    assert "wrongwrongwrong" not in repr(caught.value) + str(caught.value.problems)


def test_a_library_that_is_not_public_asks_for_a_key(server: ZoteroServer, sync: Syncing) -> None:
    with pytest.raises(SourceError, match="no key is given"):
        sync(key=None)
    server.public = True
    assert kinds(sync(key=None)) == []


def test_a_library_that_changes_while_it_is_read_is_read_again(server: ZoteroServer, sync: Syncing) -> None:
    for number in range(5):
        server.put(f"ITEM000{number}", f"Study {number}", issued=DATED)
    changes = iter([3, 6])

    def change(path: str) -> None:
        if "start=2" in path and next(changes, None):
            server.put("LATE0001", "Came late", issued=DATED)

    server.before = change
    assert len(sync().changes) == 6


def test_a_library_that_never_rests_is_told(folder: Path, server: ZoteroServer, sync: Syncing) -> None:
    for number in range(5):
        server.put(f"ITEM000{number}", f"Study {number}", issued=DATED)
    server.before = lambda path: server.put("LATE0001", "Came late", issued=DATED) if "start=2" in path else None
    before = files(folder)
    with pytest.raises(SourceError, match="changed while it was being read, 3 times"):
        sync()
    assert files(folder) == before


def test_the_key_comes_from_the_environment_and_must_look_like_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOTERO_API_KEY", f" {KEY}\n")
    assert api_key("groups/1") == KEY
    monkeypatch.setenv("ZOTERO_API_KEY", "not a key!")
    with pytest.raises(SourceError) as caught:
        api_key("groups/1")
    assert "not a key!" not in str(caught.value)
    monkeypatch.delenv("ZOTERO_API_KEY")
    monkeypatch.setattr(zotero, "KEYRING", "spf-no-such-entry")
    assert api_key("groups/1") is None


def test_a_key_is_sent_only_to_https_or_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOTERO_API_URL", "http://example.org")
    with pytest.raises(SourceError, match="neither https nor on this computer"):
        address(LIBRARY)
    monkeypatch.setenv("ZOTERO_API_URL", "https://example.org/")
    assert address(LIBRARY) == "https://example.org"
    monkeypatch.delenv("ZOTERO_API_URL")
    assert address(LIBRARY) == "https://api.zotero.org"


def client(patience: Patience, key: str = KEY) -> ZoteroClient:
    return ZoteroClient(LIBRARY, key=key, patience=patience)


def test_one_tag_is_written_back_once(server: ZoteroServer, patience: Patience) -> None:
    server.put("ITEM0001", "One")
    server.items["ITEM0001"]["data"]["tags"] = [{"tag": "mine"}]
    assert client(patience).tag(["ITEM0001"], "coded") == ["ITEM0001"]
    assert server.tags("ITEM0001") == ["mine", "coded"]
    assert client(patience).tag(["ITEM0001"], "coded") == []
    patched = [sent for method, _, sent in server.requests if method == "PATCH"]
    assert [sent["if-unmodified-since-version"] for sent in patched] == ["1"]


def test_a_tag_is_not_written_over_somebody_elses_change(server: ZoteroServer, patience: Patience) -> None:
    server.put("ITEM0001", "One")
    server.before = lambda path: server.put("ITEM0001", "One, changed") if path == "/itemFields" or "itemFields" in path else None
    with pytest.raises(SourceError, match="changed in Zotero meanwhile"):
        client(patience).tag(["ITEM0001"], "coded")
    assert server.tags("ITEM0001") == []


def test_a_key_that_may_only_read_is_told_when_writing(server: ZoteroServer, patience: Patience) -> None:
    server.put("ITEM0001", "One")
    with pytest.raises(SourceError, match="may not write"):
        client(patience, READ_ONLY).tag(["ITEM0001"], "coded")


def test_full_texts_come_with_their_source(server: ZoteroServer, patience: Patience) -> None:
    server.put("ITEM0001", "One")
    server.put("FILE0001", "a", item_type="attachment", parent="ITEM0001")
    server.put("FILE0002", "b", item_type="attachment", parent="ITEM0009")
    server.texts = {"FILE0001": (3, "The full text."), "FILE0002": (3, "Another's.")}
    found = [*client(patience).full_texts({"ITEM0001": "pier-2020"}, {})]
    assert found == [("FILE0001", "pier-2020", 3, "The full text.")]
    assert [*client(patience).full_texts({"ITEM0001": "pier-2020"}, {"FILE0001": 3})] == []


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoteroServer]:
    """The Zotero on this computer: no key, no paging, and consent before anything is written."""
    with serving(ZoteroServer(prefix="/api", page=100_000, local=True)) as library:
        monkeypatch.setenv("ZOTERO_API_URL", library.url)
        yield library


LOCAL = ZoteroLibrary("group", "4242", local=True)


def test_the_zotero_on_this_computer_is_read_whole_and_without_a_key(desktop: ZoteroServer, patience: Patience) -> None:
    desktop.put("ITEM0001", "One")
    desktop.items["ITEM0001"]["data"]["version"] = 0
    snapshot = ZoteroClient(LOCAL, key=KEY, patience=patience).read(1, ())
    assert snapshot is not None
    assert [(item.key, item.version, item.entry["title"]) for item in snapshot.items] == [("ITEM0001", 0, "One")]
    assert all("authorization" not in sent for _, _, sent in desktop.requests)
    assert all(path.startswith(f"/api{GROUP}") for _, path, _ in desktop.requests)


@pytest.mark.parametrize(("consent", "said"), [("deny", "not allowed in Zotero"), ("always", "")])
def test_the_zotero_on_this_computer_asks_before_it_is_written_to(
    desktop: ZoteroServer, patience: Patience, consent: str, said: str
) -> None:
    desktop.put("ITEM0001", "One")
    desktop.consents = [consent]
    local = ZoteroClient(LOCAL, patience=patience)
    if said:
        with pytest.raises(SourceError, match=said):
            local.tag(["ITEM0001"], "coded")
    else:
        assert local.tag(["ITEM0001"], "coded") == ["ITEM0001"]
    assert desktop.tags("ITEM0001") == ([] if said else ["coded"])


def test_a_zotero_that_lets_nobody_in_or_cannot_be_written_to_is_told(desktop: ZoteroServer, patience: Patience) -> None:
    desktop.put("ITEM0001", "One")
    desktop.before = lambda _: desktop.faults.append((403, {}, b"Local API is not enabled"))
    with pytest.raises(SourceError, match="lets no other program in"):
        ZoteroClient(LOCAL, patience=patience).read(0, ())
    desktop.before = lambda path: desktop.faults.append((404, {}, b"")) if path.endswith("authorize") else None
    with pytest.raises(SourceError, match="does not offer"):
        ZoteroClient(LOCAL, patience=patience).tag(["ITEM0001"], "coded")
