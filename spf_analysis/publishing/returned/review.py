"""The review of a Word file that came back: each change and comment beside where its sentence comes from, for an editor to decide on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.compat import StringIO

from spf_analysis.publishing.returned.document import Paragraph, Returned, sentences_of
from spf_analysis.publishing.returned.origins import DATA, Origin, Origins, plain

SCHEMA = 1
CHANGE, COMMENT, UNTRACKED = "change", "comment", "untracked change"
_NUMBER = re.compile(r"£?\d[\d,]*(?:\.\d+)?\s?%?")
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


def remarks_on(returned: Returned, origins: Origins, made: Sequence[str] | None = None) -> tuple[ReturnedRemark, ...]:
    """Every change and comment of a file that came back, in its order.

    `made` are the paragraphs of the briefing as it would be made now; with them, edits that were not tracked are found too.
    """
    found = [remark for paragraph in returned.paragraphs for remark in _of_paragraph(paragraph, origins)]
    return (*found, *(_untracked(returned.paragraphs, made, origins) if made is not None else ()))


def _of_paragraph(paragraph: Paragraph, origins: Origins) -> Iterator[ReturnedRemark]:
    for sentence in paragraph.sentences():
        origin = origins.of(sentence.sent or sentence.now, in_table=paragraph.in_table)
        if sentence.sent != sentence.now:
            refused = _refusal(sentence.sent, sentence.now, origin, in_table=paragraph.in_table)
            by = ", ".join(sentence.authors) or "somebody"
            yield ReturnedRemark(CHANGE, paragraph.section, by, sentence.day, sentence.sent, sentence.now, "", origin, refused)
        for comment in sentence.comments:
            about = comment.on or sentence.sent
            yield ReturnedRemark(COMMENT, paragraph.section, comment.author, comment.day, about, "", comment.text, origin)


def _refusal(before: str, after: str, origin: Origin, *, in_table: bool) -> str:
    if in_table or origin.kind == DATA:
        return "it stands in a table or a figure, which come from data: change the data or the rule that it comes from"
    lost, new = _numbers(before) - _numbers(after), _numbers(after) - _numbers(before)
    if lost or new:
        said = ", ".join(sorted({*lost, *new}))
        return f"it changes a figure ({said}), and figures come from data and sources: change those, and the briefing follows"
    return ""


def _numbers(text: str) -> Counter[str]:
    return Counter(number.strip().rstrip(",") for number in _NUMBER.findall(text))


def _untracked(paragraphs: Sequence[Paragraph], made: Sequence[str], origins: Origins) -> Iterator[ReturnedRemark]:
    """Sentences that differ from the briefing as it would be made now although nothing in them was tracked."""
    sent = [paragraph.sent for paragraph in paragraphs]
    for start, end, first, last in _differing(made, sent):
        here = paragraphs[min(first, len(paragraphs) - 1)]
        ours, theirs = (list(sentences_of(" ".join(texts))) for texts in (made[start:end], sent[first:last]))
        for one, two, three, four in _differing(ours, theirs):
            before, after = " ".join(ours[one:two]), " ".join(theirs[three:four])
            origin = origins.of(before or after, in_table=here.in_table)
            refused = _refusal(before, after, origin, in_table=here.in_table)
            yield ReturnedRemark(UNTRACKED, here.section, "somebody", "", before, after, "", origin, refused)


def _differing(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches in which two lists of texts differ, small matters of typography apart."""
    matched = SequenceMatcher(None, [plain(text) for text in ours], [plain(text) for text in theirs], autojunk=False)
    for what, start, end, first, last in matched.get_opcodes():
        if what != "equal" and any(plain(text) for text in (*ours[start:end], *theirs[first:last])):
            yield start, end, first, last


def review_text(returned: Returned, edition: str, remarks: Sequence[ReturnedRemark]) -> str:
    """The review as YAML, one entry a remark, with room for an editor's decision on each change that is not refused."""
    content = CommentedMap({"schema": SCHEMA, "file": returned.name, "target": returned.target, "edition": edition})
    content["remarks"] = [_entry(number, remark) for number, remark in enumerate(remarks, 1)]
    content.yaml_set_start_comment(_HEAD.format(name=returned.name, target=returned.target))
    editor = YAML()
    editor.indent(mapping=2, sequence=4, offset=2)
    editor.width = 110
    out = StringIO()
    editor.dump(content, out)
    return str(out.getvalue())


def _entry(number: int, remark: ReturnedRemark) -> CommentedMap:
    said = remark.as_dict()
    entry = CommentedMap({"number": number, **{name: value for name, value in said.items() if value}})
    if remark.kind != COMMENT and not remark.refused:
        entry["accept"] = None
        entry.yaml_add_eol_comment("yes or no", "accept")
    return entry
