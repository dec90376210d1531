"""Who the false pairs are: twins, others of one household, relatives elsewhere, strangers.

Inside a family surname and address are one piece of evidence, so that most wrong pairs are relatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from licet.audit.linked.rows import LinkedRows
from licet.audit.people import Codes

KINDS = ("twins", "household", "relatives", "strangers", "not known")
"""twins: one household and one date of birth; household: others of one household; relatives: of two
households, where relationships are known; strangers: the others; not known: a household is missing."""


@dataclass(frozen=True)
class FalseKinds:
    """counts: shape (1 + keys, kinds), false pairs of rows; everybody first."""

    counts: Codes
    kinds: tuple[str, ...] = KINDS


def false_kinds(rows: LinkedRows, relatives: tuple[Codes, Codes] | None = None) -> FalseKinds:
    """The false pairs of clusters by kind. relatives: persons who are related, as codes of ``true``.

    Rows are put together where nothing here tells them apart, so that a large cluster of few persons
    costs little.
    """
    assert rows.true is not None
    parts = _parts(rows)
    pairs = parts.join(parts, on="found", suffix="_b").filter(
        (pl.col("part") < pl.col("part_b")) & (pl.col("true") != pl.col("true_b"))
    )
    kin = _related(pairs, relatives)
    same = pl.col("household") == pl.col("household_b")
    known = (pl.col("household") >= 0) & (pl.col("household_b") >= 0)
    twins = same & (pl.col("born") == pl.col("born_b"))
    kind = (
        pl.when(~known)
        .then(4)
        .when(twins)
        .then(0)
        .when(same)
        .then(1)
        .when("kin")
        .then(2)
        .otherwise(3)
    )
    told = pairs.with_columns(kin=kin).with_columns(
        kind=kind, pairs=(pl.col("rows") * pl.col("rows_b")).cast(pl.Int64)
    )
    counts = np.zeros((1 + len(rows.keys), len(KINDS)), np.int64)
    number, weight = told["kind"].to_numpy(), told["pairs"].to_numpy()
    counts[0] = np.bincount(number, weight, len(KINDS))
    first, second = told["first"].to_numpy(), told["first_b"].to_numpy()
    for key in range(len(rows.keys)):
        member = rows.member[:, key] == 1
        touched = member[first] | member[second]
        counts[1 + key] = np.bincount(number, weight * touched, len(KINDS))
    return FalseKinds(counts)


def _parts(rows: LinkedRows) -> pl.DataFrame:
    """Rows of clusters with several persons, together where cluster, person, household and birth are."""
    frame = pl.DataFrame(
        {
            "found": rows.found,
            "true": rows.true,
            "household": rows.household,
            "born": pl.Series(rows.born).fill_nan(None),
            "first": np.arange(len(rows)),
        }
    )
    mixed = frame.filter(pl.col("true").n_unique().over("found") > 1)
    names = ["found", "true", "household", "born"]
    return (
        mixed.group_by(names, maintain_order=True)
        .agg(pl.col("first").first(), rows=pl.len())
        .with_row_index("part")
    )


def _related(pairs: pl.DataFrame, relatives: tuple[Codes, Codes] | None) -> pl.Series:
    """Whether the two persons of each pair are related."""
    if relatives is None:
        return pl.Series("kin", np.zeros(pairs.height, bool))
    one, other = relatives
    both = pl.DataFrame(
        {"true": np.r_[one, other], "true_b": np.r_[other, one]},
        schema_overrides={"true": pl.Int64},
    ).unique()
    found = pairs.select("true", "true_b").join(
        both.with_columns(kin=True), on=["true", "true_b"], how="left", maintain_order="left"
    )
    return found["kin"].fill_null(False)
