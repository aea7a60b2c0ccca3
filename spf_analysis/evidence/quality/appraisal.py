"""An appraisal: one source judged by one instrument, criterion by criterion, each answer with its reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spf_analysis.evidence.agreed import MACHINE, people
from spf_analysis.evidence.model import Locator
from spf_analysis.evidence.quality.instrument import StudyKind
from spf_analysis.evidence.record import Day, Id, Record, Text
from spf_analysis.wording import listed


class Answer(Record):
    """The answer to one criterion, why, and where in the source it shows; without a place where it is something that is missing."""

    criterion: Id
    answer: Text
    reason: Text
    locator: Locator | None = None


class Appraisal(Record):
    """A source judged by an instrument, as the kind of study that it is said to be and why. There is no score and no total."""

    id: Id
    source: Id
    instrument: Id
    judged_as: StudyKind
    because: Text
    appraisers: Annotated[tuple[Text, ...], Field(min_length=1)]
    date: Day
    answers: Annotated[tuple[Answer, ...], Field(min_length=1)]

    @property
    def checked(self) -> bool:
        """Whether two named people appraised the source; a machine is none."""
        return len(people(self.appraisers)) > 1

    @property
    def said(self) -> str:
        """Who appraised, and whether a second person checked it."""
        if self.checked:
            return f"appraised by {listed(self.appraisers)}"
        how = f", {MACHINE}" * (MACHINE in self.appraisers) + "".join(f", by {name}" for name in people(self.appraisers))
        return f"single appraisal{how}, not yet checked by a second person"
