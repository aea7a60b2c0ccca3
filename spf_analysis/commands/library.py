"""`spf library sync`, `import`, `export`, `duplicates`, `merge`, `screening`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spf_analysis.commands.exhibited import settings_of
from spf_analysis.commands.output import json_option, print_json, print_table
from spf_analysis.commands.registered import plain, register_of, write_text
from spf_analysis.errors import Problem, SourceError, SpfError, UsageError, exit_code_for
from spf_analysis.wording import counted, whole

if TYPE_CHECKING:
    from spf_analysis.evidence.bibliography.entries import Remark
    from spf_analysis.evidence.bibliography.sync import SyncReport
    from spf_analysis.evidence.bibliography.zotero import ZoteroLibrary
    from spf_analysis.settings import Settings

_SHOWN = 40
_WIDTH = 60


@click.group()
def library() -> None:
    """Where the sources come from: Zotero and files, duplicates, status, searching and screening."""


def _say_remarks(remarks: Sequence[Remark]) -> None:
    out = sum(remark.left_out for remark in remarks)
    if not remarks:
        return
    click.echo(f"{counted(len(remarks) - out, 'repair')}, {whole(out)} left out:")
    for remark in remarks[:_SHOWN]:
        click.echo(f"  {'left out' if remark.left_out else 'repaired'}  {plain(remark.where)}: {plain(remark.said)}")
    if len(remarks) > _SHOWN:
        click.echo(f"  and {whole(len(remarks) - _SHOWN)} more: see them all with --json.")


@library.command()
@click.option("--local", is_flag=True, help="Ask the Zotero that runs on this computer instead of zotero.org.")
@click.option("--accept", multiple=True, metavar="SOURCE", help="Take over what Zotero has for a source that waits; may be repeated.")
@click.option("--keep", multiple=True, metavar="SOURCE", help="Keep ours for a source that waits; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--full-text", "texts", type=click.Path(path_type=Path, file_okay=False), help="Store full texts here, outside the project.")
@click.option("--write-tag", metavar="TAG", help="Put this tag on every item in Zotero that has findings. Off by default.")
@json_option
@click.pass_context
def sync(
    context: click.Context,
    local: bool,
    accept: tuple[str, ...],
    keep: tuple[str, ...],
    dry_run: bool,
    texts: Path | None,
    write_tag: str | None,
    as_json: bool,
) -> None:
    """Bring the library up to date with the Zotero library named in spf.toml.

    What local work rests on is never changed by itself: it waits until you say --accept or --keep.

    \b
    Examples:
      spf library sync --dry-run
      spf library sync --accept dayson-2014
    """
    from spf_analysis.evidence.bibliography import texts as full_texts
    from spf_analysis.evidence.bibliography.sync import Decisions, Sync, known, since
    from spf_analysis.evidence.bibliography.zotero import ZoteroClient, api_key

    settings = settings_of(context)
    followed = _followed(settings, local)
    folder = full_texts.outside(texts, settings.folder) if texts else None
    register = register_of(context)
    client = ZoteroClient(followed, key=None if local else api_key(followed.name))
    snapshot = client.read(since(register, followed), known(register, followed))
    run = Sync(register, followed, Decisions(frozenset(accept), frozenset(keep)))
    report = run.take(snapshot)
    if not dry_run:
        register.save()
    after: dict[str, Any] = {}
    problems: list[Problem] = []
    if folder and not dry_run:
        _then(problems, after, "full_texts", lambda: [text.as_dict() for text in full_texts.store(client, run.links, folder)])
    if write_tag and not dry_run:
        coded = sorted(key for key, source in run.links.items() if register.base.sources.get(source) and register.base.findings_of(source))
        _then(problems, after, "tagged", lambda: client.tag(coded, write_tag))
    if as_json:
        told = {"problems": [problem.as_dict() for problem in problems]} if problems else {}
        print_json({"dry_run": dry_run, **report.as_dict(), **after, **told})
    else:
        _say_sync(report, dry_run, after)
        for problem in problems:
            click.echo(str(problem), err=True)
    context.exit(exit_code_for(problems))


def _then(problems: list[Problem], after: dict[str, Any], name: str, step: Any) -> None:
    """A step after the sync itself, whose failure leaves what was synced as it is."""
    try:
        after[name] = step()
    except SpfError as error:
        problems += error.problems


def _followed(settings: Settings, local: bool) -> ZoteroLibrary:
    from spf_analysis.evidence.bibliography.zotero import ZoteroLibrary

    zotero = settings.zotero
    if zotero is None:
        hint = 'Add [zotero] with library_type = "group" (or "user") and library_id = "123456" to spf.toml; see docs/zotero.md.'
        raise UsageError("no Zotero library is named", where="spf.toml", hint=hint)
    return ZoteroLibrary("user" if zotero.library_type == "user" else "group", zotero.library_id, zotero.collection, local)


def _say_sync(report: SyncReport, dry_run: bool, after: dict[str, Any]) -> None:
    done = "would change" if dry_run else "changed"
    others = [change for change in report.changes if change.kind != "waiting"]
    click.echo(
        f"{report.library}, version {report.version}: {counted(len(others), 'source')} {done}, {whole(len(report.waiting))} waiting."
    )
    for change in (*others, *report.waiting):
        click.echo(f"  {change.kind:<8}  {change.source}  {plain(change.said)}")
        if change.kind in ("changed", "waiting"):
            for name, ours, theirs in change.fields:
                click.echo(f"{'':12}{name}: {_short(ours)} → {_short(theirs)}")
    if report.waiting:
        click.echo("Decide with 'spf library sync --accept SOURCE' (Zotero's version) or '--keep SOURCE' (ours).")
    _say_remarks(report.remarks)
    for text in after.get("full_texts", []):
        click.echo(f"  full text  {text['source']}  {text['file']}  text_sha256: {text['sha256']}")
    if "tagged" in after:
        click.echo(f"{counted(len(after['tagged']), 'item')} tagged in Zotero.")


def _short(value: Any) -> str:
    from spf_analysis.evidence.bibliography.duplicates import said

    text = plain(said(value)) or "not reported"
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


@library.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format", "form", type=click.Choice(["csljson", "ris", "bibtex"]), help="The format, where the file's name does not tell it."
)
@click.option("--dry-run", is_flag=True, help="Say what would be added, and add nothing.")
@json_option
@click.pass_context
def import_(context: click.Context, files: tuple[Path, ...], form: str | None, dry_run: bool, as_json: bool) -> None:
    """Register the works of RIS, BibTeX or CSL-JSON FILES that are not there yet.

    \b
    Examples:
      spf library import medline.ris scopus.bib
      spf library import export.txt --format ris --dry-run
    """
    from spf_analysis.evidence.bibliography.adding import Added, add
    from spf_analysis.evidence.bibliography.interchange import read_file

    batches = [read_file(file, form) for file in files]
    register = register_of(context)
    parts = [add(register, batch) for batch in batches]
    found = Added.of_all(parts)
    if not dry_run:
        register.save()
    if as_json:
        print_json({"dry_run": dry_run, **found.as_dict()})
        return
    click.echo(f"{counted(len(found.keys), 'work')} {'would be ' if dry_run else ''}registered.")
    for key in found.keys[:_SHOWN]:
        click.echo(f"  {key}  {_short(register.works[key]['title'])}")
    if len(found.keys) > _SHOWN:
        click.echo(f"  and {whole(len(found.keys) - _SHOWN)} more.")
    _say_remarks(found.remarks)
    for clash in found.clashes[:_SHOWN]:
        cells = [(name if agree else f"{name} ≠", _short(ours), _short(theirs)) for name, ours, theirs, agree in clash.fields]
        click.echo(f"\n{plain(clash.where)}: same DOI as '{clash.known}', other title and year; left out until its DOI is corrected")
        print_table(("", clash.known, "left out"), cells)


@library.command()
@click.argument("sources", nargs=-1)
@click.option("--format", "form", type=click.Choice(["csljson", "ris", "bibtex"]), help="The format; by the name of --out, else CSL-JSON.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of standard output.")
@click.pass_context
def export(context: click.Context, sources: tuple[str, ...], form: str | None, out: Path | None) -> None:
    """The library, or the entries of these SOURCES, as RIS, BibTeX or CSL-JSON.

    \b
    Examples:
      spf library export --out library.ris
      spf library export dayson-2014 --format bibtex
    """
    from spf_analysis.evidence.bibliography.interchange import form_of, write
    from spf_analysis.evidence.reading import read_evidence

    base = read_evidence(settings_of(context).evidence)
    works = [base.work(source) for source in sources] or [*base.library.values()]
    text = write([work.as_csl() for work in works], form or (form_of(out) if out else "csljson"))
    if out is None:
        click.echo(text, nl=False)
        return
    write_text(out, text)


@library.command()
@json_option
@click.pass_context
def duplicates(context: click.Context, as_json: bool) -> None:
    """Works that may stand in the library twice, side by side.

    \b
    Example:
      spf library duplicates
    """
    from spf_analysis.evidence.bibliography.duplicates import duplicates as found_in
    from spf_analysis.evidence.bibliography.duplicates import side_by_side
    from spf_analysis.evidence.bibliography.register import uses

    register = register_of(context)
    current = [
        work for key, work in register.works.items() if key in register.base.sources and not register.base.sources[key].superseded_by
    ]
    pairs = found_in(work for work in current if register.base.sources[work["id"]].kind != "data set")
    rows = {pair: side_by_side(register.works[pair.first], register.works[pair.second]) for pair in pairs}
    if as_json:
        listed = [
            {
                **pair.as_dict(),
                "fields": [{"field": name, "first": one, "second": other, "agree": agree} for name, one, other, agree in fields],
            }
            for pair, fields in rows.items()
        ]
        print_json({"duplicates": listed})
        return
    for pair, fields in rows.items():
        click.echo(f"{pair.because}; titles alike at {pair.alike} of 100")
        rests = ("resting on it", uses(register.base, pair.first) or "nothing", uses(register.base, pair.second) or "nothing", True)
        cells = [(name if agree else f"{name} ≠", _short(one), _short(other)) for name, one, other, agree in (*fields, rests)]
        print_table(("", pair.first, pair.second), cells)
        click.echo(f"  spf library merge {pair.second} --into {pair.first}\n")
    click.echo(f"{counted(len(pairs), 'pair')} that may be one work." if pairs else "No duplicates.")


@library.command()
@click.argument("old")
@click.option("--into", "new", required=True, metavar="SOURCE", help="The record that stays current.")
@json_option
@click.pass_context
def merge(context: click.Context, old: str, new: str, as_json: bool) -> None:
    """Merge the record OLD into another: it stays registered, superseded by that one.

    \b
    Example:
      spf library merge dayson-2014b --into dayson-2014
    """
    from spf_analysis.evidence.bibliography.merging import merge as merged

    register = register_of(context)
    done = merged(register, old, new)
    register.save()
    if as_json:
        print_json(done.as_dict())
        return
    click.echo(f"'{old}' is superseded by '{new}', which gained {', '.join(done.gained) or 'no field'}.")
    if done.findings:
        click.echo(
            f"{counted(len(done.findings), 'finding')} now {'name' if len(done.findings) > 1 else 'names'} '{new}' as primary study."
        )


@library.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Draw the PRISMA 2020 flow diagram into this SVG file.")
@json_option
@click.pass_context
def screening(context: click.Context, out: Path | None, as_json: bool) -> None:
    """What became of the records of all searches, from evidence/searches.csv and evidence/screening.csv.

    \b
    Example:
      spf library screening --out flow.svg
    """
    from spf_analysis.evidence.screening import read_screening
    from spf_analysis.exhibits.prisma import described, flow_diagram

    found = read_screening(settings_of(context).evidence)
    if found is None and out is not None:
        hint = "Record the searches in evidence/searches.csv and evidence/screening.csv first."
        raise SourceError("no search was made, so there is no flow to draw", where="evidence", hint=hint)
    if found is not None and out is not None:
        write_text(out, flow_diagram(found))
    if as_json:
        print_json({"screening": found.as_dict() if found else None})
        return
    click.echo(described(found) if found else "No search was made; the method section says how the sources came to be chosen.")
