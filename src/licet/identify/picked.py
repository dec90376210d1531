"""Whom a released rule or model means, with reasons: what a reviewer is shown, and nothing that ranks.

There is no score here and no order: whoever holds these values knows that a household is meant and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Reason:
    """A criterion or a feature that speaks for an offer, for one person of a household.

    criterion, meaning: its id, and what it means in words that a family reads. lines, days: how many lines
    of the feed's table, on how many days, None where days are not counted; total: of the number that is
    added up, None where none is. first, last: the days of the earliest and the latest line. weight: of the
    weakest link that holds the rows, in bits; None where there is none, or it is not known. gives: the right
    that it gives, "" for none.
    """

    person: str
    criterion: str
    meaning: str
    feed: str
    table: str
    lines: int
    days: int | None
    first: date
    last: date
    total: float | None = None
    weight: float | None = None
    gives: str = ""


@dataclass(frozen=True)
class Picked:
    """A person or a household that is meant. key: its id in the run; people: the ids of those in it."""

    unit: Literal["person", "household"]
    key: str
    people: tuple[str, ...]
    reasons: tuple[Reason, ...]
