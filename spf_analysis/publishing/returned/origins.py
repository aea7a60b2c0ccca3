"""Where a sentence of a briefing comes from: a record of the evidence base, a rule or table of the Fund, or a line of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from spf_analysis.evidence.base import EvidenceBase

Json = Mapping[str, Any]
RECORD, TEMPLATE, DATA, UNKNOWN = "record", "template", "data", "unknown"
ALIKE = 72  # out of 100: below it a sentence is said to be of unknown origin
_SHORTEST = 12  # characters of a text that may be looked for inside a sentence
_PLACE = re.compile(r"<<.*?>>|<%.*?%>|<#.*?#>", re.DOTALL)
_MARKS = re.compile(r"\{#[^}]*\}|:::.*|^[#\-*\s]+|\[@[^\]]*\]|[*_`]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z<@*\[])")


@dataclass(frozen=True)
class Origin:
    """Where a sentence comes from, and the text that stands there.

    `kind` is "record" (a field of a claim, gap, contradiction or case study), "template", "data" (a table, a figure) or "unknown";
    `file`, `noun`, `record` and `field` say where the text can be changed, as far as it can be.
    """

    kind: str
    said: str
    text: str = ""
    file: str = ""
    noun: str = ""
    record: str = ""
    field: str = ""


class Origins:
    """Every text that a briefing could have printed, by where it stands."""

    def __init__(self, base: EvidenceBase, context: Json, templates: Path, names: tuple[Path, ...]) -> None:
        self._records = [*_of_evidence(base, context), *_of_data(context)]
        self._lines = list(_of_templates(templates, names))

    def of(self, sentence: str, *, in_table: bool = False) -> Origin:
        """Where a sentence comes from; what stands in a table comes from data or from the records that it lists."""
        wanted = plain(sentence)
        held = [origin for origin in self._records if len(origin.text) >= _SHORTEST and _same(plain(origin.text), wanted)]
        if held:
            return max(held, key=lambda origin: len(origin.text))
        if in_table:
            return Origin(DATA, "a table: its cells come from data and records")
        texts = {number: plain(_PLACE.sub(" ", origin.text)) for number, origin in enumerate(self._lines)}
        found = process.extractOne(wanted, texts, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE) if wanted else None
        return self._lines[found[2]] if found else Origin(UNKNOWN, "not found in this edition's evidence, data or templates")


def plain(text: str) -> str:
    """A text for comparing: without marks of style, with plain quotes and single spaces."""
    return " ".join(_MARKS.sub("", straight(text)).split()).rstrip(".")


def straight(text: str) -> str:
    """A text as it is written: with straight quotes and plain spaces, as the typesetter found it."""
    return " ".join(text.translate(str.maketrans("‘’“”\u00a0", "''\"\" ")).split())


def _same(text: str, sentence: str) -> bool:
    return text in sentence or (len(sentence) > 2 * _SHORTEST and sentence in text)


def _of_evidence(base: EvidenceBase, context: Json) -> Iterator[Origin]:
    for claim in context["claims"].values():
        for field in ("text", "caution"):
            yield from _record(base, "claim", claim["id"], field, claim.get(field))
    for gap in context.get("gaps", ()):
        yield from _record(base, "gap", gap["id"], "question", gap["question"])
    for item in context.get("contradictions", ()):
        for field in ("question", "reading"):
            yield from _record(base, "contradiction", item["id"], field, item[field])
        for side in item["sides"]:
            yield from _record(base, "contradiction", item["id"], "position", side["position"])
    for case in context.get("cases", ()):
        yield from _record(base, "case study", case["id"], "summary", case["summary"])
        for name, value in case["attributes"].items():
            yield from _record(base, "case study", case["id"], name, value)


def _record(base: EvidenceBase, noun: str, key: str, field: str, text: str | None) -> Iterator[Origin]:
    place = base.places.get((noun, key))
    if text and place:
        yield Origin(RECORD, base.where(noun, key, field), text, place.file, noun, key, field)


def _of_data(context: Json) -> Iterator[Origin]:
    for figure in context["figures"].values():
        for text in (figure["said"], figure["label"]):
            yield Origin(DATA, f"the figure '{figure['label']}'", text)
    for exhibit in context["exhibits"].values():
        for text in (exhibit["caption"], exhibit["source_note"]):
            yield Origin(DATA, f"the exhibit {exhibit['id']}", text)
    for reading in (*context["interpretations"], *context.get("condition_readings", ())):
        for text in (reading["question"], reading["chosen"]):
            yield Origin(DATA, "a reading of the draft, in evidence/fund/rules/interpretations.yaml", text)


def _of_templates(templates: Path, names: tuple[Path, ...]) -> Iterator[Origin]:
    for path in names:
        name = path.relative_to(templates.parent).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for sentence in _SENTENCE.split(line):
                if len(plain(_PLACE.sub(" ", sentence))) >= _SHORTEST:
                    yield Origin(TEMPLATE, f"{name}, line {number}", sentence.strip(), name)
