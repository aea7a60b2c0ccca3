"""That two named people agreed: on the codes of a finding, or on the judgement of a claim. Until then a judgement is provisional."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator

from spf_analysis.evidence.record import Day, Id, Record, Text, refused

MACHINE = "machine-assisted"


class Agreed(Record):
    """Two or more named people who agreed, when, in which coding round, and a digest of what they agreed on.

    The digest (16 hexadecimal digits of a SHA-256) tells when what they agreed on has changed since.
    """

    by: Annotated[tuple[Text, ...], Field(min_length=2)]
    date: Day
    round: Id | None = None
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]

    @model_validator(mode="after")
    def _are_people(self) -> Agreed:
        if len(people(self.by)) < len(self.by):
            raise refused("those who agreed are not two different people", "Name each person once; a machine is nobody.")
        return self


def people(names: Iterable[str]) -> tuple[str, ...]:
    """The different people among those who coded or decided, in order; what a machine did alone is nobody's."""
    kept: dict[str, str] = {}
    for name in names:
        plain = " ".join(name.split()).casefold()
        if plain and plain != MACHINE:
            kept.setdefault(plain, name)
    return tuple(kept.values())
