"""Imports point only leftwards, evidence and fund never meet, and each outside library has one door."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "spf_analysis"
ORDER = (
    {"errors", "wording", "kept", "once"},
    {"records", "plain_yaml", "periods", "figures", "areas"},
    {"reads"},
    {"evidence", "fund"},
    {"settings", "editions", "context", "printed", "released", "changes", "packs", "briefing"},
    {"exhibits"},
    {"recorded"},
    {"workbench"},
    {"controls"},
    {"publishing", "starting"},
    {"commands"},
    {"__main__"},
)
DOORS = {
    "altair": "exhibits",
    "click": "commands __main__",
    "httpx2": "evidence.bibliography",
    "ipywidgets": "controls",
    "nbconvert": "publishing.audit",
    "papermill": "publishing.run",
    "pydantic": "fund.grant_ evidence",
    "pypandoc": "publishing.typeset",
    "pypdf": "fund.statements publishing.stamps",
    "pyzotero": "evidence.bibliography.zotero",
    "typst": "publishing.typeset",
    "vl_convert": "publishing.charts",
}
WITHOUT_FILES = ("evidence.model", "fund.rules", "figures", "context", "briefing")
FILE_MODULES = {"io", "os", "pathlib", "shutil", "tempfile", "urllib", "spf_analysis.records"}
MODULES = {".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): file for file in PACKAGE.rglob("*.py")}


@cache
def _imports(module: str) -> frozenset[str]:
    """Every module that a module imports, wherever in it; names taken from `spf_analysis` itself count as modules of it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}, line {node.lineno}: relative import"
            found |= {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
    return frozenset(found)


def _rank(module: str) -> int:
    found = [rank for rank, names in enumerate(ORDER) if module.split(".", maxsplit=1)[0] in names]
    assert found, f"{module} has no place in the order"
    return found[0]


def _within(module: str) -> set[str]:
    names = (name.removeprefix("spf_analysis.") for name in _imports(module) if name.startswith("spf_analysis."))
    return {name.split(".")[0] for name in names} & {name.split(".")[0] for name in MODULES}


OWN = sorted(set(MODULES) - {"__init__"})


@pytest.mark.parametrize("module", OWN)
def test_imports_point_only_leftwards(module: str) -> None:
    assert {name for name in _within(module) if _rank(name) > _rank(module)} == set()


@pytest.mark.parametrize("module", [name for name in OWN if name.startswith(("evidence", "fund"))])
def test_evidence_and_fund_never_import_each_other(module: str) -> None:
    other = "fund" if module.startswith("evidence") else "evidence"
    assert other not in _within(module)


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library: str) -> None:
    users = {module for module in MODULES if any(name.split(".")[0] == library for name in _imports(module))}
    assert {module for module in users if not module.startswith(tuple(DOORS[library].split()))} == set()


@pytest.mark.parametrize("module", WITHOUT_FILES)
def test_values_and_rules_touch_no_file(module: str) -> None:
    assert not _imports(module) & FILE_MODULES
    calls = (node for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    assert [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "open"] == []


def test_the_package_itself_imports_nothing_until_asked() -> None:
    tree = ast.parse(MODULES["__init__"].read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert all(isinstance(node, ast.ImportFrom) and node.module in ("__future__", "typing") for node in top)
