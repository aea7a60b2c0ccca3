"""What is kept of earlier reading changes nothing but the time: cached and anew, the same is read and the same problems are told."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spf_analysis import kept
from spf_analysis.errors import Problem
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.checking import checked
from spf_analysis.evidence.reading import read_evidence, read_leniently

BASE = Path(__file__).parents[2] / "samples" / "base"
FILES = sorted(path.relative_to(BASE).as_posix() for path in BASE.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(BASE, tmp_path_factory.mktemp("kept") / "evidence"))


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv(kept.VARIABLE, str(folder))
    return folder


def anew(folder: Path) -> tuple[EvidenceBase, list[Problem]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(kept.VARIABLE, kept.OFF)
        return checked(folder)


def changed(raw: bytes, random: Random) -> bytes:
    """An edit as people and accidents make them: a word, a digit, a line."""
    lines = raw.splitlines(keepends=True)
    at = random.randrange(len(lines))
    way = random.choice(("drop", "double", "move", "word", "byte"))
    if way == "word":
        lines[at] = lines[at].replace(random.choice((b"walk", b"2020", b"e", b"harbour")), random.choice((b"walks", b"caused", b"1", b"")))
    elif way == "byte":
        lines[at] = lines[at][: random.randint(0, len(lines[at]))] + bytes([random.randrange(256)]) + lines[at]
    else:
        line = lines.pop(at) if way != "double" else lines[at]
        if way != "drop":
            lines.insert(random.randint(0, len(lines)), line)
    return b"".join(lines)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(FILES), st.integers(0, 2**32)), min_size=1, max_size=5))
def test_kept_or_read_anew_the_same_is_told(bench: Path, edits: list[tuple[str, int]]) -> None:
    checked(bench)
    try:
        for name, seed in edits:
            (bench / name).write_bytes(changed((bench / name).read_bytes() or b"\n", Random(seed)))
            once, again, cold = checked(bench), checked(bench), anew(bench)
            assert once == again == cold
            assert once[0].refused == cold[0].refused
    finally:
        for name in FILES:
            shutil.copyfile(BASE / name, bench / name)


def test_messages_know_their_lines_though_the_file_was_not_parsed_again(bench: Path) -> None:
    claims = bench / "claims" / "walking.yaml"
    read_evidence(bench)
    before = claims.read_text(encoding="utf-8")
    shutil.copyfile(bench / "findings" / "walker-2020.yaml", bench / "walker")
    (bench / "findings" / "walker-2020.yaml").write_text("schema: 1\nsource: walker-2020\nfindings: []\n", encoding="utf-8")
    try:
        problems = [problem.where for problem in checked(bench)[1] if "claims/walking.yaml" in problem.where]
        line = next(number for number, text in enumerate(before.splitlines(), 1) if "findings_for" in text)
        assert any(f"line {line}," in where for where in problems)
    finally:
        shutil.move(bench / "walker", bench / "findings" / "walker-2020.yaml")


def test_a_second_reading_parses_nothing_again(bench: Path, cache: Path) -> None:
    read_evidence(bench)
    connection = sqlite3.connect(cache / kept.FILE)
    rows = connection.execute("SELECT key, records FROM kept").fetchall()
    assert any(json.loads(text) for _, text in rows)
    marked = [(text.replace("Harbour", "Marked"), key) for key, text in rows]
    connection.executemany("UPDATE kept SET records = ? WHERE key = ?", marked)
    connection.commit()
    connection.close()
    assert "Marked" in str(dict(read_evidence(bench).library))


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00 and then rubbish" * 50])
def test_a_damaged_cache_is_no_obstacle(bench: Path, cache: Path, content: bytes) -> None:
    (cache / kept.FILE).write_bytes(content)
    assert read_leniently(bench) == anew_read(bench)
    assert read_leniently(bench) == anew_read(bench)


def anew_read(folder: Path) -> tuple[EvidenceBase, list[Problem]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(kept.VARIABLE, kept.OFF)
        return read_leniently(folder)


def test_kept_records_that_are_not_what_they_should_be_are_read_anew(bench: Path, cache: Path) -> None:
    sound = read_evidence(bench)
    connection = sqlite3.connect(cache / kept.FILE)
    connection.execute("""UPDATE kept SET records = '[{"id": 5}]'""")
    connection.commit()
    connection.close()
    assert read_evidence(bench) == sound


def test_a_cache_that_cannot_be_made_or_is_busy_is_no_obstacle(bench: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_evidence(bench)
    with sqlite3.connect(cache / kept.FILE, isolation_level=None) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        assert read_leniently(bench) == anew_read(bench)
        busy.execute("ROLLBACK")
    busy.close()
    monkeypatch.setenv(kept.VARIABLE, str(bench / "sources.yaml"))
    assert read_leniently(bench) == anew_read(bench)


def test_what_is_no_longer_there_is_not_kept(bench: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_evidence(bench)
    before = _kept(cache)
    with (bench / "gaps.yaml").open("a") as file:
        file.write("# a remark\n")
    read_evidence(bench)
    assert _kept(cache) == before
    monkeypatch.setattr(kept, "MAX_KEPT_BYTES", 10)
    read_evidence(Path(shutil.copytree(bench, tmp_path / "evidence")))
    assert _kept(cache) == 0


def _kept(cache: Path) -> int:
    connection = sqlite3.connect(cache / kept.FILE)
    (number,) = connection.execute("SELECT COUNT(*) FROM kept").fetchone()
    connection.close()
    return int(number)
