"""The register of grants that local funds have made: each award with its area, the years whose money it spends, and what it adds.

The register is a file in the 360Giving standard beside the ledger, `grants.json`; it is absent or empty until a fund makes a grant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from spf_analysis.areas import Areas
from spf_analysis.errors import Problem, SpfError
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.periods import FinancialYear

FILE = "grants.json"


@dataclass(frozen=True)
class Draw:
    """Pounds of an award that are drawn on the fund of one financial year."""

    year: FinancialYear
    pounds: Decimal


@dataclass(frozen=True)
class Award:
    """A grant that a local fund has made, in pounds and pence. None where the data do not say: paid, months, size, type."""

    id: str
    title: str
    area: str
    draws: tuple[Draw, ...]
    recipient: str
    recipient_name: str
    recipient_type: str | None
    size: str | None
    day: date
    awarded: Decimal
    paid: Decimal | None
    months: Decimal | None
    spending: str
    additional_for: str
    where: str = field(default="", compare=False)

    def drawn(self, year: FinancialYear) -> Decimal:
        """Pounds drawn on the fund of a year."""
        return sum((item.pounds for item in self.draws if item.year == year), Decimal(0))

    def paid_of(self, year: FinancialYear) -> Decimal | None:
        """Pounds paid of what is drawn on a year: payments count against the earliest year first. None where nothing is reported."""
        if self.paid is None:
            return None
        before = sum((item.pounds for item in self.draws if item.year < year), Decimal(0))
        return min(max(self.paid - before, Decimal(0)), self.drawn(year))


@dataclass(frozen=True)
class GrantsRegister:
    """All awards, and the grants as they were published, with every field that is not used here."""

    awards: tuple[Award, ...] = ()
    published: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no fund has made a grant: so it is today."""
        return not self.awards

    def years(self) -> tuple[FinancialYear, ...]:
        """The financial years that awards draw on, first to last."""
        return tuple(sorted({draw.year for award in self.awards for draw in award.draws}))

    def of(self, areas: Areas, code: str | None, year: FinancialYear) -> tuple[Award, ...]:
        """Awards that draw on the fund of an area (None: of any) in a year; those of a merged area count for its successor."""
        drawing = (award for award in self.awards if award.drawn(year))
        return tuple(award for award in drawing if code is None or area_of(award, areas, year) == code)


def area_of(award: Award, areas: Areas, year: FinancialYear) -> str | None:
    """The area in force in a year that an award belongs to: its own, or the one that it merged into; None where it was divided."""
    day, code = year.first_day, award.area
    if any(area.code == code for area in areas.on(day)):
        return code
    before = next((area for area in areas.on(award.draws[0].year.first_day) if area.code == code), None)
    following = areas.successors(before) if before else ()
    return following[0] if len(following) == 1 else None


def read_register(folder: Path, areas: Areas | None, book: Rulebook, problems: list[Problem]) -> GrantsRegister:
    """The register of a ledger's folder; whatever is wrong is added to `problems`. Empty where the file is absent."""
    path = folder / FILE
    if not path.exists():
        return GrantsRegister()
    from spf_analysis.fund.grant_files import read_grant_file
    from spf_analysis.fund.grant_reading import register_of

    try:
        return register_of(read_grant_file(path), areas, book, problems)
    except SpfError as error:
        problems.extend(error.problems)
        return GrantsRegister()
