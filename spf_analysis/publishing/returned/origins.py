"""Where a sentence of a briefing comes from: a record of the evidence base, a reading of the draft, data, or a line of a template."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.fund.parameters import OpenQuestion
from spf_analysis.publishing.returned.document import CONTENTS, FRONT, PICTURE, REFERENCE, TABLE, TEXT
from spf_analysis.publishing.returned.refusing import uncited
from spf_analysis.publishing.returned.sentences import sentences_of
from spf_analysis.publishing.returned.tracing import PrintedSentence, Stretch
from spf_analysis.workbench import Workbench

Json = Mapping[str, Any]
RECORD, TEMPLATE, DATA, WORKBENCH, UNKNOWN = "record", "template", "data", "workbench", "unknown"
ALIKE = 80  # out of 100: below it a sentence is said to be of unknown origin
_READINGS = "fund/rules/interpretations.yaml"
_SHORTEST = 12  # characters of a text that may be looked for inside a sentence
_MARKS = re.compile(r"\{#[^}]*\}|:::.*|^[#\-*\s]+|\[@[^\]]*\]|[*_`]")
_WORD = re.compile(r"\w{2}|\d")
_LEAD = re.compile(r"^(?:(?:Table|Figure) \d+|Important|Note|Warning|Tip|Caution): ")
_NO_WORDS = re.compile(r"[^\w£%+−]+")


@dataclass(frozen=True)
class Origin:
    """Where a sentence comes from, and the text that stands there.

    `kind` is "record" (a field of a claim, gap, contradiction, source, case study, reading or reference), "template", "data" (a table, a
    figure or what is worked out), "workbench" (title and date) or "unknown"; `file`, `noun`, `record` and `field` say where the text can
    be changed.
    """

    kind: str
    said: str
    text: str = ""
    file: str = ""
    noun: str = ""
    record: str = ""
    field: str = ""


_NEW = Origin(UNKNOWN, "new text, which stands in no record and no template yet")
_NOT_FOUND = Origin(UNKNOWN, "not found in this edition's evidence, data or templates")
_BY_PLACE = {
    CONTENTS: Origin(DATA, "the contents, which follow the headings"),
    FRONT: Origin(WORKBENCH, "the title and date, which the workbench gives to each briefing"),
}


class Origins:
    """Every text that a briefing printed, by where it stands; `printed` are its sentences as the templates made them of the context."""

    def __init__(self, bench: Workbench, context: Json, printed: Sequence[PrintedSentence]) -> None:
        self._templates, self._workbench = bench.settings.templates, bench.settings.folder
        evidence = bench.settings.evidence.relative_to(self._workbench)
        readings = _of_readings(bench.fund.rulebook.questions, (evidence / _READINGS).as_posix())
        self._records = [*_of_evidence(bench.evidence, context), *readings]
        self._data = {_key(origin.text): origin for origin in _of_data(context)}
        self._references = {str(entry["id"]): str(entry["title"]) for entry in context["references"] if entry.get("title")}
        self._library = (evidence / "library.json").as_posix()
        self._printed = {_key(sentence.text): sentence for sentence in reversed(printed)}

    def of(self, before: str, after: str, *, stands: str = TEXT) -> Origin:
        """Where a sentence comes from; of a sentence with several parts, the part that the change lies in, otherwise the greatest."""
        if not before:
            return _NEW
        if stands in _BY_PLACE:
            return _BY_PLACE[stands]
        if stands == REFERENCE:
            return self._reference(before)
        if PICTURE in before:
            return Origin(DATA, "a picture, which is drawn from data")
        if stands == TABLE:
            return self._record(before) or Origin(DATA, "a table: its cells come from data and records")
        found = self._traced(before) or self._traced(next(sentences_of(before)))
        parts = self._parts(found) if found else []
        if parts and before != after:
            changed = [part for part in parts if rewritten(part.text, before, after) is not None]
            return (changed or [part for part in parts if part.kind != DATA] or parts)[0]
        return parts[0] if parts else self._record(before) or self._datum(before) or _NOT_FOUND

    def _traced(self, sentence: str) -> PrintedSentence | None:
        key = _key(sentence)
        if key in self._printed:
            return self._printed[key]
        found = process.extractOne(key, list(self._printed), scorer=fuzz.ratio, score_cutoff=ALIKE) if key else None
        return self._printed[found[0]] if found else None

    def _parts(self, sentence: PrintedSentence) -> list[Origin]:
        """The origins of a sentence's parts: first the value or line that said most of it."""
        said: Counter[tuple[str, int, str]] = Counter()
        for stretch in sentence.stretches:
            said[_source(stretch)] += len(stretch.text)
        worded = [stretch for stretch in sentence.stretches if _WORD.search(stretch.text)]
        ordered = sorted(worded, key=lambda stretch: (said[_source(stretch)], len(stretch.text)), reverse=True)
        return [self._part(stretch) for stretch in ordered]

    def _part(self, stretch: Stretch) -> Origin:
        name = (self._templates / stretch.template).relative_to(self._workbench).as_posix()
        place = f"{name}, line {stretch.line}"
        if not stretch.value:
            return Origin(TEMPLATE, place, stretch.text, name)
        worked_out = Origin(DATA, f"a value that {place} prints, as it was worked out for this briefing", stretch.text)
        return self._record(stretch.text) or self._datum(stretch.text) or worked_out

    def _record(self, text: str) -> Origin | None:
        wanted = plain(text)
        held = [origin for origin in self._records if len(origin.text) >= _SHORTEST and _same(plain(origin.text), wanted)]
        return min(held, key=lambda origin: abs(len(origin.text) - len(text)), default=None)

    def _datum(self, text: str) -> Origin | None:
        return self._data.get(_key(text))

    def _reference(self, text: str) -> Origin:
        said = _key(text)
        source = next((source for source, title in self._references.items() if _key(title) in said), "")
        return Origin(RECORD, f"the reference {source}, in {self._library}".replace(" ,", ","), text, self._library, "reference", source)


def _source(stretch: Stretch) -> tuple[str, int, str]:
    return stretch.template, stretch.line, stretch.text if stretch.value else ""


def rewritten(held: str, before: str, after: str) -> str | None:
    """The held text as it would read after the change; None where the change cannot be carried over word for word.

    The sentence may hold more than the text (its citation) or less (one sentence of several).
    """
    held, before, after = (straight(text) for text in (held, before, after))
    stop = "." if held.endswith(".") else ""
    core = held.removesuffix(".")
    if before.count(core) == 1 and (len(core) >= _SHORTEST or core == before.removesuffix(".")):
        head, _, tail = before.partition(core)
        if after.startswith(head) and after.endswith(tail) and len(after) >= len(head) + len(tail):
            return f"{after[len(head) : len(after) - len(tail)]}{stop}"
    if before and held.count(before) == 1:
        return held.replace(before, after)
    return None


def plain(text: str) -> str:
    """A text for comparing: without marks of style, with plain quotes and single spaces."""
    return " ".join(_MARKS.sub("", straight(text)).split()).rstrip(".")


def straight(text: str) -> str:
    """A text as it is written: with straight quotes and plain spaces, as the typesetter found it."""
    return " ".join(text.translate(str.maketrans("‘’“”\u00a0", "''\"\" ")).split())


def _key(text: str) -> str:
    """The words of a sentence alone, without its citations and what the typesetter puts before it."""
    return _NO_WORDS.sub(" ", uncited(_LEAD.sub("", straight(text))).casefold()).strip()


def _same(text: str, sentence: str) -> bool:
    return text in sentence or (len(sentence) > 2 * _SHORTEST and sentence in text)


def _of_evidence(base: EvidenceBase, context: Json) -> Iterator[Origin]:
    for claim in context["claims"].values():
        for field in ("text", "caution"):
            yield from _record(base, "claim", claim["id"], field, claim.get(field))
    for gap in context.get("gaps", ()):
        for field in ("question", "would_answer"):
            yield from _record(base, "gap", gap["id"], field, gap.get(field))
    for item in context.get("contradictions", ()):
        for field in ("question", "reading"):
            yield from _record(base, "contradiction", item["id"], field, item[field])
        for side in item["sides"]:
            yield from _record(base, "contradiction", item["id"], "position", side["position"])
    for source in context["sources"]:
        yield from _record(base, "source", source["id"], "sponsor", source["sponsor"])
    for case in context.get("cases", ()):
        yield from _record(base, "case study", case["id"], "summary", case["summary"])
        for name, value in case["attributes"].items():
            yield from _record(base, "case study", case["id"], name, value)


def _record(base: EvidenceBase, noun: str, key: str, field: str, text: str | None) -> Iterator[Origin]:
    place = base.places.get((noun, key))
    if text and place:
        yield Origin(RECORD, base.where(noun, key, field), text, place.file, noun, key, field)


def _of_readings(questions: Sequence[OpenQuestion], file: str) -> Iterator[Origin]:
    """What is asked of the draft, the reading that was chosen and those that were not."""
    for item in questions:
        said = f"{file}, reading {item.id}"
        yield Origin(RECORD, f"{said}, question", item.question, file, "reading", item.id, "question")
        for choice in (item.chosen, *item.alternatives):
            yield Origin(RECORD, f"{said}, {choice.id}", choice.text, file, "reading", item.id, "text")


def _of_data(context: Json) -> Iterator[Origin]:
    for figure in context["figures"].values():
        for text in (figure["said"], figure["label"]):
            yield Origin(DATA, f"the figure '{figure['label']}'", text)
    for exhibit in context["exhibits"].values():
        yield Origin(DATA, f"the exhibit {exhibit['id']}", exhibit["caption"])
