"""What nobody may change in a Word file, and the reason to give: figures come from data and sources, and statements keep their citations.

Figures are compared in order, with sign, scale and unit, whether in digits or in words. A date that was printed counts as one; a date
that is new does not, and neither does the year in a citation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spf_analysis.evidence.numerals import numerals

DATE = "date"
_LARGE = 1000  # a count from here on is not met again by chance
_YEAR = r"(?:19|20)\d\d"
_CITED = rf"(?:{_YEAR}[a-z]?|no date(?: [a-z])?)"
_CITATION = re.compile(rf"[(\[](?:[^()\[\]]*?,\s|see\s)?{_CITED}(?:[,;][^()\[\]]*)?[)\]]")
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATED = rf"\d{{1,2}} {_MONTH}(?: {_YEAR})?|{_MONTH} {_YEAR}|{_YEAR}\s?[/–-]\s?\d{{2,4}}|{_YEAR}"
_DATE = re.compile(rf"(?<![\w£,.])(?:{_DATED})(?![\w%]|[,.]\d|\s?(?:million|billion|per cent))")
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORDS = re.compile(
    rf"\b(?:(?:{_TENS})-(?:one|two|three|four|five|six|seven|eight|nine)|(?:hundred|thousand|million|billion|dozen)s?|twice|thrice|half|halv\w+"
    r"|(?:double|triple|treble)[sd]?|doubling|tripling|trebling)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[\w.,/-]*\d[\w.,/-]*")
_UNIT = re.compile(r"[\s-]?(percentage point|point|minute|hour|day|week|month|quarter|year|decade)s?\b")
_SIGN = re.compile(r"(?:^|(?<=[\s(:;,]))[+−–-]$|[+−]$")


@dataclass(frozen=True)
class Stated:
    """A figure or date that a text states: its words, and what they mean, so that 28% and 28 per cent are one and the same."""

    words: str
    value: float | str
    kind: str
    unit: str = ""

    @property
    def means(self) -> tuple[float | str, str, str]:
        """What two ways of writing the same figure share."""
        return self.value, self.kind, self.unit

    @property
    def telling(self) -> bool:
        """Whether it can be known again elsewhere: pounds, a percentage or a large number; a small count stands everywhere."""
        return self.kind != "count" or (isinstance(self.value, float) and self.value >= _LARGE)


def stated_in(text: str) -> tuple[Stated, ...]:
    """The figures and dates of a text in order; years in citations are none."""
    free = _CITATION.sub(lambda found: " " * len(found[0]), text)
    found: list[tuple[int, int, Stated]] = []
    for start, end, stated in (*_dates(free), *_numerals(free), *_others(free, _WORDS), *_others(free, _DIGITS)):
        if not any(start < until and end > since for since, until, _ in found):
            found.append((start, end, stated))
    return tuple(stated for _, _, stated in sorted(found, key=lambda item: item[0]))


def _dates(text: str) -> Iterator[tuple[int, int, Stated]]:
    for match in _DATE.finditer(text):
        yield *match.span(), Stated(match[0], " ".join(match[0].split()), DATE)


def _numerals(text: str) -> Iterator[tuple[int, int, Stated]]:
    for one in numerals(text, spelt=True):
        if one.bare and one.words == "one":
            continue  # as in "no one": where it counts, what it counts changes with another number
        sign, unit = _SIGN.search(text[: one.start]), _UNIT.match(text, one.end)
        minus = -1 if sign and sign[0] != "+" else 1
        start, end = sign.start() if sign else one.start, unit.end() if unit else one.end
        kind = f"signed {one.kind}" if sign else one.kind
        yield start, end, Stated(text[start:end].strip(), round(minus * one.value, 9), kind, unit[1] if unit else "")


def _others(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, Stated]]:
    for match in pattern.finditer(text):
        said = match[0].strip(".,/-")
        yield *match.span(), Stated(said, said.casefold(), "as written")


def refusal(before: str, after: str, published: frozenset[tuple[float | str, str, str]] = frozenset()) -> str:
    """Why an edit is refused; empty where it is not. `published` is what the figures mean that can be known again in the briefing."""
    return "; ".join(filter(None, (_citation_touched(before, after), _figure_touched(before, after, published))))


def published_figures(texts: Iterable[str]) -> frozenset[tuple[float | str, str, str]]:
    """What the figures of a briefing mean that a new sentence may say again: small counts are not among them."""
    return frozenset(stated.means for text in texts for stated in stated_in(text) if stated.telling)


def _citation_touched(before: str, after: str) -> str:
    had, has = ([" ".join(found.split()) for found in _CITATION.findall(text)] for text in (before, after))
    if had == has:
        return ""
    lost, new = list((Counter(had) - Counter(has)).elements()), list((Counter(has) - Counter(had)).elements())
    said = ", ".join([*lost, *new] or had)
    if not lost and new:
        return f"it brings in a citation {said}: code a finding from that source, and rest the claim on it"
    return f"it touches a citation {said}: a statement keeps the sources that it rests on; change those, or take the statement out there"


def _figure_touched(before: str, after: str, published: frozenset[tuple[float | str, str, str]]) -> str:
    had, has = stated_in(before), stated_in(after)
    lost, new = _without(had, has), _without(has, had)
    if lost:
        what = "a date" if all(stated.kind == DATE for stated in (*lost, *new)) else "a figure"
        does = "changes" if new else "takes out"
        return (
            f"it {does} {what} ({_listed((*lost, *new))}), and figures come from data and sources: change those, and the briefing follows"
        )
    unknown = [stated for stated in new if stated.kind != DATE and stated.means not in published]
    if unknown:
        return (
            f"it brings in a figure ({_listed(unknown)}) that has no source here: register its source or data, and the briefing can say it"
        )
    kept = _without(has, new)
    moved = [one for one, other in zip(had, kept, strict=False) if one.means != other.means]
    if moved:
        return f"it puts figures in another order ({_listed(moved)}), and each belongs to what it is said of"
    return ""


def _without(some: Iterable[Stated], others: Iterable[Stated]) -> list[Stated]:
    left = Counter(stated.means for stated in others)
    found = []
    for stated in some:
        if left[stated.means]:
            left[stated.means] -= 1
        else:
            found.append(stated)
    return found


def _listed(stated: Iterable[Stated]) -> str:
    return ", ".join(dict.fromkeys(one.words for one in stated))


def uncited(text: str) -> str:
    """A text without its citations."""
    return _CITATION.sub("", text)
