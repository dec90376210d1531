"""Which pairs people should look at, so that few of them say much: a stratified random sample.

Pairs are put into strata by whether the run joined them and by how likely they are one person; more are
drawn where more is open (Neyman 1934). Every pair of the frame can be drawn, with a known chance; what
is in no frame cannot, and no sample says anything of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from licet.audit.people import Codes, Floats
from licet.errors import bad

BANDS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
"""Chances of being one person between which strata are cut."""
LEAST = 8
"""Pairs of a stratum that are drawn at least, or all it has."""
DOUBT = 0.02
"""The share that may be otherwise than the chances say, for the plan alone: models are too sure."""


@dataclass(frozen=True)
class Stratum:
    """Pairs alike. id; together: whether the run joined them; pairs: how many; chance: the mean chance
    of one person by the model, 0-1; drawn: how many of them the sample takes."""

    id: str
    together: bool
    pairs: int
    chance: float
    drawn: int = 0

    @property
    def doubt(self) -> float:
        """The variance of one pair's answer that the plan reckons with."""
        chance = (1 - 2 * DOUBT) * self.chance + DOUBT
        if not self.together:  # far most of the pairs that nothing joined are of two people
            chance = max(self.chance, min(DOUBT, 1 / max(self.pairs, 1) ** 0.5))
        return chance * (1 - chance)


@dataclass(frozen=True)
class ReviewSample:
    """What people are to look at. pairs: row_a, row_b (row ids), stratum, weight (pairs that it stands
    for), in no order that says anything. strata: with what was drawn. half_widths: of the missed and
    the false share of everybody, as planned, 0-1."""

    pairs: pl.DataFrame
    strata: tuple[Stratum, ...]
    half_widths: tuple[float, float]


@dataclass(frozen=True)
class Review:
    """Pairs to be looked at. sample: with its strata. needed: pairs for intervals of so much each way
    (0-1), None where even all would not do. frame: pairs that could have been drawn. reviewers: posts."""

    sample: ReviewSample
    needed: Mapping[float, int | None]
    frame: int
    reviewers: tuple[str, ...]
    about: Mapping[str, object]


def frame_of_pairs(together: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """The frame: row_a, row_b, together, chance, stratum.

    together: row_a, row_b, chance (null where never compared) of all pairs in one cluster; apart: of
    pairs that are not. A pair is one whichever row stands first; no pair stands twice.
    """
    both = pl.concat(
        [
            one.select("row_a", "row_b", pl.col("chance").cast(pl.Float64), together=pl.lit(flag))
            for one, flag in ((together, True), (apart, False))
        ]
    )
    low, high = pl.min_horizontal("row_a", "row_b"), pl.max_horizontal("row_a", "row_b")
    found = both.with_columns(row_a=low, row_b=high).unique(
        ["row_a", "row_b"], keep="first", maintain_order=True
    )
    band = pl.lit(0)
    for place, edge in enumerate(BANDS, start=1):
        band = pl.when(pl.col("chance") >= edge).then(pl.lit(place)).otherwise(band)
    named = pl.when("together").then(pl.lit("joined-")).otherwise(pl.lit("apart-"))
    code = pl.when(pl.col("chance").is_null()).then(pl.lit("none")).otherwise(band.cast(pl.String))
    return found.with_columns(stratum=named + code).sort("row_a", "row_b")


def strata_of(frame: pl.DataFrame) -> tuple[Stratum, ...]:
    """The strata of a frame, by name."""
    held = (
        frame.group_by("stratum", "together").agg(pairs=pl.len(), chance=pl.col("chance").mean())
    ).sort("stratum")
    return tuple(
        Stratum(name, together, pairs, _chance(chance, together))
        for name, together, pairs, chance in held.iter_rows()
    )


def _chance(chance: float | None, together: bool) -> float:
    """Of pairs that were never compared: those in one cluster are mostly right, others mostly not."""
    return (0.9 if together else 0.001) if chance is None else float(chance)


def allocated(strata: Sequence[Stratum], pairs: int) -> tuple[Stratum, ...]:
    """How many pairs each stratum gives of a sample of so many; never more than it has.

    Half of the pairs go where matches are missed and half where they are false, as far as there are
    any; within a half in proportion to size times the spread expected. Refuses fewer than two a stratum.
    """
    if pairs < 2 * len(strata):
        allowed = f"{2 * len(strata)} pairs or more: two of each of {len(strata)} strata"
        raise bad(f"a sample of {pairs:,} pairs", "pairs", allowed)
    sizes = np.array([one.pairs for one in strata], np.int64)
    least = np.minimum(sizes, max(2, min(LEAST, pairs // (2 * max(len(strata), 1)))))
    taken = least.copy()
    side = np.array([one.together for one in strata])
    want = np.array([one.pairs * one.doubt**0.5 for one in strata])
    for joined in (True, False):
        total = want[side == joined].sum()
        want[side == joined] /= total or 1.0
    while (room := pairs - int(taken.sum())) > 0 and (open_ := taken < sizes).any():
        share = np.where(open_, want, 0.0)
        share = share / share.sum() if share.sum() > 0 else open_ / open_.sum()
        more = np.minimum(np.floor(share * room).astype(np.int64), sizes - taken)
        if not more.any():
            more[np.argmax(np.where(open_, share, -1.0))] = 1
        taken += more
    return tuple(replace(one, drawn=int(number)) for one, number in zip(strata, taken, strict=True))


def draw_sample(frame: pl.DataFrame, pairs: int, seed: int, level: float = 0.95) -> ReviewSample:
    """Pairs for people to look at; the same for the same arguments. Refuses an empty frame."""
    if frame.is_empty():
        raise bad("there is no pair to look at", "pairs", "a run with rows that were joined")
    strata = allocated(strata_of(frame), min(pairs, max(frame.height, 2)))
    rng = np.random.default_rng(seed)
    parts = []
    for one in strata:
        held = frame.filter(pl.col("stratum") == one.id)
        place = rng.choice(one.pairs, one.drawn, replace=False)
        parts.append(held[np.sort(place)].with_columns(weight=pl.lit(one.pairs / one.drawn)))
    found = pl.concat(parts).select("row_a", "row_b", "stratum", "weight")
    shuffled = found[rng.permutation(found.height)]
    # Whoever looks at a pair must not see what the run made of it, nor how likely it is: strata and
    # weights go into a key that reviewers do not get, and even there no name says which is which.
    number = (rng.permutation(len(strata)) + 1).tolist()
    blind = {one.id: f"s{n}" for one, n in zip(strata, number, strict=True)}
    return ReviewSample(
        shuffled.with_columns(pl.col("stratum").replace_strict(blind)),
        tuple(replace(one, id=blind[one.id]) for one in strata),
        half_widths(strata, level),
    )


def half_widths(strata: Sequence[Stratum], level: float = 0.95) -> tuple[float, float]:
    """Half the width of the intervals of missed and of false that a sample so drawn would give."""
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2))
    sums: dict[bool, list[float]] = {True: [0.0, 0.0, 0.0], False: [0.0, 0.0, 0.0]}
    for one in strata:
        left = 1 - one.drawn / one.pairs
        variance = one.pairs**2 * one.doubt * left / max(one.drawn, 1)
        for place, value in enumerate((one.pairs, one.pairs * one.chance, variance)):
            sums[one.together][place] += value
    joined, right, spread = sums[True]
    _, missed, apart = sums[False]
    true = max(right + missed, 1.0)
    return (
        z * ((right / true**2) ** 2 * apart + (missed / true**2) ** 2 * spread) ** 0.5,
        z * spread**0.5 / max(joined, 1.0),
    )


def pairs_needed(strata: Sequence[Stratum], half_width: float, level: float = 0.95) -> int | None:
    """The fewest pairs whose intervals of missed and false are at most so wide each way, as planned.

    half_width: 0-1. None where even all pairs that can be drawn would not do. Refuses 0 and less.
    """
    if not 0 < half_width < 1:
        raise bad(f"an interval of {half_width:g} each way", "half width", "between 0 and 1")
    low, high = 2 * len(strata), max(sum(one.pairs for one in strata), 2 * len(strata))
    if max(half_widths(allocated(strata, high), level)) > half_width:
        return None
    while low < high:
        middle = (low + high) // 2
        if max(half_widths(allocated(strata, middle), level)) <= half_width:
            high = middle
        else:
            low = middle + 1
    return low


def weights_of(weight: Floats) -> Codes:
    """Codes of strata for pairs of which only weights are known: those of one weight are one."""
    return np.asarray(np.unique(weight, return_inverse=True)[1], np.int64)
