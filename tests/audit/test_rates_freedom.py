"""How sure a spread is: of families and weights alike as many as there are, of a heavy few as few."""

from __future__ import annotations

import numpy as np
import pytest

from licet.audit.drawing.draws import Units
from licet.audit.groups.freedom import LEAST, Parted
from licet.audit.groups.rates import group_rates
from licet.audit.groups.sides import by_logit
from tests.audit.planned import frame, read

TOP, BASE = (1,), (0, 1)


def parted(weight: np.ndarray, family: np.ndarray, strata: int = 1) -> Parted:
    number = int(family.max()) + 1
    units = Units(family, np.arange(number) % strata)
    classes = np.random.default_rng(4).integers(0, 2, len(weight))
    return Parted(
        units, weight, np.arange(len(weight)), classes, np.zeros((len(weight), 0), np.int8)
    )


def freedom(one: Parted) -> float:
    value = np.average(one.classes == 1, weights=one.weight)
    return float(one.freedom(TOP, BASE, np.array([value]))[0])


def test_of_units_that_add_alike_there_are_as_many_less_their_strata() -> None:
    families = np.arange(400)
    assert freedom(parted(np.ones(400), families)) == pytest.approx(399, abs=2)
    assert freedom(parted(np.ones(400), families, 100)) == pytest.approx(300, abs=2)


def test_a_heavy_few_count_as_few() -> None:
    weight = np.ones(400)
    weight[:8] = 60
    assert freedom(parted(weight, np.arange(400))) < 20
    assert freedom(parted(np.ones(400), np.arange(400) // 80)) == LEAST


def test_limits_by_logits_stay_between_0_and_1_and_lean_to_the_middle() -> None:
    value, se = np.array([0.1, 0.5, 0.9]), np.full(3, 0.08)
    low, high = by_logit(value, se, 0.95)
    assert (low > 0).all() and (high < 1).all()
    assert high[0] - 0.1 > 0.1 - low[0] and high[1] - 0.5 == pytest.approx(0.5 - low[1])
    assert low[0] == pytest.approx(1 - high[2])


def test_the_interval_of_few_heavy_families_is_wider_than_its_draws() -> None:
    data = frame(2000, family=np.arange(2000) // 40)
    wide = read(data, columns={"outcome": "y", "score": "score", "cluster": "family"})
    found = group_rates(wide, draws=400).rate(None, "fnr").estimate
    reach = 1.959964 * found.se
    assert found.high - found.low == pytest.approx(2 * reach, rel=0.03)
    plain = group_rates(read(data), draws=400).rate(None, "fnr").estimate
    assert found.high - found.low > 0.9 * (plain.high - plain.low)


def plainly(one: Parted, inside: np.ndarray, over: np.ndarray, value: float) -> float:
    """The same from the rows themselves, unit by unit."""
    adds: dict[int, float] = {}
    for row in np.flatnonzero(inside):
        unit = int(one.units.of_row[row])
        adds[unit] = adds.get(unit, 0.0) + one.weight[row] * (over[row] - value)
    squares = np.array(list(adds.values())) ** 2
    if len(adds) < 2:
        return LEAST
    if not squares.sum() > 1e-18:
        return float(np.inf)  # nothing moves where the rate is 0 or 1
    shared = 1 - len(set(one.units.strata.tolist())) / one.units.number
    apart = max((squares**2).sum() / squares.sum() ** 2 - 1 / len(adds), 1e-9)
    return max(min(2 / apart, len(adds)) * shared, LEAST)


@pytest.mark.parametrize("seed", range(12))
def test_groups_and_rests_are_added_up_as_one_would_by_hand(seed: int) -> None:
    """Counted or weighed, of small and of large groups, and where some are in no side."""
    draw = np.random.default_rng(seed)
    rows, groups = 400, 3
    family = draw.integers(0, 90, rows)
    family = np.unique(family, return_inverse=True)[1]
    weight = np.ones(rows) if seed % 2 else draw.lognormal(0, 1.5, rows)
    classes = draw.integers(0, 4, rows)
    member = (draw.random((rows, groups)) < (0.1, 0.5, 0.95)).astype(np.int8)
    member[draw.random(rows) < 0.1, seed % groups] = -1
    strata = np.arange(family.max() + 1) % (1 + seed % 3)
    one = Parted(Units(family, strata), weight, np.arange(rows), classes, member)
    inside, over = np.isin(classes, BASE), np.isin(classes, TOP)
    everybody = np.ones(rows, bool)
    sets = [everybody, *(member.T == 1), *(member.T == 0)]
    value = np.array(
        [np.average(over[held & inside], weights=weight[held & inside]) for held in sets]
    )
    wanted = [plainly(one, held & inside, over, v) for held, v in zip(sets, value, strict=True)]
    assert one.freedom(TOP, BASE, value) == pytest.approx(wanted, rel=1e-9)
