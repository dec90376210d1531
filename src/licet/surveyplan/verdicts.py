"""The chance of each verdict of each item in each group, and the chance of each ruling.

Chances of verdicts are exact under the binomial on the effective base, averaged over how many people
of a group there turn out to be (Poisson), and over the range of the true share where one is given.
Rulings are simulated: groups have people in common, and whoever permits one item may be likelier to
permit another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad
from licet.licence import SMALLEST_BASE, Measure, Rule, Share, Verdict, judge
from licet.survey.intervals import IntervalMethod, interval

Floats = NDArray[np.float64]

RUNS = (
    Verdict.ABSENT,
    Verdict.UNPROVEN,
    Verdict.TOO_FEW,
    Verdict.UNPROVEN,
    Verdict.GRANTED,
)
"""The order in which verdicts follow on each other as more people permit; each may be left out."""

NODES = 25
"""Bases that stand for all that may turn out."""
STEPS = 9
"""True shares that stand for a range."""
LARGE, PRECISE = 2000, 0.03
"""An interval on 2,000 people is never wider than 3 points each way."""
FEWEST_DRAWS = 100
MOST_DRAWS = 200_000
_AT_ONCE = 4_000_000
"""Numbers drawn at once: 32 MB."""


@lru_cache(maxsize=200_000)
def edges(
    base: int, effective: int, k: int, rule: Rule = Rule(), method: IntervalMethod = "korn-graubard"
) -> tuple[int, int, int, int]:
    """The last count of those who permit in each run of ``RUNS`` but the last, of 0..effective.

    A run that is left out ends where the one before does; -1 before the first count.
    """
    first, last = _in_doubt(base, effective, rule.baseline(k), rule)
    points = np.arange(first, last + 1) / effective
    low, high = interval(points, float(effective), method=method)

    def verdict(count: int) -> Verdict:
        bounds = (float(side[count - first]) for side in (points, low, high))
        return judge(Measure(Share(*bounds), None, base, effective), k, rule).verdict

    absent = _last(first - 1, last, lambda count: verdict(count) is Verdict.ABSENT)
    rest = _last(absent, last, lambda count: verdict(count) is not Verdict.GRANTED)
    # Intervals are widest in the middle.
    widest = min(max(effective // 2, absent + 1), rest)
    if rest <= absent or verdict(widest) is not Verdict.TOO_FEW:
        return absent, absent, absent, rest
    before = _last(absent, widest - 1, lambda count: verdict(count) is not Verdict.TOO_FEW)
    wide = _last(widest, rest, lambda count: verdict(count) is Verdict.TOO_FEW)
    return absent, before, wide, rest


def _in_doubt(base: int, effective: int, baseline: float, rule: Rule) -> tuple[int, int]:
    """The counts whose verdict has to be looked up: of a large base, those near the baseline."""
    far = 6 * (effective * baseline * (1 - baseline)) ** 0.5 + 6
    if effective < LARGE or base < rule.smallest_base or rule.widest_half_width < PRECISE:
        return 0, effective
    middle = effective * baseline
    return max(int(middle - far), 0), min(int(middle + far), effective)


def _last(start: int, end: int, holds: Callable[[int], bool]) -> int:
    """The last of start..end up to which ``holds``, which once false stays so; start is not asked."""
    while start < end:
        middle = (start + end + 1) // 2
        start, end = (middle, end) if holds(middle) else (start, middle - 1)
    return start


@dataclass(frozen=True)
class Chances:
    """The chance of each verdict. groups, items: in order; an item of ``number`` alike once.

    runs: shape (groups, bases, shares, items, 5), chances of ``RUNS`` for each base that may turn out
    and each true share of a range; each base, and each share, is as likely as the others.
    """

    runs: Floats

    @property
    def average(self) -> Floats:
        """Shape (groups, items, 5): over bases and shares."""
        found: Floats = self.runs.mean(axis=(1, 2))
        return found

    def of(self, verdict: Verdict) -> Floats:
        """The chance of a verdict, shape (groups, items)."""
        columns = [place for place, run in enumerate(RUNS) if run is verdict]
        found: Floats = self.average[:, :, columns].sum(axis=-1)
        return found

    @property
    def decided(self) -> Floats:
        """The chance of granted or absent, shape (groups, items)."""
        return self.of(Verdict.GRANTED) + self.of(Verdict.ABSENT)


@dataclass(frozen=True)
class Cells:
    """What is asked of whom. people, deff, worst: shape (groups,); answering, k: shape (items,).

    people: interviewed; answering: the part of them in the base of an item. low, high: the ends of
    the true share, shape (groups, items). fixed: exactly so many people answer, not about as many.
    """

    people: Floats
    deff: Floats
    answering: Floats
    k: tuple[int, ...]
    low: Floats
    high: Floats
    rule: Rule = Rule()
    method: IntervalMethod = "korn-graubard"
    fixed: bool = False


def chances_of(cells: Cells) -> Chances:
    """The chance of each verdict in each cell, exact but for the nodes that stand for bases."""
    from scipy.special import bdtr, ndtri

    bases = cells.people[:, None, None] * cells.answering  # (groups, 1, items)
    nodes = np.zeros(1) if cells.fixed else ndtri((np.arange(NODES) + 0.5) / NODES)
    turned = np.maximum(np.rint(bases + np.sqrt(bases) * nodes[:, None]), 0)
    effective = np.maximum(np.rint(turned / cells.deff[:, None, None]), 1)
    last = np.empty((*turned.shape, len(RUNS) - 1))  # (groups, nodes, items, 4)
    for place in np.ndindex(*turned.shape):
        base, worth = float(turned[place]), float(effective[place])
        last[place] = _edges(base, worth, cells.k[place[-1]], cells)
    last = last[:, :, None]
    steps = 1 if np.array_equal(cells.low, cells.high) else STEPS
    places = (np.arange(steps) + 0.5)[:, None] / steps
    # (groups, steps, items)
    shares = cells.low[:, None] + places * (cells.high - cells.low)[:, None]
    people = effective.astype(np.int64)[:, :, None, :, None]
    below = bdtr(np.maximum(last, 0), people, shares[:, None, :, :, None])
    below = np.where(last < 0, 0.0, below)
    whole = np.concatenate([below, np.ones_like(below[..., :1])], axis=-1)
    return Chances(np.diff(whole, axis=-1, prepend=0.0))


def _edges(base: float, effective: float, k: int, cells: Cells) -> tuple[int, int, int, int]:
    """The base matters only as far as it is too small."""
    enough = max(cells.rule.smallest_base, SMALLEST_BASE)
    return edges(min(int(base), enough), int(effective), k, cells.rule, cells.method)


def independent_rulings(average: Floats, numbers: tuple[int, ...]) -> tuple[float, ...]:
    """The chance of each of ``planning.RULINGS`` if cells had nothing to do with each other.

    average: as ``Chances.average``. numbers: how many items are alike each.
    """
    absent, too_few, granted = average[..., 0], average[..., 2], average[..., 4]
    open_or_granted = 1 - absent - too_few
    not_absent, known, licensed = (
        float(np.prod(np.clip(one, 0, 1) ** np.array(numbers)))
        for one in (1 - absent, open_or_granted, granted)
    )
    return licensed, known - licensed, not_absent - known, 1 - not_absent


def simulated_rulings(
    chances: Chances,
    alike: Floats,
    numbers: tuple[int, ...],
    *,
    correlation: float,
    draws: int,
    seed: int,
) -> tuple[float, ...]:
    """The chance of each of ``planning.RULINGS``, from ``draws`` surveys.

    alike: correlation of groups, shape (groups, groups). correlation: of two items among people,
    0-1. Refuses draws and seeds outside the possible.
    """
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        allowed = f"{FEWEST_DRAWS} to {MOST_DRAWS:,} simulated surveys"
        raise bad(f"{draws:,} draws", "draws", allowed)
    if seed < 0:
        raise bad(f"a seed of {seed}", "seed", "0 or more")
    values, vectors = np.linalg.eigh(alike)
    root = vectors * np.sqrt(np.maximum(values, 0))
    random = np.random.default_rng(seed)
    most = max(_AT_ONCE // (len(alike) * sum(numbers)), 1)
    counts = np.zeros(4)
    for start in range(0, draws, most):
        some = min(most, draws - start)
        counts += _drawn(chances.runs, root, numbers, correlation, some, random)
    return tuple((counts / draws).tolist())


def _drawn(
    runs: Floats,
    root: Floats,
    numbers: tuple[int, ...],
    correlation: float,
    draws: int,
    random: np.random.Generator,
) -> Floats:
    """How many of ``draws`` surveys end in each ruling."""
    from scipy.special import ndtr

    groups, nodes, steps, _, _ = runs.shape
    below = runs.cumsum(axis=-1)[..., :4]
    node = random.integers(nodes, size=(draws, groups))
    common = random.standard_normal((draws, groups)) @ root.T
    seen = np.zeros((draws, len(RUNS)), dtype=bool)
    for item, number in enumerate(numbers):
        # A range is not known for any group: one true place in it holds for all of them.
        step = random.integers(steps, size=draws)
        here = below[np.arange(groups), node, step[:, None], item]  # (draws, groups, 4)
        for _ in range(number):
            own = random.standard_normal((draws, groups)) @ root.T
            drawn = ndtr(np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own)
            run = (drawn[:, :, None] > here).sum(axis=-1)
            for place in range(len(RUNS)):
                seen[:, place] |= (run == place).any(axis=1)
    absent, too_few, open_ = seen[:, 0], seen[:, 2], seen[:, 1] | seen[:, 3]
    blocked, unknown = absent, ~absent & too_few
    ask = ~absent & ~too_few & open_
    licensed = ~(blocked | unknown | ask)
    return np.array([r.sum() for r in (licensed, ask, unknown, blocked)], dtype=np.float64)
