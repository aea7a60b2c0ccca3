"""The briefing as it would be made now, as Word text, so that edits that were not tracked can be found. Nothing is published."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from spf_analysis.publishing import charts, rendering
from spf_analysis.publishing.freshness import templates_of
from spf_analysis.publishing.returned.document import Returned, read_returned
from spf_analysis.publishing.target import write_json
from spf_analysis.publishing.typeset import choose
from spf_analysis.workbench import Workbench


def made_now(bench: Workbench, template: str, context: dict[str, Any]) -> Returned:
    """The Word file that the embedded typesetter makes of a context, read as a returned one is."""
    house = bench.settings.templates / "house"
    with tempfile.TemporaryDirectory(prefix="spf-") as folder:
        draft = Path(folder)
        charts.write_charts(context["exhibits"], draft, house / "fonts")
        write_json(draft / "references.json", context["references"])
        (draft / "briefing.qmd").write_text(rendering.render(template, context, bench.settings.templates), encoding="utf-8")
        return read_returned(choose("embedded", house=house).typeset(draft, ("docx",))["docx"])


def template_files(bench: Workbench, template: str) -> tuple[Path, ...]:
    """A template with its parts: where a sentence of a briefing may stand."""
    return templates_of(bench.settings.templates, template)
