"""Putting a briefing in place: as a whole, and however often it is killed in between, what the manifest tells of stands."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing import placing
from spf_analysis.publishing.manifest import Entry, digests, note, read_manifest, write_manifest
from spf_analysis.publishing.placing import intact, place, recover, settle

TARGET = "QOC"
OLD, NEW = (
    {"briefing.html": "<p>Old.</p>", "audit.html": "<p>Old audit.</p>"},
    {"briefing.html": "<p>New.</p>", "audit.html": "<p>New audit.</p>"},
)
KILLED = 77
WRITES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "spf.exchange"}


def written(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def held(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())} if folder.exists() else {}


def entry_of(folder: Path) -> Entry:
    return Entry(target=TARGET, title="T", result="built", parameters={}, inputs={}, outputs=digests(folder, folder.iterdir()))


def published(edition: Path) -> None:
    """An edition whose one target was published and written into the manifest."""
    final = written(edition / TARGET, OLD)
    write_manifest(edition, {}, {}, {TARGET: entry_of(final)})


def publish_anew(edition: Path) -> None:
    """What a build does once a briefing is finished: place it, note it, clear what was there before, write the manifest."""
    done = edition / placing.STAGING / TARGET / "done"
    entry = entry_of(done)
    place(done, edition / TARGET)
    note(edition, entry)
    settle(edition, TARGET)
    write_manifest(edition, {}, {}, {TARGET: entry})


def in_three_steps() -> None:
    """As on a system that cannot exchange two folders at once."""
    placing._renameat2.cache_clear()
    sys.platform = "other"
    assert placing._renameat2() is None


def counted(number: int, act: Callable[[], None]) -> Callable[[str, tuple[object, ...]], None]:
    """An audit hook that acts before the n-th write of this process, and before every one after it."""
    seen = [0]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        writing = event in WRITES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if writing:
            seen[0] += 1
            if seen[0] >= number:
                act()

    return hook


def in_a_child(number: int, act: Callable[[], None], edition: Path, *, exchanging: bool, do: Callable[[Path], None]) -> int:
    """Do something in a forked process that is stopped before its n-th write; its exit code, 0 where it came to its end."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if not exchanging:
                in_three_steps()
            sys.addaudithook(counted(number, act))
            do(edition)
            code = 0
        except TypesettingError:
            code = 15
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def every_point(tmp_path: Path, act: Callable[[], None], *, first: bool, exchanging: bool) -> Iterator[tuple[Path, int]]:
    """An edition for each write of a publication, stopped right before it, with the exit code; ends where nothing was stopped."""
    for number in range(1, 60):
        edition = tmp_path / f"{number}"
        if first:
            edition.mkdir(parents=True)
        else:
            published(edition)
        written(edition / placing.STAGING / TARGET / "done", NEW)
        code = in_a_child(number, act, edition, exchanging=exchanging, do=publish_anew)
        yield edition, code
        if code == 0:
            return
    raise AssertionError("it never came to its end")


def test_a_folder_is_put_in_place_whether_or_not_there_was_one(tmp_path: Path) -> None:
    for text in ("first", "second"):
        done = written(tmp_path / "staging" / text, {"briefing.html": text})
        place(done, tmp_path / TARGET)
        assert held(tmp_path / TARGET) == {"briefing.html": text}
    assert held(tmp_path / ".other-QOC") == {"briefing.html": "first"}
    settle(tmp_path, TARGET)
    assert sorted(path.name for path in tmp_path.iterdir()) == [TARGET, "staging"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TypesettingError, match="cannot put the briefing in place"):
        place(written(tmp_path / "done", NEW), tmp_path / "file" / TARGET)


def test_a_folder_is_intact_only_with_exactly_what_the_manifest_says(tmp_path: Path) -> None:
    folder = written(tmp_path / TARGET, OLD)
    outputs = digests(folder, folder.iterdir())
    assert intact(folder, outputs)
    assert not intact(folder, {})
    assert not intact(folder, {**outputs, "briefing.pdf": "0"})
    (folder / "briefing.html").write_text("changed")
    assert not intact(folder, outputs)


@pytest.mark.parametrize("exchanging", [True, False], ids=["exchange", "three steps"])
@pytest.mark.parametrize("first", [True, False], ids=["nothing before", "published before"])
def test_killed_before_any_write_the_manifest_decides_which_folder_stands(first: bool, exchanging: bool, tmp_path: Path) -> None:
    codes = []
    for edition, code in every_point(tmp_path, lambda: os._exit(KILLED), first=first, exchanging=exchanging):
        codes.append(code)
        if exchanging and not first:
            assert held(edition / TARGET) in (dict(sorted(OLD.items())), dict(sorted(NEW.items()))), "at no moment half or none"
        recover(edition)
        entries, now = read_manifest(edition), held(edition / TARGET)
        assert [path.name for path in edition.iterdir() if path.name.startswith((".other", ".aside", ".staging"))] == []
        if TARGET in entries:
            assert intact(edition / TARGET, entries[TARGET].outputs)
        else:
            assert now in ({}, NEW)
    assert codes[-1] == 0
    assert codes[:-1] == [KILLED] * (len(codes) - 1)
    assert len(codes) > (4 if first else 6)


@pytest.mark.parametrize("exchanging", [True, False], ids=["exchange", "three steps"])
def test_on_a_full_disk_it_says_so_and_what_was_published_stands(exchanging: bool, tmp_path: Path) -> None:
    codes = []
    for edition, code in every_point(tmp_path, full, first=False, exchanging=exchanging):
        codes.append(code)
        recover(edition)
        assert intact(edition / TARGET, read_manifest(edition)[TARGET].outputs)
    assert set(codes[:-1]) <= {15, 0, 1}
    assert codes[-1] == 0


def test_a_killed_recovery_is_finished_by_the_next(tmp_path: Path) -> None:
    """Killed between the exchange and the manifest, and again while that is put right, at every write of the repair."""
    for exchanging in (True, False):
        for number in range(1, 40):
            edition = tmp_path / f"{exchanging}-{number}"
            published(edition)
            written(edition / ".other-QOC", NEW)
            placing.exchange(edition / ".other-QOC", edition / TARGET)
            code = in_a_child(number, lambda: os._exit(KILLED), edition, exchanging=exchanging, do=recover)
            recover(edition)
            assert held(edition / TARGET) == OLD
            assert not list(edition.glob(".other-*"))
            assert not list(edition.glob(".aside-*"))
            if code == 0:
                break
        else:
            raise AssertionError("it never came to its end")


def test_drafts_of_a_killed_build_are_cleared_and_other_hidden_files_are_not(tmp_path: Path) -> None:
    for name in (".manifest.json.4242", ".index.html.17", ".lock", ".keep", ".noted.jsonl"):
        (tmp_path / name).write_text("")
    recover(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".keep", ".lock", ".noted.jsonl"]
