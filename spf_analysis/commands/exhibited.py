"""What commands do with charts and tables: print them as text or JSON, or write them to the kind of file that is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from spf_analysis.commands.output import SCHEMA, print_json

if TYPE_CHECKING:
    from spf_analysis.context import Exhibit
    from spf_analysis.evidence.base import EvidenceBase
    from spf_analysis.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def out_option(command: F) -> F:
    """The `--out` option of what may be written to a file: its name says of which kind."""
    said = "Write to a file: .html (chart and table), .svg (chart), .csv or .xlsx (table), .json."
    return click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=said)(command)


def settings_of(context: click.Context) -> Settings:
    """The settings of the workbench that the command was given."""
    from spf_analysis.settings import find_workbench, read_settings

    return read_settings(find_workbench(context.obj.workbench))


def base_of(context: click.Context) -> EvidenceBase:
    """Its evidence base. Raises EvidenceError with every problem of reading."""
    from spf_analysis.evidence.reading import read_evidence

    return read_evidence(settings_of(context).evidence)


def tell(
    context: click.Context,
    content: dict[str, Any],
    exhibits: Callable[[], Sequence[Exhibit]],
    out: Path | None,
    as_json: bool,
    say: Callable[[], None],
) -> None:
    """Write to the file where one is named; otherwise print, as JSON or as text."""
    if out is not None:
        _write(context, content, exhibits, out)
    if as_json:
        print_json(content)
    elif out is not None:
        click.echo(f"Written to {out.name}.")
    else:
        say()


def _write(context: click.Context, content: dict[str, Any], exhibits: Callable[[], Sequence[Exhibit]], out: Path) -> None:
    from spf_analysis.publishing.exhibit_files import write_exhibits
    from spf_analysis.publishing.manifest import write_atomically

    if out.suffix.lower() == ".json":
        write_atomically(out, (json.dumps({"schema": SCHEMA, **content}, ensure_ascii=False, indent=2) + "\n").encode())
    else:
        write_exhibits(exhibits(), out, settings_of(context).templates / "house" / "fonts")
