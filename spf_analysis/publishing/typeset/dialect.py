"""The part of Quarto Markdown that briefings are written in, which both typesetters read alike; anything else is refused.

Headings from ## to ####, paragraphs, lists, tables and pictures with captions, ids and text alternatives, callouts, the house's own
blocks, cross-references, citations, footnotes and links. The check looks at pandoc's reading of the text, not at the text itself,
so that what it lets through is what will be set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from spf_analysis.errors import TypesettingError
from spf_analysis.publishing.typeset.exhibits import check_figure, check_image, check_table
from spf_analysis.publishing.typeset.reading import Node, Reading, first_word, words_in

OWN_BLOCKS = frozenset({"lead", "glance", "source-note"})
CALLOUTS = frozenset({"callout-note", "callout-tip", "callout-important", "callout-warning", "callout-caution"})
# Quarto gives these prefixes a meaning of its own, so that no citation key may begin with one and a hyphen.
QUARTO_KINDS = (
    "fig", "tbl", "sec", "eq", "lst", "thm", "lem", "cor", "prp", "cnj", "def",
    "exm", "exr", "sol", "rem", "alg", "nte", "wrn", "cau", "tip", "imp",
)  # fmt: skip
HEADING_LEVELS = range(2, 5)
_PLAIN_BLOCKS = frozenset({"Para", "Plain", "BulletList", "OrderedList", "Note"})
_PLAIN_WORDS = frozenset({"Str", "Space", "SoftBreak", "LineBreak", "Emph", "Strong", "Quoted", "Superscript", "Subscript"})
_REFUSED = {
    "RawBlock": "raw HTML or other raw markup",
    "RawInline": "raw HTML or other raw markup",
    "CodeBlock": "a code block",
    "Code": "code",
    "Math": "mathematics",
    "BlockQuote": "a block quotation",
    "DefinitionList": "a definition list",
    "HorizontalRule": "a rule",
    "LineBlock": "a line block",
    "Span": "a span with attributes",
    "Strikeout": "struck-out text",
    "Underline": "underlined text",
    "SmallCaps": "small capitals",
}
_SIGNS = {"HorizontalRule": ("---", "***"), "BlockQuote": ("> ",), "LineBlock": ("| ",), "Span": ("]{",), "Strikeout": ("~~",)}
_SHORTCODE = re.compile(r"(?<!\\)\{\{<")
_FOOTNOTE = re.compile(r"(?<!\\)\[\^([^\]\s]+)\](:?)")
_TARGET = re.compile(r"(https?://[^\s\"<>]+|mailto:[^\s\"<>]+|#[\w-]+)")
_ADVICE = "Keep to the dialect: headings, paragraphs, lists, tables, pictures, callouts, references, citations, footnotes."


def check_dialect(
    document: Node, text: str, *, where: str, folder: Path, keys: Collection[str], formats: Collection[str]
) -> tuple[str, ...]:
    """The pictures of a briefing that keeps to the dialect.

    `document` is pandoc's reading of the body `text` (front matter blanked out), `keys` the citation keys at hand.
    Raises TypesettingError with a problem, and its line, for each thing that is outside the dialect, unresolved or missing.
    """
    reading = Reading(where, text.splitlines(), folder, keys, formats)
    _check_text(text, reading)
    if document["meta"]:
        reading.refuse("a second block of metadata stands in the text", "Keep one front matter, at the top.", "---", "% ")
    _check_nodes(document["blocks"], reading)
    _check_references(reading)
    if reading.problems:
        raise TypesettingError(reading.problems)
    return tuple(reading.pictures)


def _check_text(text: str, reading: Reading) -> None:
    if _SHORTCODE.search(text):
        reading.refuse("a shortcode is outside the dialect", "Write what it stands for, or escape it.", "{{<")
    found = _FOOTNOTE.findall(text)
    for key in sorted({key for key, _ in found} - {key for key, colon in found if colon}):
        reading.refuse(f"the footnote '{key}' has no text", f"Add a line [^{key}]: …", f"[^{key}]")


def _check_references(reading: Reading) -> None:
    for target in dict.fromkeys(reading.referred):
        if target not in reading.ids:
            hint = f"There are: {', '.join(sorted(reading.ids)) or 'none'}."
            reading.refuse(f"the cross-reference '@{target}' leads nowhere", hint, f"@{target}", f"#{target}")
    for key in dict.fromkeys(reading.cited):
        if key not in reading.keys:
            hint = "Add the source to the library, or correct the key."
            reading.refuse(f"the citation key '{key}' is not among the references", hint, f"@{key}")
    if reading.cited and not reading.has_references:
        hint = "Add a block ::: {#refs} under a heading of its own."
        reading.refuse("the briefing cites sources but has no place for the list of references", hint)


def _check_nodes(content: Any, reading: Reading) -> None:
    for node in _nodes(content):
        kind = node["t"]
        check = _CHECKS.get(kind)
        if check is not None:
            _check_nodes(check(node["c"], reading), reading)
        elif kind in _PLAIN_BLOCKS or kind in _PLAIN_WORDS:
            _check_nodes(node.get("c"), reading)
        else:
            reading.refuse(f"{_REFUSED.get(kind, kind)} is outside the dialect", _ADVICE, *_signs_of(kind, node.get("c")))


def _nodes(content: Any) -> Iterator[Node]:
    """The blocks and inlines nearest below: pandoc's own switches, such as an alignment, have a kind too but are no content."""
    if isinstance(content, dict):
        if content.get("t") in _CHECKS or content.get("t") in _PLAIN_BLOCKS | _PLAIN_WORDS or content.get("t") in _REFUSED:
            yield content
    elif isinstance(content, list):
        for item in content:
            yield from _nodes(item)


def _signs_of(kind: str, content: Any) -> tuple[str, ...]:
    """What the line of something refused can be known by."""
    if kind in ("RawBlock", "RawInline", "CodeBlock", "Code", "Math"):
        first = (str(content[1]).splitlines() or [""])[0]
        return (f"${first}" if kind == "Math" else first, "```")
    return _SIGNS.get(kind, (first_word(content),))


def _check_header(content: Any, reading: Reading) -> list[Node]:
    level, (identifier, classes, attributes), inlines = content
    marks = "#" * level
    if level not in HEADING_LEVELS:
        hint = "The title is level 1; sections start at ## and end at ####."
        reading.refuse(f"a heading of level {level} is outside the dialect", hint, f"{marks} {first_word(inlines)}", f"{marks} ")
    elif level > reading.level + 1:
        hint = f"Begin with ##, and go down one level at a time: this one may be {'#' * (reading.level + 1)} at most."
        reading.refuse("a heading skips a level", hint, f"{marks} {first_word(inlines)}")
    reading.level = level
    if set(classes) - {"unnumbered"} or attributes:
        hint = "Only an id and .unnumbered are."
        reading.refuse("a heading has classes or attributes that are not known", hint, f"{marks} {first_word(inlines)}")
    reading.add_id(identifier)
    return list(inlines)


def _check_div(content: Any, reading: Reading) -> list[Node]:
    (identifier, classes, attributes), blocks = content
    names = set(classes)
    signs = [sign for name in classes for sign in (f"::: {{.{name}", f"::: {name}")] + [f"::: {{#{identifier}", ":::", "<div"]
    if identifier == "refs" and not names:
        reading.has_references = True
    elif len(names) != 1 or identifier or not names <= OWN_BLOCKS | CALLOUTS:
        shown = " ".join([*(f".{name}" for name in classes), *([f"#{identifier}"] if identifier else [])]) or "without a name"
        hint = f"Known are: {', '.join(f'.{name}' for name in sorted(OWN_BLOCKS | CALLOUTS))}, and #refs."
        reading.refuse(f"the block '{shown}' is not known", hint, *signs)
    if {key for key, _ in attributes} - ({"title"} if names <= CALLOUTS else set()):
        reading.refuse("a block has attributes that are not known", "A callout may have a title; nothing else may.", *signs)
    if "glance" in names and not _is_glance(blocks):
        hint = "Write - **£1,000** what it is."
        reading.refuse("the block '.glance' is not one list whose items open with a figure in bold", hint, *signs)
    return _inside_callout(blocks, signs, reading) if names & CALLOUTS else list(blocks)


def _is_glance(blocks: list[Node]) -> bool:
    if len(blocks) != 1 or blocks[0]["t"] != "BulletList":
        return False
    return all(item and item[0]["t"] in ("Plain", "Para") and item[0]["c"][0]["t"] == "Strong" for item in blocks[0]["c"])


def _inside_callout(blocks: list[Node], signs: list[str], reading: Reading) -> list[Node]:
    """A callout's content; the heading that opens it is its title, and no section."""
    title = list(blocks[0]["c"][2]) if blocks and blocks[0]["t"] == "Header" else []
    inside = blocks[1:] if title else blocks
    if any(block["t"] in ("Header", "Table", "Figure", "Div") for block in inside):
        reading.refuse("a callout holds a heading, an exhibit or another block", "Keep a callout to paragraphs and lists.", *signs)
        return title
    return title + list(inside)


def _check_link(content: Any, reading: Reading) -> list[Node]:
    (identifier, classes, attributes), inlines, (target, title) = content
    if identifier or set(classes) - {"uri", "email"} or attributes or title:
        reading.refuse("a link has attributes that are not known", "Write [words](address) alone.", f"({target}")
    if not _TARGET.fullmatch(target):
        hint = "Link to https://…, mailto:… or #a-section."
        reading.refuse(f"the link to '{target}' leads somewhere that a briefing cannot", hint, f"({target}", target)
    if target.startswith("#"):
        reading.referred.append(target[1:])
    return list(inlines)


def _check_cite(content: Any, reading: Reading) -> list[Node]:
    citations = content[0]
    keys = [citation["citationId"] for citation in citations]
    signs = [f"@{key}" for key in keys]
    kinds = {is_cross_reference(key) for key in keys}
    if kinds == {False}:
        reading.cited += keys
        return [node for citation in citations for node in citation["citationPrefix"] + citation["citationSuffix"]]
    if kinds == {True, False}:
        reading.refuse("a citation and a cross-reference share a pair of brackets", "Write them apart.", *signs)
    elif any(
        words_in([cite["citationPrefix"], cite["citationSuffix"]]) or cite["citationMode"]["t"] == "SuppressAuthor" for cite in citations
    ):
        reading.refuse("a cross-reference has words of its own", "Write @fig-name alone, and the words around it.", *signs)
    reading.referred += [key for key in keys if is_cross_reference(key)]
    return []


def is_cross_reference(key: str) -> bool:
    """Whether Quarto would read a key after @ as a cross-reference rather than a citation."""
    kind, hyphen, _ = key.partition("-")
    return bool(hyphen) and kind in QUARTO_KINDS


_CHECKS: dict[str, Callable[[Any, Reading], list[Node]]] = {
    "Header": _check_header,
    "Div": _check_div,
    "Link": _check_link,
    "Cite": _check_cite,
    "Figure": check_figure,
    "Table": check_table,
    "Image": check_image,
}
