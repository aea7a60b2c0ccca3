"""What commands on the library have in common: its register, text that is safe on a terminal, and files written or refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.exhibited import settings_of

if TYPE_CHECKING:
    from spf_analysis.evidence.bibliography.register import Register


def register_of(context: click.Context) -> Register:
    """The source register of the workbench that the command was given. Raises EvidenceError where the evidence cannot be read."""
    from spf_analysis.evidence.bibliography.register import open_register

    return open_register(settings_of(context).evidence)


def plain(text: object) -> str:
    """Text from a library for a terminal: nothing in it moves the cursor, changes colours or turns the direction of writing."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", " ", str(text))


def write_text(path: Path, text: str) -> None:
    """Write a file whole. Raises SourceError where it cannot be written."""
    from spf_analysis.errors import SourceError, TypesettingError
    from spf_analysis.publishing.manifest import write_atomically

    try:
        write_atomically(path, text.encode())
    except TypesettingError as error:
        reason = error.problems[0].message.removeprefix("cannot write ")
        raise SourceError(f"the file cannot be written {reason}", where=path.name, hint="Choose another place.") from error
