"""What a reader takes out of an official file: facts for the Fund's tables, with their origin and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from spf_analysis.areas import Areas
from spf_analysis.fund.official.sheet import OfficialFile
from spf_analysis.fund.tables import Tables
from spf_analysis.periods import FinancialYear

NHS_ENGLAND, ONS = "NHS England", "Office for National Statistics"
MHCLG = "Ministry of Housing, Communities and Local Government"


@dataclass(frozen=True)
class Told:
    """What the user says beside the file: the year or day that it is about and the day of publication, where the file is silent."""

    year: FinancialYear | None = None
    day: date | None = None
    published: date | None = None


@dataclass(frozen=True)
class Ground:
    """What a reader may look at beside the file: areas, the Fund's tables as they stand, and what the user said."""

    areas: Areas
    tables: Tables
    told: Told


@dataclass(frozen=True)
class Fact:
    """One row of a table: its key columns and its value columns, as text in the form of the table."""

    table: str
    key: Mapping[str, str]
    values: Mapping[str, str]

    @property
    def named(self) -> tuple[str, ...]:
        """The key's values, in the order of its columns."""
        return tuple(self.key.values())


@dataclass(frozen=True)
class Origin:
    """The registered source of an extract: `published` is the day of publication, None where it is not known.

    `dated` is what it is cited by then: the year, month and day that it is about, or fewer.
    """

    id: str
    title: str
    publisher: str
    locator: str
    about: str
    published: date | None = None
    dated: tuple[int, ...] = ()
    licence: str = "OGL v3.0"

    @property
    def issued(self) -> tuple[int, ...]:
        """Year, month and day by which the source is cited, as far as they are known."""
        day = self.published
        return (day.year, day.month, day.day) if day else self.dated


@dataclass(frozen=True)
class Extract:
    """What a file says: facts, origin, the checks that it passed, what had to be coped with, and what looks unusual."""

    facts: tuple[Fact, ...]
    origin: Origin
    checked: tuple[str, ...] = ()
    coped: tuple[str, ...] = ()
    unusual: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileKind:
    """A kind of official file: how it is recognised, what is looked for, and how it is read.

    `fits` says whether a file has the layout; `read` raises FundError with every problem of a file that has it.
    """

    id: str
    title: str
    looked_for: str
    fits: Callable[[OfficialFile], bool]
    read: Callable[[OfficialFile, Ground], Extract] = field(compare=False)
