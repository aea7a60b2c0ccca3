"""pyproject.toml, environment.yml and constraints.txt say the same, and the package imports only what they declare."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(.*)")
# What a module is called where it differs from the package, and modules that come with a declared package by its own contract.
PACKAGE_OF = {
    "httpx2": "pyzotero",
    "jupyter_client": "ipykernel",
    "markupsafe": "jinja2",
    "pydantic_core": "pydantic",
    "pypandoc": "pypandoc-binary",
    "ruamel": "ruamel-yaml",
    "traitlets": "ipykernel",
    "vl_convert": "vl-convert-python",
    "yaml": "pyyaml",
}


def normal(name: str) -> str:
    return re.sub(r"[._-]+", "-", name).lower()


def bounds(requirements: list[str]) -> dict[str, str]:
    """Each package with its bounds, however they are spaced."""
    found = (REQUIREMENT.fullmatch(item.strip()) for item in requirements)
    return {normal(match[1]): match[2].replace(" ", "") for match in found if match}


def conda() -> tuple[dict[str, str], list[str]]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    through_pip = next(item["pip"] for item in listed if isinstance(item, dict))
    named = [item for item in [*listed, *through_pip] if isinstance(item, str) and not item.startswith("--")]
    return bounds(named), through_pip


def test_conda_gets_every_dependency_with_the_same_bounds() -> None:
    found, _ = conda()
    wanted = bounds(PROJECT["dependencies"])
    assert {name: found.get(name) for name in wanted} == wanted
    assert set(found) - set(wanted) == {"python", "pip", "quarto"}


def test_conda_gets_quarto_the_python_that_is_asked_for_and_the_workbench() -> None:
    found, through_pip = conda()
    assert found["quarto"] == ">=1.9"
    assert found["python"].startswith(PROJECT["requires-python"])
    assert "--editable ." in through_pip


def test_every_dependency_is_bounded_below() -> None:
    declared = bounds([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    assert [name for name, bound in declared.items() if not bound.startswith(">=")] == []
    assert [name for name, bound in bounds(PROJECT["dependencies"]).items() if ",<" not in bound] == []


def test_constraints_pin_every_direct_dependency() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[^\s=]+", line)] == []
    pinned = {normal(line.split("==")[0]) for line in lines}
    direct = bounds([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    assert sorted(set(direct) - pinned) == []


def _imported() -> dict[str, str]:
    """Every module from outside that the package imports, with a file that does."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "spf_analysis").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            found |= {name.split(".")[0]: file.name for name in names}
    return {name: file for name, file in found.items() if name not in sys.stdlib_module_names and name != "spf_analysis"}


@pytest.mark.parametrize("module", sorted(_imported()))
def test_what_the_package_imports_is_declared(module: str) -> None:
    package = normal(PACKAGE_OF.get(module, module))
    extra = PROJECT["optional-dependencies"]["cluster"] if _imported()[module] in ("cluster.py", "loopback.py") else []
    assert package in bounds([*PROJECT["dependencies"], *extra]), f"{_imported()[module]} imports {module}"


def test_the_version_is_told_once() -> None:
    init = (ROOT / "spf_analysis" / "__init__.py").read_text(encoding="utf-8")
    assert "__version__" in init
    assert f'"{PROJECT["version"]}"' in init or "metadata" in init
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
