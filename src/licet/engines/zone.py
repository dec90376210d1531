"""The zone of one run: what later withdrawals and arrivals need, and nothing else.

``zone.duckdb`` holds row ids, their persons, all scored edges, and who in the ledger may fit which row;
``rows/`` and ``mentions/`` hold the permitted rows and mentions in their standard form, in small files by
node, so that a person who withdraws is written out of one of them in milliseconds. A change is one
transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from licet.engines.connecting import connect
from licet.engines.protocol import Edges, edges_of
from licet.errors import bad

FILE, ROWS, MENTIONS = "zone.duckdb", "rows", "mentions"
SPILLED = "spilled"
"""The folder that an engine spills to, which ends with it."""
SHARD = 2048
"""Rows in each file of ``rows/``."""
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


class Zone:
    """The zone in a folder. Use it in a ``with`` statement, or ``close`` it."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        import duckdb

        self.folder = folder
        options: dict[str, Any] = {"threads": threads} if threads else {}
        try:
            self._connection = connect(folder / FILE, **options)
        except duckdb.Error as error:
            raise bad(
                f"the zone cannot be opened ({str(error).splitlines()[0][:160]})",
                str(folder / FILE),
                "a zone that no other program has open",
                "wait for the other command to end, or link anew",
            ) from None

    def __enter__(self) -> Zone:
        return self

    def __exit__(self, kind: object, *args: object) -> None:
        if kind is None:
            self.close()
        else:
            self._connection.close()

    def close(self) -> None:
        """Write everything to the file and let go of it. Refuses a disk that is full."""
        try:
            # Closing alone would do the same, and say nothing of what could not be written.
            with writing(self.folder):
                self._run("checkpoint")
        finally:
            self._connection.close()

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
            self._run("create index edge_a on edge(a)")
            self._run("create index edge_b on edge(b)")
            self._run("create index member_node on member(node)")
            self._run('create index member_row on member("row")')
            self._give("fit", fits.select(FIT).sort("number", "node"))
            self._give("mention_fit", mention_fits.select(MENTION_FIT).sort("number", "node"))
            for table in ("fit", "mention_fit"):
                self._run(f"create index {table}_number on {table}(number)")
                self._run(f"create index {table}_node on {table}(node)")
            self._give("detail", details.select("number", "digest"))
            self._run("create index detail_number on detail(number)")
            self._run("create table fact(name varchar, value varchar)")
            self._run("create table gone(digest varchar)")

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing."""
        with writing(self.folder):
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

    def keep_facts(self, **facts: str) -> None:
        """Keep facts, such as the place in the ledger that the zone follows."""
        marks = ", ".join("?" for _ in facts)
        self._run(f"delete from fact where name in ({marks})", list(facts))
        pairs = [part for pair in facts.items() for part in pair]
        self._run(f"insert into fact values {', '.join('(?, ?)' for _ in facts)}", pairs)

    def members(self, rows: Collection[str] | None = None) -> pl.DataFrame:
        """``MEMBER``; of these rows, or of all."""
        columns = _COLUMNS
        if rows is None:
            return self._frame(f"select {columns} from member order by node")
        wanted = pl.DataFrame({"row": sorted(rows)}, schema={"row": pl.String})
        with self._given(wanted) as name:
            return self._frame(
                f'select {columns} from member semi join {name} using ("row") order by node'
            )

    def rows_of(self, person: str) -> list[str]:
        """The rows of a person."""
        found = self._run('select "row" from member where person = ? order by "row"', [person])
        return [row for (row,) in found]

    def fits(self, numbers: Collection[int], nodes: Collection[int] = ()) -> list[tuple[Any, ...]]:
        """``FIT`` of every row that one of these people may fit, and of these: of all who may fit it."""
        return self._run(
            f"select {', '.join(FIT)} from fit where node in "
            f"(select node from fit where number in ({_listed(numbers)})) "
            f"or node in ({_listed(nodes)}) order by node, number"
        )

    def mention_fits(
        self, numbers: Collection[int], nodes: Collection[int] = ()
    ) -> list[tuple[Any, ...]]:
        """``MENTION_FIT`` of every mention that one of these people may fit, and of these rows."""
        return self._run(
            f"select {', '.join(MENTION_FIT)} from mention_fit where (node, place) in "
            f"(select (node, place) from mention_fit where number in ({_listed(numbers)})) "
            f"or node in ({_listed(nodes)}) order by node, place, number"
        )

    def details(self, numbers: Collection[int] | None = None) -> dict[int, str]:
        """Digests of people's details as they were looked for: of these people, or of all."""
        some = "" if numbers is None else f"where number in ({_listed(numbers)})"
        return dict(self._run(f"select number, digest from detail {some}"))

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
            self._run(f"delete from {table} where number in ({_listed(numbers)})")
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
        for node, place in sorted(places):
            self._run("delete from mention_fit where node = ? and place = ?", [node, place])

    def edges(self) -> Edges:
        """Every kept edge."""
        return edges_of(self._frame("select a, b, weight, block from edge order by a, b"))

    def edges_at(self, nodes: Iterable[int]) -> list[tuple[int, int, float]]:
        """Every kept edge with an end among these nodes."""
        listed = _listed(nodes)
        return self._run(
            f"select a, b, weight from edge where a in ({listed}) "
            f"union select a, b, weight from edge where b in ({listed})"
        )

    def nodes_between(self, nodes: Iterable[int]) -> pl.DataFrame:
        """``MEMBER`` of these nodes."""
        found = self._run(f"select {_COLUMNS} from member where node in ({_listed(nodes)})")
        return pl.DataFrame(found, schema=MEMBER, orient="row")

    def remove(self, nodes: Collection[int], digests: Collection[str]) -> None:
        """Take rows, their edges and memberships away; digests keep them from coming back."""
        listed = _listed(nodes)
        if nodes:
            self._run(f"delete from edge where a in ({listed})")
            self._run(f"delete from edge where b in ({listed})")
            for table in ("member", "fit", "mention_fit"):
                self._run(f"delete from {table} where node in ({listed})")
        if digests:
            marks = ", ".join("(?)" for _ in digests)
            self._run(f"insert into gone values {marks}", sorted(digests))

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
        return self._connection.execute(statement, values).fetchall()

    def _frame(self, statement: str) -> pl.DataFrame:
        table = self._connection.execute(statement).to_arrow_table()
        return pl.DataFrame(pl.from_arrow(table))


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in one clear message that a disk is full, or may not be written."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.IOException, duckdb.FatalException) as error:
        said = (getattr(error, "strerror", None) or str(error).splitlines()[0])[:200]
        raise bad(
            f"the run cannot be written ({said})",
            str(folder),
            "a disk with room, and a folder that may be written",
            "make room or ask for permission, then start again",
        ) from None


_COLUMNS = 'node, "row", source, birth, person'


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(str(int(number)) for number in numbers) or "null"


def write_rows(folder: Path, rows: pl.DataFrame, kind: str = ROWS) -> None:
    """Write permitted rows, or their mentions, into files of ``SHARD`` nodes each, beside what is there.

    rows: with ``node``. A row that is in its file already is replaced.
    """
    place = folder / kind
    place.mkdir(exist_ok=True)
    shards = rows.with_columns(shard=pl.col("node") // SHARD)
    for (shard,), part in shards.partition_by("shard", as_dict=True, maintain_order=True).items():
        path = place / f"{shard:06d}.arrow"
        new = part.drop("shard")
        if path.exists():
            held = pl.read_ipc(path).join(new.select("node"), on="node", how="anti")
            new = pl.concat([held.select(new.columns), new])
        _replace(path, new.sort("node", maintain_order=True))


def read_rows(folder: Path, nodes: Collection[int] | None = None, kind: str = ROWS) -> pl.DataFrame:
    """Permitted rows, or their mentions, in standard form, by node: of these nodes, or all."""
    place = folder / kind
    if nodes is None:
        names = sorted(place.glob("*.arrow"))
    else:
        shards = sorted({int(node) // SHARD for node in nodes})
        names = [path for s in shards if (path := place / f"{s:06d}.arrow").exists()]
    if not names:
        return pl.DataFrame(schema={"node": pl.Int64})
    found = pl.concat([pl.read_ipc(name) for name in names])
    if nodes is not None:
        found = found.filter(pl.col("node").is_in(sorted(int(node) for node in nodes)))
    return found.sort("node", maintain_order=True)


def remove_rows(folder: Path, nodes: Collection[int]) -> None:
    """Write rows and their mentions out of their files. A file left without rows goes too."""
    for shard in sorted({int(node) // SHARD for node in nodes}):
        for kind in (ROWS, MENTIONS):
            _rewrite(folder / kind / f"{shard:06d}.arrow", ~pl.col("node").is_in(sorted(nodes)))


def remove_mentions(folder: Path, places: Collection[tuple[int, str]]) -> None:
    """Write mentions out of their files. places: node and place of each."""
    for shard in sorted({node // SHARD for node, _ in places}):
        keep = pl.lit(True)
        for node, place in sorted(places):
            keep &= ~((pl.col("node") == node) & (pl.col("place") == place))
        _rewrite(folder / MENTIONS / f"{shard:06d}.arrow", keep)


def _rewrite(path: Path, keep: pl.Expr) -> None:
    if not path.exists():
        return
    held = pl.read_ipc(path)
    kept = held.filter(keep)
    if kept.is_empty():
        path.unlink()
    elif kept.height < held.height:
        _replace(path, kept)


def _replace(path: Path, frame: pl.DataFrame) -> None:
    part = path.with_suffix(".part")
    frame.write_ipc(part, compression="lz4")
    part.replace(path)
