"""Clusters and addresses against the truth of a whole simulated town: pseudopeople's own sample.

Its edges here are made by three plain rules with weights set by hand, so the figures are those of the
clustering and not of a trained model.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.linkage.addresses import address_keys
from licet.linkage.clusters import cluster
from licet.linkage.components import connected
from licet.linkage.measures import b_cubed, bridges, pairwise
from tests.simulated import pseudopeople

SEED = 7
DATES = {"census": "%m/%d/%Y", "security": "%Y%m%d", "infants": "%m%d%Y"}


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    """The noised tables, as pandas frames."""
    made = pseudopeople()
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        security = made.generate_social_security(year=2020, seed=SEED)
        return {
            "census": made.generate_decennial_census(year=2020, seed=SEED),
            "security": security[security["event_type"] == "creation"],
            "infants": made.generate_women_infants_and_children(year=None, seed=SEED),
        }


def text(values: Any) -> pl.Series:
    return pl.Series(
        [None if value != value else str(value).lower() for value in values], dtype=pl.String
    )


@pytest.fixture(scope="module")
def rows(sample: dict[str, Any]) -> pl.DataFrame:
    tables = [
        pl.DataFrame(
            {
                "source": [place] * len(table),
                "given": text(table["first_name"]),
                "family": text(table["last_name"]),
                "birth": text(table["date_of_birth"]).str.to_date(DATES[name], strict=False),
                "truth": text(table["simulant_id"]),
            }
        )
        for place, (name, table) in enumerate(sample.items())
    ]
    return pl.concat(tables).with_row_index("node")


def edges(rows: pl.DataFrame) -> tuple[Any, Any, Any]:
    """Pairs alike in two of given name, family name and birth date; heavier if alike in all."""
    keys = (("birth", "given"), ("birth", "family"), ("given", "family"))
    pairs = [
        rows.join(rows, on=list(key), suffix="_b")
        .filter(pl.col("node") < pl.col("node_b"))
        .select("node", "node_b", weight=pl.lit(weight))
        for key, weight in zip(keys, (9.0, 6.0, 3.0), strict=True)
    ]
    found = pl.concat(pairs).group_by("node", "node_b").agg(pl.col("weight").sum())
    found = found.filter(pl.col("weight") > 3)
    a, b = (found[name].to_numpy().astype(np.int32) for name in ("node", "node_b"))
    return a, b, found["weight"].to_numpy()


@pytest.mark.long
def test_one_row_per_person_and_source_takes_false_pairs_away(rows: pl.DataFrame) -> None:
    a, b, weight = edges(rows)
    truth = rows["truth"].to_numpy()
    whole = connected(len(rows), a, b)
    ours = cluster(len(rows), a, b, weight, rows["source"].to_numpy(), {0, 1})
    loose, tight = pairwise(whole, truth), pairwise(ours, truth)
    assert tight.found - tight.both < (loose.found - loose.both) / 2
    assert tight.recall > loose.recall - 0.01
    assert tight.precision > 0.975 and tight.f1 > loose.f1
    assert b_cubed(ours, truth).f1 > b_cubed(whole, truth).f1
    held = rows.with_columns(label=ours).filter(pl.col("source") < 2)
    assert not held.select("label", "source").is_duplicated().any()
    assert bridges(ours, a, b).sum() > 0


def test_one_slip_in_a_street_finds_more_who_live_together_and_no_false_pair(
    sample: dict[str, Any],
) -> None:
    table = sample["census"]
    table = table[table["housing_type"].astype(str) == "Household"]
    unit = text(table["unit_number"]).fill_null("")
    written = pl.DataFrame(
        {
            "house": unit + " " + text(table["street_number"]),
            "street": text(table["street_name"]),
            "postcode": text(table["zipcode"]),
            "uprn": pl.Series([None] * len(table), dtype=pl.String),
            "truth": text(table["household_id"]),
        }
    ).drop_nulls(["house", "street", "postcode"])
    exact = written.select(
        pl.concat_str(["house", "street", "postcode"], separator="|")
    ).to_series()
    plain = pairwise(exact, written["truth"])
    ours = pairwise(address_keys(written), written["truth"])
    assert plain.precision == 1.0 and ours.precision == 1.0
    assert ours.recall > plain.recall + 0.01
