"""Splink's own comparison of two rows with a frozen model, taken apart; and ways through edges.

Nothing is trained and nothing is written: two rows are compared in memory by the model of the run,
with the term frequencies of the run, so that the weight is the one that the run found.
"""

from __future__ import annotations

import heapq
import logging
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, log2
from typing import Any

import polars as pl

from licet.engines.connecting import connect
from licet.engines.protocol import ROW_SCHEMA, Model
from licet.linkage.spec import BLOCK_PARTS, LinkageSpec, part_of


@dataclass(frozen=True)
class Step:
    """One comparison. weight: bits, of the level and, where the value is rare or frequent, of that too.

    rarity: the part of the weight that how often the value occurs makes up. missing: a value is missing
    in one of the rows, so it says nothing.
    """

    comparison: str
    level: str
    weight: float
    rarity: float = 0.0
    missing: bool = False


@dataclass(frozen=True)
class Score:
    """Two rows compared. start: bits before anything is compared; total: bits; probability: 0-1."""

    start: float
    steps: tuple[Step, ...]
    total: float
    probability: float


def score_rows(model: Model, first: Mapping[str, Any], second: Mapping[str, Any]) -> Score:
    """Compare two rows (``ROW_SCHEMA``; what is left out is missing) with a frozen model."""

    # Nothing of two persons' rows may reach a disk.
    connection = connect()
    try:
        with _random_untouched():
            values = _scored(connection, model, (first, second))
    finally:
        connection.close()
    return _taken_apart(model.settings, values)


def _scored(connection: Any, model: Model, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What Splink says of a pair of rows, column by column."""
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI(connection)

    def table(name: str, frame: pl.DataFrame) -> Any:
        connection.register(f"given_{name}", frame.to_arrow())
        connection.execute(f"create table {name} as select * from given_{name}").fetchall()
        return database.register(name)

    frames = [
        pl.DataFrame([{key: row.get(key) for key in ROW_SCHEMA}], schema=ROW_SCHEMA) for row in rows
    ]
    left, right = table("left_row", frames[0]), table("right_row", frames[1])
    linker = Linker(left, dict(model.settings), log_level=logging.ERROR)
    for column, frequencies in model.frequencies.items():
        lookup = table(f"frequencies_{column}", frequencies)
        linker.table_management.register_term_frequency_lookup(lookup, column)
    found = linker.inference.score_pairs(left, right)
    said = connection.execute(f"select * from {found.physical_name}").to_arrow_table()
    return pl.DataFrame(pl.from_arrow(said)).row(0, named=True)


@contextmanager
def _random_untouched() -> Iterator[None]:
    """Splink draws names of tables from the generator that everybody shares; it is put back."""
    before = random.getstate()
    try:
        yield
    finally:
        random.setstate(before)


def _taken_apart(settings: Mapping[str, Any], values: Mapping[str, Any]) -> Score:
    steps = []
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        levels = _by_value(comparison["comparison_levels"])
        level = levels[values[f"gamma_{name}"]]
        rarity = float(values.get(f"mw_tf_adj_{name}") or 0.0)
        weight = float(values[f"mw_{name}"]) + rarity
        missing = bool(level.get("is_null_level"))
        steps.append(Step(name, str(level.get("label_for_charts", "")), weight, rarity, missing))
    chance = float(settings["probability_two_random_records_match"])
    total, probability = float(values["match_weight"]), float(values["match_probability"])
    return Score(log2(chance / (1 - chance)), tuple(steps), total, probability)


def _by_value(levels: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Levels by Splink's number: -1 where a value is missing, else counted down to 0."""
    held = [level for level in levels if not level.get("is_null_level")]
    found = {len(held) - 1 - place: level for place, level in enumerate(held)}
    missing = next((level for level in levels if level.get("is_null_level")), None)
    return found if missing is None else {**found, -1: missing}


def meeting_blocks(
    spec: LinkageSpec, first: Mapping[str, Any], second: Mapping[str, Any]
) -> tuple[tuple[str, ...], ...]:
    """The blocks in which two rows meet: all their details are known and equal."""
    if first["source"] == second["source"] and first["alone"]:
        return ()
    return tuple(
        parts for parts in spec.blocks if all(_equal(part, first, second) for part in parts)
    )


def _equal(part: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    one, other = first.get(BLOCK_PARTS[part]), second.get(BLOCK_PARTS[part])
    if one is None or other is None:
        return False
    return bool(part_of(part, one) == part_of(part, other))


def strongest_path(
    edges: Iterable[tuple[str, str, float]], first: str, second: str
) -> tuple[tuple[str, str, float], ...]:
    """The way between two rows whose weakest edge is strongest; among such ways, the shortest.

    edges: row, row, bits; a reviewer's word is infinite. Empty where there is no way.
    """
    beside: dict[str, list[tuple[str, float]]] = {}
    for one, other, weight in edges:
        beside.setdefault(one, []).append((other, weight))
        beside.setdefault(other, []).append((one, weight))
    least = _weakest(beside, first, second)
    if least is None or first == second:
        return ()
    strong = {row: [pair for pair in near if pair[1] >= least] for row, near in beside.items()}
    return _shortest(strong, first, second)


Beside = Mapping[str, Sequence[tuple[str, float]]]


def _weakest(beside: Beside, first: str, second: str) -> float | None:
    """The strength of the best way's weakest edge."""
    best = {first: inf}
    ahead = [(-inf, first)]
    while ahead:
        held, row = heapq.heappop(ahead)
        if row == second:
            return -held
        for other, weight in beside.get(row, ()):
            reached = min(-held, weight)
            if reached > best.get(other, -inf):
                best[other] = reached
                heapq.heappush(ahead, (-reached, other))
    return None


def _shortest(beside: Beside, first: str, second: str) -> tuple[tuple[str, str, float], ...]:
    """A way of fewest edges; of equals, the one over the lowest rows."""
    came: dict[str, tuple[str, float]] = {first: ("", 0.0)}
    rows = [first]
    while rows and second not in came:
        following = []
        for row in rows:
            for other, weight in sorted(beside.get(row, ())):
                if other not in came:
                    came[other] = (row, weight)
                    following.append(other)
        rows = following
    way = []
    row = second
    while row != first:
        before, weight = came[row]
        way.append((before, row, weight))
        row = before
    return tuple(reversed(way))
