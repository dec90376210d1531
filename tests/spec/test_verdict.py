"""A verdict needs the whole 95 % interval on one side of the baseline. "granted": the permitting
share lies wholly at or above it. "refused": the opposing share does, which beats granted. "absent":
the permitting share lies wholly below. "unproven": the interval straddles the line, or rounding
hides the side. An interval wider than 20 points each way is "too few" unless it already lies wholly
on the wrong side; fewer than 10 people are always too few. A workspace may ask for more people
("smallest") or a higher line ("minimum"): that sets aside what was granted, never what was refused.
Where only the opposing share is known,
the permitting share is at most its complement. Intervals are in percent; "apart" reports the
precision rule without applying it.
"""

from __future__ import annotations

import pytest

from licet.licence import Measure, Rule, Share, judge
from tests.spec.tables import Row, cases

TITLE = "Verdict"

TABLE = """
stances | permits        | opposes        | people | how             | verdict
------- | -------------- | -------------- | ------ | --------------- | --------
3       | 62 [50, 73]    |                | 90     |                 | granted
3       | 62 [49.9, 73]  |                | 90     |                 | unproven
3       | 38 [27, 50]    |                | 90     |                 | unproven
3       | 38 [27, 49.9]  |                | 90     |                 | absent
3       | 30 [20, 42]    | 62 [50, 73]    | 90     |                 | refused
3       | 30 [20, 42]    | 62 [49.9, 73]  | 90     |                 | absent
3       | 55 [50, 60]    | 55 [50, 60]    | 400    |                 | refused
3       | 55 [45, 65]    | 20 [12, 30]    | 90     |                 | unproven
2       | 85 [75, 92]    |                | 90     |                 | granted
2       | 85 [74.9, 92]  |                | 90     |                 | unproven
2       | 60 [50, 69.9]  |                | 90     |                 | absent
2       | 15 [8, 25]     | 85 [75, 92]    | 90     |                 | refused

3       | 75 [50, 90]    |                | 25     |                 | granted
3       | 75 [50, 91]    |                | 25     |                 | too few
3       | 55 [35, 75]    |                | 25     |                 | unproven
3       | 55 [34, 75]    |                | 25     |                 | too few
3       | 20 [2, 49]     |                | 12     |                 | absent
3       | 10 [1, 48]     | 75 [51, 99]    | 12     |                 | refused
3       | 75 [50, 91]    |                | 25     | apart           | granted
3       | 55 [34, 75]    |                | 25     | apart           | unproven

3       | 90 [60, 99]    |                | 9      |                 | too few
3       | 20 [2, 45]     |                | 9      |                 | too few
3       | 5 [0, 20]      | 90 [60, 99]    | 9      |                 | too few
3       | 80 [62, 92]    |                | 10     |                 | granted
3       | 20 [2, 45]     |                | 9      | apart           | absent
3       | 80 [62, 92]    |                | 50     | smallest 100    | too few
3       | 55 [45, 65]    |                | 50     | smallest 100    | too few
3       | 30 [20, 42]    |                | 50     | smallest 100    | absent
3       | 20 [10, 32]    | 70 [58, 82]    | 50     | smallest 100    | refused
3       | 20 [2, 45]     |                | 9      | smallest 100    | too few
3       | 20 [2, 45]     |                | 10     | smallest 100    | absent

3       |                | 70 [60, 79]    | 90     |                 | refused
3       |                | 20 [12, 30]    | 90     |                 | unproven
3       |                | 45 [40, 49]    | 400    |                 | unproven
2       |                | 40 [30, 51]    | 90     |                 | absent
2       |                | 40 [25, 56]    | 90     |                 | unproven
2       |                | 30 [20, 42]    | 90     |                 | unproven
2       |                | 5 [2, 10]      | 90     |                 | unproven

3       | 50 [46, 54]    |                | 843    | printed         | unproven
3       | 50 [34, 66]    |                | 25     | printed         | unproven
3       | 50 [25, 75]    |                | 15     | printed         | too few
3       | 51 [47, 55]    |                | 843    | printed         | unproven
3       | 55 [51, 59]    |                | 843    | printed         | granted
3       | 20 [17, 23]    | 50 [46, 54]    | 843    | printed         | absent
2       | 25 [22, 28]    | 75 [72, 78]    | 843    | printed         | absent
2       |                | 75 [72, 78]    | 843    | printed         | absent
3       |                | 50 [46, 54]    | 843    | printed         | unproven

3       | 62 [56, 68]    |                | 300    | minimum 60      | unproven
3       | 70 [60, 79]    |                | 90     | minimum 60      | granted
3       | 55 [51, 59]    |                | 843    | minimum 60      | absent
2       | 80 [75, 85]    |                | 300    | minimum 60      | granted
"""


def _share(text: str, rounding: float) -> Share | None:
    if not text:
        return None
    point, low, high = (float(part.strip(" ],")) / 100 for part in text.replace("[", " ").split())
    return Share(point, low, high, rounding)


def _rule(how: str) -> Rule:
    if how.startswith("smallest"):
        return Rule(smallest_base=int(how.split()[1]))
    if how.startswith("minimum"):
        return Rule(baseline_minimum=float(how.split()[1]) / 100)
    return Rule(precision=how != "apart")


@pytest.mark.parametrize("row", cases(TABLE))
def test_verdict(row: Row) -> None:
    rounding = 0.005 if row["how"] == "printed" else 0.0
    shares = [_share(row[side], rounding) for side in ("permits", "opposes")]
    measure = Measure(*shares, base=int(row["people"]), effective_base=float(row["people"]))
    found = judge(measure, int(row["stances"]), _rule(row["how"]))
    assert found.verdict.value == row["verdict"]


@pytest.mark.parametrize("how", ["", "apart"])
def test_the_precision_rule_is_always_reported(how: str) -> None:
    measure = Measure(Share(0.55, 0.3, 0.8), None, 12, 12)
    assert judge(measure, 3, _rule(how)).too_few == "the interval is wider than 20 points each way"
    few = Measure(Share(0.55, 0.45, 0.65), None, 9, 9)
    assert judge(few, 3, _rule(how)).too_few == "fewer than 10 people answered"
