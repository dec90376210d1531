"""How the values of an extract are written: dates, sexes, relationships, words for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field, field_validator

from licet.declared import Declared
from licet.errors import bad, unknown

RELATIONSHIPS = (
    "parent", "carer", "guardian", "step_parent", "grandparent", "partner", "sibling", "child",
    "relative", "professional", "other",
)  # fmt: skip
SEXES = ("female", "male", "other", "unknown")
_DIRECTIVES = frozenset("YymdbBjHMSfTFeaAp")
_WHOLE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")


def _format(value: str) -> str:
    """A strptime format that names a day."""
    found = re.findall(r"%(.)", value.replace("%%", ""))
    allowed = '"%Y-%m-%d", "%d/%m/%Y", "%d-%b-%Y", "%Y%m%d"'
    strange = [sign for sign in found if sign not in _DIRECTIVES]
    if strange:
        raise bad(f"the date format {value[:40]!r} holds %{strange[0]}", "", allowed)
    names = {*found}
    year, month = bool(names & {"Y", "y"}), bool(names & {"m", "b", "B"})
    if not ("F" in names or (year and "j" in names) or (year and month and names & {"d", "e"})):
        todo = "%Y is the year, %m the month, %d the day"
        raise bad(f"the date format {value[:40]!r} names no whole day", "", allowed, todo)
    return value


class Formats(Declared):
    """How values are written.

    birth, dates: strptime formats, of dates of birth and of all others. tolerated: which share of
    the filled cells of a date column may not fit; they count as missing and are reported. More is
    refused. placeholder_dates: days that stand for "not known": 1900-01-01, or "01-01" for that day
    of every year. sex, relationship: what the feed's own words mean. empty: further words for
    nothing; kept: words that are usually one and here are not, such as the family name Null.
    """

    birth: str = "%Y-%m-%d"
    dates: str = "%Y-%m-%d"
    tolerated: float = Field(default=0.01, ge=0, le=0.5)
    placeholder_dates: tuple[date | str, ...] = ()
    sex: Mapping[str, str] = Field(default_factory=dict)
    relationship: Mapping[str, str] = Field(default_factory=dict)
    empty: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @field_validator("birth", "dates")
    @classmethod
    def _dates(cls, value: str) -> str:
        return _format(value)

    @field_validator("placeholder_dates", mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        """A whole day may be written as text too, as in a contract kept as JSON."""
        if not isinstance(value, list | tuple):
            return value
        return tuple(
            date.fromisoformat(day) if isinstance(day, str) and _WHOLE.match(day) else day
            for day in value
        )

    @field_validator("placeholder_dates")
    @classmethod
    def _days(cls, value: tuple[date | str, ...]) -> tuple[date | str, ...]:
        for day in value:
            if isinstance(day, str) and not _DAY.match(day):
                allowed = 'a date without quotes (1900-01-01), or "01-01" for a day of every year'
                raise bad(f"{day[:40]!r} is no placeholder date", "", allowed)
        return value

    @field_validator("sex")
    @classmethod
    def _sexes(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for meaning in value.values():
            if meaning not in SEXES:
                raise unknown("sex", meaning, SEXES)
        return value

    @field_validator("relationship")
    @classmethod
    def _relationships(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for meaning in value.values():
            if meaning not in RELATIONSHIPS:
                raise unknown("relationship", meaning, RELATIONSHIPS)
        return value
