"""A source text cut into passages, so that an anchor can be looked up at its locator.

A text is cut at the headings that its outline names, in that order. Within a section, paragraphs are the blocks between blank
lines, counted from 1; where the source numbers its paragraphs itself ("29. …"), that number is taken and following blocks
belong to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from spf_analysis.evidence.model import Section

_BLANK = re.compile(r"\n[ \t\f]*\n")
_NEXT_NUMBER = re.compile(r"\n(?=[*_]*\d{1,3}\.\s)")
_NUMBERED = re.compile(r"^[\s*_]*(\d{1,3})\.\s")
_ALIKE = {"'": "\u2018\u2019", '"': "\u201c\u201d", "-": "\u2013\u2014\u2011\u2212", " ": "\u2022*_#"}
_MARKS = str.maketrans({mark: plain for plain, marks in _ALIKE.items() for mark in marks})
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Passage:
    """One paragraph of a source text, with the section and paragraph number that a locator gives."""

    section: str
    paragraph: int
    text: str


def normalised(text: str) -> str:
    """Text with spaces, quotation marks and dashes made alike and emphasis and link marks dropped; case is kept."""
    text = unicodedata.normalize("NFKC", _LINK.sub(r"\1", text)).translate(_MARKS).replace("\\", "")
    return " ".join(text.split())


def passages(text: str, outline: Iterable[Section]) -> list[Passage]:
    """The paragraphs of a source text in order. Raises ValueError naming the headings that were not found."""
    starts: list[tuple[Section, int]] = []
    missing: list[str] = []
    position = 0
    for section in outline:
        found = _heading(text, section.heading, position)
        if found is None:
            missing.append(section.heading)
        else:
            starts.append((section, found[0]))
            position = found[1]
    if missing:
        raise ValueError(f"headings not found, in this order, in the text: {', '.join(missing)}")
    ends = [start for _, start in starts[1:]] + [len(text)]
    return [passage for (section, start), end in zip(starts, ends, strict=True) for passage in _paragraphs(section, text[start:end])]


def _heading(text: str, heading: str, position: int) -> tuple[int, int] | None:
    wanted = normalised(heading).casefold()
    for line in re.finditer(r"[^\n]+", text[position:]):
        if normalised(line.group()).casefold().startswith(wanted):
            return position + line.start(), position + line.end()
    return None


def _paragraphs(section: Section, text: str) -> list[Passage]:
    counted: dict[int, list[str]] = {}
    number = 0 if section.numbered else -1
    for block in _blocks(text, section.numbered):
        own = _NUMBERED.match(block) if section.numbered else None
        if not section.numbered:
            number = len(counted) + 1
        elif own and int(own[1]) > number:
            number = int(own[1])
        counted.setdefault(max(number, 1), []).append(block)
    return [Passage(section.section, paragraph, normalised("\n".join(blocks))) for paragraph, blocks in counted.items()]


def _blocks(text: str, numbered: bool) -> Iterable[str]:
    for block in _BLANK.split(text):
        if block.strip():
            yield from _NEXT_NUMBER.split(block) if numbered else (block,)
