"""`spf coding start`, `sheet`, `finish`, `status`: a round in which two people code the same sources, without a server."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spf_analysis.commands.arguments import day_of
from spf_analysis.commands.output import json_option, print_json
from spf_analysis.wording import counted

if TYPE_CHECKING:
    from spf_analysis.evidence.base import EvidenceBase
    from spf_analysis.evidence.coding.round import RoundFolder
    from spf_analysis.settings import Settings

date_option = click.option("--date", "day", help="The day on which this was done, such as 2027-03-01; today by default.")


@click.group()
def coding() -> None:
    """Coding by two people, their agreement and what they differ on; and the coding frame: how it changes and is exchanged."""


def settings_of(context: click.Context) -> Settings:
    """The workbench's settings, with anything that an earlier command was cut off from writing put in place."""
    from spf_analysis.evidence.pending import finish as finish_pending
    from spf_analysis.settings import find_workbench, read_settings

    settings = read_settings(find_workbench(context.obj.workbench))
    finish_pending(settings.evidence)
    return settings


def base_of(settings: Settings) -> EvidenceBase:
    """The evidence base. Raises EvidenceError where it cannot be read."""
    from spf_analysis.evidence.reading import read_evidence

    return read_evidence(settings.evidence)


def day_said(day: str | None) -> str:
    """The day that an option names, or today."""
    return str(day_of(day, "--date") if day else date.today())


def _round(settings: Settings, name: str) -> RoundFolder:
    from spf_analysis.evidence.coding.round import open_round

    return open_round(settings.evidence, name)


def write(settings: Settings, files: dict[str, bytes], what: str) -> None:
    """Put files of the evidence folder in place, all or none."""
    from spf_analysis.evidence.pending import place

    place(settings.evidence, files, what)


@coding.command()
@click.argument("name", metavar="ROUND")
@click.option("--source", "sources", multiple=True, required=True, help="A source to be coded; may be repeated.")
@click.option("--coder", "coders", multiple=True, required=True, help="Who codes: two names, each with --coder.")
@click.option(
    "--given", is_flag=True, help="Both code the passages of the findings that are there, instead of marking passages themselves."
)
@date_option
@json_option
@click.pass_context
def start(
    context: click.Context, name: str, sources: tuple[str, ...], coders: tuple[str, ...], given: bool, day: str | None, as_json: bool
) -> None:
    """Begin a coding round: two people code the same sources, each alone, with the coding frame as it is now.

    \b
    Example:
      spf coding start spring-2027 --source power-to-change-2019 --coder "Ann Reader" --coder "Ben Coder"
    """
    from spf_analysis.evidence.coding.beginning import begun
    from spf_analysis.evidence.coding.round import said

    settings = settings_of(context)
    found, files = begun(settings.evidence, base_of(settings), name, sources, coders, day_said(day), given=given)
    write(settings, files, "coding round")
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    passages = f"{counted(len(found.given), 'passage')} to be coded by each" if found.given is not None else "each marks passages alone"
    click.echo(f"The round '{name}' of {said(found.coders)} has begun: {passages}. Commit evidence/coding/{name}.")
    click.echo(f"Each takes a sheet: spf coding sheet {name} {found.coders[0].id} --out {found.coders[0].id}.csv")


@coding.command()
@click.argument("name", metavar="ROUND")
@click.argument("coder")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The sheet to write: .csv or .yaml.")
@click.pass_context
def sheet(context: click.Context, name: str, coder: str, out: Path) -> None:
    """Write the sheet that a coder of a round fills: passages by locator and anchor, and an empty column for codes.

    Codes are separated by semicolons; "none" says that none fits. Nothing that anybody coded before is shown.

    \b
    Example:
      spf coding sheet spring-2027 ann-reader --out ann-reader.csv
    """
    from spf_analysis.errors import UsageError
    from spf_analysis.evidence.coding import sheet as sheets
    from spf_analysis.publishing.manifest import write_atomically

    if out.suffix.lower() not in (".csv", ".yaml"):
        raise UsageError(f"'{out.name}' is neither .csv nor .yaml", where="--out", hint="Name it ….csv for a spreadsheet.")
    settings = settings_of(context)
    found = _round(settings, name).round
    who = found.coder(coder)
    blank = sheets.blank(base_of(settings), found)
    text = "\ufeff" + sheets.as_csv(blank) if out.suffix.lower() == ".csv" else sheets.as_yaml(found, who, blank)
    write_atomically(out, text.encode())
    click.echo(f"{who.name}: {counted(len(blank.units), 'passage')} in {out.name}. When done: spf coding finish {name} {who.id} {out.name}")


@coding.command()
@click.argument("name", metavar="ROUND")
@click.argument("coder")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@date_option
@json_option
@click.pass_context
def finish(context: click.Context, name: str, coder: str, file: Path, day: str | None, as_json: bool) -> None:
    """Finish a coder's part of a round with the filled sheet FILE. It is sealed by its SHA-256 and not changed afterwards.

    \b
    Example:
      spf coding finish spring-2027 ann-reader ann-reader.csv
    """
    from spf_analysis.evidence.coding.beginning import finished
    from spf_analysis.evidence.coding.sheet import read_sheet

    settings = settings_of(context)
    found = _round(settings, name)
    who = found.round.coder(coder)
    files = finished(found, settings.evidence, base_of(settings), who, read_sheet(file, found.round, who), day_said(day))
    write(settings, files, "coding round")
    after = _round(settings, name)
    if as_json:
        print_json({"seal": after.seals[who.id].model_dump(mode="json"), "state": after.state})
        return
    seal = after.seals[who.id]
    click.echo(f"{who.name} has finished {counted(seal.units, 'passage')}; the seal is {seal.sha256}.")
    rest = f"Both have finished: commit all of evidence/coding/{name}, then run: spf coding agree {name}"
    click.echo(
        rest if after.state == "compared" else f"Commit {who.id}.seal.yaml; the decisions stay here until the other has finished too."
    )


@coding.command()
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Every coding round: who has finished, and what is left to do. What anybody decided is not shown here.

    \b
    Example:
      spf coding status
    """
    from spf_analysis.evidence.coding.marking import marking
    from spf_analysis.evidence.coding.round import open_round, round_names

    settings = settings_of(context)
    rounds = [open_round(settings.evidence, name) for name in round_names(settings.evidence)]
    marked = marking(base_of(settings))
    rows = [_state(found) for found in rounds]
    if as_json:
        print_json({"rounds": rows, "findings": marked.findings, "agreed": marked.agreed, "said": marked.said})
        return
    for row in rows:
        click.echo(f"{row['round']}: {row['state']}; begun {row['begun']}, coding frame {row['coding_frame']}, {', '.join(row['sources'])}")
        for one in row["coders"]:
            click.echo(f"  {one['name']} ({one['id']}): {'finished ' + one['finished'] if one['finished'] else 'coding'}")
    click.echo(f"{counted(marked.findings, 'finding')} in all: {marked.said}.")


def _state(found: RoundFolder) -> dict[str, Any]:
    record = found.round
    who = [
        {"id": one.id, "name": one.name, "finished": found.seals[one.id].finished if one.id in found.seals else None}
        for one in record.coders
    ]
    about = {"round": record.round, "state": found.state, "begun": record.begun, "coding_frame": record.coding_frame.version}
    return {**about, "sources": list(record.sources), "coders": who}
