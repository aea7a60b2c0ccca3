"""Charts and tables of the evidence base: what was studied, how, and where nothing is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import altair as alt
import pandas as pd

from spf_analysis.context import Exhibit
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.gap_map import gap_map
from spf_analysis.evidence.library import short_citation
from spf_analysis.evidence.model import Claim, StatementKind
from spf_analysis.evidence.synthesis import REVIEWS, support
from spf_analysis.exhibits import house
from spf_analysis.wording import counted, listed

CODED = "Coded evidence base of this workbench; each primary study is counted once, however many statements rest on it"


# The area of a dot for one study, for each study more, and of the largest, in square pixels: alike in every map of a briefing.
_DOT, _FOR_EACH_MORE, _LARGEST = 90, 50, 700


def evidence_map(base: EvidenceBase, facet: str = "payment", themes: str = "theme") -> Exhibit:
    """Where there is evidence and where there is none: a facet of funding against themes, counting distinct primary studies."""
    found = gap_map(base, facet, themes)
    down, across = found.rows, found.columns
    cells = [
        {
            "row": down.places[cell.row],
            "column": across.places[cell.column],
            "studies": len(cell.primary),
            "size": min(_DOT + _FOR_EACH_MORE * (len(cell.primary) - 1), _LARGEST),
            "mark": "○" * bool(cell.empty and not cell.silent),
        }
        for cell in found.cells
    ]
    frame = pd.DataFrame(cells)
    coded = {across.places[cell.column] for cell in found.cells if not cell.silent}
    shown = frame[frame["column"].isin(coded)]
    empty_rows = [label for label, total in frame.groupby("row", sort=False)["studies"].sum().items() if total == 0]
    most = shown.sort_values("studies", ascending=False, kind="stable").iloc[0]
    alt_text = (
        f"A grid of {down.label.lower()} against themes. A larger dot stands for more primary studies; a ring means that only reviews "
        f"or statements without a study were found, an empty cell that nothing was. "
        f"Most studies, {most['studies']}, stand where '{most['row']}' meets '{most['column']}'. "
        + (
            f"No primary study was found on {listed(str(label).lower() for label in empty_rows)}."
            if empty_rows
            else "Every row holds at least one study."
        )
    )
    base_chart = alt.Chart(shown).encode(
        x=alt.X("column:N", title=None, sort=list(across.places.values()), axis=alt.Axis(labelAngle=-40, orient="top", grid=True)),
        y=alt.Y("row:N", title=None, sort=list(down.places.values()), axis=alt.Axis(grid=True)),
    )
    with_studies = base_chart.transform_filter("datum.studies > 0")
    size = alt.Size("size:Q", scale=None)
    dots = with_studies.mark_circle(color=house.HERE, opacity=0.9).encode(size=size)
    numbers = with_studies.mark_text(color="white", fontWeight="bold", fontSize=11).encode(text="studies:Q")
    rings = base_chart.mark_text(color=house.MUTED, fontSize=13).encode(text="mark:N")
    chart = alt.layer(rings, dots, numbers).properties(width=26 * shown["column"].nunique(), height=26 * len(down.places))
    return Exhibit(
        id=f"fig-map-{facet}",
        kind="chart",
        caption=f"Where there is evidence, and where there is none: {down.label.lower()} by theme (number of primary studies)",
        source_note=f"{CODED}. A ring: only reviews, or statements without a study. A count says that a study speaks of the theme, "
        "not that it measured or tested it",
        alt=alt_text,
        spec=house.spec(chart, alt_text),
        columns=(down.label, "Theme", "Primary studies"),
        rows=tuple((str(cell["row"]), str(cell["column"]), str(cell["studies"])) for cell in cells if cell["column"] in coded),
        align="llr",
    )


def designs(base: EvidenceBase) -> Exhibit:
    """How the primary studies behind the coded results were made: a bar for each design. Reviews are told in the note only."""
    behind = support(finding for finding in base.findings.values() if finding.statement_kind is StatementKind.RESULT)
    by_design = {design: number for design, number in behind.by_design.items() if design not in REVIEWS}
    frame = pd.DataFrame({"design": [str(design) for design in by_design], "studies": list(by_design.values())})
    frame = frame.sort_values(["studies", "design"], ascending=[False, True])
    alt_text = (
        "Bars, longest first: "
        + listed(f"{row.design} {row.studies}" for row in frame.itertuples())
        + f". {counted(behind.controlled, 'study', 'studies').capitalize()} had a comparison group."
    )
    order = list(frame["design"])
    y = alt.Y("design:N", sort=order, title=None)
    bars = (
        alt.Chart(frame)
        .mark_bar(color=house.HERE, height=16)
        .encode(x=alt.X("studies:Q", title="Primary studies", axis=alt.Axis(tickMinStep=1)), y=y)
    )
    labels = alt.Chart(frame).mark_text(align="left", dx=5).encode(x="studies:Q", y=y, text="studies:Q")
    chart = alt.layer(bars, labels).properties(width=house.WIDTH - 260, height=26 * len(frame))
    return Exhibit(
        id="fig-designs",
        kind="chart",
        caption="How the primary studies behind the coded results were made (number of studies)",
        source_note=f"{CODED}, under the design that most of its results have. Not shown: {counted(len(behind.reviews), 'review')}",
        alt=alt_text,
        spec=house.spec(chart, alt_text),
        columns=("Design", "Primary studies"),
        rows=tuple((str(row.design), str(row.studies)) for row in frame.itertuples()),
        align="lr",
    )


def source_table(base: EvidenceBase) -> Exhibit:
    """The source texts with who paid for each and what kinds of statement were coded from it."""
    rows = []
    for source in base.sources.values():
        if source.kind != "source text":
            continue
        kinds = Counter(str(finding.statement_kind) for finding in base.findings_of(source.id))
        said = listed(_kind_said(str(kind), kinds[str(kind)]) for kind in StatementKind if kinds[str(kind)])
        rows.append((short_citation(base, source.id), source.sponsor or "", source.interest or "", said or "none"))
    return Exhibit(
        id="tbl-sources",
        kind="table",
        caption="The five source texts: who paid for each, and what was coded from it",
        source_note="Source register of this workbench. No search was made: the five texts were named by whoever asked for this review",
        alt="A table with a row for each source text, giving its sponsor, its interest and the statements coded from it.",
        columns=("Source", "Paid for by", "Interest", "Statements coded"),
        rows=tuple(rows),
        widths=(18, 24, 33, 25),
    )


def _kind_said(kind: str, number: int) -> str:
    noun = "account of practice" if kind == "practice" else kind
    plural = "accounts of practice" if kind == "practice" else f"{kind}s"
    return f"{number} {noun if number == 1 else plural}"


def typology(base: EvidenceBase, group: str) -> Exhibit:
    """How one source's own types of funding model fall on the three facets, and where they coincide."""
    found = base.group(group)
    rows = []
    for mapping in found.mapping:
        facets: dict[str, list[str]] = {"commissioner": [], "money": [], "payment": []}
        for facet in mapping.facets:
            facets.setdefault(facet.partition(".")[0], []).append(base.code(facet).label)
        said = [", ".join(names) or "not said" for names in (facets["commissioner"], facets["money"], facets["payment"])]
        coincides = {"fully": "Fully", "partly": "Partly", "not defined": "Not defined"}[mapping.coincides]
        rows.append((base.code(mapping.code).label, *said, f"{coincides}. {mapping.note or ''}".strip()))
    source = short_citation(base, found.typology_of) if found.typology_of else "this workbench"
    return Exhibit(
        id=f"tbl-{group}",
        kind="table",
        caption=f"{found.label}, placed on the three facets",
        source_note=f"Types: {source}; placing on the three facets: coding frame of this workbench",
        alt=f"A table with a row for each type: {listed(row[0] for row in rows)}; its columns say who commissions, whose money "
        "it is and how it is paid.",
        columns=("Type", "Who commissions", "Whose money", "How it is paid", "Does it coincide?"),
        rows=tuple(rows),
        widths=(17, 22, 16, 15, 30),
    )


def statement_table(base: EvidenceBase, claims: Iterable[Claim]) -> Exhibit:
    """For every claim of a briefing, by its number there, the places in the sources that it rests on and those against it."""
    rows = tuple(
        (str(number), _places(base, claim.findings_for), _places(base, claim.findings_against) or "none")
        for number, claim in enumerate(claims, start=1)
    )
    return Exhibit(
        id="tbl-statements",
        kind="table",
        caption="The places in the sources that each statement of this briefing rests on",
        source_note=f"{CODED}. Places are sections and paragraphs of the source; a work after 'from' is one that the source only reports",
        alt=f"A numbered table of {len(rows)} statements: each row gives the sources, sections and paragraphs for and against it.",
        columns=("No.", "Rests on", "Stated differently in"),
        rows=rows,
        align="rll",
        widths=(6, 66, 28),
    )


def _places(base: EvidenceBase, finding_ids: Iterable[str]) -> str:
    by_source: defaultdict[str, list[str]] = defaultdict(list)
    for finding_id in finding_ids:
        finding = base.finding(finding_id)
        place = str(finding.locator).replace("paragraph ", "¶")
        original = f" (from {short_citation(base, finding.study)})" if finding.second_hand else ""
        by_source[short_citation(base, finding.source)].append(place + original)
    return ". ".join(f"{source}: {'; '.join(dict.fromkeys(places))}" for source, places in by_source.items())


def case_table(base: EvidenceBase) -> Exhibit:
    """The co-commissioning schemes side by side: what they were, what helped and what was hard."""
    rows = [
        (case.name, case.summary, *(value or "not reported" for value in (case.what_helped.value, case.what_was_hard.value)))
        for case in sorted(base.case_studies.values(), key=lambda item: item.name)
    ]
    return Exhibit(
        id="tbl-cases",
        kind="table",
        caption="The co-commissioning schemes that were studied in late 2018 and early 2019",
        source_note=f"{short_citation(base, 'bromley-by-bow-2019')}; coded in this workbench. "
        "Quotations in that study are anonymous and are tied to no scheme",
        alt=f"A table with a row for each scheme: {listed(row[0] for row in rows)}.",
        columns=("Scheme", "In short", "What helped", "What was hard"),
        rows=tuple(rows),
        widths=(14, 34, 28, 24),
    )
