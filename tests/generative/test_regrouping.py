"""Components clustered anew: where nothing but the rows that left changed, nobody need be asked who is who.

The quick way is set against ``persons.assign``, which is asked wherever anything else changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.chapters import regrouping
from licet.chapters.changing import Rules
from licet.chapters.joining import Secrets
from licet.linkage.changes import clusters_of, touched_component
from licet.linkage.clusters import NO_BIRTH
from licet.linkage.persons import assign

RULES = Rules(0.0, (0, 1), (), (), {})
SECRETS = Secrets(b"k" * 32, "use", 2)


@dataclass
class Held:
    """What stands in for a zone. persons: row, person as they were given out last."""

    members: dict[int, tuple[int, str, int, int, str]]
    edges: list[tuple[int, int, float]]
    renamed: dict[str, str] = field(default_factory=dict)

    def edges_at(self, nodes: list[int]) -> list[tuple[int, int, float]]:
        return [edge for edge in self.edges if set(edge[:2]) & set(nodes)]

    def members_at(self, nodes: set[int]) -> list[tuple[int, str, int, int, str]]:
        return [self.members[node] for node in nodes]

    def rename(self, persons: pl.DataFrame) -> None:
        self.renamed |= dict(persons.iter_rows())


@st.composite
def towns(draw: st.DrawFn) -> tuple[Held, list[int]]:
    """Rows that were clustered and named once, and some that leave."""
    count = draw(st.integers(2, 9))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    ends = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12))
    edges = [(a, b, float(draw(st.integers(1, 5)))) for a, b in ends]
    source = [draw(st.integers(0, 3)) for _ in range(count)]
    rows = [f"feed/{n}" for n in range(count)]
    touched = touched_component(
        lambda asked: [(rows[a], rows[b], w) for a, b, w in edges if {rows[a], rows[b]} & {*asked}],
        rows,
    )
    label = clusters_of(touched, dict(zip(rows, source, strict=True)), RULES.alone)
    clustered = pl.DataFrame({"row": list(label), "label": list(label.values())})
    nobody = pl.DataFrame(schema={"row": pl.String, "person": pl.String})
    first = assign(nobody, clustered, (), SECRETS.key, SECRETS.use, 1)
    person = dict(first.membership.iter_rows())
    members = {n: (n, row, source[n], NO_BIRTH, person[row]) for n, row in enumerate(rows)}
    leaving = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True))
    return Held(members, edges), leaving


def done(town: Held, leaving: list[int]) -> tuple[dict[str, str], dict[str, int]]:
    """What is renamed, and what is said to have happened."""
    held = Held(town.members, town.edges)
    start = [town.members[node] for node in leaving]
    gone = [member[1] for member in start]
    touched, members = regrouping.component(held, start, RULES)  # type: ignore[arg-type]
    events = regrouping.again(held, touched.without(gone), members, gone, RULES, SECRETS)  # type: ignore[arg-type]
    return held.renamed, dict(events)


@given(towns())
def test_the_quick_way_says_what_assigning_says(drawn: tuple[Held, list[int]]) -> None:
    quick = done(*drawn)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(regrouping, "_as_before", lambda label, person: False)
        assert done(*drawn) == quick


def test_it_is_taken_where_a_person_leaves_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Held(
        {n: (n, f"feed/{n}", 2, NO_BIRTH, f"p{n // 2}") for n in range(4)},
        [(0, 1, 3.0), (2, 3, 3.0)],
    )
    monkeypatch.setattr(regrouping, "assign", None)
    assert done(town, [0, 1]) == ({}, {"withdrawn": 1})
    assert done(town, [0, 2]) == ({}, {"withdrawn": 2})
