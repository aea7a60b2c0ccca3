"""The page of pains: each has threads in which it is told and tests that show it beaten, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| (\d+) \| (.+) \|$", (ROOT / "docs" / "pains.md").read_text(encoding="utf-8"), re.MULTILINE)
PAINS = {int(number): [cell.strip() for cell in rest.split(" | ")] for number, rest in ROWS}
THREAD = re.compile(r"[\w./-]+#\d+")


@cache
def known_in(file: Path) -> dict[str, bool]:
    """The tests of a file by name, those of a class after its name; and whether every run of each is a long one."""
    found = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        held = node.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test") else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        for item in held:
            if isinstance(item, ast.FunctionDef) and item.name.startswith("test_"):
                found[prefix + item.name] = any(ast.unparse(mark).removeprefix("pytest.") == "mark.long" for mark in item.decorator_list)
    return found


def named(pain: int) -> list[tuple[Path, str]]:
    tests = re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", PAINS[pain][3])
    return [(ROOT / file, name) for file, name in tests]


def test_all_fifteen_are_told_with_their_threads() -> None:
    assert list(PAINS) == list(range(1, 16))
    assert all(len(cells) == 4 and all(cells) for cells in PAINS.values())
    assert [number for number, cells in PAINS.items() if not all(THREAD.fullmatch(item) for item in cells[1].split(", "))] == []


@pytest.mark.parametrize("pain", range(1, 16))
def test_every_test_that_is_named_exists_and_one_at_least_runs_each_time(pain: int) -> None:
    found = named(pain)
    assert len(found) == PAINS[pain][3].count("`") // 2 > 0
    assert [f"{file.name}::{name}" for file, name in found if not file.is_file() or name not in known_in(file)] == []
    assert not all(known_in(file)[name] for file, name in found)
