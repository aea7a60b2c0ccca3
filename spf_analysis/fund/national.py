"""The national side of a year: who committed what to an area, what would be matched, further tranches, and what is payable.

"Would be matched", "national commitment recorded" and "payable" stay three different things.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from spf_analysis.figures import as_json
from spf_analysis.fund import rules
from spf_analysis.fund.counting import AreaLines, allowed, total
from spf_analysis.fund.ledger import Ledger, NationalCommitment, Tranche
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.periods import FinancialYear


@dataclass(frozen=True)
class TrancheStanding:
    """Where an area stands with a further tranche in pounds: what would be matched by its own rule, and what is payable of it [42]."""

    tranche: Tranche
    would_be_matched: int | None
    commitment: NationalCommitment | None
    payable: int | None

    def as_dict(self) -> dict[str, Any]:
        """The tranche's entry in `spf fund position AREA --json`."""
        return {
            "tranche": self.tranche.id,
            "title": self.tranche.title,
            "match_ratio": as_json(self.tranche.match_ratio),
            "would_be_matched": self.would_be_matched,
            "national_commitment": self.commitment.investor if self.commitment else None,
            "payable": self.payable,
            "reference": self.tranche.reference.as_dict(),
        }


def covering(ledger: Ledger, code: str, year: FinancialYear, tranche: str | None = None) -> NationalCommitment | None:
    """The commitment of a statutory investor that covers an area, one made for it alone before one for every area [37].

    Instalments for the area are taken together: the amount is their sum, the day that of the first.
    """
    found = [item for item in ledger.national(year, code, tranche) if item.statutory]
    first = min(found, key=lambda item: (item.area is None, item.day, item.id), default=None)
    if first is None or first.area is None or first.amount is None:
        return first
    parts = [item.amount for item in found if item.area == code and item.investor == first.investor]
    return replace(first, amount=None if None in parts else total(parts))


def expected_of(ledger: Ledger, code: str, year: FinancialYear, matched: int | None) -> tuple[NationalCommitment, ...]:
    """What was committed to an area by the first tranche, each with its pounds: the whole match counts `matched` less its instalments.

    A commitment of the whole match has no pounds while the match is not known or nothing would be matched; it is left out then.
    """
    known = ledger.national(year, code)
    named = tuple(item for item in known if item.area == code and item.amount is not None)
    whole = _whole_match(known, covering(ledger, code, year), code)
    if whole is None or matched is None:
        return named
    left = matched - (total([item.amount for item in named if item.investor == whole.investor]) or Decimal(0))
    return (*named, replace(whole, amount=left)) if left > 0 else named


def committed_to_all(ledger: Ledger, year: FinancialYear) -> tuple[NationalCommitment, ...]:
    """Sums that were committed to all areas together: England's, and no single area's."""
    return tuple(item for item in ledger.national(year) if item.area is None and item.amount is not None)


def _whole_match(known: Iterable[NationalCommitment], covers: NationalCommitment | None, code: str) -> NationalCommitment | None:
    """The commitment of the whole match behind what covers an area; one to every area stays behind what was paid of it already."""
    if covers is None or (covers.area is None and covers.amount is not None):
        return None
    same = [item for item in known if item.investor == covers.investor and item.statutory]
    own = [item for item in same if item.area == code]
    if covers.area is not None and covers.amount is not None and any(item.status != "transferred" for item in own):
        return None
    whole = [item for item in same if item.amount is None]
    return min(whole, key=lambda item: (item.area is None, item.day, item.id), default=None)


def payable_of(
    matched: int | None, national: NationalCommitment | None, lines: AreaLines, share: int, book: Rulebook, year: FinancialYear
) -> int | None:
    """Pounds that the national investor would pay an area now, never more than was committed to it.

    None where it cannot be known: the match is not known, or a sum was committed to all areas together.
    """
    signed = lines.participation is not None and lines.participation.agreement_signed is not None
    due = rules.payable(
        matched,
        committed_nationally=national is not None,
        agreement_signed=signed,
        transferred=lines.transferred,
        share=share,
        agreement_first=allowed(book, "agreement_before_payment", year),
        transfer_first=allowed(book, "local_transfer_before_payment", year),
    )
    if due and national is not None and national.amount is not None:
        return min(due, int(national.amount)) if national.area else None
    return due


def further_tranches(
    ledger: Ledger, lines: AreaLines, share: int, conditions: Iterable[rules.Condition], book: Rulebook, year: FinancialYear
) -> tuple[TrancheStanding, ...]:
    """Where an area stands with each further tranche of a year; none where the rules know of none or the ledger has none [42]."""
    if not allowed(book, "later_tranches", year):
        return ()
    known, found = tuple(conditions), []
    for tranche in (item for item in ledger.tranches if item.covers(year)):
        matched = rules.matched_national_contribution(share, known, tranche.match_ratio) if lines.lines else None
        commitment = covering(ledger, lines.area, year, tranche.id)
        found.append(TrancheStanding(tranche, matched, commitment, payable_of(matched, commitment, lines, share, book, year)))
    return tuple(found)
