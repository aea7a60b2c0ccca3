"""Instruments of quality appraisal as data: what each is made for, its criteria in our words, and the answers that it allows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from spf_analysis.evidence.model import Design
from spf_analysis.evidence.record import Id, Record, Text, refused


class StudyKind(StrEnum):
    """What is appraised. Each instrument is made for some of these, and refused for the others."""

    GREY_LITERATURE = "grey literature"
    QUALITATIVE = "qualitative study"
    RANDOMISED = "randomised trial"
    NON_RANDOMISED = "non-randomised study"
    DESCRIPTIVE = "descriptive quantitative study"
    MIXED_METHODS = "mixed-methods study"
    SYSTEMATIC_REVIEW = "systematic review of interventions"
    ECONOMIC_EVALUATION = "economic evaluation"


FITTING: Mapping[StudyKind, frozenset[Design]] = {
    StudyKind.QUALITATIVE: frozenset({Design.INTERVIEWS}),
    StudyKind.RANDOMISED: frozenset({Design.RANDOMISED_TRIAL}),
    StudyKind.NON_RANDOMISED: frozenset({Design.CONTROLLED_COMPARISON, Design.BEFORE_AND_AFTER}),
    StudyKind.DESCRIPTIVE: frozenset({Design.SURVEY, Design.SERVICE_RECORDS}),
    StudyKind.MIXED_METHODS: frozenset({Design.MIXED_METHODS}),
    StudyKind.SYSTEMATIC_REVIEW: frozenset({Design.SYSTEMATIC_REVIEW}),
    StudyKind.ECONOMIC_EVALUATION: frozenset(
        {
            Design.RANDOMISED_TRIAL,
            Design.CONTROLLED_COMPARISON,
            Design.BEFORE_AND_AFTER,
            Design.MIXED_METHODS,
            Design.SERVICE_RECORDS,
        }
    ),
}
"""The designs of the evidence base that a kind of study may have; grey literature may have any."""


class Criterion(Record):
    """One question of an instrument, in our words.

    `kinds` are the kinds of study that it is asked of, where not of all; `answers` its own answers, where they differ from the
    instrument's; `critical` where its authors let a weakness here weigh more.
    """

    id: Id
    heading: Text
    asks: Text
    kinds: tuple[StudyKind, ...] = ()
    answers: tuple[Text, ...] = ()
    critical: bool = False


class Instrument(Record):
    """A published checklist: the work that it comes from, what it is made for, and its criteria."""

    id: Id
    name: Text
    source: Id
    about: Text
    made_for: Annotated[tuple[StudyKind, ...], Field(min_length=1)]
    not_made_for: Text
    answers: Annotated[tuple[Text, ...], Field(min_length=2)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> Instrument:
        ids = [criterion.id for criterion in self.criteria]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise refused(f"the criterion '{twice[0]}' stands twice", "Give every criterion an id of its own.")
        strange = sorted({kind for criterion in self.criteria for kind in criterion.kinds} - set(self.made_for))
        if strange:
            raise refused(
                f"a criterion is asked of a kind of study that the instrument is not made for: {strange[0]}",
                "Correct 'kinds', or add it to 'made_for'.",
            )
        numbers = [answer for given in (self.answers, *(one.answers for one in self.criteria)) for answer in given if _is_number(answer)]
        if numbers:
            raise refused(f"the answer '{numbers[0]}' is a number", "Answers are words, since they are never added up.")
        return self

    def criteria_for(self, kind: StudyKind) -> tuple[Criterion, ...]:
        """The criteria that are asked of a kind of study, in order."""
        return tuple(criterion for criterion in self.criteria if not criterion.kinds or kind in criterion.kinds)

    def answers_to(self, criterion: Criterion) -> tuple[str, ...]:
        """The answers that a criterion allows."""
        return criterion.answers or self.answers


def _is_number(answer: str) -> bool:
    return any(character.isdigit() for character in answer)
