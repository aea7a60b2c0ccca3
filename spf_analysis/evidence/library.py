"""The library: how each registered source is cited, as CSL-JSON.

An entry keeps every CSL field that it came with; only what a citation cannot do without is checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from spf_analysis.evidence.record import Id, refused

if TYPE_CHECKING:
    from spf_analysis.evidence.base import EvidenceBase

UNDATED = "n.d."
_AUTHORS_IN_FULL = 2


class Name(BaseModel):
    """A person (`family`, `given`) or a body (`literal`) as CSL writes it."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    family: str | None = None
    given: str | None = None
    literal: str | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Name:
        if not (self.family or self.literal):
            raise refused("a name has neither 'family' nor 'literal'", "Give a person's family name, or a body's name as 'literal'.")
        return self

    @property
    def short(self) -> str:
        """The name as a short citation gives it."""
        return self.literal or self.family or ""


class Issued(BaseModel):
    """A CSL date; only its first year is read."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    date_parts: Annotated[tuple[tuple[int | str, ...], ...] | None, Field(alias="date-parts")] = None

    @property
    def year(self) -> str | None:
        parts = self.date_parts
        return str(parts[0][0]) if parts and parts[0] and parts[0][0] else None


class Work(BaseModel):
    """One entry of the library. Unknown CSL fields are kept as they are."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    id: Id
    type: Annotated[str, Field(min_length=1)]
    title: str | None = None
    author: tuple[Name, ...] = ()
    editor: tuple[Name, ...] = ()
    publisher: str | None = None
    issued: Issued | None = None
    note: str | None = None

    @property
    def year(self) -> str:
        """The year of publication, "n.d." where the work is undated."""
        return (self.issued.year if self.issued else None) or UNDATED

    @property
    def short(self) -> str:
        """The short citation: "Cordis Bright, 2019"; "Dayson and Bashir, 2014"; "Polley et al., 2017"."""
        names = [name.short for name in self.author or self.editor] or [self.publisher or self.title or self.id]
        said = " and ".join(names) if len(names) <= _AUTHORS_IN_FULL else f"{names[0]} et al."
        return f"{said}, {self.year}"

    def as_csl(self) -> dict[str, Any]:
        """The entry as CSL-JSON, for a citation processor."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def cited(base: EvidenceBase, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The CSL-JSON entries of these source ids, each once, by id. Raises EvidenceError for an id that is not registered."""
    return [base.work(source).as_csl() for source in sorted(set(ids))]


def short_citation(base: EvidenceBase, source: str) -> str:
    """How running text names a source: "Cordis Bright, 2019". Raises EvidenceError for an unknown id."""
    return base.work(source).short
