"""The glossary covers every public class of the package, and names none that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CAPITALS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")


def _rows() -> list[list[str]]:
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if row[0] != "term" and not row[0].startswith("---")]


def _terms() -> set[str]:
    return {term.strip().lower() for row in _rows() for term in row[0].split(",")}


def _named() -> list[str]:
    return [name for row in _rows() for name in re.findall(r"`([^`]+)`", row[2])]


def _classes() -> set[str]:
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "spf_analysis").rglob("*.py"))
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")}


def words(name: str) -> str:
    """A class name as words: "CaseStudy" is "case study"."""
    return " ".join(CAPITALS.findall(name)).lower()


def test_every_row_has_a_term_and_a_meaning() -> None:
    assert all(len(row) == 3 and row[0] and row[1] for row in _rows())


def test_every_public_class_is_a_word_of_the_glossary() -> None:
    covered = set(_named())
    assert sorted(name for name in _classes() if name not in covered and words(name) not in _terms()) == []


def test_the_glossary_names_only_classes_that_exist_and_each_once() -> None:
    named = _named()
    assert sorted(set(named) - _classes()) == []
    assert sorted(name for name in set(named) if named.count(name) > 1) == []


def test_each_term_is_defined_once() -> None:
    terms = [term.strip().lower() for row in _rows() for term in row[0].split(",")]
    assert sorted(term for term in set(terms) if terms.count(term) > 1) == []
