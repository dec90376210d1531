"""How long clusters, withdrawals, persons and households take: ``python bench/clusters.py``.

Rows of made-up persons: five sources, four with one row per person; edges inside persons, and
false ones between persons until about 5 % of all components break a constraint.
"""

from __future__ import annotations

import argparse
from datetime import date
from time import perf_counter

import numpy as np
import polars as pl
from figures import Figure, at_most, below, faster, record
from numpy.typing import NDArray

from licet.linkage.changes import clusters_again, renumbered
from licet.linkage.clusters import cluster
from licet.linkage.components import connected
from licet.linkage.households import households, residences
from licet.linkage.persons import assign

SEED = 20260601
Graph = tuple[int, NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.int8]]


def make_graph(rows: int, edges: int) -> Graph:
    """Nodes, ends, weights and sources of a made-up linkage."""
    rng = np.random.default_rng(SEED)
    person = np.sort(rng.integers(0, int(rows * 0.4), rows))
    order = np.arange(rows)
    a, b = [], []
    for step in (
        1,
        2,
        3,
    ):  # pairs of rows of one person, as all against all would find most of them
        near = np.flatnonzero(person[:-step] == person[step:])
        kept = near[rng.random(len(near)) < 0.9]
        a.append(kept)
        b.append(kept + step)
    first = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    place = order - np.repeat(first, np.diff(np.r_[first, rows]))
    source = np.where(place < 4, place, 4).astype(np.int8)  # one row each, and the rest anywhere
    wrong = rng.integers(0, rows, (int(rows * 0.03), 2))
    low = np.concatenate([*a, wrong[:, 0]])
    high = np.concatenate([*b, wrong[:, 1]])
    weight = np.concatenate(
        [rng.normal(18, 5, len(low) - len(wrong)), rng.normal(8, 4, len(wrong))]
    )
    shuffle = rng.permutation(rows)  # node numbers say nothing about persons
    pick = rng.permutation(len(low))[:edges]
    found = np.empty(rows, np.int8)
    found[shuffle] = source
    ends = (shuffle[low[pick]].astype(np.int32), shuffle[high[pick]].astype(np.int32))
    return rows, *ends, weight[pick], found


def seconds(run: object, times: int = 3) -> float:
    """The shortest of several runs."""
    took = []
    for _ in range(times):
        start = perf_counter()
        run()  # type: ignore[operator]
        took.append(perf_counter() - start)
    return min(took)


def measure_changes(graph: Graph, labels: NDArray[np.int32]) -> list[Figure]:
    """5,000 rows leave at once, and one alone: their components are clustered anew."""
    nodes, a, b, weight, source = graph
    rng = np.random.default_rng(SEED)
    found = []
    for leaving in (5_000, 1):
        gone = np.zeros(nodes, bool)
        gone[rng.choice(nodes, leaving, replace=False)] = True
        start = perf_counter()
        hit = gone[a] | gone[b]
        ends = np.unique(np.concatenate([a[hit], b[hit]]))
        left = np.flatnonzero(~gone)
        place = np.cumsum(~gone, dtype=np.int32) - 1
        edges = (place[a[~hit]], place[b[~hit]], weight[~hit])
        old = renumbered(labels, ~gone)
        touched = place[ends[~gone[ends]]]
        start_again = perf_counter()
        anew, again = clusters_again(old, edges, source[left], touched, {0, 1, 2, 3})
        took = perf_counter() - start_again
        start_whole = perf_counter()
        expected = cluster(len(left), *edges, source[left], {0, 1, 2, 3})
        whole = perf_counter() - start_whole
        same = bool((anew == expected).all())
        print(
            f"{leaving:,} leave: {took:.3f} s for {again.sum():,} rows, {start_again - start:.3f} s to "
            f"take them out; all again {whole:.3f} s; same: {same}"
        )
        found.append(faster(f"{leaving:,} rows leave", took, "all clustered again", whole))
    return found


def measure_persons(labels: NDArray[np.int32]) -> list[Figure]:
    """Ids for everybody, and again with nothing changed."""
    rows = pl.DataFrame({"n": np.arange(len(labels)), "label": labels}).select(
        pl.format("education/{}", pl.col("n").cast(pl.String).str.zfill(7)).alias("row"), "label"
    )
    nobody = pl.DataFrame(schema={"row": pl.String, "person": pl.String})
    start = perf_counter()
    first = assign(nobody, rows, (), b"k" * 32, "bench", 1)
    middle = perf_counter()
    second = assign(first.membership, rows, (), b"k" * 32, "bench", 2)
    end = perf_counter()
    print(
        f"{first.membership['person'].n_unique():,} persons named {middle - start:.3f} s, ", end=""
    )
    print(f"again {end - middle:.3f} s, {len(second.events)} events")
    return [below("persons named", middle - start, "s"), below("named again", end - middle, "s")]


def made_rows(rows: int) -> pl.DataFrame:
    """Rows of persons at addresses, one in twelve with a slip in the street, a third with a UPRN."""
    rng = np.random.default_rng(SEED)
    people = int(rows * 0.4)
    person = np.sort(rng.integers(0, people, rows))
    home = (person % (people // 3)) + np.where(rng.random(rows) < 0.1, people, 0)
    slip = np.where(rng.random(rows) < 1 / 12, "mill lnae", "mill lane")
    feed = rng.integers(0, 5, rows)
    begins = np.datetime64("2015-01-01") + rng.integers(0, 3_000, rows)
    return pl.DataFrame(
        {
            "person": pl.Series(person).cast(pl.String).str.zfill(7),
            "row": pl.Series(np.arange(rows)).cast(pl.String).str.zfill(8),
            "feed": pl.Series(feed).cast(pl.String),
            "dated": np.datetime64("2026-01-01") + feed,
            "house": pl.Series(home % 12).cast(pl.String),
            "street": slip,
            "postcode": pl.Series(home // 12).cast(pl.String),
            "uprn": pl.select(
                pl.when(pl.Series(rng.random(rows) < 1 / 3)).then(pl.Series(home).cast(pl.String))
            ).to_series(),
            "birth": np.datetime64("1950-01-01") + person % 27_000,
            "seen_from": begins,
            "seen_to": pl.Series([None] * rows, dtype=pl.Date),
        }
    ).with_columns(pl.col("dated", "birth", "seen_from").cast(pl.Date))


def measure_households(rows: int) -> list[Figure]:
    """Residences of everybody, and households at a date."""
    made = made_rows(rows)
    start = perf_counter()
    found = residences(made)
    middle = perf_counter()
    lived = households(found, date(2026, 6, 1), b"k" * 32, "bench", 1)
    end = perf_counter()
    print(f"residences {middle - start:.3f} s, households {end - middle:.3f} s, {lived.tally}")
    return [below("residences", middle - start, "s"), below("households", end - middle, "s")]


def main() -> None:
    """Print one line for each figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--edges", type=int, default=900_000)
    asked = parser.parse_args()
    nodes, a, b, weight, source = make_graph(asked.rows, asked.edges)
    whole = connected(nodes, a, b)
    held = np.zeros(nodes, bool)
    for code in range(4):
        held |= np.bincount(whole[source == code], minlength=nodes) > 1
    print(f"{nodes:,} rows, {len(a):,} edges, {held.sum() / len(np.unique(whole)):.1%} broken")
    alone = seconds(lambda: connected(nodes, a, b))
    print(f"components alone   {alone:.3f} s")
    full = seconds(lambda: cluster(nodes, a, b, weight, source, {0, 1, 2, 3}))
    print(f"clusters           {full:.3f} s")
    labels = cluster(nodes, a, b, weight, source, {0, 1, 2, 3})
    found = [at_most("clusters with their rules", full, "connected components alone", alone)]
    found += measure_changes((nodes, a, b, weight, source), labels)
    found += measure_persons(labels) + measure_households(asked.rows)
    record("clusters", asked.rows, f"{nodes:,} rows, {len(a):,} edges", found)


if __name__ == "__main__":
    main()
