"""What the draft's update by consumer prices leaves out: wages, and growing flows of referrals [24]; assumptions, each labelled."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from spf_analysis.errors import Problem
from spf_analysis.figures import Reference, as_json
from spf_analysis.fund.rule_reading import number_of
from spf_analysis.records import RecordError, read_yaml

KINDS = {
    "wages": "what the share would buy of work whose pay rises faster than consumer prices",
    "referrals": "what would be left of the share for as many referrals as there were in the first year",
}
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Pressure:
    """An assumed growth in per cent a year, of wages over consumer prices or of referrals, beside which a path can be seen."""

    id: str
    title: str
    description: str
    kind: str
    growth: Decimal
    reference: Reference

    def still_buys(self, amount: Decimal, years: int) -> Decimal:
        """What an amount at constant prices would still buy after some years of the growth, in the same pounds."""
        return amount / (1 + self.growth / HUNDRED) ** years

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "kind": self.kind,
            "growth": as_json(self.growth),
            "reference": self.reference.as_dict(),
        }


def read_pressures(path: Path, problems: list[Problem]) -> tuple[Pressure, ...]:
    """The list `pressures` of a scenario file, empty where there is none; whatever is wrong is added to `problems`."""
    if not path.exists():
        return ()
    try:
        document = read_yaml(path, "fund")
    except RecordError:
        return ()  # told by whoever reads the scenarios of the same file
    entries = document.content.get("pressures") if isinstance(document.content, dict) else None
    found: list[Pressure] = []
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        pressure = pressure_of(entry)
        if pressure is None:
            message = "a pressure needs an id, a title, a description, a kind, a growth and a reference"
            hint = f"The kind is {' or '.join(KINDS)}, the growth a number of per cent a year above -100."
            problems.append(Problem("fund", document.where("pressures", index), message, hint))
        else:
            found.append(pressure)
    return tuple(found)


def pressure_of(entry: Any) -> Pressure | None:
    """The pressure of an entry of a scenario file; None where something is missing or has another form."""
    try:
        reference = Reference(str(entry["reference"]["source"]), str(entry["reference"]["locator"]))
        growth = number_of(entry["growth"])
        if growth is None or growth <= -HUNDRED or entry["kind"] not in KINDS:
            return None
        return Pressure(str(entry["id"]), str(entry["title"]), str(entry["description"]).strip(), entry["kind"], growth, reference)
    except (KeyError, TypeError, AttributeError):
        return None
