"""Which passages both coders marked: the same place, and anchors that share at least half of the words of the shorter one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spf_analysis.evidence.coding.sheet import CodedUnit
from spf_analysis.evidence.model import Locator
from spf_analysis.evidence.passages import normalised

SHARED_WORDS = 0.5
RULE = (
    "Two passages are one where source, section and paragraph are the same and their anchors share at least half of the words of the "
    "shorter one; each passage is paired once, the most alike first."
)


@dataclass(frozen=True)
class UnitPair:
    """One passage with what each coder made of it; None where a coder did not mark it. The id is good within its round."""

    id: str
    first: CodedUnit | None
    second: CodedUnit | None

    @property
    def unit(self) -> CodedUnit:
        """The passage as the first coder marked it, or as the second did where the first did not."""
        found = self.first or self.second
        assert found is not None
        return found

    @property
    def matched(self) -> bool:
        """Whether both marked it."""
        return self.first is not None and self.second is not None

    @property
    def codes(self) -> tuple[frozenset[str], frozenset[str]]:
        """The codes of each; none where a coder did not mark it."""
        return _codes(self.first), _codes(self.second)

    @property
    def agreed(self) -> bool:
        """Whether both marked it and gave it the same codes."""
        return self.matched and self.codes[0] == self.codes[1]


def _codes(unit: CodedUnit | None) -> frozenset[str]:
    return frozenset(unit.codes or ()) if unit else frozenset()


@dataclass(frozen=True)
class UnitAgreement:
    """How far two coders marked the same passages. `f1` is 2 × matched ÷ (both counts), the share of agreement on what was marked
    (Hripcsak and Rothschild 2005, J Am Med Inform Assoc 12(3)); `percent` is matched of all different passages.
    """

    matched: int
    first_only: int
    second_only: int
    given: bool

    @property
    def f1(self) -> float | None:
        total = 2 * self.matched + self.first_only + self.second_only
        return 2 * self.matched / total if total and not self.given else None

    @property
    def percent(self) -> float | None:
        total = self.matched + self.first_only + self.second_only
        return self.matched / total if total and not self.given else None

    def as_dict(self) -> dict[str, Any]:
        """The agreement as JSON; shares are null where the passages were given, since there was nothing to agree on."""
        counts = {"matched": self.matched, "first_only": self.first_only, "second_only": self.second_only}
        return {"given": self.given, **counts, "percent": self.percent, "f1": self.f1, "rule": RULE}


def likeness(one: tuple[str, Locator, str], other: tuple[str, Locator, str]) -> float:
    """How alike two passages are, each given as source, locator and anchor: the share of the shorter anchor's words that the other has;
    0 where they stand elsewhere.
    """
    place, second = (one[0], one[1].section, one[1].paragraph), (other[0], other[1].section, other[1].paragraph)
    if place != second or (one[1].item and other[1].item and one[1].item != other[1].item):
        return 0.0
    words, more = _words(one[2]), _words(other[2])
    return len(words & more) / min(len(words), len(more)) if words and more else float(one[2] == other[2])


def _words(anchor: str) -> set[str]:
    return set(re.findall(r"\w+", normalised(anchor).casefold()))


def _key(unit: CodedUnit) -> tuple[str, Locator, str]:
    return unit.source, unit.locator, unit.anchor


def paired(first: Sequence[CodedUnit], second: Sequence[CodedUnit]) -> tuple[UnitPair, ...]:
    """Every passage once, those of the first coder in their order and then what only the second marked. Given passages are paired by id."""
    partner = _partners(first, second)
    taken = set(partner.values())
    pairs: list[tuple[CodedUnit | None, CodedUnit | None]] = [
        (unit, second[partner[number]] if number in partner else None) for number, unit in enumerate(first)
    ]
    pairs += [(None, unit) for number, unit in enumerate(second) if number not in taken]
    return tuple(UnitPair(_id(one, other, number), one, other) for number, (one, other) in enumerate(pairs, start=1))


def _id(one: CodedUnit | None, other: CodedUnit | None, number: int) -> str:
    given = (one.unit if one else None) or (other.unit if other else None)
    return given or f"u{number}"


def _partners(first: Sequence[CodedUnit], second: Sequence[CodedUnit]) -> dict[int, int]:
    """The second coder's unit for each of the first's, by number; the most alike are paired first, ties in order."""
    by_place: dict[tuple[object, ...], list[int]] = {}
    for number, unit in enumerate(second):
        by_place.setdefault((unit.source, unit.locator.section, unit.locator.paragraph), []).append(number)
    found: list[tuple[float, float, int, int]] = []
    for one, unit in enumerate(first):
        for other in by_place.get((unit.source, unit.locator.section, unit.locator.paragraph), ()):
            alike = _alike(unit, second[other])
            if alike >= SHARED_WORDS:
                exact = float(normalised(unit.anchor) == normalised(second[other].anchor))
                found.append((-alike, -exact, one, other))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, one, other in sorted(found):
        if one not in partner and other not in taken:
            partner[one] = other
            taken.add(other)
    return partner


def _alike(one: CodedUnit, other: CodedUnit) -> float:
    if one.unit or other.unit:
        return float(one.unit == other.unit)
    return likeness(_key(one), _key(other))


def unit_agreement(pairs: Sequence[UnitPair], *, given: bool) -> UnitAgreement:
    """How far the passages marked are the same."""
    matched = sum(pair.matched for pair in pairs)
    first = sum(pair.second is None for pair in pairs)
    return UnitAgreement(matched, first, len(pairs) - matched - first, given)
