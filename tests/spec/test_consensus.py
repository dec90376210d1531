"""Consensus is the article's point rule: a stance has it when its unrounded share reaches the
baseline, 1.5 divided by the number of stances (75 % for two, 50 % for three; four and more appear
only as sensitivity, never for licence). Shares are in percent of valid answers. "strict" asks for
more than the baseline. "printed" means rounded to a whole percent: where the rounding hides on
which side of the line a share lies, the consensus is undetermined, never met.
"""

from __future__ import annotations

import pytest

from licet.licence import Measure, Rule, Share, consensus_of
from tests.spec.tables import Row, cases

TITLE = "Consensus"

TABLE = """
stances | permits | opposes | how     | consensus
------- | ------- | ------- | ------- | ------------
2       | 75      | 25      |         | for
2       | 74.99   | 25.01   |         | none
2       | 75      | 25      | strict  | none
2       | 75.01   | 24.99   | strict  | for
2       | 25      | 75      |         | against
2       | 60      | 40      |         | none
3       | 50      | 20      |         | for
3       | 49.99   | 20      |         | none
3       | 50      | 20      | strict  | none
3       | 50.01   | 20      | strict  | for
3       | 30      | 50      |         | against
3       | 30      | 50      | strict  | none
3       | 50      | 50      |         | contested
3       | 45      | 45      |         | none
3       | 62      |         |         | for
3       | 38      |         |         | none
3       |         | 55      |         | against
3       |         | 45      |         | none
4       | 37.5    | 30      |         | for
4       | 40      | 37.5    |         | contested
5       | 30      | 30      |         | contested
5       | 35      | 29.99   |         | for
3       | 50      |         | printed | undetermined
3       | 49      |         | printed | none
3       | 51      |         | printed | for
3       | 30      | 50      | printed | undetermined
2       | 75      |         | printed | undetermined
2       | 76      |         | printed | for
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_consensus(row: Row) -> None:
    rounding = 0.005 if row["how"] == "printed" else 0.0

    def share(text: str) -> Share | None:
        return Share(float(text) / 100, 0, 1, rounding) if text else None

    measure = Measure(share(row["permits"]), share(row["opposes"]), 1000, 1000)
    # For licence the baseline is never below 50 %; the point rule itself knows no such floor.
    baseline = Rule(baseline_minimum=0).baseline(int(row["stances"]))
    found = consensus_of(measure, baseline, strict=row["how"] == "strict")
    assert found.value == row["consensus"]
