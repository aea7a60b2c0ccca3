"""The readings that an area's position rests on, each with what another one would change for the area in pounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from spf_analysis.figures import Interpretation
from spf_analysis.fund import rules
from spf_analysis.fund.counting import AreaLines
from spf_analysis.fund.parameters import Choice, OpenQuestion, Rulebook
from spf_analysis.fund.position import AreaPosition, conditions_of, matched_of
from spf_analysis.periods import FinancialYear

BEARINGS = ("conditions", "payment")


def readings_of(position: AreaPosition, lines: AreaLines, book: Rulebook, year: FinancialYear) -> tuple[Interpretation, ...]:
    """The readings that bear on conditions and payment. An effect is the change in pounds of what would be matched, or be payable.

    None where it cannot be worked out, or where figures are withheld.
    """
    questions = [question for question in book.questions if question.bears_on in BEARINGS]
    return tuple(_reading(question, position, lines, book, year) for question in questions)


def _reading(question: OpenQuestion, position: AreaPosition, lines: AreaLines, book: Rulebook, year: FinancialYear) -> Interpretation:
    effects = tuple((choice.text, _effect(choice, position, lines, book, year)) for choice in question.alternatives)
    others = tuple(choice.text for choice in question.alternatives)
    return Interpretation(question.id, question.question, question.chosen.text, others, question.reference, effects)


def _effect(choice: Choice, position: AreaPosition, lines: AreaLines, book: Rulebook, year: FinancialYear) -> int | None:
    if position.withheld or not lines.lines:
        return None
    if choice.id == "in-step":
        return _in_step(position, lines)
    read_otherwise = _OTHERWISE.get(choice.id)
    if read_otherwise is None or (position.matched_national_contribution is None and choice.id != "presumed"):
        return None
    share, other = position.local_investment_share, read_otherwise(lines)
    matched = matched_of(other, conditions_of(other, share, book, year), share, book, year)
    return None if matched is None else matched - (position.matched_national_contribution or 0)


def _in_step(position: AreaPosition, lines: AreaLines) -> int | None:
    """What would be payable beside what is, if the match followed each local instalment pound for pound."""
    matched, payable = position.matched_national_contribution, position.payable
    if matched is None or payable is None:
        return None
    signed = lines.participation is not None and lines.participation.agreement_signed is not None
    ready = position.national_commitment is not None and signed
    return (min(matched, rules.whole_pounds(lines.transferred)) if ready else 0) - payable


def _unconditional(lines: AreaLines) -> AreaLines:
    return replace(lines, counts=tuple(status for status in lines.counts if status != "pledged_on_match"))


def _presumed_new(lines: AreaLines) -> AreaLines:
    return replace(lines, lines=tuple(replace(line, new_money=True) if line.new_money is None else line for line in lines.lines))


def _without_brokered(lines: AreaLines) -> AreaLines:
    kept = tuple(replace(line, amount=Decimal(0)) if line.brokered else line for line in lines.lines)
    return replace(lines, lines=kept)


_OTHERWISE: dict[str, Callable[[AreaLines], AreaLines]] = {
    "does-not-count": _unconditional,
    "presumed": _presumed_new,
    "amount-and-source": lambda lines: lines,
    "neither": _without_brokered,
}
