"""A figure is a number with its grounds; it cannot be made without them.

A `Reference` is a source and a place in it. A `Step` is one line of a calculation that a reader can redo. A `Figure` has a
value, a unit and references, and, where it was worked out, its steps and the interpretations that it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from spf_analysis import wording
from spf_analysis.errors import FundError

Value = int | float | Decimal | str | None


@dataclass(frozen=True, order=True)
class Reference:
    """A registered source (its citation key) and the place in it."""

    source: str
    locator: str

    def __post_init__(self) -> None:
        if not self.source or not self.locator:
            raise FundError("a reference needs a source and a locator", where=f"{self.source or '?'} {self.locator or '?'}")

    def as_dict(self) -> dict[str, str]:
        return {"source": self.source, "locator": self.locator}


@dataclass(frozen=True)
class Interpretation:
    """A reading that was chosen where the draft is silent or open, with the readings not taken.

    `effects` gives, for each alternative, the difference that it would make in pounds to the figure at hand, or None
    where the difference cannot be worked out.
    """

    id: str
    question: str
    chosen: str
    alternatives: tuple[str, ...]
    reference: Reference
    effects: tuple[tuple[str, int | None], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "question": self.question,
            "chosen": self.chosen,
            "alternatives": list(self.alternatives),
            "reference": self.reference.as_dict(),
            "effects": [{"alternative": name, "effect_in_pounds": effect} for name, effect in self.effects],
        }


@dataclass(frozen=True)
class Step:
    """One line of a worked calculation: what it is, its value and unit, and where it comes from."""

    label: str
    value: Value
    unit: str
    reference: Reference
    interpretation: str | None = None
    note: str | None = None

    @property
    def said(self) -> str:
        """The value as it is printed."""
        return wording.said(self.value, self.unit)

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "value": as_json(self.value),
            "said": self.said,
            "unit": self.unit,
            "reference": self.reference.as_dict(),
            "interpretation": self.interpretation,
            "note": self.note,
        }


@dataclass(frozen=True)
class Figure:
    """A number that a briefing may print, with its grounds. Raises FundError when it has none."""

    id: str
    label: str
    value: Value
    unit: str
    references: tuple[Reference, ...]
    steps: tuple[Step, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()
    note: str | None = None
    as_of: str | None = field(default=None)

    def __post_init__(self) -> None:
        if not self.references and not self.steps:
            raise FundError(
                "a figure without grounds cannot be made", where=f"figure '{self.id}'", hint="Give it a reference or worked steps."
            )

    @property
    def said(self) -> str:
        """The value as it is printed; "not reported" where there is none."""
        return wording.said(self.value, self.unit)

    @property
    def brief(self) -> str:
        """The value as it stands at the head of a briefing."""
        return wording.briefly(self.value, self.unit)

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "label": self.label,
            "value": as_json(self.value),
            "said": self.said,
            "unit": self.unit,
            "references": [reference.as_dict() for reference in self.references],
            "steps": [step.as_dict() for step in self.steps],
            "interpretations": [interpretation.as_dict() for interpretation in self.interpretations],
            "note": self.note,
            "as_of": self.as_of,
        }

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(step.label)}</td><td>{escape(step.said)}</td>"
            f"<td>{escape(step.reference.source)}, {escape(step.reference.locator)}</td></tr>"
            for step in self.steps
        )
        table = f"<table><tr><th>Step</th><th>Value</th><th>Source</th></tr>{rows}</table>" if rows else ""
        return f"<p><strong>{escape(self.label)}:</strong> {escape(self.said)}</p>{table}"


def as_json(value: Value) -> int | float | str | None:
    """A value as JSON holds it: exact decimals become numbers, whole ones integers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
