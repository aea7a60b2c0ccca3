"""Notebooks are committed without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from spf_analysis.publishing.stripping import main


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A notebook as JupyterLab saves it after a run."""
    output = nbformat.v4.new_output("stream", text="noise")
    cell = nbformat.v4.new_code_cell("1", outputs=[output], execution_count=3, metadata={"tags": ["parameters"], "trusted": True})
    path = tmp_path / "used.ipynb"
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[cell], metadata={"widgets": {"state": 1}, "kernelspec": {"name": "other", "display_name": "Other"}}
        ),
        path,
    )
    return path


def test_outputs_counts_and_metadata_go_and_tags_stay(used: Path) -> None:
    assert main([str(used)]) == 1
    found = nbformat.read(used, as_version=4)
    assert (found.cells[0].outputs, found.cells[0].execution_count) == ([], None)
    assert found.cells[0].metadata == {"tags": ["parameters"]}
    assert set(found.metadata) == {"kernelspec", "language_info"}
    assert found.metadata.kernelspec.name == "python3"


def test_a_clean_notebook_is_left_alone(used: Path) -> None:
    main([str(used)])
    before = used.read_bytes()
    assert main([str(used)]) == 0
    assert used.read_bytes() == before
