"""What crosses from a notebook to a template: numbered exhibits, and the frozen context that holds them. JSON through and through."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

from spf_analysis.errors import BriefingError
from spf_analysis.wording import ILLUSTRATIVE, listed

MIME = "application/vnd.spf.briefing+json"
CHART = "application/vnd.vegalite.v5+json"  # the newest that JupyterLab draws by itself
SCHEMA = 1
Json = dict[str, Any]
_STAMP = {"text": ILLUSTRATIVE, "anchor": "start", "color": "#8a1538", "fontSize": 13, "offset": 8}


@dataclass(frozen=True)
class Exhibit:
    """A numbered chart or table with its caption, source note and text alternative.

    A chart carries a Vega-Lite `spec`; a table carries `columns`, `rows` of said values and the alignment of each column. One that
    rests on invented figures is `illustrative` and can be placed in an illustrative briefing only.
    """

    id: str
    kind: Literal["chart", "table"]
    caption: str
    source_note: str
    alt: str
    spec: Json | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    align: str = ""
    widths: tuple[int, ...] = ()
    illustrative: bool = False

    def __post_init__(self) -> None:
        prefix = {"chart": "fig-", "table": "tbl-"}[self.kind]
        if not self.id.startswith(prefix):
            raise BriefingError(f"the id of a {self.kind} begins with '{prefix}'", where=f"exhibit '{self.id}'")
        if not (self.caption and self.source_note and self.alt):
            raise BriefingError("an exhibit needs a caption, a source note and a text alternative", where=f"exhibit '{self.id}'")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise BriefingError("every row of a table has as many cells as there are columns", where=f"exhibit '{self.id}'")

    def stamped(self) -> Exhibit:
        """The exhibit of an illustrative briefing: caption, note and text alternative say so, and a chart says it in the picture too."""
        spec = None if self.spec is None else {**self.spec, "title": _STAMP, "description": f"{ILLUSTRATIVE}. {self.spec['description']}"}
        note, alt = f"{self.source_note}. {ILLUSTRATIVE}", f"{ILLUSTRATIVE}. {self.alt}"
        return replace(self, caption=f"Illustrative: {self.caption}", source_note=note, alt=alt, spec=spec, illustrative=True)

    def as_dict(self) -> Json:
        return {
            "id": self.id,
            "kind": self.kind,
            "caption": self.caption,
            "source_note": self.source_note,
            "alt": self.alt,
            "spec": self.spec,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "align": self.align or "l" * len(self.columns),
            "widths": list(self.widths),
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        note = f"<p><small>{escape(self.source_note)}</small></p>"
        if self.spec is not None:
            return {
                CHART: {**self.spec, "$schema": "https://vega.github.io/schema/vega-lite/v5.json"},
                "text/plain": f"{self.caption}\n{self.alt}",
            }
        kinds = [" class='number'" if letter == "r" else "" for letter in self.align or "l" * len(self.columns)]
        head = "".join(f"<th scope='col'{kind}>{escape(column)}</th>" for kind, column in zip(kinds, self.columns, strict=True))
        lines = ("".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True)) for row in self.rows)
        body = "".join(f"<tr>{line}</tr>" for line in lines)
        widths = "".join(f"<col style='width: {width}%'>" for width in self.widths)
        columns = f"<colgroup>{widths}</colgroup>" if widths else ""
        table = f"<table><caption>{escape(self.caption)}</caption>{columns}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": f"{table}{note}", "text/plain": f"{self.caption}\n{self.alt}"}


def show_in_notebook(value: Any) -> None:
    """Let a value show itself below the cell that runs; outside a notebook nothing happens."""
    if "IPython" in sys.modules:
        from IPython.core.getipython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display(value)


@dataclass(frozen=True)
class Shown:
    """What a cell of a notebook shows of the figures and claims that it has just added to a briefing."""

    lines: tuple[tuple[str, str], ...]

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th scope='row'>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in self.lines)
        return f"<table><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {text}" for name, text in self.lines)


def require_whole(context: Mapping[str, Any], notebook: str) -> None:
    """Raises BriefingError where a context lacks what every briefing is set from: it was not made by a briefing."""
    missing = [name for name in ("exhibits", "references", "illustrative") if name not in context]
    if missing:
        hint = "Let its last cell be `brief.context`, of a briefing that `bench.briefing` began."
        raise BriefingError(f"its last cell gives a context without {listed(missing)}", where=notebook, hint=hint)


@dataclass(frozen=True)
class BriefingContext:
    """The frozen value that crosses from a notebook to a template; JSON through and through."""

    data: Mapping[str, Any]

    def as_json(self) -> str:
        """The context as JSON text, the same bytes for the same content."""
        return json.dumps(self.data, ensure_ascii=False, indent=1, sort_keys=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        parts = [
            f"{len(self.data['figures'])} figures",
            f"{len(self.data['claims'])} claims",
            f"{len(self.data['exhibits'])} exhibits",
        ]
        said = f"{self.data['title']}: {listed(parts)}"
        return {MIME: self.data, "text/plain": said, "text/html": f"<p>{escape(said)}</p>"}
