"""Coded text: strict YAML 1.2, CSV and JSON that know their lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from spf_analysis.errors import Problem
from spf_analysis.records import RecordError, read_csv, read_json, read_text, read_yaml, shown

PLAIN = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(10**9), 10**9)
    | some.text(some.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.from_regex(r"\A[a-z][a-z_]{0,8}\Z"), inner, max_size=3),
    max_leaves=10,
)
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(folder: Path, text: str | bytes, name: str = "record.yaml") -> Path:
    path = folder / "evidence" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def told_by(read: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems that a reader tells; none where it reads. Anything but a RecordError fails the test."""
    try:
        read()
    except RecordError as error:
        return error.problems
    return ()


@QUICK
@given(PLAIN)
def test_what_yaml_writes_is_read_back(tmp_path: Path, content: Any) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, default_style='"' if isinstance(content, str) else None)
    assert read_yaml(written(tmp_path, text), "evidence").content == content


@QUICK
@given(some.binary(max_size=60))
def test_damaged_files_give_no_traceback(tmp_path: Path, raw: bytes) -> None:
    path = written(tmp_path, raw)
    readers = (lambda: read_yaml(path, "evidence"), lambda: read_json(path, "evidence"), lambda: read_csv(path, ("a",), "fund"))
    problems = [problem for read in readers for problem in told_by(read)]
    assert all(problem.where.startswith("evidence/record.yaml") and problem.hint for problem in problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2024-04-01", "2024-04-01"),
        ("1:30", "1:30"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("true", True),
        ("~", None),
        ("0.9", 0.9),
        ("'7'", "7"),
    ],
)
def test_values_are_those_of_yaml_1_2(tmp_path: Path, text: str, value: Any) -> None:
    found = read_yaml(written(tmp_path, f"key: {text}\n"), "fund").content["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1,\nc: 2\n", 4, "the YAML cannot be read"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "the key 'c' stands twice"),
        ("a: &x 1\nb: *x\n", 1, "anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "is not used here"),
        ("? [a, b]\n: 1\n", 1, "a key must be plain text"),
        ("a:\n" + "".join(f"{'  ' * depth}- \n" for depth in range(1, 60)), None, "nested too deeply"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    with pytest.raises(RecordError, match=message) as caught:
        read_yaml(written(tmp_path, text), "evidence")
    assert line is None or caught.value.problems[0].where == f"evidence/record.yaml, line {line}"
    assert caught.value.problems[0].kind == "evidence"


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    document = read_yaml(written(tmp_path, "# a comment\nfindings:\n  - id: x\n    anchor: y\n  - id: z\n"), "evidence")
    assert document.where("findings", 0, "anchor") == "evidence/record.yaml, line 4"
    assert document.where("findings", 1) == "evidence/record.yaml, line 5"
    assert document.where("findings", 1, "anchor") == "evidence/record.yaml, line 5"
    assert document.where("nothing") == "evidence/record.yaml, line 2"


def test_a_table_is_read_by_column_and_cells_are_stripped(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeffarea, name\nQOC,"Shropshire, Telford and Wrekin "\n\n', "areas.csv")
    (row,) = read_csv(path, ("area", "name"), "fund")
    assert row["name"] == "Shropshire, Telford and Wrekin"
    assert row.where == "evidence/areas.csv, line 2"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("area\n", ["the column 'name' is missing", "the column 'people' is missing"]),
        ("area,name,people,name\n", ["the column 'name' stands twice"]),
        ("area,name,people\nQOC,x\nQF7,y,1,2\n", ["the row has 2 cells, the header 3", "the row has 4 cells, the header 3"]),
        ('area,name,people\nQOC,"x,1\n', ["the CSV cannot be read"]),
        ("", ["is missing", "is missing", "is missing"]),
    ],
)
def test_every_problem_of_a_table_is_told_at_once(tmp_path: Path, text: str, messages: list[str]) -> None:
    with pytest.raises(RecordError) as caught:
        read_csv(written(tmp_path, text, "areas.csv"), ("area", "name", "people"), "fund")
    said = [problem.message for problem in caught.value.problems]
    assert len(said) == len(messages)
    assert all(message in told for message, told in zip(messages, said, strict=True))


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="not in UTF-8") as caught:
        read_text(written(tmp_path, "a\nb\nCaf\xe9\n".encode("latin-1"), "a.csv"), "fund")
    assert caught.value.problems[0].where == "evidence/a.csv, line 3"


def test_a_missing_file_and_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="the file is missing"):
        read_json(tmp_path / "nothing.json", "source")
    with pytest.raises(RecordError, match="cannot be read"):
        read_json(tmp_path, "source")


def test_broken_json_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RecordError) as caught:
        read_json(written(tmp_path, '[\n {"id": "x"},\n]', "library.json"), "source")
    assert caught.value.problems[0].where.startswith("evidence/library.json, line ")
    assert read_json(written(tmp_path, json.dumps([1]), "library.json"), "source") == [1]


def test_paths_are_shown_without_the_folders_above(tmp_path: Path) -> None:
    assert shown(tmp_path / "evidence" / "fund" / "a.csv") == "evidence/fund/a.csv"
    assert shown(tmp_path / "x" / "a.csv", tmp_path) == "x/a.csv"
    assert shown(Path("/somewhere/else/a.csv"), tmp_path) == "a.csv"
