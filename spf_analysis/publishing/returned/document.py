"""A Word file that came back: each paragraph and sentence as it was sent and as it reads now, and the comments on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spf_analysis.publishing.returned.sentences import spans_of

SENT, ADDED, TAKEN_OUT = "sent", "added", "taken out"
TEXT, TABLE, HEADING, CONTENTS, FRONT, REFERENCE = "text", "table", "heading", "contents", "front", "reference"
PICTURE = "[picture]"


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
    """One sentence as it was sent and as it reads now; `comments` are those that begin in it."""

    sent: str
    now: str
    authors: tuple[str, ...] = ()
    day: str = ""
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or a table's cell, with the heading that it stands under; a picture counts as a word.

    `stands` is what it is part of: the text, a table, a heading, the contents, the front (title and date) or the references.
    """

    section: str
    stands: str
    pieces: tuple[Piece, ...]
    comments: tuple[tuple[int, Comment], ...] = ()

    @property
    def sent(self) -> str:
        """The text as it was sent: what was taken out is there, what was added is not."""
        return "".join(piece.text for piece in self.pieces if piece.state != ADDED)

    def sentences(self) -> Iterator[Sentence]:
        """Its sentences, as they were sent and as they read now; a paragraph that is all new is one sentence that was not sent.

        A reference is one sentence, whatever full stops it has, and so are two that a change reaches across. A comment is told once, where
        it begins.
        """
        spans = [(0, len(self.sent))] if self.stands == REFERENCE else self._spans()
        for number, (start, end) in enumerate(spans):
            changed = [piece for piece, begin, stop in self._placed() if piece.state != SENT and begin <= end and stop >= start]
            comments = tuple(comment for at, comment in self.comments if number == _holding(spans, at))
            authors = tuple(dict.fromkeys(piece.author for piece in changed if piece.author))
            day = max((piece.day for piece in changed), default="")
            yield Sentence(self.sent[start:end].strip(), self._now(start, end).strip(), authors, day, comments)

    def _spans(self) -> list[tuple[int, int]]:
        """Where its sentences begin and end, as they were sent; those between which the words were taken out count as one."""
        joined: list[tuple[int, int]] = []
        for start, end in spans_of(self.sent):
            if joined and self._taken_out(joined[-1][1], start):
                start = joined.pop()[0]
            joined.append((start, end))
        return joined

    def _taken_out(self, start: int, end: int) -> bool:
        return any(piece.state == TAKEN_OUT and begin < end and stop > start for piece, begin, stop in self._placed())

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


def _holding(spans: list[tuple[int, int]], at: int) -> int:
    """The number of the sentence that a place belongs to: a gap belongs to the sentence after it."""
    return next((number for number, (_, end) in enumerate(spans) if at < end), len(spans) - 1)


@dataclass(frozen=True)
class Returned:
    """A Word file that came back: what it says of the briefing that it was made as, and its paragraphs in order.

    `keywords` end in the target; `footer` names the edition; `fingerprint` is that of the text as it was made, empty where none was kept.
    `adrift` are comments of which the file does not say what they were put on.
    """

    name: str
    keywords: str
    footer: str
    fingerprint: str = ""
    paragraphs: tuple[Paragraph, ...] = field(repr=False, default=())
    adrift: tuple[Comment, ...] = ()
