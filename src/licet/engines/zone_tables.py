"""The database of a zone: opened and closed, one transaction at a time, with facts and look-ups.

What its tables mean is in ``zone``. A few numbers are looked up in an index, many in one pass over the
table.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import polars as pl

from licet.engines.connecting import connect
from licet.errors import bad

FILE = "zone.duckdb"
LOOKED_UP = 1_000
"""Up to so many values are looked up in an index; more are found in one pass over the table."""


class ZoneTables:
    """The database in a folder. Use it in a ``with`` statement, or ``close`` it."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """threads: None takes all. One is quickest for a few rows: others would only be waited for."""
        import duckdb

        self.folder = folder
        self._facts: dict[str, str] | None = None
        self._later: dict[str, str] = {}
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

    def __enter__(self) -> Self:
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
            if self._later:
                with self.changing():
                    self.keep_facts()
            with writing(self.folder):
                self._run("checkpoint")
        finally:
            self._connection.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing."""
        with writing(self.folder):
            self._run("begin")
            try:
                yield
            except BaseException:
                self._facts = None
                self._run("rollback")
                raise
            try:
                self._run("commit")
            except BaseException:
                self._facts = None
                raise

    def fact(self, name: str) -> str:
        """A kept fact, "" if there is none."""
        if self._facts is None:
            self._facts = dict(self._run("select name, value from fact"))
        return self._later.get(name, self._facts.get(name, ""))

    def keep_facts(self, **facts: str) -> None:
        """Keep facts, such as the place in the ledger that the zone follows."""
        facts = {**self._later, **facts}
        if self._facts is not None:
            self._facts.update(facts)
        self._later = {}
        marks = ", ".join("?" for _ in facts)
        self._run(f"delete from fact where name in ({marks})", list(facts))
        pairs = [part for pair in facts.items() for part in pair]
        self._run(f"insert into fact values {', '.join('(?, ?)' for _ in facts)}", pairs)

    def keep_later(self, **facts: str) -> None:
        """Keep facts with the next change, at the latest when the zone closes.

        For what may be found as it was after an interruption.
        """
        self._later.update(facts)

    def _at(
        self,
        table: str,
        column: str,
        numbers: Collection[int],
        wanted: Collection[str],
        order: str = "",
    ) -> list[tuple[Any, ...]]:
        """Columns of the lines of a table that hold one of these numbers."""
        if not numbers:
            return []
        by = f" order by {order}" if order else ""
        with self._among(column, numbers) as condition:
            return self._run(f"select {', '.join(wanted)} from {table} where {condition}{by}")

    @contextmanager
    def _among(self, column: str, numbers: Collection[int]) -> Iterator[str]:
        """A condition: that a column holds one of these numbers. A few are looked up in its index."""
        if len(numbers) <= LOOKED_UP:
            yield f"{column} in ({listed(numbers)})"
            return
        with self._given(_one_column(numbers)) as name:
            yield f"{column} in (select number from {name})"

    def _delete(self, table: str, column: str, numbers: Collection[int]) -> None:
        """Delete the lines of a table that hold one of these numbers."""
        if numbers:
            with self._among(column, numbers) as condition:
                self._run(f"delete from {table} where {condition}")

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
    """Say in one clear message that a disk is full, or may not be written.

    What is written meanwhile is for its owner alone to read, whatever becomes of the folder it lies in.
    """
    import duckdb

    before = os.umask(0o077)
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
    finally:
        os.umask(before)


def _one_column(numbers: Collection[int]) -> pl.DataFrame:
    return pl.DataFrame({"number": list(numbers)}, schema={"number": pl.Int64})


def listed(numbers: Iterable[int]) -> str:
    return ",".join(str(int(number)) for number in numbers) or "null"
