"""The embedded typesetter: pandoc with citeproc, and Typst, both installed with the workbench itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset import word
from spf_analysis.publishing.typeset.briefing import FORMATS, Manuscript, read_manuscript, write_output
from spf_analysis.publishing.typeset.front import LANGUAGE, FrontMatter
from spf_analysis.publishing.typeset.glyphs import glyphs_in, printable
from spf_analysis.publishing.typeset.pandoc import filters, pandoc_version, run_pandoc
from spf_analysis.publishing.typeset.pdf import compile_pdf, typst_string, typst_version
from spf_analysis.publishing.typeset.pictures import inline_pictures, with_png

_BODY_ONLY = ["--from=json", "--wrap=none"]


@dataclass(frozen=True)
class EmbeddedTypesetter:
    """Typesets briefings from pip-installed parts; the same inputs give the same bytes."""

    house: Path
    name: str = "embedded"

    @property
    def version(self) -> dict[str, str]:
        """The versions of the tools behind it, for the manifest."""
        return {"pandoc": pandoc_version(), "typst": typst_version()}

    def typeset(self, folder: Path, formats: Sequence[str] = FORMATS) -> dict[str, Path]:
        """Set `folder`/briefing.qmd as briefing.html, .pdf and .docx beside it, and say where each is.

        Raises TypesettingError, with nothing written, where the briefing leaves the dialect or a tool refuses it.
        """
        pandoc_version()
        manuscript = read_manuscript(folder, formats)
        resolved = self._resolve(manuscript)
        made = {name: self._makers[name](resolved, manuscript) for name in formats}
        return {name: write_output(folder, name, content) for name, content in made.items()}

    def _resolve(self, manuscript: Manuscript) -> dict[str, Any]:
        """The document with numbers, references and citations in place, the same for every format."""
        document = {**manuscript.document, "meta": _metadata({"lang": LANGUAGE, "link-citations": True})}
        steps = filters("notices", "exhibits", "numbering")
        cited = (
            ["--citeproc", f"--csl={self.house / 'harvard-cite-them-right.csl'}", f"--bibliography={manuscript.references}"]
            if manuscript.cites
            else []
        )
        given = json.dumps(document)
        done = run_pandoc([*_BODY_ONLY, "--to=json", *steps, *cited, *filters("citations")], given, where=manuscript.where)
        resolved: dict[str, Any] = json.loads(done)
        return resolved

    @property
    def _makers(self) -> dict[str, Callable[[dict[str, Any], Manuscript], bytes]]:
        return {"html": self._html, "pdf": self._pdf, "docx": self._docx}

    def _html(self, document: dict[str, Any], manuscript: Manuscript) -> bytes:
        template = f"--template={self.house / 'briefing.html'}"
        shown = _described(document, manuscript.front, "keywords")
        page = run_pandoc(
            [
                *_BODY_ONLY,
                "--to=html5",
                "--standalone",
                template,
                "--toc",
                "--toc-depth=3",
                "--section-divs",
                *filters("headings", "exhibits_html"),
            ],
            json.dumps(shown),
            where=manuscript.where,
        )
        return inline_pictures(page.decode(), manuscript.folder).encode()

    def _pdf(self, document: dict[str, Any], manuscript: Manuscript) -> bytes:
        template = f"--template={self.house / 'typst' / 'embedded.typ'}"
        fonts = self.house / "fonts"
        shown = printable(_described(document, manuscript.front), glyphs_in(fonts))
        shown["meta"] = {key: _literal(value) for key, value in shown["meta"].items()}
        arguments = [
            *_BODY_ONLY,
            "--to=typst-smart-citations",
            "--standalone",
            template,
            "--shift-heading-level-by=-1",
            *filters("headings", "divs", "exhibits_typst", "literal_typst"),
        ]
        markup = run_pandoc(arguments, json.dumps(shown), where=manuscript.where).decode()
        return compile_pdf(markup, manuscript.folder, fonts, manuscript.front, where=manuscript.where)

    def _docx(self, document: dict[str, Any], manuscript: Manuscript) -> bytes:
        front = manuscript.front
        pictured = with_png(document, manuscript.folder)
        pictured["meta"] = _metadata(
            {
                "title": front.title,
                "subtitle": front.subtitle,
                "lang": LANGUAGE,
                "keywords": list(front.keywords),
                "description": front.description,
            }
        )
        reference = f"--reference-doc={self.house / 'reference.docx'}"
        arguments = [
            *_BODY_ONLY,
            "--to=docx",
            "--output=-",
            reference,
            "--shift-heading-level-by=-1",
            *filters("headings", "divs", "exhibits_word"),
        ]
        raw = run_pandoc(arguments, json.dumps(pictured), where=manuscript.where, environment={"SOURCE_DATE_EPOCH": front.epoch})
        return word.finish(raw, front, where=manuscript.where)


def _described(document: Mapping[str, Any], front: FrontMatter, *more: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": front.title,
        "pagetitle": front.title,
        "subtitle": front.subtitle,
        "edition": front.edition,
        "shown-date": front.shown_date,
        "issued": front.issued.isoformat(),
        "description": front.description,
        "lang": LANGUAGE,
        "stamp": front.stamp,
    }
    if "keywords" in more:
        values["keywords"] = list(front.keywords)
    return {**document, "meta": _metadata(values)}


def _metadata(values: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata as pandoc keeps it, every text literal: nothing in it is read as markup."""
    return {key: _meta(value) for key, value in values.items() if value}


def _meta(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"t": "MetaBool", "c": value}
    if isinstance(value, list):
        return {"t": "MetaList", "c": [_meta(item) for item in value]}
    if isinstance(value, str):
        return {"t": "MetaString", "c": value}
    raise TypesettingError(f"metadata of the kind {type(value).__name__} cannot be given to pandoc")


def _literal(value: dict[str, Any]) -> dict[str, Any]:
    """A text of the metadata as a Typst string, in which nothing is markup."""
    return {"t": "MetaInlines", "c": [{"t": "RawInline", "c": ["typst", f"#{typst_string(value['c'])};"]}]}
