"""`spf evidence soqf`, `quality`, `review`: how well things are known, and the notebook that shows it all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.exhibited import base_of, out_option, settings_of, tell
from spf_analysis.commands.output import json_option, print_json

if TYPE_CHECKING:
    from spf_analysis.context import Exhibit


@click.command()
@out_option
@json_option
@click.pass_context
def soqf(context: click.Context, out: Path | None, as_json: bool) -> None:
    """The Summary of Qualitative Findings of GRADE-CERQual: every qualitative claim, its studies, four concerns and confidence.

    \b
    Examples:
      spf evidence soqf
      spf evidence soqf --out soqf.xlsx
    """
    from spf_analysis.evidence.summary_of_findings import COMPONENTS, summary_of_findings

    base = base_of(context)
    found = summary_of_findings(base)

    def drawn() -> Sequence[Exhibit]:
        from spf_analysis.exhibits import quality

        return [quality.qualitative_findings(base)]

    def say() -> None:
        for row in found:
            click.echo(f"{row.number}. {row.statement}\n   Confidence: {row.level}. {row.explanation}")
            for name, concern in zip(COMPONENTS, row.concerns, strict=True):
                click.echo(f"   {name.replace('_', ' ').capitalize()}: {concern.concern}. {concern.reason}")
            click.echo(f"   Studies: {'; '.join(row.studies)}")

    tell(context, {"findings": [row.as_dict() for row in found]}, drawn, out, as_json, say)


@click.command()
@click.argument("source", required=False)
@out_option
@json_option
@click.pass_context
def quality(context: click.Context, source: str | None, out: Path | None, as_json: bool) -> None:
    """How the sources were appraised, criterion by criterion, or one SOURCE. Answers are never added up.

    \b
    Examples:
      spf evidence quality bromley-by-bow-2019
      spf evidence quality --out appraisals.html
    """
    from spf_analysis.evidence import search

    base = base_of(context)
    found = [base.appraisals_of(source)] if source else [(appraisal,) for appraisal in base.appraisals.values()]
    chosen = [appraisal for group in found for appraisal in group]
    instruments = [instrument.model_dump(mode="json") for instrument in base.instruments.values()]

    def drawn() -> Sequence[Exhibit]:
        from spf_analysis.exhibits import quality as tables

        return [tables.appraisals(base, chosen)]

    def say() -> None:
        click.echo("\n\n".join(search.show(base, appraisal.id) for appraisal in chosen) or "Nothing was appraised.")

    content = {"instruments": instruments, "appraisals": [appraisal.model_dump(mode="json") for appraisal in chosen]}
    tell(context, content, drawn, out, as_json, say)


@click.command()
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False), default="evidence-review", show_default=True)
@click.option("--rows", help="A group of codes, or design, direction, kind, source or comparison; by default as the notebook has it.")
@click.option("--columns", help="What stands across, likewise.")
@click.option("--bubble", help="What the studies of a crossing are told apart by, likewise.")
@click.option("--outcome", help="The code of the facts table, such as outcome.wellbeing.")
@click.option("--claim", help="The claim whose strength is shown.")
@json_option
@click.pass_context
def review(
    context: click.Context,
    folder: Path,
    rows: str | None,
    columns: str | None,
    bubble: str | None,
    outcome: str | None,
    claim: str | None,
    as_json: bool,
) -> None:
    """Run the notebook `evidence_review` and write it with its charts and tables as a page: matrix, gap map, strength, facts, quality.

    It is no briefing and belongs to no edition; `spf lab` opens the same notebook to play with.

    \b
    Examples:
      spf evidence review --out review
      spf evidence review --rows collaboration --outcome outcome.wellbeing
    """
    from spf_analysis.publishing.review import write_review

    chosen = {"rows": rows, "columns": columns, "bubble": bubble, "outcome": outcome, "claim": claim}
    parameters = {name: value for name, value in chosen.items() if value is not None}
    page = write_review(settings_of(context), parameters, folder)
    if as_json:
        print_json({"page": str(page), "parameters": parameters})
    else:
        click.echo(f"Written to {page}.")


VERBS = (soqf, quality, review)
