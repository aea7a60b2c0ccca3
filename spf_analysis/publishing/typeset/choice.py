"""Which typesetter sets the briefings: Quarto where a fit one is on the PATH, otherwise the embedded default."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset.embedded import EmbeddedTypesetter
from spf_analysis.publishing.typeset.quarto import QuartoTypesetter, read_version

NAMES = ("auto", "quarto", "embedded")


class Typesetter(Protocol):
    """What sets a briefing: its name, the versions behind it, and the setting itself."""

    @property
    def name(self) -> str:
        """`quarto` or `embedded`."""
        ...

    @property
    def version(self) -> dict[str, str]:
        """The versions of the tools behind it, by their names."""
        ...

    def typeset(self, folder: Path, formats: Sequence[str] = ...) -> dict[str, Path]:
        """Set `folder`/briefing.qmd in these formats (html, pdf, docx) beside it, and say where each is."""
        ...


def choose(name: str, house: Path) -> Typesetter:
    """The typesetter of that name, with the house style in `house`; `auto` is Quarto where it is on the PATH, otherwise embedded.

    Raises TypesettingError for an unknown name, for a Quarto that is older than 1.9 or broken, and where `quarto` is asked for
    and there is none.
    """
    if name not in NAMES:
        raise TypesettingError(f"the typesetter '{name}' is not known", where="typesetter", hint=f"Known are: {', '.join(NAMES)}.")
    if not (house / "briefing.html").is_file():
        raise TypesettingError("the house style is missing", where=str(house.name), hint="A workbench keeps it in templates/house.")
    program = shutil.which("quarto") if name != "embedded" else None
    if program:
        return QuartoTypesetter(house, Path(program), read_version(program))
    if name == "quarto":
        hint = "Install Quarto 1.9 or later (see README), or use --typesetter embedded, which needs nothing more."
        raise TypesettingError("Quarto is not on the PATH", where="typesetter", hint=hint)
    return EmbeddedTypesetter(house)
