"""Synthetic answers to a survey of parents that match the printed figures of a published article.

For trying Licet out, for teaching and for tests. Nobody answered. See ``printed`` for the figures
and ``fitting`` for how they are matched.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import bad
from licet.groups import ALL, membership
from licet.synthetic.fitting import Flags, Numbers, Whole, chances, settle
from licet.synthetic.people import PRINTED_PEOPLE, people
from licet.synthetic.printed import GROUPS, QUESTIONS, Question

FEWEST_PEOPLE = 400
"""With fewer, a group of one in twenty is too small to match figures to the percent."""

AGREEMENT = ("Agree strongly", "Agree", "Neither", "Disagree", "Disagree strongly")
YES_NO = ("Yes", "No")
DONT_KNOW, REFUSED = "Don't know", "Refused"

_ABOVE_THE_LINE = 0.002
"""A share printed as 50 lies from 49.5 to 50.5; the article counts it as met, so it is made so."""
_AVOIDED = {"knowledge": 0.02, "view": 0.06, "agreement": 0.05}
_NEUTRAL_OF_REST = {"agreement": 0.52, "view": 0.62}


def parents_2020(seed: int = 2020, n: int = PRINTED_PEOPLE) -> pl.DataFrame:
    """``n`` synthetic parents with their answers, one row per person; the same for the same seed.

    Weighted shares of valid answers match the printed percentages within one point in every group
    that the article prints, at 843 people and above. Refuses fewer than 400 people.
    """
    if n < FEWEST_PEOPLE:
        raise bad(f"{n} people are too few", "n", f"at least {FEWEST_PEOPLE}")
    rng = np.random.default_rng(seed)
    frame = people(rng, n)
    members = {
        name: frame.select(membership(expression, frame.columns)).to_series().to_numpy()
        for name, expression in GROUPS.items()
    }
    members[ALL] = np.ones(n, dtype=np.bool_)
    weight = np.rint(frame["wt"].to_numpy() * 1000).astype(np.int64)
    trust = rng.standard_normal(n)
    answers = [_answers(rng, question, weight, members, trust) for question in QUESTIONS]
    return frame.with_columns(answers)


def to_csv(frame: pl.DataFrame) -> str:
    """The answers as CSV text, weights with three decimals, empty where nobody answered."""
    return frame.write_csv(float_precision=3)


def _answers(
    rng: np.random.Generator,
    question: Question,
    weight: Whole,
    members: dict[str, Flags],
    trust: Numbers,
) -> pl.Series:
    """The answers of everybody to one question, as text."""
    n = len(weight)
    valid, unanswered = _response(rng, question.scale, n)
    aims = question.aims
    inside = np.stack([members[group][valid] for group in aims])
    shares = np.array([_share(percent) for percent in aims.values()])
    leaning = question.trust * trust[valid] + 0.3 * rng.standard_normal(int(valid.sum()))
    chance = chances(leaning, weight[valid], inside, shares)
    drawn = rng.random(len(chance)) < chance
    counted = settle(drawn, weight[valid], inside, shares)
    words = unanswered.copy()
    words[valid] = _words(rng, question, counted, trust[valid])
    return pl.Series(question.id, words.tolist(), dtype=pl.String)


def _share(percent: int) -> float:
    return percent / 100 + (_ABOVE_THE_LINE if percent == 50 else 0)


def _response(rng: np.random.Generator, scale: str, n: int) -> tuple[Flags, NDArray[np.object_]]:
    """Who gave a valid answer, and what stands for those who did not."""
    draw = rng.random(n)
    dont_know = _AVOIDED[scale]
    words = np.full(n, None, dtype=object)
    words[draw < dont_know + 0.01] = REFUSED
    words[draw < dont_know] = DONT_KNOW
    return draw >= dont_know + 0.018, words


def _words(
    rng: np.random.Generator, question: Question, counted: Flags, trust: Numbers
) -> NDArray[np.object_]:
    """Options for valid answers. ``counted`` marks those that the printed percentage counts."""
    n = len(counted)
    if question.scale == "knowledge":
        return np.where(counted, *YES_NO).astype(object)
    strong = rng.random(n) < 1 / (1 + np.exp(0.8 - 0.6 * np.abs(trust)))
    neutral = rng.random(n) < _NEUTRAL_OF_REST[question.scale]
    place = np.where(neutral, 2, np.where(strong, 4, 3))
    place = np.where(counted, np.where(strong, 0, 1), place)
    if question.against:
        place = 4 - place
    return np.array(AGREEMENT, dtype=object)[place]
