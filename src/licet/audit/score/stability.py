"""Whether what was found holds over time: by period, before and after, who is flagged again, who is scored.

And whether outcomes are ripe. An outcome that takes two years to show must not be read off people seen
for one: those who had it early are known, those who did not are not yet. A block of people with one
outcome only is an alarm, whatever the figures look like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import Codes, GroupKey, People
from licet.audit.score.calibration import is_chance
from licet.audit.score.drift import Overlap, Shift, overlaps, shifts
from licet.audit.score.skill import score_of
from licet.audit.score.spans import Measure, Rows, Span, spans
from licet.audit.standing import Estimate
from licet.errors import counted

BY_QUARTER = 1096
"""Days. People of a longer span are told by year, of a shorter by quarter."""
RIPE: tuple[Measure, ...] = ("base", "ppv", "fpr", "fnr", "auc")
"""Figures told of all and of those whose outcome is ripe."""


@dataclass(frozen=True)
class Period:
    """People scored in a quarter or a year. unripe: people whose outcome could not be seen in full.
    states: people by right and wrong, see ``spans.Span``."""

    label: str
    n: int
    known: int
    cases: int
    unripe: int
    figures: Mapping[Measure, Estimate]
    states: tuple[int, ...] = ()


@dataclass(frozen=True)
class Decay:
    """AUC of people scored before a day, from it on, and in the last period; and what was lost.

    People whose outcome is not ripe are left out; the last period is that with enough of both outcomes.
    lost, lost_last: before less after, before less last, paired in the draws. at: the day. fitted: whether
    the plan names it as the day before which models were fitted; else it halves the people.
    """

    at: date
    fitted: bool
    before: Estimate
    after: Estimate
    last: Estimate
    lost: Estimate
    lost_last: Estimate


@dataclass(frozen=True)
class Ripeness:
    """Figures of all beside figures of those whose outcome is ripe; everybody (key None) or a group.
    states: people whose outcome is ripe, by right and wrong."""

    key: GroupKey | None
    people: int
    ripe: int
    of_all: Mapping[Measure, Estimate]
    of_ripe: Mapping[Measure, Estimate]
    states: tuple[int, ...] = ()


@dataclass(frozen=True)
class Alarm:
    """A block of people with one outcome only. had: whether it is the outcome. people: how many."""

    block: str
    people: int
    had: bool

    def says(self, threshold: int) -> str:
        """The sentence; counts below the threshold of disclosure control are not told."""
        many = counted(self.people, "person", "people")
        who = many if self.people >= threshold else f"fewer than {threshold} people"
        which = "all have the outcome" if self.had else "none has the outcome"
        return f"{self.block}: {who}, and {which}. Such a block shows how data were put together."


@dataclass(frozen=True)
class Stability:
    """Everything over time. unripe: people with a known outcome that could not be seen in full yet, and
    cases: how many of them have it. read_early: people read as without the outcome before it had time
    to show. judged: whether ripeness could be judged at all. notes: what could not be, and why.
    """

    periods: tuple[Period, ...]
    decay: Decay | None
    overlaps: tuple[Overlap, ...]
    shifts: tuple[Shift, ...]
    judged: bool
    unripe: int
    unripe_cases: int
    read_early: int
    ripeness: tuple[Ripeness, ...]
    alarms: tuple[Alarm, ...]
    notes: tuple[str, ...]


def stability(
    people: People,
    *,
    chances: NDArray[np.float64] | None = None,
    draws: int | None = None,
    seed: int | None = None,
) -> Stability | None:
    """What holds over time; None without the days of scores. chances: for observed over expected."""
    if people.as_of is None or not np.isfinite(people.as_of).any():
        return None
    if chances is None and is_chance(people):
        chances = people.score
    labels, codes = periods_of(people.as_of)
    ripe, unripe = ripe_of(people)
    sets = [codes == number for number in range(len(labels))]
    split = _split(people)
    asked = [*sets, *(_decay_sets(people, split, sets, ~unripe) if split else ())]
    first = len(asked)
    groups = [np.ones(len(people), bool), *(people.member.T == 1)] if unripe.any() else []
    for rows in groups:
        asked += [rows, rows & ~unripe]
    many, start = draws or people.plan.draws, people.plan.seed if seed is None else seed
    found = spans(people, asked, chances, many, start)
    blocks = [*zip(labels, sets, strict=True), ("Outcomes that could not be seen in full", unripe)]
    known = unripe & np.isfinite(people.y)
    return Stability(
        periods=tuple(
            _period(label, found[at], int((sets[at] & unripe).sum()))
            for at, label in enumerate(labels)
        ),
        decay=_decay(people, split, found[len(labels) : first]),
        overlaps=overlaps(people, labels, codes),
        shifts=shifts(people, score_of(people), labels, codes),
        judged=ripe is not None,
        unripe=int(known.sum()),
        unripe_cases=int((known & (people.y == 1)).sum()),
        read_early=_read_early(people),
        ripeness=tuple(_ripeness(people, groups, found[first:])),
        alarms=tuple(_alarms(people, blocks)),
        notes=tuple(_notes(people, ripe)),
    )


def periods_of(as_of: NDArray[np.float64]) -> tuple[tuple[str, ...], Codes]:
    """Names of the quarters or years that hold anybody, in order, and each person's; -1 without a day."""
    there = np.isfinite(as_of)
    days = as_of[there].astype("int64").astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64)
    step = 3 if np.ptp(as_of[there]) < BY_QUARTER else 12
    found, place = np.unique(months // step, return_inverse=True)
    codes = np.full(len(as_of), -1, np.int64)
    codes[there] = place
    labels = []
    for period in found.tolist():
        year, month = divmod(period * step, 12)
        labels.append(f"{1970 + year}" + (f" Q{month // 3 + 1}" if step == 3 else ""))
    return tuple(labels), codes


def ripe_of(people: People) -> tuple[Rows | None, Rows]:
    """Whose outcome could be seen in full, by the plan, and whose could not. None where it is not said.

    Seen in full: scored at least ``outcome_days`` before the last day of follow-up.
    """
    plan = people.plan
    if people.as_of is None or plan.outcome_days is None or plan.follow_up_until is None:
        return None, np.zeros(len(people), bool)
    last = (plan.follow_up_until - date(1970, 1, 1)).days
    ripe = people.as_of + plan.outcome_days <= last
    return ripe, ~ripe & np.isfinite(people.as_of)


def _read_early(people: People) -> int:
    """People read as without the outcome before it had time to show."""
    days = people.plan.outcome_days
    if people.as_of is None or people.known_at is None or days is None:
        return 0
    return int(((people.y == 0) & (people.known_at < people.as_of + days)).sum())


def _split(people: People) -> tuple[date, Rows, Rows] | None:
    """A day, and who was scored before it and from it on; None if all were on one day."""
    as_of, fitted = np.asarray(people.as_of), people.plan.challengers.fit_before
    there = np.isfinite(as_of)
    day = float(np.median(as_of[there]))
    if fitted is not None:
        given = float((fitted - date(1970, 1, 1)).days)
        if (as_of < given).any() and (as_of >= given).any():
            day = given
    if not (as_of < day).any():
        day = float(np.min(as_of[there & (as_of > day)], initial=np.inf))
    if not np.isfinite(day):
        return None
    return (
        date.fromordinal(date(1970, 1, 1).toordinal() + int(np.ceil(day))),
        as_of < day,
        as_of >= day,
    )


def _decay_sets(
    people: People, split: tuple[date, Rows, Rows], sets: Sequence[Rows], ripe: Rows
) -> Iterator[Rows]:
    """Who was scored before, from the day on, and in the last period with enough of both outcomes."""
    _, before, after = split
    yield before & ripe
    yield after & ripe
    for rows in reversed(sets):
        y = people.y[rows & ripe]
        if min(int((y == 1).sum()), int((y == 0).sum())) >= people.plan.least_cases:
            yield rows & ripe
            return
    yield np.zeros(len(people), bool)


def _decay(
    people: People, split: tuple[date, Rows, Rows] | None, found: Sequence[Span]
) -> Decay | None:
    if split is None:
        return None
    before, after, last = found

    def lost(span: Span) -> Estimate:
        if not (before.figures["auc"].known and span.figures["auc"].known):
            return Estimate(nan, n=span.known)
        gone = before.drawn["auc"].less(span.drawn["auc"])
        return gone.estimate(people.plan.level, min(before.known, span.known))

    return Decay(
        split[0],
        split[0] == people.plan.challengers.fit_before,
        before.figures["auc"],
        after.figures["auc"],
        last.figures["auc"],
        lost(after),
        lost(last),
    )


def _period(label: str, span: Span, unripe: int) -> Period:
    return Period(label, span.n, span.known, span.cases, unripe, span.figures, span.states)


def _ripeness(people: People, groups: Sequence[Rows], found: Sequence[Span]) -> Iterator[Ripeness]:
    for number in range(len(groups)):
        key = people.keys[number - 1] if number else None
        of_all, of_ripe = found[2 * number], found[2 * number + 1]
        yield Ripeness(
            key,
            of_all.known,
            of_ripe.known,
            {name: of_all.figures[name] for name in RIPE},
            {name: of_ripe.figures[name] for name in RIPE},
            of_ripe.states,
        )


def _alarms(people: People, blocks: Sequence[tuple[str, Rows]]) -> Iterator[Alarm]:
    """Blocks with enough people and one outcome only, where people have both."""
    if len(np.unique(people.y[np.isfinite(people.y)])) < 2:
        return
    for label, rows in blocks:
        outcomes = people.y[rows & np.isfinite(people.y)]
        if len(outcomes) >= people.plan.least_cases and len(np.unique(outcomes)) == 1:
            yield Alarm(label, len(outcomes), bool(outcomes[0] == 1))


def _notes(people: People, ripe: Rows | None) -> Iterator[str]:
    if ripe is None:
        yield (
            "Whether outcomes had time to show was not judged: the plan names no outcome_days or no "
            "follow_up_until."
        )
    if not people.clustered:
        yield (
            "Nobody is in the data twice, so it was not looked at whether the same people are "
            "flagged again."
        )
