"""What comes before national money is paid to an area in a year: each step with its paragraph, done or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from spf_analysis import wording
from spf_analysis.figures import Reference
from spf_analysis.fund.counting import AreaLines, allowed
from spf_analysis.fund.ledger import NationalCommitment
from spf_analysis.fund.parameters import Rulebook
from spf_analysis.fund.rules import Condition
from spf_analysis.periods import FinancialYear


@dataclass(frozen=True)
class PaymentStep:
    """One thing that must have happened before national money is paid; `done` None where that is not known or not shown."""

    id: str
    said: str
    done: bool | None
    reference: Reference
    day: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The step as `spf fund position AREA --json` prints it."""
        day = self.day.isoformat() if self.day else None
        return {"step": self.id, "said": self.said, "done": self.done, "on": day, "reference": self.reference.as_dict()}


def steps_before_payment(
    lines: AreaLines,
    conditions: dict[str, Condition],
    national: NationalCommitment | None,
    share: int,
    book: Rulebook,
    year: FinancialYear,
    *,
    shown: bool,
) -> tuple[PaymentStep, ...]:
    """The steps before payment in the order of the draft [37, 40, sections C and E]; local money is kept back unless `shown`."""
    first_day = year.first_day
    signed = lines.participation.agreement_signed if lines.participation else None
    trigger = book.parameter("condition_amount").at(first_day).reference
    steps = [
        PaymentStep("conditions", "every condition of the year is met", _all_met(conditions) if shown else None, trigger),
        PaymentStep(
            "national_commitment",
            f"{national.investor} has committed itself" if national else "a statutory national investor has committed itself",
            national is not None,
            book.parameter("statutory_investors_required").at(first_day).reference,
            national.day if national else None,
        ),
    ]
    if allowed(book, "agreement_before_payment", year):
        reference = book.parameter("agreement_before_payment").at(first_day).reference
        steps.append(PaymentStep("agreement", "the binding agreement is signed", signed is not None, reference, signed))
    if allowed(book, "local_transfer_before_payment", year):
        steps.append(_transfer(lines, share, book, first_day, shown=shown))
    return tuple(steps)


def _transfer(lines: AreaLines, share: int, book: Rulebook, first_day: date, *, shown: bool) -> PaymentStep:
    reference = book.parameter("local_transfer_before_payment").at(first_day).reference
    received = f" ({wording.pounds_exactly(lines.transferred)} received)" if shown and lines.transferred else ""
    said = f"the local share of {wording.pounds(share)} is transferred{received}"
    return PaymentStep("local_transfer", said, lines.transferred >= share if shown else None, reference)


def _all_met(conditions: dict[str, Condition]) -> bool | None:
    states = list(conditions.values())
    if Condition.NOT_MET in states:
        return False
    return None if Condition.NOT_REPORTED in states else True
