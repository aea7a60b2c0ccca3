"""Arguments that several commands take, read from text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from spf_analysis.errors import UsageError

if TYPE_CHECKING:
    from spf_analysis.workbench import Workbench

F = TypeVar("F", bound=Callable[..., Any])


def year_option(command: F) -> F:
    """The `--year` that commands of the Fund take."""
    said = "A financial year such as 2026/27; that of the last registered edition by default."
    return click.option("--year", metavar="YEAR", help=said)(command)


def bench_of(context: click.Context, year: str | None, scenario: str = "") -> Workbench:
    """The workbench for a financial year, or for that of the last registered edition, under a scenario where one is named.

    Raises UsageError for a malformed year, FundError for an unknown scenario.
    """
    from spf_analysis.periods import FinancialYear
    from spf_analysis.workbench import open_workbench

    return open_workbench(str(FinancialYear.parse(year)) if year else None, folder=context.obj.workbench, scenario=scenario)


def day_of(text: str, option: str) -> date:
    """The day written as 2026-04-01. Raises UsageError, naming the option, for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a date", where=option, hint="Write it as 2026-04-01.") from None
