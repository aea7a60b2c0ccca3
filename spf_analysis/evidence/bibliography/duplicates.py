"""Works that stand in the library twice: by DOI, then by title, year and authors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from rapidfuzz import fuzz

from spf_analysis.evidence.bibliography.entries import Entry, slug, surnames, year_of

ALIKE = 92.0
_LETTERS = 14
_LARGEST = 400
_SHOWN = ("type", "title", "author", "issued", "container-title", "publisher", "volume", "issue", "page", "DOI", "URL")


@dataclass(frozen=True)
class Duplicate:
    """Two works that may be one, why they may, and how alike their titles are (of 100)."""

    first: str
    second: str
    because: str
    alike: int

    def as_dict(self) -> dict[str, Any]:
        """The pair as JSON."""
        return {"first": self.first, "second": self.second, "because": self.because, "alike": self.alike}


def duplicates(entries: Iterable[Entry]) -> tuple[Duplicate, ...]:
    """The pairs of entries that may be one work, surest first.

    Two works with the same DOI are one; two with different DOIs are not. Otherwise titles must be alike at 92 of 100 or more with the
    same numbers in them, years at most one apart, and an author must be shared, where both entries report these.
    """
    works = {entry["id"]: _Work.of(entry) for entry in entries}
    found: dict[tuple[str, str], Duplicate] = {}
    for first, second in _candidates(works):
        pair = _pair(works[first], works[second])
        if pair:
            found[(first, second)] = pair
    return tuple(sorted(found.values(), key=lambda pair: (pair.because != "same DOI", -pair.alike, pair.first, pair.second)))


def clashing(first: Entry, second: Entry) -> bool:
    """Whether two entries that share a DOI report another title and another year: one of them then has the DOI wrongly."""
    one, other = _Work.of(first), _Work.of(second)
    other_year = one.year != other.year and "" not in (one.year, other.year)
    return bool(one.doi) and one.doi == other.doi and other_year and _likeness(one, other) < ALIKE


class KnownWorks:
    """Works by what identifies them surely: the DOI, or title, year and first author to the letter."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._dois: dict[str, str] = {}
        self._exact: dict[tuple[str, str, str], list[_Work]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Know one more work."""
        work = _Work.of(entry)
        if work.doi:
            self._dois.setdefault(work.doi, work.key)
        self._exact.setdefault(work.exact, []).append(work)

    def same(self, entry: Entry) -> tuple[str, str] | None:
        """The id of the work that an entry surely is, and why; `None` where there is none."""
        work = _Work.of(entry)
        if work.doi in self._dois:
            return self._dois[work.doi], "same DOI"
        other = next((other for other in self._exact.get(work.exact, []) if not (work.doi and other.doi)), None)
        return (other.key, "same title, year and author") if other else None


@dataclass(frozen=True)
class _Work:
    """What two works are compared by."""

    key: str
    doi: str
    title: str
    year: str
    authors: frozenset[str]
    first: str

    @classmethod
    def of(cls, entry: Entry) -> _Work:
        names = [slug(name) for name in surnames(entry)]
        title = " ".join(slug(entry.get("title", "")).split("-")) or str(entry.get("title", "")).casefold()
        return cls(
            str(entry.get("id", "")),
            str(entry.get("DOI", "")).lower(),
            title,
            year_of(entry) or "",
            frozenset(names) - {""},
            next(iter(names), ""),
        )

    @property
    def exact(self) -> tuple[str, str, str]:
        return self.title, self.year, self.first

    @property
    def numbers(self) -> list[str]:
        return re.findall(r"\d+", self.title)


def _candidates(works: Mapping[str, _Work]) -> Iterator[tuple[str, str]]:
    """Pairs worth comparing: those that share a DOI, a first author, or how their titles begin or end."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key, work in works.items():
        marks = {f"doi {work.doi}" if work.doi else "", f"by {work.first}" if work.first else ""}
        marks |= {f"begins {work.title[:_LETTERS]}", f"ends {work.title[-_LETTERS:]}"} if work.title else set()
        for mark in marks - {""}:
            groups[mark].append(key)
    seen: set[tuple[str, str]] = set()
    for mark, keys in groups.items():
        if len(keys) > _LARGEST and not mark.startswith("doi"):
            continue
        for pair in combinations(keys, 2):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _pair(first: _Work, second: _Work) -> Duplicate | None:
    alike = _likeness(first, second)
    if first.doi and second.doi:
        return Duplicate(first.key, second.key, "same DOI", round(alike)) if first.doi == second.doi else None
    if alike < ALIKE or first.numbers != second.numbers:
        return None
    if first.year and second.year and abs(int(first.year) - int(second.year)) > 1:
        return None
    if first.authors and second.authors and not first.authors & second.authors:
        return None
    shared = ["title"] + ["year"] * bool(first.year and first.year == second.year) + ["author"] * bool(first.authors & second.authors)
    return Duplicate(first.key, second.key, f"alike in {', '.join(shared)}", round(alike))


def _likeness(first: _Work, second: _Work) -> float:
    return max(fuzz.ratio(first.title, second.title), fuzz.token_sort_ratio(first.title, second.title))


def side_by_side(first: Entry, second: Entry) -> tuple[tuple[str, str, str, bool], ...]:
    """The fields of two entries beside each other: name, the first's, the second's, and whether they agree."""
    rows = [(name, said(first.get(name)), said(second.get(name))) for name in _SHOWN if name in first or name in second]
    return tuple((name, one, other, one == other) for name, one, other in rows)


def said(value: Any) -> str:
    """A field of an entry in words; empty where it is not reported."""
    if isinstance(value, list):
        return "; ".join(", ".join(str(name[part]) for part in ("family", "given", "literal") if name.get(part)) for name in value)
    if isinstance(value, dict):
        parts = (value.get("date-parts") or [[]])[0]
        return "-".join(f"{part:02}" if isinstance(part, int) else str(part) for part in parts)
    return "" if value is None else str(value)
