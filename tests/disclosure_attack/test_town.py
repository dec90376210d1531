"""The town's audit by five breakdowns and all their pairs: attacked, and not emptied by caution.

The town is made up; so is the score, wrong more often for some. Twenty thousand people.
"""

from __future__ import annotations

from itertools import combinations, product
from time import process_time

import numpy as np
import polars as pl
import pytest
from scipy import sparse
from scipy.optimize import linprog

from licet.disclosure import Linked, confusion_sums
from licet.synthetic.town.whole import make_town
from tests.disclosure_attack.attacker import CELLS, PARTS, Attacker

COLUMNS = ("sex", "ethnicity", "tenure", "income", "size")
CROSSED = ("tp", "fp", "fn", "tn", "known")
"""What is printed of crossed groups: the rates can be worked out from it."""


def people() -> pl.DataFrame:
    """One row per person of the town: five columns, and what became of them."""
    draw = np.random.default_rng(4)
    town = make_town(20_000, 1).people
    size = pl.col("household_size")
    banded = (
        pl.when(size <= 2)
        .then(pl.lit("1-2"))
        .when(size <= 4)
        .then(pl.lit("3-4"))
        .otherwise(pl.lit("5+"))
    )
    frame = town.with_columns(banded.alias("size")).select(COLUMNS)
    poor = (frame["income"] == "Under 1200").to_numpy()
    outcome = draw.random(len(frame)) < np.where(poor, 0.3, 0.15)
    flagged = draw.random(len(frame)) < np.where(outcome, 0.55, np.where(poor, 0.2, 0.12))
    part = np.where(outcome, np.where(flagged, 0, 2), np.where(flagged, 1, 3))
    part = np.where(draw.random(len(frame)) < 0.02, 4, part)
    return frame.with_columns(part=part)


Group = tuple[tuple[str, str], ...]


def counted(frame: pl.DataFrame) -> dict[Group, list[int]]:
    """People by part of everybody, every group and every pair of groups."""
    found: dict[Group, list[int]] = {}
    for columns in [(), *combinations(COLUMNS, 1), *combinations(COLUMNS, 2)]:
        levels = [sorted(frame[column].unique().to_list()) for column in columns]
        for chosen in product(*levels):
            group = tuple(sorted(zip(columns, chosen, strict=True)))
            inside = frame.filter(*(pl.col(column) == level for column, level in group))
            found[group] = np.bincount(inside["part"], minlength=5).tolist()
    return found


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return people()


@pytest.fixture(scope="module")
def counts(frame: pl.DataFrame) -> dict[Group, list[int]]:
    return counted(frame)


@pytest.fixture(scope="module")
def protected(counts: dict[Group, list[int]]) -> tuple[Linked, np.ndarray, float]:
    linked = confusion_sums(counts, crossed=CROSSED)
    began = process_time()
    mask = linked.protect()
    return linked, mask, process_time() - began


def printed(counts: dict[Group, list[int]]) -> list[tuple[Group, str, int]]:
    """Every cell that is meant for print, with its number."""
    return [
        (group, cell, sum(row[PARTS.index(part)] for part in CELLS[cell]))
        for group, row in counts.items()
        for cell in (CELLS if len(group) < 2 else CROSSED)
    ]


def attacker_of(counts: dict[Group, list[int]]) -> tuple[dict[tuple[Group, str], int], Attacker]:
    """An attacker who knows that crossed groups add up to each of theirs, and these to everybody."""
    place = {(group, part): n for n, (group, part) in enumerate(product(counts, PARTS))}
    attacker = Attacker(len(place))
    for group in counts:
        for column in {*COLUMNS} - {column for column, _ in group}:
            inner = [
                other
                for other in counts
                if len(other) == len(group) + 1 and {*group} < {*other} and column in dict(other)
            ]
            for part in PARTS if inner else ():
                line = {place[other, part]: -1.0 for other in inner}
                attacker.between({place[group, part]: 1.0} | line, 0, 0)
    return place, attacker


def test_nearly_everything_that_is_not_small_stays(
    counts: dict[Group, list[int]], protected: tuple[Linked, np.ndarray, float]
) -> None:
    """At least 95 % of cells that are not small, in a few seconds."""
    linked, mask, seconds = protected
    cells = [(group, cell) for group, cell, people in printed(counts) if people >= 10]
    shown = sum(not linked.hides(mask, group, cell) for group, cell in cells)
    assert len(cells) > 600
    assert shown / len(cells) >= 0.95
    assert seconds < 30


def test_no_small_count_is_recovered(
    counts: dict[Group, list[int]], protected: tuple[Linked, np.ndarray, float], full: bool
) -> None:
    """The attacker adds and subtracts all tables at once, in whole numbers."""
    linked, mask, _ = protected
    place, attacker = attacker_of(counts)
    for group, cell, people in printed(counts):
        if not linked.hides(mask, group, cell):
            assert people == 0 or people >= 10
            attacker.learn([place[group, part] for part in CELLS[cell]], people)
    small = [
        [place[group, part] for part in parts]
        for group, row in counts.items()
        for parts in CELLS.values()
        if 1 <= sum(row[PARTS.index(part)] for part in parts) < 10
    ]
    assert len(small) > 20
    for cells in small if full else small[::10]:
        low, high = attacker.range_of(cells)
        assert low == 0 and high >= 10


def test_one_set_of_people_in_all_tables_tells_no_more(
    frame: pl.DataFrame,
    counts: dict[Group, list[int]],
    protected: tuple[Linked, np.ndarray, float],
    full: bool,
) -> None:
    """That the same people fill all tables is no sum of printed cells; here it does not help either."""
    linked, mask, _ = protected
    levels = [sorted(frame[column].unique().to_list()) for column in COLUMNS]
    mixtures = np.array(list(product(*levels, PARTS)))

    def line(group: Group, cell: str) -> np.ndarray:
        inside = np.isin(mixtures[:, -1], CELLS[cell])
        for column, level in group:
            inside &= mixtures[:, COLUMNS.index(column)] == level
        return inside.astype(float)

    told = [one for one in printed(counts) if not linked.hides(mask, one[0], one[1])]
    known = sparse.csr_array(np.array([line(group, cell) for group, cell, _ in told]))
    small = [
        (group, cell)
        for group, row in counts.items()
        for cell, parts in CELLS.items()
        if 1 <= sum(row[PARTS.index(part)] for part in parts) < 10
    ]
    for group, cell in small if full else small[::25]:
        aim = line(group, cell)
        ends = [
            sign * linprog(sign * aim, A_eq=known, b_eq=[people for _, _, people in told]).fun
            for sign in (1, -1)
        ]
        assert ends[0] < 1e-6 and ends[1] > 10 - 1e-6


@pytest.mark.long
def test_two_releases_tell_no_small_change(
    frame: pl.DataFrame,
    counts: dict[Group, list[int]],
    protected: tuple[Linked, np.ndarray, float],
    full: bool,
) -> None:
    """A season later: a few people elsewhere, and two hundred more. What changed little is not told."""
    linked, mask, _ = protected
    earlier = linked.printed(mask)
    draw = np.random.default_rng(9)
    part = frame["part"].to_numpy().copy()
    moved = draw.choice(len(part), 40, replace=False)
    part[moved] = draw.integers(0, 5, 40)
    more = frame.with_columns(part=part)[draw.choice(len(part), 200)]
    later = counted(pl.concat([frame.with_columns(part=part), more]))
    now = confusion_sums(later, crossed=CROSSED)
    gone = now.protect()
    held = now.hold(gone, earlier)
    place, attacker = attacker_of(later)
    for group, cell, people in printed(later):
        if not now.hides(gone | held, group, cell):
            assert not 1 <= abs(people - earlier.get((group, cell), people)) < 10
            attacker.learn([place[group, part] for part in CELLS[cell]], people)
    little = [
        (group, cell, people - earlier[group, cell])
        for group, cell, people in printed(later)
        if 1 <= abs(people - earlier.get((group, cell), people)) < 10
    ]
    assert len(little) > 100
    for group, cell, change in little if full else little[::120]:
        low, high = attacker.range_of([place[group, part] for part in CELLS[cell]])
        before = earlier[group, cell]
        assert low <= before <= high
        assert high >= before + 10 if change > 0 else low <= max(before - 10, 0)
