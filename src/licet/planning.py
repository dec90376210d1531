"""What it takes to know: interviews needed, and the chance of each ruling by true share and base.

Power is exact under the binomial on the effective base, with the Korn-Graubard interval, which for
a whole effective base is the Clopper-Pearson interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from licet.errors import bad
from licet.licence import BLOCKING, RANK, UNKNOWN, Measure, Rule, Share, Verdict, judge
from licet.survey.intervals import IntervalMethod, interval

REALISTIC = 20_000
"""More interviews than this, in one group, is no realistic number."""

MOST_INTERVIEWS = 100_000
"""Nobody plans for more in one group; the chances would take minutes."""


@dataclass(frozen=True)
class Need:
    """How many people to ask so that a cell is decided with the wanted power.

    effective: worth of the sample. interviews: people, effective times the design effect. Both None
    where there is no realistic number: the true share is too near the baseline.
    """

    effective: int | None
    interviews: int | None
    power: float


@lru_cache(maxsize=4096)
def interviews_needed(
    share: float, baseline: float, deff: float = 1.5, *, power: float = 0.8, level: float = 0.95
) -> Need:
    """Interviews needed to place a true ``share`` on its side of the baseline (all 0-1)."""
    nothing = Need(None, None, power)
    if abs(share - baseline) < 1e-9 or not 0 <= share <= 1:
        return nothing
    most = int(REALISTIC / deff)
    rough = _rough(share, baseline, power, level)
    if rough > 1.6 * most + 50:
        return nothing
    last = min(int(1.6 * rough) + 60, most)
    # Power has teeth: find the last n for which it is too low, mostly among the larger half.
    for first in (last // 2 + 1, 1):
        n = np.arange(first, last + 1)
        short = n[_power(n, share, baseline, level) < power]
        if len(short):
            break
    effective = int(short[-1]) + 1 if len(short) else 1
    if effective > last:
        return nothing
    return Need(effective, math.ceil(effective * deff), power)


def _rough(share: float, baseline: float, power: float, level: float) -> float:
    """The normal approximation: where to look."""
    from scipy.special import ndtri

    spread = ndtri(0.5 + level / 2) * math.sqrt(baseline * (1 - baseline))
    spread += ndtri(power) * math.sqrt(share * (1 - share))
    return float((spread / (share - baseline)) ** 2)


def _power(
    n: NDArray[np.int64], share: float, baseline: float, level: float
) -> NDArray[np.float64]:
    """Chance that the interval of n people lies wholly on the side of the true share."""
    from scipy.special import bdtr, bdtrc, ndtri

    tail = (1 - level) / 2
    if share < baseline:
        return _power(n, 1 - share, 1 - baseline, level)
    # low >= baseline when P(X >= x | baseline) <= tail: find the smallest such x by bisection, near
    # the normal approximation unless that turns out to be wrong.
    near = n * baseline - ndtri(tail) * np.sqrt(n * baseline * (1 - baseline))
    low = np.clip(np.floor(near).astype(np.int64) - 2, 0, n)
    high = np.minimum(low + 5, n + 1)
    low = np.where(bdtrc(low - 1, n, baseline) > tail, low, 0)
    high = np.where(bdtrc(high - 1, n, baseline) <= tail, high, n + 1)
    while (high - low > 1).any():
        middle = (low + high) // 2
        rare = bdtrc(middle - 1, n, baseline) <= tail
        high, low = np.where(rare, middle, high), np.where(rare, low, middle)
    found: NDArray[np.float64] = np.where(high > n, 0.0, 1 - bdtr(high - 1, n, share))
    return found


@dataclass(frozen=True)
class Plan:
    """A survey to be made, for the chances of rulings.

    bases: people by group, the whole sample under ``all``. items: required items. k: stances of
    each. deff: design effect. Groups and items are drawn independently of each other.
    """

    bases: Mapping[str, int]
    items: int = 4
    k: int = 3
    deff: float = 1.5
    method: IntervalMethod = "korn-graubard"
    rule: Rule = Rule()

    def __post_init__(self) -> None:
        if not self.bases:
            raise bad("no base is given", "bases", "people by group: all=843, black=42")
        for group, base in self.bases.items():
            if not 1 <= base <= MOST_INTERVIEWS:
                what = f"a base of {base} for {group!r}"
                raise bad(what, "base", f"1 to {MOST_INTERVIEWS:,} interviews in a group")
        if not 1 <= self.items <= 50:
            raise bad(f"{self.items} items", "items", "1 to 50")
        if not 2 <= self.k <= 3:
            raise bad(f"{self.k} stances", "k", "2 or 3")
        if not 1 <= self.deff <= 100:
            raise bad(f"a design effect of {self.deff}", "deff", "1 (simple random sample) to 100")


ARTICLE_BASES = {"all": 843, "hh5plus": 202, "younger": 101, "lone": 93, "black": 42}
"""The article's bases, for want of others."""

RULINGS = ("licensed", "ask each family", "not known", "not permitted")


def chances(
    plan: Plan, shares: Sequence[float], *, draws: int = 4000, seed: int = 1
) -> dict[float, tuple[float, ...]]:
    """The chance of each of ``RULINGS`` for each true share, by simulation.

    Every group and item has the same true share; draws are binomial on the effective base. Refuses
    shares outside 0 to 1, fewer than one draw, and a negative seed.
    """
    for share in shares:
        if not 0 <= share <= 1:
            todo = f"write {share / 100:g}" if 1 < share <= 100 else "0.55 is 55 percent"
            raise bad(f"a true share of {share:g}", "share", "a proportion from 0 to 1", todo)
    if draws < 1 or seed < 0:
        raise bad(f"{draws} draws with seed {seed}", "draws, seed", "draws from 1, a seed from 0")
    rng = np.random.default_rng(seed)
    found = {}
    for share in shares:
        worst = np.full(draws, RANK[Verdict.GRANTED])
        for base in plan.bases.values():
            effective = max(round(base / plan.deff), 1)
            ranks = _ranks(plan, base, effective)
            for _ in range(plan.items):
                worst = np.minimum(worst, ranks[rng.binomial(effective, share, draws)])
        blocked = worst <= max(RANK[v] for v in BLOCKING)
        unknown = np.isin(worst, [RANK[v] for v in UNKNOWN])
        ask, granted = worst == RANK[Verdict.UNPROVEN], worst == RANK[Verdict.GRANTED]
        found[share] = tuple(float(x.mean()) for x in (granted, ask, unknown, blocked))
    return found


def _ranks(plan: Plan, base: int, effective: int) -> NDArray[np.int64]:
    """The rank of the verdict for every count 0..effective."""
    points = np.arange(effective + 1) / effective
    low, high = interval(points, float(effective), method=plan.method)
    cells = zip(points, low, high, strict=True)
    measures = (
        Measure(Share(float(p), float(lo), float(hi)), None, base, effective) for p, lo, hi in cells
    )
    return np.array([RANK[judge(measure, plan.k, plan.rule).verdict] for measure in measures])
