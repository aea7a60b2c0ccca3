from __future__ import annotations

from spf_analysis.evidence.coding.sheet import CodedUnit, CoderSheet
from spf_analysis.evidence.model import Locator

ANN, BEN = "Ann Reader", "Ben Coder"
DAY = "2027-03-01"


def unit(source: str, section: str, paragraph: int, anchor: str, codes: str, given: str | None = None) -> CodedUnit:
    """A passage with its codes, separated by spaces."""
    place = Locator(section=section, paragraph=paragraph)
    return CodedUnit(unit=given, source=source, locator=place, anchor=anchor, codes=tuple(codes.split()))


def sheet(*units: CodedUnit) -> CoderSheet:
    return CoderSheet(units, tuple(f"sheet, line {number}" for number in range(2, len(units) + 2)))
