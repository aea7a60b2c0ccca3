"""What all coded records have in common: they are frozen, strict, refuse unknown fields, and say what to do when they are refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", max_length=120)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Guid = Annotated[str, Field(pattern=r"^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-F]{6}$")]
Number = Annotated[int | float, Field(allow_inf_nan=False)]


def _in_the_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise refused(f"there is no day '{day}' in the calendar", "Write a day that there is, as 2026-11-21.") from None
    return day


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_in_the_calendar)]


def refused(message: str, hint: str) -> PydanticCustomError:
    """The error of a record that does not hold together: what is wrong, and what to do about it."""
    return PydanticCustomError("refused", "{message}", {"message": message, "hint": hint})


class Record(BaseModel):
    """Base of all coded records: frozen, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
