"""What wrong links do to a rule of entitlement: who is still found, who is found wrongly, in which group.

Rows are taken from their person, and given another's, as often as the linkage audit found it; the rule is
counted again, several times. Of those whom the rule picks with the links as they are, the share found again,
and of those found the share that is wrong, are held against declared tolerances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.audit.judging.demands import Demand, judged, missing
from licet.audit.people import GroupKey
from licet.audit.source import newcombe
from licet.audit.standing import Estimate, Tolerance
from licet.identify.criteria import Robust
from licet.survey.intervals import interval

if TYPE_CHECKING:
    import polars as pl

REPEATS = 20
"""How often links are drawn anew."""
LEAST = 10
"""Picked units from which a group is compared with the rest, on either side."""
LOST = "lost-"
"""How the person of a row that lost its own is called; nobody in a run is."""
Shares = NDArray[np.float64]


def row_chance(share: Shares) -> Shares:
    """How often a row is wrong so that this share of pairs is: a pair is right where both its rows are."""
    return 1 - np.sqrt(1 - np.asarray(share, np.float64))


def damaged(
    crosswalk: pl.DataFrame, missed: Shares, false: Shares, seed: Sequence[int]
) -> pl.DataFrame:
    """The rows of a run with wrong links drawn among them.

    crosswalk: feed, person and more, a row each. missed, false: by row, the share of pairs (0-1) that lose
    their match, and that are of two people. A row that is given another's person takes that of a row of its
    own feed, which takes its; one that loses its person is alone, and in no household. A row that is alone
    already hangs on no link, and loses none.
    """
    import polars as pl

    draw = np.random.default_rng(list(seed))
    person = crosswalk["person"].to_numpy().copy()
    swapped = draw.random(len(person)) < row_chance(false)
    several = crosswalk.select(pl.len().over("person") > 1).to_series()
    lost = (draw.random(len(person)) < row_chance(missed)) & several.to_numpy()
    for feed in crosswalk["feed"].unique(maintain_order=True):
        at = np.flatnonzero(swapped & (crosswalk["feed"] == feed).to_numpy())
        at = draw.permutation(at)
        person[at] = person[np.roll(at, 1)]
    names = np.array([f"{LOST}{n}" for n in range(len(person))], dtype=object)
    person = np.where(lost, names, person)
    return crosswalk.with_columns(person=pl.Series(person, dtype=pl.String))


@dataclass(frozen=True)
class Tries:
    """What came of the repeats. picked: units with the links as they are, in order. found: shape (picked,
    repeats), whether each was found again. wrong: by unit that was found though it is not picked, how often.
    member: shape (picked, groups), who is in which group."""

    picked: tuple[str, ...]
    found: NDArray[np.bool_]
    wrong: Mapping[str, int]
    keys: tuple[GroupKey, ...] = ()
    member: NDArray[np.bool_] | None = None

    @property
    def repeats(self) -> int:
        """How often links were drawn."""
        return int(self.found.shape[1])


def tries(
    picked: Sequence[str],
    again: Sequence[frozenset[str]],
    groups: Mapping[GroupKey, frozenset[str]],
) -> Tries:
    """What came of the repeats. picked: whom the rule means; again: whom it means with wrong links, by
    repeat. groups: units by group."""
    names = tuple(sorted(picked))
    found = np.array([[name in one for one in again] for name in names], np.bool_)
    found = found.reshape(len(names), len(again))
    wrong: dict[str, int] = {}
    for one in again:
        for name in one - set(names):
            wrong[name] = wrong.get(name, 0) + 1
    keys = tuple(groups)
    member = np.array([[name in groups[key] for key in keys] for name in names], np.bool_)
    return Tries(names, found, wrong, keys, member.reshape(len(names), len(keys)))


def found_share(told: Tries, inside: NDArray[np.bool_] | None = None) -> Estimate:
    """Of those picked (inside: of these) the share that is found again, over all repeats.

    The spread is that between units. Where it is none, each unit and repeat is a try of its own.
    """
    found = told.found if inside is None else told.found[inside]
    return _share(found.mean(axis=1), np.ones(len(found)), told.repeats)


def wrong_share(told: Tries) -> Estimate:
    """Of those found with wrong links the share that is not picked without them, over all repeats."""
    often = np.array(sorted(told.wrong.values()), np.float64) / max(told.repeats, 1)
    right = told.found.mean(axis=1)
    top = np.concatenate([np.zeros(len(right)), often])
    return _share(top, np.concatenate([right, often]), told.repeats)


def _share(top: Shares, base: Shares, repeats: int) -> Estimate:
    """A ratio of sums over units with its interval, on the base that its spread is worth."""
    total = float(base.sum())
    if not total:
        return Estimate(float("nan"))
    value = float(top.sum() / total)
    n, tries_made = len(base), total * repeats
    residual = (top - value * base) / total
    se = sqrt(n / max(n - 1, 1) * float((residual**2).sum()))
    worth = value * (1 - value) / se**2 if se > 1e-12 and 0 < value < 1 else tries_made
    low, high = interval(value, min(worth, tries_made))
    return Estimate(value, float(low), float(high), se, n)


def demands(told: Tries, robust: Robust) -> Iterator[Demand]:
    """G6: those found, those found wrongly, and how groups differ; each by its interval."""
    n = len(told.picked)
    if n < LEAST:
        yield missing("The rule means too few to say what wrong links do to it",
                      f"an as-of date on which it means {LEAST} or more")  # fmt: skip
        return
    yield judged("Of those whom the rule means, the share still found with links as wrong as was measured",
                 found_share(told), Tolerance(least=robust.found_at_least), n, measure="found")  # fmt: skip
    yield judged("Of those then found, the share that is wrong", wrong_share(told),
                 Tolerance(most=robust.wrong_at_most), n, measure="wrong")  # fmt: skip
    compared = list(_gaps(told))
    for key, gap in compared:
        yield judged(f"{key.label!r} less the rest, share still found", gap,
                     Tolerance(-robust.gap, robust.gap), n, family=len(compared), measure="gap",
                     key=key)  # fmt: skip
    if not compared:
        yield missing("No group is compared, so whether wrong links harm one more is not known",
                      "name audit-only columns: [robust] by = [...], of groups with "
                      f"{LEAST} of those whom the rule means, and as many outside")  # fmt: skip


def _gaps(told: Tries) -> Iterator[tuple[GroupKey, Estimate]]:
    for place, key in enumerate(told.keys):
        assert told.member is not None
        inside = told.member[:, place]
        if min(int(inside.sum()), int((~inside).sum())) >= LEAST:
            yield key, newcombe(found_share(told, inside), found_share(told, ~inside))


def not_compared(told: Tries) -> tuple[GroupKey, ...]:
    """Groups of which too few are picked, or outside which too few are."""
    compared = {key for key, _ in _gaps(told)}
    return tuple(key for key in told.keys if key not in compared)
