"""Whether using it does more good than harm, for families with the outcome and for those without.

Net benefit at a threshold t: TP / n - FP / n x t / (1 - t) (Vickers & Elkin 2006). t says what a false
alarm weighs: at t, one family missed is as bad as (1 - t) / t families wrongly flagged. Flagging nobody
is worth 0. Two uses of the tool are judged: its flags as they are, over the whole declared range, and its
chances, cut anew at each t (the decision curve). Everything is told of people whose outcome is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, nan

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.drawn import Drawn, Part, drawn_sums, summed
from licet.audit.groups.rare import share_of
from licet.audit.people import Floats, GroupKey, People
from licet.audit.score.calibration import chances_of, is_chance
from licet.audit.score.challengers import LABELS, Challenger
from licet.audit.score.folds import out_of_fold
from licet.audit.standing import Estimate

POINTS = 9
"""Thresholds at which net benefit is told, the ends of the declared range among them."""
STATES = ("tp", "fp", "fn", "tn")
SHARES = 4
"""Figures of ``_figures`` before the curves."""


@dataclass(frozen=True)
class Worth:
    """Net benefit at a threshold (0-1): per person, so 0.01 is as good as finding one family in a
    hundred without a false alarm.

    flag: of the flags as they are. score: of the chances cut at the threshold. everybody: of flagging
    all. best: of the best challenger's chances, cut likewise. Differences are paired.
    """

    threshold: float
    flag: Estimate
    score: Estimate
    everybody: Estimate
    best: Estimate
    score_less_everybody: Estimate
    score_less_best: Estimate
    flag_less_everybody: Estimate
    flag_less_best: Estimate


@dataclass(frozen=True)
class Harms:
    """What using the flags does, for everybody (key None) or a group of n people.

    false_alarms: families wrongly flagged for each rightly flagged. wrongly_flagged, missed: per
    1,000 families. pays_from, pays_to: the thresholds between which the flags do more good than
    flagging everybody and than flagging nobody: FN / (FN + TN) and TP / (TP + FP). Where the first is
    the greater there are none. curve: by threshold. mean: over the thresholds (its own is NaN), from
    the means of each draw; None where there is no curve.
    """

    key: GroupKey | None
    n: int
    false_alarms: Estimate
    wrongly_flagged: Estimate
    missed: Estimate
    pays_from: Estimate
    pays_to: Estimate
    curve: tuple[Worth, ...]
    mean: Worth | None = None

    @property
    def harm_ratio(self) -> float:
        """Flags do more good than none only where one family missed is worse than so many wrongly
        flagged. NaN where not known."""
        return (1 - self.pays_to.value) / self.pays_to.value if self.pays_to.value > 0 else nan


@dataclass(frozen=True)
class Benefit:
    """Harm and benefit for all and by group. best: the challenger compared with ("" if there is none),
    the one of the greatest mean net benefit over the range. mapped: whether chances were made from
    scores that are none."""

    best: str
    label: str
    mapped: bool
    overall: Harms
    groups: tuple[Harms, ...]


def net_benefit(tp: Floats, fp: Floats, n: Floats, threshold: Floats | float) -> Floats:
    """TP / n - FP / n x t / (1 - t). Shapes broadcast."""
    t = np.asarray(threshold, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = tp / n - fp / n * (t / (1 - t))
    return found


def thresholds_of(people: People) -> Floats:
    """Where net benefit is told: from the least to the most of the declared range."""
    harm = people.plan.harm
    if harm.least == harm.most:
        return np.array([harm.least])
    return np.round(np.linspace(harm.least, harm.most, POINTS), 6)


def benefit(
    people: People,
    challengers: Sequence[Challenger] = (),
    *,
    chances: Floats | None = None,
    draws: int | None = None,
    seed: int | None = None,
) -> Benefit:
    """Harm and benefit, overall and by group. chances: ``calibration.chances_of(people)`` if at hand."""
    plan = people.plan
    start = plan.seed if seed is None else seed
    at = thresholds_of(people)
    p = chances_of(people, start) if chances is None else chances
    best, rival = _best(people, challengers, at, start)
    both = np.isfinite(people.y) & np.isfinite(p) & (people.flag >= 0)
    if rival is not None:
        both &= np.isfinite(rival)
    sets = [both, *(both & (people.member[:, place] == 1) for place in range(len(people.keys)))]
    parts: dict[str, Part] = {}
    for number, rows in enumerate(sets):
        parts |= _parts(people, p, rival, at, rows, number)
    drawn: list[list[Floats]] = [[] for _ in sets]
    for sums in drawn_sums(parts, people, draws or plan.draws, start):
        for number in range(len(sets)):
            drawn[number].append(_figures(sums, number, at))
    exact = {name: summed(part, people.weight)[None] for name, part in parts.items()}
    harms = [
        _harms(people, at, rows, number, _figures(exact, number, at)[0],
               np.concatenate(drawn[number]))
        for number, rows in enumerate(sets)
    ]  # fmt: skip
    label = LABELS.get(best.id, best.label) if best else ""
    mapped = not is_chance(people)
    return Benefit(best.id if best else "", label, mapped, harms[0], tuple(harms[1:]))


def _best(
    people: People, challengers: Sequence[Challenger], at: Floats, seed: int
) -> tuple[Challenger | None, Floats | None]:
    """The challenger of the greatest mean net benefit, and its chances."""
    found: list[tuple[float, Challenger, Floats]] = []
    for one in challengers:
        if one.id in {"chance", "practice"}:
            continue
        p = one.score
        if not one.probability:
            p = out_of_fold(people, one.score, people.plan.challengers.folds, seed)
        rows = np.isfinite(p) & np.isfinite(people.y)
        if rows.any():
            table = summed(_by_threshold(people, p, at, rows), people.weight)
            worth = _curve_of(table[None], at)[0].mean()
            found.append((float(worth), one, p))
    if not found:
        return None, None
    _, best, chances = max(found, key=lambda one: one[0])
    return best, chances


def _by_threshold(people: People, p: Floats, at: Floats, rows: NDArray[np.bool_]) -> Part:
    """Sums by how many thresholds a chance reaches and by outcome; reaching is being as large."""
    reached = np.searchsorted(at, np.nan_to_num(p), side="right")
    code = np.where(rows, 2 * reached + np.nan_to_num(people.y).astype(np.int64), -1)
    return Part(code.astype(np.int64), 2 * (len(at) + 1))


def _parts(
    people: People,
    p: Floats,
    rival: Floats | None,
    at: Floats,
    rows: NDArray[np.bool_],
    number: int,
) -> dict[str, Part]:
    state = np.where(people.flag == 1, 0, 2) + np.where(people.y == 1, 0, 1)  # as in STATES
    found = {
        f"states {number}": Part(np.where(rows, state, -1).astype(np.int64), len(STATES)),
        f"score {number}": _by_threshold(people, p, at, rows),
    }
    if rival is not None:
        found[f"best {number}"] = _by_threshold(people, rival, at, rows)
    return found


def _curve_of(table: Floats, at: Floats) -> Floats:
    """Net benefit at each threshold of sums (some, 2 x (thresholds + 1)). Shape (some, thresholds)."""
    sums = table.reshape(len(table), -1, 2)
    reached = np.cumsum(sums[:, ::-1], axis=1)[:, ::-1][:, 1:]
    n = sums.sum((1, 2))[:, None]
    return net_benefit(reached[..., 1], reached[..., 0], n, at)


def _figures(sums: Mapping[str, Floats], number: int, at: Floats) -> Floats:
    """Of each draw: four shares, then the curves: flag, score, everybody, best. By columns."""
    tp, fp, fn, tn = sums[f"states {number}"].T
    n = tp + fp + fn + tn
    with np.errstate(invalid="ignore", divide="ignore"):
        harms = [fp / n, fn / n, fn / (fn + tn), tp / (tp + fp)]
    flag = net_benefit(tp[:, None], fp[:, None], n[:, None], at)
    everybody = net_benefit((tp + fn)[:, None], (fp + tn)[:, None], n[:, None], at)
    score = _curve_of(sums[f"score {number}"], at)
    best = sums.get(f"best {number}")
    other = np.full_like(score, np.nan) if best is None else _curve_of(best, at)
    return np.concatenate([np.stack(harms, 1), flag, score, everybody, other], axis=1)


def _harms(
    people: People,
    at: Floats,
    rows: NDArray[np.bool_],
    number: int,
    exact: Floats,
    drawn: Floats,
) -> Harms:
    key = people.keys[number - 1] if number else None
    n = int(rows.sum())
    flagged = int((rows & (people.flag == 1)).sum())
    cases = int((rows & (people.y == 1)).sum())
    figures = [Drawn(float(exact[at]), drawn[:, at]) for at in range(len(exact))]
    if n < people.plan.least_cases:
        nothing = Estimate(nan, n=n)
        return Harms(key, n, nothing, nothing, nothing, nothing, nothing, ())
    level = people.plan.level
    bases = (n, n, n - flagged, flagged)
    wrongly, missed, start, end = (
        share_of(one, people, level, base)
        for one, base in zip(figures[:SHARES], bases, strict=True)
    )
    curve: tuple[Worth, ...] = ()
    mean: Worth | None = None
    if min(cases, n - cases) >= people.plan.least_cases:
        curve, mean = _worths(people, at, figures[SHARES:], n)
    harms = (_alarms(end), _per_thousand(wrongly), _per_thousand(missed), start, end)
    return Harms(key, n, *harms, curve, mean)


def _per_thousand(share: Estimate) -> Estimate:
    value, low, high, se = (1000 * one for one in (share.value, share.low, share.high, share.se))
    return Estimate(value, low, high, se, share.n)


def _alarms(precision: Estimate) -> Estimate:
    """False alarms for each true hit, from the share of the flagged that are right."""

    def alarms(share: float) -> float:
        return (1 - share) / share if share > 0 else inf

    if isnan(precision.value):
        return Estimate(nan, n=precision.n)
    value = alarms(precision.value)
    se = precision.se / precision.value**2 if precision.value > 0 else nan
    return Estimate(value, alarms(precision.high), alarms(precision.low), se, precision.n)


def _worths(
    people: People, at: Floats, figures: Sequence[Drawn], n: int
) -> tuple[tuple[Worth, ...], Worth]:
    """Net benefit at each threshold, and over all of them."""
    many = len(at)
    kinds = [figures[many * kind : many * (kind + 1)] for kind in range(4)]
    curve = tuple(
        _worth(people, threshold, [kind[place] for kind in kinds], n)
        for place, threshold in enumerate(at.tolist())
    )
    means = [
        Drawn(float(np.mean([one.value for one in kind])), np.mean([one.draws for one in kind], 0))
        for kind in kinds
    ]
    return curve, _worth(people, nan, means, n)


def _worth(people: People, threshold: float, four: Sequence[Drawn], n: int) -> Worth:
    """One point. four: flag, score, everybody, best."""
    flag, score, everybody, best = four
    pairs = (score.less(everybody), score.less(best), flag.less(everybody), flag.less(best))
    return Worth(threshold, *(one.estimate(people.plan.level, n) for one in (*four, *pairs)))
