"""What the Fund's figures of a year rest on, in words: the areas, the data at hand, the values in force and the readings chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from spf_analysis import wording
from spf_analysis.errors import FundError
from spf_analysis.fund.parameters import DatedValue, Parameter
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund

_DATED_BY_ITSELF = frozenset({"cpi_september"})


@dataclass(frozen=True)
class Basis:
    """What the figures of a year rest on, each by name and said as print says it.

    `vintage` is the day from which the areas are valid (as 2026-04-01), `areas` their ODS codes; `data` the release of each table
    used; `rules` the values in force on the first day of the year; `readings` what was chosen where the draft is open.
    """

    year: str
    vintage: str
    areas: tuple[str, ...]
    data: Mapping[str, str]
    rules: Mapping[str, str]
    readings: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "areas": list(self.areas)}


def basis_of(fund: Fund, year: FinancialYear) -> Basis:
    """What the Fund's figures of a year rest on. Raises FundError for a year that has no rate."""
    allocation = fund.allocation(year)
    parameters = [item for rule in fund.rulebook.rules for item in rule.parameters if item.id not in _DATED_BY_ITSELF]
    in_force = ((item, _at(item, year)) for item in parameters)
    return Basis(
        year=str(year),
        vintage=allocation.vintage.start.isoformat(),
        areas=tuple(area.code for area in fund.areas_in(year)),
        data=dict(_data(fund, year)),
        rules={item.description.rstrip("."): value_said(item, value) for item, value in in_force if value},
        readings={question.question: question.chosen.text for question in fund.rulebook.questions},
    )


def value_said(parameter: Parameter, value: DatedValue) -> str:
    """A parameter's value as print says it."""
    content = value.value
    if isinstance(content, bool):
        return "yes" if content else "no"
    return wording.listed(content) if isinstance(content, tuple) else wording.said(content, parameter.unit)


def _at(parameter: Parameter, year: FinancialYear) -> DatedValue | None:
    try:
        return parameter.at(year.first_day)
    except FundError:
        return None


def _data(fund: Fund, year: FinancialYear) -> Iterator[tuple[str, str]]:
    """Which release of each table was used."""
    allocation, tables = fund.allocation(year), fund.tables
    residents = next(iter(allocation.residents.values()))
    weights = next(iter(allocation.weights.values()))
    yield "Residents", f"estimates for mid-{residents.mid_year.year} ({tables.reference('residents.csv', 'residents').source})"
    yield "Registered and weighted populations", f"those of {weights.year} ({weights.source})"
    if allocation.path.updates:
        inflation = allocation.path.updates[-1].inflation
        yield "Inflation that last raised the rate", f"{wording.per_cent(inflation.number)}, to {inflation.day:%B %Y}"
    counted = [item.day for item in tables.link_workers if item.vintage == allocation.vintage.start]
    if counted:
        yield "Link workers in post", f"count of {wording.day(max(counted))}"
    if tables.deprivation:
        yield "Deprivation", f"as published ({tables.reference('deprivation.csv', 'average_score').source})"
