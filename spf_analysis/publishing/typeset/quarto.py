"""Quarto as typesetter, where there is one: the same dialect, filters and house style, set by Quarto's own pandoc and Typst."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from spf_analysis.errors import Problem, TypesettingError
from spf_analysis.publishing.typeset import word
from spf_analysis.publishing.typeset.briefing import FORMATS, STEM, Manuscript, read_manuscript, write_output
from spf_analysis.publishing.typeset.escaping import escape
from spf_analysis.publishing.typeset.front import LANGUAGE
from spf_analysis.publishing.typeset.pandoc import FILTERS
from spf_analysis.publishing.typeset.pdf import STANDARDS
from spf_analysis.publishing.typeset.pictures import inline_pictures

NEEDED = (1, 9)
TIME_LIMIT = 600
_TO = {"html": "html", "pdf": "typst", "docx": "docx"}
_BEFORE = {
    "html": ("notices", "exhibits", "numbering", "headings", "exhibits_html"),
    "pdf": ("notices", "exhibits", "numbering", "headings", "divs", "exhibits_typst"),
    "docx": ("notices", "exhibits", "numbering", "headings", "divs", "exhibits_word"),
}
_AFTER = {"html": ("references", "citations"), "pdf": ("references", "citations", "literal_typst"), "docx": ("references", "citations")}
# Quarto would like veraPDF, which no package registry has; the PDF is checked by Typst itself.
_WRONG = re.compile(r"^(?!.*verapdf)(?:\[WARNING\]|WARN|ERROR|error:).*", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[\d+m")


def read_version(program: str) -> str:
    """The version of a Quarto program. Raises TypesettingError where it does not answer with one, or is older than 1.9."""
    hint = "Install Quarto 1.9 or later, or use --typesetter embedded."
    try:
        said = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=_bare(Path(program), Path(tempfile.gettempdir())),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TypesettingError(f"the Quarto on the PATH does not run ({type(error).__name__})", where="typesetter", hint=hint) from error
    found = re.fullmatch(r"(\d+)\.(\d+)[\w.+-]*", said.stdout.strip())
    if said.returncode or found is None:
        raise TypesettingError("the Quarto on the PATH is broken: it does not tell its version", where="typesetter", hint=hint)
    if (int(found[1]), int(found[2])) < NEEDED:
        needed = ".".join(str(part) for part in NEEDED)
        raise TypesettingError(f"the Quarto on the PATH is {found[0]}, older than {needed}", where="typesetter", hint=hint)
    return found[0]


@dataclass(frozen=True)
class QuartoTypesetter:
    """Typesets briefings with Quarto, in the house style."""

    house: Path
    program: Path
    quarto_version: str
    name: str = "quarto"

    @property
    def version(self) -> dict[str, str]:
        """Quarto's version, for the manifest."""
        return {"quarto": self.quarto_version}

    def typeset(self, folder: Path, formats: Sequence[str] = FORMATS) -> dict[str, Path]:
        """Set `folder`/briefing.qmd as briefing.html, .pdf and .docx beside it, and say where each is.

        Quarto works in a scratch folder. Raises TypesettingError, with nothing written, where the briefing leaves the dialect,
        or Quarto fails or warns.
        """
        manuscript = read_manuscript(folder, formats)
        with tempfile.TemporaryDirectory(prefix="spf-quarto-") as scratch:
            desk = Path(scratch) / "desk"
            self._lay_out(manuscript, desk, formats)
            self._render(desk, manuscript)
            made = {name: self._finished(desk, name, manuscript) for name in formats}
        return {name: write_output(folder, name, content) for name, content in made.items()}

    def _lay_out(self, manuscript: Manuscript, desk: Path, formats: Sequence[str]) -> None:
        """The desk that Quarto works at: the briefing with its front matter completed, and the pictures."""
        desk.mkdir(parents=True)
        for picture in (*manuscript.folder.glob("*.svg"), *manuscript.folder.glob("*.png")):
            shutil.copyfile(picture, desk / picture.name)
        shutil.copytree(self.house, desk / "house", ignore=shutil.ignore_patterns("fonts", "*.py", "__pycache__"))
        (desk / "house" / "fonts").symlink_to(self.house.resolve() / "fonts", target_is_directory=True)
        front = yaml.safe_dump(self._front(manuscript, formats), allow_unicode=True, sort_keys=False)
        (desk / f"{STEM}.qmd").write_text(f"---\n{front}---\n{manuscript.body}", encoding="utf-8")

    def _front(self, manuscript: Manuscript, formats: Sequence[str]) -> dict[str, Any]:
        given = manuscript.front
        texts = {
            "title": given.title,
            "subtitle": given.subtitle,
            "edition": given.edition,
            "shown-date": given.shown_date,
            "issued": given.issued.isoformat(),
            "description": given.description,
            "stamp": given.stamp,
        }
        front: dict[str, Any] = {key: escape(value) for key, value in texts.items() if value}
        front |= {"lang": LANGUAGE, "engine": "markdown", "keywords": [escape(word) for word in given.keywords]}
        if manuscript.cited:
            front |= {
                "house-references": str(manuscript.references.resolve()),
                "house-citation-style": str(self.house.resolve() / "harvard-cite-them-right.csl"),
            }
        return {**front, "format": {_TO[name]: self._format(name, manuscript) for name in formats}}

    def _format(self, name: str, manuscript: Manuscript) -> dict[str, Any]:
        """What Quarto is told for one format, so that it uses the house style and nothing of its own."""
        common: dict[str, Any] = {"filters": _steps(name), "citeproc": False, "wrap": "none", "number-sections": False, "toc": False}
        if name == "html":
            partials = ["house/fonts.css", "house/house.css"]
            plain = {"theme": "none", "minimal": True, "toc": True, "toc-depth": 3, "section-divs": True}
            return common | plain | {"template": "house/briefing.html", "template-partials": partials}
        if name == "pdf":
            partials = [f"house/typst/{part}" for part in ("typst-template.typ", "typst-show.typ", "page.typ")]
            return common | {
                "template-partials": partials,
                "font-paths": ["house/fonts"],
                "pdf-standard": STANDARDS,
                "shift-heading-level-by": -1,
            }
        return common | {"reference-doc": "house/reference.docx", "shift-heading-level-by": -1}

    def _render(self, desk: Path, manuscript: Manuscript) -> None:
        command = [str(self.program), "render", f"{STEM}.qmd", "--no-cache", "--log-level", "warning"]
        environment = {**_bare(self.program, desk.parent), "SOURCE_DATE_EPOCH": manuscript.front.epoch}
        try:
            done = subprocess.run(command, cwd=desk, env=environment, capture_output=True, text=True, check=False, timeout=TIME_LIMIT)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TypesettingError(
                f"Quarto could not be run ({type(error).__name__})", where=manuscript.where, hint="Run spf doctor."
            ) from error
        said = _COLOUR.sub("", done.stderr + done.stdout)
        wrong = [found[0].strip() for found in _WRONG.finditer(said)]
        if done.returncode or wrong:
            raise TypesettingError(_problems(wrong or [said.strip()[-400:] or "it failed without a word"], manuscript.where))

    def _finished(self, desk: Path, name: str, manuscript: Manuscript) -> bytes:
        path = desk / f"{STEM}.{name}"
        if not path.is_file():
            raise TypesettingError(f"Quarto wrote no {name}", where=manuscript.where, hint="Run quarto check.")
        if name == "html":
            return inline_pictures(path.read_text(encoding="utf-8"), desk).encode()
        return word.finish(path.read_bytes(), manuscript.front, where=manuscript.where) if name == "docx" else path.read_bytes()


def _steps(name: str) -> list[dict[str, str]]:
    before = [{"path": str(FILTERS / f"{step}.lua"), "at": "pre-ast"} for step in _BEFORE[name]]
    return before + [{"path": str(FILTERS / f"{step}.lua"), "at": "post-finalize"} for step in _AFTER[name]]


def _bare(program: Path, home: Path) -> dict[str, str]:
    """An environment without the user's settings: only where programs are, and a home of its own."""
    path = os.pathsep.join([str(program.parent), os.environ.get("PATH", os.defpath)])
    return {"PATH": path, "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}


def _problems(wrong: Sequence[str], where: str) -> list[Problem]:
    hint = "Put the template right, or use --typesetter embedded; a briefing is not published with a warning."
    return [Problem(TypesettingError.kind, where, f"Quarto says: {line[:400]}", hint) for line in dict.fromkeys(wrong)]
