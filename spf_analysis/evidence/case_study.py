"""A case study: one bounded local scheme, coded on the same attributes as every other."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from spf_analysis.evidence.record import Id, Record, Text, refused


class Attribute(Record):
    """What is reported of one attribute of a case study, and the findings that report it; `value` null is "not reported"."""

    value: Text | None = None
    findings: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _has_grounds(self) -> Attribute:
        if (self.value is None) != (not self.findings):
            raise refused(
                "an attribute has a value and the findings that report it, or neither",
                "Name the findings, or write '{value: null, findings: []}' where it is not reported.",
            )
        return self


CASE_ATTRIBUTES = (
    "commissioners",
    "funders",
    "collaboration",
    "host_and_provider",
    "scale",
    "setting",
    "devolution",
    "governance_forum",
    "referral_in",
    "referral_out",
    "voluntary_sector_paid",
    "outcomes_measured",
    "evaluation",
    "what_helped",
    "what_was_hard",
)


class CaseStudy(Record):
    """One bounded local scheme, coded on the same attributes as every other; missing ones are "not reported"."""

    id: Id
    name: Text
    source: Id
    place: Text
    summary: Text
    codes: Annotated[tuple[Id, ...], Field(min_length=1)]
    as_of: Text
    commissioners: Attribute
    funders: Attribute
    collaboration: Attribute
    host_and_provider: Attribute
    scale: Attribute
    setting: Attribute
    devolution: Attribute
    governance_forum: Attribute
    referral_in: Attribute
    referral_out: Attribute
    voluntary_sector_paid: Attribute
    outcomes_measured: Attribute
    evaluation: Attribute
    what_helped: Attribute
    what_was_hard: Attribute

    def attributes(self) -> dict[str, Attribute]:
        """The coded attributes by name, in the order in which they are printed."""
        return {name: getattr(self, name) for name in CASE_ATTRIBUTES}
