"""What changed in a briefing since the edition before it: data, rule, evidence or boundary, one line each.

It is told from what was recorded when that edition was released, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from spf_analysis import wording
from spf_analysis.areas import Areas
from spf_analysis.errors import BriefingError
from spf_analysis.evidence.changes import ClaimChange, moved
from spf_analysis.evidence.snapshot import Snapshot
from spf_analysis.fund.basis import Basis
from spf_analysis.printed import Printed
from spf_analysis.released import Released

Kind = Literal["boundary", "rule", "data", "evidence"]
KINDS: tuple[Kind, ...] = ("boundary", "rule", "data", "evidence")
MOST = 8
_MEASURED = frozenset({"residents", "england_residents", "need", "need_beside_england", "link_workers"})
_NOT_PRINTED = ("Reworded", "Its ", "The number of")


@dataclass(frozen=True)
class Change:
    """One line of what changed since the last edition, with what a statement said `before` it was reworded.

    Raises BriefingError for a line that says nothing.
    """

    kind: Kind
    text: str
    before: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not self.text.strip():
            raise BriefingError(f"a change is one of {wording.listed(KINDS)}, with a line that says what changed", where="changes")

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "text": self.text} | ({"before": self.before} if self.before else {})


def changes_since(released: Released, now: Printed, basis: Basis, snapshot: Snapshot, areas: Areas) -> tuple[Change, ...]:
    """What changed in a briefing since the released edition; none where nothing did."""
    before = released.printed.get(now.target)
    grounds = (*_boundary(released.basis, now, basis, areas, before is None), *_rules(released.basis, basis), *_data(released.basis, basis))
    figures = tuple(_figures(before, now, released.basis.year, {change.kind for change in grounds})) if before else ()
    if not before and now.target not in basis.areas:
        grounds = tuple(change for change in grounds if change.kind != "boundary")
    rests_on_fund = bool(now.of("figure"))
    evidence = tuple(_evidence(released.snapshot, before, now, snapshot))
    return (*(grounds if rests_on_fund else ()), *figures, *_standing(before, now), *evidence)


def _boundary(then: Basis, now: Printed, basis: Basis, areas: Areas, new: bool) -> Iterator[Change]:
    earlier, later = date.fromisoformat(then.vintage), date.fromisoformat(basis.vintage)
    if now.target not in basis.areas:
        if then.areas != basis.areas:
            yield Change(
                "boundary", f"{len(basis.areas)} areas are in force since {wording.day(later)}; there were {len(then.areas)} before"
            )
    elif new and now.target not in then.areas:
        made_of = areas.whole_predecessors(now.target, earlier, later)
        names = f", made of {wording.listed(_name(areas, code, earlier) for code in made_of)}" if made_of else ""
        yield Change("boundary", f"The area is new since {wording.day(later)}{names}; the last edition had no briefing for it")
    elif earlier != later and not areas.unchanged(now.target, earlier, later):
        yield Change("boundary", f"The area's boundary changed on {wording.day(later)}")


def _name(areas: Areas, code: str, day: date) -> str:
    area = areas.vintage(day).get(code)
    return str(area) if area else code


def _rules(then: Basis, now: Basis) -> Iterator[Change]:
    for name, what in moved(then.rules, now.rules):
        told = {"added": f"{now.rules.get(name)}, not stated before", "removed": "no longer stated"}
        yield Change("rule", f"{name}: {told.get(what) or f'{now.rules[name]}, before that {then.rules[name]}'}")
    for name, what in moved(then.readings, now.readings):
        chosen = now.readings.get(name)
        told = {"added": f"A reading is chosen for the first time: {chosen}", "removed": "The question is settled or dropped"}
        yield Change("rule", f"{name} {told.get(what) or f'Now read so: {chosen}'}")


def _data(then: Basis, now: Basis) -> Iterator[Change]:
    for name, what in moved(then.data, now.data):
        if what != "removed":
            before = f", before that {then.data[name]}" if name in then.data else ""
            yield Change("data", f"{name}: {now.data[name]}{before}")


def _figures(before: Printed, now: Printed, year: str, grounds: set[Kind]) -> Iterator[Change]:
    """A line for each figure that is printed with another value, of the kind that moved it: what was measured is data."""
    then, figures = before.of("figure"), now.of("figure")
    other = [name for name, figure in figures.items() if name in then and then[name].said != figure.said]
    moved_by: list[Kind] = ["data"] if _MEASURED.intersection(other) else [kind for kind in ("data", "rule", "boundary") if kind in grounds]
    for name in other:
        of_year = f" for {year}" if then[name].label != figures[name].label else ""
        kind: Kind = "boundary" if name == "areas_in_force" else "data" if name in _MEASURED or not moved_by else moved_by[0]
        yield Change(kind, f"{figures[name].label}: {figures[name].said}; the last edition gave {then[name].said}{of_year}")


def _standing(before: Printed | None, now: Printed) -> Iterator[Change]:
    """Whether the ledger moved: where the area stands, or who takes part."""
    then, parts = (before.of("part") if before else {}), now.of("part")
    for name in ("position", "participation"):
        if name in then and name in parts and then[name].digest != parts[name].digest and _same_amounts(before, now):
            yield Change("data", f"{parts[name].label} was recorded anew")


def _same_amounts(before: Printed | None, now: Printed) -> bool:
    """Whether the share is what it was, so that another position comes from the ledger."""
    then, figures = (before.of("figure") if before else {}), now.of("figure")
    return all(then[name].said == figures[name].said for name in then.keys() & figures.keys())


def _evidence(then: Snapshot, before: Printed | None, now: Printed, snapshot: Snapshot) -> Iterator[Change]:
    """What became of the claims and open questions that the briefing prints, or printed; in sum where that is much."""
    old = before.of("claim").keys() if before else then.claims.keys()
    new = now.of("claim").keys()
    lines = {
        "new": [_told(f"New statement: {snapshot.claims[key].text}") for key in new if key not in old],
        "no longer made": [
            _told(f"No longer said: {then.claims[key].text}") for key in old if before and key not in new and key in then.claims
        ],
        "changed": list(_claims(then, snapshot, [key for key in new if key in old])),
    }
    found = [line for lines_of in lines.values() for line in lines_of]
    if len(found) > MOST:
        counts = [f"{wording.counted(len(some), 'statement')} {what}" for what, some in lines.items() if some]
        yield _told(f"In this briefing: {wording.listed(counts)}")
    else:
        yield from found
    if before:
        yield from _questions(before, now)


def _told(text: str, before: str = "") -> Change:
    return Change("evidence", text, before)


def _questions(before: Printed, now: Printed) -> Iterator[Change]:
    questions = now.of("gap")
    for key, what in moved(dict.fromkeys(before.of("gap")), dict.fromkeys(questions)):
        if what == "added":
            yield _told(f"New open question: {questions[key].label}")
        else:
            yield _told(f"No longer listed as an open question: {_plain(key)}")


def _claims(then: Snapshot, now: Snapshot, keys: list[str]) -> Iterator[Change]:
    for key in keys:
        before, after = then.claims.get(key), now.claims[key]
        if before is None or before == after:
            continue
        change = ClaimChange(key, "changed", before, after)
        lines = [line for line in change.said if not line.startswith(_NOT_PRINTED)]
        if before.caution != after.caution:
            lines.append(after.caution or "A caution was taken back.")
        if change.reworded:
            yield _told(f"Reworded: {after.text}", before.text)
        elif lines:
            yield _told(f"{after.text} {' '.join(lines)}")


def _plain(key: str) -> str:
    return key.rpartition(".")[2].replace("-", " ")
