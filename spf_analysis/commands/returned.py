"""`spf returned`: what the people who received a briefing changed in its Word file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spf_analysis.commands.output import json_option, print_json
from spf_analysis.errors import SpfError, UsageError
from spf_analysis.wording import counted

if TYPE_CHECKING:
    from spf_analysis.publishing.returned.document import Returned
    from spf_analysis.publishing.returned.review import ReturnedRemark
    from spf_analysis.workbench import Workbench


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the review is written; beside FILE by default.")
@click.option(
    "--apply", "review", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Make the changes accepted in a review."
)
@click.option("--dry-run", is_flag=True, help="With --apply: say what would change, and change nothing.")
@json_option
@click.pass_context
def returned(context: click.Context, file: Path | None, out: Path | None, review: Path | None, dry_run: bool, as_json: bool) -> None:
    """List what was changed and commented in the Word FILE of a briefing, and write a review of it.

    Each change stands beside the claim, record or template line that its sentence comes from. Edits of figures are refused: figures come
    from data. An editor writes 'accept: yes' or 'accept: no' beside each of the others; --apply then makes those accepted.

    \b
    Examples:
      spf returned QOC-from-the-board.docx
      spf returned --apply QOC-from-the-board.review.yaml
    """
    if (file is None) == (review is None):
        raise UsageError("name either a Word file or a review", where="spf returned", hint="See 'spf returned --help'.")
    if review is not None:
        _apply(review, context.obj.workbench, as_json, dry_run)
    elif file is not None:
        _review(file, out or file.with_suffix(".review.yaml"), context.obj.workbench, as_json)


def _review(file: Path, out: Path, workbench: Path | None, as_json: bool) -> None:
    from spf_analysis.publishing.manifest import write_atomically
    from spf_analysis.publishing.returned.document import read_returned
    from spf_analysis.publishing.returned.review import review_text
    from spf_analysis.workbench import open_workbench

    bench, came_back = open_workbench(folder=workbench), read_returned(file)
    remarks, compared = _remarks(bench, came_back)
    if out.exists():
        raise UsageError("there is a review already, and decisions in it would be lost", where=str(out), hint="Name another with --out.")
    write_atomically(out, review_text(came_back, bench.edition.label, remarks).encode())
    if as_json:
        rows = [remark.as_dict() for remark in remarks]
        print_json({"file": came_back.name, "target": came_back.target, "compared": compared, "review": out.name, "remarks": rows})
        return
    for number, remark in enumerate(remarks, 1):
        _print(number, remark)
    refused = sum(bool(remark.refused) for remark in remarks)
    click.echo(f"{counted(len(remarks), 'remark').capitalize()}, {refused} refused. Decide in {out}, then: spf returned --apply {out}")
    if not compared:
        click.echo("The file is of another edition: only tracked changes are listed, not edits that nobody tracked.")


def _remarks(bench: Workbench, came_back: Returned) -> tuple[tuple[ReturnedRemark, ...], bool]:
    """The remarks, and whether the file could be compared with the briefing as it would be made now."""
    from spf_analysis.publishing.contexts import contexts_of
    from spf_analysis.publishing.returned.comparing import made_now, template_files
    from spf_analysis.publishing.returned.origins import Origins
    from spf_analysis.publishing.returned.review import remarks_on

    kind = came_back.target if came_back.target in bench.settings.briefings else "area"
    template = bench.settings.briefings[kind].template
    found = contexts_of(bench, [came_back.target])
    if came_back.target not in found.by_target:
        raise SpfError(found.problems[came_back.target])
    data: dict[str, Any] = found.by_target[came_back.target]
    origins = Origins(bench.evidence, data, bench.settings.templates, template_files(bench, template))
    now = made_now(bench, template, data)
    same = now.footer == came_back.footer
    return remarks_on(came_back, origins, [paragraph.sent for paragraph in now.paragraphs] if same else None), same


def _print(number: int, remark: ReturnedRemark) -> None:
    click.echo(f"{number}. {remark.kind.capitalize()} by {remark.by}{f' on {remark.day}' if remark.day else ''}, under '{remark.section}'")
    click.echo(f"   comes from: {remark.origin.said}")
    for label, text in (("before", remark.before), ("after", remark.after), ("comment", remark.comment), ("refused", remark.refused)):
        if text:
            click.echo(f"   {label + ':':<9} {text}")
    click.echo()


def _apply(review: Path, workbench: Path | None, as_json: bool, dry_run: bool) -> None:
    from spf_analysis.publishing.returned import applying
    from spf_analysis.settings import find_workbench

    applied = applying.apply(review, find_workbench(workbench))
    if not dry_run:
        applying.write(applied)
    if as_json:
        print_json({"made": list(applied.made), "by_hand": list(applied.by_hand), "declined": applied.declined, "written": not dry_run})
        return
    for heading, lines in (("Would be made" if dry_run else "Made", applied.made), ("To be made by hand", applied.by_hand)):
        if lines:
            click.echo(f"{heading}:\n" + "\n".join(f"  {line}" for line in lines))
    click.echo(f"{counted(applied.declined, 'change').capitalize()} declined. Run 'spf check' before the next build.")
