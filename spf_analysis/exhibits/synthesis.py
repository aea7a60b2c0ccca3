"""What the evidence says and where it is silent: matrix, gap map, strength profile and facts, each as a chart and a table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import altair as alt
import pandas as pd

from spf_analysis.context import Exhibit
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.facts import PER_CENT, Facts, OutcomeFact
from spf_analysis.evidence.facts import facts as facts_of
from spf_analysis.evidence.gap_map import GapCell, GapMap, gap_map
from spf_analysis.evidence.library import short_citation
from spf_analysis.evidence.model import Design, Finding
from spf_analysis.evidence.strength_profile import Behind, StrengthProfile, strength_profile
from spf_analysis.evidence.synthesis import REVIEWS, Matrix, compared_groups
from spf_analysis.evidence.synthesis import matrix as matrix_of
from spf_analysis.exhibits import house
from spf_analysis.wording import counted, listed

CODED = "Coded evidence base of this workbench; each study is counted once, however many statements rest on it"
NO_STUDY = "no study"
_COLOURS = (house.HERE, house.ACCENT, house.MUTED, "#2f7043", "#7a4f9a", "#80620c", "#1d7f86", "#a83f6d")  # white reads on each
_GROUPS = {True: "compared groups", False: "did not", None: "a review, or design not reported"}
_SHAPES = {_GROUPS[True]: ("diamond", house.ACCENT), _GROUPS[False]: ("circle", house.HERE), _GROUPS[None]: ("square", house.MUTED)}
_STEP = 30
_LABEL = 44


def matrix(base: EvidenceBase, rows: str = "payment", columns: str = "theme") -> tuple[Exhibit, Exhibit]:
    """What is said where two groups of codes meet: a heat map of distinct studies, and a table of the statements themselves.

    Raises EvidenceError for an unknown group.
    """
    found = matrix_of(base, rows, columns)
    return _matrix_chart(base, found, rows, columns), _matrix_table(base, found, rows, columns)


def _matrix_chart(base: EvidenceBase, found: Matrix, rows: str, columns: str) -> Exhibit:
    down, across = base.group(rows), base.group(columns)
    cells = pd.DataFrame(
        [
            {"row": row.label, "column": column.label, "studies": found.studies(row.id, column.id), "statements": len(statements)}
            for row in down.codes
            for column in across.codes
            if (statements := found.findings(row.id, column.id))
        ],
        columns=["row", "column", "studies", "statements"],
    )
    x = alt.X("column:N", title=None, scale=alt.Scale(domain=[code.label for code in across.codes]), axis=_TOP)
    y = alt.Y("row:N", title=None, scale=alt.Scale(domain=[code.label for code in down.codes]))
    most = int(cells["studies"].max()) if len(cells) else 0
    shade = alt.Color("studies:Q", scale=alt.Scale(domain=[0, max(most, 1)], range=list(house.SCALE)), legend=None)
    squares = alt.Chart(cells).mark_rect(stroke="white").encode(x=x, y=y, color=shade)
    numbers = alt.Chart(cells).mark_text(fontSize=11, color=house.INK).encode(x=x, y=y, text="studies:Q")
    chart = alt.layer(squares, numbers).properties(width=_STEP * len(across.codes), height=_STEP * len(down.codes))
    total, held = len(down.codes) * len(across.codes), len(cells)
    alt_text = (
        f"A grid of {down.label.lower()} by {across.label.lower()}: {held} of {total} crossings hold a statement. "
        f"The most studies at one crossing are {most}. A square with 0 holds only statements that no study stands behind."
    )
    return Exhibit(
        id=f"fig-matrix-{rows}",
        kind="chart",
        caption=f"{down.label} by {across.label.lower()}: distinct studies, reviews included, behind what is said",
        source_note=f"{CODED}. A blank crossing holds no statement",
        alt=alt_text,
        spec=house.spec(chart, alt_text),
    )


def _matrix_table(base: EvidenceBase, found: Matrix, rows: str, columns: str) -> Exhibit:
    labels = {code.id: code.label for group in (rows, columns) for code in base.group(group).codes}
    lines = [
        (labels[row], labels[column], str(found.studies(row, column)), _said(base, statements))
        for row in found.rows
        for column in found.columns
        if (statements := found.findings(row, column))
    ]
    return Exhibit(
        id=f"tbl-matrix-{rows}",
        kind="table",
        caption=f"What is said of {base.group(rows).label.lower()} by {base.group(columns).label.lower()}",
        source_note=f"{CODED}. Crossings without a statement are left out",
        alt=f"A table of {counted(len(lines), 'crossing')}: each row gives the two codes, the number of distinct studies, "
        "and every statement.",
        columns=(base.group(rows).label, base.group(columns).label, "Studies", "Statements"),
        rows=tuple(lines) or (("none", "none", "0", "no statement carries a code of both"),),
        align="llrl",
        widths=(16, 16, 8, 60),
    )


def _said(base: EvidenceBase, findings: Iterable[Finding]) -> str:
    return " ".join(f"{finding.statement} ({short_citation(base, finding.study)})" for finding in findings)


_TOP = alt.Axis(labelAngle=-45, orient="top", grid=False)


def gaps(base: EvidenceBase, rows: str = "payment", columns: str = "theme", bubble: str = "comparison") -> tuple[Exhibit, Exhibit]:
    """The evidence gap map as a chart of bubbles, and as a table of every crossing, the empty ones too.

    Raises EvidenceError for an unknown axis.
    """
    found = gap_map(base, rows, columns, bubble)
    return _gap_chart(found), _gap_table(base, found)


def _gap_chart(found: GapMap) -> Exhibit:
    seen = [place for place in found.bubble.places if any(place in cell.bubbles for cell in found.cells)]
    marks = pd.DataFrame([mark for cell in found.cells for mark in _marks(found, cell)], columns=["row", "column", "bubble", "studies"])
    quiet = pd.DataFrame(
        [{**_at(found, cell), "mark": "·" if cell.silent else "○"} for cell in found.cells if cell.empty], columns=["row", "column", "mark"]
    )
    labels, every = [found.bubble.places[place] for place in seen], list(found.bubble.places)
    x = alt.X("column:N", title=None, scale=alt.Scale(domain=list(found.columns.places.values())), axis=_TOP)
    y = alt.Y("row:N", title=None, scale=alt.Scale(domain=list(found.rows.places.values())), axis=alt.Axis(grid=True))
    colour = alt.Color(
        "bubble:N",
        title=found.bubble.label,
        scale=alt.Scale(domain=labels, range=[_COLOURS[every.index(place) % len(_COLOURS)] for place in seen]),
        legend=alt.Legend(orient="bottom", columns=3, labelLimit=300),
    )
    beside = alt.XOffset("bubble:N", scale=alt.Scale(domain=labels))
    size = alt.Size("studies:Q", scale=alt.Scale(domain=[1, 6], range=[110, 620], clamp=True), legend=None)
    bubbles = alt.Chart(marks).mark_circle(opacity=0.95).encode(x=x, y=y, xOffset=beside, color=colour, size=size)
    numbers = alt.Chart(marks).mark_text(color="white", fontSize=10, fontWeight="bold").encode(x=x, y=y, xOffset=beside, text="studies:Q")
    silent = alt.Chart(quiet).mark_text(color=house.MUTED, fontSize=13).encode(x=x, y=y, text="mark:N")
    step = max(_STEP, 20 * len(labels))
    chart = alt.layer(silent, bubbles, numbers).properties(width=step * len(found.columns.places), height=_STEP * len(found.rows.places))
    crossings = [
        f"{found.rows.places[cell.row]} by {found.columns.places[cell.column]}: {cell.said}" for cell in found.cells if cell.primary
    ]
    alt_text = f"{found.said} " + (f"With studies: {'; '.join(crossings)}." if crossings else "")
    return Exhibit(
        id=f"fig-gap-map-{found.rows.name}",
        kind="chart",
        caption=f"Where studies are and where none is: {found.rows.label.lower()} by {found.columns.label.lower()}, "
        f"primary studies by {found.bubble.label.lower()}",
        source_note=f"{CODED}. A ring: only reviews, or statements without a study. A point: nothing was coded. A study may stand in "
        "more than one bubble",
        alt=alt_text.strip(),
        spec=house.spec(chart, alt_text.strip()),
    )


def _at(found: GapMap, cell: GapCell) -> dict[str, str]:
    return {"row": found.rows.places[cell.row], "column": found.columns.places[cell.column]}


def _marks(found: GapMap, cell: GapCell) -> list[dict[str, object]]:
    return [{**_at(found, cell), "bubble": found.bubble.places[place], "studies": len(studies)} for place, studies in cell.bubbles.items()]


def _gap_table(base: EvidenceBase, found: GapMap) -> Exhibit:
    rows = tuple(
        (
            found.rows.places[cell.row],
            found.columns.places[cell.column],
            str(len(cell.primary)),
            "; ".join(f"{found.bubble.places[place]}: {_cited(base, studies)}" for place, studies in cell.bubbles.items()) or "none",
            str(len(cell.reviews)),
            str(cell.without_study),
        )
        for cell in found.cells
    )
    return Exhibit(
        id=f"tbl-gap-map-{found.rows.name}",
        kind="table",
        caption=f"Primary studies by {found.rows.label.lower()} and {found.columns.label.lower()}, crossings without any included",
        source_note=CODED,
        alt=f"A table with a row for each of {len(rows)} crossings. {found.said}",
        columns=(
            found.rows.label,
            found.columns.label,
            "Primary studies",
            f"By {found.bubble.label.lower()}",
            "Reviews",
            "Without a study",
        ),
        rows=rows,
        align="llrlrr",
        widths=(20, 20, 10, 30, 10, 10),
    )


def _cited(base: EvidenceBase, works: Iterable[str]) -> str:
    return ", ".join(short_citation(base, work) for work in works)


def strength(base: EvidenceBase, claim: str) -> tuple[Exhibit, Exhibit]:
    """Which designs stand for and against a claim as bars, and a table of its studies with the sources that report each.

    Raises EvidenceError for an unknown claim.
    """
    found = strength_profile(base, claim)
    return _strength_chart(found), _strength_table(base, found)


def _strength_chart(found: StrengthProfile) -> Exhibit:
    bars = pd.DataFrame(
        [
            {"design": str(design or NO_STUDY), "side": stand, "studies": number if stand == "for" else -number, "number": number}
            for stand in ("for", "against")
            for design, number in found.designs(stand).items()
        ]
    )
    order = list(dict.fromkeys(bars["design"]))
    most = int(bars["number"].max())
    y = alt.Y("design:N", sort=order, title=None)
    axis = alt.Axis(labelExpr="abs(datum.value)", tickMinStep=1, title="← against   distinct studies   for →")
    x = alt.X("studies:Q", axis=axis, scale=alt.Scale(domain=[-most, most]))
    colour = alt.Color("side:N", title=None, scale=alt.Scale(domain=["for", "against"], range=[house.HERE, house.ACCENT]))
    chart = alt.Chart(bars).mark_bar(height=18).encode(x=x, y=y, color=colour).properties(width=360, height=28 * len(order))
    counts = [f"{row.number} by {row.design} {row.side}" for row in bars.itertuples()]
    alt_text = f"Bars to the right for the claim, to the left against it: {listed(counts)}. {found.said}"
    return Exhibit(
        id="fig-strength",
        kind="chart",
        caption=f"Which designs stand for and against: {found.text}",
        source_note=f"{CODED}. 'No study': a source states it without one, and is counted as a source",
        alt=alt_text,
        spec=house.spec(chart, alt_text),
    )


def _strength_table(base: EvidenceBase, found: StrengthProfile) -> Exhibit:
    shared = counted(len(found.shared), "study is", "studies are")
    return Exhibit(
        id="tbl-strength",
        kind="table",
        caption=f"The studies behind the claim '{found.claim}'",
        source_note=f"{CODED}. {shared[0].upper()}{shared[1:]} told of by more than one source",
        alt=f"A table of {counted(len(found.behind), 'study', 'studies')} for and against the claim, with design and reporting sources.",
        columns=("Side", "Study", "Design", "Comparison group", "Told by", "Statements"),
        rows=tuple(_study_row(base, item) for item in found.behind),
        align="lllllr",
        widths=(9, 24, 22, 13, 22, 10),
    )


def _compared(design: Design | None) -> str:
    if design is None:
        return "not applicable"
    if design in REVIEWS:
        return "a review"
    return {True: "yes", False: "no", None: "not reported"}[compared_groups(design)]


def _study_row(base: EvidenceBase, item: Behind) -> tuple[str, ...]:
    return (
        item.stand,
        short_citation(base, item.study),
        str(item.design or NO_STUDY),
        _compared(item.design),
        _cited(base, item.sources),
        str(item.statements),
    )


def facts(base: EvidenceBase, outcome: str) -> tuple[Exhibit, ...]:
    """All figures of one outcome as a table, with a chart of those in per cent before it where there are any.

    Raises EvidenceError for an unknown code.
    """
    found = facts_of(base, outcome)
    shares = [fact for fact in found.facts if fact.figure.unit == PER_CENT]
    return (*([_facts_chart(base, found, shares)] if shares else []), _facts_table(base, found))


def _facts_chart(base: EvidenceBase, found: Facts, shares: list[OutcomeFact]) -> Exhibit:
    points = pd.DataFrame([_point(base, fact) for fact in shares])
    order = list(dict.fromkeys(points["lines"]))
    y = alt.Y("lines:N", sort=order, title=None, axis=alt.Axis(labelLimit=420, labelExpr="split(datum.label, '\\n')"))
    top = max(100.0, float(points["upper"].max()))
    x = alt.X("value:Q", title="Per cent, as reported", scale=alt.Scale(domain=[min(0.0, float(points["value"].min())), top]))
    groups = [group for group in _GROUPS.values() if group in set(points["group"])]
    shapes = [_SHAPES[group] for group in groups]
    shape = alt.Shape("group:N", title=None, scale=alt.Scale(domain=groups, range=[mark for mark, _ in shapes]))
    colour = alt.Color(
        "group:N",
        title=None,
        legend=alt.Legend(orient="bottom", labelLimit=300),
        scale=alt.Scale(domain=groups, range=[colour for _, colour in shapes]),
    )
    spans = alt.Chart(points).mark_rule(color=house.MUTED, strokeWidth=2).encode(x=x, x2="upper:Q", y=y)
    dots = alt.Chart(points).mark_point(filled=True, size=110, opacity=1).encode(x=x, y=y, shape=shape, color=colour)
    labels = alt.Chart(points).mark_text(align="left", dx=10).encode(x="upper:Q", y=y, text="written:N")
    chart = alt.layer(spans, dots, labels).properties(width=300, height=48 * len(order))
    alt_text = f"Points, one for each figure in per cent: {'; '.join(f'{row.fact}, {row.written}' for row in points.itertuples())}."
    return Exhibit(
        id="fig-facts",
        kind="chart",
        caption=f"{found.label}: what is reported in per cent",
        source_note="Coded evidence base of this workbench. The figures count different things in different people; they are not pooled",
        alt=alt_text,
        spec=house.spec(chart, alt_text),
    )


def _point(base: EvidenceBase, fact: OutcomeFact) -> dict[str, object]:
    figure, finding = fact.figure, fact.finding
    said = f"{figure.what} ({short_citation(base, finding.study)})"
    return {
        "fact": said,
        "lines": textwrap.fill(said, _LABEL),
        "value": float(figure.value),
        "upper": float(figure.value if figure.upper is None else figure.upper),
        "written": figure.as_written,
        "group": _GROUPS[compared_groups(finding.design)],
    }


def _facts_table(base: EvidenceBase, found: Facts) -> Exhibit:
    return Exhibit(
        id="tbl-facts",
        kind="table",
        caption=f"{found.label}: every figure that is reported",
        source_note="Coded evidence base of this workbench. Figures stand as their sources wrote them and are neither pooled nor ranked",
        alt=f"A table of figures with study, design, number and comparison. {found.said}",
        columns=("Figure", "Counts", "Number", "Compared with", "Study and design", "Place"),
        rows=tuple(_fact_row(base, fact) for fact in found.facts) or (("none reported", "", "", "", "", ""),),
        widths=(10, 26, 14, 16, 20, 14),
    )


def _fact_row(base: EvidenceBase, fact: OutcomeFact) -> tuple[str, ...]:
    figure, finding = fact.figure, fact.finding
    study = f"{short_citation(base, finding.study)}; {finding.design}"
    caution = f" Caution: {finding.caution}" if finding.caution else ""
    place = f"{short_citation(base, finding.source)}, {finding.locator}"
    return figure.as_written, f"{figure.what}.{caution}", figure.n or "not reported", figure.compared_with or "nothing", study, place
