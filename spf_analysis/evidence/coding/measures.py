"""Measures of agreement between coders, as pure functions, and their intervals by resampling sources.

Percent agreement; Cohen's kappa (Cohen 1960), pooled over codes as by De Vries et al. (2008); Krippendorff's alpha (Krippendorff 2011,
"Computing Krippendorff's alpha-reliability"), nominal or with the MASI distance between sets of codes (Passonneau 2006).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import TypeVar

V = TypeVar("V", bound=Hashable)
Distance = Callable[[V, V], float]
Weights = Sequence[int]

RESAMPLES = 2000
SEED = 20060522
LEVEL = 0.95
_MOST_UNDEFINED = 0.1


@dataclass(frozen=True)
class Table:
    """What two coders decided on one code: units that both gave it, that only the first or only the second did, that neither did."""

    both: int = 0
    first: int = 0
    second: int = 0
    neither: int = 0

    @property
    def units(self) -> int:
        """How many units both coders decided on."""
        return self.both + self.first + self.second + self.neither

    @property
    def agreement(self) -> float | None:
        """The share of units on which both decided alike."""
        return (self.both + self.neither) / self.units if self.units else None

    @property
    def chance(self) -> float | None:
        """The agreement to be expected if each coder gave the code as often, but at random (Cohen 1960)."""
        if not self.units:
            return None
        one, other = (self.both + self.first) / self.units, (self.both + self.second) / self.units
        return one * other + (1 - one) * (1 - other)

    @property
    def prevalence(self) -> float | None:
        """The share of all decisions of both coders that gave the code."""
        return (2 * self.both + self.first + self.second) / (2 * self.units) if self.units else None

    @property
    def varies(self) -> bool:
        """Whether the code was given at least once and withheld at least once; without that no measure beyond chance is defined."""
        return bool(self.both + self.first + self.second) and bool(self.neither + self.first + self.second)

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa: agreement beyond chance, as a share of what was possible; None where the code never varies."""
        if not self.varies or self.agreement is None or self.chance is None or self.chance == 1:
            return None
        return (self.agreement - self.chance) / (1 - self.chance)

    @property
    def alpha(self) -> float | None:
        """Krippendorff's alpha, nominal; None where the code never varies."""
        if not self.varies:
            return None
        values, given = 2 * self.units, 2 * self.both + self.first + self.second
        observed = (self.first + self.second) / self.units
        expected = 2 * given * (values - given) / (values * (values - 1))
        return 1 - observed / expected

    def with_decision(self, first: bool, second: bool) -> Table:
        """The table with one more unit."""
        return Table(
            self.both + (first and second),
            self.first + (first and not second),
            self.second + (second and not first),
            self.neither + (not first and not second),
        )


def weighted(tables: Sequence[Table], weights: Weights) -> Table:
    """The sum of tables, each taken so many times."""
    pairs = list(zip(tables, weights, strict=True))
    return Table(
        sum(table.both * times for table, times in pairs),
        sum(table.first * times for table, times in pairs),
        sum(table.second * times for table, times in pairs),
        sum(table.neither * times for table, times in pairs),
    )


def pooled_kappa(tables: Iterable[Table]) -> float | None:
    """One kappa over many codes: from mean agreement and mean chance agreement (De Vries et al. 2008, Field Methods 20(3))."""
    pairs = [(table.agreement, table.chance) for table in tables if table.units]
    if not pairs:
        return None
    agreement = sum(one or 0.0 for one, _ in pairs) / len(pairs)
    chance = sum(other or 0.0 for _, other in pairs) / len(pairs)
    return None if chance == 1 else (agreement - chance) / (1 - chance)


def nominal(one: Hashable, other: Hashable) -> float:
    """0 where two values are the same, otherwise 1."""
    return float(one != other)


def masi(one: Collection[str], other: Collection[str]) -> float:
    """The MASI distance between two sets: 1 − Jaccard × M, with M = 1 for equal sets, 2/3 where one holds the other, 1/3 where they
    overlap, 0 where they share nothing (Passonneau 2006). Two empty sets are equal.
    """
    first, second = frozenset(one), frozenset(other)
    if first == second:
        return 0.0
    shared = len(first & second)
    if not shared:
        return 1.0
    weight = 2 / 3 if first <= second or second <= first else 1 / 3
    return 1 - weight * shared / len(first | second)


@dataclass(frozen=True)
class Disagreement:
    """Observed disagreement and what goes into the expected one, by source, so that sources can be resampled without starting anew.

    `between[s][t]` is the sum of distances between all values of source s and all of source t.
    """

    observed: tuple[float, ...]
    values: tuple[int, ...]
    between: tuple[tuple[float, ...], ...]

    def alpha(self, weights: Weights | None = None) -> float | None:
        """Krippendorff's alpha, with each source taken so many times; None where nothing varies."""
        times = weights or [1] * len(self.values)
        total = sum(count * time for count, time in zip(self.values, times, strict=True))
        chosen = [number for number, time in enumerate(times) if time]
        expected = sum(times[one] * times[other] * self.between[one][other] for one in chosen for other in chosen)
        if total < 2 or expected == 0:
            return None
        seen = sum(self.observed[one] * times[one] for one in chosen)
        return 1 - (seen / total) / (expected / (total * (total - 1)))


def disagreement(sources: Sequence[Sequence[Sequence[V]]], distance: Distance[V]) -> Disagreement:
    """Disagreement by source: each source is a list of units, each unit the values that its coders gave. A unit with one value counts
    for nothing (Krippendorff 2011).
    """
    pairable = [[unit for unit in units if len(unit) > 1] for units in sources]
    observed = [sum(sum(distance(*pair) for pair in permutations(unit, 2)) / (len(unit) - 1) for unit in units) for units in pairable]
    counts = [Counter(value for unit in units for value in unit) for units in pairable]
    known: dict[tuple[V, V], float] = {}

    def apart(one: V, other: V) -> float:
        if (one, other) not in known:
            known[one, other] = distance(one, other)
        return known[one, other]

    between = [[sum(apart(a, b) * m * n for (a, m), (b, n) in product(one.items(), other.items())) for other in counts] for one in counts]
    return Disagreement(tuple(observed), tuple(count.total() for count in counts), tuple(tuple(row) for row in between))


def alpha(units: Sequence[Sequence[V]], distance: Distance[V]) -> float | None:
    """Krippendorff's alpha over units, each the values that its coders gave, of any number of coders; None where nothing varies."""
    return disagreement([units], distance).alpha()


def resamples(sources: int, times: int = RESAMPLES, seed: int = SEED) -> list[tuple[int, ...]]:
    """How often each source is taken in each resample: as many draws as there are sources, with replacement, from a fixed seed."""
    draw = random.Random(seed)
    drawn = (Counter(draw.randrange(sources) for _ in range(sources)) for _ in range(times))
    return [tuple(counts[number] for number in range(sources)) for counts in drawn]


def interval(found: Sequence[float | None]) -> tuple[float, float] | None:
    """The middle 95% of a measure over resamples (percentile interval); None where it is undefined in more than a tenth of them."""
    defined = sorted(value for value in found if value is not None)
    if not found or len(defined) < (1 - _MOST_UNDEFINED) * len(found):
        return None
    tail = (1 - LEVEL) / 2
    return _quantile(defined, tail), _quantile(defined, 1 - tail)


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
