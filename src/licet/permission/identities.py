"""Who a subject is: details kept apart from the ledger, so that they can be erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from licet.feeds.contract import PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Details of one subject, in the form of a standardised row.

    handle: what the office calls the person, for example the row id ``education/10023``; the same
    handle is the same subject. languages: those that the person, or who answers for them, reads.
    records: ids of rows (FEED/RECORD) known to be theirs. All of it can be erased.
    """

    handle: str
    given: str | None = None
    middle: str | None = None
    family: str | None = None
    previous_family: str | None = None
    birth: date | None = None
    sex: str | None = None
    house: str | None = None
    street: str | None = None
    postcode: str | None = None
    uprn: str | None = None
    nhs: str | None = None
    upn: str | None = None
    nino: str | None = None
    languages: tuple[str, ...] = ()
    records: tuple[str, ...] = ()


DETAILS: tuple[str, ...] = PERSON
"""The details that identify, named as the columns of a standardised row."""
