"""`spf coding migrate rename`, `merge`, `split`, `undo`, `spf coding export`, `import`: how the coding frame changes and is exchanged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from spf_analysis.commands.coding import base_of, date_option, day_said, settings_of, write
from spf_analysis.commands.output import json_option, print_json
from spf_analysis.errors import UsageError
from spf_analysis.wording import counted

if TYPE_CHECKING:
    from spf_analysis.evidence.coding.codebook import Codebook
    from spf_analysis.evidence.coding.frame_import import FrameImport
    from spf_analysis.evidence.coding.frame_version import Decided
    from spf_analysis.evidence.coding.migration import Migration
    from spf_analysis.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
_FORMS = ("qdc", "csv", "json")


def _decided_options(command: F) -> F:
    command = click.option("--why", help="Why the coding frame changes, in a sentence.")(command)
    command = click.option("--by", help="Who changes it.")(command)
    return date_option(command)


def _migrating(command: F) -> F:
    command = click.option("--dry-run", is_flag=True, help="Show the difference, and change nothing.")(command)
    return json_option(_decided_options(command))


def _decided(by: str | None, why: str | None, day: str | None, *, needed: bool) -> Decided:
    from spf_analysis.evidence.coding.frame_version import Decided

    missing = [name for name, given in (("--by", by), ("--why", why)) if not given]
    if missing and needed:
        raise UsageError(
            f"a change of the coding frame needs {' and '.join(missing)}", where="spf coding", hint="Say who changes it and why."
        )
    return Decided(by or "not reported", day_said(day), why or "not reported")


@click.group()
def migrate() -> None:
    """Rename, merge or split a code: every finding, case study and mapping follows, and the frame's history records it."""


@migrate.command()
@click.argument("old")
@click.argument("new")
@_migrating
@click.pass_context
def rename(context: click.Context, /, old: str, new: str, **options: Any) -> None:
    """Give the code OLD the id NEW, in the same group.

    \b
    Example:
      spf coding migrate rename theme.full-cost theme.whole-cost --by "Ann Reader" --why "As funders say it."
    """
    from spf_analysis.evidence.coding import migration

    _migrate(context, options, lambda settings, said: migration.rename(settings.evidence, settings.folder, old, new, said))


@migrate.command()
@click.argument("old")
@click.argument("into")
@_migrating
@click.pass_context
def merge(context: click.Context, /, old: str, into: str, **options: Any) -> None:
    """Let everything that carries the code OLD carry INTO, and take OLD out of the frame.

    \b
    Example:
      spf coding migrate merge metric.referrals metric.uptake --by "Ann Reader" --why "Nobody told them apart."
    """
    from spf_analysis.evidence.coding import migration

    _migrate(context, options, lambda settings, said: migration.merge(settings.evidence, settings.folder, old, into, said))


@migrate.command()
@click.argument("old")
@click.option("--decisions", type=click.Path(path_type=Path, dir_okay=False), help="The filled file: the parts, and each record's.")
@click.option("--template", type=click.Path(path_type=Path, dir_okay=False), help="Write the file to be filled, and change nothing.")
@_migrating
@click.pass_context
def split(context: click.Context, /, old: str, decisions: Path | None, template: Path | None, **options: Any) -> None:
    """Put several codes in the place of OLD; which of them a record gets is decided one by one in a file.

    \b
    Examples:
      spf coding migrate split theme.risk --template risk.yaml
      spf coding migrate split theme.risk --decisions risk.yaml --by "Ann Reader" --why "Loss and cost are two things."
    """
    from spf_analysis.evidence.coding import migration
    from spf_analysis.evidence.coding.split import read_split
    from spf_analysis.evidence.coding.split import template as blank
    from spf_analysis.publishing.manifest import write_atomically

    if template is not None:
        write_atomically(template, blank(base_of(settings_of(context)), old).encode())
        click.echo(f"Fill in {template.name}, then: spf coding migrate split {old} --decisions {template.name} --by … --why …")
        return
    if decisions is None:
        hint = f"Write the file to be filled with: spf coding migrate split {old} --template split.yaml"
        raise UsageError("a split needs a decision for each record", where="--decisions", hint=hint)
    plan = read_split(decisions)
    if plan.split != old:
        raise UsageError(f"the file splits '{plan.split}', not '{old}'", where=decisions.name, hint="Name the same code.")
    _migrate(context, options, lambda settings, said: migration.split(settings.evidence, settings.folder, plan, said))


@migrate.command()
@click.argument("version")
@_migrating
@click.pass_context
def undo(context: click.Context, /, version: str, **options: Any) -> None:
    """Take back the migration that led to this VERSION of the coding frame.

    \b
    Example:
      spf coding migrate undo 1.1.0 --by "Ann Reader" --why "The old name was better known."
    """
    from spf_analysis.evidence.coding import migration

    _migrate(context, options, lambda settings, said: migration.undo(settings.evidence, settings.folder, version, said))


def _migrate(context: click.Context, options: dict[str, Any], work: Callable[[Settings, Decided], Migration]) -> None:
    settings, dry = settings_of(context), options["dry_run"]
    done = work(settings, _decided(options["by"], options["why"], options["day"], needed=not dry))
    if not dry:
        write(settings, dict(done.files), "coding frame")
    if options["as_json"]:
        print_json({"dry_run": dry, **done.as_dict()})
        return
    if dry:
        click.echo(done.diff, nl=False)
    moved = f"{counted(len(done.moved), 'record')} {'would get' if dry else 'got'} other codes"
    click.echo(f"{done.change} {moved}; the coding frame {'would be' if dry else 'is now'} version {done.version}.")
    for name in done.elsewhere:
        click.echo(f"  also named in {name}: look there by hand.")


@click.command()
@click.option("--format", "form", type=click.Choice(_FORMS), help="The format; by the name of --out, else JSON.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file instead of standard output.")
@click.pass_context
def export(context: click.Context, form: str | None, out: Path | None) -> None:
    """The coding frame as a REFI-QDA codebook (.qdc, for ATLAS.ti, MAXQDA, NVivo and others), CSV or JSON.

    \b
    Example:
      spf coding export --format qdc --out coding-frame.qdc
    """
    from spf_analysis.evidence.coding import codebook, refi
    from spf_analysis.publishing.manifest import write_atomically

    settings = settings_of(context)
    book = codebook.codebook(base_of(settings))
    wanted = form or (out.suffix.lower().removeprefix(".") if out else "json")
    if wanted not in _FORMS:
        raise UsageError(f"'{wanted}' is not a format of codebooks", where="--out", hint=f"Choose one of {', '.join(_FORMS)}.")
    content = refi.write(book, settings.title) if wanted == "qdc" else _text(book, wanted).encode()
    if out is None:
        click.echo(content, nl=False)
        return
    write_atomically(out, content)


def _text(book: Codebook, form: str) -> str:
    from spf_analysis.evidence.coding import codebook

    return "\ufeff" + codebook.as_csv(book) if form == "csv" else codebook.as_json(book)


def _read(file: Path) -> Codebook:
    from spf_analysis.evidence.coding import codebook, refi

    readers = {".qdc": refi.read, ".csv": codebook.from_csv, ".json": codebook.from_json}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise UsageError(f"'{file.name}' is neither .qdc nor .csv nor .json", where="FILE", hint="Export the codebook as one of these.")
    return reader(file)


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--write", "writing", is_flag=True, help="Take it over; without this, only show what would change.")
@_decided_options
@json_option
@click.pass_context
def import_(context: click.Context, file: Path, writing: bool, by: str | None, why: str | None, day: str | None, as_json: bool) -> None:
    """Compare a codebook FILE (.qdc, .csv, .json) with the coding frame; with --write, take its texts and new codes over.

    A text that the file does not give stays, and so does a code that it lacks. Codes are known by GUID, then id, then label.

    \b
    Examples:
      spf coding import codebook.qdc
      spf coding import codebook.qdc --write --by "Ann Reader" --why "Definitions sharpened in the workshop."
    """
    from spf_analysis.evidence.coding.frame_import import compared, files_of

    settings = settings_of(context)
    base = base_of(settings)
    found = compared(base, _read(file))
    version = None
    if writing and not found.empty:
        version, files = files_of(found, settings.evidence, base, _decided(by, why, day, needed=True))
        write(settings, files, "coding frame")
    if as_json:
        print_json({"written": version is not None, "version": version, **found.as_dict()})
        return
    _say_import(found, version)


def _say_import(found: FrameImport, version: str | None) -> None:
    for one in found.changed:
        click.echo(f"  {one.noun} {one.id}, {one.field}: {one.ours or 'not reported'} → {one.theirs}")
    for key, entry in found.new_codes:
        click.echo(f"  new code {key}: {entry.label}")
    for remark in found.remarks:
        click.echo(f"  {remark}")
    said = f"{counted(len(found.changed), 'text')} and {counted(len(found.new_codes), 'new code')}"
    if found.empty:
        click.echo("The codebook changes nothing.")
    else:
        click.echo(f"{said} taken over; the coding frame is version {version}." if version else f"{said} would be taken over with --write.")
    if found.lacking:
        click.echo(f"{counted(len(found.lacking), 'code')} that the file lacks stay.")


VERBS = (migrate, export, import_)
