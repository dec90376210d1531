"""The figures of several scores of the same people, all from the same draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.drawn import MOST_BINS, Drawn, Part, bins_of, centred, drawn_sums, summed
from licet.audit.people import Flags, Floats, People
from licet.audit.score.ranking import (
    at_capacity,
    auc,
    average_precision,
    base_rate,
    table_of,
    table_part,
)
from licet.audit.standing import Estimate

UNBOUNDED = frozenset({"brier_skill"})
"""Figures that may lie below 0; the others are shares."""


@dataclass(frozen=True)
class Scored:
    """A score to be judged. score: shape (n,), NaN for people who are left out. flag: -1 not known.

    probability: whether the score is a chance. share: how many can be picked, 0-1. bins: in the draws.
    """

    score: Floats = field(repr=False)
    flag: Flags = field(repr=False)
    probability: bool
    share: float
    bins: int = MOST_BINS

    def among(self, rows: NDArray[np.bool_], bins: int = MOST_BINS) -> Scored:
        """The same of these people only, a mask (n,)."""
        return replace(self, score=np.where(rows, self.score, np.nan), bins=bins)

    def picking(self, share: float) -> Scored:
        """The same if so many are picked."""
        return replace(self, share=share)


@dataclass(frozen=True)
class Figures:
    """Figures of one score, drawn. n: people with a score and a known outcome; cases: with it.

    curve: precision and recall by share picked, where asked for.
    """

    n: int
    cases: int
    share: float
    drawn: Mapping[str, Drawn]
    curve: Mapping[float, tuple[Drawn, Drawn]]

    def estimates(self, level: float) -> dict[str, Estimate]:
        """Each figure with its interval."""
        return {
            name: one.estimate(level, self.n, least=-np.inf if name in UNBOUNDED else 0, most=1)
            for name, one in self.drawn.items()
        }

    def differences(self, other: Figures, level: float) -> dict[str, Estimate]:
        """Each figure less the other's, where both have it, in the same draws."""
        return {
            name: one.less(other.drawn[name]).estimate(level, min(self.n, other.n))
            for name, one in self.drawn.items()
            if name in other.drawn
        }


def shared_draws(
    people: People,
    scores: Mapping[str, Scored],
    draws: int,
    seed: int,
    shares: Sequence[float] = (),
) -> dict[str, Figures]:
    """The figures of every score, from the same draws. shares: of a curve, for the first score only."""
    parts: dict[str, Part] = {}
    for name, one in scores.items():
        parts |= {f"{kind} {name}": part for kind, part in _parts(people, one).items()}
    found: dict[str, list[dict[str, Floats]]] = {name: [] for name in scores}
    first = next(iter(scores), None)
    for sums in drawn_sums(parts, people, draws, seed):
        for name, one in scores.items():
            asked = shares if name == first else ()
            found[name].append(_figures(_own(sums, name), one.share, asked))
    return {
        name: _gathered(people, one, found[name], shares if name == first else ())
        for name, one in scores.items()
    }


def _own(sums: Mapping[str, Floats], name: str) -> dict[str, Floats]:
    kinds = ("table", "right", "squares")
    return {kind: sums[f"{kind} {name}"] for kind in kinds if f"{kind} {name}" in sums}


def _parts(people: People, one: Scored, *, exact: bool = False) -> dict[str, Part]:
    """The sums that its figures are made of: by bin and outcome, right or wrong, squared errors."""
    place, bins = bins_of(one.score, people.weight, one.bins)
    there = np.isfinite(one.score) & np.isfinite(people.y)
    told = there & (one.flag >= 0)
    right = np.where(told, np.where(one.flag == people.y, 1, 0), -1).astype(np.int64)
    parts = {"table": table_part(place if exact else bins, people.y), "right": Part(right, 2)}
    if one.probability:
        squares = np.where(there, np.nan_to_num(one.score - people.y) ** 2, 0.0)
        parts["squares"] = Part(np.where(there, 0, -1).astype(np.int64), 1, squares)
    return parts


def _figures(
    sums: Mapping[str, Floats], share: float, shares: Iterable[float]
) -> dict[str, Floats]:
    """Every figure of sums (..., columns), shapes (...)."""
    table = table_of(sums["table"])
    precision, recall = at_capacity(table, share)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            "auc": auc(table),
            "average_precision": average_precision(table),
            "precision": precision,
            "recall": recall,
            "accuracy": sums["right"][..., 1] / sums["right"].sum(-1),
        }
        if "squares" in sums:
            base = base_rate(table)
            known = table[..., :2].sum((-1, -2))
            found["brier"] = sums["squares"][..., 0] / known
            spread = base * (1 - base)
            found["brier_skill"] = 1 - found["brier"] / np.where(spread > 0, spread, np.nan)
    for at in shares:
        found[f"precision at {at}"], found[f"recall at {at}"] = at_capacity(table, at)
    return found


def _gathered(
    people: People, one: Scored, drawn: Sequence[Mapping[str, Floats]], shares: Sequence[float]
) -> Figures:
    """Exact figures, with those of the draws moved to them."""
    exact = _figures(_sums(people, one, exact=True), one.share, shares)
    binned = _figures(_sums(people, one, exact=False), one.share, shares)
    found = {
        name: centred(
            float(exact[name]), float(binned[name]), np.concatenate([part[name] for part in drawn])
        )
        for name in exact
    }
    there = np.isfinite(one.score) & np.isfinite(people.y)
    curve = {at: (found.pop(f"precision at {at}"), found.pop(f"recall at {at}")) for at in shares}
    return Figures(int(there.sum()), int((there & (people.y == 1)).sum()), one.share, found, curve)


def _sums(people: People, one: Scored, *, exact: bool) -> dict[str, Floats]:
    parts = _parts(people, one, exact=exact)
    return {kind: summed(part, people.weight) for kind, part in parts.items()}
