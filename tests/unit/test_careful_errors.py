"""Errors for small groups, against what is known of two plain samples: Welch's without the strata."""

from __future__ import annotations

import numpy as np
import pytest

from licet.survey.design import Design
from licet.survey.estimates import Outcome, estimate

ONE, OTHER = 12, 40
FAR = np.array([[1.0, -1.0]])


def plain() -> tuple[Design, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    inside = np.arange(ONE + OTHER) < ONE
    values = rng.normal(inside * 2.0, 1 + inside)
    return (
        Design(np.ones(ONE + OTHER), None, np.zeros(ONE + OTHER, dtype=np.int8), 1),
        values,
        inside,
    )


def test_two_plain_samples_have_the_error_of_welch() -> None:
    design, values, inside = plain()
    found = estimate(design, [Outcome("y", values)], np.stack([inside, ~inside])).careful(FAR)
    sides = values[inside], values[~inside]
    welch = sum(side.var(ddof=1) / len(side) for side in sides)
    n = ONE + OTHER
    # One stratum of n people: n / (n - 1) of the sum of squares, about a mean that the leverage moves.
    longer = [(side - side.mean()) / np.sqrt(len(side) * (len(side) - 1)) for side in sides]
    moved = sum(part.sum() for part in longer)
    assert moved == pytest.approx(0, abs=1e-12)
    assert found.se[0] == pytest.approx(np.sqrt(welch * n / (n - 1)), rel=1e-12)
    expected = (1 / ONE + 1 / OTHER) ** 2 / (1 / ONE**3 + 1 / OTHER**3)
    assert found.df[0] == pytest.approx(expected, rel=1e-12)


def test_clusters_have_the_part_of_all_their_people() -> None:
    _, values, inside = plain()
    units = np.arange(ONE + OTHER) % 13
    design = Design(np.ones(ONE + OTHER), units, np.zeros(13, dtype=np.int8), 1)
    found = estimate(design, [Outcome("y", values)], np.stack([inside, ~inside])).careful(FAR)
    total = np.zeros(13)
    squares = np.zeros(13)
    for side, sign in ((inside, 1), (~inside, -1)):
        gap = values - values[side].mean()
        for unit in range(13):
            members = side & (units == unit)
            part = members.sum() / side.sum()
            total[unit] += sign * gap[members].sum() / side.sum() / np.sqrt(1 - part)
            squares[unit] += members.sum() / side.sum() ** 2
    se = np.sqrt(13 / 12 * ((total - total.mean()) ** 2).sum())
    assert found.se[0] == pytest.approx(se, rel=1e-12)
    assert found.df[0] == pytest.approx(min(squares.sum() ** 2 / (squares**2).sum(), 12), rel=1e-12)


def test_they_are_never_shorter_than_the_usual_ones() -> None:
    design, values, inside = plain()
    made = estimate(design, [Outcome("y", values)], np.stack([inside, ~inside]))
    for row in np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0], [0.5, 0.5]]):
        usual, careful = made.contrasts(row[None]), made.careful(row[None])
        assert careful.se[0] >= usual.se[0] and careful.df[0] <= usual.df[0]
        assert careful.value[0] == usual.value[0]


def test_where_one_person_is_the_group_nothing_is_known() -> None:
    design, values, _ = plain()
    alone = np.arange(ONE + OTHER) == 0
    found = estimate(design, [Outcome("y", values)], np.stack([alone, ~alone])).careful(FAR)
    assert np.isfinite(found.se[0]) and found.df[0] <= 2
