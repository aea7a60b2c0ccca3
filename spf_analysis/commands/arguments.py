"""Arguments that several commands take, read from text."""

from __future__ import annotations

from datetime import date

from spf_analysis.errors import UsageError


def day_of(text: str, option: str) -> date:
    """The day written as 2026-04-01. Raises UsageError, naming the option, for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a date", where=option, hint="Write it as 2026-04-01.") from None
