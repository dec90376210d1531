"""Tests of tables and adjusted p worked out by hand are R's to 1e-9."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracles.by_hand import Sample, domain, sample_of
from tests.oracles.by_hand_tables import benjamini_hochberg, holm, rao_scott
from tests.oracles.fixtures import Row, Run, hold, rows_of, runs, said

pytestmark = pytest.mark.long
"""It asks nothing of Licet: two programs of the tests agree, as long as nobody changes either."""


def table_figures(sample: Sample, row: Row) -> dict[str, float]:
    answer = sample.data[row["item"]]
    if row["option"] != "all":
        chose = np.where(answer == row["option"], "yes", "no")
        answer = np.where(answer == "", "", chose)
    members = domain(sample, row["domain_by"], row["domain"])
    found = rao_scott(sample, answer, sample.data[row["by"]], members)
    return vars(found)


@pytest.mark.parametrize("run", runs("tests"), ids="-".join)
def test_tests_of_tables(run: Run) -> None:
    sample, rows = sample_of(run), rows_of("tests", run)
    hold(rows, [table_figures(sample, row) for row in rows])


def test_adjusted_p_values() -> None:
    rows = list(said("p_adjusted"))
    p = [float(row["p"]) for row in rows]
    found = zip(benjamini_hochberg(p), holm(p), strict=True)
    hold(rows, [{"bh": one, "holm": other} for one, other in found])
