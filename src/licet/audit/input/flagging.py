"""Who is flagged: by a column, by a score from somewhere on, or as many as can be seen."""

from __future__ import annotations

import numpy as np

from licet.audit.people import Flags, Floats
from licet.audit.plan import Flagged
from licet.errors import bad


def by_score(
    rule: Flagged, score: Floats, weight: Floats, seed: int, at_least: float | None
) -> tuple[Flags, tuple[int, int] | None]:
    """Flags by a score (higher is riskier), -1 where there is no score; and who is tied at the cut.

    at_least: the rule's own, turned as the score is. The second value: people with the score of the
    cut, and how many of them are flagged; None unless a capacity cuts. Refuses a capacity of everybody.
    """
    known = ~np.isnan(score)
    if at_least is not None:
        return np.where(known, score >= at_least, -1).astype(np.int8), None
    total = float(weight[known].sum())
    capacity = float(rule.people) if rule.people is not None else (rule.share or 0.0) * total
    if capacity >= total:
        raise bad(
            f"a capacity of {capacity:,.0f} flags everybody",
            "flagged: people",
            f"fewer than {total:,.0f}, those with a score",
            "say how many people can really be seen",
        )
    return _cut(rule, score, weight, known, capacity, seed)


def _cut(
    rule: Flagged,
    score: Floats,
    weight: Floats,
    known: np.ndarray,
    capacity: float,
    seed: int,
) -> tuple[Flags, tuple[int, int]]:
    flag = np.where(known, 0, -1).astype(np.int8)
    order = np.argsort(-np.where(known, score, -np.inf), kind="stable")
    reached = np.cumsum(np.where(known, weight, 0.0)[order])
    cut = score[order[int(np.searchsorted(reached, capacity - 1e-9 * max(capacity, 1.0)))]]
    flag[known & (score > cut)] = 1
    tied = np.flatnonzero(known & (score == cut))
    left = capacity - float(weight[known & (score > cut)].sum())
    fits = float(weight[tied].sum()) <= left * (1 + 1e-9)
    if rule.ties == "all" or fits:
        flag[tied] = 1
    elif rule.ties == "lot":
        drawn = np.random.default_rng(seed).permutation(tied)
        flag[drawn[np.cumsum(weight[drawn]) <= left * (1 + 1e-9)]] = 1
    return flag, (len(tied), int((flag[tied] == 1).sum()))


def about(people: int, threshold: int) -> str:
    """``1,200 people``; of few only that they are few."""
    return f"{people:,} people" if people >= threshold else f"fewer than {threshold} people"


def tie_words(tied: tuple[int, int], ties: str, threshold: int) -> str:
    """What is said of people who share the score at the cut."""
    people, flagged = tied
    how = {
        "lot": "drawn by lot, with the plan's seed",
        "all": "all of them, by the plan",
        "none": "none of them, by the plan",
    }[ties]
    if people == flagged:
        how = "all of them"
    shared = about(people, threshold)
    if min(people, flagged or people, people - flagged or people) < threshold:
        return f"Ties: {shared} share the score at the cut ({how})."
    return f"Ties: {shared} share the score at the cut; {flagged:,} of them are flagged ({how})."
