"""A run in force as rules count it: whose the permitted rows are, how surely, who lives together.

Everything comes from the zone after the run followed the ledger, so that nobody who said no is in it. The
lines of tables are read from the feeds; those of rows that are not in the run are nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from licet.chapters.explaining import readable_run
from licet.chapters.joining import least_weight, reviewed
from licet.engines.zone import Zone
from licet.errors import BadInput, Fault, bad
from licet.feeds.contract import Feed
from licet.files.extracts import read_lines
from licet.files.runs import RunPlace, read_manifest
from licet.identify.bound import BoundRule
from licet.identify.links import REVIEWED, weakest_links
from licet.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    from licet.chapters.grounds import PermittedGround
    from licet.store.opening import Store

Lines = Mapping[tuple[str, str], pl.DataFrame]
"""The typed lines of tables, by feed and table."""


@dataclass(frozen=True)
class RunPeople:
    """crosswalk: row, feed, record, person, weight (bits of the weakest link on which the person hangs; null
    for one row alone). homes: person, household: the home that each has had longest; None where the run
    makes no households. members: household, person: everybody of each, second homes too. sequence: how far
    in the ledger it is.
    """

    place: RunPlace
    crosswalk: pl.DataFrame
    homes: pl.DataFrame | None
    members: pl.DataFrame
    sequence: int

    def units(self, level: str) -> int:
        """How many people or households there are."""
        if level == "person":
            return self.crosswalk["person"].n_unique()
        return self.homes["household"].n_unique() if self.homes is not None else 0


def people_of_run(ground: PermittedGround, path: Path) -> RunPeople:
    """The run in force of the use in ``path``, brought to the end of the ledger.

    Raises BadInput where there is none that may be read, or it was made of another version of the use.
    """
    use, before = ground.use, ground.store.permissions.snapshot().sequence
    place = readable_run(ground.workspace, use.id, path, ground.today)
    manifest = read_manifest(place.folder)
    if manifest["use_hash"] != use.hash():
        raise bad(
            f"the run in force was made with another version of {use.id}",
            f"runs/{use.id}/{place.run}",
            "a run of the use as it stands",
            f"link anew: licet link {path}",
        )
    line = least_weight(LinkageSpec(**manifest["specification"]).link_above)
    with Zone(place.folder) as zone:
        members = zone.members().select("row", "node", "person").drop_nulls("person")
        edges = zone.edges()
    told = pl.DataFrame({"a": edges.a, "b": edges.b, "weight": edges.weight})
    crosswalk = _weighed(members, told.filter(pl.col("weight") >= line), ground.store, use.id)
    homes, together = _homes(place, crosswalk["person"])
    return RunPeople(place, crosswalk, homes, together, before)


def _weighed(members: pl.DataFrame, edges: pl.DataFrame, store: Store, use: str) -> pl.DataFrame:
    """Rows with their persons, and the weakest link on which each person hangs."""
    members = members.sort("row").with_row_index("at")
    at = members.select("node", "row", "at")
    pairs = {"row_a": pl.String, "row_b": pl.String}
    must = pl.DataFrame(reviewed(store, use)[0], schema=pairs, orient="row")
    ends = edges.join(at, left_on="a", right_on="node").join(
        at, left_on="b", right_on="node", suffix="_b"
    )
    said = must.join(at, left_on="row_a", right_on="row").join(
        at, left_on="row_b", right_on="row", suffix="_b"
    )
    links = pl.concat([
        ends.select("at", "at_b", "weight"),
        said.select("at", "at_b", weight=pl.lit(REVIEWED)),
    ])  # fmt: skip
    whose = members["person"].rank("dense").cast(pl.Int64).to_numpy() - 1
    weight = weakest_links(whose, links["at"], links["at_b"], links["weight"])
    parts = (
        members["row"].str.splitn("/", 2).struct.rename_fields(["feed", "record"]).struct.unnest()
    )
    return members.select("row", "person").with_columns(
        parts["feed"], parts["record"], pl.Series("weight", weight, dtype=pl.Float64).fill_nan(None)
    )


def _homes(place: RunPlace, people: pl.Series) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    """The home that each person has had longest, and everybody of each household; of people in the run."""
    path = place.folder / "households.parquet"
    if not path.exists():
        return None, pl.DataFrame(schema={"household": pl.String, "person": pl.String})
    homes = pl.read_parquet(path).filter(pl.col("person").is_in(people.unique().implode()))
    together = homes.select("household", "person").unique().sort("household", "person")
    by_age = homes.sort("person", "from", "household", nulls_last=True)
    first = by_age.unique("person", keep="first", maintain_order=True)
    return first.select("person", "household"), together


def lines_of(rule: BoundRule, feeds: Sequence[tuple[Path, Feed]]) -> Lines:
    """The lines of every table that a rule asks. Refuses with the faults of all of them at once."""
    return read_tables(list(rule.tables()), feeds)


def read_tables(tables: Sequence[tuple[str, str]], feeds: Sequence[tuple[Path, Feed]]) -> Lines:
    """The lines of tables, by feed and table. Refuses with the faults of all of them at once."""
    places = {feed.id: (path, feed) for path, feed in feeds}
    found: dict[tuple[str, str], pl.DataFrame] = {}
    faults: list[Fault] = []
    for name, table in tables:
        path, feed = places[name]
        try:
            found[name, table] = read_lines(feed, table, path.parent)
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    return found


def check_as_of(as_of: date, today: date) -> None:
    """Refuse a day that is still to come: nothing of it can be known."""
    if as_of > today:
        raise bad(f"{as_of} is still to come", "--as-of", f"{today} or earlier")


__all__ = ["Lines", "RunPeople", "check_as_of", "lines_of", "people_of_run", "read_tables"]
