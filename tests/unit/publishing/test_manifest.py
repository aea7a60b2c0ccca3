"""The manifest: what each briefing was made from, written as a whole, read back leniently."""

from __future__ import annotations

import hashlib
import json
import os
from importlib import metadata
from pathlib import Path

import pytest

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.manifest import (
    NOTED,
    Entry,
    code_digest,
    digest,
    digests,
    note,
    read_manifest,
    versions,
    write_atomically,
    write_manifest,
)

BUILT = Entry("QOC", "Shropshire", "built", {"area": "QOC"}, {"a": "1"}, {"briefing.html": "2"}, ["html"], {"[1]": "3"})
FAILED = Entry("QGH", "Herefordshire", "failed", {"area": "QGH"}, {}, problem="it fell over", kept="failed/2026-27-first/QGH.ipynb")


def test_what_is_written_is_read_back_in_order_of_target(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"id": "first"}, {"name": "embedded"}, {"QOC": BUILT, "QGH": FAILED})
    assert read_manifest(tmp_path) == {"QGH": FAILED, "QOC": BUILT}
    content = json.loads((tmp_path / "manifest.json").read_text())
    assert list(content["targets"]) == ["QGH", "QOC"]
    assert content["versions"] == versions()


def test_the_same_entries_give_the_same_bytes(tmp_path: Path) -> None:
    for name, entries in (("a", {"QOC": BUILT, "QGH": FAILED}), ("b", {"QGH": FAILED, "QOC": BUILT})):
        write_manifest(tmp_path / name, {"id": "first"}, {}, entries)
    assert (tmp_path / "a" / "manifest.json").read_bytes() == (tmp_path / "b" / "manifest.json").read_bytes()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": 99, "targets": {}}', '{"schema": 2}', '{"schema": 2, "targets": {"QOC": {"colour": 1}}}', "null"]
)
def test_a_manifest_that_cannot_be_read_means_that_nothing_is_fresh(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert read_manifest(tmp_path) == {}


def test_what_was_noted_since_counts_and_is_taken_over_by_the_next_manifest(tmp_path: Path) -> None:
    write_manifest(tmp_path, {}, {}, {"QOC": FAILED})
    note(tmp_path, BUILT)
    with (tmp_path / NOTED).open("a") as file:
        file.write('{"schema": 2, "entry": {"target": "QO')  # a build that was killed in the middle of a line
    note(tmp_path, FAILED)
    assert read_manifest(tmp_path) == {"QOC": BUILT, "QGH": FAILED}
    write_manifest(tmp_path, {}, {}, read_manifest(tmp_path))
    assert read_manifest(tmp_path) == {"QOC": BUILT, "QGH": FAILED}
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
    with pytest.raises(TypesettingError, match="cannot write"):
        note(tmp_path / "nowhere", BUILT)


def test_no_manifest_means_that_nothing_is_fresh(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "nowhere") == {}


def test_digests_are_those_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"x")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c").write_bytes(b"y")
    assert digests(tmp_path, [tmp_path / "b", tmp_path / "a" / "c"]) == {
        "a/c": hashlib.sha256(b"y").hexdigest(),
        "b": hashlib.sha256(b"x").hexdigest(),
    }
    assert digest(tmp_path / "nothing") == "missing"
    assert len(code_digest()) == 64


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "file", b"one")
    write_atomically(tmp_path / "new" / "file", b"two")
    assert [path.read_bytes() for path in (tmp_path / "new").iterdir()] == [b"two"]
    with pytest.raises(TypesettingError, match="cannot write"):
        write_atomically(tmp_path / "new" / "file" / "below", b"three")
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(TypesettingError, match="cannot write"):
        write_atomically(tmp_path / "folder", b"four")
    assert sorted(os.listdir(tmp_path)) == ["folder", "new"]


def test_the_versions_are_those_of_all_that_the_workbench_needs_and_of_nothing_else() -> None:
    found = versions()
    shapes_bytes = {"typst", "pypandoc-binary", "pygments", "ipython", "nbformat", "lxml", "nbclient", "mistune", "bleach", "markupsafe"}
    assert shapes_bytes <= found.keys()
    assert {"python", "zlib"} <= found.keys()
    assert {"ruff", "mypy", "distributed"} & found.keys() == set()
    assert all(version == metadata.version(name) for name, version in found.items() if name not in ("python", "zlib"))
