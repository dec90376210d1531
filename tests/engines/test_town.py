"""Persons found in a whole simulated town, by the standard specification, without labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.chapters.joining import clusters
from licet.engines.duckdb import DuckDBEngine
from licet.engines.protocol import held_fields
from licet.linkage.measures import pairwise
from licet.linkage.spec import standard_spec
from tests.conftest import FULL
from tests.engines.town import GROUPS, Town, town
from tests.simulated import pseudopeople

pytestmark = pytest.mark.long

F1 = 0.987
FALSE = 0.003
"""Most of the pairs together that may be wrong, in any group."""


@pytest.fixture(scope="module")
def whole() -> Town:
    pseudopeople()
    return town()


def labels(rows: pl.DataFrame, feeds: Town, folder: Path) -> pl.Series:
    spec = standard_spec(held_fields(rows))
    assert spec.link_above == 0.95
    engine = DuckDBEngine(folder, threads=2)
    try:
        engine.load(rows)
        edges = engine.score(spec, engine.train(spec))
    finally:
        engine.close()
    return clusters(rows, edges, spec, feeds.feeds)["label"]


def false_shares(found: pl.Series, truth: pl.Series, group: dict[str, str]) -> dict[str, float]:
    """For each group: the share of the pairs together, with one of the group in it, that are wrong."""
    rows = pl.DataFrame({"label": found, "truth": truth}).with_row_index("n")
    rows = rows.with_columns(
        group=pl.col("truth").replace_strict(group, default=None, return_dtype=pl.String)
    )
    pairs = rows.join(rows, on="label", suffix="_b").filter(pl.col("n") < pl.col("n_b"))
    shares = {}
    for name in GROUPS:
        theirs = pairs.filter((pl.col("group") == name) | (pl.col("group_b") == name))
        assert theirs.height > 900, f"too few pairs of {name} to say anything"
        shares[name] = float((theirs["truth"] != theirs["truth_b"]).mean())  # type: ignore[arg-type]
    return shares


@pytest.mark.parametrize("permitted", [1.0, 0.8] if FULL else [0.8])
def test_people_are_found_and_hardly_any_pair_is_wrong(
    whole: Town, tmp_path: Path, permitted: float
) -> None:
    draw = np.random.default_rng(11)
    people = whole.truth.unique().sort()
    yes = people.filter(pl.Series(draw.random(len(people)) < permitted))
    kept = whole.truth.is_in(yes.implode())
    rows = whole.rows.filter(kept).with_columns(node=pl.int_range(pl.len(), dtype=pl.Int64))
    truth = whole.truth.filter(kept)
    found = labels(rows, whole, tmp_path)
    agreement = pairwise(found, truth)
    assert agreement.f1 >= F1, agreement
    shares = false_shares(found, truth, whole.group)
    assert {name: share for name, share in shares.items() if share > FALSE} == {}
