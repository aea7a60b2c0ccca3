"""What the dialect asks of exhibits: a caption, an id and a text alternative for pictures; a caption, an id and a header row for tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from spf_analysis.publishing.typeset import pictures
from spf_analysis.publishing.typeset.reading import Node, Reading, first_word, words_in

_WIDTHS = re.compile(r"\[\s*\d[\d.]*(\s*,\s*\d[\d.]*)*\s*\]")


def check_figure(content: Any, reading: Reading) -> list[Node]:
    """Check a picture with its caption; the caption's content is left to be checked."""
    (identifier, _, _), (_, caption), blocks = content
    inlines = blocks[0]["c"] if len(blocks) == 1 and blocks[0]["t"] in ("Plain", "Para") else []
    if len(inlines) != 1 or inlines[0]["t"] != "Image":
        reading.refuse("a figure is not one picture", 'Write ![Caption](name.svg){#fig-name fig-alt="…"}.', "![")
        return []
    (own_identifier, _, attributes), _, (source, _) = inlines[0]["c"]
    _check_naming(identifier or own_identifier, dict(attributes), source, reading)
    _check_files(source, reading)
    reading.pictures.append(source)
    if not words_in(caption):
        reading.refuse(f"the picture '{source}' has no caption", "Write it between ![ and ].", source)
    return list(caption)


def _check_naming(identifier: str, attributes: dict[str, str], source: str, reading: Reading) -> None:
    if not identifier.startswith("fig-"):
        reading.refuse(f"the picture '{source}' has no id", "Add {#fig-name …}.", source)
    reading.add_id(identifier)
    if not attributes.pop("fig-alt", "").strip():
        hint = 'Add fig-alt="…": what the picture shows, in words.'
        reading.refuse(f"the picture '{source}' has no text alternative", hint, source)
    if attributes:
        known = ", ".join(attributes)
        reading.refuse(f"the picture '{source}' has attributes that are not known: {known}", "Only an id and fig-alt are.", source)


def _check_files(source: str, reading: Reading) -> None:
    if not pictures.NAME.fullmatch(source):
        hint = "Name it like fig-share.svg, without a folder."
        reading.refuse(f"the picture '{source}' is not an SVG in the briefing's folder", hint, source)
        return
    hints = {".svg": "Write it into the briefing's folder."}
    if "docx" in reading.formats:
        hints[".png"] = "Word needs a PNG beside each SVG."
    for suffix, hint in hints.items():
        name = Path(source).with_suffix(suffix).name
        if not (reading.folder / name).is_file():
            reading.refuse(f"the picture '{name}' is missing", hint, source)


def check_image(content: Any, reading: Reading) -> list[Node]:
    """Refuse a picture that stands inside a paragraph."""
    source = content[2][0]
    hint = "Give it a paragraph of its own, with a caption, an id and fig-alt."
    reading.refuse(f"the picture '{source}' stands inside a paragraph", hint, source)
    return []


def check_table(content: Any, reading: Reading) -> list[Node]:
    """Check a table's caption, id, header row and column widths; the content of its cells is left to be checked."""
    (identifier, classes, attributes), (_, caption), _, head, bodies, _ = content
    signs = (f"#{identifier}" if identifier else "", f"| {first_word(head, bodies)}", "|--", "|")
    if not identifier.startswith("tbl-") or not words_in(caption):
        reading.refuse("a table has no caption or no id", "Add a line ': Caption {#tbl-name}' after it.", *signs)
    reading.add_id(identifier)
    if not words_in(head):
        reading.refuse("a table has no header row", "Name each column in the first row.", *signs)
    widths = dict(attributes).pop("tbl-colwidths", "[1]")
    if classes or {key for key, _ in attributes} - {"tbl-colwidths"} or not _WIDTHS.fullmatch(widths):
        reading.refuse("a table has attributes that are not known", 'Only tbl-colwidths="[40,30,30]" is.', *signs)
    return [caption, head, bodies]
