"""The files that a data set was given as, recorded so that anyone can tell whether theirs is the same."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spf_analysis.evidence.record import Day, Record, Text


class SourceFile(Record):
    """A file of a data set as it was given: its name, SHA-256, the day of publication where it is known, and what it is about."""

    name: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    published: Day | None = None
    about: Text | None = None
