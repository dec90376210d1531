"""Scope ``family``: a household goes on only if everybody in its families said yes.

A family is people joined by the relationships that stand in permitted rows: guardians, mothers and
their babies, partners. Whoever a row names and may not be linked is blanked before anything is
compared, so nobody here knows who they are; but the row still tells that somebody is missing. Then its
whole family is incomplete, and with it every household that somebody of the family lives in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import polars as pl

from licet.linkage.households import Households
from licet.linkage.relationships import FAMILY, complete_families, families


def unnamed(mentions: pl.DataFrame, kept: pl.DataFrame, permitted: pl.DataFrame) -> frozenset[str]:
    """The permitted rows from which a member of the family was blanked.

    mentions: row, place, role, of all rows. kept: row, place, of those whose cells may stay. permitted:
    row.
    """
    of_family = mentions.filter(pl.col("role").is_in(FAMILY))
    blanked = of_family.join(kept, on=["row", "place"], how="anti")
    return frozenset(blanked.join(permitted, on="row", how="semi")["row"].to_list())


def whole_families(
    found: Households,
    relationships: pl.DataFrame,
    membership: pl.DataFrame,
    missing: Collection[str],
    at: date,
) -> Households:
    """Only the households in which nobody's family is incomplete.

    relationships: as ``relationships.resolve`` gives them. membership: row, person. missing: rows from
    which somebody of the family was blanked, see ``unnamed``. at: the day on which they are a family. A
    household is kept whole or left out whole: without the people of one family it would tell of them.
    """
    people = membership["person"].unique().sort()
    related = families(relationships, at)
    alone = people.filter(~people.is_in(related["person"].implode()))
    every = pl.concat([related, pl.DataFrame({"family": alone, "person": alone})])
    lacking = membership.filter(pl.col("row").is_in(sorted(missing)))["person"].to_list()
    whole = complete_families(every, lacking)
    hit = found.homes.join(whole, on="person", how="anti").select("household").unique()
    kept = found.homes.join(hit, on="household", how="anti")
    ids = kept.select(person="household").unique()
    return replace(
        found, homes=kept, membership=found.membership.join(ids, on="person", how="semi")
    )
