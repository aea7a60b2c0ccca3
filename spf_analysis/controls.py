"""Interactive controls for notebooks: sliders for a scenario, charts that follow them, and a button that writes the scenario as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from spf_analysis import exhibits, wording
from spf_analysis.errors import SpfError
from spf_analysis.figures import Reference
from spf_analysis.fund.path import term_from
from spf_analysis.fund.path_view import PathView, view_of
from spf_analysis.fund.pressures import Pressure
from spf_analysis.fund.scenarios import ASSUMPTION, FOLDER, Scenario, constant, write_scenario
from spf_analysis.fund.spending import spending_of

if TYPE_CHECKING:
    from spf_analysis.context import Exhibit
    from spf_analysis.workbench import Workbench

HUNDRED = Decimal(100)
ENGLAND = "England"
_WIDE = {"description_width": "15rem"}
_LAYOUT = widgets.Layout(width="38rem")


class ScenarioPanel:
    """Sliders for what is not known yet, for one area or England, and the charts that follow from them.

    `scenario` is what the sliders say now, `shown` the exhibits that follow from it; `write` puts the scenario into a file that a build
    takes. Where something cannot be worked out, `message` says why, and nothing is shown or written.
    """

    def __init__(self, bench: Workbench, area: str = "") -> None:
        self.bench = bench
        area = bench.area(area).code if area else ENGLAND
        self.term = term_from(bench.year, bench.fund.fund_years(bench.year))
        self.shown: tuple[Exhibit, ...] = ()
        self._make(area)
        for control in self._controls():
            control.observe(self._follow, names="value")
        self.button.on_click(lambda _: self.write())
        self.follow()

    def _make(self, area: str) -> None:
        places = [(ENGLAND, ENGLAND), *((item.short_name, item.code) for item in self.bench.areas_in_force())]
        years = [(str(year), year) for year in self.term]
        self.place = widgets.Dropdown(options=places, value=area, description="For", style=_WIDE, layout=_LAYOUT)
        self.inflation = _slider("Inflation each September, %", 2.0, -1.0, 12.0)
        self.wages = _slider("Wages over prices, % a year", 1.0, 0.0, 5.0)
        self.referrals = _slider("More referrals, % a year", 5.0, 0.0, 20.0)
        self.years = widgets.SelectionRangeSlider(
            options=years, index=(0, len(years) - 1), description="Would take part", continuous_update=False, style=_WIDE, layout=_LAYOUT
        )
        self.missed = widgets.SelectMultiple(options=years[1:-1], description="Years missed", rows=4, style=_WIDE, layout=_LAYOUT)
        self.spread = [_upright(str(year), disabled=year == self.term[-1]) for year in self.term]
        self.name = widgets.Text(value="my-scenario", description="Name of the scenario", style=_WIDE, layout=_LAYOUT)
        self.button = widgets.Button(description="Write the scenario", icon="save", layout=widgets.Layout(width="14rem"))
        self.message = widgets.HTML()
        self.charts = widgets.Output()

    def _controls(self) -> Iterable[Any]:
        return (self.place, self.inflation, self.wages, self.referrals, self.years, self.missed, *self.spread, self.name)

    @property
    def view(self) -> Any:
        """All controls with the charts below them, as a notebook shows them."""
        said = widgets.HTML("Spent in each year, per cent of what is at hand (the last year takes the rest):")
        spread = widgets.VBox([said, widgets.HBox(self.spread)])
        first = [self.place, self.inflation, self.wages, self.referrals, self.years, self.missed, spread]
        return widgets.VBox([*first, widgets.HBox([self.name, self.button]), self.message, self.charts])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.view._repr_mimebundle_(**kwargs)

    @property
    def scenario(self) -> Scenario:
        """What the sliders say. Raises FundError for a name that cannot be the id of a scenario."""
        rate, (first, last) = _exact(self.inflation.value), self.years.value
        title = f"inflation of {wording.per_cent(rate)} a year, as set in a notebook"
        reference = Reference(ASSUMPTION, f"evidence/fund/{FOLDER}/{self.name.value}.yaml")
        return constant(
            self.name.value,
            title,
            rate,
            (self.bench.fund.rulebook.parameter("cpi_september").last.day.year + 1, self.term[-1].start_year),
            reference,
            pressures=self._pressures(reference),
            joins=None if first == self.term[0] else first,
            leaves=None if last == self.term[-1] else last,
            misses=frozenset(self.missed.value),
        )

    def _pressures(self, reference: Reference) -> tuple[Pressure, ...]:
        wages, referrals = _exact(self.wages.value), _exact(self.referrals.value)
        said = "An assumption, not a forecast, as set in a notebook."
        return (
            Pressure("wages", f"wages rise {wording.per_cent(wages)} a year more than consumer prices", said, "wages", wages, reference),
            Pressure("referrals", f"referrals grow by {wording.per_cent(referrals)} a year", said, "referrals", referrals, reference),
        )

    def _follow(self, _: Any) -> None:
        for control in (self.years, self.missed, *self.spread[:-1]):
            control.disabled = self.place.value == ENGLAND
        self.follow()

    def follow(self) -> None:
        """Work everything out anew; where that cannot be done, say why and show nothing."""
        try:
            view = self.worked_out()
        except SpfError as error:
            self._say(*(f"{problem.message}. {problem.hint}" for problem in error.problems))
            self.shown = ()
        else:
            self.shown = _exhibits_of(view)
            self._say(f"Over the term {view.path.name} would raise {wording.pounds(view.path.local)}.", _command(self))
        self.charts.outputs = tuple(_output(item) for item in self.shown)

    def worked_out(self) -> PathView:
        """The years under the scenario, with what would be spent of what has come in. Raises FundError as `scenario` does."""
        code = None if self.place.value == ENGLAND else self.place.value
        found = view_of(self.bench.fund.under(self.scenario), code, self.bench.year)
        assert found is not None
        profile = profile_of([item.both for item in found.path.years], [item.value for item in self.spread[:-1]]) if code else ()
        spending = spending_of(found.path, profile) if profile else ()
        return replace(found, scenario=replace(found.scenario, spending=profile), spending=spending)

    def write(self) -> None:
        """Write the scenario as a file of the workbench, and say how a build takes it; nothing that is there is written over."""
        try:
            path = write_scenario(self.worked_out().scenario, self.bench.settings.evidence / "fund" / FOLDER)
        except SpfError as error:
            self._say(*(f"{problem.message}. {problem.hint}" for problem in error.problems))
        else:
            self._say(f"Written to {path.relative_to(self.bench.settings.folder).as_posix()}.", _command(self))

    def _say(self, *lines: str) -> None:
        self.message.value = "<br>".join(escape(line) for line in lines)


def _command(panel: ScenarioPanel) -> str:
    """How a build takes the scenario, once it is written."""
    target = "national-fund" if panel.place.value == ENGLAND else panel.place.value
    return f"Once it is written: spf build {target} --scenario {panel.name.value}"


def _exhibits_of(view: PathView) -> tuple[Exhibit, ...]:
    chart = exhibits.path.ten_years(view)
    return (chart, exhibits.path.pressure_table(view), *((exhibits.path.spending_table(view.spending),) if view.spending else ()))


def _output(exhibit: Exhibit) -> dict[str, Any]:
    return {"output_type": "display_data", "data": exhibit._repr_mimebundle_(), "metadata": {}}


def profile_of(received: Sequence[int], spent: Sequence[int]) -> tuple[Decimal, ...]:
    """Per cent of the whole that is spent in each year, where of what is at hand in all years but the last so many per cent are spent.

    `received` are pounds by year. What is spent is rounded down to a thousandth of a per cent, so that it never exceeds what has come
    in; the last year takes the rest. Empty where all is spent as it comes in, or where nothing comes in.
    """
    total = sum(received)
    if not total or all(part == HUNDRED for part in spent):
        return ()
    gone, at_hand, sums = Decimal(0), Decimal(0), []
    for pounds, part in zip(received, spent, strict=False):
        at_hand += pounds
        gone, at_hand = gone + at_hand * part / HUNDRED, at_hand * (HUNDRED - part) / HUNDRED
        sums.append(max(Decimal(0), ((gone - 1) / total * HUNDRED).quantize(Decimal("0.001"), ROUND_FLOOR)))
    return tuple(later - earlier for earlier, later in pairwise((Decimal(0), *sums, HUNDRED)))


def _exact(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))


def _slider(said: str, value: float, low: float, high: float) -> Any:
    return widgets.FloatSlider(
        value=value, min=low, max=high, step=0.1, description=said, readout_format=".1f", continuous_update=False,
        style=_WIDE, layout=_LAYOUT,
    )  # fmt: skip


def _upright(said: str, *, disabled: bool) -> Any:
    return widgets.IntSlider(
        value=100, min=0, max=100, step=5, description=said[2:], orientation="vertical", continuous_update=False, disabled=disabled
    )
