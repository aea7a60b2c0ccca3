"""Notebooks are committed without outputs: strips them in place, and says whether any had to be."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat


def stripped(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook without outputs, execution counts or anything that a kernel left in its metadata; cell tags stay."""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": {"name": "python"}})
    return notebook


def main(files: list[str]) -> int:
    """Strip each file; 1 where one had to be changed, so that a commit hook stops."""
    changed = 0
    for name in files:
        path = Path(name)
        before = path.read_text(encoding="utf-8")
        after = nbformat.writes(stripped(nbformat.reads(before, as_version=4))) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed = 1
    return changed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
