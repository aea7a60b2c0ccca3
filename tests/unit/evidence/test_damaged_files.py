"""Whatever is done to a coded file, reading it gives a base and problems, and no other error."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.checking import problems_between, problems_of
from spf_analysis.evidence.reading import read_evidence, read_leniently
from spf_analysis.records import read_yaml

BASE = Path(__file__).parents[2] / "samples" / "base"
FILES = sorted(path.relative_to(BASE).as_posix() for path in BASE.rglob("*") if path.is_file())
TRICKS = [
    *(b"", b"\x00", b"\xff\xfe", b"\xe9", b"\xef\xbb\xbf", b"&a ", b"*a", b"!!python/object:os.system ", b"!!str ", b"<<: {a: b}"),
    *(b"? [a]: b", b"---\n", b"...\n", b"%YAML 1.1\n", b"{", b"}", b"[", b"]", b'"', b"'", b": ", b"- ", b"\t", b"|", b">-\n", b"#", b"\r"),
    *(b"null", b"~", b".nan", b".inf", b"1e999", b"9" * 60, b"[" * 50, b'"\\ud800"', b"\xed\xa0\x80", b"\xc2\x85", b"\xe2\x80\xa8"),
    *(b"true", b"-1", b"2026-01-05", b"=1+1", b"<b>"),
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([None]),
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(BASE, tmp_path_factory.mktemp("damaged") / "evidence"))


def _problems_with(bench: Path, name: str, content: bytes) -> list[Problem]:
    path = bench / name
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        return problems_of(bench)
    finally:
        path.write_bytes(before)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_give_problems_and_no_traceback(bench: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    content = (BASE / name).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    trick = data.draw(st.one_of(st.sampled_from(TRICKS), st.binary(max_size=6)))
    for problem in _problems_with(bench, name, content[:start] + trick + content[end:]):
        assert problem.message
        assert problem.hint
        assert "Traceback" not in problem.message


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_swapped_value_is_refused_or_read(bench: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([file for file in FILES if file != "verified.json"]))
    content: Any = json.loads((BASE / name).read_text()) if name.endswith(".json") else read_yaml(BASE / name, "evidence").content
    holder, key = data.draw(st.sampled_from(list(_places(content))))
    holder[key] = data.draw(VALUES)
    problems = _problems_with(bench, name, json.dumps(content).encode())
    assert all(problem.hint for problem in problems)


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in list(content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()):
        yield content, key
        yield from _places(value)


REQUIRED = [
    ("findings/walker-2020.yaml", "findings", field)
    for field in ("id", "locator", "anchor", "statement", "statement_kind", "design", "about", "codes", "direction", "coder", "date")
] + [("claims/walking.yaml", "claims", field) for field in ("id", "section", "text", "kind", "findings_for", "confidence")]


@pytest.mark.parametrize(("name", "key", "field"), REQUIRED, ids=[f"{key}-{field}" for _, key, field in REQUIRED])
def test_a_dropped_field_is_never_silent(bench: Path, name: str, key: str, field: str) -> None:
    content = read_yaml(BASE / name, "evidence").content
    del content[key][0][field]
    assert _problems_with(bench, name, json.dumps(content).encode())


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".yaml")])
def test_the_same_content_written_otherwise_reads_the_same(folder: Path, name: str) -> None:
    content = read_yaml(folder / name, "evidence").content
    (folder / name).write_bytes(b"\xef\xbb\xbf" + json.dumps(content, indent=2).encode().replace(b"\n", b"\r\n"))
    assert read_evidence(folder) == read_evidence(BASE)


def test_nothing_is_left_of_a_file_that_is_refused(folder: Path) -> None:
    (folder / "sources.yaml").write_text("schema: 1\nsources: &a []\n", encoding="utf-8")
    base, problems = read_leniently(folder)
    assert not base.sources
    assert len(problems) == 1
    assert problems_between(base) == []
    with pytest.raises(EvidenceError):
        read_evidence(folder)
