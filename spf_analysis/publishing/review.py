"""The evidence review: the notebook of that name, run for chosen parameters and written as a page. No briefing, and part of no edition."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.manifest import write_atomically
from spf_analysis.settings import Settings

NOTEBOOK = "evidence_review.ipynb"
TITLE = "What the coded evidence says, and where it is silent"


def write_review(settings: Settings, parameters: Mapping[str, str], folder: Path) -> Path:
    """Run the notebook and write `evidence_review.html` and `.ipynb` into a folder; returns the page.

    Where a cell fails, the notebook stays there as far as it came. Raises BriefingError for an unknown parameter or a failed cell,
    TypesettingError where the folder cannot be written.
    """
    import nbformat

    from spf_analysis.publishing.audit import audit_html, audit_notebook
    from spf_analysis.publishing.charts import svg
    from spf_analysis.publishing.run import run_notebook

    _make(folder)
    done = run_notebook(settings.notebooks / NOTEBOOK, parameters, folder.resolve() / NOTEBOOK, folder=settings.folder)
    fonts = settings.templates / "house" / "fonts"
    pictures = {name: svg(item["spec"], fonts) for name, item in done.context["exhibits"].items() if item["kind"] == "chart"}
    audit = audit_notebook(done.notebook, _words(done.context, done.notebook, parameters), pictures, TITLE)
    page = folder / "evidence_review.html"
    write_atomically(page, audit_html(audit, TITLE).encode())
    write_atomically(page.with_suffix(".ipynb"), nbformat.writes(audit).encode())
    return page


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TypesettingError(f"the folder cannot be made ({error.strerror})", where=folder.name, hint="Choose another place.") from error


def _words(context: Mapping[str, Any], notebook: Any, parameters: Mapping[str, str]) -> dict[str, str]:
    """The opening table: the edition, and the parameters as the notebook has them or as they were chosen."""
    cells = [cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    lines = [line for source in cells for line in ast.parse(source).body if isinstance(line, ast.AnnAssign) and line.value]
    defaults = {ast.unparse(line.target): str(ast.literal_eval(line.value)) for line in lines if line.value}
    shown = {name: value for name, value in {**defaults, **parameters}.items() if name != "edition"}
    return {"Edition": str(context["edition"]["title"]), **{name.capitalize(): value for name, value in shown.items()}}
