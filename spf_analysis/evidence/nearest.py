"""Which case studies come nearest to an area, by a measure that a reader can redo on paper.

Three attributes count, each in bands: density (people per km²), need (beside England's) and NHS region. A case study resembles an
area when its place lies in the area, or when both fall into the same band of density and share their band of need or their region.
An attribute that is not reported on either side is not shared. The bands are those of `areas.Setting`.

Size is told and does not count: the schemes were run for boroughs and districts, of which an area holds several, so that counting it
would only say so again. Devolution is told where a scheme's is reported; of areas it is not coded. Another limit: the schemes are known
as they were in 2018 and 2019, the settings as they are now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis.areas import Setting
from spf_analysis.evidence.case_study import CaseStudy
from spf_analysis.wording import NOT_REPORTED, decimal, listed, said, whole

DENSITY, SIZE, NEED, REGION = "density", "size", "need", "region"
COUNTED = frozenset({DENSITY, NEED, REGION})
MEASURE = (
    "A case study is said to resemble an area when it lies in it, or when both fall into the same band of people per square kilometre "
    "and share either their band of need beside England's or their NHS region. Size and devolution are told but do not "
    "count: the schemes were run for boroughs and districts, and devolution is known of few places."
)


@dataclass(frozen=True)
class Comparison:
    """One attribute of an area and of a place: what each is, and whether both fall into the same band."""

    attribute: str
    here: str
    there: str
    band_here: str | None
    band_there: str | None

    @property
    def shared(self) -> bool:
        """Whether both are reported and fall into the same band."""
        return self.band_here is not None and self.band_here == self.band_there

    @property
    def said(self) -> str:
        """The comparison in words and numbers: "density: 105 people per km² there, 148 here (both sparsely populated)"."""
        bands = (
            f"both {self.band_here}" if self.shared else f"{self.band_there or NOT_REPORTED} there, {self.band_here or NOT_REPORTED} here"
        )
        if self.attribute == REGION:
            return f"region: {bands}"
        return f"{self.attribute}: {self.there} there, {self.here} here ({bands})"


@dataclass(frozen=True)
class Likeness:
    """How a case study's place compares with an area."""

    case_study: str
    name: str
    place: str
    comparisons: tuple[Comparison, ...]
    within: bool = False
    devolution: str | None = None

    @property
    def shared(self) -> int:
        """How many of the attributes that count fall into the same band."""
        return sum(comparison.shared for comparison in self.comparisons if comparison.attribute in COUNTED)

    @property
    def resembles(self) -> bool:
        """Whether the case study lies in the area, or is alike in density and in need or region."""
        alike = {comparison.attribute for comparison in self.comparisons if comparison.shared}
        return self.within or (DENSITY in alike and bool(alike & {NEED, REGION}))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each comparison in words and numbers, shared ones first, then devolution where the scheme's is reported."""
        compared = [comparison.said for comparison in sorted(self.comparisons, key=lambda comparison: not comparison.shared)]
        return (*compared, self._devolution_said) if self.devolution else tuple(compared)

    @property
    def _devolution_said(self) -> str:
        deal = (self.devolution or "").rstrip(".")
        here = "the scheme lies in this area" if self.within else f"{NOT_REPORTED} here"
        return f"devolution: {deal[:1].lower()}{deal[1:]} there, {here}"

    @property
    def said(self) -> str:
        """The likeness in a sentence."""
        alike = [comparison.attribute for comparison in self.comparisons if comparison.shared]
        unlike = [comparison.attribute for comparison in self.comparisons if not comparison.shared]
        parts = ["It lies in this area"] if self.within else []
        parts += [f"alike in {listed(alike)}"] if alike else []
        parts += [f"not alike in {listed(unlike)}"] if unlike else []
        sentence = "; ".join(parts)
        return f"{sentence[0].upper()}{sentence[1:]}."

    def as_dict(self) -> dict[str, Any]:
        return {
            "case_study": self.case_study,
            "name": self.name,
            "place": self.place,
            "within": self.within,
            "shared": self.shared,
            "resembles": self.resembles,
            "said": self.said,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True)
class Nearest:
    """The case studies of an area in order of likeness: those that resemble it, and the others."""

    area: str
    resembling: tuple[Likeness, ...]
    others: tuple[Likeness, ...]

    @property
    def said(self) -> str:
        """The result in a sentence; it says so when no case study resembles the area."""
        if not self.resembling:
            return f"None of the case studies resembles {self.area}."
        names = listed(likeness.name for likeness in self.resembling)
        inside = [likeness.name for likeness in self.resembling if likeness.within]
        if len(inside) == len(self.resembling):
            return f"{names} {'lies' if len(inside) == 1 else 'lie'} in this area."
        said = f"{names} {'resembles' if len(self.resembling) == 1 else 'resemble'} {self.area} most"
        return f"{said}; {listed(inside)} {'lies' if len(inside) == 1 else 'lie'} in it." if inside else f"{said}."

    def as_dict(self) -> dict[str, Any]:
        return {
            "area": self.area,
            "said": self.said,
            "measure": MEASURE,
            "resembling": [likeness.as_dict() for likeness in self.resembling],
            "others": [likeness.as_dict() for likeness in self.others],
        }


def nearest(setting: Setting, places: Mapping[str, Setting], case_studies: Iterable[CaseStudy]) -> Nearest:
    """The case studies in order of likeness to an area, by the measure described at the top of this module.

    `places` gives the setting of each case study's `place`; one without a setting is not compared, and so resembles nothing. Equal
    likeness is put in order by how near the densities are, as a ratio, then by id.
    """
    found = [(case, places.get(case.place)) for case in case_studies]
    likenesses = sorted(
        (_likeness(setting, case, place) for case, place in found),
        key=lambda likeness: (
            not likeness.within,
            not likeness.resembles,
            -likeness.shared,
            _ratio(setting, places.get(likeness.place)),
            likeness.case_study,
        ),
    )
    resembling = tuple(likeness for likeness in likenesses if likeness.resembles)
    return Nearest(setting.name, resembling, tuple(likeness for likeness in likenesses if not likeness.resembles))


def _likeness(setting: Setting, case: CaseStudy, place: Setting | None) -> Likeness:
    within = place is not None and setting.code in place.areas
    other = place or Setting(case.place, case.place)
    return Likeness(case.id, case.name, case.place, _comparisons(setting, other), within, case.devolution.value)


def _comparisons(here: Setting, there: Setting) -> tuple[Comparison, ...]:
    return (
        Comparison(DENSITY, said(here.density, "people per km2"), said(there.density, "people per km2"), here.rurality, there.rurality),
        Comparison(SIZE, _people(here), _people(there), here.size, there.size),
        Comparison(NEED, decimal(here.need), decimal(there.need), here.need_band, there.need_band),
        Comparison(REGION, here.region or NOT_REPORTED, there.region or NOT_REPORTED, here.region, there.region),
    )


def _people(setting: Setting) -> str:
    if setting.residents is not None:
        return f"{whole(setting.residents)} residents"
    return NOT_REPORTED if setting.registered is None else f"{whole(setting.registered)} registered people"


def _ratio(here: Setting, there: Setting | None) -> Decimal:
    if there is None or not here.density or not there.density:
        return Decimal("Infinity")
    return max(here.density, there.density) / min(here.density, there.density)
