"""Chilling: do families keep away from services since a day? Contacts before and after, by group.

Evidence of a concern, never of a cause: whatever else changed on that day is in the figures as well. A
comparison where nothing changed takes out what happened everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from math import exp, log, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from licet.audit.interrupted import Changes, Series, changes, ratio, why_not_known
from licet.audit.standing import Estimate
from licet.disclosure import THRESHOLD, Sum, protect

Floats = NDArray[np.float64]
UNKNOWN = Estimate(nan)
EVERYBODY = ""
POWER = 0.8416212335729143
"""The normal quantile of finding a change in 80 of 100 cases."""


class Reading(StrEnum):
    """What the interval of the overall ratio is consistent with."""

    FEWER = "fewer"
    MORE = "more"
    EITHER = "either"
    NOT_KNOWN = "not known"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Contacts:
    """Contacts by group and period. Shapes (groups, periods), NaN where there is no row.

    periods: first days, ascending. time: their numbers, evenly spaced. month: 1-12; 0: no months.
    people: who could have made them; None where not given. comparison: the same groups elsewhere.
    unit: "month", "week" or the like. synthetic: the table says that nobody made these contacts.
    """

    by: str
    groups: tuple[str, ...]
    periods: tuple[date, ...]
    time: Floats
    month: NDArray[np.int64]
    unit: str
    count: Floats
    people: Floats | None = None
    comparison: Contacts | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class Change:
    """One group, "" everybody. Rate ratios; see ``interrupted.Changes``.

    versus: "before", or "comparison" (differences in differences). rest: overall, over that of the
    other groups. before, after: contacts, None where not shown. smallest: the largest ratio below 1
    that would have been found in 80 of 100 cases. dispersion: above 1, counts vary more than chance.
    """

    group: str
    versus: str
    level: Estimate
    slope: Estimate
    overall: Estimate
    rest: Estimate
    before: int | None
    after: int | None
    smallest: float
    dispersion: float
    autocorrelation: float
    seasonal: bool
    why_not: str = ""

    @property
    def reading(self) -> Reading:
        """What the interval says."""
        if self.before is None:
            return Reading.NOT_SHOWN
        if not self.overall.known:
            return Reading.NOT_KNOWN
        if self.overall.high < 1:
            return Reading.FEWER
        return Reading.MORE if self.overall.low > 1 else Reading.EITHER


@dataclass(frozen=True)
class ContactAudit:
    """since: the first day after. changes: everybody first. shown: contacts of every group and period,
    None where not shown. compared: whether there is a comparison.
    """

    contacts: Contacts
    since: date
    changes: tuple[Change, ...]
    shown: Mapping[str, tuple[int | None, ...]]
    threshold: int
    level: float = 0.95
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def compared(self) -> bool:
        """Whether contacts elsewhere were given."""
        return self.contacts.comparison is not None


def contact_audit(
    contacts: Contacts, since: date, *, threshold: int = THRESHOLD, level: float = 0.95
) -> ContactAudit:
    """Everything that contacts say of a change since a day. level: of the intervals."""
    contacts = _nameless(contacts, threshold)
    shown, sides = _shown(contacts, since, threshold)
    found = []
    groups = (EVERYBODY, *contacts.groups) if len(contacts.groups) > 1 else (EVERYBODY,)
    for group in groups:
        fitted = _fitted(contacts, group, since, level)
        other = None
        if group and len(groups) > 2:
            other = _fitted(contacts, group, since, level, rest=True)
        change = _change(contacts, group, since, fitted, other, level)
        before, after = sides[group]
        found.append(_blank(change) if before is None or after is None else
                     replace(change, before=before, after=after))  # fmt: skip
    return ContactAudit(contacts, since, tuple(found), shown, threshold, level)


def _nameless(contacts: Contacts, threshold: int) -> Contacts:
    """Without the names of groups of fewer contacts than threshold: a name can be that of a person."""
    number, names = 0, []
    for name, count in zip(contacts.groups, np.nansum(contacts.count, axis=1), strict=True):
        few = bool(count < threshold) and name != EVERYBODY
        number += few
        names.append(f"fewer than {threshold} contacts ({number})" if few else name)
    other = contacts.comparison
    told = None if other is None else replace(other, groups=tuple(names))
    return replace(contacts, groups=tuple(names), comparison=told)


def _series(contacts: Contacts, group: str, since: date, rest: bool = False) -> Series:
    """One group, everybody, or everybody but one group, in periods where all of them have a row."""
    if group:
        at = [n for n, name in enumerate(contacts.groups) if (name == group) != rest]
    else:
        at = list(range(len(contacts.groups)))
    count = contacts.count[at].sum(axis=0)
    people = np.ones_like(count) if contacts.people is None else contacts.people[at].sum(axis=0)
    there = ~np.isnan(count)
    first = next(n for n, day in enumerate(contacts.periods) if day >= since)
    return Series(contacts.time[there], contacts.month[there], count[there], people[there],
                  float(contacts.time[first]))  # fmt: skip


def _pair(contacts: Contacts, group: str, since: date, rest: bool = False) -> list[Series]:
    own = [_series(contacts, group, since, rest)]
    if contacts.comparison is not None:
        own.append(_series(contacts.comparison, group, since, rest))
    return own


def _fitted(
    contacts: Contacts, group: str, since: date, level: float, *, rest: bool = False
) -> Changes | None:
    return changes(*_pair(contacts, group, since, rest), level=level)


def _change(
    contacts: Contacts,
    group: str,
    since: date,
    fitted: Changes | None,
    other: Changes | None,
    level: float,
) -> Change:
    versus = "before" if contacts.comparison is None else "comparison"
    if fitted is None:
        why = why_not_known(_pair(contacts, group, since)) or "too few periods for so many months"
        return Change(group, versus, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, None, None, nan, nan, nan,
                      False, why)  # fmt: skip
    fit = fitted.fit
    rest = UNKNOWN
    if other is not None:
        # Groups are taken as independent; what moves all of them alike makes the interval too wide.
        rest = ratio(
            log(fitted.overall.value) - log(other.overall.value),
            sqrt(fitted.overall.se**2 + other.overall.se**2),
            min(fit.df, other.fit.df),
            level,
        )
    half = log(fitted.overall.high) - log(fitted.overall.value)
    return Change(group, versus, fitted.level, fitted.slope, fitted.overall, rest, 0, 0,
                  exp(-half - POWER * fitted.overall.se), fit.dispersion, fit.autocorrelation,
                  any(name.startswith("month") for name in fit.names))  # fmt: skip


def _blank(change: Change) -> Change:
    return replace(change, level=UNKNOWN, slope=UNKNOWN, overall=UNKNOWN, rest=UNKNOWN, before=None,
                   after=None, smallest=nan, dispersion=nan, autocorrelation=nan)  # fmt: skip


def _shown(
    contacts: Contacts, since: date, threshold: int
) -> tuple[dict[str, tuple[int | None, ...]], dict[str, tuple[int | None, int | None]]]:
    """Contacts of every group and period, and before and after, as far as they may be shown."""
    table = np.nan_to_num(contacts.count).astype(np.int64)
    groups, periods = table.shape
    after = np.array([day >= since for day in contacts.periods])
    rows = [*table, table.sum(axis=0)]
    # One row of cells: each period, then before and after; groups, then everybody.
    full = np.array([[*row, row[~after].sum(), row[after].sum()] for row in rows])
    width = periods + 2
    sides = [tuple(np.flatnonzero(after == bool(side)).tolist()) for side in (0, 1)]
    sums = [
        Sum(row * width + periods + side, tuple(row * width + place for place in places))
        for row in range(groups + 1)
        for side, places in enumerate(sides)
    ]
    sums += [
        Sum(groups * width + cell, tuple(row * width + cell for row in range(groups)))
        for cell in range(width)
    ]
    worth = np.where(np.arange(width) < periods, 1.0, 20.0)
    kept = protect(
        full.ravel(), sums, threshold=threshold, prefer=np.tile(worth, groups + 1).tolist()
    )
    hidden = kept.reshape(groups + 1, width)
    names = (*contacts.groups, EVERYBODY)
    told = [
        [None if gone else int(value) for value, gone in zip(*pair, strict=True)]
        for pair in zip(full, hidden, strict=True)
    ]
    there = [*~np.isnan(contacts.count), (~np.isnan(contacts.count)).any(axis=0)]
    shown = {
        name: tuple(value if held else None for value, held in zip(row[:periods], has, strict=True))
        for name, row, has in zip(names, told, there, strict=True)
    }
    return shown, {
        name: (row[periods], row[periods + 1]) for name, row in zip(names, told, strict=True)
    }
