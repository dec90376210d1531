"""A cluster of rows is a person. Edges are taken by falling weight, ties by the lower row, then the
higher one. An edge joins nothing if both sides hold a row of a source that has one row per person,
or if reviewers parted a row of the one side from a row of the other. What reviewers joined comes
first, whatever sources and weights say; reviewers who contradict themselves are refused. Here e1, e2
are rows of education and b1, b2 of births, which have one row per person; h1, h2, h3 are rows of
health, which has not. An edge a-b 9 weighs 9 bits.
"""

from __future__ import annotations

import numpy as np
import pytest

from licet.errors import BadInput
from licet.linkage.clusters import cluster
from tests.spec.tables import Row, cases, words

TITLE = "Which rows become one person"

TABLE = """
edges                        | reviewers joined | reviewers parted | persons
---------------------------- | ---------------- | ---------------- | -------
                             |                  |                  |
h1-h2 9                      |                  |                  | h1 h2
h1-h2 9, h2-h3 2             |                  |                  | h1 h2 h3
e1-e2 30                     |                  |                  |
e1-h1 9, e2-h1 8             |                  |                  | e1 h1
e1-h1 8, e2-h1 9             |                  |                  | e2 h1
e1-h1 9, e2-h1 9             |                  |                  | e1 h1
e1-h2 9, e1-h1 9, e2-h1 9    |                  |                  | e1 h1 h2
e1-h1 9, h1-h2 8, e2-h2 7    |                  |                  | e1 h1 h2
e1-h1 9, h1-h2 7, e2-h2 8    |                  |                  | e1 h1, e2 h2
e1-h1 9, b1-h1 8, b2-e1 7    |                  |                  | b1 e1 h1
e1-b1 9, e2-b2 9, b1-e2 8    |                  |                  | b1 e1, b2 e2
                             | e1-e2            |                  | e1 e2
e2-h1 9                      | e1-e2            |                  | e1 e2 h1
e1-b1 9, e2-b2 8             | e1-e2            |                  | b1 e1 e2
e1-h1 9, e2-h1 8             | e2-h1            |                  | e2 h1
h1-h2 9                      |                  | h1-h2            |
h1-h2 9, h2-h3 8             |                  | h1-h3            | h1 h2
h1-h2 8, h2-h3 9             |                  | h1-h3            | h2 h3
h1-h2 9, h2-h3 8             | h1-h3            | h1-h2            | h1 h3
h1-h2 9                      | h1-h2            | h1-h2            | refused
                             | h1-h2, h2-h3     | h1-h3            | refused
"""

ROWS = ("b1", "b2", "e1", "e2", "h1", "h2", "h3")
SOURCES = {"b": 0, "e": 1, "h": 2}


def _pairs(text: str) -> list[tuple[int, int]]:
    return [tuple(ROWS.index(row) for row in pair.split("-")) for pair in words(text)]  # type: ignore[misc]


def _clusters(row: Row) -> str:
    told = [edge.rsplit(" ", 1) for edge in words(row["edges"])]
    ends = _pairs(", ".join(pair for pair, _ in told))
    a, b = (np.array([end[k] for end in ends], np.int32) for k in (0, 1))
    weight = np.array([float(bits) for _, bits in told])
    source = np.array([SOURCES[name[0]] for name in ROWS])
    must, cannot = _pairs(row["reviewers joined"]), _pairs(row["reviewers parted"])
    labels = cluster(len(ROWS), a, b, weight, source, {0, 1}, must, cannot, ROWS)
    found = [
        [name for name, of in zip(ROWS, labels, strict=True) if of == label] for label in range(7)
    ]
    return ", ".join(" ".join(names) for names in found if len(names) > 1)


@pytest.mark.parametrize("row", cases(TABLE))
def test_clusters(row: Row) -> None:
    if row["persons"] == "refused":
        with pytest.raises(BadInput, match="are two people, and joined them"):
            _clusters(row)
    else:
        assert sorted(words(_clusters(row))) == sorted(words(row["persons"]))


def test_a_contradiction_names_every_row_on_the_way() -> None:
    row = {"edges": "", "reviewers joined": "h1-h2, h2-h3", "reviewers parted": "h1-h3"}
    with pytest.raises(BadInput) as refused:
        _clusters(row)
    assert "h1 = h2 = h3" in refused.value.faults[0].what
