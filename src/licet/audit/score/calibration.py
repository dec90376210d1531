"""Whether a chance means what it says: observed over expected, intercept and slope, a curve, a width.

A score that is not a chance is first made one: by isotonic steps, each fold of clusters read off what
the others taught. Groups are then judged by the common steps, so that a score may be calibrated in all
and not in a group.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.drawn import Drawn, Part, bins_of, centred, drawn_sums, summed
from licet.audit.people import Floats, GroupKey, People
from licet.audit.score.folds import out_of_fold
from licet.audit.score.logit import fit, lines
from licet.audit.score.skill import score_of
from licet.audit.score.venn_abers import width_of
from licet.audit.standing import Estimate

BINS = 200
"""For the draws of slopes, and for curves."""
EDGE = 1e-6
"""Chances of 0 and 1 are read as this far inside, as their logit would be without end."""
POINTS = 25
MAPPED = (
    "The score is not a chance. It was made one from these people's outcomes, by rising steps learnt "
    "from other people than they are read off for: what is judged is that chance, in all and in groups."
)


@dataclass(frozen=True)
class CurvePoint:
    """What came of people whose chance was about ``expected``: the share with the outcome, smoothed."""

    expected: float
    observed: Estimate


@dataclass(frozen=True)
class Calibrated:
    """Calibration of everybody (key None) or of a group, over n people with a chance and an outcome.

    observed_expected: cases over the sum of chances; 1 is right, 2 twice as many. intercept, slope: of the
    logit of the outcome on the logit of the chance; 0 and 1 are right, a slope below 1 says that
    chances are too extreme. width: the mean distance of the two Venn-Abers chances, a plain "how
    sure"; NaN where not known. Groups of too few have figures that are not known.
    """

    key: GroupKey | None
    n: int
    cases: int
    observed_expected: Estimate
    intercept: Estimate
    slope: Estimate
    width: float
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class Calibration:
    """Calibration of all and of each group. mapped: whether the score had to be made a chance."""

    mapped: bool
    overall: Calibrated
    groups: tuple[Calibrated, ...]
    note: str = ""


def chances_of(people: People, seed: int | None = None) -> Floats:
    """The score if the plan calls it a probability, else made one out of fold. Shape (n,), 0-1.

    NaN where there is no score. seed: of the folds, the plan's if None.
    """
    plan = people.plan
    score = score_of(people)
    if is_chance(people):
        return score
    return out_of_fold(people, score, plan.challengers.folds, plan.seed if seed is None else seed)


def is_chance(people: People) -> bool:
    """Whether the tool's score is meant as a probability."""
    return people.plan.probability and bool(np.isfinite(people.score).any())


def calibration(
    people: People,
    *,
    chances: Floats | None = None,
    draws: int | None = None,
    seed: int | None = None,
) -> Calibration:
    """Calibration overall and by group. chances: ``chances_of(people)`` where it is at hand."""
    plan = people.plan
    start = plan.seed if seed is None else seed
    p = chances_of(people, start) if chances is None else chances
    there = np.isfinite(p) & np.isfinite(people.y)
    sets = [there, *(there & (people.member[:, place] == 1) for place in range(len(people.keys)))]
    places = [_places(people, p, rows) for rows in sets]
    parts = {}
    for number, (bins, _) in enumerate(places):
        rows = bins >= 0
        code = np.where(rows, 2 * bins + np.nan_to_num(people.y).astype(np.int64), -1)
        parts[f"table {number}"] = Part(code, 2 * int(bins.max(initial=-1) + 1))
        parts[f"expected {number}"] = Part(np.where(rows, 0, -1), 1, np.nan_to_num(p))
    found: list[list[Floats]] = [[] for _ in sets]
    lines_at = [_line(people, p, rows) for rows in sets]
    for sums in drawn_sums(parts, people, draws or plan.draws, start):
        for number, (_, middle) in enumerate(places):
            table = sums[f"table {number}"].reshape(len(sums[f"table {number}"]), -1, 2)
            expected = sums[f"expected {number}"][:, 0]
            found[number].append(_figures(table, expected, middle, lines_at[number]))
    judged = [
        _calibrated(people, p, sets[number], number, places[number][1], lines_at[number],
                    parts, np.concatenate(found[number]))
        for number in range(len(sets))
    ]  # fmt: skip
    mapped = not is_chance(people)
    return Calibration(mapped, judged[0], tuple(judged[1:]), MAPPED if mapped else "")


def logit_of(p: Floats) -> Floats:
    """The logit of chances, with 0 and 1 read as ``EDGE`` inside."""
    inside = np.clip(p, EDGE, 1 - EDGE)
    found: Floats = np.log(inside / (1 - inside))
    return found


def _places(people: People, p: Floats, rows: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Floats]:
    """The bin of each person of a set, (n,), -1 of others; and the mean logit of each bin."""
    _, bins = bins_of(np.where(rows, p, np.nan), people.weight, BINS)
    there = bins >= 0
    number = int(bins.max(initial=-1)) + 1
    worth = np.maximum(
        people.weight[there], 1e-12
    )  # a bin of people without weight still lies somewhere
    mass = np.bincount(bins[there], weights=worth, minlength=number)
    middle = np.bincount(bins[there], weights=worth * logit_of(p[there]), minlength=number)
    return bins, middle / mass


def _line(people: People, p: Floats, rows: NDArray[np.bool_]) -> Floats:
    """Intercept and slope of a set of people, exactly; NaN where they are not known."""
    place = logit_of(p[rows])
    if not len(place) or np.ptp(place) < 1e-9:
        return np.full(2, np.nan)
    weight = people.weight[rows]
    design = np.stack([np.ones(len(place)), place], axis=1)
    return fit(design, people.y[rows], weight / max(float(weight.mean()), 1e-300))


def _figures(table: Floats, expected: Floats, middle: Floats, start: Floats) -> Floats:
    """Of each draw: observed over expected, intercept, slope, then the curve. Shape (some, 3 + POINTS)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = table[..., 1].sum(-1) / expected
    both = (
        lines(middle, table, start)
        if np.isfinite(start).all()
        else np.full((len(table), 2), np.nan)
    )
    return np.concatenate([ratio[:, None], both, _smooth(table, middle)], axis=1)


def grid_of(middle: Floats) -> tuple[Floats, float]:
    """Where the curve is read off (logits), and how widely it is smoothed: bins' spread x 200^-1/5."""
    if not len(middle):
        return np.full(POINTS, np.nan), nan
    reach = float(np.std(middle)) * 1.06 * BINS ** (-1 / 5)
    return np.linspace(middle.min(), middle.max(), POINTS), max(reach, 1e-9)


def _smooth(table: Floats, middle: Floats) -> Floats:
    """The share with the outcome about each point of the grid. Shape (..., POINTS).

    What is smoothed (normal kernel) is the outcome less the chance, and the chance is added again:
    smoothing the outcome itself would bend the curve of chances that are right.
    """
    if not len(middle):
        return np.full((*table.shape[:-2], POINTS), np.nan)
    grid, _ = grid_of(middle)
    near, total = _kernel(middle), table.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = ((table[..., 1] - total * _chance(middle)) @ near) / (total @ near)
    found: Floats = np.clip(_chance(grid) + apart, 0, 1)
    return found


def _chance(place: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-place))
    return found


def _kernel(middle: Floats) -> Floats:
    grid, reach = grid_of(middle)
    found: Floats = np.exp(-0.5 * ((middle[:, None] - grid[None, :]) / reach) ** 2)
    return found


def _calibrated(
    people: People,
    p: Floats,
    rows: NDArray[np.bool_],
    number: int,
    middle: Floats,
    line: Floats,
    parts: dict[str, Part],
    drawn: Floats,
) -> Calibrated:
    key = people.keys[number - 1] if number else None
    n, cases = int(rows.sum()), int((people.y[rows] == 1).sum())
    if min(cases, n - cases) < people.plan.least_cases:
        nothing = Estimate(nan, n=n)
        return Calibrated(key, n, cases, nothing, nothing, nothing, nan, ())
    table = summed(parts[f"table {number}"], people.weight).reshape(-1, 2)
    expected = summed(parts[f"expected {number}"], people.weight)
    binned = _figures(table[None], expected, middle, line)[0]
    exact = np.concatenate([binned[:1], line, binned[3:]])
    figures = [
        centred(float(exact[at]), float(binned[at]), drawn[:, at]) for at in range(len(exact))
    ]
    level = people.plan.level
    ratio, intercept, slope = (one.estimate(level, n) for one in figures[:3])
    width = width_of(p[rows], people.y[rows], people.weight[rows])
    curve = _curve(people, rows, p, middle, figures[3:])
    return Calibrated(key, n, cases, ratio, intercept, slope, width, curve)


def _curve(
    people: People, rows: NDArray[np.bool_], p: Floats, middle: Floats, figures: list[Drawn]
) -> tuple[CurvePoint, ...]:
    """Points of the curve near which there are enough people."""
    grid, reach = grid_of(middle)
    place = np.sort(logit_of(p[rows]))
    near = np.searchsorted(place, grid + reach, "right") - np.searchsorted(place, grid - reach)
    return tuple(
        CurvePoint(float(_chance(at)), one.estimate(people.plan.level, int(n), least=0, most=1))
        for at, n, one in zip(grid, near, figures, strict=True)
        if n >= people.plan.least_cases
    )  # fmt: skip
