"""Agreement of each declared group: those who agree, of those who saw it (agreed, disagreed or passed), and
the lower end of Wilson's one-sided 95 % interval. Bridging is the least of these over the declared groups.
With fewer than 10 voices from any group it is not known, and the group is named.
"""

from __future__ import annotations

import pytest

from licet.dialogue.agreement import agreement, must_answer, wilson_low
from tests.spec.tables import Row, cases

TITLE = "Whether every group agrees"

TABLE = """
lone parents   | large families | lone low | large low | bridging | not heard
-------------- | -------------- | -------- | --------- | -------- | ---------
10/10          | 50/50          | 0.787    | 0.949     | 0.787    |
9/10           | 20/25          | 0.652    | 0.642     | 0.642    |
93/100         | 50/50          | 0.876    | 0.949     | 0.876    |
0/10           | 50/50          | 0.000    | 0.949     | 0.000    |
9/9            | 50/50          |          | 0.949     |          | lone
3/3            | 0/0            |          |           |          | lone, large
"""


def told(cell: str, group: str) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    agree, seen = map(int, cell.split("/"))
    names = [f"{group}-{n}" for n in range(seen)]
    votes = {
        name: "agree" if n < agree else ("pass", "disagree")[n % 2] for n, name in enumerate(names)
    }
    return votes, dict.fromkeys(names, frozenset({group}))


@pytest.mark.parametrize("row", cases(TABLE))
def test_agreement(row: Row) -> None:
    lone, large, others = (
        told(row["lone parents"], "lone"),
        told(row["large families"], "large"),
        told("10/20", "none"),
    )
    votes, members = lone[0] | large[0] | others[0], lone[1] | large[1]
    found = agreement(votes, members, ["lone", "large"])
    for group, column in zip(found.groups, ("lone low", "large low"), strict=True):
        assert ("" if group.low is None else f"{group.low:.3f}") == row[column]
    assert ("" if found.bridging is None else f"{found.bridging:.3f}") == row["bridging"]
    assert ", ".join(found.silent) == row["not heard"]


@pytest.mark.parametrize(
    ("agree", "seen", "low"),
    [(10, 10, 0.787), (9, 10, 0.652), (20, 25, 0.642), (50, 50, 0.949), (93, 100, 0.876)],
)
def test_wilson(agree: int, seen: int, low: float) -> None:
    assert wilson_low(agree, seen) == pytest.approx(low, abs=0.0005)
    assert wilson_low(0, 0) == 0.0


def test_a_group_whose_rest_is_too_few_is_hidden_too() -> None:
    lone, rest = told("10/12", "lone"), told("2/4", "rest")
    found = agreement(lone[0] | rest[0], lone[1], ["lone"])
    assert found.all.seen == 16 and found.groups[0].seen is None and found.silent == ("lone",)


def test_without_declared_groups_nothing_bridges() -> None:
    assert agreement(told("20/20", "x")[0], {}, []).bridging is None


@pytest.mark.parametrize(
    ("sort", "cells", "voices", "seconds", "must"),
    [
        ("proposal", ("20/25", "50/50"), 10, 0, True),
        ("proposal", ("20/25", "50/50"), 30, 0, False),
        ("proposal", ("15/25", "50/50"), 10, 0, False),
        ("proposal", ("9/9", "50/50"), 10, 0, False),
        ("question", ("20/25", "50/50"), 10, 99, False),
        ("objection", ("0/25", "0/50"), 10, 10, True),
        ("objection", ("0/25", "0/50"), 10, 9, False),
    ],
)
def test_what_must_be_answered(
    sort: str, cells: tuple[str, str], voices: int, seconds: int, must: bool
) -> None:
    lone, large, others = told(cells[0], "lone"), told(cells[1], "large"), told("0/20", "none")
    found = agreement(lone[0] | large[0] | others[0], lone[1] | large[1], ["lone", "large"])
    assert bool(must_answer(sort, found, seconds, voices=voices, enough_seconds=10)) == must
