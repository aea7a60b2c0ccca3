"""What hangs on the readings behind a proposed allocation: for each reading not taken, the pounds that it concerns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from spf_analysis.figures import Interpretation
from spf_analysis.fund import rules
from spf_analysis.fund.brokerage import OPEN, ProposedAllocation, spread
from spf_analysis.fund.parameters import OpenQuestion, Rulebook

TARGETED = ("targeted-spread", "left-out-areas")
ALWAYS = (OPEN, "beyond-the-share")


@dataclass(frozen=True)
class OfferReadings:
    """An offer as it was spread, and what it could have been spread by; mappings by ODS code, matches in pounds."""

    allocations: tuple[ProposedAllocation, ...]
    matches: Mapping[str, int]
    left_out: Mapping[str, int]

    def of(self, book: Rulebook, *, targeted: bool) -> tuple[Interpretation, ...]:
        """The interpretations that a proposal rests on; each effect is the number of pounds concerned.

        Areas of which a confidential line keeps the position back are left out of the pounds; None where it cannot be said without them.
        """
        wanted = (*TARGETED, *ALWAYS) if targeted else ALWAYS
        return tuple(self._interpretation(item) for item in book.questions if item.id in wanted)

    def _interpretation(self, item: OpenQuestion) -> Interpretation:
        ways: dict[str, Callable[[], int | None]] = {
            "amount-and-source": self._match_at_stake,
            "neither": self._counted,
            "equally": self._equally,
            "by-what-is-missing": self._by_what_is_missing,
            "kept-for-them": self._kept_for_them,
            "passed-on": self._beyond,
        }
        effects = tuple((choice.text, ways[choice.id]() if choice.id in ways else None) for choice in item.alternatives)
        others = tuple(choice.text for choice in item.alternatives)
        return Interpretation(item.id, item.question, item.chosen.text, others, item.reference, effects)

    @property
    def _pounds(self) -> dict[str, int]:
        return {item.area: item.pounds for item in self.allocations}

    def _match_at_stake(self) -> int:
        """The match of areas whose share would be reached and whose third type of source would rest on brokered offers alone."""
        return sum(self.matches[item.area] for item in self.allocations if item.effect.open_question and item.effect.shortfall == 0)

    def _counted(self) -> int:
        """The pounds that would no longer count towards a share."""
        known = [item.pounds - item.effect.beyond for item in self.allocations if item.effect.beyond is not None]
        return rules.whole_pounds(sum(known, Decimal(0)))

    def _beyond(self) -> int:
        known = [item.effect.beyond for item in self.allocations if item.effect.beyond is not None]
        return rules.whole_pounds(sum(known, Decimal(0)))

    def _equally(self) -> int:
        return self._moved(dict.fromkeys(self._pounds, 1))

    def _by_what_is_missing(self) -> int | None:
        if self._withheld:
            return None
        missing = {item.area: rules.whole_pounds(item.effect.shortfall_before or Decimal(0)) for item in self.allocations}
        return self._moved(missing) if any(missing.values()) else None

    def _kept_for_them(self) -> int:
        """What would stay unplaced if the part meant for areas that do not take part were kept for them."""
        here = {item.area: item.weighted for item in self.allocations}
        whole = spread(sum(self._pounds.values()), {**here, **self.left_out})
        return sum(whole.get(code, 0) for code in self.left_out)

    def _moved(self, weights: Mapping[str, int]) -> int:
        """The pounds that would go to other areas if the same sum were spread by other weights."""
        other = spread(sum(self._pounds.values()), weights)
        return sum(max(other[code] - pounds, 0) for code, pounds in self._pounds.items())

    @property
    def _withheld(self) -> bool:
        return any(item.effect.shortfall is None for item in self.allocations)
