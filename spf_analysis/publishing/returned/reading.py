"""Reading a Word file that came back, whichever word processor saved it: its text with what was tracked in it, and its comments.

The file comes from outside: it is read with limits, and nothing in it is followed or run.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten

from lxml import etree

from spf_analysis.errors import Problem, TypesettingError
from spf_analysis.publishing.returned.document import (
    ADDED,
    CONTENTS,
    FRONT,
    HEADING,
    PICTURE,
    REFERENCE,
    SENT,
    TABLE,
    TAKEN_OUT,
    TEXT,
    Comment,
    Paragraph,
    Piece,
    Returned,
)
from spf_analysis.publishing.typeset.word import fingerprint_in

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LARGEST = 60_000_000  # bytes of one part when unpacked
_LONGEST = 300  # characters of what a comment was put on
_STYLES = (
    (HEADING, re.compile(r"heading\s?\d", re.IGNORECASE)),
    (CONTENTS, re.compile(r"(?:toc|contents)\s?(?:\d|heading)", re.IGNORECASE)),
    (FRONT, re.compile(r"(?:title|subtitle|date|author)$", re.IGNORECASE)),
    (REFERENCE, re.compile(r"bibliography", re.IGNORECASE)),
)
_NUMBERED = re.compile(r"\d+(?:\.\d+)*\t")
_HINT = "Save the file in Word as .docx again, and name that one."
_MARKS = {f"{_W}ins": ADDED, f"{_W}moveTo": ADDED, f"{_W}del": TAKEN_OUT, f"{_W}moveFrom": TAKEN_OUT}
_SHOWN = {f"{_W}tab": "\t", f"{_W}br": " ", f"{_W}drawing": PICTURE, f"{_W}pict": PICTURE, f"{_W}object": PICTURE}
_TEXT = (f"{_W}t", f"{_W}delText", *_SHOWN)
_START, _END, _POINT = f"{_W}commentRangeStart", f"{_W}commentRangeEnd", f"{_W}commentReference"


def read_returned(path: Path) -> Returned:
    """The Word file that came back. Raises TypesettingError for one that is no Word document or is too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {info.filename: _part(archive, info, path) for info in archive.infolist() if info.filename.endswith(".xml")}
        body = _xml(parts["word/document.xml"])
        comments = _comments(_xml(parts["word/comments.xml"])) if "word/comments.xml" in parts else {}
        footers = [_said(_xml(parts[name])) for name in sorted(parts) if re.fullmatch(r"word/footer\d*\.xml", name)]
        keywords = _xml(parts["docProps/core.xml"]).findtext(f"{_CP}keywords") if "docProps/core.xml" in parts else ""
        mark = fingerprint_in(parts)
    except (OSError, zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise TypesettingError("the file is no Word document that can be read", where=path.name, hint=_HINT) from error
    paragraphs, adrift = _paragraphs(body, comments)
    return Returned(path.name, (keywords or "").strip(), next(filter(None, footers), ""), mark, paragraphs, adrift)


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    if info.file_size > _LARGEST:
        raise TypesettingError([Problem("typesetting", path.name, "the file unpacks to more than any briefing holds", _HINT)])
    return archive.read(info)


def _xml(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _said(footer: etree._Element) -> str:
    """What a footer says beside its fields: a page number is what a word processor last worked out, and nobody's words."""
    words: list[str] = []
    depth = 0
    for node in footer.iter(f"{_W}t", f"{_W}tab", f"{_W}fldChar"):
        depth += {"begin": 1, "end": -1}.get(node.get(f"{_W}fldCharType", ""), 0)
        if not depth and not any(parent.tag == f"{_W}fldSimple" for parent in node.iterancestors()):
            words.append(node.text or " ")
    return " ".join("".join(words).split())


def _comments(root: etree._Element) -> dict[str, Comment]:
    found = {}
    for comment in root.iter(f"{_W}comment"):
        text = "\n".join("".join(node.text or "" for node in paragraph.iter(f"{_W}t")) for paragraph in comment.iter(f"{_W}p"))
        found[comment.get(f"{_W}id", "")] = Comment(_author(comment), comment.get(f"{_W}date", "")[:10], text.strip())
    return found


def _author(element: etree._Element) -> str:
    return element.get(f"{_W}author", "") or "somebody"


def _paragraphs(body: etree._Element, comments: Mapping[str, Comment]) -> tuple[tuple[Paragraph, ...], tuple[Comment, ...]]:
    """The paragraphs that say something or were commented, and the comments that were put on none of them."""
    elements = [element for element in body.iter(f"{_W}p") if not any(parent.tag == _FALLBACK for parent in element.iterancestors())]
    read = [_paragraph(element) for element in elements]
    placed = _placed(body, elements, read, comments)
    section, found = "", []
    for number, paragraph in enumerate(read):
        if paragraph.stands == HEADING:
            section = paragraph.sent or section
        here = tuple((at, comment) for where, at, comment in placed.values() if where == number)
        if paragraph.pieces or here:
            found.append(replace(paragraph, section=section, comments=here))
    return tuple(found), tuple(comment for key, comment in comments.items() if key not in placed)


def _paragraph(element: etree._Element) -> Paragraph:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    stands = next((stands for stands, pattern in _STYLES if pattern.match(name)), TEXT)
    if stands == TEXT and any(parent.tag == f"{_W}tbl" for parent in element.iterancestors()):
        stands = TABLE
    pieces = [_piece(node, element) for node in _texts(element)]
    return Paragraph("", stands, tuple(_unnumbered(pieces) if stands in (HEADING, TEXT) else pieces))


def _texts(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What stands in this paragraph itself, and not in one nested in it (a text box)."""
    for node in paragraph.iter(*_TEXT):
        if _paragraph_of(node) is paragraph and not any(parent.tag == f"{_W}pPr" for parent in node.iterancestors()):
            yield node


def _paragraph_of(node: etree._Element) -> etree._Element | None:
    return next(node.iterancestors(f"{_W}p"), None)


def _piece(node: etree._Element, paragraph: etree._Element) -> Piece:
    text = _SHOWN.get(str(node.tag), node.text or "")
    marks = []
    for parent in node.iterancestors():
        if parent is paragraph:
            break
        if parent.tag in _MARKS:
            marks.append((_MARKS[str(parent.tag)], _author(parent), parent.get(f"{_W}date", "")[:10]))
    if {state for state, _, _ in marks} == {ADDED, TAKEN_OUT}:
        return Piece("", ADDED)  # added by one and taken out by another: it neither was sent nor reads now
    return Piece(text, *marks[0]) if marks else Piece(text)


def _unnumbered(pieces: list[Piece]) -> list[Piece]:
    """A heading without its number, which the typesetter sets; one whose number was touched is left as it stands.

    A heading that lost its style, as it may when the paragraph before it is taken out, still has it.
    """
    number = _NUMBERED.match("".join(piece.text for piece in pieces if piece.state == SENT))
    left = number.end() if number else 0
    kept = []
    for piece in pieces:
        if left and piece.state != SENT and piece.text:
            return pieces
        kept.append(replace(piece, text=piece.text[left:]))
        left -= min(left, len(piece.text))
    return kept


@dataclass(frozen=True)
class _Place:
    """A place in the document: the number of a paragraph, and how far into its text as sent."""

    paragraph: int
    at: int


def _placed(
    body: etree._Element, elements: list[etree._Element], read: list[Paragraph], comments: Mapping[str, Comment]
) -> dict[str, tuple[int, int, Comment]]:
    """Each comment with where it begins: its range where it has one, otherwise the point that it was put at."""
    marks = _marks(body, elements, read)
    found = {}
    for key, comment in comments.items():
        start = marks[_START].get(key) or marks[_POINT].get(key)
        if start is not None and start.paragraph < len(read):
            end = marks[_END].get(key) or start
            on = shorten(_between(read, start, end), _LONGEST, placeholder=" …")
            found[key] = (start.paragraph, start.at, replace(comment, on=on))
    return found


def _marks(body: etree._Element, elements: list[etree._Element], read: list[Paragraph]) -> dict[str, dict[str, _Place]]:
    numbers = {element: number for number, element in enumerate(elements)}
    found: dict[str, dict[str, _Place]] = {_START: {}, _END: {}, _POINT: {}}
    last = -1
    for node in body.iter(f"{_W}p", *found):
        inside = _paragraph_of(node)
        if node.tag == f"{_W}p":
            last = numbers.get(node, last)
        elif inside is None:  # between paragraphs: a range begins with the next one and ends with the last one
            place = _Place(last + 1, 0) if node.tag == _START else _Place(last, len(read[last].sent) if read else 0)
            found[str(node.tag)].setdefault(node.get(f"{_W}id", ""), place)
        elif inside in numbers:
            place = _Place(numbers[inside], _offset(node, inside, read[numbers[inside]]))
            found[str(node.tag)].setdefault(node.get(f"{_W}id", ""), place)
    return found


def _offset(mark: etree._Element, element: etree._Element, paragraph: Paragraph) -> int:
    """How far into the text as sent a mark stands."""
    texts = list(_texts(element))
    lengths = [len(piece.text) if (piece := _piece(node, element)).state != ADDED else 0 for node in texts]
    before = {node: number for number, node in enumerate(texts)}
    passed = 0
    for node in element.iter(str(mark.tag), *_TEXT):
        if node is mark:
            break
        passed += lengths[before[node]] if node in before else 0
    return max(passed - (sum(lengths) - len(paragraph.sent)), 0)  # a heading's number is not part of its text


def _between(read: list[Paragraph], start: _Place, end: _Place) -> str:
    if end.paragraph <= start.paragraph:
        return read[start.paragraph].sent[start.at : end.at].strip()
    whole = [paragraph.sent for paragraph in read[start.paragraph + 1 : end.paragraph]]
    return " ".join([read[start.paragraph].sent[start.at :], *whole, read[end.paragraph].sent[: end.at]]).strip()
