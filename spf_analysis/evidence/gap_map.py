"""The evidence gap map: distinct primary studies at the crossings of two axes, told apart by a third; it shows where nothing is.

An axis is a group of codes, or something that every finding has: its design, direction, kind of statement, source, or whether its study
compared groups. Reviews and statements that no study stands behind are counted beside the primary studies, never among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from spf_analysis.errors import EvidenceError
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.library import short_citation
from spf_analysis.evidence.model import CONTROLLED, Design, Direction, Finding, StatementKind
from spf_analysis.evidence.synthesis import REVIEWS, WITHOUT_STUDY, stands_on_a_study, support
from spf_analysis.wording import counted

COMPARED, NOT_COMPARED = "compared groups", "no comparison group"


@dataclass(frozen=True)
class Axis:
    """One side of a gap map, or what its bubbles are told apart by: the places on it by id with their labels, and where a finding lies."""

    name: str
    label: str
    places: Mapping[str, str]
    of: Callable[[Finding], tuple[str, ...]]


def axis(base: EvidenceBase, name: str) -> Axis:
    """The axis of a name: a group of codes, or "design", "direction", "kind", "source", "comparison".

    Raises EvidenceError for any other name.
    """
    if name in base.groups:
        group = base.groups[name]
        labels = {code.id: code.label for code in group.codes}
        return Axis(name, group.label, labels, lambda finding: tuple(code for code in dict.fromkeys(finding.codes) if code in labels))
    made = _ATTRIBUTES.get(name)
    if made is None:
        known = [*base.groups, *_ATTRIBUTES]
        raise EvidenceError(f"'{name}' is no axis of a gap map", where="evidence", hint=did_you_mean(name, known))
    return made(base)


def _designs(_: EvidenceBase) -> Axis:
    shown = [design for design in Design if design not in REVIEWS | WITHOUT_STUDY]
    return Axis("design", "Design", {design.value: design.value for design in shown}, lambda finding: (finding.design.value,))


def _directions(_: EvidenceBase) -> Axis:
    names = {item.value: item.value for item in Direction}
    return Axis("direction", "Direction", names, lambda finding: (finding.direction.value,))


def _kinds(_: EvidenceBase) -> Axis:
    names = {item.value: item.value for item in StatementKind}
    return Axis("kind", "Kind of statement", names, lambda finding: (finding.statement_kind.value,))


def _sources(base: EvidenceBase) -> Axis:
    names = {key: short_citation(base, key) for key, source in base.sources.items() if source.kind == "source text" and key in base.library}
    return Axis("source", "Source", names, lambda finding: (finding.source,))


def _comparison(_: EvidenceBase) -> Axis:
    names = {COMPARED: COMPARED, NOT_COMPARED: NOT_COMPARED, Design.NOT_REPORTED.value: "design not reported"}
    return Axis("comparison", "Comparison", names, _compared)


def _compared(finding: Finding) -> tuple[str, ...]:
    if finding.design is Design.NOT_REPORTED:
        return (Design.NOT_REPORTED.value,)
    return (COMPARED if finding.design in CONTROLLED else NOT_COMPARED,)


_ATTRIBUTES: Mapping[str, Callable[[EvidenceBase], Axis]] = {
    "design": _designs,
    "direction": _directions,
    "kind": _kinds,
    "source": _sources,
    "comparison": _comparison,
}


@dataclass(frozen=True)
class GapCell:
    """One crossing: the distinct primary studies, the reviews, and the statements that no study stands behind.

    `bubbles` are the primary studies of each place of the third axis. A study may lie in more than one of them.
    """

    row: str
    column: str
    primary: tuple[str, ...]
    reviews: tuple[str, ...]
    without_study: int
    bubbles: Mapping[str, tuple[str, ...]]

    @property
    def empty(self) -> bool:
        """Whether no primary study stands here."""
        return not self.primary

    @property
    def silent(self) -> bool:
        """Whether nothing at all was coded here."""
        return not (self.primary or self.reviews or self.without_study)

    @property
    def said(self) -> str:
        """The crossing in words: "two primary studies, one review, three statements without a study"."""
        rest = [counted(len(self.reviews), "review")] * bool(self.reviews)
        rest += [f"{counted(self.without_study, 'statement')} without a study"] * bool(self.without_study)
        return ", ".join([counted(len(self.primary), "primary study", "primary studies"), *rest])

    def as_dict(self) -> dict[str, Any]:
        bubbles = {place: list(studies) for place, studies in self.bubbles.items()}
        return {
            "row": self.row,
            "column": self.column,
            "primary_studies": list(self.primary),
            "reviews": list(self.reviews),
            "without_study": self.without_study,
            "bubbles": bubbles,
        }


@dataclass(frozen=True)
class GapMap:
    """Distinct primary studies by two axes, told apart by a third. Every crossing has a cell, the empty ones too."""

    rows: Axis
    columns: Axis
    bubble: Axis
    cells: tuple[GapCell, ...]

    def cell(self, row: str, column: str) -> GapCell:
        """The cell of a crossing. Raises EvidenceError where the map has no such row or column."""
        for cell in self.cells:
            if (cell.row, cell.column) == (row, column):
                return cell
        hint = did_you_mean(row if row not in self.rows.places else column, [*self.rows.places, *self.columns.places])
        raise EvidenceError(f"the map has no crossing of '{row}' and '{column}'", where="evidence", hint=hint)

    @property
    def empty(self) -> tuple[GapCell, ...]:
        """The crossings where no primary study stands."""
        return tuple(cell for cell in self.cells if cell.empty)

    @property
    def said(self) -> str:
        """The map in sentences, for its text alternative."""
        total, silent = len(self.cells), sum(cell.silent for cell in self.cells)
        first = f"Of {total} crossings, {counted(len(self.empty), 'has', 'have')} no primary study, and {silent} of these nothing at all."
        most = max(self.cells, key=lambda cell: len(cell.primary), default=None)
        if most is None or most.empty:
            return first
        where = f"{self.rows.places[most.row]} by {self.columns.places[most.column]}"
        return f"{first} Most stand at {where} ({counted(len(most.primary), 'primary study', 'primary studies')})."

    def as_dict(self) -> dict[str, Any]:
        axes = {"rows": self.rows, "columns": self.columns, "bubble": self.bubble}
        named = {side: {"name": axis.name, "label": axis.label, "places": dict(axis.places)} for side, axis in axes.items()}
        return {**named, "said": self.said, "cells": [cell.as_dict() for cell in self.cells]}


def gap_map(base: EvidenceBase, rows: str, columns: str = "theme", bubble: str = "comparison") -> GapMap:
    """The primary studies at each crossing of two axes, told apart by a third. Raises EvidenceError for an unknown axis.

    A finding counts where it carries both codes itself; the mapping of a source's typology onto the facets adds nothing.
    """
    down, across, by = axis(base, rows), axis(base, columns), axis(base, bubble)
    lying: dict[tuple[str, str], list[Finding]] = {(row, column): [] for row in down.places for column in across.places}
    for finding in base.findings.values():
        for crossing in ((row, column) for row in down.of(finding) for column in across.of(finding)):
            if crossing in lying:
                lying[crossing].append(finding)
    return GapMap(down, across, by, tuple(_cell(*crossing, findings, by) for crossing, findings in lying.items()))


def _cell(row: str, column: str, findings: list[Finding], by: Axis) -> GapCell:
    found = support(findings)
    primary = tuple(sorted(found.primary))
    bubbles: dict[str, set[str]] = {place: set() for place in by.places}
    for finding in findings:
        for place in by.of(finding):
            if finding.study in found.primary and stands_on_a_study(finding) and place in bubbles:
                bubbles[place].add(finding.study)
    kept = {place: tuple(sorted(studies)) for place, studies in bubbles.items() if studies}
    return GapCell(row, column, primary, tuple(sorted(found.reviews)), found.without_study, kept)
