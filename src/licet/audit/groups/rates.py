"""Error and flag rates by group, and how far groups lie apart: the main table of a forecast audit.

Of ``People``: for everybody and every group (levels of columns, crossings, expressions that overlap)
the six measures of ``MEASURES``, weighted, with intervals (``sides``); for every group its differences
and ratios to the rest and to the reference of its breakdown, with bands over all groups (``gaps``).
People whose outcome is not known are counted apart and stand in the share flagged only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from licet.audit.groups.gaps import Gap, Versus, gaps_of
from licet.audit.groups.sides import MEASURES, Sides, parts_of, sides_of
from licet.audit.groups.tallies import Tallies, tally
from licet.audit.people import GroupKey, People
from licet.audit.standing import Estimate
from licet.errors import BadInput, Fault

__all__ = ["MEASURES", "Counts", "Gap", "GroupRates", "Rate", "Versus", "group_rates", "parts_of"]

Counts = tuple[int, int, int, int, int]
"""True positives, false positives, false negatives, true negatives, people of unknown outcome."""


@dataclass(frozen=True)
class Rate:
    """A measure in a group. key: None for everybody. counts: numerator and base, unweighted people."""

    key: GroupKey | None
    measure: str
    estimate: Estimate
    counts: tuple[int, int]


@dataclass(frozen=True)
class GroupRates:
    """Everything of ``group_rates``. counts: unweighted, of everybody (None) and of each group."""

    rates: tuple[Rate, ...]
    gaps: tuple[Gap, ...]
    counts: Mapping[GroupKey | None, Counts]

    @cached_property
    def _rates(self) -> dict[tuple[GroupKey | None, str], Rate]:
        return {(one.key, one.measure): one for one in self.rates}

    @cached_property
    def _gaps(self) -> dict[tuple[GroupKey, str, str], Gap]:
        return {(one.key, one.measure, one.versus): one for one in self.gaps}

    def rate(self, key: GroupKey | None, measure: str) -> Rate:
        """The rate of a group, or of everybody (None)."""
        return self._rates[key, measure]

    def gap(self, key: GroupKey, measure: str, versus: Versus = "rest") -> Gap:
        """The gap of a group. Raises KeyError where it is its own reference or has none."""
        return self._gaps[key, measure, versus]


def group_rates(people: People, *, draws: int | None = None, seed: int | None = None) -> GroupRates:
    """Rates and gaps of everybody and every group. draws, seed: the plan's where None.

    A difference is not known (NaN limits, hence UNDETERMINED) where the base of either side holds
    fewer people than the plan's ``least_cases``. Refuses groups without cases (see ``_without_cases``).
    """
    plan = people.plan
    found = tally(people, draws or plan.draws, plan.seed if seed is None else seed)
    counts = _counts(found, people.keys)
    if faults := list(_without_cases(people, counts)):
        raise BadInput(*faults)
    rates: list[Rate] = []
    gaps: list[Gap] = []
    for measure in MEASURES:
        sides = sides_of(found, measure, plan.level)
        rates += _rates(sides, measure, people.keys)
        gaps += gaps_of(sides, measure, people.keys, plan.least_cases)
    return GroupRates(tuple(rates), tuple(gaps), counts)


def _rates(sides: Sides, measure: str, keys: tuple[GroupKey, ...]) -> Iterator[Rate]:
    for place, key in enumerate((None, *keys)):
        figures = (sides.value, sides.low, sides.high, sides.se)
        value, low, high, se = (float(part[place]) for part in figures)
        base = int(sides.base[place])
        estimate = Estimate(value, low, high, se, base)
        yield Rate(key, measure, estimate, (int(sides.count[place]), base))


def _counts(tallies: Tallies, keys: tuple[GroupKey, ...]) -> dict[GroupKey | None, Counts]:
    found: dict[GroupKey | None, Counts] = {}
    for place, key in enumerate((None, *keys)):
        tp, fp, fn, tn, *unknown = map(int, tallies.people[place])
        found[key] = (tp, fp, fn, tn, sum(unknown))
    return found


def _without_cases(people: People, counts: Mapping[GroupKey | None, Counts]) -> Iterator[Fault]:
    """Groups of which nothing can be said, and not because they are small.

    A group that was declared by an expression must hold somebody with the outcome and somebody
    without it. So must any other of which, by the share of everybody, so many of each were to be
    expected that they would be no few: there the data are at fault.
    """
    tp, fp, fn, tn, _ = counts[None]
    share = (tp + fn) / max(tp + fp + fn + tn, 1)
    for key in people.keys:
        tp, fp, fn, tn, unknown = counts[key]
        known = tp + fp + fn + tn
        for cases, expected in ((tp + fn, share), (fp + tn, 1 - share)):
            missed = key.ruled or known * expected >= people.plan.least_cases
            if cases == 0 and missed:
                # Which of the two is missing is not said: of a group of one it would tell the outcome.
                who = "nobody is" if known + unknown == 0 else "not both outcomes are"
                yield Fault(
                    f"{who} in the group {key.group!r} of {key.by}",
                    f"groups: {key.group}",
                    "groups with people of both outcomes",
                    "correct the group or the data, or leave it out",
                )
                break
