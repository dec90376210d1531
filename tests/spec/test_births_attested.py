"""No person is born on two days. A date of birth that stands on two rows or more is attested; a cluster
never takes a second attested one, unless one is a slip of the other: a single figure, or day and month
changed about. What reviewers joined stays joined. A cell gives the date of birth of each row (h1 to h6, - where none is known); the edges h1-h2,
h2-h3 and so on, of falling weight, would join them all.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from licet.linkage.clusters import NO_BIRTH, cluster
from tests.spec.tables import Row, cases, words

TITLE = "When two dates of birth keep rows apart"

TABLE = """
born                                                       | reviewers joined | persons
---------------------------------------------------------- | ---------------- | -----------------
1990-03-04 1990-03-04                                      |                  | h1 h2
1990-03-04 1972-11-25                                      |                  | h1 h2
1990-03-04 1990-03-04 1972-11-25                           |                  | h1 h2 h3
1990-03-04 1990-03-04 1972-11-25 1972-11-25                |                  | h1 h2 h3
1990-03-04 1990-03-04 1972-11-25 1972-11-25 1972-11-25     |                  | h1 h2 h3, h4 h5
1990-03-04 1990-03-04 1990-03-05 1990-03-05                |                  | h1 h2 h3 h4
1990-03-04 1990-03-04 1990-04-03 1990-04-03                |                  | h1 h2 h3 h4
1990-03-04 1990-03-04 1991-03-05 1991-03-05                |                  | h1 h2 h3
1990-03-04 1990-03-04 1991-04-03 1991-04-03                |                  | h1 h2 h3
1990-03-04 1990-03-04 1990-03-15 1990-03-15                |                  | h1 h2 h3
1990-03-04 1990-03-04 - 1972-11-25 1972-11-25              |                  | h1 h2 h3 h4
1990-03-04 - - -                                           |                  | h1 h2 h3 h4
1990-03-04 1990-03-04 1972-11-25 1972-11-25                | h3-h4            | h1 h2, h3 h4
1990-03-04 1990-03-04 1972-11-25 1972-11-25                | h2-h3, h3-h4     | h2 h3 h4
1990-03-04 1972-11-25 1990-03-04 1972-11-25                |                  | h1 h2 h3
1990-03-04 1990-03-04 1972-11-25 1972-11-25 1990-03-04     |                  | h1 h2 h3, h4 h5
1990-03-04 1990-03-04 1990-03-05 1990-03-05 1990-03-06     |                  | h1 h2 h3 h4 h5
1990-03-08 1990-03-08 1990-03-09 1990-03-09 1990-03-19 1990-03-19 |           | h1 h2 h3 h4 h5
"""


def _born(text: str) -> list[int]:
    first = date(1970, 1, 1).toordinal()
    return [
        NO_BIRTH if day == "-" else date.fromisoformat(day).toordinal() - first
        for day in text.split()
    ]


def _persons(row: Row) -> str:
    born = _born(row["born"])
    count = len(born)
    a = np.arange(count - 1)
    must = [
        tuple(int(end[1:]) - 1 for end in pair.split("-"))
        for pair in words(row["reviewers joined"])
    ]
    labels = cluster(count, a, a + 1, 30.0 - a, np.zeros(count, np.int64), must=must, birth=born)
    found = [[f"h{n + 1}" for n in range(count) if labels[n] == label] for label in range(count)]
    return ", ".join(" ".join(names) for names in found if len(names) > 1)


@pytest.mark.parametrize("row", cases(TABLE))
def test_attested_births(row: Row) -> None:
    assert _persons(row) == row["persons"]
