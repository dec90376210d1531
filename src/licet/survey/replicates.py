"""Supplied replicate weights: the estimate of every replicate, and what their spread says.

    V = scale * sum_r rscale_r (theta_r - c)^2

Sources: Wolter, Introduction to Variance Estimation (2007); conventions of R ``survey``, except that
the centre c is the full-sample estimate unless declared otherwise, as agencies instruct.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from licet.errors import BadInput, Fault, unknown
from licet.sampling import Centre, ReplicateKind
from licet.survey.totals import Column, Grouping, lay_out, pack_of, runs_of

Floats = NDArray[np.float64]
KINDS: tuple[str, ...] = get_args(ReplicateKind)


@dataclass(frozen=True)
class Replicates:
    """weights: shape (n, R), each replicate's own full weights. multipliers: shape (R,), scale times

    rscale. centre: of the squared distances. df: as the data's owner states it, or None: the rank of
    the weights less one.
    """

    weights: Floats
    multipliers: Floats
    kind: ReplicateKind
    centre: Centre = "estimate"
    df: float | None = None

    @property
    def count(self) -> int:
        """How many replicates there are."""
        return len(self.multipliers)


def declare_replicates(
    weights: Floats,
    kind: str,
    *,
    scale: float | None = None,
    rscales: Sequence[float] | None = None,
    fay: float | None = None,
    centre: str = "estimate",
    df: float | None = None,
) -> Replicates:
    """Check replicate weights of shape (n, R) and the scales that go with their kind.

    Defaults per kind: see ``multipliers``. Refuses missing or infinite weights, a replicate that sums
    to zero or less, and scales that do not fit the kind, all faults at once.
    """
    if kind not in KINDS:
        raise unknown("kind of replicates", kind, KINDS, "replicate_kind (--replicate-kind)")
    if centre not in get_args(Centre):
        raise unknown("centre", centre, get_args(Centre), "centre")
    faults = [*_unusable(weights), *_unfitting(kind, weights.shape[1], scale, rscales, fay, df)]
    if faults:
        raise BadInput(*faults)
    factors = multipliers(kind, weights.shape[1], scale=scale, rscales=rscales, fay=fay)
    return Replicates(weights, factors, kind, centre, df)  # type: ignore[arg-type]


def multipliers(
    kind: str,
    count: int,
    *,
    scale: float | None = None,
    rscales: Sequence[float] | None = None,
    fay: float | None = None,
) -> Floats:
    """Scale times rscale of each replicate, shape (count,): what is not given comes from the kind.

    jk1 (R-1)/R; jkn 1, with an rscale (n_h-1)/n_h for each replicate; brr 1/R; fay 1/(R (1-rho)^2);
    bootstrap 1/(R-1), as R has it; sdr 4/R; other: both given.
    """
    usual = {
        "jk1": (count - 1) / count,
        "jkn": 1.0,
        "brr": 1 / count,
        "fay": 1 / (count * (1 - (fay or 0.0)) ** 2),
        "bootstrap": 1 / max(count - 1, 1),
        "sdr": 4 / count,
        "other": 1.0,
    }
    each = np.ones(count) if rscales is None else np.asarray(rscales, dtype=np.float64)
    return (usual[kind] if scale is None else scale) * each


def _unusable(weights: Floats) -> list[Fault]:
    if weights.shape[1] < 2:
        return [Fault(f"{weights.shape[1]} replicates", "replicates", "at least two columns")]
    sums = weights.sum(axis=0)
    # A sum of numbers is a number, but for weights near the end of what numbers can be.
    if not np.isfinite(sums).all() and (off := ~np.isfinite(weights).all(axis=0)).any():
        column = int(np.flatnonzero(off)[0])
        row = int(np.flatnonzero(~np.isfinite(weights[:, column]))[0])
        return [
            Fault(
                f"replicate {column + 1} has no weight in row {row + 1} ({int(off.sum())} lack some)",
                "replicates",
                "a number for every person; 0 for people outside a replicate",
                "take people who are not in this wave out first, or name other columns",
            )
        ]
    empty = np.flatnonzero(sums <= 0)
    if len(empty):
        what = f"the weights of replicate {int(empty[0]) + 1} sum to zero or less"
        return [Fault(what, "replicates", "positive sums", "look whether the column is a weight")]
    return []


def _unfitting(
    kind: str,
    count: int,
    scale: float | None,
    rscales: Sequence[float] | None,
    fay: float | None,
    df: float | None,
) -> list[Fault]:
    faults: list[Fault] = []
    if kind == "fay" and (fay is None or not 0 <= fay < 1):
        faults.append(
            Fault("Fay's replicates without their rho", "fay", "0 to below 1", "add fay = 0.3")
        )
    if kind != "fay" and fay is not None:
        faults.append(
            Fault(f"fay = {fay:g} with {kind} replicates", "fay", 'only kind "fay" has it')
        )
    if scale is not None and not 0 < scale < np.inf:
        faults.append(Fault(f"a scale of {scale:g}", "scale", "a positive number"))
    if kind in ("brr", "fay") and (scale is not None or rscales is not None):
        faults.append(
            Fault(
                f"{kind} replicates with a scale of their own",
                "scale, rscales",
                "1/R for brr, 1/(R (1-rho)^2) for fay, the same for each replicate",
                'leave scale and rscales out, or say replicate_kind = "other"',
            )
        )
    if kind == "jk1" and scale is not None and scale > 1:
        faults.append(
            Fault(f"a scale of {scale:g} with jk1", "scale", "(R-1)/R, less any sampled fraction")
        )
    if kind in ("jkn", "other") and rscales is None:
        faults.append(
            Fault(
                f"{kind} replicates without rscales",
                "rscales",
                f"{count} numbers; for jkn (n-1)/n of the replicate's stratum, 0.5 with two PSUs in each",
                "add rscales = [...]; one number stands for all of them",
            )
        )
    if rscales is not None and kind not in ("brr", "fay"):
        faults += _rscale_faults(kind, count, rscales)
    if df is not None and not 0 < df < np.inf:
        faults.append(Fault(f"df of {df:g}", "df", "a positive number"))
    return faults


def _rscale_faults(kind: str, count: int, rscales: Sequence[float]) -> list[Fault]:
    if len(rscales) != count:
        what = f"{len(rscales)} rscales for {count} replicates"
        return [Fault(what, "rscales", f"{count} numbers, or one for all")]
    values = np.asarray(rscales, dtype=np.float64)
    most = 1.0 if kind == "jkn" else np.finfo(np.float64).max
    if not ((values > 0) & (values <= most)).all():
        allowed = "above 0, at most 1" if kind == "jkn" else "positive numbers"
        return [
            Fault(
                f"an rscale of {values[~((values > 0) & (values <= most))][0]:g}",
                "rscales",
                allowed,
            )
        ]
    return []


_PATTERNS, _ROWS = 1 << 6, 1 << 12
"""Patterns of groups counted together, and rows of replicate sums that stay in the cache."""


def replicate_shares(
    replicates: Replicates, columns: Sequence[Column], groupings: Sequence[Grouping]
) -> Floats:
    """The share of every option in every replicate, shape (R, D, O); NaN where a domain is empty.

    As in ``totals`` people are counted by cells of several items and groups; here a cell sums a row
    of replicate weights.
    """
    table = _replicate_totals(replicates.weights, columns, groupings)
    bases = np.empty_like(table)
    start = 0
    for column in columns:
        part = slice(start, start + column.options)
        bases[:, part] = table[:, part].sum(axis=1, keepdims=True)
        start += column.options
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(bases > 0, table / bases, np.nan)
    return np.ascontiguousarray(np.moveaxis(shares, 2, 0))


def _replicate_totals(
    weights: Floats, columns: Sequence[Column], groupings: Sequence[Grouping]
) -> Floats:
    """Sums of every replicate's weights of those who chose each option, shape (D, O, R)."""
    size, count = weights.shape
    people = lay_out(np.zeros(size, dtype=np.int8), 1, groupings, patterns=_PATTERNS)
    shapes = [chunk.members.shape for chunk in people.chunks]
    starts = np.cumsum([0, *(column.options for column in columns)])
    room = min(_ROWS, max(size, 1)) / max(patterns for patterns, _ in shapes)
    found = np.empty((sum(domains for _, domains in shapes), starts[-1], count))
    for run in runs_of([column.width for column in columns], room):
        pack = pack_of(columns, run)
        options = slice(starts[run[0]], starts[run[-1] + 1])
        first = 0
        for chunk, (patterns, domains) in zip(people.chunks, shapes, strict=True):
            rows = np.multiply(chunk.cells, pack.width, dtype=np.int64) + pack.codes
            cells = _row_sums(weights, rows, patterns * pack.width)
            chose = pack.spread.T @ cells.reshape(patterns, pack.width, count)
            sums = chunk.members.T @ chose.reshape(patterns, -1)
            found[first : first + domains, options] = sums.reshape(domains, -1, count)
            first += domains
    return found


def _row_sums(weights: Floats, rows: NDArray[np.int64], n_rows: int) -> Floats:
    """Rows of weights, shape (n, R), added up by the row each goes to: shape (n_rows, R)."""
    from scipy.sparse import csc_array

    size = len(rows)
    table = csc_array((np.ones(size), rows, np.arange(size + 1)), shape=(n_rows, size))
    found: Floats = table @ weights
    return found


def spread(replicates: Replicates, values: Floats, estimate: Floats) -> Floats:
    """Rows whose squares add up to the variance: shape (R, ...) for values of that shape.

    estimate: that of the full sample, shape (...). A replicate in which nobody is left says nothing
    and is left out, as in R; where none says anything, NaN.
    """
    there = ~np.isnan(values)
    known = there.sum(axis=0)
    if replicates.centre == "estimate":
        centre = estimate
    else:
        with np.errstate(invalid="ignore"):
            centre = np.where(there, values, 0).sum(axis=0) / np.where(known > 0, known, np.nan)
    shape = (-1, *[1] * (values.ndim - 1))
    rows = np.sqrt(replicates.multipliers).reshape(shape) * (values - centre)
    return np.where(there | (known == 0), rows, 0.0)


def logit_errors(replicates: Replicates, values: Floats, estimate: Floats) -> Floats:
    """The standard error of the logit of each share: of the replicates' own logits, as R has it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logits = np.log(values / (1 - values))
        centre = np.log(estimate / (1 - estimate))
        rows = spread(replicates, logits, centre)
        found: Floats = np.sqrt((rows**2).sum(axis=0))
    return found


_DEPENDENT = 1e-5
"""A replicate of which less than this part is new counts as made of the others, as in R."""


def rank_less_one(weights: Floats) -> int:
    """Degrees of freedom of replicate weights of some people, shape (people, R): their rank less one."""
    products = weights.T @ weights
    lengths = np.diag(products).copy()
    rank = 0
    for place, length in enumerate(lengths):
        left = products[place, place]
        if left <= _DEPENDENT**2 * length or left <= 0:
            continue
        rank += 1
        products -= np.outer(products[:, place], products[place]) / left
    return max(rank - 1, 0)
