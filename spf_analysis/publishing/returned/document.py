"""Reading a Word file that came back: each sentence as it was sent and as it reads now, and the comments on it.

Only what Word tracked can be told from the file itself; edits that were not tracked are found by comparing it with the briefing as it
would be made now. The file comes from outside: it is read with limits, and nothing in it is followed or run.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from spf_analysis.errors import Problem, TypesettingError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_LARGEST = 60_000_000  # bytes of one part when unpacked
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\W\d]*[A-Z£‘“])")
_HEADING = re.compile(r"[Hh]eading\s?\d|Title")
_HINT = "Save the file in Word as .docx again, and name that one."
SENT, ADDED, TAKEN_OUT = "sent", "added", "taken out"
_MARKS = {f"{_W}ins": ADDED, f"{_W}moveTo": ADDED, f"{_W}del": TAKEN_OUT, f"{_W}moveFrom": TAKEN_OUT}


@dataclass(frozen=True)
class Piece:
    """A stretch of text that was sent, added or taken out, and by whom and when it was changed."""

    text: str
    state: str = SENT
    author: str = ""
    day: str = ""


@dataclass(frozen=True)
class Comment:
    """A comment and the words that it was put on."""

    author: str
    day: str
    text: str
    on: str = ""


@dataclass(frozen=True)
class Sentence:
    """One sentence as it was sent and as it reads now; `comments` are those put on any part of it."""

    sent: str
    now: str
    authors: tuple[str, ...] = ()
    day: str = ""
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or a table's cell, with the heading that it stands under."""

    section: str
    in_table: bool
    pieces: tuple[Piece, ...]
    comments: tuple[tuple[int, int, Comment], ...] = ()
    heading: bool = False

    @property
    def sent(self) -> str:
        """The text as it was sent: what was taken out is there, what was added is not."""
        return "".join(piece.text for piece in self.pieces if piece.state != ADDED)

    def sentences(self) -> Iterator[Sentence]:
        """Its sentences, as they were sent and as they read now; a paragraph that is all new is one sentence that was not sent."""
        for start, end in _sentences(self.sent):
            changed = [piece for piece, begin, stop in self._placed() if piece.state != SENT and begin <= end and stop >= start]
            comments = tuple(comment for begin, stop, comment in self.comments if (begin < max(end, 1) and stop > start) or begin == start)
            authors = tuple(dict.fromkeys(piece.author for piece in changed if piece.author))
            day = max((piece.day for piece in changed), default="")
            yield Sentence(self.sent[start:end].strip(), self._now(start, end).strip(), authors, day, comments)

    def _placed(self) -> Iterator[tuple[Piece, int, int]]:
        """Each piece with where it begins and ends in the text as sent; what was added takes no room there."""
        at = 0
        for piece in self.pieces:
            stop = at if piece.state == ADDED else at + len(piece.text)
            yield piece, at, stop
            at = stop

    def _now(self, start: int, end: int) -> str:
        whole = end >= len(self.sent)
        said = []
        for piece, begin, stop in self._placed():
            if piece.state == ADDED and (start < begin <= end or (begin == start and start == 0)):
                said.append(piece.text if begin < end or whole or not piece.text[:1].isspace() else piece.text.rstrip())
            elif piece.state == SENT and begin < end and stop > start:
                said.append(piece.text[max(start - begin, 0) : end - begin])
        return "".join(said)


@dataclass(frozen=True)
class Returned:
    """A Word file that came back: which briefing it was made as, and its paragraphs in order."""

    name: str
    target: str
    footer: str
    paragraphs: tuple[Paragraph, ...] = field(repr=False, default=())


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _SENTENCE.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text."""
    yield from (text[start:end].strip() for start, end in _sentences(text))


def read_returned(path: Path) -> Returned:
    """The Word file that came back. Raises TypesettingError for one that is no Word document, is too large, or no briefing of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {info.filename: _part(archive, info, path) for info in archive.infolist() if info.filename.endswith(".xml")}
        body, core = _xml(parts["word/document.xml"]), _xml(parts["docProps/core.xml"])
        comments = _comments(_xml(parts["word/comments.xml"])) if "word/comments.xml" in parts else {}
    except (OSError, zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise TypesettingError("the file is no Word document that can be read", where=path.name, hint=_HINT) from error
    keywords = (core.findtext(f"{_CP}keywords") or "").split(",")
    target = keywords[-1].strip()
    if not target:
        hint = "Name the Word file of a briefing that this workbench made; its keywords end in the target."
        raise TypesettingError("the file does not say which briefing it is", where=path.name, hint=hint)
    footers = (" ".join(_plain(_xml(parts[name]))) for name in sorted(parts) if re.fullmatch(r"word/footer\d*\.xml", name))
    return Returned(path.name, target, " ".join(footers), tuple(_paragraphs(body, comments)))


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    if info.file_size > _LARGEST:
        raise TypesettingError([Problem("typesetting", path.name, "the file unpacks to more than any briefing holds", _HINT)])
    return archive.read(info)


def _xml(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _plain(element: etree._Element) -> Iterator[str]:
    yield from (node.text or "" for node in element.iter(f"{_W}t"))


def _comments(root: etree._Element) -> dict[str, Comment]:
    found = {}
    for comment in root.iter(f"{_W}comment"):
        text = "\n".join("".join(_plain(paragraph)) for paragraph in comment.iter(f"{_W}p"))
        found[comment.get(f"{_W}id", "")] = Comment(_author(comment), comment.get(f"{_W}date", "")[:10], text.strip())
    return found


def _author(element: etree._Element) -> str:
    return element.get(f"{_W}author", "") or "somebody"


def _paragraphs(body: etree._Element, comments: dict[str, Comment]) -> Iterator[Paragraph]:
    section = ""
    open_ranges: dict[str, int] = {}
    for element in body.iter(f"{_W}p"):
        in_table = any(parent.tag == f"{_W}tbl" for parent in element.iterancestors())
        style = element.find(f"{_W}pPr/{_W}pStyle")
        heading = style is not None and bool(_HEADING.match(style.get(f"{_W}val", "")))
        found = _paragraph(element, comments, open_ranges, section, in_table)
        if heading:
            section = found.sent or section
        if found.pieces:
            yield replace(found, section=section, heading=heading)


def _paragraph(element: etree._Element, comments: dict[str, Comment], ranges: dict[str, int], section: str, in_table: bool) -> Paragraph:
    """A paragraph's pieces, and the comments whose range ends in it, each with where it begins and ends in the text as sent."""
    pieces: list[Piece] = []
    placed: list[tuple[int, int, Comment]] = []
    ranges.update(dict.fromkeys(ranges, 0))  # a range that began in an earlier paragraph covers this one from its start
    for node in element.iter():
        at = sum(len(piece.text) for piece in pieces if piece.state != ADDED)
        if node.tag in (f"{_W}t", f"{_W}delText", f"{_W}tab", f"{_W}br"):
            if _own(node, element):
                pieces.append(_piece(node, element))
        elif node.tag == f"{_W}commentRangeStart":
            ranges[node.get(f"{_W}id", "")] = at
        elif node.tag == f"{_W}commentRangeEnd":
            key = node.get(f"{_W}id", "")
            start = ranges.pop(key, 0)
            if key in comments:
                sent = "".join(piece.text for piece in pieces if piece.state != ADDED)
                placed.append((start, at, replace(comments[key], on=sent[start:at].strip())))
    return Paragraph(section, in_table, tuple(pieces), tuple(placed))


def _own(node: etree._Element, paragraph: etree._Element) -> bool:
    """Whether a text stands in this paragraph itself, and not in one nested in it (a text box)."""
    return next((parent for parent in node.iterancestors(f"{_W}p")), None) is paragraph


def _piece(node: etree._Element, paragraph: etree._Element) -> Piece:
    text = {f"{_W}tab": "\t", f"{_W}br": " "}.get(str(node.tag), node.text or "")
    marks = []
    for parent in node.iterancestors():
        if parent is paragraph:
            break
        if parent.tag in _MARKS:
            marks.append((_MARKS[str(parent.tag)], _author(parent), parent.get(f"{_W}date", "")[:10]))
    if {state for state, _, _ in marks} == {ADDED, TAKEN_OUT}:
        return Piece("", ADDED)  # added by one and taken out by another: it neither was sent nor reads now
    return Piece(text, *marks[0]) if marks else Piece(text)
