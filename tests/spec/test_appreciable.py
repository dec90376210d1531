"""A group is appreciably higher or lower than the rest where the difference is at least five points
and its 95 % interval is clear of 0: both, on unrounded values. A workspace may declare another
difference ("matters"). Of printed figures the difference counts as large enough only where it is
whatever the rounding hides ("rounding", in points). Where nothing is known of the uncertainty,
nothing is appreciable. Differences and intervals are in points of a percent. It is context: no
verdict follows from it.
"""

from __future__ import annotations

import pytest

from licet.comparisons import Appreciable
from tests.spec.tables import Row, cases

TITLE = "Appreciably higher or lower"

TABLE = """
matters | difference | interval      | rounding | appreciably
------- | ---------- | ------------- | -------- | -----------
5       | 8          | [2, 14]       |          | higher
5       | -8         | [-14, -2]     |          | lower
5       | 8          | [-1, 17]      |          |
5       | -8         | [-17, 1]      |          |
5       | 8          | [0, 16]       |          |
5       | 8          | [0.1, 15.9]   |          | higher
5       | 5          | [1, 9]        |          | higher
5       | 4.99       | [1, 8.98]     |          |
5       | -5         | [-9, -1]      |          | lower
5       | -4.99      | [-8.98, -1]   |          |
5       | 0          | [-4, 4]       |          |
5       | 8          |               |          |
5       | 6.2        | [1.4, 11]     | 1.5      |
5       | 6.5        | [1.7, 11.3]   | 1.5      | higher
5       | -22        | [-39, -5]     | 1        | lower
10      | 8          | [2, 14]       |          |
10      | -12        | [-20, -4]     |          | lower
0       | 1          | [0.5, 1.5]    |          | higher
0       | -1         | [-2.5, 0.5]   |          |
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_appreciable(row: Row) -> None:
    low, high = float("nan"), float("nan")
    if row["interval"]:
        low, high = (float(part) / 100 for part in row["interval"].strip("[]").split(","))
    rule = Appreciable(float(row["matters"]) / 100)
    rounding = float(row["rounding"] or 0) / 100
    assert rule.judge(float(row["difference"]) / 100, low, high, rounding) == row["appreciably"]
