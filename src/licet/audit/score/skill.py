"""How well a score tells apart who will have the outcome, and whether it does so better than the simple.

Each figure is worked out from all people, exactly; intervals are percentiles of draws of whole families
within strata. A challenger is compared with the tool on the same people in the same draws, so that the
interval of the difference is that of the pair. In the draws, scores of more than 1,000 distinct values
are put in 1,000 bins of equally many people (200 within a group): this moves no figure, and the width
of an interval by less than the chance of the draws does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from licet.audit.drawing.drawn import bins_of, summed
from licet.audit.people import Flags, Floats, GroupKey, People
from licet.audit.score.challengers import LABELS, Challenger, flagged_alike
from licet.audit.score.ranking import TieBounds, at_capacity, table_of, table_part, tie_bounds
from licet.audit.score.scored import Figures, Scored, shared_draws
from licet.audit.standing import Estimate

METRICS = ("auc", "average_precision", "precision", "recall", "accuracy", "brier", "brier_skill")
"""Figures of a score. precision, recall: if as many are picked as the plan can see; accuracy: of the
flag; brier: mean squared error of a chance, brier_skill: the part of the base rate's that it saves."""
CURVE = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75)
"""Shares of all people, for the capacity curve."""
GROUP_METRICS: tuple[str, ...] = ("auc", "accuracy", "brier")
GROUP_BINS = 200


@dataclass(frozen=True)
class Capacity:
    """Precision and recall if that share (0-1) of all with a score is picked from the top.

    people: how many that is here (unweighted). Ties at the cut are drawn by lot; bounds: over every
    other way to choose. not_known: the part (0-1) of those picked whose outcome is not known. counts: people
    picked, unweighted, with the outcome and without it, to whole people.
    """

    share: float
    people: int
    precision: Estimate
    recall: Estimate
    bounds: TieBounds
    not_known: float
    counts: tuple[int, int] | None = None


@dataclass(frozen=True)
class Compared:
    """The tool beside a challenger, on the n people for whom both have a score and y is known.

    tool, own, difference: by metric; difference is the tool's less the challenger's, paired. A metric
    that does not apply (brier of a score that is no chance) is left out. share: picked from the top. cases:
    people with the outcome.
    """

    challenger: str
    label: str
    n: int
    share: float
    tool: Mapping[str, Estimate]
    own: Mapping[str, Estimate]
    difference: Mapping[str, Estimate]
    cases: int = 0


@dataclass(frozen=True)
class GroupSkill:
    """Figures within a group of n people, cases of them with the outcome."""

    key: GroupKey
    n: int
    figures: Mapping[str, Estimate]
    cases: int = 0


@dataclass(frozen=True)
class Skill:
    """The skill of a score. figures: by metric. compared: by challenger. groups: auc, accuracy, brier.

    best: the challenger (id) of the greatest AUC among those that are made from features or come from
    others; "" if there is none. optimism: how much AUC the best of ``plan.tried`` may owe to chance.
    warning: the sentence that must then be printed; "" if one score was tried. cases: with the outcome.
    """

    n: int
    figures: Mapping[str, Estimate]
    capacity: Capacity
    curve: tuple[Capacity, ...]
    compared: tuple[Compared, ...]
    groups: tuple[GroupSkill, ...]
    best: str
    optimism: float
    warning: str
    cases: int = 0


def skill(
    people: People,
    challengers: Sequence[Challenger] = (),
    *,
    draws: int | None = None,
    seed: int | None = None,
) -> Skill:
    """Every figure of skill, each with its interval, alone and less each challenger's.

    draws, seed: the plan's if None. A tool without a score is judged by its flags. Groups with fewer
    than ``plan.least_cases`` people with or without the outcome have figures that are not known.
    """
    plan = people.plan
    many, start = draws or plan.draws, plan.seed if seed is None else seed
    tool = score_of(people)
    share = capacity_share(people, tool)
    scored = Scored(tool, people.flag, plan.probability and bool(plan.columns.score), share)
    shares = tuple(sorted({share, *CURVE}))
    settings: dict[str, Scored] = {"tool": scored}
    for rival in challengers:
        settings |= _pair(people, scored, rival)
    for place, _ in enumerate(people.keys):
        settings[f"group {place}"] = scored.among(people.member[:, place] == 1, GROUP_BINS)
    found = shared_draws(people, settings, many, start, shares)
    figures = found["tool"].estimates(plan.level)
    curve = _curve(people, tool, found["tool"], shares)
    compared = tuple(_compared(people, found, rival) for rival in challengers)
    gap = expected_best(plan.tried) * figures["auc"].se if plan.tried > 1 else 0.0
    return Skill(
        n=found["tool"].n,
        figures=figures,
        capacity=next(point for point in curve if point.share == share),
        curve=curve,
        compared=compared,
        groups=tuple(_group(people, found, place) for place in range(len(people.keys))),
        best=best_of(compared),
        optimism=gap,
        warning=best_of_many(plan.tried, gap),
        cases=found["tool"].cases,
    )


def score_of(people: People) -> Floats:
    """The score; where the tool has none at all, its flag as one. Shape (n,)."""
    if np.isfinite(people.score).any():
        return people.score
    return np.where(people.flag >= 0, people.flag, np.nan).astype(np.float64)


def capacity_share(people: People, score: Floats) -> float:
    """The share (0-1) of all with a score that can be seen, by the plan; else that is flagged."""
    there = np.isfinite(score)
    flagged = people.plan.flagged
    if flagged.share is not None:
        return flagged.share
    if flagged.people is not None:
        return float(min(1.0, flagged.people / max(int(there.sum()), 1)))
    weight = people.weight * (there & (people.flag >= 0))
    total = float(weight.sum())
    return float((weight * (people.flag == 1)).sum()) / total if total > 0 else 0.0


def best_of(compared: Sequence[Compared]) -> str:
    """The challenger of the greatest AUC, drawing lots and practice apart; "" if there is none."""
    others = [row for row in compared if row.challenger not in {"chance", "practice"}]
    known = [row for row in others if np.isfinite(row.own["auc"].value)]
    return max(known, key=lambda row: row.own["auc"].value).challenger if known else ""


def expected_best(tried: int) -> float:
    """The mean of the largest of so many standard normal numbers: what the best owes to chance."""
    from scipy.stats import norm

    grid = np.linspace(-8, 12, 20_001)
    density = tried * norm.pdf(grid) * np.exp((tried - 1) * norm.logcdf(grid))
    return float(np.trapezoid(grid * density, grid))


def best_of_many(tried: int, optimism: float) -> str:
    """The sentence that goes with a score chosen out of several; "" of one."""
    if tried < 2:
        return ""
    size = f" by up to about {optimism:.3f} of AUC" if np.isfinite(optimism) else ""
    return (
        f"This score was chosen out of {tried:,}. The best of several looks better than it is{size}, "
        "if it was chosen on these people: believe it on people nobody has looked at."
    )


def _pair(people: People, tool: Scored, rival: Challenger) -> dict[str, Scored]:
    """A challenger and the tool on the same people; the tool's own sums where these are all."""
    both = np.isfinite(tool.score) & np.isfinite(rival.score)
    share, flag = tool.share, flagged_alike(people, rival)
    if rival.id == "practice":
        weight = people.weight[both]
        share = float(np.average(rival.score[both], weights=weight)) if weight.sum() > 0 else share
        flag = _flags(rival.score)
    own = Scored(rival.score, flag, rival.probability, share).among(both)
    found = {f"rival {rival.id}": own}
    if not (both == np.isfinite(tool.score)).all() or share != tool.share:
        found[f"tool {rival.id}"] = tool.among(both).picking(share)
    return found


def _flags(score: Floats) -> Flags:
    return np.where(np.isfinite(score), score == 1, -1).astype(np.int8)


def _compared(people: People, found: Mapping[str, Figures], rival: Challenger) -> Compared:
    level = people.plan.level
    own = found[f"rival {rival.id}"]
    tool = found.get(f"tool {rival.id}", found["tool"])
    return Compared(
        rival.id,
        LABELS.get(rival.id, rival.label),
        own.n,
        own.share,
        tool.estimates(level),
        own.estimates(level),
        tool.differences(own, level),
        own.cases,
    )


def _group(people: People, found: Mapping[str, Figures], place: int) -> GroupSkill:
    own = found[f"group {place}"]
    figures = own.estimates(people.plan.level)
    kept = {name: figures[name] for name in GROUP_METRICS if name in figures}
    if min(own.cases, own.n - own.cases) < people.plan.least_cases:
        kept = {name: Estimate(float("nan"), n=own.n) for name in kept}
    return GroupSkill(people.keys[place], own.n, kept, own.cases)


def _curve(
    people: People, score: Floats, found: Figures, shares: Sequence[float]
) -> tuple[Capacity, ...]:
    place, _ = bins_of(score, people.weight)
    part = table_part(place, people.y)
    table = table_of(summed(part, people.weight))
    heads = table_of(summed(part, np.ones(len(people))))
    number = int((place >= 0).sum())
    return tuple(
        replace(_capacity(people, table, found, share, number), counts=_heads(table, heads, share))
        for share in shares
    )


def _heads(table: Floats, heads: Floats, share: float) -> tuple[int, int]:
    """People picked with the outcome and without, those at the cut by lot. heads: the table, unweighted."""
    weight = table.sum(axis=1)[::-1]
    above = np.cumsum(weight) - weight
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.nan_to_num(np.clip((share * weight.sum() - above) / weight, 0, 1))
    without, had = (round(float(part @ heads[::-1, state])) for state in (0, 1))
    return had, without


def _capacity(people: People, table: Floats, found: Figures, share: float, number: int) -> Capacity:
    precision, recall = found.curve[share]
    level, n = people.plan.level, found.n
    unknown = table[:, 2].sum()
    part = 0.0
    if unknown > 0:
        as_known = np.stack([table[:, 0] + table[:, 1], table[:, 2], 0 * table[:, 2]], axis=1)
        part = float(at_capacity(as_known, share)[0])
    picked = round(share * number)
    return Capacity(
        share,
        picked,
        precision.estimate(level, min(picked, n), least=0, most=1),
        recall.estimate(level, found.cases, least=0, most=1),
        tie_bounds(table, share),
        part,
    )
