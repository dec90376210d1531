"""Histories of arrivals, withdrawals, re-deliveries and decisions: always what a full run gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.linkage.changes import (
    Touched,
    clusters_again,
    clusters_of,
    delivered,
    renumbered,
    touched_component,
)
from licet.linkage.clusters import cluster
from licet.linkage.persons import assign, replay

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
HISTORIES = 500 if FULL else 10
STEPS = 12
SOURCES = ("births", "education", "health", "library")
ONE_PER = {0, 1}
Edge = tuple[str, str, float]
Pair = tuple[str, str]


class Town:
    """Rows that may come, and the edge of each two of them. Twins share everything but a name."""

    def __init__(self, rng: np.random.Generator) -> None:
        people = int(rng.integers(3, 9))
        self.rows: dict[str, int] = {}
        true: dict[str, int] = {}
        for person in range(people):
            for _ in range(int(rng.integers(1, 5))):
                source = int(rng.integers(0, 4))
                row = f"{SOURCES[source]}/{int(rng.integers(0, 10_000)):04d}"
                self.rows[row], true[row] = source, person
        twins = {(0, 1), (2, 3)}
        self.edges: list[Edge] = []
        ids = sorted(self.rows)
        for k, a in enumerate(ids):
            for b in ids[k + 1 :]:
                same, twin = (
                    true[a] == true[b],
                    (min(true[a], true[b]), max(true[a], true[b])) in twins,
                )
                if rng.random() < (0.8 if same else 0.5 if twin else 0.04):
                    self.edges.append((a, b, float(rng.integers(2, 9) + 4 * same)))

    def among(self, rows: set[str]) -> list[Edge]:
        return [e for e in self.edges if e[0] in rows and e[1] in rows]


def in_full(town: Town, rows: set[str], must: set[Pair], cannot: set[Pair]) -> dict[str, str]:
    everything = Touched(tuple(sorted(rows)), tuple(town.among(rows)))
    return clusters_of(everything, town.rows, ONE_PER, must, cannot)


def steps(rng: np.random.Generator, town: Town) -> Iterator[tuple[str, Any]]:
    ids = sorted(town.rows)
    yield "arrive", set(ids[:: int(rng.integers(1, 4))])
    for _ in range(STEPS):
        kind = rng.choice(["arrive", "withdraw", "withdraw", "deliver", "must", "cannot", "forget"])
        size = int(rng.integers(1, 5))
        yield str(kind), {str(row) for row in rng.choice(ids, min(size, len(ids)), replace=False)}


class Kept:
    """What a store keeps, changed component by component."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.present: set[str] = set()
        self.withdrawn: set[str] = set()
        self.must: set[Pair] = set()
        self.cannot: set[Pair] = set()
        self.labels: dict[str, str] = {}
        self.persons = pl.DataFrame(schema={"row": pl.String, "person": pl.String})
        self.counter = 0

    def fetch(self, rows: list[str]) -> list[Edge]:
        asked = set(rows)
        return [e for e in self.town.among(self.present) if e[0] in asked or e[1] in asked]

    def redo(self, touched: Touched, gone: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        left = touched.without(gone)
        anew = clusters_of(left, self.town.rows, ONE_PER, self.must, self.cannot)
        for row in gone:
            del self.labels[row]
        self.labels |= anew
        self.counter += 1
        inside = self.persons.filter(pl.col("row").is_in(touched.rows))
        outside = self.persons.filter(~pl.col("row").is_in(touched.rows))
        found = pl.DataFrame(
            {"row": list(anew), "label": list(anew.values())},
            schema={"row": pl.String, "label": pl.String},
        )
        told = assign(inside, found, gone, b"k" * 32, "early-help", self.counter)
        assert replay(inside, told.events).equals(told.membership)
        self.persons = pl.concat([outside, told.membership]).sort("row")

    def step(self, kind: str, rows: set[str]) -> None:
        if kind in {"arrive", "deliver"}:
            found = delivered(rows, self.present, self.withdrawn)
            self.present |= set(found.new)
            self.redo(touched_component(self.fetch, found.new, self.must))
        elif kind == "withdraw":
            gone = rows & self.present
            touched = touched_component(self.fetch, gone, self.must)
            self.withdrawn |= gone
            self.present -= gone
            self.must = {p for p in self.must if not set(p) & gone}
            self.cannot = {p for p in self.cannot if not set(p) & gone}
            self.redo(touched, gone)
        else:
            self.decide(kind, sorted(rows & self.present)[:2])

    def decide(self, kind: str, rows: list[str]) -> None:
        before = set(self.must)
        must, cannot = set(self.must), set(self.cannot)
        if kind == "forget":
            must, cannot = set(sorted(must)[1:]), set(sorted(cannot)[1:])
        elif len(rows) == 2:
            (must if kind == "must" else cannot).add((rows[0], rows[1]))
        if contradicts(must, cannot):
            return
        named = {row for pair in (must ^ self.must) | (cannot ^ self.cannot) for row in pair}
        self.must, self.cannot = must, cannot
        self.redo(touched_component(self.fetch, named, before | must))


def contradicts(must: set[Pair], cannot: set[Pair]) -> bool:
    of: dict[str, str] = {}
    for a, b in must:
        x, y = of.get(a, a), of.get(b, b)
        of |= {row: x for row in (*of, a, b) if of.get(row, row) == y}
        of[a] = x
    return any(of.get(a, a) == of.get(b, b) for a, b in cannot)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_component_by_component_is_what_a_full_run_gives(seed: int) -> None:
    rng = np.random.default_rng([11, seed])
    kept = Kept(Town(rng))
    for kind, rows in steps(rng, kept.town):
        kept.step(kind, rows)
        assert not kept.present & kept.withdrawn
        assert kept.labels == in_full(kept.town, kept.present, kept.must, kept.cannot)
        assert kept.persons["row"].to_list() == sorted(kept.present)
        together = dict(kept.persons.iter_rows())
        firsts = {
            person: min(r for r, p in together.items() if p == person)
            for person in together.values()
        }
        assert {row: firsts[person] for row, person in together.items()} == kept.labels


def numbered(town: Town, rows: list[str]) -> tuple[Any, Any]:
    place = {row: k for k, row in enumerate(rows)}
    found = [(place[a], place[b], w) for a, b, w in town.among(set(rows))]
    a, b = (np.array([e[k] for e in found], np.int32) for k in (0, 1))
    return (a, b, np.array([e[2] for e in found])), np.array([town.rows[row] for row in rows])


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_with_all_edges_in_memory_too(seed: int) -> None:
    rng = np.random.default_rng([12, seed])
    town = Town(rng)
    rows = sorted(town.rows)
    labels = np.zeros(0, np.int32)
    before: list[str] = []
    for _ in range(STEPS):
        after = [row for row in rows if rng.random() < 0.7]
        kept = np.isin(before, after)
        stay = renumbered(labels, kept)
        place = {row: k for k, row in enumerate(after)}
        touched = {place[row] for row in set(after) - set(before)}
        gone = set(before) - set(after)
        for a, b, _ in town.among(set(before)):
            touched |= {place[end] for end in (a, b) if {a, b} & gone and end in place}
        old = np.zeros(len(after), np.int32)
        moved = np.array([place[before[k]] for k in np.flatnonzero(kept)], np.int64)
        if len(moved):
            old[moved] = moved[stay]
        edges, source = numbered(town, after)
        labels, again = clusters_again(old, edges, source, sorted(touched), ONE_PER)
        assert labels.tolist() == cluster(len(after), *edges, source, ONE_PER).tolist()
        assert set(touched) <= set(np.flatnonzero(again).tolist())
        before = after


def test_the_old_cluster_alone_would_not_do() -> None:
    """b leaves; a and c of one source were kept apart by d, whom a may now join."""
    source = {"a": 0, "b": 1, "c": 1, "d": 2}
    edges = [("a", "b", 9.0), ("a", "c", 8.0), ("c", "d", 7.0)]

    def fetch(rows: list[str]) -> list[Edge]:
        return [e for e in edges if set(e[:2]) & set(rows)]

    touched = touched_component(fetch, ["b"])
    assert touched.rows == ("a", "b", "c", "d")
    assert clusters_of(touched, source, {1}) == {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert clusters_of(touched.without(["b"]), source, {1}) == {"a": "a", "c": "a", "d": "a"}
