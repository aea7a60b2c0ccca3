"""What a briefing prints, item by item: small enough to be kept with a released edition, and enough to tell what reads differently."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]
KINDS = ("figure", "claim", "gap", "contradiction", "case study", "reading", "exhibit", "part", "source")
_CLAIM = ("text", "kind_said", "sources", "against", "caution")
_PARTS = {
    "position": "Where the area stands",
    "participation": "Who takes part",
    "strength": "How many studies stand behind the results",
    "nearest": "Whether a case study resembles the area",
}
_LISTED = {"gaps": ("gap", "question"), "contradictions": ("contradiction", "question"), "cases": ("case study", "name")}
_DIGITS = 16


@dataclass(frozen=True)
class PrintedItem:
    """One thing that a briefing prints: a figure, a claim in a section, an exhibit … `said` is its value or sentence, where it has one."""

    kind: str
    section: str
    id: str
    label: str
    said: str
    digest: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same item in two briefings."""
        return self.kind, self.section, self.id


@dataclass(frozen=True)
class Printed:
    """All that one briefing prints, in the order of its context."""

    target: str
    title: str
    items: tuple[PrintedItem, ...] = field(default=())

    def of(self, kind: str) -> dict[str, PrintedItem]:
        """The items of a kind by id; a claim that stands in two sections counts once."""
        return {item.id: item for item in self.items if item.kind == kind}


def printed(context: Json) -> Printed:
    """What the briefing of a context prints. What it tells of earlier editions is left out: it is about change itself."""
    found = (*_figures(context), *_claims(context), *_records(context), *_readings(context), *_exhibits(context), *_rest(context))
    return Printed(context["target"], context["title"], tuple({item.key: item for item in found}.values()))


def _figures(context: Json) -> Iterator[PrintedItem]:
    for figure in context["figures"].values():
        shown = {name: figure[name] for name in ("label", "said", "note")}
        yield PrintedItem("figure", "", figure["id"], figure["label"], figure["said"], _digest(shown))


def _claims(context: Json) -> Iterator[PrintedItem]:
    for section, ids in context["sections"].items():
        for claim in (context["claims"][name] for name in ids):
            shown = {name: claim[name] for name in _CLAIM} | {"confidence": (claim["confidence"] or {}).get("said")}
            yield PrintedItem("claim", section, claim["id"], claim["text"], claim["text"], _digest(shown))


def _records(context: Json) -> Iterator[PrintedItem]:
    for name, (kind, label) in _LISTED.items():
        for record in context.get(name, ()):
            yield PrintedItem(kind, "", record["id"], record[label], "", _digest(record))


def _readings(context: Json) -> Iterator[PrintedItem]:
    for name in ("interpretations", "condition_readings", "readings"):
        for reading in context.get(name, ()):
            name_of = reading.get("id", reading["question"])
            yield PrintedItem("reading", "", name_of, reading["question"], reading["chosen"], _digest(reading["chosen"]))


def _exhibits(context: Json) -> Iterator[PrintedItem]:
    for exhibit in context["exhibits"].values():
        yield PrintedItem("exhibit", "", exhibit["id"], exhibit["caption"], "", _digest(exhibit))


def _rest(context: Json) -> Iterator[PrintedItem]:
    for name, label in _PARTS.items():
        if name in context:
            yield PrintedItem("part", "", name, label, "", _digest(context[name]))
    for reference in context["references"]:
        yield PrintedItem("source", "", reference["id"], reference.get("title") or reference["id"], "", _digest(reference))


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:_DIGITS]
