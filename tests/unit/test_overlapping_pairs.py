"""Two groups that share people: the short cut of ``shares`` against scores written out person by person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from licet.survey.design import Design
from licet.survey.shares import shares
from licet.survey.totals import Column, Grouping

IN = np.array([[False], [True]])


def people(size: int = 200) -> tuple[Design, Column, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    one, other = rng.random(size) < 0.5, rng.random(size) < 0.4
    strata = np.sort(rng.integers(0, 4, size)).astype(np.int8)
    design = Design(rng.uniform(0.5, 3, size), None, strata, 4)
    return design, Column(rng.integers(-1, 2, size).astype(np.int8), 2), one, other


def by_hand(
    design: Design, column: Column, one: np.ndarray, other: np.ndarray
) -> tuple[float, int]:
    scores = np.zeros(len(one))
    for sign, inside in ((1, one), (-1, other)):
        valid = inside & (column.codes >= 0)
        w = design.weights * valid
        share = (w * (column.codes == 0)).sum() / w.sum()
        scores += sign * w * ((column.codes == 0) - share) / w.sum()
    variance = 0.0
    for stratum in range(4):
        z = scores[design.strata == stratum]
        variance += len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum()
    held = (one | other) & (column.codes >= 0)
    return float(np.sqrt(variance)), int(held.sum() - len(np.unique(design.strata[held])))


@pytest.mark.parametrize("clustered", [False, True])
def test_people_in_both_groups_count_once(clustered: bool) -> None:
    design, column, one, other = people()
    groupings = [Grouping(g.astype(np.int8), IN) for g in (one, other)]
    se, df = by_hand(design, column, one, other)
    if clustered:  # every person a cluster of one: the same design
        design = replace(design, units=np.arange(len(one)))
    found = shares(design, [column], groupings, [(1, 2)])
    assert found.difference_se[0, 0] == pytest.approx(se, rel=1e-12)
    assert found.difference_df[0, 0] == df
