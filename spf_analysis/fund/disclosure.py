"""When a sum may be given although confidential lines count in it: never so that one of them could be worked out.

Every sum that is given is an equation over the confidential lines that count in it, and so is each difference between sums of different
days. A sum is given only where no such equation, however many are combined, is left with the money of one or two contributors: the
second could be whoever reads it and knows its own. Whether it is given never depends on amounts, which would tell of them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations_with_replacement

from spf_analysis.fund.ledger import SOURCE_TYPES, Contribution

CONTRIBUTORS_TOGETHER = 3
Lines = Iterable[Contribution]
Unknown = tuple[str, str]  # a contributor, and one of its lines
Equation = Mapping[Unknown, Fraction]
Pattern = tuple[Fraction, ...]  # how much of a line counts in each equation


def may_be_given(days: Iterable[date], confidential: Callable[[date], Lines], counting: Callable[[date], Lines]) -> bool:
    """Whether England's sums may be given as of the last of these days, on each of which something may have been entered.

    `confidential` gives the confidential lines in force on a day, `counting` those of them that count in the sums. The sums given on
    earlier days are known to whoever kept them.
    """
    given: list[Equation] = []
    safe = True
    for day in sorted(set(days)):
        known = [equation for kind in SOURCE_TYPES if (equation := _equation(counting(day), kind))]
        alone = len({_name(line) for line in confidential(day)}) in range(1, CONTRIBUTORS_TOGETHER)
        safe = not alone and not gives_away([*given, *known])
        given += known if safe else []
    return safe


def gives_away(equations: Sequence[Equation]) -> bool:
    """Whether some combination of the equations holds money of one contributor, or of two, and of nobody else.

    It does exactly where the equations without these contributors' lines have a lower rank than with them. Only a pattern that at most
    two contributors share can go with two, so that no others have to be tried.
    """
    holders: dict[Pattern, set[str]] = {}
    for unknown in {unknown for equation in equations for unknown in equation}:
        pattern = tuple(equation.get(unknown, Fraction(0)) for equation in equations)
        holders.setdefault(pattern, set()).add(unknown[0])
    rank = _rank(holders)
    rare = {name for names in holders.values() if len(names) < CONTRIBUTORS_TOGETHER for name in names}
    return any(
        _rank([pattern for pattern, names in holders.items() if names - {one, other}]) < rank
        for one, other in combinations_with_replacement(sorted(rare), 2)
    )


def _rank(patterns: Iterable[Pattern]) -> int:
    """How many of the patterns do not follow from the others (Gaussian elimination, exact)."""
    left = [pattern for pattern in patterns if any(pattern)]
    found = 0
    while left:
        pivot = left.pop()
        place = next(index for index, value in enumerate(pivot) if value)
        reduced = (tuple(a - pattern[place] / pivot[place] * b for a, b in zip(pattern, pivot, strict=True)) for pattern in left)
        left = [pattern for pattern in reduced if any(pattern)]
        found += 1
    return found


def _equation(lines: Lines, kind: str) -> dict[Unknown, Fraction]:
    """What counts of each line in the sum of one type of source."""
    found: dict[Unknown, Fraction] = {}
    for line in lines:
        if line.source_type == kind:
            found[_name(line), line.id] = Fraction(1)
    return found


def _name(line: Contribution) -> str:
    return line.contributor.casefold()
