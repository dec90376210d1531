"""The clock of the dialogue: when an answer is due, on which days nobody works, what is counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from licet.dialogue.items import Due, Item
from licet.dialogue.moves import COUNTED

DAYS = 30
"""Within these an answer is due, counted from the day it was asked."""


def due_on(asked: date, days_off: Collection[date]) -> date:
    """The last day for an answer: 30 days on, or the next working day. days_off: bank holidays."""
    day = asked + timedelta(days=DAYS)
    while day.weekday() >= 5 or day in days_off:
        day += timedelta(days=1)
    return day


def calendar(days_off: Callable[[int], Collection[date]]) -> Due:
    """The clock of a place. days_off: bank holidays of a year."""

    def due(asked: date) -> date:
        year = (asked + timedelta(days=DAYS)).year
        return due_on(asked, {*days_off(year), *days_off(year + 1)})

    return due


@dataclass(frozen=True)
class Counted:
    """What is counted on the front page. waiting: of them overdue. median_days: of the answered, None
    where there are none. oldest: days that the oldest has waited."""

    asked: int
    waiting: int
    answered: int
    overdue: int
    median_days: float | None
    oldest: int


def counted(items: Iterable[Item], today: date) -> Counted:
    """Counts over items; notices count as nothing, and so does what was taken back or not published."""
    kept = [one for one in items if one.sort in COUNTED and (one.waiting or one.public)]
    waiting = [one for one in kept if one.waiting]
    done = [one.days(today) for one in kept if one.answered is not None and not one.waiting]
    return Counted(
        len(kept), len(waiting), len(done), sum(one.overdue(today) for one in waiting),
        float(median(done)) if done else None, max((one.days(today) for one in waiting), default=0),
    )  # fmt: skip
