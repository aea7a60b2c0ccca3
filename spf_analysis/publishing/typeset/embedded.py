"""The embedded typesetter: pandoc with citeproc, and Typst, both installed with the workbench itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from spf_analysis.publishing.typeset import word
from spf_analysis.publishing.typeset.briefing import FORMATS, Manuscript, read_manuscript, write_output
from spf_analysis.publishing.typeset.front import LANGUAGE, FrontMatter
from spf_analysis.publishing.typeset.glyphs import glyphs_in, printable, replacements
from spf_analysis.publishing.typeset.pandoc import Citing, Output, convert, pandoc_version
from spf_analysis.publishing.typeset.pdf import compile_pdf, typst_string, typst_version
from spf_analysis.publishing.typeset.pictures import inline_pictures, png

_UNWRAPPED = {"wrap_text": "none"}
Described = dict[str, str | Sequence[str]]


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

        Numbers, references and citations are put in place once, the same for every format. Raises TypesettingError, with nothing
        written, where the briefing leaves the dialect or a tool refuses it.
        """
        pandoc_version()
        manuscript = read_manuscript(folder, formats)
        outputs, finish = self._outputs, self._finishers
        made = convert(
            manuscript.document,
            [outputs[name](manuscript) for name in formats],
            where=manuscript.where,
            source="json",
            filters=("notices", "exhibits", "numbering"),
            citing=self._citing(manuscript) if manuscript.cited else None,
            pictures=_pictures(manuscript) if "docx" in formats else {},
        )
        finished = {name: finish[name](raw, manuscript) for name, raw in zip(formats, made, strict=True)}
        return {name: write_output(folder, name, content) for name, content in finished.items()}

    def _citing(self, manuscript: Manuscript) -> Citing:
        return Citing(manuscript.cited, str(self.house / "harvard-cite-them-right.csl"), LANGUAGE)

    @property
    def _outputs(self) -> dict[str, Callable[[Manuscript], Output]]:
        return {"html": self._html, "pdf": self._typst, "docx": self._docx}

    def _html(self, manuscript: Manuscript) -> Output:
        return Output(
            "html5",
            ("headings", "exhibits_html"),
            _described(manuscript.front) | {"keywords": list(manuscript.front.keywords)},
            options={**_UNWRAPPED, "table_of_contents": True, "toc_depth": 3, "section_divs": True},
            template=str(self.house / "briefing.html"),
        )

    def _typst(self, manuscript: Manuscript) -> Output:
        glyphs = glyphs_in(self.house / "fonts")
        return Output(
            "typst-smart-citations",
            ("headings", "divs", "exhibits_typst", "literal_typst"),
            {name: f"#{typst_string(printable(str(value), glyphs))};" for name, value in _described(manuscript.front).items()},
            meta_as="typst",
            options=_UNWRAPPED,
            template=str(self.house / "typst" / "embedded.typ"),
            letters=replacements(manuscript.document + manuscript.cited, glyphs) or None,
            one_level_up=True,
        )

    def _docx(self, manuscript: Manuscript) -> Output:
        front = manuscript.front
        return Output(
            "docx",
            ("headings", "divs", "exhibits_word"),
            {
                "title": front.title,
                "subtitle": front.subtitle,
                "lang": LANGUAGE,
                "keywords": list(front.keywords),
                "description": front.description,
            },
            options={**_UNWRAPPED, "reference_doc": str(self.house / "reference.docx")},
            one_level_up=True,
        )

    @property
    def _finishers(self) -> dict[str, Callable[[bytes, Manuscript], bytes]]:
        return {
            "html": lambda raw, manuscript: inline_pictures(raw.decode(), manuscript.folder).encode(),
            "pdf": self._pdf,
            "docx": lambda raw, manuscript: word.finish(raw, manuscript.front, where=manuscript.where),
        }

    def _pdf(self, raw: bytes, manuscript: Manuscript) -> bytes:
        return compile_pdf(raw.decode(), manuscript.folder, self.house / "fonts", manuscript.front, where=manuscript.where)


def _pictures(manuscript: Manuscript) -> dict[str, bytes]:
    """The pictures that Word takes in, by the names that they have there."""
    files = [(manuscript.folder / name).with_suffix(".png") for name in manuscript.pictures]
    return {file.name: png(file) for file in files}


def _described(front: FrontMatter) -> Described:
    said: Described = {
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
    return {name: value for name, value in said.items() if value}
