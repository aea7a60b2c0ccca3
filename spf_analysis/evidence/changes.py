"""What changed in the evidence base between two moments: records added, changed, removed; support and confidence gained or lost.

Support is counted in distinct studies, for and against, never in findings. The base knows no briefings, so nothing here does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from spf_analysis.evidence.snapshot import NOUNS, ClaimState, Snapshot
from spf_analysis.wording import counted, listed

Key = TypeVar("Key", str, tuple[str, str, str])
ADDED, CHANGED, REMOVED = "added", "changed", "removed"
_LEVELS = ("very low", "low", "moderate", "high")
_SIDES = (
    ("primary_for", "primary study", "primary studies", "for", 1),
    ("reviews_for", "review", "reviews", "for", 1),
    ("primary_against", "primary study", "primary studies", "against", -1),
    ("reviews_against", "review", "reviews", "against", -1),
)


@dataclass(frozen=True)
class RecordChange:
    """One record of the evidence base that was added, changed or removed."""

    noun: str
    id: str
    what: str

    def as_dict(self) -> dict[str, str]:
        return {"noun": self.noun, "id": self.id, "what": self.what}


@dataclass(frozen=True)
class ClaimChange:
    """What became of one claim: `support` and `confidence` are "gained", "lost", "both" ways or "" where nothing moved."""

    id: str
    what: str
    before: ClaimState | None
    after: ClaimState | None

    @property
    def text(self) -> str:
        """The claim's sentence as it stands now, or as it last stood."""
        state = self.after or self.before
        return state.text if state else ""

    @property
    def reworded(self) -> bool:
        """Whether its sentence changed."""
        return bool(self.before and self.after and self.before.text != self.after.text)

    @property
    def support(self) -> str:
        """Whether it gained support (studies for it, or fewer against it), lost some, or both."""
        ways = {way for _, way in self._moves()}
        return "both" if len(ways) > 1 else {1: "gained", -1: "lost"}[ways.pop()] if ways else ""

    @property
    def confidence(self) -> str:
        """Whether the judged confidence rose or fell; "both" where it changed without an order, as from "not graded"."""
        if not (self.before and self.after) or self.before.confidence == self.after.confidence:
            return ""
        then, now = _level(self.before.confidence), _level(self.after.confidence)
        return "both" if then is None or now is None else "gained" if now > then else "lost"

    @property
    def judge_again(self) -> bool:
        """Whether its support moved while the judgement of its confidence stands as it was written."""
        if not (self.before and self.after and self.support and self.after.confidence):
            return False
        return (self.before.confidence, self.before.reason) == (self.after.confidence, self.after.reason)

    @property
    def said(self) -> tuple[str, ...]:
        """What became of the claim, in short sentences."""
        if self.before is None or self.after is None:
            return ("New." if self.before is None else "Gone: it is no longer in the evidence base, or nothing is left that it rests on.",)
        lines = ["Reworded."] if self.reworded else []
        lines += [f"{text[0].upper()}{text[1:]}." for text, _ in self._moves()]
        if self.confidence:
            lines.append(f"Now {self.after.confidence or 'without confidence'}, before {self.before.confidence or 'without confidence'}.")
        if self.judge_again:
            lines.append(f"Its confidence ({self.after.confidence}) was judged before that: judge it again.")
        return tuple(lines) or (self._remaining(),)

    def as_dict(self) -> dict[str, Any]:
        return {
            "claim": self.id,
            "what": self.what,
            "reworded": self.reworded,
            "support": self.support or None,
            "confidence": self.confidence or None,
            "judge_again": self.judge_again,
            "said": list(self.said),
            "before": self.before.as_dict() if self.before else None,
            "after": self.after.as_dict() if self.after else None,
        }

    def _moves(self) -> Iterator[tuple[str, int]]:
        """Each gain or loss of studies in words, with 1 where it speaks for the claim and −1 where it speaks against it."""
        if not (self.before and self.after):
            return
        for name, noun, plural, side, way in _SIDES:
            then, now = set(getattr(self.before, name)), set(getattr(self.after, name))
            for verb, studies, sign in (("gained", now - then, way), ("lost", then - now, -way)):
                if studies:
                    number = counted(len(studies), noun, plural)
                    yield f"{verb} {number} {side} it ({listed(sorted(studies))})", sign

    def _remaining(self) -> str:
        assert self.before
        assert self.after
        then = (self.before.statements_for, self.before.statements_against)
        now = (self.after.statements_for, self.after.statements_against)
        if then != now:
            return "The number of statements behind it changed; the studies did not."
        return "Its caution, reasons, findings or section changed."


@dataclass(frozen=True)
class EvidenceChanges:
    """All that changed between two snapshots, in the order of the nouns and ids."""

    records: tuple[RecordChange, ...]
    claims: tuple[ClaimChange, ...]

    def __bool__(self) -> bool:
        return bool(self.records or self.claims)

    def counts(self) -> list[tuple[str, int, int, int]]:
        """For each noun with changes: how many records were added, changed and removed."""
        found = []
        for noun in NOUNS:
            whats = [change.what for change in self.records if change.noun == noun]
            if whats:
                found.append((noun, whats.count(ADDED), whats.count(CHANGED), whats.count(REMOVED)))
        return found

    def as_dict(self) -> dict[str, Any]:
        return {"records": [change.as_dict() for change in self.records], "claims": [change.as_dict() for change in self.claims]}


def changes(before: Snapshot, after: Snapshot) -> EvidenceChanges:
    """What changed from one snapshot to another. A claim whose findings changed counts as changed even where its record did not."""
    records = tuple(
        RecordChange(noun, key, what) for noun in NOUNS for key, what in moved(before.records.get(noun, {}), after.records.get(noun, {}))
    )
    claims = tuple(
        ClaimChange(key, what, before.claims.get(key), after.claims.get(key)) for key, what in moved(before.claims, after.claims)
    )
    return EvidenceChanges(records, claims)


def moved(before: Mapping[Key, object], after: Mapping[Key, object]) -> Iterator[tuple[Key, str]]:
    """The keys whose value was added, changed or removed, sorted, each with what became of it."""
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            yield key, ADDED
        elif key not in after:
            yield key, REMOVED
        elif before[key] != after[key]:
            yield key, CHANGED


def _level(confidence: str) -> int | None:
    word = confidence.rpartition(" ")[0]
    return _LEVELS.index(word) if word in _LEVELS else None
