"""When a sum may be given although confidential lines count in it: never so that one of them could be worked out.

A sum that is given on two days gives the difference away too. So confidential money may enter (or leave) a given sum only together
with that of at least two other contributors: England's sums are given on a day only if every change of confidential money up to that
day belongs to a lot of three contributors or more. On all other days they are withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from spf_analysis.fund.ledger import SOURCE_TYPES, Contribution

CONTRIBUTORS_IN_A_LOT = 3
ZERO = Decimal(0)
Lines = Iterable[Contribution]
Sums = Mapping[str, Decimal]


def may_be_given(days: Iterable[date], confidential: Callable[[date], Lines], counting: Callable[[date], Lines]) -> bool:
    """Whether England's sums may be given as of the last of these days, on each of which something may have been entered.

    `confidential` gives the confidential lines in force on a day, `counting` those of them that count in the sums.
    """
    known = sorted(set(days))
    if not known or not any(list(confidential(day)) for day in known):
        return True
    if len({_name(line) for line in confidential(known[-1])}) in range(1, CONTRIBUTORS_IN_A_LOT):
        return False
    return all(_closed([_by_contributor(counting(day), kind) for day in known]) for kind in SOURCE_TYPES)


def _closed(states: Iterable[Sums]) -> bool:
    """Whether the changes from day to day fall into lots of enough contributors, with nothing left over."""
    before: Sums = {}
    pending: dict[str, Decimal] = {}
    for state in states:
        for name in {*before, *state}:
            pending[name] = pending.get(name, ZERO) + state.get(name, ZERO) - before.get(name, ZERO)
        pending = {name: amount for name, amount in pending.items() if amount}
        if len(pending) >= CONTRIBUTORS_IN_A_LOT:
            pending = {}
        before = state
    return not pending


def _by_contributor(lines: Lines, kind: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.source_type == kind:
            found[_name(line)] = found.get(_name(line), ZERO) + line.amount
    return found


def _name(line: Contribution) -> str:
    return line.contributor.casefold()
