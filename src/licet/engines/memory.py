"""The plain engine: dictionaries and loops, for small sets of rows. The fast engines are checked by it.

It never trains: it scores with a model that another engine has trained.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from math import log2
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.engines.comparing import whole
from licet.engines.memory_levels import Row, weighed
from licet.engines.protocol import ROW_SCHEMA, Edges, Model, edges_of
from licet.errors import LicetError, bad
from licet.linkage.spec import BLOCK_PARTS, LinkageSpec, part_of

_EDGE: Mapping[str, Any] = {"a": pl.Int64, "b": pl.Int64, "weight": pl.Float64, "block": pl.Int16}


class MemoryEngine:
    """Holds rows as dictionaries. Slow: some ten thousand pairs in a second."""

    name = "memory"

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}

    def load(self, rows: pl.DataFrame) -> None:
        self._rows = {row["node"]: row for row in whole(rows).iter_rows(named=True)}

    def candidates(self, spec: LinkageSpec) -> tuple[int, ...]:
        return tuple(sum(1 for _ in self._pairs(parts)) for parts in spec.blocks)

    def train(self, spec: LinkageSpec) -> Model:
        raise LicetError(
            "the memory engine cannot train a model; give it one that another engine has trained"
        )

    def score(self, spec: LinkageSpec, model: Model) -> Edges:
        return self._scored(spec, model, lambda a, b: True)

    def score_new(self, spec: LinkageSpec, model: Model, fresh: NDArray[np.int64]) -> Edges:
        new = set(fresh.tolist())
        return self._scored(spec, model, lambda a, b: a in new or b in new)

    def texts(self, known: pl.Series) -> Mapping[str, int]:
        allowed = set(known.to_list())
        strange: Counter[str] = Counter()
        for field in (name for name, kind in ROW_SCHEMA.items() if kind == pl.String):
            values = {row[field] for row in self._rows.values()} - {None}
            strange[f"rows.{field}"] += len(values - allowed)
        return {place: count for place, count in strange.items() if count}

    def close(self) -> None:
        self._rows = {}

    def _pairs(self, parts: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """The pairs of one block, lower node first."""
        met: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for node in sorted(self._rows):
            row = self._rows[node]
            key = tuple(part_of(part, row[BLOCK_PARTS[part]]) for part in parts)
            if None in key:
                continue
            for other in met[key]:
                if not self._register_twins(node, other):
                    yield other, node
            met[key].append(node)

    def _register_twins(self, node: int, other: int) -> bool:
        """Whether both are rows of one source that has one row per person."""
        one, two = self._rows[node], self._rows[other]
        return bool(one["alone"]) and one["source"] == two["source"]

    def _scored(self, spec: LinkageSpec, model: Model, wanted: Callable[[int, int], bool]) -> Edges:
        chance = float(model.settings["probability_two_random_records_match"])
        start, least = log2(chance / (1 - chance)), log2(spec.keep_above / (1 - spec.keep_above))
        weigh = _weigher(spec, model)
        seen: set[tuple[int, int]] = set()
        found = []
        for block, parts in enumerate(spec.blocks):
            for a, b in self._pairs(parts):
                if (a, b) in seen or not wanted(a, b):
                    continue
                seen.add((a, b))
                weight = start + weigh(self._rows[a], self._rows[b])
                if weight >= least:
                    found.append((a, b, weight, block))
        return edges_of(pl.DataFrame(sorted(found), schema=dict(_EDGE), orient="row"))


def _weigher(spec: LinkageSpec, model: Model) -> Callable[[Row, Row], float]:
    """What all comparisons of a pair weigh together, in bits."""
    comparisons = model.settings["comparisons"]
    named = tuple(comparison["output_column_name"] for comparison in comparisons)
    if named != spec.comparisons:
        raise bad(
            f"the model compares {', '.join(named)}",
            "model",
            f"the comparisons of the specification: {', '.join(spec.comparisons)}",
            "train it anew",
        )
    ladders = [weighed(comparison) for comparison in comparisons]
    frequencies = {
        column: dict(frame.select(column, f"tf_{column}").iter_rows())
        for column, frame in model.frequencies.items()
    }

    def weigh(one: Row, other: Row) -> float:
        total = 0.0
        for levels in ladders:
            level = next(level for level in levels if level.holds(one, other))
            total += level.weight + level.rarity(one, other, frequencies)
        return total

    return weigh
