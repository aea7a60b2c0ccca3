"""The worked trace of a share: each line with what to key into a calculator, its rule's paragraph and its data's source and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.areas import Area
from spf_analysis.figures import Reference, Step, as_json
from spf_analysis.fund.allocation import Allocation
from spf_analysis.fund.parameters import DatedValue, Rulebook
from spf_analysis.fund.share import Share
from spf_analysis.fund.tables import Tables

FOLDER = "evidence/fund"
RESIDENTS, WEIGHTS, CPI, RATE = "residents.csv", "weighted_populations.csv", "cpi_september", "local_rate"


@dataclass(frozen=True)
class TraceLine:
    """One numbered line of a trace. `formula` names the lines it is made from, `arithmetic` is the same in figures to key in.

    Both are None for a line that is taken from a table or a rule; `rule` is the paragraph that asks for the line, `data` the source
    of a figure that was looked up, `as_of` what it is of, and `file` where it stands in the workbench.
    """

    number: int
    step: Step
    rule: Reference
    formula: str | None = None
    arithmetic: str | None = None
    data: Reference | None = None
    as_of: str | None = None
    file: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The line as `spf fund explain --json` prints it."""
        return {
            "line": self.number,
            **self.step.as_dict(),
            "keyed": wording.keyed(self.step.value) if isinstance(self.step.value, int | Decimal) else None,
            "formula": self.formula,
            "arithmetic": self.arithmetic,
            "rule": self.rule.as_dict(),
            "data": self.data.as_dict() if self.data else None,
            "as_of": self.as_of,
            "file": self.file,
        }


@dataclass(frozen=True)
class TraceArea:
    """An area's row in the table behind the sum over all areas: people, need, and how its pounds were rounded.

    `remainder` is the part of a pound that rounding down leaves; `rank` its place among all areas, 1 the largest.
    """

    area: Area
    residents: int
    registered: int
    weighted: int
    residents_times_need: Decimal
    unrounded: Decimal
    remainder: Decimal
    rank: int
    share: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "area": self.area.code,
            "name": self.area.short_name,
            "residents": self.residents,
            "registered": self.registered,
            "weighted": self.weighted,
            "residents_times_need": as_json(self.residents_times_need),
            "share_before_rounding": as_json(self.unrounded),
            "remainder": as_json(self.remainder),
            "rank_of_remainder": self.rank,
            "local_investment_share": self.share,
        }


@dataclass(frozen=True)
class Trace:
    """A share in lines that a finance lead can redo, and the table of all areas that two of the lines rest on."""

    share: Share
    lines: tuple[TraceLine, ...]
    table: tuple[TraceArea, ...]
    pounds_left: int

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of all sources that the trace names, in order."""
        named = (reference.source for line in self.lines for reference in (line.rule, line.data) if reference)
        return tuple(dict.fromkeys(named))

    def as_dict(self) -> dict[str, Any]:
        """The trace as `spf fund explain --json` prints it, without the sources' titles."""
        return {
            "area": self.share.area.code,
            "name": self.share.area.name,
            "year": self.share.year,
            "scenario": self.share.scenario,
            "local_investment_share": self.share.pounds,
            "match_if_met": self.share.match_if_met,
            "lines": [line.as_dict() for line in self.lines],
            "areas": [item.as_dict() for item in self.table],
            "pounds_left_for_the_largest_remainders": self.pounds_left,
            "interpretations": [item.as_dict() for item in self.share.interpretations],
        }


def trace_of(share: Share, book: Rulebook, tables: Tables, supposed: str | None = None) -> Trace:
    """The trace of a share [27-30, 36]: the steps that the briefing shows, numbered, with England's two sums between them.

    `supposed` is where the values of a scenario stand, for a Fund under one.
    """
    table = table_of(share.allocation)
    left = share.allocation.local_total - sum(_floor(item.unrounded) for item in table)
    return Trace(share, _Tracer(share, book, tables, table, left, supposed).lines(), table, left)


def table_of(allocation: Allocation) -> tuple[TraceArea, ...]:
    """Every area of an allocation with people, need and rounding, in the order of the vintage."""
    remainders = {code: amount - _floor(amount) for code, amount in allocation.unrounded.items()}
    ranked = sorted(remainders, key=lambda code: (-remainders[code], code))
    return tuple(
        TraceArea(
            area=area,
            residents=allocation.residents[area.code].residents,
            registered=allocation.weights[area.code].registered,
            weighted=allocation.weights[area.code].weighted,
            residents_times_need=allocation.residents[area.code].residents * allocation.needs[area.code],
            unrounded=allocation.unrounded[area.code],
            remainder=remainders[area.code],
            rank=ranked.index(area.code) + 1,
            share=allocation.shares[area.code],
        )
        for area in allocation.vintage.areas
    )


def _floor(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_FLOOR))


@dataclass(frozen=True)
class _Tracer:
    """Numbers the steps of a share and says of each what it is made from."""

    share: Share
    book: Rulebook
    tables: Tables
    table: tuple[TraceArea, ...]
    left: int
    supposed: str | None = None

    def lines(self) -> tuple[TraceLine, ...]:
        updates = len(self.share.allocation.path.updates)
        steps = self.share.steps
        numbers = {"base": 1, "rate": updates + 2, "residents": updates + 3, "registered": updates + 4, "weighted": updates + 5,
                   "need": updates + 6, "england": updates + 7, "sum": updates + 8, "factor": updates + 9, "beside": updates + 10,
                   "unrounded": updates + 11, "total": updates + 12, "share": updates + 13, "match": updates + 14}  # fmt: skip
        england = (self._england(numbers), self._sum(numbers))
        return (
            *self._rate_lines(steps[: updates + 2], numbers),
            *self._need_lines(steps[updates + 2 : updates + 6], numbers),
            *england,
            self._made(numbers["factor"], steps[updates + 6], "{england} ÷ {sum}", numbers, self._need_rule),
            self._made(numbers["beside"], steps[updates + 7], "{need} × {factor}", numbers, self._need_rule),
            *self._share_lines(steps[updates + 8 :], numbers),
        )

    @property
    def _day(self) -> date:
        return self.share.allocation.year.first_day

    @property
    def _need_rule(self) -> Reference:
        return self.book.parameter("need_basis").at(self._day).reference

    @property
    def _rate_rule(self) -> Reference:
        return self.book.parameter(RATE).at(self._day).reference

    def _values(self) -> dict[str, Decimal | int]:
        allocation, code = self.share.allocation, self.share.area.code
        match = self.book.parameter("match_ratio").at(self._day).number
        return {
            "rate": allocation.path.rate,
            "residents": self.share.residents.residents,
            "registered": self.share.weights.registered,
            "weighted": self.share.weights.weighted,
            "need": allocation.needs[code],
            "england": allocation.people,
            "sum": sum((item.residents_times_need for item in self.table), Decimal(0)),
            "factor": allocation.factor,
            "share": self.share.pounds,
            "ratio": match,
        }

    def _made(self, number: int, step: Step, pattern: str, numbers: Mapping[str, int], rule: Reference) -> TraceLine:
        """A line made from others: `pattern` names them, once as line numbers and once as figures to key in."""
        values = {name: wording.keyed(value) for name, value in self._values().items()}
        lines = {name: f"({line})" for name, line in numbers.items()}
        return TraceLine(number, step, rule, pattern.format(**{**values, **lines}), pattern.format(**values))

    def _rate_lines(self, steps: tuple[Step, ...], numbers: Mapping[str, int]) -> tuple[TraceLine, ...]:
        path = self.share.allocation.path
        base, *raises, rate = steps
        update_rule = self.book.parameter("first_price_update").at(path.base.day).reference
        first = TraceLine(1, base, path.base.reference, as_of=f"from {wording.day(path.base.day)}", file=self.book.parameter(RATE).file)
        inflation = tuple(
            TraceLine(
                number,
                step,
                update_rule,
                data=update.inflation.reference,
                as_of=f"{update.inflation.day:%B %Y}",
                file=self._file(update.inflation),
            )
            for number, (step, update) in enumerate(zip(raises, path.updates, strict=True), 2)
        )
        formula = "".join(f" × (1 + ({line.number}) ÷ 100)" for line in inflation)
        keyed = "".join(f" × (1 + {wording.keyed(update.inflation.number)} ÷ 100)" for update in path.updates)
        made = f"(1){formula}", f"{wording.keyed(path.base.number)}{keyed}"
        return (first, *inflation, TraceLine(numbers["rate"], rate, update_rule, *made))

    def _file(self, inflation: DatedValue) -> str:
        """Where a September's rate stands: among the rules, or with the scenario that supposes it."""
        supposed = (inflation.note or "").startswith("scenario")
        return self.supposed if self.supposed and supposed else self.book.parameter(CPI).file

    def _need_lines(self, steps: tuple[Step, ...], numbers: Mapping[str, int]) -> tuple[TraceLine, ...]:
        residents, registered, weighted, need = steps
        code, year = self.share.area.code, f"allocations of {self.share.weights.year}"
        mid_year, people = wording.day(self.share.residents.mid_year), f"{FOLDER}/{RESIDENTS}, row {code}"
        weights = f"{FOLDER}/{WEIGHTS}, row {code}"
        return (
            TraceLine(numbers["residents"], residents, self._rate_rule, None, None, residents.reference, mid_year, people),
            TraceLine(numbers["registered"], registered, self._need_rule, None, None, registered.reference, year, weights),
            TraceLine(numbers["weighted"], weighted, self._need_rule, None, None, weighted.reference, year, weights),
            self._made(numbers["need"], need, "{weighted} ÷ {registered}", numbers, self._need_rule),
        )

    def _england(self, numbers: Mapping[str, int]) -> TraceLine:
        reference = self.tables.reference(RESIDENTS, "residents")
        value, note = self.share.allocation.people, "the sum over the table of all areas"
        step = Step("Residents of England", value, "people", reference, "resident-population", note)
        mid_year = wording.day(self.share.residents.mid_year)
        return TraceLine(numbers["england"], step, self._rate_rule, None, None, reference, mid_year, f"{FOLDER}/{RESIDENTS}")

    def _sum(self, numbers: Mapping[str, int]) -> TraceLine:
        value, note = self._values()["sum"], "residents × weighted ÷ registered for each row of the table of all areas, added up"
        step = Step("Sum of residents × need over all areas", value, "people", self._need_rule, "need-on-residents", note)
        return TraceLine(numbers["sum"], step, self._need_rule)

    def _share_lines(self, steps: tuple[Step, ...], numbers: Mapping[str, int]) -> tuple[TraceLine, ...]:
        unrounded, total, share, match = steps
        rule = self._rate_rule
        row = next(item for item in self.table if item.area.code == self.share.area.code)
        whole = TraceLine(numbers["share"], share, rule, f"({numbers['unrounded']}) in whole pounds; {self._rounding(row)}")
        return (
            self._made(numbers["unrounded"], unrounded, "{rate} × {residents} × {need} × {factor}", numbers, self._need_rule),
            self._made(numbers["total"], total, "{rate} × {england}", numbers, rule),
            whole,
            self._made(numbers["match"], match, "{share} × {ratio}", numbers, match.reference),
        )

    def _rounding(self, row: TraceArea) -> str:
        raised = "so that one is added here" if row.share > _floor(row.unrounded) else "so that none is added here"
        return (
            f"rounded down in all {len(self.table)} areas, {wording.counted(self.left, 'pound')} of the local total would be left over; "
            f"they go to the largest remainders, and this one ({wording.decimal(row.remainder)}) is number {row.rank}, {raised}"
        )
