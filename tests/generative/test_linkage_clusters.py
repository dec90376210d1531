"""Clusters on random graphs, against best-first written out plainly."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.linkage.clusters import cluster
from licet.linkage.components import connected, reached

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
Case = dict[str, Any]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    nodes = draw(st.integers(1, 14))
    node = st.integers(0, nodes - 1)
    pair = st.tuples(node, node)
    few = st.lists(pair, max_size=3)
    return {
        "nodes": nodes,
        "edges": draw(
            st.lists(st.tuples(node, node, st.sampled_from([2.0, 5.5, 9.0, 20.0])), max_size=30)
        ),
        "source": draw(st.lists(st.integers(0, 3), min_size=nodes, max_size=nodes)),
        "one_per": draw(st.sets(st.integers(0, 4))),
        "must": draw(few),
        "cannot": draw(few),
    }


def plain(case: Case) -> list[int] | None:
    """The rule, word for word. None where reviewers contradict each other."""
    of = list(range(case["nodes"]))

    def merge(p: int, q: int) -> None:
        low, high = min(of[p], of[q]), max(of[p], of[q])
        of[:] = [low if label == high else label for label in of]

    for p, q in case["must"]:
        merge(p, q)
    if any(of[p] == of[q] for p, q in case["cannot"]):
        return None
    ordered = [(w, min(p, q), max(p, q)) for p, q, w in case["edges"]]
    for _, p, q in sorted(ordered, key=lambda e: (-e[0], e[1], e[2])):
        if of[p] == of[q]:
            continue
        held = [
            Counter(case["source"][n] for n in range(case["nodes"]) if of[n] == of[x])
            for x in (p, q)
        ]
        if any(held[0][s] and held[1][s] for s in case["one_per"]):
            continue
        if any({of[x], of[y]} == {of[p], of[q]} for x, y in case["cannot"]):
            continue
        merge(p, q)
    return of


def ours(case: Case) -> list[int]:
    a, b, weight = (np.array([e[k] for e in case["edges"]]) for k in range(3))
    found = cluster(
        case["nodes"],
        a.astype(np.int32),
        b.astype(np.int32),
        weight,
        np.array(case["source"]),
        case["one_per"],
        case["must"],
        case["cannot"],
    )
    return [int(label) for label in found]


many = settings(
    max_examples=5_000 if FULL else 60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@many
@given(cases())
def test_clusters_are_those_of_the_plain_rule(case: Case) -> None:
    expected = plain(case)
    if expected is None:
        with pytest.raises(BadInput):
            ours(case)
    else:
        assert ours(case) == expected


@many
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_and_direction_of_edges_change_nothing(case: Case, shuffled: Any) -> None:
    expected = plain(case)
    assume(expected is not None)
    edges = [(q, p, w) if shuffled.random() < 0.5 else (p, q, w) for p, q, w in case["edges"]]
    shuffled.shuffle(edges)
    assert ours({**case, "edges": edges}) == expected


@given(cases())
def test_no_cluster_breaks_a_constraint_but_where_reviewers_joined(case: Case) -> None:
    assume(plain({**case, "must": []}) is not None)
    labels = ours({**case, "must": []})
    for code in case["one_per"]:
        held = Counter(
            of for of, source in zip(labels, case["source"], strict=True) if source == code
        )
        assert all(number == 1 for number in held.values())
    assert all(labels[p] != labels[q] for p, q in case["cannot"])


@given(cases(), st.data())
def test_a_search_outwards_finds_whole_components(case: Case, data: st.DataObject) -> None:
    seeds = data.draw(st.lists(st.integers(0, case["nodes"] - 1), max_size=4))
    a, b = (np.array([e[k] for e in case["edges"]], np.int32) for k in (0, 1))
    whole = connected(case["nodes"], a, b)
    expected = np.isin(whole, whole[seeds])
    assert reached(case["nodes"], a, b, seeds).tolist() == expected.tolist()


def test_an_edge_given_many_times_is_one_edge() -> None:
    many_times = np.zeros(512, np.int32)
    assert connected(3, many_times, many_times + 1).tolist() == [0, 0, 2]


def test_a_search_along_a_chain_reaches_its_end() -> None:
    chain = np.arange(999, dtype=np.int32)
    assert reached(1001, chain, chain + 1, [0]).sum() == 1000
