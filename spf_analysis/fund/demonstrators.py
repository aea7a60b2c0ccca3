"""Demonstrators [E]: applications of areas that would start early. Eligibility is checked and never scored; none is recorded today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from spf_analysis.figures import Figure, Reference
from spf_analysis.fund.corrections import in_force
from spf_analysis.fund.rules import Condition
from spf_analysis.fund.statements import Statement

CONFIRMATIONS = ("meets_share", "support", "arrangements")
DECISIONS = ("accepted", "declined", "withdrawn")
DIMENSIONS = ("region", "deprivation", "rurality", "size")


@dataclass(frozen=True)
class Application:
    """An area's application to be a demonstrator [E]; a confirmation is None where it is not reported.

    `confirmed` holds the three: that the area means to meet its share, that the partnership and others locally support it, and that it
    would abide by the arrangements. `decision` is the panel's, or *withdrawn*. `reference` says where it is recorded.
    """

    id: str
    area: str
    day: date
    confirmed: Mapping[str, bool | None]
    reference: Reference
    supporting_bodies: tuple[str, ...] = ()
    statement: Statement | None = None
    decision: str | None = None
    decided: date | None = None
    agreement_signed: date | None = None
    supersedes: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Applications:
    """All lines as they were entered; one that another supersedes stays, but no longer counts."""

    lines: tuple[Application, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no application was ever recorded."""
        return not self.lines

    def at(self, day: date) -> Applications:
        """The applications as they stood at the end of a day: lines dated later, corrections among them, were not there yet."""
        return Applications(tuple(item for item in self.lines if item.day <= day))

    def standing(self) -> tuple[Application, ...]:
        """The applications that stand: not corrected and not withdrawn."""
        return tuple(item for item in in_force(self.lines) if item.decision != "withdrawn")


@dataclass(frozen=True)
class EligibilityCheck:
    """One thing that an application is checked for, whether it is so, what was found, and where the draft asks for it."""

    id: str
    asks: str
    state: Condition
    found: str
    reference: Reference

    def as_dict(self) -> dict[str, Any]:
        """The check as JSON."""
        return {"check": self.id, "asks": self.asks, "state": str(self.state), "found": self.found, "reference": self.reference.as_dict()}


@dataclass(frozen=True)
class Applicant:
    """An area that applied: its checks, what it would raise and what would be matched in pounds, and what it is like in bands.

    `payable` is what the national investor would owe now, in pounds: 0 before an agreement is signed, whatever else is recorded, and
    None where nobody can say.
    """

    application: Application
    name: str
    checks: tuple[EligibilityCheck, ...]
    bands: Mapping[str, str]
    local_investment_share: int
    match_if_met: int
    payable: int | None

    @property
    def eligible(self) -> Condition:
        """Not met where any check fails, not reported where one cannot be told, otherwise met. It is no score."""
        states = {check.state for check in self.checks}
        return next((state for state in (Condition.NOT_MET, Condition.NOT_REPORTED) if state in states), Condition.MET)

    @property
    def decision_said(self) -> str:
        """What became of the application."""
        return self.application.decision or "not decided yet"

    def as_dict(self) -> dict[str, Any]:
        """The applicant as `spf fund demonstrators --json` prints it."""
        item = self.application
        days = {"date": item.day, "decided": item.decided, "agreement_signed": item.agreement_signed}
        statement = (
            {"file": item.statement.file, "pages": item.statement.pages, "measured": item.statement.measured} if item.statement else None
        )
        return {
            "application": item.id,
            "area": item.area,
            "name": self.name,
            "eligible": str(self.eligible),
            "checks": [check.as_dict() for check in self.checks],
            "supporting_bodies": list(item.supporting_bodies),
            "statement": statement,
            "decision": item.decision,
            **{name: day.isoformat() if day else None for name, day in days.items()},
            "bands": dict(self.bands),
            "local_investment_share": self.local_investment_share,
            "match_if_met": self.match_if_met,
            "payable": self.payable,
            "reference": item.reference.as_dict(),
        }


@dataclass(frozen=True)
class Band:
    """One band of a dimension: how many areas are in it, and how many of them applied, are eligible and were accepted."""

    dimension: str
    name: str
    areas: int
    applied: int
    eligible: int
    accepted: int

    def as_dict(self) -> dict[str, Any]:
        """The band as JSON."""
        counts = {"areas": self.areas, "applied": self.applied, "eligible": self.eligible, "accepted": self.accepted}
        return {"dimension": self.dimension, "band": self.name, **counts}


@dataclass(frozen=True)
class Demonstrators:
    """The panel's view in a year: applicants in alphabetical order, their spread over England, and the places that are left.

    `fewest` and `most` are the draft's numbers of demonstrators; `rule` is where it says so; `elsewhere` are areas that
    applied and are not in force in the year.
    """

    year: str
    applicants: tuple[Applicant, ...]
    spread: tuple[Band, ...]
    fewest: int
    most: int
    rule: Reference
    elsewhere: tuple[str, ...] = ()
    illustrative: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no application stands."""
        return not self.applicants

    @property
    def accepted(self) -> int:
        """Applications that the panel accepted."""
        return sum(1 for item in self.applicants if item.application.decision == "accepted")

    @property
    def places_left(self) -> int:
        """Places left of the most that the draft has; never below none."""
        return max(self.most - self.accepted, 0)

    @property
    def still_wanted(self) -> int:
        """Demonstrators still missing from the fewest that the draft has; never below none."""
        return max(self.fewest - self.accepted, 0)

    @property
    def beyond(self) -> int:
        """Accepted applications beyond the places that there are."""
        return max(self.accepted - self.most, 0)

    @property
    def eligible(self) -> int:
        """Applications that meet everything that is checked."""
        return sum(1 for item in self.applicants if item.eligible is Condition.MET)

    def figures(self) -> tuple[Figure, ...]:
        """The view in figures for the head of a briefing."""
        found = (
            ("demonstrators_applied", "Areas that applied", len(self.applicants)),
            ("demonstrators_eligible", "Applications that meet all that is checked", self.eligible),
            ("demonstrators_accepted", "Accepted by the panel", self.accepted),
            ("demonstrators_left", f"Places left of {self.most} at most", self.places_left),
            ("demonstrators_wanted", f"Still missing from {self.fewest} at least", self.still_wanted),
        )
        return tuple(Figure(name, label, value, "count", (self.rule,)) for name, label, value in found)

    def as_dict(self) -> dict[str, Any]:
        """The view as `spf fund demonstrators --json` prints it."""
        counts = {"fewest": self.fewest, "most": self.most, "accepted": self.accepted, "left": self.places_left}
        return {
            "year": self.year,
            "places": {**counts, "still_wanted": self.still_wanted, "beyond": self.beyond},
            "applications": [item.as_dict() for item in self.applicants],
            "spread": [item.as_dict() for item in self.spread],
            "elsewhere": list(self.elsewhere),
        }
