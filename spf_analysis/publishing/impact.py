"""Which briefings read differently between two moments, and how: what they print then and now, compared item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spf_analysis.errors import Problem
from spf_analysis.evidence.changes import ADDED, REMOVED, moved
from spf_analysis.printed import KINDS, Printed, PrintedItem


@dataclass(frozen=True)
class Difference:
    """One item of a briefing that was added, changed or removed; `before` and `after` are its sentence or value, "" where not at hand."""

    kind: str
    section: str
    id: str
    what: str
    label: str
    before: str = ""
    after: str = ""

    @property
    def reads_differently(self) -> bool:
        """Whether the sentence or value itself is another; otherwise what stands around it is: sources, confidence, caution, a cell."""
        return self.before != self.after

    def as_dict(self) -> dict[str, Any]:
        told = {"kind": self.kind, "section": self.section or None, "id": self.id, "what": self.what, "label": self.label}
        return {**told, "before": self.before or None, "after": self.after or None}


@dataclass(frozen=True)
class Impact:
    """The differences of every briefing that reads differently, by target; and the targets that are there at one moment only.

    `unmade` are targets that could not be compared, since a notebook of theirs did not run to its end.
    """

    differences: Mapping[str, tuple[Difference, ...]]
    titles: Mapping[str, str]
    compared: int = 0
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unmade: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def grouped(self) -> list[tuple[Difference, tuple[str, ...]]]:
        """Each difference once with the targets that have it, by kind; the order within a kind is that of the briefings."""
        found: dict[Difference, list[str]] = {}
        for target, differences in self.differences.items():
            for difference in differences:
                found.setdefault(difference, []).append(target)
        return [(difference, tuple(targets)) for difference, targets in sorted(found.items(), key=lambda item: KINDS.index(item[0].kind))]

    def as_dict(self) -> dict[str, Any]:
        briefings = [
            {"target": target, "title": self.titles[target], "differences": [item.as_dict() for item in items]}
            for target, items in self.differences.items()
        ]
        unmade = {target: [problem.as_dict() for problem in problems] for target, problems in self.unmade.items()}
        return {
            "briefings": briefings,
            "compared": self.compared,
            "added": list(self.added),
            "removed": list(self.removed),
            "unmade": unmade,
        }


def compare(before: Printed, after: Printed) -> tuple[Difference, ...]:
    """What reads differently in one briefing, in the order in which it is printed; what is no longer there comes last."""
    then, now = ({item.key: item for item in shown.items} for shown in (before, after))
    what = dict(moved({key: item.digest for key, item in then.items()}, {key: item.digest for key, item in now.items()}))
    order = [key for key in (*now, *then) if key in what]
    return tuple(_difference(then.get(key), now.get(key), what[key]) for key in dict.fromkeys(order))


def impact(before: Mapping[str, Printed], after: Mapping[str, Printed], unmade: Mapping[str, tuple[Problem, ...]] | None = None) -> Impact:
    """Which briefings read differently, by target in the order of now."""
    failed = unmade or {}
    both = [target for target in after if target in before]
    found = {target: differences for target in both if (differences := compare(before[target], after[target]))}
    sets = dict(moved(dict.fromkeys(before), dict.fromkeys(after)))
    one_sided = {word: tuple(target for target, what in sets.items() if what == word and target not in failed) for word in (ADDED, REMOVED)}
    titles = {target: shown.title for known in (before, after) for target, shown in known.items()}
    return Impact(found, titles, len(both), one_sided[ADDED], one_sided[REMOVED], failed)


def _difference(before: PrintedItem | None, after: PrintedItem | None, what: str) -> Difference:
    item = after or before
    assert item
    return Difference(
        item.kind, item.section, item.id, what, item.label or item.id, before.said if before else "", after.said if after else ""
    )
