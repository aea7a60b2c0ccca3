"""Numbers as sources and claims write them, and whether what was coded says the same number.

A number counts with its scale and its kind: "£67.4m" is 67,400,000 pounds, "90p" is 0.9 pounds, "one in five" is 20 per cent. What is
not plainly a number of this form ("two decades", "a hundred and fifty") is left alone: it is not compared, and nothing is told of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from spf_analysis.evidence.model import Finding, ReportedFigure

Kind = Literal["per cent", "pounds", "count"]
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: float(number) for number, word in enumerate(_SMALL.split())}
_WORDS |= {word: float(number * 10) for number, word in enumerate(_TENS.split(), 2)}
_SHARES = {"half": 50.0, "a third": 100 / 3, "one third": 100 / 3, "two thirds": 200 / 3, "a quarter": 25.0, "one quarter": 25.0}
_SHARES |= {"a fifth": 20.0, "one fifth": 20.0, "a tenth": 10.0, "three quarters": 75.0}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_UNIT = r"(?:\s?(?P<scale>k|m|bn|thousand|million|billion)\b)?(?P<unit>\s?%|\s?per\s?cent\b|p\b)?"
_DIGITS = re.compile(rf"(?<!\w)(?<!\w[.,/])(?:(?P<pound>£\s?)|(?<![a-jlo-z]-)(?<!£))(?P<number>{_NUMBER}){_UNIT}(?![a-z\d])(?![.,/]\d)")
_SPELT = re.compile(rf"(?<![\w-])(?P<pound>£)?(?P<number>{_WORD}){_UNIT}(?!\w)(?!-(?:{_WORD})\b)")
_IN = re.compile(rf"(?<![\w-])(?P<part>\d{{1,3}}|{_WORD}) in (?P<whole>\d{{1,3}}|{_WORD})(?![\w,.%-]*\d)(?!\w)")
_SHARE = re.compile(rf"(?<![\w-])(?:{'|'.join(word.replace(' ', '[ -]') for word in _SHARES)})(?!\w)")
_TO = re.compile(r"\s?(?:[-–—]|to)\s?")
_BEYOND = re.compile(r"hundred|dozen|decade|centur|score|twice|double|triple|fold\b|and an? (?:half|quarter)|[a-z] thousand")
_TIMES = ("minute", "hour", "day", "week", "month", "quarter", "year", "decade")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATED = re.compile(rf"(?<![\w,.])(?:19|20)\d\d\s?[/–-]\s?\d{{2,4}}(?!\w)|(?<!\w)\d{{1,2}} (?:{_MONTHS})\b")
_NAMES = re.compile(
    r"\b(?:article|annex|appendix|band|box|chapter|figure|item|level|nhs|page|paragraph|part|phase|point|round|rule|schedule|section"
    r"|stage|step|table|tier|type|version|wave)s?\s$"
)


@dataclass(frozen=True)
class Numeral:
    """One number of a text: its words, its value at full scale, its kind, and where it begins and ends."""

    words: str
    value: float
    kind: Kind
    start: int
    end: int
    scale: float = 1.0
    within: float = 0.0

    @property
    def bare(self) -> bool:
        """Whether it stands without scale, currency or sign of percentage."""
        return self.kind == "count" and self.scale == 1

    def is_(self, value: float) -> bool:
        """Whether it is this value; a share such as "a third" is, to the nearest whole per cent."""
        return math.isclose(self.value, value, rel_tol=1e-12, abs_tol=max(self.within, 1e-12))


_ANY_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=65_536)
def numerals(text: str, *, spelt: bool = False) -> tuple[Numeral, ...]:
    """The numbers of a text in order: those in digits, and where `spelt`, those in words up to ninety and shares such as "a third"."""
    text = text.casefold()
    found = [_numeral(match) for match in (*_DIGITS.finditer(text), *(_SPELT.finditer(text) if spelt else ()))]
    shares = [*_shares(text, spelt)]
    found = [one for one in found if not any(share.start <= one.start < share.end for share in shares)]
    return _with_shared_units(text, sorted([*found, *shares], key=lambda one: one.start))


def _shares(text: str, spelt: bool) -> Iterator[Numeral]:
    for match in _IN.finditer(text):
        part, whole = (_WORDS[word] if word in _WORDS else float(word) for word in (match["part"], match["whole"]))
        if 0 < part < whole and (spelt or match["part"].isdigit()):
            yield Numeral(match[0], 100 * part / whole, "per cent", *match.span(), within=0.5)
    for match in _SHARE.finditer(text) if spelt else ():
        yield Numeral(match[0], _SHARES[match[0].replace("-", " ")], "per cent", *match.span(), within=0.5)


def _numeral(match: re.Match[str]) -> Numeral:
    number, unit, scale = match["number"], (match["unit"] or "").strip(), _SCALES.get(match["scale"] or "", 1.0)
    value = _WORDS[number] if number in _WORDS else float(number.replace(",", ""))
    pence = unit == "p"
    kind: Kind = "pounds" if match["pound"] or pence else "per cent" if unit else "count"
    return Numeral(match[0].strip(), value * scale / (100 if pence else 1), kind, *match.span(), scale)


def _with_shared_units(text: str, found: list[Numeral]) -> tuple[Numeral, ...]:
    """The numbers with what a range says once: "20-40%" begins at 20 per cent, "£3-5m" at three million pounds."""
    shared = list(found)
    for at, (first, second) in enumerate(pairwise(found)):
        if not _range(text, first, second) or "£" in second.words:
            continue
        kind = second.kind if first.kind == "count" else first.kind
        scale = second.scale if first.scale == 1 else 1.0
        pence = 100 if second.words.endswith("p") and not second.words.endswith("cent") and first.bare else 1
        shared[at] = replace(first, value=first.value * scale / pence, kind=kind, scale=first.scale * scale)
        if first.kind == "pounds" and second.kind == "count":
            shared[at + 1] = replace(second, kind="pounds")
    return tuple(shared)


def _range(text: str, first: Numeral, second: Numeral) -> bool:
    between = text[first.end : second.start]
    return bool(_TO.fullmatch(between)) or (between.strip() == "and" and text[: first.start].endswith("between "))


def contradicted(figure: ReportedFigure) -> tuple[float, ...]:
    """The value or the upper bound of a figure that its `as_written` does not hold; none where the two cannot be compared.

    A value holds where it is one of the numbers written or lies within a range that is written. A share may stand as 28 or, unless
    the unit says per cent, as 0.28; a fall may stand with a minus.
    """
    text, unit = figure.as_written.casefold(), figure.unit.casefold()
    found = numerals(text, spelt=True)
    if not found or _incomparable(text, unit):
        return ()
    ranges = [(one.value, other.value) for one, other in pairwise(found) if _range(text, one, other)]
    given = [float(value) for value in (figure.value, figure.upper) if value is not None]
    return tuple(value for value in given if not _written(abs(value), found, ranges, unit))


def _incomparable(text: str, unit: str) -> bool:
    times = [{word for word in _TIMES if word in said} for said in (text, unit)]
    return bool(_BEYOND.search(text) or re.search(r"thousand|million|billion|\bk\b|\bm\b|\bbn\b", unit)) or (
        all(times) and times[0].isdisjoint(times[1])
    )


def _written(value: float, found: Iterable[Numeral], ranges: Iterable[tuple[float, float]], unit: str) -> bool:
    readings = [value]
    if not _per_cent(unit):
        readings += [value * 100]
    pence = [value / 100] if "pence" in unit else []
    exact = any(one.is_(reading) for one in found for reading in (readings if one.kind == "per cent" else [value, *pence]))
    return exact or any(low <= reading <= high for low, high in ranges for reading in [*readings, *pence])


def _per_cent(unit: str) -> bool:
    return bool(re.search(r"per\s?cent|%", unit.casefold()))


def unheld(text: str, findings: Iterable[Finding]) -> tuple[str, ...]:
    """The numbers in digits of a claim's text that none of these findings holds, each once.

    A finding holds the numbers of its statement and of its figures. Years, dates, and the numbers of named things ("section 4") are
    not asked for. A percentage is held by a percentage only.
    """
    asked = [*_asked(text)] if _ANY_DIGIT.search(text) else []
    held = [one for finding in findings for one in _held(finding)] if asked else []
    missing = [
        one.words for one in asked if not any(one.is_(value) and (kind == "per cent") == (one.kind == "per cent") for value, kind in held)
    ]
    return tuple(dict.fromkeys(missing))


def _asked(text: str) -> Iterator[Numeral]:
    folded = text.casefold()
    dated = [match.span() for match in _DATED.finditer(folded)]
    for one in numerals(text):
        named = one.bare and (_YEAR.fullmatch(one.words) or _NAMES.search(folded[: one.start]))
        if not named and not any(start <= one.start < end for start, end in dated):
            yield one


def _held(finding: Finding) -> Iterator[tuple[float, Kind]]:
    for text in (finding.statement, *(said for figure in finding.figures for said in (figure.as_written, figure.n) if said)):
        yield from ((one.value, one.kind) for one in numerals(text, spelt=True))
    for figure in finding.figures:
        kind: Kind = "per cent" if _per_cent(figure.unit) else "count"
        yield from ((abs(float(value)), kind) for value in (figure.value, figure.upper) if value is not None)
