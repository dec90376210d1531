"""R's figures written out by hand: plain NumPy, one person and one cell at a time, slow and clear.

Nothing here is used by the package, and nothing here uses it. The tests named after
these modules hold them to what R printed: whoever builds a kernel on them builds on what R does, not on what we believe.

A share r of a domain (people of weight w, together W, y = 1 for those who chose the option) has the score
u = w (y - r) / W for its people and 0 for everybody else. Any smooth figure made of shares has the
same combination of their scores.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, t

from tests.oracles.fixtures import Run, design_path, read_rows

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Text = NDArray[np.str_]
Codes = NDArray[np.int64]


def read(name: str) -> dict[str, Text]:
    """A file of made-up people as columns of text; an empty cell is no answer."""
    rows = read_rows(design_path(name))
    return {column: np.array([row[column] for row in rows]) for column in rows[0]}


@dataclass(frozen=True)
class Stage:
    """One stage of sampling. Numbers for labels; units unique over the whole file. population: units there are."""

    stratum: Codes
    unit: Codes
    population: Floats | None


@dataclass(frozen=True)
class Sample:
    """Taylor: stages. Replicates: weights of shape (people, R), with scale, rscales and centre.

    steps: what was done to the weights, in order, as functions from scores to their residuals.
    """

    data: dict[str, Text]
    weight: Floats
    stages: tuple[Stage, ...] = ()
    policy: str = "fail"
    replicates: Floats | None = None
    scale: float = 1.0
    rscales: Floats = field(default_factory=lambda: np.ones(0))
    mse: bool = True
    steps: tuple[Callable[[Floats], Floats], ...] = ()

    @property
    def size(self) -> int:
        return len(self.weight)


def numbers(labels: Text) -> Codes:
    return np.unique(labels, return_inverse=True)[1]


def taylor(name: str, policy: str = "fail") -> Sample:
    """The design of a file, from the names of its columns."""
    data = read(name)
    size = len(data["id"])
    nothing = np.full(size, "all")
    stratum = data.get("st", nothing)
    unit = data["person"] if name == "panel_people" else data.get("psu", data["id"])
    first = np.char.add(np.char.add(stratum, "/"), unit)
    column = "N1" if "N1" in data else "N"
    population = data[column].astype(float) if column in data else None
    stages = [Stage(numbers(stratum), numbers(first), population)]
    if "N2" in data:
        inner = np.char.add(np.char.add(first, "/"), data.get("ssu", data["id"]))
        stages.append(Stage(numbers(first), numbers(inner), data["N2"].astype(float)))
    return Sample(data, data["wt"].astype(float), tuple(stages), policy)


def replicated(name: str, mse: bool) -> Sample:
    data = read(name)
    scales = read("replicate_scales")
    mine = scales["design"] == name
    names = [f"r{r}" for r in scales["replicate"][mine]]
    return Sample(
        data,
        data["wt"].astype(float),
        replicates=np.stack([data[r].astype(float) for r in names], axis=1),
        scale=float(scales["scale"][mine][0]),
        rscales=scales["rscale"][mine].astype(float),
        mse=mse,
    )


@cache
def sample_of(run: Run) -> Sample:
    design, policy, mse = run
    return taylor(design, policy) if mse == "NA" else replicated(design, mse=mse == "TRUE")


def domain(sample: Sample, by: str, level: str) -> Mask:
    """Who is in a level of a column; the level ``rest`` is everybody whose value is known."""
    if by == "all":
        return np.ones(sample.size, dtype=bool)
    known = sample.data[by] != ""
    return known & (sample.data[by] != level) if level == "rest" else sample.data[by] == level


def the_rest(sample: Sample, by: str, level: str) -> Mask:
    """Who is known not to be in a level."""
    return (sample.data[by] != "") & (sample.data[by] != level)


# --- the variance of a total of scores, by Taylor ------------------------------------------------


def variance(sample: Sample, score: Floats, held: Mask) -> float:
    """V of the sum of ``score`` (one figure per person). held: people of the domain, for ``average``."""
    for step in sample.steps:
        score = step(score)
    everybody = np.arange(sample.size)
    return _stage(sample, score, held, everybody, depth=0)


def _stage(sample: Sample, score: Floats, held: Mask, rows: Codes, depth: int) -> float:
    """The variance at this stage, and that of the stages below, times the share of units taken."""
    stage = sample.stages[depth]
    between, strata_held, strata_counted = 0.0, 0, 0
    for stratum in np.unique(stage.stratum[rows]):
        inside = rows[stage.stratum[rows] == stratum]
        units = np.unique(stage.unit[inside])
        n = len(units)
        there = math.inf if stage.population is None else float(stage.population[inside[0]])
        unsampled = 1 - n / there
        totals = np.array([score[inside[stage.unit[inside] == unit]].sum() for unit in units])
        touched = bool(held[inside].any())
        strata_held += touched
        if unsampled == 0:
            # Nothing was left to chance here: no variance, and no loneliness either.
            strata_counted += touched
        elif n > 1:
            strata_counted += touched
            between += unsampled * n / (n - 1) * ((totals - totals.mean()) ** 2).sum()
        elif sample.policy == "fail":
            raise ValueError(f"a stratum has only one unit at stage {depth + 1}")
        elif sample.policy == "adjust":
            between += unsampled * float(totals[0]) ** 2
        # remove, certainty: nothing. average: below.
    if sample.policy == "average" and strata_counted < strata_held:
        between = between * strata_held / strata_counted if strata_counted else math.nan
    if depth + 1 == len(sample.stages):
        return between
    within = 0.0
    for unit in np.unique(stage.unit[rows]):
        below = rows[stage.unit[rows] == unit]
        if not held[below].any():
            continue
        stratum = stage.stratum[below[0]]
        taken = len(np.unique(stage.unit[rows[stage.stratum[rows] == stratum]]))
        assert stage.population is not None
        within += (
            taken
            / float(stage.population[below[0]])
            * _stage(sample, score, held, below, depth + 1)
        )
    return between + within


# --- figures made of shares ----------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One share: ``chose`` of the people of ``base``; ``chose`` may be any number (a mean)."""

    chose: Floats
    base: Mask


def share_of(sample: Sample, item: str, options: Sequence[str], members: Mask) -> Share:
    base = members & (sample.data[item] != "")
    return Share((base & np.isin(sample.data[item], options)).astype(float), base)


def value(weight: Floats, share: Share) -> float:
    with np.errstate(invalid="ignore"):
        return float((weight * share.chose * share.base).sum() / (weight * share.base).sum())


def score_of(weight: Floats, share: Share) -> Floats:
    centred = share.chose - value(weight, share)
    return np.where(share.base, weight * centred / (weight * share.base).sum(), 0.0)


def linear(
    sample: Sample, shares: Sequence[Share], combine: Sequence[float]
) -> tuple[float, float]:
    """A linear combination of shares and its standard error: overlaps and shared PSUs included."""

    def figure(weight: Floats) -> float:
        return sum(c * value(weight, s) for c, s in zip(combine, shares, strict=True))

    if sample.replicates is not None:
        return figure(sample.weight), math.sqrt(replicate_variance(sample, figure))
    score = sum(
        (c * score_of(sample.weight, s) for c, s in zip(combine, shares, strict=True)),
        start=np.zeros(sample.size),
    )
    held = np.any([s.base for s in shares], axis=0)
    return figure(sample.weight), math.sqrt(variance(sample, score, held))


def replicate_variance(sample: Sample, figure: Callable[[Floats], float]) -> float:
    """A figure is worked out anew with each column of weights.

    Replicates in which it has no value (nobody left) are left out, of the sum and of the mean; the
    scale stays. mse: about the figure of the whole sample; else about the mean of the replicates.
    """
    assert sample.replicates is not None
    values = np.array([figure(column) for column in sample.replicates.T])
    there = ~np.isnan(values)
    values, rscales = values[there], sample.rscales[there]
    centre = figure(sample.weight) if sample.mse else values[rscales > 0].mean()
    return sample.scale * float((rscales * (values - centre) ** 2).sum())


# --- degrees of freedom, design effect, intervals ------------------------------------------------


def degrees(sample: Sample, held: Mask) -> int:
    """Taylor: PSUs less strata, of those with a member of weight > 0. Replicates: rank of weights - 1."""
    if sample.replicates is not None:
        # R asks its QR with a tolerance of 1e-5.
        return _rank(sample.replicates[held]) - 1
    held = held & (sample.weight > 0)
    stage = sample.stages[0]
    return len(np.unique(stage.unit[held])) - len(np.unique(stage.stratum[held]))


def _rank(matrix: Floats) -> int:
    """Rank as R has it: columns in their order; one counts while 1e-5 of its own length is left of it."""
    basis: list[Floats] = []
    for column in matrix.T:
        rest = column.copy()
        for _ in range(2):
            for unit in basis:
                rest = rest - unit * (unit @ rest)
        length = np.linalg.norm(rest)
        if length > 1e-5 * np.linalg.norm(column) and length > 0:
            basis.append(rest / length)
    return len(basis)


def design_effect(r: float, se: float, n: int) -> float:
    """Against simple random sampling with replacement."""
    return se**2 / (r * (1 - r) / (n - 1))


def beta_interval(r: float, se: float, n: int, df: int) -> tuple[float, float]:
    """Korn-Graubard as R has it: n is the people of the domain, without truncation."""
    n_eff = r * (1 - r) / se**2 * (t.ppf(0.025, n - 1) / t.ppf(0.025, df)) ** 2
    yes, no = n_eff * r, n_eff * (1 - r)
    return float(beta.ppf(0.025, yes, no + 1)), float(beta.ppf(0.975, yes + 1, no))


def logit(r: float) -> float:
    return math.log(r / (1 - r)) if 0 < r < 1 else math.nan


def logit_interval(sample: Sample, share: Share, df: int) -> tuple[float, float]:
    """With replicates: the spread of the replicate logits, not that of the shares by the delta method."""
    r = value(sample.weight, share)
    if sample.replicates is not None:
        se = math.sqrt(replicate_variance(sample, lambda weight: logit(value(weight, share))))
    else:
        se = linear(sample, [share], [1])[1] / (r * (1 - r))
    reach = -t.ppf(0.025, df) * se
    low, high = logit(r) - reach, logit(r) + reach
    return 1 / (1 + math.exp(-low)), 1 / (1 + math.exp(-high))
