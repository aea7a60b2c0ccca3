"""The notebooks: thin stories that run from top to bottom in an ordinary kernel, each cell showing itself."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from spf_analysis.context import MIME
from spf_analysis.publishing.stripping import stripped
from spf_analysis.settings import read_settings

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_CELLS, MOST_LINES = 12, 10
CONTROLS = "application/vnd.jupyter.widget-view+json"  # what a notebook with sliders ends in, in place of a context


@pytest.fixture(params=NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    """One of the project's notebooks, read from its file."""
    return nbformat.read(request.param, as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_is_one_for_each_kind_of_briefing() -> None:
    names = {path.name for path in NOTEBOOKS}
    assert {kind.notebook for kind in read_settings(ROOT).briefings.values()} <= names
    assert "evidence_review.ipynb" in names


def test_it_is_short(notebook: nbformat.NotebookNode) -> None:
    cells = code(notebook)
    assert len(cells) <= MOST_CELLS
    assert [cell.source for cell in cells if len(cell.source.splitlines()) > MOST_LINES] == []


def test_it_defines_nothing_and_imports_from_the_package_itself_only(notebook: nbformat.NotebookNode) -> None:
    nodes = [node for cell in code(notebook) for node in ast.walk(ast.parse(cell.source))]
    assert [
        node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef | ast.Lambda | ast.Import)
    ] == []
    imported = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    assert imported == ["spf_analysis"]


def test_it_is_committed_without_outputs(request: pytest.FixtureRequest) -> None:
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        assert nbformat.writes(stripped(nbformat.reads(text, as_version=4))) + "\n" == text, (
            f"run: python -m spf_analysis.publishing.stripping {path.name}"
        )


def test_its_parameters_stand_alone_in_a_tagged_cell_with_types_and_comments(notebook: nbformat.NotebookNode) -> None:
    (cell,) = [cell for cell in code(notebook) if "parameters" in cell.metadata.get("tags", [])]
    assert cell is code(notebook)[0]
    for line, statement in zip(cell.source.splitlines(), ast.parse(cell.source).body, strict=True):
        assert isinstance(statement, ast.AnnAssign)
        assert "  # " in line


def sample_of(request: pytest.FixtureRequest) -> str:
    """The sample that a notebook needs which there is only while the ledger has a subject for it."""
    return "tests/samples/illustrative" if any(name in request.node.name for name in ("brokerage_pack", "demonstrators")) else ""


def test_it_runs_from_top_to_bottom_and_every_cell_shows_itself(
    notebook: nbformat.NotebookNode, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.delenv("SPF_WORKBENCH", raising=False)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    code(notebook)[0].source = code(notebook)[0].source.replace('sample: str = ""', f'sample: str = "{sample_of(request)}"')
    client = NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}})
    client.execute(env={**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning:spf_analysis"})
    shown = [output.get("data", {}) for output in code(notebook)[-1].outputs]
    assert {MIME, CONTROLS} & set(shown[-1])
    first, *story = code(notebook)
    assert first.outputs == []
    silent = [cell.source for cell in story if ast.parse(cell.source).body and not cell.outputs]
    assert silent in ([], [story[0].source])
    streams = [output.text for cell in story for output in cell.outputs if output.output_type == "stream"]
    assert streams == []
