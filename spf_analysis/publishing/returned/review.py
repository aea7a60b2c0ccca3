"""The review of a Word file that came back: each change and comment beside where its sentence comes from, for an editor to decide on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.compat import StringIO

from spf_analysis.publishing.returned.document import CONTENTS, PICTURE, REFERENCE, TABLE, Paragraph, Returned
from spf_analysis.publishing.returned.origins import DATA, UNKNOWN, Origin, Origins, straight
from spf_analysis.publishing.returned.refusing import published_figures, refusal
from spf_analysis.publishing.returned.sentences import sentences_of

SCHEMA = 1
CHANGE, COMMENT, UNTRACKED = "change", "comment", "untracked change"
_ADRIFT = Origin(UNKNOWN, "the file does not say what it was put on")
_T = TypeVar("_T")
_HEAD = """\
Changes and comments in {name}, a briefing for {target}.
Write 'accept: yes' beside each change that is to be made, or 'accept: no'; then run
    spf returned --apply THIS-FILE
Refused ones are listed so that whoever made them can be answered."""


@dataclass(frozen=True)
class ReturnedRemark:
    """One change or comment: by whom, the sentence before and after, where it comes from, and why it is refused where it is."""

    kind: str
    section: str
    by: str
    day: str
    before: str
    after: str
    comment: str
    origin: Origin
    refused: str = ""

    @property
    def to_decide(self) -> bool:
        """Whether an editor has to accept or decline it."""
        return self.kind != COMMENT and not self.refused

    def as_dict(self) -> dict[str, Any]:
        origin = self.origin
        place = {name: value for name in ("file", "noun", "record", "field") if (value := getattr(origin, name))}
        return {
            "kind": self.kind,
            "section": self.section,
            "by": self.by,
            "date": self.day,
            "before": self.before,
            "after": self.after,
            "comment": self.comment,
            "comes_from": {"kind": origin.kind, "said": origin.said, "text": origin.text, **place},
            "refused": self.refused,
        }


def remarks_on(returned: Returned, origins: Origins, sent: Returned | None = None) -> tuple[ReturnedRemark, ...]:
    """Every change and comment of a file that came back, in its order.

    `sent` is the file as it was sent; with it, edits that were not tracked are found too.
    """
    return tuple(_Remarks(returned, origins, sent).all())


class _Remarks:
    """The remarks on one file, with what all of them are judged by: the origins and the figures that were published."""

    def __init__(self, returned: Returned, origins: Origins, sent: Returned | None) -> None:
        self._returned, self._origins, self._sent = returned, origins, sent
        self._figures = published_figures(paragraph.sent for paragraph in (sent or returned).paragraphs)

    def all(self) -> Iterator[ReturnedRemark]:
        for number, paragraph in enumerate(self._returned.paragraphs):
            yield from self._tracked(paragraph, _caption(self._returned.paragraphs, number))
        for comment in self._returned.adrift:
            yield ReturnedRemark(COMMENT, "", comment.author, comment.day, "", "", comment.text, _ADRIFT)
        if self._sent is not None:
            yield from self._untracked(self._sent.paragraphs)

    def _tracked(self, paragraph: Paragraph, caption: str) -> Iterator[ReturnedRemark]:
        for sentence in paragraph.sentences():
            origin = self._origins.of(sentence.sent, sentence.now, stands=paragraph.stands)
            if caption:
                origin = replace(origin, said=f"{origin.said}: '{caption}'")
            if sentence.sent != sentence.now:
                refused = self._refusal(sentence.sent, sentence.now, origin, paragraph.stands)
                by = ", ".join(sentence.authors) or "somebody"
                yield ReturnedRemark(CHANGE, paragraph.section, by, sentence.day, sentence.sent, sentence.now, "", origin, refused)
            for comment in sentence.comments:
                about = comment.on or sentence.sent
                yield ReturnedRemark(COMMENT, paragraph.section, comment.author, comment.day, about, "", comment.text, origin)

    def _refusal(self, before: str, after: str, origin: Origin, stands: str) -> str:
        if stands == TABLE or PICTURE in before:
            return "it stands in a table or a figure, which come from data: change the data or the rule that it comes from"
        if stands == CONTENTS:
            return "the contents follow the headings: change the heading"
        reason = refusal(before, after, self._figures)
        if not reason and origin.kind == DATA:
            return "it is made from data or evidence, and not written by hand: change the data, the rule or the record that it comes from"
        return reason

    def _untracked(self, sent: Sequence[Paragraph]) -> Iterator[ReturnedRemark]:
        """Sentences that differ from the briefing as it was sent although nothing in them was tracked; contents follow the headings."""
        ours, theirs = ([one for one in some if one.stands != CONTENTS] for some in (sent, self._returned.paragraphs))
        for before, after in _differing(ours, theirs, [one.sent for one in ours], [one.sent for one in theirs]):
            here = (before or after)[0]
            were, are = ([text for one in some for text in _sentences(one)] for some in (before, after))
            for some, others in _differing(were, are, were, are):
                yield self._silent(" ".join(some), " ".join(others), here)

    def _silent(self, before: str, after: str, here: Paragraph) -> ReturnedRemark:
        origin = self._origins.of(before, after, stands=here.stands)
        refused = self._refusal(before, after, origin, here.stands)
        return ReturnedRemark(UNTRACKED, here.section, "somebody", "", before, after, "", origin, refused)


def _caption(paragraphs: Sequence[Paragraph], number: int) -> str:
    """The caption of a picture, which stands above or below it; empty for a paragraph that is no picture."""
    if PICTURE not in paragraphs[number].sent:
        return ""
    near = (*paragraphs[max(number - 1, 0) : number], *paragraphs[number + 1 : number + 2])
    return next((straight(paragraph.sent) for paragraph in near if paragraph.sent.startswith("Figure")), "")


def _sentences(paragraph: Paragraph) -> list[str]:
    return [paragraph.sent] if paragraph.stands == REFERENCE else list(sentences_of(paragraph.sent))


def _differing(ours: Sequence[_T], theirs: Sequence[_T], were: Sequence[str], are: Sequence[str]) -> Iterator[tuple[list[_T], list[_T]]]:
    """The stretches in which two lists differ by their texts, kinds of quotes and spaces apart; one by one where they pair off."""
    before, after = ([straight(text) for text in texts] for texts in (were, are))
    for what, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal" or not any((*before[start:end], *after[first:last])):
            continue
        if end - start == last - first:
            yield from (([one], [other]) for one, other in zip(ours[start:end], theirs[first:last], strict=True))
        else:
            yield list(ours[start:end]), list(theirs[first:last])


def review_text(returned: Returned, target: str, edition: str, remarks: Sequence[ReturnedRemark]) -> str:
    """The review as YAML, one entry a remark, with room for an editor's decision on each change that is not refused."""
    content = CommentedMap({"schema": SCHEMA, "file": returned.name, "target": target, "edition": edition})
    content["remarks"] = [_entry(number, remark) for number, remark in enumerate(remarks, 1)]
    content.yaml_set_start_comment(_HEAD.format(name=returned.name, target=target))
    editor = YAML()
    editor.indent(mapping=2, sequence=4, offset=2)
    editor.width = 110
    out = StringIO()
    editor.dump(content, out)
    return str(out.getvalue())


def _entry(number: int, remark: ReturnedRemark) -> CommentedMap:
    said = remark.as_dict()
    entry = CommentedMap({"number": number, **{name: value for name, value in said.items() if value}})
    if remark.to_decide:
        entry["accept"] = None
        entry.yaml_add_eol_comment("yes or no", "accept")
    return entry
