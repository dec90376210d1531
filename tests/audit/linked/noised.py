"""Rows of real-looking people with noise injected at known rates by group, and linked by exact keys.

A family is badly recorded with a chance that depends on its group; in a bad family each row is wrong with
a higher chance than elsewhere. A wrong row has a key of its own. In some families the second person is
recorded under the first one's name and birth. Rows with equal keys are one cluster, so the missed and the
false shares follow from the chances alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from licet.audit.linked.rows import LinkedRows, codes_of
from licet.audit.people import GroupKey
from tests.simulated import pseudopeople

BAD, WRONG, ELSEWHERE = 0.12, 0.35, 0.01
"""Of families: badly recorded; of rows: wrong in these, and in others. For groups of factor 1."""


@dataclass(frozen=True)
class Noised:
    """A fixed population of rows: the person, family and group of each, and its clean key.

    factor: by group, how many times as often families are bad; merged: of families of two or more, how
    many have the second person under the first one's key.
    """

    rows: pl.DataFrame
    factor: Mapping[str, float]
    merged: Mapping[str, float]

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(self.factor)

    def families(self) -> pl.DataFrame:
        """family, bad and merged (chances), first and second person."""
        people = self.rows.unique("person", keep="first", maintain_order=True).sort(
            "family", "person"
        )
        held = people.group_by("family", maintain_order=True).agg(
            group=pl.col("group").first(), people=pl.col("person").head(2)
        )
        return held.with_columns(
            bad=BAD * pl.col("group").replace_strict(self.factor, default=1.0),
            merged=pl.when(pl.col("people").list.len() > 1)
            .then(pl.col("group").replace_strict(self.merged, default=0.0))
            .otherwise(0.0),
            first=pl.col("people").list.get(0),
            second=pl.col("people").list.get(1, null_on_oob=True),
        )

    def linked(self, rng: np.random.Generator) -> LinkedRows:
        """One draw: noise, then clusters of rows with equal keys."""
        families = self.families()
        number = families.height
        drawn = families.with_columns(
            is_bad=pl.Series(rng.random(number)) < pl.col("bad"),
            is_merged=pl.Series(rng.random(number)) < pl.col("merged"),
        )
        rows = self.rows.join(drawn, on="family", maintain_order="left")
        taken = rows["is_merged"] & (rows["person"] == rows["second"]).fill_null(False)
        firsts = self.rows.unique("person", keep="first").select(first="person", other="key")
        rows = rows.join(firsts, on="first", how="left", maintain_order="left")
        chance = np.where(rows["is_bad"].to_numpy(), WRONG, ELSEWHERE)
        wrong = pl.Series(rng.random(rows.height) < chance)
        own = pl.Series([f"wrong {n}" for n in range(rows.height)])
        key = rows.select(
            pl.when(wrong).then(own).when(taken).then("other").otherwise("key").alias("key")
        )["key"]
        return self.of_clusters(codes_of(key))

    def of_clusters(self, found: np.ndarray) -> LinkedRows:
        keys = tuple(GroupKey("group", name, name, ruled=True) for name in self.groups)
        held = self.rows["group"].to_numpy()
        member = np.stack([held == name for name in self.groups], axis=1).astype(np.int8)
        codes = [codes_of(self.rows[name]) for name in ("person", "family")]
        return LinkedRows(
            found, codes[0], codes[1], np.full(len(held), np.nan), keys=keys, member=member
        )

    def expected(self, group: str | None = None) -> dict[str, float]:
        """The missed and the false share that the chances come to."""
        people = self.rows.group_by("person").agg(
            pl.col("family").first(), pl.col("group").first(), n=pl.len()
        )
        families = self.families()
        told = people.join(
            families.select("family", "bad", "merged", "first", "second"), on="family"
        )
        stays = pl.col("bad") * (1 - WRONG) ** 2 + (1 - pl.col("bad")) * (1 - ELSEWHERE) ** 2
        own = told if group is None else told.filter(pl.col("group") == group)
        pairs = own["n"].cast(pl.Int64) * (own["n"].cast(pl.Int64) - 1) / 2
        both = float((pairs * own.select(stays)["bad"]).sum())
        sizes = people.select("person", "n", "group")
        ends = families.filter(pl.col("merged") > 0).join(
            sizes.rename({"n": "n1", "group": "g1"}), left_on="first", right_on="person"
        ).join(sizes.rename({"n": "n2", "group": "g2"}), left_on="second", right_on="person")  # fmt: skip
        if group is not None:
            ends = ends.filter((pl.col("g1") == group) | (pl.col("g2") == group))
        across = ends.select(pl.col("merged") * pl.col("n1") * pl.col("n2") * stays)
        false = float(across.to_series().sum())
        return {"missed": 1 - both / float(pairs.sum()), "false": false / (both + false)}


def of_town(people: int, seed: int) -> Noised:
    """The made-up town: its own rows and ethnic groups, names and births as they truly are."""
    from licet.synthetic.town.whole import make_town

    town = make_town(people, seed)
    known = town.people.select(
        "person", family="household", group="ethnicity",
        key=pl.concat_str("given", "family", pl.col("birth").cast(pl.String), separator="|", ignore_nulls=True),
    )  # fmt: skip
    rows = town.truth.select("row", "person").join(known, on="person", maintain_order="left")
    factor = {"White British": 1.0, "Black": 2.5, "Asian": 1.6, "White other": 1.3}
    merged = {"White British": 0.03, "Black": 0.06, "Asian": 0.08, "White other": 0.03}
    return Noised(_one_key_each(rows), factor, merged)


def of_pseudopeople(seed: int) -> Noised:
    """The census that pseudopeople ships, without noise, in three feeds of different coverage."""
    import contextlib
    import io
    import warnings

    made = pseudopeople()

    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        census = made.generate_decennial_census(year=2020, seed=seed, config=made.NO_NOISE)
    columns = [
        "simulant_id",
        "household_id",
        "race_ethnicity",
        "first_name",
        "last_name",
        "date_of_birth",
    ]
    texts = pl.DataFrame({name: [str(v) for v in census[name].tolist()] for name in columns})
    private = pl.len().over("household_id") <= 12
    people = texts.filter(private).select(
        person="simulant_id", family="household_id", group="race_ethnicity",
        key=pl.concat_str("first_name", "last_name", "date_of_birth", separator="|"),
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    feeds = [
        people.filter(pl.Series(rng.random(people.height) < share)) for share in (0.95, 0.8, 0.5)
    ]
    factor = {"White": 1.0, "Latino": 1.8, "Black": 2.5, "Asian": 1.4}
    merged = {"White": 0.03, "Latino": 0.07, "Black": 0.04, "Asian": 0.05}
    return Noised(_one_key_each(pl.concat(feeds)), factor, merged)


def _one_key_each(rows: pl.DataFrame) -> pl.DataFrame:
    """Without people whose clean key is also somebody else's: they would be false matches of no noise."""
    return rows.filter(pl.col("person").n_unique().over("key") == 1).sort("family", "person")
