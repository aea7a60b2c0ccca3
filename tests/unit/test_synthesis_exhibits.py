"""Matrix, gap map, strength, facts and quality as exhibits: charts whose alternative says their numbers, tables that hold all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spf_analysis import exhibits
from spf_analysis.context import Exhibit
from spf_analysis.evidence.base import EvidenceBase
from spf_analysis.evidence.model import StatementKind
from spf_analysis.evidence.reading import read_evidence
from spf_analysis.evidence.synthesis import support

FACETS = ("commissioner", "money", "payment", "collaboration")


@pytest.fixture(scope="module")
def base(root: Path) -> EvidenceBase:
    return read_evidence(root / "evidence")


def every(base: EvidenceBase) -> list[Exhibit]:
    drawn = [
        *(item for facet in FACETS for item in (*exhibits.synthesis.matrix(base, facet), *exhibits.synthesis.gaps(base, facet))),
        *(item for code in base.group("outcome").codes for item in exhibits.synthesis.facts(base, code.id)),
        *(item for claim in base.claims for item in exhibits.synthesis.strength(base, claim)),
    ]
    return [*drawn, exhibits.quality.appraisals(base), exhibits.quality.qualitative_findings(base)]


def test_each_has_caption_note_and_alternative_and_is_the_same_again(base: EvidenceBase) -> None:
    first, again = every(base), every(base)
    assert [item.as_dict() for item in first] == [item.as_dict() for item in again]
    for item in first:
        assert json.loads(json.dumps(item.as_dict()))["caption"]
        assert len(item.alt) > 40
        assert item.kind == "chart" or item.rows


def test_the_matrix_table_holds_each_statement_of_a_crossing(base: EvidenceBase) -> None:
    _, table = exhibits.synthesis.matrix(base, "payment")
    rows = {(row[0], row[1]): row for row in table.rows}
    both = [finding for finding in base.findings_with("payment.grant") if "theme.voluntary-sector-capacity" in finding.codes]
    row = rows[base.code("payment.grant").label, base.code("theme.voluntary-sector-capacity").label]
    assert both
    assert all(finding.statement in row[3] for finding in both)


def test_the_gap_map_draws_every_crossing_and_says_those_with_studies(base: EvidenceBase) -> None:
    chart, table = exhibits.synthesis.gaps(base, "payment", "theme", "design")
    themes, ways = base.group("theme").codes, base.group("payment").codes
    assert len(table.rows) == len(themes) * len(ways)
    drawn = json.dumps(chart.spec, ensure_ascii=False)
    assert all(code.label in drawn for code in (*themes, *ways))
    assert sum(int(row[2]) > 0 for row in table.rows) == chart.alt[chart.alt.index("With studies:") :].count("; ") + 1


def test_the_facts_table_holds_every_figure_and_the_chart_the_shares(base: EvidenceBase) -> None:
    chart, table = exhibits.synthesis.facts(base, "outcome.gp-demand")
    figures = [figure for finding in base.findings_with("outcome.gp-demand") for figure in finding.figures]
    assert sorted(row[0] for row in table.rows) == sorted(figure.as_written for figure in figures)
    assert all(figure.as_written in chart.alt for figure in figures if figure.unit == "per cent")
    assert "28%" in chart.alt
    assert len(exhibits.synthesis.facts(base, "outcome.quality-of-life")) == 1


def test_a_chart_of_strength_says_the_designs_on_both_sides(base: EvidenceBase) -> None:
    against = next(claim for claim in base.claims.values() if claim.findings_against)
    chart, table = exhibits.synthesis.strength(base, against.id)
    assert "against" in chart.alt
    assert {row[0] for row in table.rows} == {"for", "against"}


def test_a_comparison_group_is_denied_of_known_designs_only(base: EvidenceBase) -> None:
    _, review = exhibits.synthesis.strength(base, "outcomes.gp-demand")
    _, unreported = exhibits.synthesis.strength(base, "funding.social-impact-bond")
    _, interviews = exhibits.synthesis.strength(base, "co-commissioning.valued")
    assert [table.rows[0][3] for table in (review, unreported, interviews)] == ["a review", "not reported", "no"]


def test_the_designs_are_those_of_primary_studies_each_counted_once(base: EvidenceBase) -> None:
    chart = exhibits.evidence.designs(base)
    results = support(finding for finding in base.findings.values() if finding.statement_kind is StatementKind.RESULT)
    assert sum(int(number) for _, number in chart.rows) == len(results.primary)
    assert not {design for design, _ in chart.rows} & {"evidence review", "systematic review", "no study", "policy document"}
    assert "review" in chart.source_note


def test_the_table_of_appraisals_gives_every_reason_and_no_sum(base: EvidenceBase) -> None:
    table = exhibits.quality.appraisals(base)
    told = " ".join(cell for row in table.rows for cell in row)
    assert all(answer.reason in told for appraisal in base.appraisals.values() for answer in appraisal.answers)
    assert "Single appraisal, machine-assisted, not yet checked by a second person" in table.source_note
