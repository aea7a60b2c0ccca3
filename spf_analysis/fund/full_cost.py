"""What an activity costs in full, who pays which part of it under each way of funding, and who carries the rest.

Every amount is the user's own, or referenced; nothing is supposed. Full cost recovery as community business leaders ask for it
(`power-to-change-2019`): not only those who deliver, but supervision, training, premises, evaluation, and whatever else people who
are referred turn out to need. Amounts are pounds and pence in a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis.figures import Reference, Step, as_json
from spf_analysis.fund.rules import largest_remainder
from spf_analysis.wording import listed

PARTS = {
    "delivery_staff": "Delivery staff",
    "supervision": "Supervision and management",
    "training": "Training",
    "premises": "Premises",
    "evaluation": "Evaluation",
    "unplanned_needs": "Unplanned needs",
}
ANY = "any"
OWN = "own figure"
PENCE = 100


@dataclass(frozen=True)
class CostLine:
    """One cost: a quantity at a unit cost, for one part of the full cost, with the grounds for both."""

    part: str
    item: str
    quantity: Decimal
    unit_cost: Decimal
    reference: Reference

    @property
    def pounds(self) -> Decimal:
        """Pounds in a year, to the penny."""
        return pennies(self.quantity * self.unit_cost)


@dataclass(frozen=True)
class PaidLine:
    """One payment under a way of funding: by whom, out of which money, for which part, or for `any` part where it is not tied."""

    way: str
    part: str
    payer: str
    money: str | None
    item: str
    quantity: Decimal
    unit_cost: Decimal
    reference: Reference

    @property
    def pounds(self) -> Decimal:
        """Pounds in a year, to the penny; 0 where it is stated that nothing is paid."""
        return pennies(self.quantity * self.unit_cost)


@dataclass(frozen=True)
class PartCost:
    """One part under one way of funding: its cost, what each payer covers of it, and what is left. None where nobody has said."""

    part: str
    cost: Decimal
    covered: Mapping[str, Decimal]
    reported: bool

    @property
    def uncovered(self) -> Decimal | None:
        """Pounds that nobody pays; None where it is not reported whether this part is paid."""
        return self.cost - sum(self.covered.values(), Decimal(0)) if self.reported else None


@dataclass(frozen=True)
class WayCovered:
    """One way of funding: each part, what was paid beyond the cost of a part, and who carries what is left, where that is stated."""

    way: str
    label: str
    parts: tuple[PartCost, ...]
    beyond: Decimal
    carried_by: str | None

    @property
    def payers(self) -> dict[str, Decimal]:
        """What each payer covers of the full cost, in pounds a year."""
        found: dict[str, Decimal] = {}
        for part in self.parts:
            for payer, amount in part.covered.items():
                found[payer] = found.get(payer, Decimal(0)) + amount
        return found

    @property
    def covered(self) -> Decimal:
        """Pounds a year that are covered."""
        return sum(self.payers.values(), Decimal(0))

    @property
    def not_reported(self) -> tuple[str, ...]:
        """The parts of which nobody has said whether they are paid."""
        return tuple(part.part for part in self.parts if not part.reported)

    @property
    def least(self) -> Decimal:
        """The least that is uncovered: supposing that every part of which nothing is said is paid in full."""
        return sum((part.uncovered or Decimal(0) for part in self.parts), Decimal(0))

    @property
    def most(self) -> Decimal:
        """The most that is uncovered: supposing that no part is paid of which nothing is said."""
        return self.least + sum((part.cost for part in self.parts if not part.reported), Decimal(0))

    @property
    def uncovered(self) -> Decimal | None:
        """Pounds a year that nobody pays; None where that is not reported of some part."""
        return None if self.not_reported else self.least


@dataclass(frozen=True)
class FullCost:
    """A provider's or a scheme's full cost in a year, and what each way of funding covers of it."""

    scheme: str
    year: str
    referrals: Decimal | None
    costs: tuple[CostLine, ...]
    ways: tuple[WayCovered, ...]
    paid: tuple[PaidLine, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def total(self) -> Decimal:
        """Pounds a year of all parts that are costed."""
        return sum((line.pounds for line in self.costs), Decimal(0))

    @property
    def not_costed(self) -> tuple[str, ...]:
        """Parts of a full cost that the user has given no figure for, so that the total is a lower bound."""
        costed = {line.part for line in self.costs}
        return tuple(part for part in PARTS if part not in costed)

    def by_part(self) -> dict[str, Decimal]:
        """Pounds a year of each part that is costed."""
        return {part: sum((line.pounds for line in self.costs if line.part == part), Decimal(0)) for part in PARTS if self._has(part)}

    def per_referral(self, pounds: Decimal | None) -> Decimal | None:
        """Pounds for each referral, to the penny; None where referrals or pounds are not reported."""
        return None if pounds is None or not self.referrals else pennies(pounds / self.referrals)

    def _has(self, part: str) -> bool:
        return part not in self.not_costed

    def as_dict(self) -> dict[str, Any]:
        """The full cost as `spf fund costs FILE --json` prints it."""
        return {
            "scheme": self.scheme,
            "year": self.year,
            "referrals": as_json(self.referrals),
            "full_cost": as_json(self.total),
            "full_cost_per_referral": as_json(self.per_referral(self.total)),
            "parts": {part: as_json(pounds) for part, pounds in self.by_part().items()},
            "parts_without_a_cost": list(self.not_costed),
            "ways_of_funding": [self._way(item) for item in self.ways],
            "steps": [step.as_dict() for step in self.steps],
        }

    def _way(self, item: WayCovered) -> dict[str, Any]:
        return {
            "way": item.way,
            "label": item.label,
            "covered": as_json(item.covered),
            "covered_by": {payer: as_json(amount) for payer, amount in item.payers.items()},
            "uncovered": as_json(item.uncovered),
            "uncovered_at_least": as_json(item.least),
            "uncovered_at_most": as_json(item.most),
            "uncovered_per_referral": as_json(self.per_referral(item.uncovered)),
            "carried_by": item.carried_by,
            "not_reported": list(item.not_reported),
            "paid_beyond_the_cost_of_a_part": as_json(item.beyond),
            "parts": [
                {
                    "part": part.part,
                    "cost": as_json(part.cost),
                    "covered_by": {payer: as_json(amount) for payer, amount in part.covered.items()},
                    "uncovered": as_json(part.uncovered),
                }
                for part in item.parts
            ],
        }


def full_cost_of(
    scheme: str,
    year: str,
    referrals: tuple[Decimal, Reference] | None,
    costs: Sequence[CostLine],
    paid: Sequence[PaidLine],
    carriers: Mapping[str, str],
    labels: Mapping[str, str],
) -> FullCost:
    """The full cost with what each way of funding covers. `carriers` says by way who carries the rest; `labels` how ways are called."""
    by_part = {part: sum((line.pounds for line in costs if line.part == part), Decimal(0)) for part in PARTS}
    there = {part: pounds for part, pounds in by_part.items() if any(line.part == part for line in costs)}
    names = dict.fromkeys((*(line.way for line in paid), *carriers))
    ways = tuple(way_covered(way, labels.get(way, way), there, [x for x in paid if x.way == way], carriers.get(way)) for way in names)
    found = FullCost(scheme, year, referrals[0] if referrals else None, tuple(costs), ways, tuple(paid))
    return FullCost(scheme, year, found.referrals, found.costs, ways, found.paid, tuple(_steps(found, referrals)))


def way_covered(way: str, label: str, costs: Mapping[str, Decimal], paid: Sequence[PaidLine], carried_by: str | None) -> WayCovered:
    """What the payments of one way of funding cover of each part.

    Money for a part covers that part and nothing else; money that is not tied covers what is then left, each part in proportion to
    what it lacks, to the penny. A part is reported where a payment (of nothing, perhaps) is stated for it, or untied money is.
    """
    covered: dict[str, dict[str, Decimal]] = {part: {} for part in costs}
    beyond = Decimal(0)
    for line in sorted(paid, key=lambda item: item.part == ANY):
        wanted = costs if line.part == ANY else {line.part: costs.get(line.part, Decimal(0))}
        lacking = {part: cost - sum(covered.get(part, {}).values(), Decimal(0)) for part, cost in wanted.items()}
        given = min(line.pounds, sum(lacking.values(), Decimal(0)))
        beyond += line.pounds - given
        for part, amount in spread(given, lacking).items():
            covered[part][line.payer] = covered[part].get(line.payer, Decimal(0)) + amount
    said = {line.part for line in paid}
    parts = tuple(PartCost(part, cost, covered[part], ANY in said or part in said) for part, cost in costs.items())
    return WayCovered(way, label, parts, beyond, carried_by)


def spread(amount: Decimal, lacking: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount divided in proportion to what each part lacks, in whole pence that add up; parts that get nothing are left out."""
    total = sum(lacking.values(), Decimal(0))
    if not amount or not total:
        return {}
    exact = {part: amount * PENCE * lack / total for part, lack in lacking.items()}
    whole = largest_remainder(exact, int(amount * PENCE))
    return {part: Decimal(pence) / PENCE for part, pence in whole.items() if pence}


def pennies(amount: Decimal) -> Decimal:
    """An amount to the penny, halves up."""
    from spf_analysis.wording import rounded

    return rounded(amount, 2)


def _steps(found: FullCost, referrals: tuple[Decimal, Reference] | None) -> Iterable[Step]:
    """Every line of the calculation, to be redone by hand."""
    own = Reference(OWN, "worked out from the lines above")
    for line in found.costs:
        note = f"{line.quantity:f} × £{line.unit_cost:f}"
        yield Step(f"{PARTS[line.part]}: {line.item}", line.pounds, "GBP and pence", line.reference, None, note)
    missing = f"lower bound: no cost is given for {listed(PARTS[part].lower() for part in found.not_costed)}" if found.not_costed else None
    yield Step("Full cost in a year", found.total, "GBP and pence", own, None, missing)
    if referrals:
        yield Step("Referrals in a year", referrals[0], "count", referrals[1])
        yield Step("Full cost of a referral", found.per_referral(found.total), "GBP and pence", own, None, "full cost ÷ referrals")
    for way in found.ways:
        yield from _way_steps(found, way, own)


def _way_steps(found: FullCost, way: WayCovered, own: Reference) -> Iterable[Step]:
    for line in found.paid:
        if line.way == way.way:
            of = "any part" if line.part == ANY else PARTS[line.part].lower()
            note = f"{line.quantity:f} × £{line.unit_cost:f}"
            yield Step(f"{way.label}: {line.payer} pays for {of}", line.pounds, "GBP and pence", line.reference, None, note)
    yield Step(f"{way.label}: covered", way.covered, "GBP and pence", own)
    if way.beyond:
        yield Step(f"{way.label}: paid beyond the cost of a part", way.beyond, "GBP and pence", own, None, "covers nothing else")
    if way.not_reported:
        said = listed(PARTS[part].lower() for part in way.not_reported)
        yield Step(f"{way.label}: uncovered, at least", way.least, "GBP and pence", own, None, f"not reported for {said}")
        yield Step(f"{way.label}: uncovered, at most", way.most, "GBP and pence", own, None, f"if nothing is paid for {said}")
        return
    yield Step(
        f"{way.label}: uncovered in a year", way.uncovered, "GBP and pence", own, None, f"carried by {way.carried_by or 'not reported'}"
    )
    if found.referrals:
        note = "uncovered ÷ referrals"
        yield Step(f"{way.label}: uncovered for a referral", found.per_referral(way.uncovered), "GBP and pence", own, None, note)
