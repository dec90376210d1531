"""Attested dates of birth on random graphs, against the rule written out plainly."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from licet.linkage.changes import Touched, clusters_of
from licet.linkage.clusters import NO_BIRTH, cluster

DAYS = [date(1990, 3, 4), date(1990, 4, 3), date(1990, 3, 5), date(1972, 11, 25), date(1991, 3, 5)]
FIRST = date(1970, 1, 1)
Case = dict[str, Any]


@st.composite
def graphs(draw: st.DrawFn) -> Case:
    nodes = draw(st.integers(2, 12))
    node = st.integers(0, nodes - 1)
    weight = st.sampled_from([3.0, 5.5, 9.0, 20.0])
    return {
        "nodes": nodes,
        "edges": draw(st.lists(st.tuples(node, node, weight), max_size=30)),
        "born": draw(st.lists(st.sampled_from([*DAYS, None]), min_size=nodes, max_size=nodes)),
        "source": draw(st.lists(st.integers(0, 3), min_size=nodes, max_size=nodes)),
        "must": draw(st.lists(st.tuples(node, node), max_size=2)),
    }


def slip(one: date, other: date) -> bool:
    """One figure, or day and month changed about."""
    if (one.day, one.month, one.year) == (other.month, other.day, other.year):
        return True
    return sum(x != y for x, y in zip(one.isoformat(), other.isoformat(), strict=True)) <= 1


def clashing(born: list[date | None]) -> bool:
    """Whether two dates, each on two rows or more, are no slip of each other."""
    held = Counter(day for day in born if day is not None)
    attested = [day for day, rows in held.items() if rows >= 2]
    return any(not slip(one, other) for one in attested for other in attested)


def plain(case: Case) -> list[int]:
    of = list(range(case["nodes"]))

    def merge(p: int, q: int) -> None:
        low, high = min(of[p], of[q]), max(of[p], of[q])
        of[:] = [low if label == high else label for label in of]

    for p, q in case["must"]:
        merge(p, q)
    ordered = [(w, min(p, q), max(p, q)) for p, q, w in case["edges"]]
    for _, p, q in sorted(ordered, key=lambda e: (-e[0], e[1], e[2])):
        together = [n for n in range(case["nodes"]) if of[n] in (of[p], of[q])]
        parts = [{case["source"][n] for n in together if of[n] == of[x]} for x in (p, q)]
        if (
            of[p] == of[q]
            or 0 in parts[0] & parts[1]
            or clashing([case["born"][n] for n in together])
        ):
            continue
        merge(p, q)
    return of


def days(case: Case) -> list[int]:
    return [NO_BIRTH if day is None else (day - FIRST).days for day in case["born"]]


@given(graphs())
def test_clusters_are_those_of_the_rule(case: Case) -> None:
    a, b, weight = (np.array([e[k] for e in case["edges"]], float) for k in range(3))
    found = cluster(
        case["nodes"], a.astype(int), b.astype(int), weight, np.array(case["source"]), (0,),
        case["must"], birth=days(case),
    ).tolist()  # fmt: skip
    assert found == plain(case)
    joined = {n for pair in case["must"] for n in pair}
    for label in set(found):
        members = [n for n in range(case["nodes"]) if found[n] == label]
        if not joined & set(members):
            assert not clashing([case["born"][n] for n in members])


@given(graphs())
def test_one_component_after_a_change_is_clustered_alike(case: Case) -> None:
    names = [f"r{n:02d}" for n in range(case["nodes"])]
    edges = tuple((names[a], names[b], w) for a, b, w in case["edges"])
    found = clusters_of(
        Touched(tuple(names), edges),
        dict(zip(names, case["source"], strict=True)),
        (0,),
        [(names[a], names[b]) for a, b in case["must"]],
        (),
        dict(zip(names, days(case), strict=True)),
    )
    assert [names.index(found[name]) for name in names] == plain(case)
