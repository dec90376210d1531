"""An attacker with the page, its totals and integer programming: no small count of people is recovered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from licet.audit.linked.rows import CROSSED, NOT_KNOWN
from licet.audit.linked.wholly import Wholly
from licet.audit.people import TOGETHER
from tests.audit.linked.conftest import Audited
from tests.tiers import few

NEAR = 2
"""How far a count rounded to fives may be from the true one."""
THRESHOLD = 10


def ranges(rows: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, list[LinearConstraint]]:
    """What the page says of linked, apart and left out of each row: bounds of cells, and constraints."""
    cells = 3 * len(rows)
    low, high = np.zeros(cells), np.full(cells, 1e6)
    held = []

    def near(parts: list[int], shown: float | None, signs: list[int] | None = None) -> None:
        """A sum of cells whose rounded count is known, or one that was too small to tell."""
        row = np.zeros(cells)
        row[parts] = signs or 1
        ends = (1, THRESHOLD - 1) if shown is None else (shown - NEAR, shown + NEAR)
        held.append(LinearConstraint(row, *((0, 0) if shown == 0 else ends)))

    for place, row in enumerate(rows):
        linked, apart, left = 3 * place, 3 * place + 1, 3 * place + 2
        near([linked, apart, left], row["units"])
        if not row["units"]:
            continue
        if row["permission"] is not None:
            near([linked, apart], round(row["permission"] * row["units"] / 5) * 5)
        if row["both"] is not None:
            near([linked], round(row["both"] * row["units"] / 5) * 5)
    for total, parts in breakdowns(rows):
        for cell in range(3):
            line = np.zeros(cells)
            line[3 * total + cell] = -1
            line[[3 * part + cell for part in parts]] = 1
            held.append(LinearConstraint(line, 0, 0))
    return low, high, held


def breakdowns(rows: list[dict[str, Any]]) -> list[tuple[int, list[int]]]:
    """Rows that add up to others: levels to everybody, crossed levels to a level.

    Crossed ones only where everybody's level of both columns is known: else some are in none of them.
    """
    found = []
    open_ = {row["by"] for row in rows if row["group"] == NOT_KNOWN}
    for by in dict.fromkeys(row["by"] for row in rows if row["by"]):
        if CROSSED in by and open_ & set(by.split(CROSSED)):
            continue
        own = [place for place, row in enumerate(rows) if row["by"] == by]
        found.append((0, own))
        for at, column in enumerate(by.split(CROSSED) if CROSSED in by else ()):
            for place, row in enumerate(rows):
                if row["by"] == column:
                    of = [n for n in own if rows[n]["group"].split(TOGETHER)[at] == row["group"]]
                    found.append((place, of))
    return found


def recovered(rows: list[dict[str, Any]], one: Wholly) -> tuple[int, list[tuple[str, int]]]:
    """How many small counts there are, and those that the page tells exactly."""
    low, high, held = ranges(rows)
    units, let_in, linked = one.counts.T
    true = np.stack([linked, let_in - linked, units - let_in], axis=1).ravel()
    small = np.flatnonzero((true >= 1) & (true < THRESHOLD))
    found = []
    for cell in small.tolist():
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(true))
            cost[cell] = sign
            answer = milp(
                cost, constraints=held, bounds=Bounds(low, high), integrality=np.ones(len(true))
            )
            assert answer.status == 0, "the true counts are what the page says"
            ends.append(round(sign * answer.fun))
        if ends[0] == ends[1]:
            found.append((rows[cell // 3]["group"], ends[0]))
    return len(small), found


@pytest.mark.parametrize("of", few(["people", "households", "rows"], 0))
def test_no_small_count_is_recovered(audited: Audited, of: str) -> None:
    (one,) = (one for one in audited.audit.wholly if one.of == of)
    rows = [row for row in audited.data["wholly"] if row["of"] == of]
    small, found = recovered(rows, one)
    assert small or of == "rows"
    assert found == []
