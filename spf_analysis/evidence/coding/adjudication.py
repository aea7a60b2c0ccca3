"""Adjudication: what two coders differ on is decided, with who, when and why; decisions are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from spf_analysis.errors import EvidenceError, Problem
from spf_analysis.evidence.agreed import people
from spf_analysis.evidence.base import EvidenceBase, did_you_mean
from spf_analysis.evidence.bibliography.record_editing import appended
from spf_analysis.evidence.coding.round import SCHEMA, RoundFolder
from spf_analysis.evidence.coding.units import UnitPair
from spf_analysis.evidence.coding.yaml_lines import lines_of
from spf_analysis.evidence.intake import Intake
from spf_analysis.evidence.record import Day, Id, Record, Text
from spf_analysis.records import read_yaml

NAME = "adjudication.yaml"
KEY = "decisions"


class Decision(Record):
    """What became of one passage: its codes (none where the list is empty), who decided it, when and why. The last one holds."""

    unit: Id
    codes: tuple[Id, ...]
    by: Annotated[tuple[Text, ...], Field(min_length=1)]
    date: Day
    why: Text


@dataclass(frozen=True)
class Outcome:
    """What a round found for a passage: its final codes, the people who stand behind them, and whether that had to be decided."""

    pair: UnitPair
    codes: frozenset[str]
    by: tuple[str, ...]
    decision: Decision | None = None

    @property
    def agreed(self) -> bool:
        """Whether two different people stand behind the codes."""
        return len(self.by) > 1


def decisions(found: RoundFolder) -> tuple[Decision, ...]:
    """Every decision of a round, in the order in which they were made. Raises EvidenceError with every problem of reading."""
    path = found.folder / NAME
    if not path.is_file():
        return ()
    document = read_yaml(path, EvidenceError.kind)
    if not isinstance(document.content, dict) or not isinstance(document.content.get(KEY), list):
        raise EvidenceError(f"the file has no list '{KEY}'", where=document.where(), hint="Restore it from version control.")
    intake = Intake()
    records = tuple(record for _, record in intake.validated(document, (KEY,), "decision", Decision))
    if intake.problems:
        raise EvidenceError(intake.problems)
    return records


def outcomes(found: RoundFolder, pairs: Iterable[UnitPair], made: Sequence[Decision]) -> tuple[Outcome, ...]:
    """What is settled: passages that both coded alike, and those decided since. What is open is left out."""
    last = {decision.unit: decision for decision in made}
    first, second = (coder.name for coder in found.round.coders)
    settled = (_outcome(pair, last.get(pair.id), first, second) for pair in pairs)
    return tuple(one for one in settled if one)


def _outcome(pair: UnitPair, decision: Decision | None, first: str, second: str) -> Outcome | None:
    if decision is None:
        return Outcome(pair, pair.codes[0], people((first, second))) if pair.agreed else None
    codes = frozenset(decision.codes)
    coders = ((pair.first, first), (pair.second, second))
    alike = [name for (unit, name), own in zip(coders, pair.codes, strict=True) if unit is not None and own == codes]
    return Outcome(pair, codes, people((*alike, *decision.by)), decision)


def open_pairs(pairs: Iterable[UnitPair], made: Sequence[Decision]) -> tuple[UnitPair, ...]:
    """The passages on which the coders differ and nobody has decided yet."""
    decided = {decision.unit for decision in made}
    return tuple(pair for pair in pairs if not pair.agreed and pair.id not in decided)


def with_decision(found: RoundFolder, pairs: Sequence[UnitPair], decision: Decision, base: EvidenceBase) -> tuple[Path, str]:
    """The adjudication file and its text with one decision more; what stood there stays.

    Raises EvidenceError for a passage or code that is not known, and where nothing differs, so that nothing is to be decided.
    """
    problems = list(_hindrances(found, {pair.id: pair for pair in pairs}, decision, base))
    if problems:
        raise EvidenceError(problems)
    path = found.folder / NAME
    text = path.read_text(encoding="utf-8") if path.is_file() else f"schema: {SCHEMA}\nround: {found.round.round}\n{KEY}: []\n"
    lines = [line for name, value in decision.model_dump(mode="json").items() for line in lines_of(name, value)]
    return path, appended(text, KEY, [lines])


def _hindrances(found: RoundFolder, pairs: dict[str, UnitPair], decision: Decision, base: EvidenceBase) -> Iterator[Problem]:
    def problem(message: str, hint: str) -> Problem:
        return Problem(EvidenceError.kind, f"{found.where}, passage '{decision.unit}'", message, hint)

    if found.closed:
        yield problem(f"the round is {found.state}", "What was settled stands; begin another round to code anew.")
    pair = pairs.get(decision.unit)
    if pair is None:
        yield problem("there is no such passage in this round", did_you_mean(decision.unit, pairs))
    elif pair.agreed and pair.codes[0]:
        yield problem("both coders gave it the same codes", "Only what they differ on is decided.")
    for code in dict.fromkeys(decision.codes):
        if code not in base.codes:
            yield problem(f"there is no code '{code}'", did_you_mean(code, base.codes))
