"""Rows that are alike, counted once; and the same counts in every draw, against plain loops."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.drawing.cells import Cells, collapse, replicates
from licet.audit.drawing.draws import chunks, units_from
from licet.errors import BadInput

SEED = 20261123
rows = st.lists(
    st.tuples(st.integers(-1, 3), st.integers(0, 1), st.sampled_from([0.5, 1.0, 2.0])),
    min_size=1,
    max_size=60,
)


def made(seed: int, number: int = 3000) -> tuple[Cells, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return collapse([rng.integers(0, 4, number), rng.integers(0, 3, number)], np.ones(number)), rng


def together(*args: object, at_once: int | None = None) -> np.ndarray:
    return np.concatenate(list(replicates(*args, at_once=at_once)))  # type: ignore[arg-type]


@given(rows)
def test_cells_count_rows_that_are_equal(people: list[tuple[int, int, float]]) -> None:
    one, other, weight = (np.array(part) for part in zip(*people, strict=True))
    cells = collapse([one, other], weight)
    counted = Counter((a, b) for a, b, _ in people)
    assert [tuple(code) for code in cells.codes] == sorted(counted)
    assert cells.people.tolist() == [counted[tuple(code)] for code in cells.codes]
    assert (cells.codes[cells.of_row] == np.column_stack([one, other])).all()
    np.testing.assert_allclose(
        cells.weight, [weight[cells.of_row == c].sum() for c in range(cells.number)]
    )
    assert [people.index(people[row]) <= row and cells.of_row[row] for row in cells.first] == list(
        range(cells.number)
    )


def test_far_apart_codes_need_no_large_table() -> None:
    rng = np.random.default_rng(1)
    wide = [rng.choice([0, 10**15, -(10**15)], 500) for _ in range(5)]
    cells = collapse(wide, np.ones(500))
    assert (cells.codes[cells.of_row] == np.column_stack(wide)).all()


def test_other_values_stand_by_their_rank() -> None:
    cells = collapse([np.array([0.5, 0.1, 0.5]), np.array(["b", "a", "a"])], np.ones(3))
    assert cells.codes.tolist() == [[0, 0], [1, 0], [1, 1]]


def test_columns_of_several_lengths_are_refused() -> None:
    with pytest.raises(BadInput, match="several lengths"):
        collapse([np.zeros(3, int), np.zeros(4, int)], np.ones(3))


def test_no_column_is_one_cell() -> None:
    assert collapse([], np.ones(4)).people.tolist() == [4]


@pytest.mark.parametrize("strata", [1, 3])
@pytest.mark.parametrize("weights", ["alike", "many"])
@pytest.mark.parametrize("families", [900, 3000])
def test_drawn_cells_are_sums_over_drawn_rows(strata: int, weights: str, families: int) -> None:
    cells, rng = made(SEED)
    weight = np.full(3000, 1.5) if weights == "alike" else rng.lognormal(0, 0.5, 3000)
    cluster = rng.integers(0, families, 3000)
    units = units_from(cluster, rng.integers(0, strata, 3000), 3000)
    found = together(cells, units, weight, 19, 7)
    assert (found == together(cells, units, weight, 19, 7, at_once=4)).all()
    counts = np.concatenate(list(chunks(units, 19, 7)))[:, units.of_row]
    plain = [np.bincount(cells.of_row, weight * row, cells.number) for row in counts]
    np.testing.assert_allclose(found, plain, rtol=1e-5)


def test_large_cells_are_added_up_whole() -> None:
    """More rows than fit the two bytes of a lane, all in one cell."""
    number = 200_000
    cells = collapse([np.zeros(number, int)], np.ones(number))
    units = units_from(np.repeat(np.arange(number // 2), 2), np.zeros(number, int), number)
    assert (together(cells, units, np.ones(number), 9, 1) == number).all()


def moments(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return drawn.mean(axis=0), np.cov(drawn.T)


@pytest.mark.parametrize("weighted", [False, True])
def test_counts_of_cells_are_drawn_as_rows_are(weighted: bool) -> None:
    """Mean and covariance of multinomial counts: those of a bootstrap of single rows."""
    cells, rng = made(SEED, 600)
    weight = rng.choice([1.0, 3.0], 600) if weighted else np.ones(600)
    units = units_from(np.arange(600), np.zeros(600, int), 600)
    found = together(cells, units, weight, 20_000, 3)
    again = np.random.default_rng(9)
    plain = np.empty((4000, cells.number))
    for row in plain:
        picked = again.integers(0, 600, 600)
        row[:] = np.bincount(cells.of_row[picked], weight[picked], cells.number)
    mean, cov = moments(found)
    own = np.bincount(cells.of_row, weight, cells.number)
    assert mean == pytest.approx(own, rel=0.01)
    inside = np.equal.outer(np.arange(cells.number), cells.of_row)
    exact = (inside * weight**2) @ inside.T - np.outer(own, own) / 600
    scale = np.sqrt(np.outer(np.diag(exact), np.diag(exact)))
    assert np.abs((cov - exact) / scale).max() < 0.05
    assert np.abs((moments(plain)[1] - exact) / scale).max() < 0.1


def test_families_of_one_are_people() -> None:
    """Drawn as units or as counts of cells: the same mean and covariance."""
    cells, rng = made(SEED, 400)
    single = units_from(rng.permutation(400), np.zeros(400, int), 400)
    assert single.single
    by_kind = together(cells, single, np.ones(400), 20_000, 3)
    unit = np.concatenate(list(chunks(single, 20_000, 4)))[:, single.of_row]
    by_unit = unit @ np.equal.outer(cells.of_row, np.arange(cells.number))
    (mean, cov), (other, its) = moments(by_kind), moments(by_unit)
    assert mean == pytest.approx(other, rel=0.01)
    assert np.abs(cov - its).max() < 0.05 * np.diag(cov).max()


def test_strata_keep_their_numbers() -> None:
    cells, rng = made(SEED)
    stratum = rng.integers(0, 4, 3000)
    both = collapse([stratum, cells.of_row], np.ones(3000))
    units = units_from(np.arange(3000), stratum, 3000)
    drawn = together(both, units, np.ones(3000), 50, 2)
    for one in range(4):
        inside = both.codes[:, 0] == one
        np.testing.assert_allclose(drawn[:, inside].sum(axis=1), (stratum == one).sum(), rtol=1e-6)
