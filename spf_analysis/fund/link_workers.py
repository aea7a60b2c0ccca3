"""Link workers beside the Fund, pounds beside pounds [24]: what an area's link workers cost, beside its share and the match.

A count of link workers is of a day, a cost of theirs of a year, a share of another; nothing is divided, and no trend is drawn from
counts of different days or definitions. Without a referenced cost for a full-time equivalent the pounds are missing, not nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spf_analysis import wording
from spf_analysis.errors import Problem
from spf_analysis.figures import Figure, Reference
from spf_analysis.fund import rules
from spf_analysis.fund.cells import Cells
from spf_analysis.periods import FinancialYear
from spf_analysis.records import RecordError, read_csv

if TYPE_CHECKING:
    from spf_analysis.fund.fund import Fund

FILE = "link_worker_costs.csv"
COLUMNS = ("from", "cost_per_fte", "covers", "source", "locator", "note")


@dataclass(frozen=True)
class LinkWorkerCost:
    """What a full-time equivalent of link worker costs in a year, in pounds, from a day on, and what that covers."""

    day: date
    pounds: Decimal
    covers: str
    reference: Reference


@dataclass(frozen=True)
class LinkWorkersBeside:
    """An area's link workers and what they cost, beside what the Fund would bring there in a year."""

    area: str
    year: str
    figures: tuple[Figure, ...]

    def figure(self, name: str) -> Figure:
        """One figure by its id: link_workers, link_worker_cost, link_worker_pounds, local_investment_share, match_if_met, fund_if_met."""
        return next(item for item in self.figures if item.id == name)

    @property
    def costed(self) -> bool:
        """Whether a cost of a full-time equivalent is given."""
        return self.figure("link_worker_cost").value is not None

    def said(self, item: Figure) -> str:
        """A figure as the view prints it: a count that is multiplied keeps all its decimals, so that the product can be redone."""
        if item.id == "link_workers" and self.costed and isinstance(item.value, int | Decimal | float):
            return f"{wording.keyed(item.value)} FTE"
        return item.said

    def as_dict(self) -> dict[str, Any]:
        """The view as `spf fund link-workers --json` prints it."""
        figures = [{**item.as_dict(), "said": self.said(item)} for item in self.figures]
        return {"area": self.area, "year": self.year, "figures": figures}


def read_link_worker_costs(folder: Path, problems: list[Problem]) -> tuple[LinkWorkerCost, ...]:
    """The referenced costs of a folder, in order of day; none where the table is absent or empty. What is wrong is added to `problems`."""
    if not (folder / FILE).exists():
        return ()
    try:
        rows = read_csv(folder / FILE, COLUMNS, "fund")
    except RecordError as error:
        problems.extend(error.problems)
        return ()
    found = []
    for row in rows:
        cells = Cells(row, problems)
        day, pounds, covers, reference = cells.day("from"), cells.money("cost_per_fte"), cells.text("covers"), cells.reference()
        if day and pounds and reference:
            found.append(LinkWorkerCost(day, pounds, covers, reference))
    return tuple(sorted(found, key=lambda item: item.day))


def cost_on(costs: Sequence[LinkWorkerCost], day: date) -> LinkWorkerCost | None:
    """The cost in force on a day, or None: one of a later day is not carried back."""
    return max((item for item in costs if item.day <= day), key=lambda item: item.day, default=None)


def link_workers_beside(fund: Fund, code: str, year: FinancialYear, cost: LinkWorkerCost | None = None) -> LinkWorkersBeside:
    """Link workers and what they cost beside share and match. `cost` is the user's own; otherwise the one on the day of the count."""
    share, workers = fund.share(code, year), fund.link_workers(code, year)
    counted = date.fromisoformat(workers.as_of) if workers.as_of else year.first_day
    found = cost or cost_on(fund.link_worker_costs, counted)
    asked = fund.rulebook.parameter("pounds_for_activities_per_pound").at(year.first_day).reference
    names = ("local_investment_share", "match_if_met", "fund_if_met")
    figures = (workers, _cost(found, asked), _pounds(workers, found, asked), *map(share.figure, names))
    return LinkWorkersBeside(code, str(year), figures)


def _cost(cost: LinkWorkerCost | None, asked: Reference) -> Figure:
    label = "Cost of a full-time equivalent in a year"
    if cost is None:
        return Figure("link_worker_cost", label, None, "GBP", (asked,), note="no referenced cost is at hand")
    note = f"from {wording.day(cost.day)}; covers {cost.covers}"
    return Figure("link_worker_cost", label, cost.pounds, "GBP", (cost.reference,), note=note, as_of=cost.day.isoformat())


def _pounds(workers: Figure, cost: LinkWorkerCost | None, asked: Reference) -> Figure:
    label = "What they cost in a year at that count"
    known = cost is not None and workers.value is not None
    pounds = rules.whole_pounds(Decimal(str(workers.value)) * cost.pounds) if cost is not None and known else None
    note = "missing until a cost of a full-time equivalent is given"
    if cost is not None and isinstance(workers.value, int | Decimal | float):
        note = f"full-time equivalents × cost of one: {wording.keyed(workers.value)} × {wording.pounds_exactly(cost.pounds)}"
    references = (*workers.references, cost.reference if cost else asked)
    return Figure("link_worker_pounds", label, pounds, "GBP", references, note=note, as_of=workers.as_of)
