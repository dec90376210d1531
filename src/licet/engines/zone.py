"""The zone of one run: what later withdrawals and arrivals need, and nothing else.

``zone.duckdb`` holds row ids, their persons, all scored edges, and who in the ledger may fit which row;
``rows/`` and ``mentions/`` hold the permitted rows and mentions in their standard form, in small files by
node, so that a person who withdraws is written out of one of them in milliseconds. A change is one
transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from licet.engines import zone_tables
from licet.engines.protocol import Edges, edges_of
from licet.engines.zone_rows import MENTIONS, PLACE, ROWS, read_rows, remove_rows, write_rows
from licet.engines.zone_tables import FILE, ZoneTables, listed, writing

__all__ = [
    "FILE", "FIT", "MEMBER", "MENTIONS", "MENTION_FIT", "ROWS", "SPILLED", "Zone", "read_rows",
    "remove_rows", "write_rows", "writing",
]  # fmt: skip

SPILLED = "spilled"
"""The folder that an engine spills to, which ends with it."""
MEMBER: dict[str, Any] = {
    "node": pl.Int64,
    "row": pl.String,
    "source": pl.Int16,
    "birth": pl.Int64,
    "person": pl.String,
}
"""birth: days since 1970, ``clusters.NO_BIRTH`` where none is known."""
FIT = ("node", "number", "score", "known", "certain")
MENTION_FIT = ("node", "place", "number", "score", "known", "named", "alike")
INDEXED = {
    "edge": ("b",),
    "member": ("node", "row"),
    "fit": ("node",),
    "mention_fit": ("node",),
}
"""The columns by which a few lines are looked up, but for those that a table is sorted by: there the
database knows where to look without an index, which would cost more to make than it saves."""


class Zone(ZoneTables):
    """The zone in a folder. Use it in a ``with`` statement, or ``close`` it."""

    def fill(
        self,
        members: pl.DataFrame,
        edges: Edges,
        fits: pl.DataFrame,
        mention_fits: pl.DataFrame,
        details: pl.DataFrame,
    ) -> None:
        """Make the tables of a new zone: ``MEMBER``, edges, ``FIT`` and ``MENTION_FIT``.

        details: number, digest of everybody in the ledger, to see later whose details changed.
        """
        frame = pl.DataFrame(
            {"a": edges.a, "b": edges.b, "weight": edges.weight, "block": edges.block}
        )
        with self.changing():
            self._give("member", members.select(list(MEMBER)))
            self._give("edge", frame)
            self._give("fit", fits.select(FIT).sort("number", "node"))
            self._give("mention_fit", mention_fits.select(MENTION_FIT).sort("number", "node"))
            self._give("detail", details.select("number", "digest").sort("number"))
            self._run("create table fact(name varchar, value varchar)")
            self._run("create table gone(digest varchar)")
        # Over a table that stands an index is made in half the time of one that grows in its transaction.
        for table, columns in INDEXED.items():
            for column in columns:
                self._run(f'create index {table}_{column} on {table}("{column}")')

    def members(self, rows: Collection[str] | None = None) -> pl.DataFrame:
        """``MEMBER``; of these rows, or of all."""
        columns = _COLUMNS
        if rows is None:
            return self._frame(f"select {columns} from member order by node")
        if len(rows) <= zone_tables.LOOKED_UP:
            marks = ", ".join("?" for _ in rows) or "null"
            found = self._run(
                f'select {columns} from member where "row" in ({marks})', sorted(rows)
            )
            return pl.DataFrame(sorted(found), schema=MEMBER, orient="row")
        wanted = pl.DataFrame({"row": sorted(rows)}, schema={"row": pl.String})
        with self._given(wanted) as name:
            return self._frame(
                f'select {columns} from member semi join {name} using ("row") order by node'
            )

    def extent(self) -> tuple[int, int]:
        """How many rows there are, and the greatest number of one, -1 if there is none."""
        rows, last = self._run("select count(*), coalesce(max(node), -1) from member")[0]
        return rows, last

    def rows_from(self, node: int) -> list[str]:
        """The rows with this number or a later one: rows that arrive are numbered on."""
        found = self._run('select "row" from member where node >= ? order by node', [node])
        return [row for (row,) in found]

    def rows_of(self, person: str) -> list[str]:
        """The rows of a person."""
        found = self._run('select "row" from member where person = ? order by "row"', [person])
        return [row for (row,) in found]

    def fits(self, numbers: Collection[int], nodes: Collection[int] = ()) -> list[tuple[Any, ...]]:
        """``FIT`` of every row that one of these people may fit, and of these: of all who may fit it."""
        there = {node for (node,) in self._at("fit", "number", numbers, ("node",))}
        return self._at("fit", "node", there.union(nodes), FIT, "node, number")

    def mention_fits(
        self, numbers: Collection[int], nodes: Collection[int] = ()
    ) -> list[tuple[Any, ...]]:
        """``MENTION_FIT`` of every mention that one of these people may fit, and of these rows."""
        places = set(self._at("mention_fit", "number", numbers, ("node", "place")))
        asked = set(nodes)
        there = asked.union(node for node, _ in places)
        found = self._at("mention_fit", "node", there, MENTION_FIT, "node, place, number")
        return [fit for fit in found if fit[0] in asked or fit[:2] in places]

    def details(self, numbers: Collection[int]) -> dict[int, str]:
        """Digests of these people's details as they were looked for."""
        return dict(self._at("detail", "number", numbers, ("number", "digest")))

    def strangers(self, details: pl.DataFrame) -> set[int]:
        """Those whose details are not what they were when they were looked for. details: number, digest."""
        with self._given(details) as name:
            found = self._run(
                f"select n.number from {name} n left join detail d using (number) "
                "where n.digest is distinct from d.digest"
            )
        return {number for (number,) in found}

    def numbers(self) -> set[int]:
        """Everybody whom a row or a mention may mean."""
        found = self._run("select number from fit union select number from mention_fit")
        return {number for (number,) in found}

    def refit(
        self,
        numbers: Collection[int],
        fits: pl.DataFrame,
        mention_fits: pl.DataFrame,
        details: pl.DataFrame,
    ) -> None:
        """Say anew which rows these people may fit."""
        for table in ("fit", "mention_fit", "detail"):
            self._delete(table, "number", numbers)
        self._fit(fits, mention_fits)
        with self._given(details.select("number", "digest")) as name:
            self._run(f"insert into detail select * from {name}")

    def _fit(self, fits: pl.DataFrame, mention_fits: pl.DataFrame) -> None:
        tables = ("fit", fits.select(FIT)), ("mention_fit", mention_fits.select(MENTION_FIT))
        for table, more in tables:
            with self._given(more) as name:
                self._run(f"insert into {table} select * from {name}")

    def remove_mentions(self, places: Collection[tuple[int, str]]) -> None:
        """Forget who may fit these mentions: their cells are gone."""
        if not places:
            return
        if len(places) <= zone_tables.LOOKED_UP:
            named = ", ".join("?" for _ in places)
            self._run(
                f"delete from mention_fit where node in ({listed({node for node, _ in places})}) "
                f"and node || ' ' || place in ({named})",
                [f"{node} {place}" for node, place in places],
            )
            return
        frame = pl.DataFrame(sorted(places), schema=PLACE, orient="row")
        with self._given(frame) as name:
            self._run(
                f"delete from mention_fit where (node, place) in (select (node, place) from {name})"
            )

    def edges(self) -> Edges:
        """Every kept edge."""
        return edges_of(self._frame("select a, b, weight, block from edge order by a, b"))

    def edges_at(self, nodes: Collection[int]) -> list[tuple[int, int, float]]:
        """Every kept edge with an end among these nodes."""
        columns = ("a", "b", "weight")
        found = {*self._at("edge", "a", nodes, columns), *self._at("edge", "b", nodes, columns)}
        return list(found)

    def members_at(self, nodes: Collection[int]) -> list[tuple[Any, ...]]:
        """``MEMBER`` of these nodes, in any order."""
        return self._at("member", "node", nodes, _MEMBER)

    def remove(self, nodes: Collection[int], digests: Collection[str]) -> None:
        """Take rows, their edges and memberships away; digests keep them from coming back."""
        self._delete("edge", "a", nodes)
        self._delete("edge", "b", nodes)
        for table in ("member", "fit", "mention_fit"):
            self._delete(table, "node", nodes)
        if 0 < len(digests) <= zone_tables.LOOKED_UP:
            marks = ", ".join("(?)" for _ in digests)
            self._run(f"insert into gone values {marks}", sorted(digests))
        elif digests:
            with self._given(pl.DataFrame({"digest": sorted(digests)})) as name:
                self._run(f"insert into gone select digest from {name}")

    def gone(self) -> set[str]:
        """Digests of the rows that were withdrawn."""
        return {digest for (digest,) in self._run("select digest from gone")}

    def add(
        self,
        members: pl.DataFrame,
        edges: Edges,
        fits: pl.DataFrame,
        mention_fits: pl.DataFrame,
    ) -> None:
        """Take rows that arrived, their edges, and who may fit them."""
        frame = pl.DataFrame(
            {"a": edges.a, "b": edges.b, "weight": edges.weight, "block": edges.block}
        )
        with self._given(members.select(list(MEMBER))) as name:
            self._run(f"insert into member select * from {name}")
        with self._given(frame) as name:
            self._run(f"insert into edge select * from {name}")
        self._fit(fits, mention_fits)

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


_MEMBER = ("node", '"row"', "source", "birth", "person")
_COLUMNS = ", ".join(_MEMBER)
