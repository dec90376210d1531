"""Which rows say too little to be joined with any other, by a frozen model.

The most that a row can reach is taken to be what it weighs against a row that says the same in
everything, as in Splink's chart of unlinkable records; here for each row, so that it can be counted by
feed. Nothing is compared with another row.
"""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.engines.comparing import whole
from licet.engines.memory_levels import Weighed, weighed
from licet.engines.protocol import Model
from licet.linkage.spec import BLOCK_PARTS, COMPARISONS, LinkageSpec


def out_of_reach(
    model: Model, spec: LinkageSpec, rows: pl.DataFrame, least: float
) -> NDArray[np.bool_]:
    """Whether each row can be joined with none: it meets no block, or even its equal weighs too little.

    rows: ``ROW_SCHEMA``; other columns are left out. least: the match weight, in bits, from which rows
    may be joined.
    """
    held = whole(rows)
    met = [
        pl.all_horizontal(pl.col(BLOCK_PARTS[part]).is_not_null() for part in parts)
        for parts in spec.blocks
    ]
    meets = held.select(pl.any_horizontal(met)).to_series().to_numpy()
    return np.asarray(~meets | (highest_weights(model, held) < least), dtype=np.bool_)


def highest_weights(model: Model, rows: pl.DataFrame) -> NDArray[np.float64]:
    """The match weight, in bits, of each row and a row that says the same; in the order of the rows."""
    held = whole(rows)
    chance = float(model.settings["probability_two_random_records_match"])
    total = np.full(held.height, log2(chance / (1 - chance)))
    for comparison in model.settings["comparisons"]:
        total += _of_comparison(model, comparison, held)
    return total


def _of_comparison(model: Model, comparison: Any, rows: pl.DataFrame) -> NDArray[np.float64]:
    """Which level a row has with its equal depends on nothing but which fields it holds."""
    levels = weighed(comparison)
    fields = list(COMPARISONS[comparison["output_column_name"]])
    bits = [pl.col(f).is_null().cast(pl.Int16) * 2**place for place, f in enumerate(fields)]
    pattern = rows.select(pl.sum_horizontal(bits).alias("pattern")).to_series()
    found = np.zeros(rows.height)
    for one in pattern.unique().to_list():
        at = (pattern == one).to_numpy()
        row = rows.row(int(at.argmax()), named=True)
        level = next(level for level in levels if level.holds(row, row))
        found[at] = level.weight + _rarity(model, level, rows.filter(pl.Series(at)))
    return found


def _rarity(model: Model, level: Weighed, rows: pl.DataFrame) -> NDArray[np.float64] | float:
    """Bits for how rare the values of a column are; 0 where the frequency is not known."""
    frequencies = model.frequencies.get(level.column)
    if frequencies is None:
        return 0.0
    share = f"tf_{level.column}"
    known = rows.select(level.column).join(
        frequencies, on=level.column, how="left", maintain_order="left"
    )
    value = pl.col(share).clip(lower_bound=max(level.least, 1e-300)).log(2)
    bits = known.select((level.share * (level.chance - value)).fill_null(0.0)).to_series()
    return bits.to_numpy()
