"""How the command line prints: one JSON document under `--json`, plain text otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from spf_analysis.errors import Problem

F = TypeVar("F", bound=Callable[..., Any])
SCHEMA = 1
VOLUNTARY = "The Fund is a proposal in an unadopted early draft of January 2024. Taking part would be voluntary."


def json_option(command: F) -> F:
    """The `--json` flag that every command which reports takes."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")(command)


def print_json(content: dict[str, Any]) -> None:
    """One JSON document with its schema version on standard output."""
    click.echo(json.dumps({"schema": SCHEMA, **content}, ensure_ascii=False, indent=2))


def problems_as_json(problems: Iterable[Problem]) -> str:
    """Problems as the one JSON document of a failed command."""
    return json.dumps({"schema": SCHEMA, "problems": [problem.as_dict() for problem in problems]}, ensure_ascii=False, indent=2)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Aligned columns for a terminal; the columns numbered in `right` are aligned right."""
    cells = [list(columns), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    for number, row in enumerate(cells):
        line = [
            cell.rjust(width) if index in right else cell.ljust(width) for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(line).rstrip())
        if number == 0:
            click.echo("  ".join("─" * width for width in widths))
