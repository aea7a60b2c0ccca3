"""An area's local investment share in a year: the amount, the steps that lead to it, and the figures that a briefing may print.

The Fund is an unadopted draft and taking part is voluntary, so that every label speaks in the conditional.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.areas import Area
from spf_analysis.errors import FundError
from spf_analysis.figures import Figure, Interpretation, Reference, Step, as_json
from spf_analysis.fund import rules
from spf_analysis.fund.allocation import Allocation, RatePath
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.fund.tables import Residents, Tables, WeightedPopulation


@dataclass(frozen=True)
class Share:
    """What an area would raise in a year, with all that it was worked out from. Pounds are whole unless said otherwise."""

    area: Area
    allocation: Allocation
    steps: tuple[Step, ...]
    interpretations: tuple[Interpretation, ...]
    match_if_met: int
    fund_years: int
    scenario: str | None = None

    @property
    def year(self) -> str:
        return str(self.allocation.year)

    @property
    def pounds(self) -> int:
        """The local investment share."""
        return self.allocation.shares[self.area.code]

    @property
    def unrounded(self) -> Decimal:
        """The share before it is rounded to whole pounds."""
        return self.allocation.unrounded[self.area.code]

    @property
    def residents(self) -> Residents:
        """The mid-year estimate used."""
        return self.allocation.residents[self.area.code]

    @property
    def weights(self) -> WeightedPopulation:
        """The registered and weighted population used."""
        return self.allocation.weights[self.area.code]

    @property
    def need(self) -> Decimal:
        """Weighted ÷ registered population."""
        return self.allocation.needs[self.area.code]

    @property
    def need_beside_england(self) -> Decimal:
        """Need after rescaling, so that the mean over England's residents is exactly 1."""
        return self.need * self.allocation.factor

    @property
    def per_head(self) -> Decimal:
        """Pounds for each resident."""
        return Decimal(self.pounds) / self.residents.residents

    def figures(self) -> tuple[Figure, ...]:
        """All figures of the share, for a briefing's "at a glance"."""
        return tuple(self.figure(name) for name in _FIGURES)

    def figure(self, name: str) -> Figure:
        """One figure by its id. Raises FundError for an id that the share does not have."""
        if name not in _FIGURES:
            known = wording.listed(_FIGURES)
            raise FundError(f"a share has no figure '{name}'", where=f"share of {self.area.code}", hint=f"It has {known}.")
        label, unit, last_step = _FIGURES[name]
        steps = self._steps_until(last_step)
        references = tuple(dict.fromkeys(step.reference for step in steps))
        used = {step.interpretation for step in steps if step.interpretation}
        kept = tuple(item for item in self.interpretations if item.id in used)
        text = label.format(year=self.year, years=self.fund_years)
        return Figure(name, text, self._value(name), unit, references, steps, kept, self._note(name), self._as_of(name))

    def as_dict(self) -> dict[str, Any]:
        """The share as `spf fund share --json` prints it."""
        return {
            "area": self.area.code,
            "name": self.area.name,
            "year": self.year,
            "rate_per_head": as_json(self.allocation.path.rate),
            "residents": self.residents.residents,
            "need": as_json(self.need),
            "local_total_for_england": self.allocation.local_total,
            "local_investment_share": self.pounds,
            "match_if_met": self.match_if_met,
            "scenario": self.scenario,
            "steps": [step.as_dict() for step in self.steps],
            "interpretations": [item.as_dict() for item in self.interpretations],
        }

    def _value(self, name: str) -> Decimal | int:
        values: dict[str, Decimal | int] = {
            "residents": self.residents.residents,
            "need": self.need,
            "need_beside_england": self.need_beside_england,
            "rate_per_head": self.allocation.path.rate,
            "local_investment_share": self.pounds,
            "share_per_head": self.per_head,
            "match_if_met": self.match_if_met,
            "fund_if_met": self.pounds + self.match_if_met,
            "ten_years_local": rules.at_constant_prices(self.pounds, self.fund_years),
            "ten_years_fund": rules.at_constant_prices(self.pounds + self.match_if_met, self.fund_years),
        }
        return values[name]

    def _steps_until(self, label: str) -> tuple[Step, ...]:
        if label == "rate":
            return tuple(step for step in self.steps if step.unit in ("GBP per head", "per cent"))
        if label == "residents":
            return tuple(step for step in self.steps if step.label.startswith("Residents"))
        if label == "need":
            return tuple(step for step in self.steps if step.label.startswith(("Registered", "Weighted", "Need", "Residents", "Rescaling")))
        return self.steps if label == "match" else self.steps[:-1]

    def _note(self, name: str) -> str | None:
        notes = {
            "ten_years_local": f"at the prices of {self.year}",
            "ten_years_fund": f"at the prices of {self.year}, if the share were met and matched each year",
            "match_if_met": "no national investor has committed anything",
            "residents": f"mid-{self.residents.mid_year.year}: {self.residents.method}",
            "need": "England about 1",
            "need_beside_england": "the mean over England's residents is 1",
        }
        scenario = f"scenario: {self.scenario}" if self.scenario and name not in ("residents", "need", "need_beside_england") else None
        return "; ".join(item for item in (notes.get(name), scenario) if item) or None

    def _as_of(self, name: str) -> str | None:
        return self.residents.mid_year.isoformat() if name == "residents" else None


_FIGURES: dict[str, tuple[str, str, str]] = {
    "residents": ("Residents", "people", "residents"),
    "need": ("Need relative to England", "ratio", "need"),
    "need_beside_england": ("Need beside England's mean", "ratio", "need"),
    "rate_per_head": ("Rate per head in {year}", "GBP per head", "rate"),
    "local_investment_share": ("Local investment share that the area would raise in {year}", "GBP", "share"),
    "share_per_head": ("What the area would raise per resident in {year}", "GBP and pence", "share"),
    "match_if_met": ("What would be matched nationally in {year}", "GBP", "match"),
    "fund_if_met": ("What local share and match would come to together in {year}", "GBP", "match"),
    "ten_years_local": ("What the area would raise in {years} years at constant prices", "GBP", "share"),
    "ten_years_fund": ("What local share and match would come to over {years} years at constant prices", "GBP", "match"),
}


def steps_of(code: str, allocation: Allocation, book: Rulebook, tables: Tables) -> tuple[Step, ...]:
    """The worked steps of an area's share, in the order in which a reader can redo them."""
    return (
        *rate_steps(allocation.path, str(allocation.year)),
        *_need_steps(code, allocation, book, tables),
        *_share_steps(code, allocation, book),
    )


def rate_steps(path: RatePath, year: str) -> tuple[Step, ...]:
    """The steps of the rate: the draft's price, each September's inflation, and the rate that follows."""
    base = Step("Rate in the draft", path.base.number, "GBP per head", path.base.reference, "first-cpi-update")
    updates = tuple(
        Step(
            f"Inflation to {update.inflation.day:%B %Y}, which raises the rate in April {update.year.start_year}",
            update.inflation.number,
            "per cent",
            update.inflation.reference,
            "first-cpi-update",
            _joined(f"× {1 + update.inflation.number / 100} gives £{update.rate.normalize():f}", update.inflation.note),
        )
        for update in path.updates
    )
    note = f"exactly £{path.rate.normalize():f}; not rounded"
    return (base, *updates, Step(f"Rate in {year}", path.rate, "GBP per head", path.base.reference, "first-cpi-update", note))


def _need_steps(code: str, allocation: Allocation, book: Rulebook, tables: Tables) -> tuple[Step, ...]:
    residents, weights = allocation.residents[code], allocation.weights[code]
    older = f"; those of {allocation.year} are not at hand" if weights.year != allocation.year else ""
    note = f"allocations of {weights.year}{older}; {weights.method}"
    rule = book.parameter("need_basis").at(allocation.year.first_day).reference
    registered = Reference(weights.source, tables.reference("weighted_populations.csv", "registered").locator)
    weighted = Reference(weights.source, tables.reference("weighted_populations.csv", "weighted").locator)
    people = f"estimate for mid-{residents.mid_year.year}; {residents.method}"
    return (
        Step("Residents", residents.residents, "people", tables.reference("residents.csv", "residents"), "resident-population", people),
        Step("Registered population", weights.registered, "people", registered, None, note),
        Step(
            "Weighted population",
            weights.weighted,
            "people",
            weighted,
            "need-refreshed",
            note,
        ),
        Step("Need before rescaling", allocation.needs[code], "ratio", rule, "need-refreshed", "weighted ÷ registered population"),
        Step("Rescaling to England's mean", allocation.factor, "ratio", rule, "need-on-residents", _factor_note(allocation)),
        Step("Need beside England's mean", allocation.needs[code] * allocation.factor, "ratio", rule, None, "need × rescaling"),
    )


def _share_steps(code: str, allocation: Allocation, book: Rulebook) -> tuple[Step, ...]:
    day = allocation.year.first_day
    rate, match = book.parameter("local_rate").at(day).reference, book.parameter("match_ratio").at(day)
    total = f"{wording.pounds_and_pence(allocation.path.rate, 4)} × {wording.whole(allocation.people)} residents of England"
    rounding = f"whole pounds by largest remainder, so that all {len(allocation.shares)} shares sum to the local total"
    share = allocation.shares[code]
    return (
        Step("Share before rounding", allocation.unrounded[code], "GBP and pence", rate, None, "rate × residents × need × rescaling"),
        Step("Local total for England", allocation.local_total, "GBP", rate, "areas-in-force", total),
        Step("Local investment share", share, "GBP", rate, "need-on-residents", rounding),
        Step("Would be matched", rules.matched_if_met(share, match.number), "GBP", match.reference, "match-follows-share"),
    )


def _factor_note(allocation: Allocation) -> str:
    weighted = sum((item.residents * allocation.needs[code] for code, item in allocation.residents.items()), Decimal(0))
    return (
        f"{wording.whole(allocation.people)} residents of England ÷ {wording.decimal(weighted)}, the sum of residents × need over all areas"
    )


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
