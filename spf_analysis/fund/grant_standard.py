"""A grant as the 360Giving Data Standard, version 1.4, describes it: our own typed description of its fields.

Field names and headings are the standard's. Fields that it does not know are kept, because publishers may add some; one of them is
ours: `socialPrescribingFund`, in which an award says whose fund it draws on and what it adds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

VERSION = "1.4"
DECLARATION = "socialPrescribingFund"
SPENDING = ("activity", "infrastructure")
REFUSED = {
    "link_workers": "link_workers_excluded",
    "clinical_services": "clinical_services_excluded",
    "workwell_assessments": "workwell_excluded",
    "core_statutory_services": "core_statutory_services_excluded",
}
SIZES = ("micro", "small", "medium", "large", "major", "super-major")
_DAY, _MONTH = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile(r"[0-9]{4}(-(0[1-9]|1[012]))?")
_LINK, _ZONED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+"), re.compile(r".*(Z|z|[+-][0-9]{2}:[0-9]{2})")
_CURRENCY, _COUNTRY = re.compile(r"[A-Z]{3}"), re.compile(r"[A-Z]{2}")


def _refuse(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("standard", "{said}", {"said": message, "hint": hint})


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return "T" in text.upper() and bool(_ZONED.fullmatch(text))


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _must(test: Callable[[str], bool], asked: str, hint: str) -> AfterValidator:
    def checked(text: str) -> str:
        if not test(text):
            raise _refuse(f"'{text}' is not {asked}", hint)
        return text

    return AfterValidator(checked)


Day = Annotated[str, _must(lambda text: _is_day(text) or _is_moment(text), "a date", "Write year, month and day as 2026-04-01.")]
Around = Annotated[
    str,
    _must(
        lambda text: bool(_MONTH.fullmatch(text)) or _is_day(text) or _is_moment(text), "a date", "Write it as 2026-04-01, 2026-04 or 2026."
    ),
]
Moment = Annotated[str, _must(_is_moment, "a date and time", "Write it with its time zone as 2026-04-01T09:30:00Z.")]
Link = Annotated[str, _must(lambda text: bool(_LINK.fullmatch(text)), "a web address", "Write it in full, from https:// on.")]
Currency = Annotated[str, _must(lambda text: bool(_CURRENCY.fullmatch(text)), "a currency code", "Write three capitals such as GBP.")]
Country = Annotated[str, _must(lambda text: bool(_COUNTRY.fullmatch(text)), "a country code", "Write two capitals such as GB.")]
Number = float


def _titled(title: str) -> Any:
    return Field(None, title=title)


class GrantPart(BaseModel):
    """A part of a grant. Fields of the standard are checked strictly; whatever else was published is kept as it is."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True, strict=True, allow_inf_nan=False)
    empty_allowed: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _is_given(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.empty_allowed:
            raise _refuse("the field is there but empty (null)", "Leave the field out where there is no value.")
        return value


class GrantLocation(GrantPart):
    """A place: of an organisation, or of those whom a grant is for."""

    empty_allowed = frozenset({"name", "country_code", "latitude", "longitude", "description", "geo_code", "geo_code_type"})
    id: str | None = _titled("Identifier")
    name: str | None = _titled("Name")
    country_code: Country | None = _titled("Country Code")
    latitude: Number | None = _titled("Latitude")
    longitude: Number | None = _titled("Longitude")
    description: str | None = _titled("Description")
    geo_code: str | None = _titled("Geographic Code")
    geo_code_type: str | None = _titled("Geographic Code Type")
    date_modified: Moment | None = _titled("Last Modified")


class GrantOrganisation(GrantPart):
    """Who gives or who receives; the identifier says in which register it can be looked up."""

    empty_allowed = frozenset({"organisation_type"})
    id: str = Field(title="Identifier")
    name: str = Field(title="Name")
    department: str | None = _titled("Department")
    contact_name: str | None = _titled("Contact Name")
    charity_number: str | None = _titled("Charity Number")
    company_number: str | None = _titled("Company Number")
    street_address: str | None = _titled("Street Address")
    address_locality: str | None = _titled("City")
    address_region: str | None = _titled("County")
    address_country: str | None = _titled("Country")
    postal_code: str | None = _titled("Postal Code")
    telephone: str | None = _titled("Phone Number")
    alternate_name: str | None = _titled("Alternate Name")
    email: str | None = _titled("Email")
    description: str | None = _titled("Description")
    organisation_type: str | None = _titled("Organisation Type")
    url: Link | None = _titled("Web Address")
    location: list[GrantLocation] | None = _titled("Location")
    date_modified: Moment | None = _titled("Last Modified")


class GrantPerson(GrantPart):
    """A person who receives a grant."""

    id: str = Field(title="Identifier")
    name: str = Field(title="Name")


class IndividualsDetails(GrantPart):
    """Why a grant to a person was made, in codes of the standard."""

    primary_grant_reason: str | None = _titled("Primary Grant Reason")
    secondary_grant_reason: str | None = _titled("Secondary Grant Reason")
    grant_purpose: list[str] | None = _titled("Grant Purpose")


class GrantEvent(GrantPart):
    """When the funded work starts and ends, or for how many months it runs."""

    title: str | None = _titled("Title")
    start_date: Around | None = _titled("Start Date")
    end_date: Around | None = _titled("End Date")
    duration: Annotated[Number, Field(ge=0)] | None = _titled("Duration (months)")
    description: str | None = _titled("Description")
    date_modified: Moment | None = _titled("Last Modified")


class GrantClassification(GrantPart):
    """A code of some vocabulary that the grant is given."""

    empty_allowed = frozenset({"title", "description", "url"})
    vocabulary: str | None = _titled("Vocabulary")
    code: str | None = _titled("Code")
    title: str | None = _titled("Title")
    description: str | None = _titled("Description")
    url: Link | None = _titled("URL")
    date_modified: Moment | None = _titled("Last Modified")


class GrantProgramme(GrantPart):
    """The programme under which a grant was made."""

    empty_allowed = frozenset({"title", "description", "url"})
    code: str | None = _titled("Code")
    title: str | None = _titled("Title")
    description: str | None = _titled("Description")
    url: Link | None = _titled("URL")
    date_modified: Moment | None = _titled("Last Modified")


class GrantTransaction(GrantPart):
    """One movement of money: applied for, committed or paid."""

    empty_allowed = frozenset({"value_date", "description", "provider", "recipient"})
    id: str | None = _titled("Identifier")
    transaction_date: str | None = _titled("Transaction Date")
    currency: Currency | None = _titled("Currency")
    value: Number | None = _titled("Value")
    value_date: str | None = _titled("Value Date")
    description: str | None = _titled("Description")
    provider: str | None = _titled("Provider")
    recipient: str | None = _titled("Recipient")
    date_modified: Moment | None = _titled("Last Modified")


class GrantDocument(GrantPart):
    """A document about a grant."""

    empty_allowed = frozenset({"title", "url", "description", "document_type"})
    id: str | None = _titled("Identifier")
    title: str | None = _titled("Title")
    url: Link | None = _titled("Web Address")
    description: str | None = _titled("Description")
    document_type: str | None = _titled("Document Type")
    date_modified: Moment | None = _titled("Last Modified")


class YearDraw(GrantPart):
    """How many pounds of an award are drawn on the fund of one financial year."""

    year: str = Field(title="Year", pattern=r"^[0-9]{4}/[0-9]{2}$")
    amount: Number = Field(title="Amount")


class FundDeclaration(GrantPart):
    """What an award declares to the Fund: area, the years it draws on, what the money is for and what it adds [VIII, IX, XII, 23]."""

    area: str = Field(title="Area")
    years: list[YearDraw] = Field(title="Years", min_length=1)
    spending: str = Field(title="Spending")
    additional: bool = Field(title="Additional")
    additional_for: str = Field(title="Additional For", min_length=1)
    recipient_size: Literal["micro", "small", "medium", "large", "major", "super-major"] | None = _titled("Recipient Size")


class Grant(GrantPart):
    """One grant of the standard, to an organisation or to a person."""

    empty_allowed = frozenset({"data_source"})
    id: str = Field(title="Identifier")
    title: str = Field(title="Title")
    description: str = Field(title="Description")
    currency: Currency = Field(title="Currency")
    amount_applied_for: Number | None = _titled("Amount Applied For")
    amount_awarded: Number = Field(title="Amount Awarded")
    amount_disbursed: Number | None = _titled("Amount Disbursed")
    award_date: Day = Field(title="Award Date")
    url: Link | None = _titled("URL")
    planned_dates: list[GrantEvent] | None = _titled("Planned Dates")
    actual_dates: list[GrantEvent] | None = _titled("Actual Dates")
    recipient_individual: GrantPerson | None = _titled("Recipient Ind")
    to_individuals_details: IndividualsDetails | None = _titled("To Individuals Details")
    recipient_organization: Annotated[list[GrantOrganisation], Field(min_length=1)] | None = _titled("Recipient Org")
    beneficiary_location: list[GrantLocation] | None = _titled("Beneficiary Location")
    funding_organization: Annotated[list[GrantOrganisation], Field(min_length=1)] = Field(title="Funding Org")
    grant_programme: list[GrantProgramme] | None = _titled("Grant Programme")
    from_open_call: Literal["Yes", "No"] | None = _titled("From An Open Call?")
    funding_type: list[GrantClassification] | None = _titled("Funding Type")
    classifications: list[GrantClassification] | None = _titled("Classifications")
    related_document: list[GrantDocument] | None = _titled("Related Document")
    application_transaction: list[GrantTransaction] | None = None
    commitment_transaction: list[GrantTransaction] | None = None
    disbursement_transaction: list[GrantTransaction] | None = None
    related_activity: list[str] | None = _titled("Related Activity")
    date_modified: Moment | None = _titled("Last Modified")
    data_source: Link | None = _titled("Data Source")
    regrant_type: str | None = _titled("For Regrant Type")
    location_scope: str | None = _titled("Location Scope")
    social_prescribing_fund: FundDeclaration | None = _titled("Social Prescribing Fund")

    @model_validator(mode="after")
    def _has_one_recipient(self) -> Grant:
        if (self.recipient_organization is None) == (self.recipient_individual is None):
            message = "a grant needs one recipient: an organisation (Recipient Org) or a person (Recipient Ind)"
            raise _refuse(message, "Fill in one of the two, and not both.")
        return self
