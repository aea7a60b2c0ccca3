"""`spf returned`: what the people who received a briefing changed in its Word file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.output import json_option, print_json
from spf_analysis.errors import BriefingError, UsageError
from spf_analysis.wording import counted

if TYPE_CHECKING:
    from spf_analysis.publishing.returned.document import Returned
    from spf_analysis.publishing.returned.review import ReturnedRemark
    from spf_analysis.publishing.returned.sending import Sent
    from spf_analysis.workbench import Workbench

_NOT_COMPARED = """\
The text that was sent is not at hand: reports/ holds another, and another would be made now. Only tracked changes and comments are
listed, not edits that nobody tracked. To find those too, name the Word file that was sent with --published."""

_BY_EDITION = """\
The file no longer says of which text it was made, so that it was compared with the one of its edition at hand. If our sources have
changed since, what we changed shows as theirs: name the Word file that was sent with --published."""


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the review is written; beside FILE by default.")
@click.option("--target", help="The briefing that FILE is, such as QOC, where FILE does not say so itself.")
@click.option(
    "--published",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The Word file that was sent out, where reports/ no longer has it.",
)
@click.option(
    "--apply", "review", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Make the changes accepted in a review."
)
@click.option("--dry-run", is_flag=True, help="With --apply: say what would change, and change nothing.")
@json_option
@click.pass_context
def returned(
    context: click.Context,
    file: Path | None,
    out: Path | None,
    target: str | None,
    published: Path | None,
    review: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """List what was changed and commented in the Word FILE of a briefing, and write a review of it.

    Each change stands beside the claim, record or template line that its sentence comes from. Edits of figures and of citations are
    refused: figures come from data, and a statement keeps its sources. Edits that nobody tracked are found by comparing FILE with what was
    sent. An editor writes 'accept: yes' or 'accept: no' beside each of the others; --apply then makes those accepted.

    \b
    Examples:
      spf returned QOC-from-the-board.docx
      spf returned QOC-from-the-board.docx --published sent/QOC.docx
      spf returned --apply QOC-from-the-board.review.yaml
    """
    if (file is None) == (review is None):
        raise UsageError("name either a Word file or a review", where="spf returned", hint="See 'spf returned --help'.")
    if review is not None:
        _apply(review, context.obj.workbench, as_json, dry_run)
    elif file is not None:
        _review(file, out or file.with_suffix(".review.yaml"), context.obj.workbench, as_json, target, published)


def _review(file: Path, out: Path, workbench: Path | None, as_json: bool, target: str | None, published: Path | None) -> None:
    from spf_analysis.publishing.manifest import write_atomically
    from spf_analysis.publishing.returned.reading import read_returned
    from spf_analysis.publishing.returned.review import review_text
    from spf_analysis.publishing.returned.sending import sent_as, target_of
    from spf_analysis.workbench import open_workbench

    bench, came_back = open_workbench(folder=workbench), read_returned(file)
    name = target or target_of(bench, came_back)
    sent = sent_as(bench, name, came_back, published)
    remarks = _remarks(bench, name, came_back, sent)
    if remarks:
        if out.exists():
            hint = "Name another with --out."
            raise UsageError("there is a review already, and decisions in it would be lost", where=str(out), hint=hint)
        write_atomically(out, review_text(came_back, name, sent.context["edition"]["label"], remarks).encode())
    if as_json:
        rows = [remark.as_dict() for remark in remarks]
        written = out.name if remarks else None
        print_json({"file": came_back.name, "target": name, "compared": sent.word is not None, "review": written, "remarks": rows})
        return
    _tell(remarks, out)
    if sent.word is None:
        click.echo(_NOT_COMPARED)
    elif not came_back.fingerprint and published is None:
        click.echo(_BY_EDITION)


def _remarks(bench: Workbench, target: str, came_back: Returned, sent: Sent) -> tuple[ReturnedRemark, ...]:
    from spf_analysis.publishing.returned.origins import Origins
    from spf_analysis.publishing.returned.review import remarks_on
    from spf_analysis.publishing.returned.sending import present, template_of
    from spf_analysis.publishing.returned.tracing import traced

    template, templates = template_of(bench, sent.context), bench.settings.templates
    try:
        printed = traced(template, sent.context, templates)
    except BriefingError:  # the templates have since come to ask for more than was known then
        printed = traced(template, present(bench, target), templates)
    origins = Origins(bench, sent.context, printed)
    return remarks_on(came_back, origins, sent.word)


def _tell(remarks: Sequence[ReturnedRemark], out: Path) -> None:
    for number, remark in enumerate(remarks, 1):
        _print(number, remark)
    due, refused = sum(remark.to_decide for remark in remarks), sum(bool(remark.refused) for remark in remarks)
    if not remarks:
        click.echo("No change and no comment: there is nothing to decide, and no review was written.")
    elif not due:
        click.echo(
            f"{counted(len(remarks), 'remark').capitalize()}, {refused} refused: there is nothing to decide. They are listed in {out}."
        )
    else:
        click.echo(f"{counted(len(remarks), 'remark').capitalize()}, {refused} refused. Decide in {out}, then: spf returned --apply {out}")


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
