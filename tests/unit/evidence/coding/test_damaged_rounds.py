"""Whatever is done to the files of a round, or to a codebook, gives problems and no other error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from coding_rounds import ANN, BEN, DAY, sheet, unit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spf_analysis.errors import EvidenceError, Problem, SpfError
from spf_analysis.evidence.coding import checking, codebook, refi
from spf_analysis.evidence.coding.adjudication import Decision, decisions, with_decision
from spf_analysis.evidence.coding.agreement import compare, opened
from spf_analysis.evidence.coding.beginning import begun, finished
from spf_analysis.evidence.coding.round import open_round
from spf_analysis.evidence.coding.split import read_split
from spf_analysis.evidence.coding.units import paired
from spf_analysis.evidence.pending import place
from spf_analysis.evidence.reading import read_evidence

TRICKS = [
    *(
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xe9",
        b"&a ",
        b"*a",
        b"!!python/object:os.system ",
        b"<<: {a: b}",
        b"? [a]: b",
        b"---\n",
        b"{",
        b"[" * 50,
    ),
    *(
        b": ",
        b"- ",
        b"\t",
        b"null",
        b".nan",
        b"9" * 60,
        b'"\\ud800"',
        b"<!DOCTYPE a>",
        b"&x;",
        b"]]>",
        b"\xe2\x80\xa8",
        b"true",
        b"..",
        b"/",
    ),
]
FILES = ("round.yaml", "ann-reader.seal.yaml", "ann-reader.yaml", "adjudication.yaml")
SPOILT = st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(TRICKS))


def spoil(content: bytes, where: tuple[float, int, bytes]) -> bytes:
    start = int(where[0] * len(content))
    return content[:start] + where[2] + content[start + where[1] :]


def told(step: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems of a step that may fail, in no other way."""
    try:
        step()
    except SpfError as error:
        return error.problems
    return ()


@pytest.fixture
def compared(folder: Path) -> Path:
    """A round that both have finished, with a decision."""
    base = read_evidence(folder)
    _, files = begun(folder, base, "spring", ("walker-2020",), (ANN, BEN), DAY, given=False)
    place(folder, files)
    for name, codes in ((ANN, "theme.risk"), (BEN, "theme.loneliness")):
        found = open_round(folder, "spring")
        one = unit("walker-2020", "Voices", 3, "pooled money made the groups safer", codes)
        place(folder, finished(found, folder, base, found.round.coder(name), sheet(one), DAY))
    found = open_round(folder, "spring")
    pairs = paired(*(one.units for one in opened(found)))
    path, text = with_decision(found, pairs, Decision(unit="u1", codes=("theme.risk",), by=(ANN,), date=DAY, why="So."), base)
    path.write_text(text)
    assert checking.problems_of(folder, base) == []
    return folder


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FILES), where=SPOILT)
def test_a_damaged_round_gives_problems(compared: Path, name: str, where: tuple[float, int, bytes]) -> None:
    path = compared / "coding" / "spring" / name
    before = path.read_bytes()
    path.write_bytes(spoil(before, where))
    try:
        problems = checking.problems_of(compared, read_evidence(compared))
        assert all(problem.hint for problem in problems)
        if name == "ann-reader.yaml" and path.read_bytes() != before:
            assert any("has been changed since it was finished" in problem.message for problem in problems)
        assert all(problem.hint for problem in told(lambda: compare(open_round(compared, "spring"))))
        assert all(problem.hint for problem in told(lambda: decisions(open_round(compared, "spring"))))
    finally:
        path.write_bytes(before)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(["qdc", "csv", "json", "yaml"]), where=SPOILT)
def test_a_damaged_codebook_or_split_gives_problems(tmp_path: Path, folder: Path, form: str, where: tuple[float, int, bytes]) -> None:
    book = codebook.codebook(read_evidence(folder))
    split = (
        "schema: 1\nsplit: theme.risk\ninto:\n  - {id: theme.a, label: A, definition: B}\n  - {id: theme.b, label: A, definition: B}\n"
        "decisions:\n  - {record: walker-2020.pooled-safer, codes: [theme.a]}\n"
    )
    content = {"qdc": refi.write(book, "x"), "csv": codebook.as_csv(book).encode(), "json": codebook.as_json(book).encode()}
    path = tmp_path / f"x.{form}"
    path.write_bytes(spoil(content.get(form, split.encode()), where))
    readers = {"qdc": refi.read, "csv": codebook.from_csv, "json": codebook.from_json, "yaml": read_split}
    assert all(problem.message and problem.hint for problem in told(lambda: readers[form](path)))


@pytest.mark.parametrize("text", ["", "round: spring\n", "schema: 1\nround: spring\n", "schema: 2\n", "- a\n"])
def test_a_round_that_cannot_be_read_is_told(compared: Path, text: str) -> None:
    (compared / "coding" / "spring" / "round.yaml").write_text(text)
    with pytest.raises(EvidenceError):
        open_round(compared, "spring")
    assert checking.problems_of(compared, read_evidence(compared))
