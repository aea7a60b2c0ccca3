"""Thousands of damaged versions of the real files are fed to the readers.

Whatever the damage: problems in words and no other error, nothing unsafe loaded, in bounded time, and no silence. A damaged file is met
with silence where no problem is told of it, it says something else than before by an independent reading of its format, and yet the
same is read from it. Rows of a table in another order, columns that no table has, and spaces at either end say nothing else. The damage
is seeded: a failure names its seed, file and way.
"""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest
from damage import UnsayableError, damaged, said_by

from spf_analysis.editions import read_editions
from spf_analysis.errors import Problem, SpfError
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.bibliography.interchange import FORMATS, read
from spf_analysis.evidence.checking import problems_between
from spf_analysis.evidence.reading import read_leniently
from spf_analysis.fund.reading import read_fund
from spf_analysis.records import shown
from spf_analysis.settings import read_settings

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "tests" / "samples" / "library"
LONGEST = 5.0  # CPU seconds for one reading of all evidence, whatever was done to it
MOST_MEMORY = 500_000  # kilobytes that reading may add to what the process had at its peak
SEEDS = [0, pytest.param(1, marks=pytest.mark.long)]
ROUNDS = {"evidence": (12, 80), "fund": (80, 2500), "one": (60, 1500)}
NAMES = {"verified.json": "verified", "coding_frame/frame.yaml": "frame"}


def rounds(what: str, seed: int) -> int:
    """A sample in each run of the tests, thousands in the long one."""
    return ROUNDS[what][seed > 0]


@pytest.fixture(autouse=True)
def _read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPF_CACHE", "off")


@dataclass(frozen=True)
class Reading:
    """What was read of all evidence, told apart by file."""

    base: EvidenceBase
    problems: list[Problem]

    def of(self, name: str) -> tuple[Any, list[Problem]]:
        """The records that stand in a file, and the problems told of it."""
        file = f"evidence/{name}"
        told = [problem for problem in self.problems if problem.where.partition(",")[0] == file]
        if name in NAMES:
            return getattr(self.base, NAMES[name]), told
        return {key: self._record(*key) for key, place in self.base.places.items() if place.file == file}, told

    def _record(self, noun: str, key: str) -> Any:
        nouns: Mapping[str, str] = {"work": "library", "case study": "case_studies", "gap": "gaps"}
        return getattr(self.base, nouns.get(noun, f"{noun}s"))[key]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real evidence, without what is no part of the coded base."""
    ignored = shutil.ignore_patterns("fund", "editions", "*.csv", "README.md", "editions.yaml", "coding", "rounds")
    return Path(shutil.copytree(ROOT / "evidence", tmp_path_factory.mktemp("mutated") / "evidence", ignore=ignored))


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_evidence_is_told_and_never_met_with_silence(folder: Path, seed: int) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    sound, silent = Reading(*read_leniently(folder)), []
    assert not sound.problems
    random = Random(seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(rounds("evidence", seed)):
        harm = {name: damaged(name, raw, random) for name, raw in files.items()}
        for name, (_, raw) in harm.items():
            (folder / name).write_bytes(raw)
        start = process_time()
        found = Reading(*read_leniently(folder))
        between = problems_between(found.base)
        assert process_time() - start < LONGEST, (seed, number)
        assert all(problem.message and problem.hint and problem.where for problem in (*found.problems, *between)), (seed, number)
        silent += [(seed, number, name, way) for name, (way, raw) in harm.items() if _silence(name, files[name], raw, sound, found)]
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    assert silent == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MOST_MEMORY


def _silence(name: str, before: bytes, after: bytes, sound: Reading, found: Reading) -> bool:
    read, told = found.of(name)
    return not told and read == sound.of(name)[0] and not same_saying(name, before, after)


def same_saying(name: str, before: bytes, after: bytes) -> bool:
    """Whether a file still says the same. A text that its format does not allow says something else."""
    try:
        return bool(_filled(said_by(name, before)) == _filled(said_by(name, after)))
    except UnsayableError:
        return False


def _filled(content: Any) -> Any:
    """Content without its empty fields: one that is empty and one that is left out say the same, as do spaces around a text."""
    if isinstance(content, dict):
        return {key: item for key, value in content.items() if (item := _filled(value)) not in (None, [], {}, "", "[]", "{}")}
    if isinstance(content, list):
        return [_filled(item) for item in content]
    return content.strip() if isinstance(content, str) else content


def outcome(read: Callable[[], Any]) -> tuple[Any, bool]:
    """What a reader gives, and whether it refused; any error but the project's own fails the test."""
    try:
        return read(), False
    except SpfError as error:
        told = bool(error.problems) and all(problem.message for problem in error.problems)
        return (None, True) if told else pytest.fail("refused without a word")


def silences(path: Path, reader: Callable[[], Any], sound: Any, random: Random, times: int) -> list[tuple[str, str]]:
    """The ways of harming one file that its reader does not notice; `sound` is what it reads otherwise."""
    before, found = path.read_bytes(), []
    try:
        for _ in range(times):
            way, after = damaged(path.name, before, random)
            path.write_bytes(after)
            start = process_time()
            read, refused = outcome(reader)
            assert process_time() - start < LONGEST, (path.name, way)
            if not refused and read == sound and not same_saying(path.name, before, after):
                found.append((path.name, f"{way}: {_difference(path.name, before, after)}"))
    finally:
        path.write_bytes(before)
    return found


def _difference(name: str, before: bytes, after: bytes) -> str:
    old, new = before.splitlines(), after.splitlines()
    at = next((number for number, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    return f"line {at + 1}: {b''.join(old[at : at + 1])[:80]!r} → {b''.join(new[at : at + 1])[:80]!r}"


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_fund_files_are_told_and_never_met_with_silence(tmp_path: Path, seed: int) -> None:
    ignored = shutil.ignore_patterns("confidential", "README.md")
    fund = Path(shutil.copytree(ROOT / "evidence" / "fund", tmp_path / "evidence" / "fund", ignore=ignored))
    files = [path for path in sorted(fund.rglob("*")) if path.is_file()]
    random, found, sound = Random(seed), [], read_fund(fund)
    for number in range(rounds("fund", seed)):
        found += silences(files[number % len(files)], lambda: read_fund(fund), sound, random, 1)
    assert found == []


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_settings_and_editions_are_told(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    text = (ROOT / "spf.toml").read_text(encoding="utf-8").partition("[limits]")[0]
    (tmp_path / "spf.toml").write_text(f"{text}[limits]\ncell_seconds = 77\nnotebook_megabytes = 777\n", encoding="utf-8")
    editions = tmp_path / "evidence" / "editions.yaml"
    editions.parent.mkdir()
    shutil.copyfile(ROOT / "evidence" / "editions.yaml", editions)
    found = silences(tmp_path / "spf.toml", lambda: read_settings(tmp_path), read_settings(tmp_path), random, rounds("one", seed))
    found += silences(editions, lambda: read_editions(editions), read_editions(editions), random, rounds("one", seed))
    assert found == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["database.ris", "latin-1.bib", "reader.json"])
def test_damaged_files_of_other_tools_are_read_or_refused(name: str, seed: int) -> None:
    random, raw = Random(seed), (LIBRARY / name).read_bytes()
    form = next(form for form, endings in FORMATS.items() if Path(name).suffix in endings)
    for _ in range(rounds("one", seed)):
        _, after = damaged(name.replace("json", "x"), raw, random)
        start = process_time()
        batch, refused = outcome(lambda raw=after: read(raw, form, name))
        assert refused or len(batch.entries) == len(batch.places)
        assert process_time() - start < LONGEST


def test_a_path_is_shown_below_the_evidence(folder: Path) -> None:
    assert shown(folder / "findings" / "x.yaml") == "evidence/findings/x.yaml"
