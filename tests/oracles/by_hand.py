"""R's figures written out by hand: plain NumPy, one person and one cell at a time, slow and clear.

Nothing here is used by the package, and nothing here uses it. ``test_by_hand.py`` holds these formulas
to what R printed: whoever builds a kernel on them builds on what R does, not on what we believe.

A share r of a domain (people of weight w, together W, y = 1 for those who chose the option) has the score
u = w (y - r) / W for its people and 0 for everybody else. Any smooth figure made of shares has the
same combination of their scores.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, chi2, f, t

HERE = Path(__file__).parent
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Text = NDArray[np.str_]
Codes = NDArray[np.int64]

PERMITS = {
    "trust_a": ("trusts",),
    "trust_b": ("fully", "mostly"),
    "aware": ("yes",),
    "settled": ("yes",),
}
"""The battery of the fixtures: what counts as permitting, item by item."""


# --- reading ------------------------------------------------------------------------------------


def read(name: str) -> dict[str, Text]:
    """A file of made-up people as columns of text; an empty cell is no answer."""
    old = HERE / "designs" / f"{name}.csv"
    path = old if old.exists() else HERE / "evidence_designs" / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
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


# --- the variance of a total of scores, by Taylor -------------------------------------------------


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


# --- figures made of shares -----------------------------------------------------------------------


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


# --- degrees of freedom, design effect, intervals ---------------------------------------------------


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


# --- tests of tables (Rao and Scott) --------------------------------------------------------------


def covariance(sample: Sample, shares: Sequence[Share]) -> Floats:
    """Of several figures: from the variances of their sums and differences."""
    k = len(shares)
    found = np.empty((k, k))
    for a in range(k):
        for b in range(a + 1):
            plus, minus = (linear(sample, [shares[a], shares[b]], [1, s])[1] for s in (1, -1))
            found[a, b] = found[b, a] = (plus**2 - minus**2) / 4
    return found


@dataclass(frozen=True)
class TableTest:
    """f with ndf and ddf: R's default. chisq: Pearson's, whose p comes from chisq / mean effect."""

    f: float
    ndf: float
    ddf: float
    p: float
    chisq: float
    chisq_df: int
    chisq_p: float


def rao_scott(sample: Sample, rows: Text, columns: Text, members: Mask) -> TableTest:
    """Independence of two questions among ``members``; whoever did not answer both is outside.

    p: the cells' shares of the domain. V: their covariance under the design. X2: Pearson's, as if n people
    had these shares; n counts everybody of the domain, weight 0 too. C: contrasts of the cells that
    no row or column effect can express. The eigenvalues of D = (C'P^-1 C / n)^-1 C'P^-1 V P^-1 C, with
    P = diag(p), are the design effects. An empty cell has 0 instead of 1 / p.
    """
    members = members & (rows != "") & (columns != "")
    n = int(members.sum())
    row_levels, column_levels = np.unique(rows[members]), np.unique(columns[members])
    cells = [(r, c) for c in column_levels for r in row_levels]
    shares = [
        Share((members & (rows == r) & (columns == c)).astype(float), members) for r, c in cells
    ]
    p = np.array([value(sample.weight, share) for share in shares])
    v = covariance(sample, shares)
    table = p.reshape(len(column_levels), len(row_levels)).T
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(((table - expected) ** 2 / expected).sum())
    main = np.array(
        [[1.0, *(r == x for x in row_levels), *(c == x for x in column_levels)] for r, c in cells]
    )
    both = np.array(
        [[r == x and c == y for x in row_levels[1:] for y in column_levels[1:]] for r, c in cells]
    ).astype(float)
    contrasts = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    scaled = np.where(p > 0, 1 / np.where(p > 0, p, 1), 0.0)[:, None] * contrasts
    effects = np.linalg.solve(contrasts.T @ scaled / n, scaled.T @ v @ scaled)
    trace, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    statistic, ndf = pearson / trace, trace**2 / square
    # The df of the table are those of its people, but here a weight of 0 counts.
    ddf = ndf * degrees(replace(sample, weight=np.ones(sample.size)), members)
    k = len(effects)
    return TableTest(
        f=statistic,
        ndf=ndf,
        ddf=ddf,
        p=float(f.sf(statistic, ndf, ddf)),
        chisq=pearson,
        chisq_df=k,
        chisq_p=float(chi2.sf(pearson / (trace / k), k)),
    )


# --- weights that are adjusted --------------------------------------------------------------------


def crossed(data: dict[str, Text], names: Sequence[str]) -> Text:
    """One label for each person: ``f``, or ``f*young`` of two margins."""
    label = data[names[0]]
    for name in names[1:]:
        label = np.char.add(np.char.add(label, "*"), data[name])
    return label


def targets(names: Sequence[str]) -> dict[str, float]:
    table = read("population")
    mine = table["margin"] == "*".join(names)
    return dict(zip(table["level"][mine], table["people"][mine].astype(float), strict=True))


def poststratify(weight: Floats, cell: Text, wanted: dict[str, float]) -> Floats:
    found = weight.copy()
    for level, people in wanted.items():
        inside = cell == level
        found[inside] *= people / weight[inside].sum()
    return found


def rake(weight: Floats, margins: Sequence[tuple[Text, dict[str, float]]]) -> Floats:
    """Post-stratification to each margin in turn, until a round moves nothing."""
    for _ in range(10_000):
        before = weight
        for cell, wanted in margins:
            weight = poststratify(weight, cell, wanted)
        if np.abs(weight / np.where(before > 0, before, 1) - 1)[before > 0].max() < 1e-15:
            break
    return weight


def dummies(margins: Sequence[tuple[Text, dict[str, float]]]) -> tuple[Floats, Floats]:
    """Columns of 0 and 1, and the people of each in the population: whole, and levels but one each."""
    columns = [np.ones(len(margins[0][0]))]
    totals = [sum(margins[0][1].values())]
    for cell, wanted in margins:
        for level in sorted(wanted)[1:]:
            columns.append((cell == level).astype(float))
            totals.append(wanted[level])
    return np.stack(columns, axis=1), np.array(totals)


def calibrate(weight: Floats, x: Floats, totals: Floats) -> Floats:
    """Linear (GREG): w (1 + x'l), the l that meets the totals."""
    gap = totals - x.T @ weight
    factor: Floats = 1 + x @ np.linalg.solve(x.T @ (weight[:, None] * x), gap)
    return weight * factor


def trim(weight: Floats, low: float, high: float) -> Floats:
    """Cut, share out what was cut over the people strictly inside (the same for each), again until none is out.

    In each round only those outside are barred from their share: somebody cut earlier gets one later.
    """
    while ((weight < low) | (weight > high)).any():
        out = (weight < low) | (weight > high)
        cut = np.clip(weight, low, high)
        cut[~out] += (weight - cut).sum() / (~out).sum()
        weight = cut
    return weight


def post_residual(old: Floats, new: Floats, cell: Text) -> Callable[[Floats], Floats]:
    """Scores of post-stratified weights: the score per new weight, less its mean in the cell, times the weight.

    The mean is weighted by the old weights (or the new: they are proportional within a cell).
    """

    def step(score: Floats) -> Floats:
        each = score / new
        for level in np.unique(cell):
            inside = cell == level
            each[inside] -= (old[inside] * each[inside]).sum() / old[inside].sum()
        return each * new

    return step


def rake_residual(new: Floats, cells: Sequence[Text]) -> Callable[[Floats], Floats]:
    """R's rake(): ten rounds of taking cell means out, margin after margin. Means of people, NOT weighted."""
    ones = np.ones(len(new))

    def step(score: Floats) -> Floats:
        for _ in range(10):
            for cell in cells:
                score = post_residual(ones, new, cell)(score)
        return score

    return step


def calibration_residual(old: Floats, new: Floats, x: Floats) -> Callable[[Floats], Floats]:
    """The score per new weight, less its regression on x weighted by the OLD weights, times the new."""

    def step(score: Floats) -> Floats:
        each = score / new
        slope = np.linalg.solve(x.T @ (old[:, None] * x), x.T @ (old * each))
        return (each - x @ slope) * new

    return step


MARGINS = {"rake2": ("sex", "region")} | dict.fromkeys(
    ("rake3", "raking", "linear", "trim"), ("sex", "ageband", "region")
)
BOUNDS = {"weigh_people": (15.0, 85.0), "weigh_clusters": (15.0, 110.0)}


def adjusted(sample: Sample, name: str, scheme: str) -> Sample:
    """A sample with the weights of a scheme, and variances that know about it.

    Replicates: each column of weights is adjusted on its own, and that is all.
    """
    joint = ("sex", "ageband")
    cell, wanted = crossed(sample.data, joint), targets(joint)
    margins = [(sample.data[margin], targets([margin])) for margin in MARGINS.get(scheme, ("sex",))]
    x, totals = dummies(margins)

    def weigh(weight: Floats) -> Floats:
        if scheme == "post":
            return poststratify(weight, cell, wanted)
        return calibrate(weight, x, totals) if scheme == "linear" else rake(weight, margins)

    weight = weigh(sample.weight)
    if sample.replicates is not None:
        columns = np.stack([weigh(column) for column in sample.replicates.T], axis=1)
        return replace(sample, weight=weight, replicates=columns)
    if scheme == "post":
        step = post_residual(sample.weight, weight, cell)
    elif scheme in ("linear", "raking"):
        step = calibration_residual(sample.weight, weight, x)
    else:
        step = rake_residual(weight, [labels for labels, _ in margins])
    if scheme == "trim":
        # The residuals still know the raked weights only.
        weight = trim(weight, *BOUNDS[name])
    return replace(sample, weight=weight, steps=(step,))


def total(sample: Sample, chose: Mask) -> tuple[float, float]:
    """People of the population, and the standard error of that."""

    def figure(weight: Floats) -> float:
        return float(weight[chose].sum())

    if sample.replicates is not None:
        return figure(sample.weight), math.sqrt(replicate_variance(sample, figure))
    score = np.where(chose, sample.weight, 0.0)
    everybody = np.ones(sample.size, dtype=bool)
    return figure(sample.weight), math.sqrt(variance(sample, score, everybody))


# --- many tests at once ---------------------------------------------------------------------------


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """min over the p at least as large of p x m / rank, at most 1."""
    m, ordered = len(p), sorted(p)
    steps = [value * m / (rank + 1) for rank, value in enumerate(ordered)]
    return [
        min(1.0, *(s for s, other in zip(steps, ordered, strict=True) if other >= own)) for own in p
    ]


def holm(p: Sequence[float]) -> list[float]:
    """max over the p at most as large of p x (m - rank + 1), at most 1."""
    m, ordered = len(p), sorted(p)
    steps = [value * (m - rank) for rank, value in enumerate(ordered)]
    return [
        min(1.0, max(s for s, other in zip(steps, ordered, strict=True) if other <= own))
        for own in p
    ]
