"""What becomes of a score when links are missed or false.

A missed link empties a history, a false one gives another's. Both make a tool worse; and because an empty
history looks harmless, missed links can bring the error rates of groups closer together. So a smaller gap
is no proof of fairness: each re-run shows the skill and the recall beside the gap.

Where the plan names the features, a logistic regression of them is learnt and tried anew on damaged
data, again and again on other splits; the same chances serve every scenario, so that they compare. A
vendor's fixed score cannot be made anew: ``link_weights`` then uses the chance of each link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.sums import spread
from licet.audit.people import Floats, GroupKey, People
from licet.audit.score.features import Prepared
from licet.audit.score.logit import fit
from licet.audit.standing import Estimate
from licet.errors import BadInput, unknown

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 20_000
"""People of a re-run; of more, so many are drawn by lot."""

TRAINED = 0.7
FIGURES = ("auc", "brier", "flagged", "recall")
PERFECT = "perfect"
OF_A_MODEL = (
    "What is re-run is a logistic regression of {}. If the score was made otherwise, it may bear wrong "
    "links better or worse."
)


@dataclass(frozen=True)
class Scenario:
    """What goes wrong. missed, false, refused: by person the chance of it, shapes (n,)."""

    id: str
    label: str
    missed: Floats
    false: Floats
    refused: Floats


@dataclass(frozen=True)
class LinkRow:
    """Figures of one scenario: means over re-runs, with the middle part of them as interval.

    recall: of all with the outcome, those who refused among them. gaps: by group, its false positive
    rate less the rest's; misses: likewise the false negative rate. loss: AUC less that under perfect
    links; shrinks: how much smaller the largest gap is than under perfect links. Both are paired.
    """

    id: str
    label: str
    auc: Estimate
    brier: Estimate
    flagged: Estimate
    recall: Estimate
    gaps: tuple[tuple[GroupKey, Estimate], ...]
    misses: tuple[tuple[GroupKey, Estimate], ...]
    loss: Estimate
    shrinks: Estimate


@dataclass(frozen=True)
class LinkReruns:
    """How: "refit" (a model of the features) or "weights" (a fixed score, by link probabilities).

    features: of the model. damaged: those that links bring. words: what it comes to. people: whom the
    figures rest on. repeats: re-runs or draws.
    """

    how: str
    features: tuple[str, ...]
    damaged: tuple[str, ...]
    rows: tuple[LinkRow, ...]
    words: tuple[str, ...]
    people: int
    repeats: int


def model_features(people: People) -> tuple[str, ...]:
    """The features of the model that is learnt anew: the plan's two, else four, else the damaged ones."""
    plan = people.plan
    return plan.challengers.two or plan.challengers.four or plan.link_errors.features


def reruns(people: People) -> LinkReruns | None:
    """Every scenario of the plan on a model of its features; None where it names no linked features.

    Refuses groups that the audit does not have, and linked features that the model does not use.
    """
    plan = people.plan.link_errors
    if not plan.features or people.features is None:
        return None
    features = model_features(people)
    for name in plan.features:
        if name not in features:
            raise unknown("feature", name, features, "link_errors: features")
    rows = _rows(people)
    scenarios = list(_scenarios(people, rows))
    table = people.features.select(features)[rows]
    tried = [_repeat(people, rows, table, scenarios, number) for number in range(plan.repeats)]
    found = _summed(people, scenarios, np.array(tried), len(rows))
    words = (*sentences(found), OF_A_MODEL.format(", ".join(features)))
    return LinkReruns("refit", features, plan.features, found, words, len(rows), plan.repeats)


def _rows(people: People) -> NDArray[np.int64]:
    """Whom it is tried on: outcome known, at most ``MOST_ROWS`` by lot."""
    rows = np.flatnonzero(np.isfinite(people.y) & (people.weight > 0))
    if len(rows) > MOST_ROWS:
        rng = np.random.default_rng([people.plan.seed, 0])
        rows = np.sort(rng.choice(rows, MOST_ROWS, replace=False))
    return rows


def _scenarios(people: People, rows: NDArray[np.int64]) -> Iterator[Scenario]:
    plan, none = people.plan.link_errors, np.zeros(len(rows))
    yield Scenario(PERFECT, "perfect links", none, none, none)
    for missed in sorted({0.0, *plan.missed}):
        for false in sorted({0.0, *plan.false}):
            if missed or false:
                parts = ((missed, "missed"), (false, "false"))
                told = [f"{part:.0%} {name} links" for part, name in parts if part]
                yield Scenario(f"missed-{missed:g}-false-{false:g}", " and ".join(told),
                               none + missed, none + false, none)  # fmt: skip
    named = (plan.missed_by_group, plan.false_by_group, plan.refused_by_group)
    words = ("missed links", "false links", "refused")
    wheres = ("missed_by_group", "false_by_group", "refused_by_group")
    chances = [
        _by_group(people, rows, part, where) for part, where in zip(named, wheres, strict=True)
    ]
    for place, (part, word) in enumerate(zip(named, words, strict=True)):
        if part:
            shares = ", ".join(f"{share:.0%} in {group}" for group, share in part.items())
            alone = [chance if place == at else none for at, chance in enumerate(chances)]
            yield Scenario(wheres[place], f"{word} ({shares})", *alone)


def _by_group(
    people: People, rows: NDArray[np.int64], shares: Mapping[str, float], where: str
) -> Floats:
    """The chance of each person: the largest of the groups they are in."""
    found = np.zeros(len(rows))
    places = {key.group: place for place, key in enumerate(people.keys)}
    for group, share in shares.items():
        if group not in places:
            raise BadInput(*unknown("group", group, list(places), f"link_errors: {where}").faults)
        inside = people.member[rows, places[group]] == 1
        found = np.where(inside, np.maximum(found, share), found)
    return found


def _repeat(
    people: People,
    rows: NDArray[np.int64],
    table: pl.DataFrame,
    scenarios: Sequence[Scenario],
    number: int,
) -> NDArray[np.float64]:
    """Every scenario on one split: shape (scenarios, figures)."""
    rng = np.random.default_rng([people.plan.seed, 1, number])
    units = np.unique(people.cluster[rows], return_inverse=True)[1]
    train = (rng.random(int(units.max()) + 1) < TRAINED)[units]
    lots = {name: rng.random(len(rows)) for name in ("missed", "false", "refused")}
    donor = rng.integers(0, len(rows), len(rows))
    found = []
    for scenario in scenarios:
        damaged = _damaged(people, table, scenario, lots, donor)
        gone = lots["refused"] < scenario.refused
        found.append(_tried(people, rows, damaged, train, gone))
    return np.array(found)


def _damaged(
    people: People,
    table: pl.DataFrame,
    scenario: Scenario,
    lots: Mapping[str, Floats],
    donor: NDArray[np.int64],
) -> pl.DataFrame:
    """The features as they would be: another's where a link is false, empty where one is missed."""
    import polars as pl

    plan = people.plan.link_errors
    missed = lots["missed"] < scenario.missed
    false = (lots["false"] < scenario.false) & ~missed
    if not missed.any() and not false.any():
        return table
    place = np.where(false, donor, np.arange(len(donor)))
    columns = []
    for name in plan.features:
        column = table[name][place]
        empty = plan.empty if column.dtype.is_numeric() else None
        emptied = pl.when(pl.Series(missed)).then(pl.lit(empty)).otherwise(column)
        columns.append(pl.select(emptied.alias(name)).to_series())
    return table.with_columns(columns)


def _tried(
    people: People,
    rows: NDArray[np.int64],
    table: pl.DataFrame,
    train: NDArray[np.bool_],
    gone: NDArray[np.bool_],
) -> list[float]:
    """Learnt on those of the training who did not refuse; figures of the others."""
    from scipy.special import expit

    y, weight = people.y[rows], people.weight[rows]
    learn, test = train & ~gone, ~train & ~gone
    prepared = Prepared.of(table.filter(learn))
    matrix = np.column_stack([np.ones(len(rows)), prepared.matrix(table)])
    coefficients = fit(matrix[learn], y[learn], weight[learn])
    if not np.isfinite(coefficients).all():
        return [np.nan] * (len(FIGURES) + 2 * people.member.shape[1])
    chance = expit(matrix @ coefficients)
    flag = _flagged(people, chance, weight, test)
    member = people.member[rows]
    return figures(chance, y, flag, weight, test, ~train, member, True)


def _flagged(
    people: People, chance: Floats, weight: Floats, test: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """From the plan's chance on; without one, as large a share as the tool flags."""
    at_least = people.plan.link_errors.at_least
    if at_least is not None:
        return np.asarray(chance >= at_least)
    known = people.flag >= 0
    share = float(np.average(people.flag[known] == 1, weights=people.weight[known]))
    order = np.argsort(-chance[test], kind="stable")
    reached = np.cumsum(weight[test][order]) / weight[test].sum()
    cut = int(np.searchsorted(reached, share))
    return np.asarray(chance >= chance[test][order[min(cut, len(order) - 1)]])


def figures(
    score: Floats,
    y: Floats,
    flag: NDArray[np.bool_],
    weight: Floats,
    test: NDArray[np.bool_],
    everybody: NDArray[np.bool_],
    member: NDArray[np.int8],
    chance: bool,
) -> list[float]:
    """AUC, Brier, flagged, recall of everybody, then the gaps in FPR and in FNR by group."""
    w, yes = weight[test], y[test] == 1
    cases = float(weight[everybody & (y == 1)].sum())
    hit = float((w * (flag[test] & yes)).sum())
    found = [
        auc(score[test], yes, w),
        float(np.average((score[test] - yes) ** 2, weights=w)) if chance else np.nan,
        float(np.average(flag[test], weights=w)),
        hit / cases if cases else np.nan,
    ]
    for had, wrong in ((~yes, flag[test]), (yes, ~flag[test])):
        for group in member[test].T:
            one, rest = (_rate(wrong, w * (had & (group == side))) for side in (1, 0))
            found.append(one - rest)
    return found


def _rate(wrong: NDArray[np.bool_], weight: Floats) -> float:
    total = float(weight.sum())
    return float((weight * wrong).sum()) / total if total else float("nan")


def auc(score: Floats, yes: NDArray[np.bool_], weight: Floats) -> float:
    """The chance that somebody with the outcome scores higher than somebody without; ties count half."""
    _, place = np.unique(score, return_inverse=True)
    size = int(place.max(initial=-1)) + 1
    with_it = np.bincount(place, weights=weight * yes, minlength=size)
    without = np.bincount(place, weights=weight * ~yes, minlength=size)
    below = np.cumsum(without) - without
    pairs = with_it.sum() * without.sum()
    return float((with_it * (below + without / 2)).sum() / pairs) if pairs else float("nan")


def _summed(
    people: People, scenarios: Sequence[Scenario], tried: NDArray[np.float64], n: int
) -> tuple[LinkRow, ...]:
    """tried: shape (repeats, scenarios, figures); the first scenario is of perfect links."""
    labels = [(scenario.id, scenario.label) for scenario in scenarios]
    return rows_of(labels, tried, people.keys, people.plan.level, n)


def rows_of(
    labels: Sequence[tuple[str, str]],
    tried: NDArray[np.float64],
    keys: Sequence[GroupKey],
    level: float,
    n: int,
) -> tuple[LinkRow, ...]:
    """Means over re-runs. tried: shape (repeats, scenarios, figures)."""

    def mean(values: NDArray[np.float64]) -> Estimate:
        good = values[np.isfinite(values)]
        return spread(float(good.mean()) if len(good) else np.nan, values, n, level)

    start, groups = len(FIGURES), len(keys)
    rows = []
    for place, (name, label) in enumerate(labels):
        mine, first = tried[:, place], tried[:, 0]
        parts: dict[str, Any] = {name: mean(mine[:, at]) for at, name in enumerate(FIGURES)}
        gaps = [mean(mine[:, start + at]) for at in range(groups)]
        misses = [mean(mine[:, start + groups + at]) for at in range(groups)]
        shrinks = _largest(first, start, groups) - _largest(mine, start, groups)
        rows.append(
            LinkRow(
                name,
                label,
                **parts,
                gaps=tuple(zip(keys, gaps, strict=True)),
                misses=tuple(zip(keys, misses, strict=True)),
                loss=mean(mine[:, 0] - first[:, 0]),
                shrinks=mean(shrinks),
            )
        )
    return tuple(rows)


def _largest(found: NDArray[np.float64], start: int, groups: int) -> NDArray[np.float64]:
    if not groups:
        return np.full(len(found), np.nan)
    gaps = np.abs(found[:, start : start + groups])
    largest: NDArray[np.float64] = np.where(np.isnan(gaps), -1.0, gaps).max(axis=1)
    return np.where(largest < 0, np.nan, largest)


def sentences(rows: Sequence[LinkRow]) -> tuple[str, ...]:
    """What the re-runs come to, in words."""
    if not rows:
        return ()
    perfect = rows[0]
    said = []
    shrunk = [row for row in rows[1:] if row.id.startswith("missed") and shrinks_while_worse(row)]
    if shrunk:
        row = max(shrunk, key=lambda r: r.shrinks.value)
        said.append(
            f"Missed links shrink the gap while the tool gets worse: with {row.label}, the largest "
            f"difference in wrongly flagged falls from {_gap(perfect):.3f} to {_gap(row):.3f}, while the AUC "
            f"falls from {perfect.auc.value:.3f} to {row.auc.value:.3f}. Losing data looks like fairness."
        )
    for row in rows[1:]:
        if row.id == "refused_by_group":
            said.append(
                f"Refusals leave the figures on the linked nearly as they are (AUC {row.auc.value:.3f}), but "
                f"of all with the outcome {row.recall.value:.3f} are found instead of "
                f"{perfect.recall.value:.3f}."
            )
    return tuple(said)


def shrinks_while_worse(row: LinkRow) -> bool:
    """Whether the gap is smaller and the AUC lower than under perfect links, in most re-runs."""
    return (
        row.shrinks.value > 0
        and row.loss.value < 0
        and row.shrinks.value > row.shrinks.se / 2
        and row.loss.value < -row.loss.se / 2
    )


def _gap(row: LinkRow) -> float:
    found = [abs(gap.value) for _, gap in row.gaps if np.isfinite(gap.value)]
    return max(found, default=float("nan"))
