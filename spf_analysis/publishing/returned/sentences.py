"""Where the sentences of a text end: not after an abbreviation or an initial, not inside brackets, and after a citation that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GAP = re.compile(r"(?<=[.!?])(?P<bracket>\s\([^()]*\))?\s+(?!\()(?=[\W\d]*[A-Z£‘“])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:al|approx|cf|ch|chap|Dr|ed|eds|e\.g|fig|i\.e|incl|Mr|Mrs|Ms|no|nos|p|para|paras|pp|Prof|sec|sect|sects|St|viz|vol|vols|vs)"
    r"|\b[A-Z])\.$"
)


def spans_of(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends; the white space between two belongs to neither."""
    start = 0
    for gap in _GAP.finditer(text):
        said = text[start : gap.start()]
        if _ABBREVIATED.search(said) or sum(map(said.count, "([")) > sum(map(said.count, ")]")):
            continue
        yield start, gap.start() + len(gap["bracket"] or "")
        start = gap.end()
    yield start, len(text)


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text."""
    yield from (text[start:end].strip() for start, end in spans_of(text))
