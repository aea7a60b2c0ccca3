"""`spf evidence export`, `find`, `show`, `verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spf_analysis.commands.output import json_option, print_json
from spf_analysis.errors import EvidenceError
from spf_analysis.wording import counted

if TYPE_CHECKING:
    from spf_analysis.evidence.base import EvidenceBase


@click.group()
def evidence() -> None:
    """What the coded evidence base holds, and whether it holds together."""


def _folder(context: click.Context) -> Path:
    from spf_analysis.settings import find_workbench, read_settings

    return read_settings(find_workbench(context.obj.workbench)).evidence


def _base(context: click.Context) -> EvidenceBase:
    from spf_analysis.evidence.reading import read_evidence

    return read_evidence(_folder(context))


@evidence.command()
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of standard output.")
@click.pass_context
def export(context: click.Context, form: str, out: Path | None) -> None:
    """Everything coded, as one JSON document.

    \b
    Example:
      spf evidence export --format json --out evidence.json
    """
    from spf_analysis.evidence.exchange import export as exported

    text = json.dumps(exported(_base(context)), ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    from spf_analysis.publishing.manifest import write_atomically

    write_atomically(out, text.encode() + b"\n")


@evidence.command()
@click.argument("words", nargs=-1)
@click.option("--code", "codes", multiple=True, help="Only findings with this code; may be given more than once.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind of statement: result, practice, opinion, recommendation, proposal.")
@click.option("--source", "sources", multiple=True, help="Only findings of this source.")
@click.option("--design", "designs", multiple=True, help="Only findings of studies of this design.")
@json_option
@click.pass_context
def find(
    context: click.Context,
    words: tuple[str, ...],
    codes: tuple[str, ...],
    kinds: tuple[str, ...],
    sources: tuple[str, ...],
    designs: tuple[str, ...],
    as_json: bool,
) -> None:
    """Findings that hold all the WORDS and fit the filters.

    \b
    Examples:
      spf evidence find full cost
      spf evidence find --code payment.by-results --kind result
    """
    from spf_analysis.evidence import search

    base = _base(context)
    found = search.find(base, " ".join(words), codes=codes, kinds=kinds, sources=sources, designs=designs)
    if as_json:
        print_json({"findings": search.as_dicts(base, found)})
        return
    click.echo(search.listing(base, found) if found else "No finding fits.")


@evidence.command()
@click.argument("name", required=False)
@click.option("--source", help="Show every finding of this source, in the order of its text.")
@json_option
@click.pass_context
def show(context: click.Context, name: str | None, source: str | None, as_json: bool) -> None:
    """One record of the evidence base by its id: a finding, claim, case study, gap, contradiction, code or source.

    \b
    Examples:
      spf evidence show co-commissioning.spreads-risk
      spf evidence show --source cordis-bright-2019
    """
    from spf_analysis.evidence import search

    wanted = source or name
    if wanted is None:
        raise click.UsageError("name a record, or a source with --source")
    base = _base(context)
    if as_json:
        print_json(search.shown_as_dict(base, wanted))
        return
    click.echo(search.show(base, wanted))


@evidence.command()
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder in which the source texts lie.",
)
@json_option
@click.pass_context
def verify(context: click.Context, texts: Path, as_json: bool) -> None:
    """Look every anchor up at its locator and every figure beside it, and record what was found.

    The texts are known by their checksums; they are read, never copied. A text that is not in the folder is told; what was
    recorded of it before stays.

    \b
    Example:
      spf evidence verify --texts ../sources
    """
    from spf_analysis.evidence import verifying

    base = _base(context)
    found = verifying.verify(base, texts)
    verifying.record(found, base, _folder(context))
    if found.problems:
        raise EvidenceError(found.problems)
    if as_json:
        print_json(found.as_dict())
        return
    click.echo(
        f"{counted(len(found.anchors), 'anchor')} found at their locators, every figure beside them; recorded in evidence/verified.json."
    )
