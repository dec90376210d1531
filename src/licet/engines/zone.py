"""The zone of one run: what later withdrawals and arrivals need, and nothing else.

``zone.duckdb`` holds row ids, their persons and all scored edges; ``rows/`` holds the permitted rows in
their standard form, in small files by node, so that a person who withdraws is written out of one of
them in milliseconds. A change is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.engines.protocol import Edges, edges_of
from licet.errors import bad

FILE, ROWS = "zone.duckdb", "rows"
SHARD = 2048
"""Rows in each file of ``rows/``."""
MEMBER = {"node": pl.Int64, "row": pl.String, "source": pl.Int16, "person": pl.String}


class Zone:
    """The zone in a folder. Use it in a ``with`` statement, or ``close`` it."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        import duckdb

        self.folder = folder
        config: dict[str, Any] = {"temp_directory": ""}
        if threads:
            config["threads"] = threads
        try:
            self._connection = duckdb.connect(str(folder / FILE), config=config)
        except duckdb.Error as error:
            raise bad(
                f"the zone cannot be opened ({str(error).splitlines()[0][:160]})",
                str(folder / FILE),
                "a zone that no other program has open",
                "wait for the other command to end, or link anew",
            ) from None

    def __enter__(self) -> Zone:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._connection.close()

    def fill(self, members: pl.DataFrame, edges: Edges) -> None:
        """Make the tables of a new zone. members: node, row, source, person."""
        frame = pl.DataFrame(
            {"a": edges.a, "b": edges.b, "weight": edges.weight, "block": edges.block}
        )
        with self.changing():
            self._give("member", members.select(list(MEMBER)))
            self._give("edge", frame)
            self._run("create index edge_a on edge(a)")
            self._run("create index edge_b on edge(b)")
            self._run("create index member_node on member(node)")
            self._run("create index member_row on member(\"row\")")
            self._run("create table fact(name varchar, value varchar)")
            self._run("create table gone(digest varchar)")

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing."""
        self._run("begin")
        try:
            yield
        except BaseException:
            self._run("rollback")
            raise
        self._run("commit")

    def fact(self, name: str) -> str:
        """A kept fact, "" if there is none."""
        found = self._run("select value from fact where name = ?", [name])
        return str(found[0][0]) if found else ""

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a fact, such as the place in the ledger that the zone follows."""
        self._run("delete from fact where name = ?", [name])
        self._run("insert into fact values (?, ?)", [name, value])

    def members(self, rows: Collection[str] | None = None) -> pl.DataFrame:
        """node, row, source, person; of these rows, or of all."""
        columns = 'node, "row", source, person'
        if rows is None:
            return self._frame(f"select {columns} from member order by node")
        wanted = pl.DataFrame({"row": sorted(rows)}, schema={"row": pl.String})
        with self._given(wanted) as name:
            return self._frame(
                f'select {columns} from member semi join {name} using ("row") order by node'
            )

    def members_of(self, persons: Collection[str]) -> pl.DataFrame:
        """node, row, source, person of whole persons."""
        wanted = pl.DataFrame({"person": sorted(persons)}, schema={"person": pl.String})
        with self._given(wanted) as name:
            return self._frame(
                f'select node, "row", source, person from member semi join {name} using (person)'
            )

    def edges(self) -> Edges:
        """Every kept edge."""
        return edges_of(self._frame("select a, b, weight, block from edge order by a, b"))

    def edges_at(self, nodes: Iterable[int]) -> list[tuple[int, int, float]]:
        """Every kept edge with an end among these nodes."""
        listed = ",".join(str(int(node)) for node in nodes)
        if not listed:
            return []
        return self._run(
            f"select a, b, weight from edge where a in ({listed}) "
            f"union select a, b, weight from edge where b in ({listed})"
        )

    def nodes_between(self, nodes: Iterable[int]) -> pl.DataFrame:
        """node, row, source, person by node."""
        listed = ",".join(str(int(node)) for node in nodes)
        found = self._run(
            f'select node, "row", source, person from member where node in ({listed or "null"})'
        )
        return pl.DataFrame(found, schema=MEMBER, orient="row")

    def remove(self, nodes: Collection[int], digests: Collection[str]) -> None:
        """Take rows, their edges and memberships away; digests keep them from coming back."""
        listed = ",".join(str(int(node)) for node in nodes)
        if listed:
            self._run(f"delete from edge where a in ({listed})")
            self._run(f"delete from edge where b in ({listed})")
            self._run(f"delete from member where node in ({listed})")
        known = self.gone()
        for digest in sorted(set(digests) - known):
            self._run("insert into gone values (?)", [digest])

    def gone(self) -> set[str]:
        """Digests of the rows that were withdrawn."""
        return {digest for (digest,) in self._run("select digest from gone")}

    def add(self, members: pl.DataFrame, edges: Edges) -> None:
        """Take rows that arrived, and their edges."""
        frame = pl.DataFrame(
            {"a": edges.a, "b": edges.b, "weight": edges.weight, "block": edges.block}
        )
        with self._given(members.select(list(MEMBER))) as name:
            self._run(f"insert into member select * from {name}")
        with self._given(frame) as name:
            self._run(f"insert into edge select * from {name}")

    def rename(self, persons: pl.DataFrame) -> None:
        """Give rows their persons. persons: row, person; only rows whose person changes."""
        if persons.is_empty():
            return
        if persons.height <= 200:
            for row, person in persons.select("row", "person").iter_rows():
                self._run('update member set person = ? where "row" = ?', [person, row])
            return
        with self._given(persons.select("row", "person")) as name:
            self._run(
                f'update member set person = {name}.person from {name} where member."row" = {name}."row"'
            )

    def _give(self, table: str, frame: pl.DataFrame) -> None:
        with self._given(frame) as name:
            self._run(f"create table {table} as select * from {name}")

    @contextmanager
    def _given(self, frame: pl.DataFrame) -> Iterator[str]:
        self._connection.register("given_frame", frame.to_arrow())
        try:
            yield "given_frame"
        finally:
            self._connection.unregister("given_frame")

    def _run(self, statement: str, values: list[Any] | None = None) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()  # type: ignore[no-any-return]

    def _frame(self, statement: str) -> pl.DataFrame:
        table = self._connection.execute(statement).to_arrow_table()
        return pl.DataFrame(pl.from_arrow(table))


def write_rows(folder: Path, rows: pl.DataFrame) -> None:
    """Write permitted rows, in the order of their nodes, into files of ``SHARD`` nodes each."""
    place = folder / ROWS
    place.mkdir(exist_ok=True)
    shards = rows.with_columns(shard=pl.col("node") // SHARD)
    for (shard,), part in shards.partition_by("shard", as_dict=True, maintain_order=True).items():
        _replace(place / f"{shard:06d}.parquet", part.drop("shard"))


def read_rows(folder: Path, nodes: Collection[int] | None = None) -> pl.DataFrame:
    """Permitted rows in standard form, by node: of these nodes, or all."""
    place = folder / ROWS
    if nodes is None:
        names = sorted(place.glob("*.parquet"))
    else:
        shards = sorted({int(node) // SHARD for node in nodes})
        names = [path for s in shards if (path := place / f"{s:06d}.parquet").exists()]
    if not names:
        return pl.DataFrame(schema={"node": pl.Int64})
    found = pl.read_parquet(names)
    if nodes is not None:
        found = found.filter(pl.col("node").is_in(sorted(int(node) for node in nodes)))
    return found.sort("node")


def remove_rows(folder: Path, nodes: NDArray[np.int64]) -> None:
    """Write rows out of their files. A file left without rows goes too."""
    for shard in np.unique(nodes // SHARD).tolist():
        path = folder / ROWS / f"{shard:06d}.parquet"
        if not path.exists():
            continue
        held = pl.read_parquet(path)
        kept = held.filter(~pl.col("node").is_in(nodes.tolist()))
        if kept.is_empty():
            path.unlink()
        elif kept.height < held.height:
            _replace(path, kept)


def _replace(path: Path, frame: pl.DataFrame) -> None:
    part = path.with_suffix(".part")
    frame.write_parquet(part)
    part.replace(path)
