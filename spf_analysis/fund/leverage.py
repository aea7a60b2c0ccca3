"""How far a pound of each party goes: pounds in the Fund for each pound of its own, on average and for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spf_analysis.figures import Reference, as_json
from spf_analysis.fund import rules
from spf_analysis.fund.ledger import SOURCE_TYPES

NATIONAL = "national_investor"
REFERENCE = Reference("spf-draft-2024", "paras 21, 28 and 39")


@dataclass(frozen=True)
class PartyLeverage:
    """Pounds in the area's fund for each pound of one party. `average` None where it put in nothing or nothing can be said.

    `next_pound` is what the next pound would bring if the share is reached in the end; for the national investor None once the match
    is complete, because it would pay no more than the share.
    """

    party: str
    own: Decimal | None
    average: Decimal | None
    next_pound: Decimal | None

    def as_dict(self) -> dict[str, Any]:
        """The party's entry in `spf fund position AREA --json`."""
        return {
            "party": self.party,
            "own": as_json(self.own),
            "average": None if self.average is None else float(round(self.average, 4)),
            "next_pound": None if self.next_pound is None else float(round(self.next_pound, 4)),
        }


def leverage_of(
    contributions: Mapping[str, Decimal | None], committed: Decimal | None, matched: int | None, share: int, match_ratio: Decimal
) -> tuple[PartyLeverage, ...]:
    """The leverage of each type of source, of all local parties together, and of the national investor [21, 39].

    The fund is what is committed locally and what would be matched; where it is not known whether it would be, no average is given.
    """
    fund = None if committed is None or matched is None else committed + matched
    following = rules.next_pound(committed, share, match_ratio)
    found = [PartyLeverage(kind, contributions[kind], rules.leverage(contributions[kind], fund), following) for kind in SOURCE_TYPES]
    found.append(PartyLeverage("local", committed, rules.leverage(committed, fund), following))
    own = None if matched is None else Decimal(matched)
    further = None if matched else (1 + match_ratio) / match_ratio if match_ratio else None
    return (*found, PartyLeverage(NATIONAL, own, rules.leverage(own, fund), further))
