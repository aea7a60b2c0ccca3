"""Which line of a template each stretch of a briefing comes from, and which stretches are values: templates rendered with marks in them.

The marks are letters of the private use area, which no text of ours may hold; they are put in when a template is read, so that what is
printed is what would be printed without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from spf_analysis.publishing.rendering import Json, environment, rendered
from spf_analysis.publishing.returned.sentences import spans_of

_OPEN, _VALUE, _SHUT = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"([{_OPEN}{_VALUE}])([^{_SHUT}]*){_SHUT}")
_STYLE = r"\{[#.][^}]*\}|:::.*|^[#>|\s]+(?=\s)|^\s*-(?=\s)|!\[|\]\([^)]*\)|[*_`]|\\(?=[!-/:-@\[-`{-~])"
_CITED = r"\[[^\]]*@[^\]]*\]"
_POINTER = re.compile(r"@(?P<kind>tbl|fig|sec)-[\w-]+|@[\w-]+")
_MARKDOWN = re.compile(f"{_CITED}|{_STYLE}")
_MARKS_AND_POINTERS = re.compile(f"{_CITED}|{_STYLE}|{_POINTER.pattern}")
_POINTED = {"tbl": "Table", "fig": "Figure", "sec": "Section"}


@dataclass(frozen=True)
class Stretch:
    """A stretch of a briefing that was printed in one go: the words of a template's line, or a value that the line asks for."""

    text: str
    template: str
    line: int
    value: bool


@dataclass(frozen=True)
class PrintedSentence:
    """A sentence of a briefing with the stretches that it is made of, as they stand in the sentence."""

    text: str
    stretches: tuple[Stretch, ...]


class _Marks(Extension):
    """Puts a mark before each line of a template's own words and before each value."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for token in stream:
            place = f"{stream.name}:"
            if token.type == "data":
                yield Token(token.lineno, "data", _marked(token.value, place, token.lineno))
                continue
            if token.type == "variable_begin":
                yield Token(token.lineno, "data", f"{_VALUE}{place}{token.lineno}{_SHUT}")
            yield token


def _marked(text: str, place: str, first: int) -> str:
    lines = text.split("\n")
    return "\n".join(f"{_OPEN}{place}{number}{_SHUT}{line}" if line else line for number, line in enumerate(lines, first))


def traced(template: str, context: Json, templates: Path) -> tuple[PrintedSentence, ...]:
    """The sentences of a briefing, each with where it comes from. Raises BriefingError where the context no longer fits."""
    printed = rendered(environment(templates).overlay(extensions=[_Marks]), template, context, templates)
    return tuple(sentence for line in _lines(printed) for sentence in _sentences(line))


def _lines(printed: str) -> Iterator[list[Stretch]]:
    """The stretches of each line; a stretch goes on until the next one begins."""
    here = partial(Stretch, template="", line=0, value=False)
    for line in printed.split("\n"):
        found, at = [], 0
        for mark in _MARK.finditer(line):
            found.append(here(line[at : mark.start()]))
            name, _, number = mark[2].rpartition(":")
            here = partial(Stretch, template=name, line=int(number), value=mark[1] == _VALUE)
            at = mark.end()
        found.append(here(line[at:]))
        yield [stretch for stretch in found if stretch.text]


def _sentences(line: list[Stretch]) -> Iterator[PrintedSentence]:
    shown = [part for stretch in line for part in _shown(stretch)]
    whole = "".join(part.text for part in shown)
    for start, end in spans_of(whole):
        parts, at = [], 0
        for part in shown:
            said = part.text[max(start - at, 0) : max(end - at, 0)].strip()
            at += len(part.text)
            if said:
                parts.append(replace(part, text=said))
        if parts:
            yield PrintedSentence(whole[start:end].strip(), tuple(parts))


def _shown(stretch: Stretch) -> Iterator[Stretch]:
    """A stretch as the reader sees it, cut where Markdown stood, so that each part stands in the template letter by letter."""
    if stretch.value:
        yield replace(stretch, text=_pointed(_MARKDOWN.sub("", stretch.text)))
        return
    at = 0
    for mark in _MARKS_AND_POINTERS.finditer(stretch.text):
        yield replace(stretch, text=stretch.text[at : mark.start()])
        yield replace(stretch, text=_pointed(mark[0]) if _POINTER.fullmatch(mark[0]) else "", value=True)
        at = mark.end()
    yield replace(stretch, text=stretch.text[at:])


def _pointed(text: str) -> str:
    """A text with "Table" where it points to one, and "Source" where it names one: what number or name that has is not known here."""
    return _POINTER.sub(lambda found: _POINTED.get(found["kind"], "Source"), text)
