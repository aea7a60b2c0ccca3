"""`spf evidence matrix`, `map`, `strength`, `facts`: what the evidence says and where it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.exhibited import base_of, out_option, tell
from spf_analysis.commands.output import json_option, print_table
from spf_analysis.wording import counted, whole

if TYPE_CHECKING:
    from spf_analysis.context import Exhibit
    from spf_analysis.evidence.gap_map import GapMap


@click.command()
@click.argument("rows", default="payment")
@click.option("--columns", default="theme", show_default=True, help="The group of codes across.")
@out_option
@json_option
@click.pass_context
def matrix(context: click.Context, rows: str, columns: str, out: Path | None, as_json: bool) -> None:
    """What is said where two groups of codes meet: a facet of funding, or a way of collaborating, by theme.

    ROWS is a group of codes: payment, money, commissioner, collaboration or any other.

    \b
    Examples:
      spf evidence matrix collaboration
      spf evidence matrix money --columns outcome --out matrix.xlsx
    """
    from spf_analysis.evidence import synthesis

    base = base_of(context)
    found = synthesis.matrix(base, rows, columns)
    cells = [
        {"row": row, "column": column, "studies": found.studies(row, column), "findings": [finding.id for finding in findings]}
        for (row, column), findings in found.cells.items()
    ]

    def say() -> None:
        for row in found.rows:
            for column in found.columns:
                findings = found.findings(row, column)
                if findings:
                    click.echo(
                        f"{base.code(row).label} × {base.code(column).label}  [{counted(found.studies(row, column), 'study', 'studies')}]"
                    )
                    for finding in findings:
                        click.echo(f"  {finding.statement}  ({finding.id})")

    from spf_analysis.exhibits import synthesis as drawn

    tell(context, {"rows": rows, "columns": columns, "cells": cells}, lambda: drawn.matrix(base, rows, columns), out, as_json, say)


@click.command(name="map")
@click.argument("rows", default="payment")
@click.option("--columns", default="theme", show_default=True, help="What stands across.")
@click.option("--bubble", default="comparison", show_default=True, help="What the studies of a crossing are told apart by.")
@out_option
@json_option
@click.pass_context
def gap_map(context: click.Context, rows: str, columns: str, bubble: str, out: Path | None, as_json: bool) -> None:
    """Where primary studies are and where none is: the evidence gap map.

    ROWS, --columns and --bubble are each a group of codes, or design, direction, kind, source or comparison.

    \b
    Examples:
      spf evidence map payment --bubble design
      spf evidence map commissioner --columns outcome --out map.html
    """
    from spf_analysis.evidence.gap_map import gap_map as mapped

    base = base_of(context)
    found = mapped(base, rows, columns, bubble)

    def drawn() -> Sequence[Exhibit]:
        from spf_analysis.exhibits import synthesis

        return synthesis.gaps(base, rows, columns, bubble)

    tell(context, found.as_dict(), drawn, out, as_json, lambda: _say_map(found))


def _say_map(found: GapMap) -> None:
    numbers = {column: str(number) for number, column in enumerate(found.columns.places, start=1)}
    lines = [(label, *(_mark(found, row, column) for column in numbers)) for row, label in found.rows.places.items()]
    print_table((found.rows.label, *numbers.values()), lines, right=range(1, len(numbers) + 1))
    click.echo("A number counts primary studies; ○ only reviews or statements without a study; · nothing.")
    for column, number in numbers.items():
        click.echo(f"  {number}  {found.columns.places[column]}")
    for cell in found.cells:
        if cell.bubbles:
            told = "; ".join(f"{found.bubble.places[place]}: {', '.join(studies)}" for place, studies in cell.bubbles.items())
            click.echo(f"{found.rows.places[cell.row]} × {found.columns.places[cell.column]}  {told}")
    click.echo(found.said)


def _mark(found: GapMap, row: str, column: str) -> str:
    cell = found.cell(row, column)
    return "·" if cell.silent else "○" if cell.empty else whole(len(cell.primary))


@click.command()
@click.argument("claim")
@out_option
@json_option
@click.pass_context
def strength(context: click.Context, claim: str, out: Path | None, as_json: bool) -> None:
    """Which studies stand for and against a CLAIM, by design, and which sources tell of each.

    \b
    Examples:
      spf evidence strength outcomes.gp-demand
      spf evidence strength outcomes.cost-mixed --out strength.html
    """
    from spf_analysis.evidence.strength_profile import strength_profile

    base = base_of(context)
    found = strength_profile(base, claim)

    def drawn() -> Sequence[Exhibit]:
        from spf_analysis.exhibits import synthesis

        return synthesis.strength(base, claim)

    def say() -> None:
        click.echo(found.text)
        rows = [
            (row.stand, row.study, str(row.design or "no study"), ", ".join(row.sources), whole(row.statements)) for row in found.behind
        ]
        print_table(("Side", "Study", "Design", "Told by", "Statements"), rows, right=(4,))
        click.echo(found.said)

    tell(context, found.as_dict(), drawn, out, as_json, say)


@click.command()
@click.argument("outcome")
@out_option
@json_option
@click.pass_context
def facts(context: click.Context, outcome: str, out: Path | None, as_json: bool) -> None:
    """Every figure that is reported of an OUTCOME, with design, number and comparison. Nothing is pooled.

    OUTCOME is a code, such as outcome.gp-demand; any other code will do.

    \b
    Examples:
      spf evidence facts outcome.gp-demand
      spf evidence facts outcome.wellbeing --out facts.csv
    """
    from spf_analysis.evidence.facts import facts as facts_of

    base = base_of(context)
    found = facts_of(base, outcome)

    def drawn() -> Sequence[Exhibit]:
        from spf_analysis.exhibits import synthesis

        return synthesis.facts(base, outcome)

    def say() -> None:
        for fact in found.facts:
            figure, finding = fact.figure, fact.finding
            click.echo(f"{fact.said}  ({finding.study}; {finding.design}; {finding.id})")
            click.echo(f"  n: {figure.n or 'not reported'}; compared with: {figure.compared_with or 'nothing'}; {finding.about}")
            if finding.caution:
                click.echo(f"  Caution: {finding.caution}")
        click.echo(found.said)

    tell(context, found.as_dict(), drawn, out, as_json, say)


VERBS = (matrix, gap_map, strength, facts)
