"""A run opened for its audit: rows, edges and what stands around them, as frames that stay in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from licet.audit.linked.audit import RunRows
from licet.audit.linked.breakdowns import births_of
from licet.chapters import explaining, releasing
from licet.chapters.joining import least_weight
from licet.chapters.stores import open_store
from licet.disclosure import THRESHOLD
from licet.engines.reachable import out_of_reach
from licet.engines.zone import FILE, Zone, read_rows
from licet.errors import bad
from licet.feeds.contract import Feed
from licet.files.audit_linkage import feed_rows
from licet.files.feeds import read_feeds
from licet.files.reading import shown
from licet.files.runs import MANIFEST, RunPlace, current, read_manifest
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.linkage.addresses import address_keys
from licet.linkage.spec import LinkageSpec

NETS = (
    ("birth",),
    ("nhs",),
    ("given", "family"),
    ("given", "postcode"),
    ("family", "postcode"),
    ("family", "year"),
)
"""Fields of which all are equal in pairs that are looked at beside those that the run kept; year: of
birth. In the made-up town they hold 95 of 100 missed matches."""
CROWDED = 30
"""More rows than this that agree are not taken pair by pair: a name that many have says nothing."""
GUESSES = (0.0001, 0.0005, 0.005, 0.05, 0.3)
"""The chance, for the plan of a sample alone, that two rows which the run did not keep as a pair are one
person, by how many of given name, family name, birth, postcode and sex agree beyond one."""


@dataclass(frozen=True)
class Opened:
    """A run. about: what is told of it. threshold: of the workspace's disclosure control."""

    rows: RunRows
    about: Mapping[str, object]
    threshold: int = THRESHOLD

    def pairs(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """row_a, row_b, chance: of all pairs in one cluster, and of pairs that might be missed."""
        held, edges = _with_year(self.rows.rows), self.rows.edges
        none = pl.DataFrame(schema={"row_a": pl.String, "row_b": pl.String, "chance": pl.Float64})
        kept = none if edges is None else edges.select(
            "row_a", "row_b", chance=1 / (1 + (-pl.col("weight")).map_batches(np.exp2, pl.Float64))
        )  # fmt: skip
        low, high = pl.min_horizontal("row_a", "row_b"), pl.max_horizontal("row_a", "row_b")
        kept = kept.select(low.alias("row_a"), high.alias("row_b"), "chance")
        named = held.select("row", "person")
        together = _met(named, ["person"], 1 << 30).select("row_a", "row_b")
        together = together.join(kept, on=["row_a", "row_b"], how="left")
        nets = [_met(held, list(net), CROWDED) for net in NETS if set(net) <= set(held.columns)]
        loose = pl.concat([one.select("row_a", "row_b") for one in nets]).unique() if nets else none
        loose = loose.select("row_a", "row_b").join(kept, on=["row_a", "row_b"], how="anti")
        apart = pl.concat([kept, _guessed(loose, held)])
        return together, apart.join(together, on=["row_a", "row_b"], how="anti")


def _with_year(rows: pl.DataFrame) -> pl.DataFrame:
    born = births_of(rows)
    return rows if born is None else rows.with_columns(year=born.dt.year())


def _met(rows: pl.DataFrame, fields: list[str], most: int) -> pl.DataFrame:
    """Pairs of rows that agree in all these fields; not two rows of a register with one for each."""
    kept = ["row", *fields, *(name for name in ("feed", "alone") if name in rows.columns)]
    known = rows.select(list(dict.fromkeys(kept))).drop_nulls(fields)
    known = known.filter(pl.len().over(fields) <= most)
    pairs = known.join(known, on=fields, suffix="_b").filter(pl.col("row") < pl.col("row_b"))
    if {"feed", "alone"} <= set(rows.columns) and fields != ["person"]:
        pairs = pairs.filter(~(pl.col("alone") & (pl.col("feed") == pl.col("feed_b"))))
    return pairs.select(pl.col("row").alias("row_a"), "row_b")


def _guessed(loose: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs with a guessed chance, by how many fields agree."""
    if loose.is_empty():
        return loose.with_columns(chance=pl.lit(None, pl.Float64)).select(
            "row_a", "row_b", "chance"
        )
    told = ["given", "family", "birth", "postcode", "sex"]
    fields = [name for name in told if name in rows.columns]
    both = loose.join(rows.select("row", *fields), left_on="row_a", right_on="row").join(
        rows.select("row", *fields), left_on="row_b", right_on="row", suffix="_b"
    )
    agree = pl.sum_horizontal(
        [(pl.col(n) == pl.col(f"{n}_b")).fill_null(False).cast(pl.Int64) for n in fields]
    )
    guess = (agree - 1).clip(0, len(GUESSES) - 1)
    return both.select(
        "row_a",
        "row_b",
        chance=guess.replace_strict(dict(enumerate(GUESSES)), return_dtype=pl.Float64),
    )


def opened(path: Path, today: date) -> Opened:
    """The run that a path names: its folder, WORKSPACE/USE, or the document of a use.

    Raises BadInput for a run that is sealed, destroyed, superseded or of no workspace.
    """
    if (path / MANIFEST).is_file():
        use, name = _use_of_run(path), path.resolve().name
    else:
        use, name = explaining.named_use(path), ""
    workspace = find_workspace(use)
    if workspace is None:
        raise bad("this lies in no workspace", shown(path), "WORKSPACE/USE", "town/early-help")
    declared = read_use(use)
    _refuse_ended(workspace, declared.id, name)
    place = explaining.readable_run(workspace, declared.id, use, today)
    every = read_feeds(workspace.root)
    feeds = [pair for pair in every if pair[1].service in declared.services]
    elsewhere = tuple(feed.id for _, feed in every if feed.service not in declared.services)
    report = json.loads((place.folder / "report.json").read_text(encoding="utf-8"))
    about = {
        "use": declared.id,
        "title": declared.title,
        "run": place.run,
        "day": today.isoformat(),
        "synthetic": bool(report.get("synthetic")) or any(feed.synthetic for _, feed in feeds),
        "report": report,
    }
    rows = replace(_rows(place, feeds), outside=feed_rows(feeds), elsewhere=elsewhere)
    return Opened(rows, about, int(report.get("threshold", THRESHOLD)))


def _use_of_run(folder: Path) -> Path:
    """The document of the use that the folder of a run is of."""
    workspace = find_workspace(folder)
    if workspace is None:
        raise bad(
            "this run lies in no workspace, so nobody knows whether it may still be read",
            shown(folder),
            "WORKSPACE/runs/USE/RUN",
            "audit it where it was made, or hand over its tables in Python",
        )
    use = str(read_manifest(folder).get("use", folder.parent.name))
    for path in workspace.uses:
        if read_use(path).id == use:
            return path
    raise bad(f"the use {use!r} is declared no more", shown(folder), "a run of a declared use")


def _refuse_ended(workspace: Workspace, use: str, name: str) -> None:
    """Refuse a run that another took the place of, or that is sealed or destroyed."""
    running = current(workspace.root, use)
    if name and name != running:
        with open_store(workspace) as store:
            states = {run.run: run.state for run in store.runs.all(use)}
        state = states.get(name, "unknown")
        said = f"the run is {state}" if state != "released" else "another run took its place"
        todo = f"audit the run in force: {running}" if running else "link first"
        raise bad(said, name, "a run that is in force", todo)
    with open_store(workspace) as store:
        ended = [run.run for run in store.runs.all(use) if run.state in ("sealed", "destroyed")]
    if not running and ended:
        raise bad(
            "the last run of this use is destroyed", f"runs/{use}", "a run in force", "link anew"
        )


def _rows(place: RunPlace, feeds: list[tuple[Path, Feed]]) -> RunRows:
    """Rows and edges of a run from its zone."""
    folder = place.folder
    if not (folder / FILE).exists():
        raise bad("the run is no longer whole", place.run, "a run that is in force", "link anew")
    spec = LinkageSpec(**read_manifest(folder)["specification"])
    line = least_weight(spec.link_above)
    with Zone(folder) as zone:
        members, edges = zone.members().select("row", "node", "person"), zone.edges()
    rows = read_rows(folder).join(members.select("node", "person"), on="node")
    alone = {feed.id for _, feed in feeds if feed.one_record_per_person}
    lost = out_of_reach(releasing.read_model(folder), spec, rows, line)
    rows = rows.with_columns(
        unlinkable=pl.Series(lost, dtype=pl.Boolean),
        alone=pl.col("feed").is_in(sorted(alone)),
        address=address_keys(rows),
    )
    rows = rows.join(_homes(folder), on="person", how="left", maintain_order="left")
    named = members.select(pl.col("node"), "row")
    kept = pl.DataFrame({"a": edges.a, "b": edges.b, "weight": edges.weight})
    ends = kept.join(named.rename({"row": "row_a"}), left_on="a", right_on="node").join(
        named.rename({"row": "row_b"}), left_on="b", right_on="node"
    )
    return RunRows(_told(rows), ends.select("row_a", "row_b", "weight"), line)


def _homes(folder: Path) -> pl.DataFrame:
    """person, household: the first home of each."""
    path = folder / "households.parquet"
    if not path.exists():
        return pl.DataFrame(schema={"person": pl.String, "household": pl.String})
    homes = pl.read_parquet(path).sort("person", "from", "household", nulls_last=True)
    return homes.unique("person", keep="first").select("person", "household")


KEPT = ("row", "person", "feed", "household", "address", "birth", "sex", "nhs", "upn", "nino", "unlinkable",
        "alone", "given", "family", "postcode")  # fmt: skip


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that an audit reads, and no others."""
    return rows.select([name for name in KEPT if name in rows.columns])
