"""The Fund as one frozen value: its rules, areas, tables and ledger, and everything that can be asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from spf_analysis import wording
from spf_analysis.areas import Area, Areas, Setting
from spf_analysis.figures import Figure, Interpretation
from spf_analysis.fund import rules
from spf_analysis.fund.account import Account, account_of
from spf_analysis.fund.allocation import Allocation, RatePath, allocate, rate_path
from spf_analysis.fund.alternatives import Alternatives, Effect
from spf_analysis.fund.attendance import Attendance
from spf_analysis.fund.brokerage import AreaOffers, Brokerage
from spf_analysis.fund.carrying import Division
from spf_analysis.fund.demonstrators import Applications, Demonstrators
from spf_analysis.fund.fan import Fan, fan_of
from spf_analysis.fund.footprints import Footprints, FootprintShare
from spf_analysis.fund.grants import GrantsRegister
from spf_analysis.fund.ledger import Ledger, NationalCommitment, Participation
from spf_analysis.fund.ledger_carrying import CarriedLedger, carried_ledger
from spf_analysis.fund.link_workers import LinkWorkerCost, LinkWorkersBeside, link_workers_beside
from spf_analysis.fund.offers import Offers
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.fund.path import TermPath, path_of, term_from
from spf_analysis.fund.position import Position, position_of
from spf_analysis.fund.pressures import Pressure
from spf_analysis.fund.scenarios import Scenario, scenario_named
from spf_analysis.fund.share import Share, rate_steps, steps_of
from spf_analysis.fund.tables import Tables
from spf_analysis.fund.trace import Trace, trace_of
from spf_analysis.once import once
from spf_analysis.periods import FinancialYear

if TYPE_CHECKING:
    from spf_analysis.fund.grant_report import GrantsReport

Year = FinancialYear | str


@dataclass(frozen=True)
class Fund:
    """The proposed Social Prescribing Fund: rules by document edition × dated tables × ledger. Nothing in it is adopted."""

    areas: Areas
    rulebook: Rulebook
    tables: Tables
    ledger: Ledger
    scenarios: tuple[Scenario, ...] = ()
    scenario: str | None = None
    divisions: tuple[Division, ...] = ()
    footprints: Footprints = field(default_factory=Footprints)
    pressures: tuple[Pressure, ...] = ()
    illustrative: bool = False
    offers: Offers = field(default_factory=Offers)
    applications: Applications = field(default_factory=Applications)
    grants: GrantsRegister = field(default_factory=GrantsRegister)
    link_worker_costs: tuple[LinkWorkerCost, ...] = ()

    @once
    def allocation(self, year: Year) -> Allocation:
        """The allocation of a year. Raises FundError for a year that has no rate: before the draft's first, or without inflation yet."""
        return allocate(self.rulebook, self.tables, self.areas, _year(year))

    def area(self, code: str, year: Year) -> Area:
        """The area of an ODS code on the first day of a year. Raises FundError for an unknown, abolished or later area."""
        return self.areas.get(code, _year(year).first_day)

    def areas_in(self, year: Year) -> tuple[Area, ...]:
        """The areas in force on the first day of a year."""
        return self.areas.on(_year(year).first_day)

    def rate(self, year: Year) -> Decimal:
        """Pounds per head in a year, exact."""
        return self.rate_path(year).rate

    def rate_path(self, year: Year) -> RatePath:
        """The rate of a year, update by update."""
        return rate_path(self.rulebook, _year(year))

    def priced_years(self) -> tuple[FinancialYear, ...]:
        """The years that have a rate, first to last."""
        first = FinancialYear.containing(self.rulebook.parameter("local_rate").first.day)
        last = self.rulebook.parameter("cpi_september").last.day.year + 1
        return tuple(FinancialYear(start) for start in range(first.start_year, last + 1))

    def shares(self, year: Year) -> dict[str, Share]:
        """The share of every area in force on the first day of a year, by ODS code."""
        return {area.code: self.share(area.code, year) for area in self.areas_in(year)}

    @once
    def share(self, code: str, year: Year) -> Share:
        """An area's local investment share in a year, with steps and interpretations. Raises FundError as `area` and `allocation` do."""
        area, allocation = self.area(code, year), self.allocation(year)
        match = self.rulebook.parameter("match_ratio").at(allocation.year.first_day).number
        return Share(
            area=area,
            allocation=allocation,
            steps=steps_of(code, allocation, self.rulebook, self.tables),
            interpretations=self._alternatives(year).for_area(code),
            match_if_met=rules.matched_if_met(allocation.shares[code], match),
            fund_years=self.fund_years(year),
            scenario=self.scenario,
        )

    def trace(self, code: str, year: Year) -> Trace:
        """An area's share in numbered lines to be redone with a calculator, with the table of all areas. Raises as `share` does."""
        supposed = self.supposed.entry if self.supposed else None
        return trace_of(self.share(code, year), self.rulebook, self.tables, supposed)

    def footprint_shares(self, code: str, year: Year) -> tuple[FootprintShare, ...]:
        """An area's share divided between its footprints and the rest of it, in whole pounds that sum to the share; empty without any."""
        share, wanted = self.share(code, year), _year(year)
        return self.footprints.shares(code, share.area.vintage, wanted, share.pounds)

    def local_total(self, year: Year) -> int:
        """Whole pounds that all areas together would raise in a year."""
        return self.allocation(year).local_total

    def fund_total(self, year: Year) -> int:
        """Whole pounds of local total and match together in a year, if every area took part and met its share."""
        ratio = self.rulebook.parameter("match_ratio").at(_year(year).first_day).number
        return rules.whole_pounds(rules.fund_total(Decimal(self.local_total(year)), ratio))

    def fund_years(self, year: Year) -> int:
        """Financial years of the Fund's initial term."""
        return int(self.rulebook.parameter("initial_years").at(_year(year).first_day).number)

    @once
    def position(self, year: Year, *, internal: bool = False, at: date | None = None) -> Position:
        """Where every area stands in a year, now or as the ledger stood on a day; confidential lines show only with `internal`."""
        book, divisions = self.rulebook, self.divisions
        allocation, scenario = self.allocation(year), self.scenario
        return position_of(allocation, self.ledger, book, self.areas, divisions, internal=internal, scenario=scenario, at=at)

    @once
    def carried(self, year: Year) -> CarriedLedger:
        """The ledger's lines of a year in the areas in force on its first day, those of areas that are gone carried to their successors."""
        return carried_ledger(self.ledger, _year(year), self.areas, self.divisions)

    def account(self, code: str, year: Year, *, internal: bool = False, at: date | None = None) -> Account:
        """Where one area stands in full: ways to get there, steps before payment, transfers, leverage. Raises FundError as `area` does."""
        area, allocation = self.area(code, year), self.allocation(year)
        return account_of(area, allocation, self.ledger, self.rulebook, self.areas, self.divisions, internal=internal, at=at)

    def brokerage(self, year: Year, *, internal: bool = False, at: date | None = None) -> Brokerage:
        """The offers that run in a year as they would be spread [34], now or as they stood on a day; confidential ones with `internal`."""
        from spf_analysis.fund.offer_placing import brokerage_of

        return brokerage_of(self, _year(year), internal=internal, at=at)

    def offers_for(self, code: str, year: Year) -> AreaOffers:
        """The offers that would reach an area in a year, and what they would do there together; no confidential one is among them."""
        from spf_analysis.fund.offer_placing import area_offers

        return area_offers(self.brokerage(year), self.area(code, year).code, self, _year(year))

    def demonstrators(self, year: Year) -> Demonstrators:
        """The applications to be a demonstrator as a panel would see them in a year [E]."""
        from spf_analysis.fund.panel import demonstrators_of

        return demonstrators_of(self, _year(year))

    def participation(self, code: str) -> Participation | None:
        """An area's latest recorded decision to take part or not, or None."""
        return self.ledger.participation(code)

    def national_investor(self, year: Year | None = None) -> NationalCommitment | None:
        """The first recorded commitment of a statutory national investor (for a year, if named); None: there is none today [37]."""
        found = [item for item in self.ledger.national_commitments if item.statutory and item.status in ("committed", "transferred")]
        return next((item for item in found if year is None or item.year == _year(year)), None)

    def interpretations(self, code: str, year: Year) -> tuple[Interpretation, ...]:
        """All interpretations with the effect of each alternative on an area in pounds."""
        return self._alternatives(year).for_area(self.area(code, year).code)

    def effects(self, year: Year) -> tuple[Effect, ...]:
        """What each alternative reading would change in England in a year."""
        return self._alternatives(year).effects()

    def ten_years_constant_prices(self, code: str, year: Year) -> tuple[Figure, Figure]:
        """What the area would raise over the initial term at the prices of a year; and the same with the match."""
        share = self.share(code, year)
        return share.figure("ten_years_local"), share.figure("ten_years_fund")

    def path(self, code: str | None, year: Year, attendance: Attendance | None = None) -> TermPath:
        """Rate, share and match over the initial term from a year on, for an area or (None) for England.

        Raises FundError where a September has no inflation: take a scenario then, as in `fund.under("two-per-cent").path(...)`.
        """
        term = term_from(_year(year), self.fund_years(year))
        chosen = attendance or (self.supposed.attendance(term) if code and self.supposed else Attendance.throughout(term))
        area = self.area(code, year) if code else None
        return path_of(area, chosen, self.allocation, self.rulebook, self.pressures, self.scenario)

    def fan(self, code: str | None, year: Year) -> Fan:
        """What the Septembers since 1997, drawn in blocks, would make of a share (None: England's local total) over the initial term."""
        allocation = self.allocation(year)
        first = allocation.unrounded[self.area(code, year).code] if code else sum(allocation.unrounded.values(), Decimal(0))
        return fan_of(first, term_from(_year(year), self.fund_years(year)), self.rulebook.parameter("cpi_september"))

    def link_workers(self, code: str, year: Year) -> Figure:
        """Link workers in post in the area, in full-time equivalents, on the day of the latest count at hand."""
        area = self.area(code, year)
        counts = [item for item in self.tables.link_workers if (item.area, item.vintage) == (code, area.vintage)]
        found = max(counts, key=lambda item: item.day, default=None)
        return Figure(
            "link_workers",
            "Social prescribing link workers in post",
            found.fte if found else None,
            "FTE",
            (self.tables.reference("link_workers.csv", "fte"),),
            note=f"on {wording.day(found.day)}; {found.method}" if found else None,
            as_of=found.day.isoformat() if found else None,
        )

    def link_workers_beside(self, code: str, year: Year) -> LinkWorkersBeside:
        """What the area's link workers cost beside its share and the match, pounds beside pounds [24]; nothing is divided."""
        return link_workers_beside(self, code, _year(year))

    def grants_report(self, code: str | None, year: Year, *, internal: bool = False) -> GrantsReport:
        """What the awards of a year draw on the fund of an area (None: of all areas), to whom, and what is not awarded yet."""
        from spf_analysis.fund.grant_report import grants_report

        return grants_report(self, code, _year(year), internal=internal)

    def with_grants(self, register: GrantsRegister) -> Fund:
        """The Fund with another register of grants."""
        return replace(self, grants=register)

    def setting(self, code: str, year: Year) -> Setting:
        """What an area is like: people, density, need, region, deprivation (None where not published for its footprint)."""
        area, wanted = self.area(code, year), _year(year)
        residents = self.tables.residents_of(code, area.vintage)
        weights = self.tables.weights_of(code, area.vintage, wanted)
        return Setting(
            code=code,
            name=area.short_name,
            region=area.region,
            residents=residents.residents if residents else None,
            registered=weights.registered if weights else None,
            km2=self.tables.land_of(code, area.vintage),
            need=rules.need(weights.weighted, weights.registered) if weights else None,
            deprivation=self.tables.deprivation_of(code, area.vintage),
            areas=(code,),
        )

    @once
    def settings(self, year: Year) -> dict[str, Setting]:
        """The setting of every area in force on the first day of a year."""
        return {area.code: self.setting(area.code, year) for area in self.areas_in(year)}

    def like(self, code: str, year: Year, count: int = 6) -> tuple[Setting, ...]:
        """The areas in force that are most alike in density, people and need, nearest first; the area itself is not among them."""
        here = self.setting(code, year)
        others = [(here.distance(other), other) for other in self.settings(year).values() if other.code != code]
        known = sorted(((distance, other.code, other) for distance, other in others if distance is not None), key=lambda item: item[:2])
        return tuple(other for _, _, other in known[:count])

    def places(self) -> dict[str, Setting]:
        """The settings of the places that case studies are about, by place name; people are those registered with their practices."""
        regions = {area.code: area.region for vintage in self.areas.vintages for area in vintage.areas}
        return {
            item.place: Setting(
                code=item.place,
                name=item.place,
                region=regions.get(item.area_2026),
                registered=item.registered,
                km2=item.km2,
                need=item.need,
                areas=tuple(dict.fromkeys((item.area_2022, item.area_2026))),
            )
            for item in self.tables.places
        }

    def tiles(self, year: Year) -> dict[str, tuple[int, int]]:
        """Row and column of each area in the tile-grid map of the vintage in force; row 1 is the north."""
        vintage = self.areas.vintage(_year(year).first_day)
        return {item.area: (item.row, item.column) for item in self.tables.tiles if item.vintage == vintage.start}

    def figures(self, year: Year) -> tuple[Figure, ...]:
        """England's figures of a year for a national briefing; every label conditional."""
        from spf_analysis.fund.england import england_figures

        return england_figures(self, _year(year))

    def rule_of_thumb(self, year: Year) -> tuple[Figure, ...]:
        """The Fund beside link workers, pounds beside pounds [24]; nothing is divided."""
        from spf_analysis.fund.england import rule_of_thumb

        return rule_of_thumb(self, _year(year))

    @once
    def under(self, scenario: str | Scenario) -> Fund:
        """The Fund with a scenario's inflation where none is published. Raises FundError for an unknown scenario."""
        found = scenario if isinstance(scenario, Scenario) else scenario_named(scenario, self.scenarios)
        parameter = self.rulebook.parameter("cpi_september")
        for value in found.cpi_september:
            parameter = parameter.with_value(replace(value, note=f"scenario: {found.title}"))
        book, known = self.rulebook.with_parameter(parameter), {item.id: item for item in (*self.scenarios, found)}
        scenarios, pressures = tuple(known.values()), found.pressures or self.pressures
        return replace(self, rulebook=book, scenarios=scenarios, scenario=found.id, pressures=pressures)

    @property
    def supposed(self) -> Scenario | None:
        """The scenario that this Fund is under, None where only what is published is supposed."""
        return next((item for item in self.scenarios if item.id == self.scenario), None)

    def rate_figure(self, year: Year) -> Figure:
        """The rate of a year with its steps."""
        path, wanted = self.rate_path(year), str(_year(year))
        steps = rate_steps(path, wanted)
        references = tuple(dict.fromkeys(step.reference for step in steps))
        return Figure("rate_per_head", f"Rate per head in {wanted}", path.rate, "GBP per head", references, steps)

    def sources(self) -> frozenset[str]:
        """The ids of every source that a table, a rule, an interpretation or a scenario of the Fund refers to."""
        dated = [value.reference for rule in self.rulebook.rules for parameter in rule.parameters for value in parameter.values]
        supposed = [value.reference for scenario in self.scenarios for value in scenario.cpi_september]
        columns = [origin.reference for origin in self.tables.origins]
        references = [*dated, *supposed, *columns, *(question.reference for question in self.rulebook.questions)]
        references += [item.reference for item in self.footprints.footprints] + [item.reference for item in self.pressures]
        references += [item.reference for item in self.link_worker_costs]
        named = {item.source for item in self.tables.weighted_populations} | {item.source for item in self.tables.registered_patients}
        return frozenset(item.source for item in references) | named | {item.source for item in self.footprints.parts}

    @once
    def _alternatives(self, year: Year) -> Alternatives:
        return Alternatives(self.rulebook, self.tables, self.areas, self.allocation(year))


def _year(year: Year) -> FinancialYear:
    return year if isinstance(year, FinancialYear) else FinancialYear.parse(year)
