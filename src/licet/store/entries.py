"""The register's entries, kept ready: a page reads one row, a list reads 25 by their index.

All of it is derived. Whatever is added to the log about a use marks its entry stale in the same
transaction; who reads it next makes it anew (``chapters.entries``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from licet.log.leaves import Leaf, read_leaf
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

RULED_ANEW = frozenset({"condition", "condition_ended"})
"""Leaves after which the ruling has to be made anew."""
NEVER = "9999-12-31"
ENTRY = ("use", "title", "line", "anew", "stale", "mark", "ruled", "text")
FACET = ("facet", "value", "label", "title", "use")
CHOICE = ("facet", "value", "label", "uses")
Facet = tuple[str, str]
_ALL_USES = "SELECT use FROM store_entry ORDER BY use"
_AT_ONCE = 100


@dataclass(frozen=True)
class Kept:
    """An entry as it is kept. anew: the first day on which it would be another one; None: never."""

    use: str
    title: str
    line: str
    mark: str
    ruled: str
    text: str
    anew: date | None
    facets: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Listed:
    """A page of a list. lines: of the entries on it. uses: how many there are in all."""

    lines: tuple[str, ...]
    uses: int


class Entries:
    """The entries of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def text(self, use: str) -> str | None:
        """An entry; None for a use that has none."""
        found = self._rows("SELECT text FROM store_entry WHERE use = %s", [use])
        return found[0][0] if found else None

    def ruled(self, use: str) -> tuple[str, str] | None:
        """The mark of an entry, and its part that only another ruling changes."""
        found = self._rows("SELECT mark, ruled FROM store_entry WHERE use = %s", [use])
        return (found[0][0], found[0][1]) if found else None

    def texts(self) -> Iterable[str]:
        """Every entry, by the id of the use."""
        return (text for _, _, text in self.every())

    def every(self) -> Iterable[tuple[str, str, str]]:
        """Of every entry by the id of the use: use, mark, text."""
        return self._of("mark, text", [use for (use,) in self._rows(_ALL_USES)])

    def rulings(self, uses: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Of entries, in this order, their part that only another ruling changes: use, text."""
        return self._of("ruled", uses)

    def _of(self, columns: str, uses: Sequence[str]) -> Iterable[Any]:
        """Columns of entries behind the use, a number of entries at a time."""
        for first in range(0, len(uses), _AT_ONCE):
            some = uses[first : first + _AT_ONCE]
            marks = ", ".join(["%s"] * len(some))
            query = f"SELECT use, {columns} FROM store_entry WHERE use IN ({marks})"
            found = {row[0]: row for row in self._rows(query, some)}
            yield from (found[use] for use in some if use in found)

    def marks(self) -> dict[str, str]:
        """What every entry was ruled from, by use."""
        return dict(self._rows("SELECT use, mark FROM store_entry"))

    def lines(self) -> list[str]:
        """The lines of every entry, by title."""
        return [one for (one,) in self._rows("SELECT line FROM store_entry ORDER BY title, use")]

    def facets(self) -> list[tuple[str, str, str, str]]:
        """By what every entry can be found: use, facet, value, label."""
        return self._rows(
            "SELECT use, facet, value, label FROM store_facet ORDER BY use, facet, value"
        )

    def stale(self, today: date) -> list[str]:
        """The uses whose entries have to be made anew before they are shown on a day."""
        return [
            use
            for (use,) in self._rows(
                "SELECT use FROM store_entry WHERE stale = %s "
                "UNION SELECT use FROM store_entry WHERE anew <= %s",
                [True, today.isoformat()],
            )
        ]

    def listed(self, facets: Sequence[Facet], first: int, count: int) -> Listed:
        """The entries that have every facet, by title; ``count`` of them from place ``first`` on, from 0."""
        (facet, value), *others = facets
        where = "f.facet = %s AND f.value = %s" + "".join(
            " AND EXISTS (SELECT 1 FROM store_facet o WHERE o.use = f.use AND o.facet = %s "
            "AND o.value = %s)"
            for _ in others
        )
        asked = [part for pair in ((facet, value), *others) for part in pair]
        (number,) = self._rows(f"SELECT COUNT(*) FROM store_facet f WHERE {where}", asked)[0]
        uses = [
            use
            for (use,) in self._rows(
                f"SELECT f.use FROM store_facet f WHERE {where} ORDER BY f.title, f.use "
                "LIMIT %s OFFSET %s",
                [*asked, count, first],
            )
        ]
        marks = ", ".join(["%s"] * len(uses))
        lines = (
            dict(self._rows(f"SELECT use, line FROM store_entry WHERE use IN ({marks})", uses))
            if uses
            else {}
        )
        return Listed(tuple(lines[use] for use in uses), number)

    def choices(self, facet: str = "") -> list[tuple[str, str, str, int]]:
        """What uses can be looked for by: facet, value, label, and how many uses there are of it.

        facet: of this one alone.
        """
        where, asked = (" WHERE facet = %s", [facet]) if facet else ("", [])
        query = f"SELECT facet, value, label, uses FROM store_choice{where} ORDER BY label, value"
        return self._rows(query, asked)

    def leaves(self, use: str) -> list[tuple[int, Leaf]]:
        """The leaves about a use with their places, from the oldest on."""
        with self._store.reading() as connection:
            index = connection.ops.quote_name("index")
            found = self._rows(
                f"SELECT l.{index}, l.data FROM store_about a JOIN store_leaf l "
                f"ON l.{index} = a.leaf WHERE a.use = %s ORDER BY a.leaf",
                [use],
            )
        return [(place, read_leaf(data.encode())) for place, data in found]

    def latest(self, count: int) -> list[tuple[int, Leaf]]:
        """The last leaves that are about any use, the newest first."""
        with self._store.reading() as connection:
            index = connection.ops.quote_name("index")
            found = self._rows(
                f"SELECT l.{index}, l.data FROM store_about a JOIN store_leaf l "
                f"ON l.{index} = a.leaf ORDER BY a.leaf DESC LIMIT %s",
                [count],
            )
        return [(place, read_leaf(data.encode())) for place, data in found]

    def told_about(self, use: str) -> bool:
        """Whether anybody was asked or told of a use, as the ledger has it."""
        return bool(self._rows("SELECT 1 FROM store_place WHERE use = %s LIMIT 1", [use]))

    def rule(self, use: str, mark: str, ruled: str) -> None:
        """Keep what was ruled on a use; its entry is stale then, and not there if it is new."""
        from licet.store import models

        with self._store.changing() as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE store_entry SET mark = %s, ruled = %s, stale = %s WHERE use = %s",
                    [mark, ruled, True, use],
                )
                there = cursor.rowcount
            if not there:
                row = (use, "", "", NEVER, True, mark, ruled, "")
                insert(connection, models.Entry, ENTRY, [row])

    def set_mark(self, uses: Collection[str], mark: str) -> None:
        """Give entries another mark; they are stale then."""
        with self._store.changing() as connection, connection.cursor() as cursor:
            for use in uses:
                cursor.execute(
                    "UPDATE store_entry SET mark = %s, stale = %s WHERE use = %s AND mark <> %s",
                    [mark, True, use, mark],
                )

    def keep(self, made: Sequence[Kept]) -> None:
        """Put entries in the place of those that were kept before."""
        if not made:
            return
        with self._store.changing() as connection:
            before = self._facets([one.use for one in made])
            for one in made:
                self._put(connection, one)
            if before != self._facets([one.use for one in made]):
                self._count(connection)

    def _put(self, connection: Any, one: Kept) -> None:
        from licet.store import models

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_entry WHERE use = %s", [one.use])
            cursor.execute("DELETE FROM store_facet WHERE use = %s", [one.use])
        anew = one.anew.isoformat() if one.anew else NEVER
        title = _sorted_by(one.title)
        row = (one.use, title, one.line, anew, False, one.mark, one.ruled, one.text)
        insert(connection, models.Entry, ENTRY, [row])
        rows = [(facet, value, label[:300], title, one.use) for facet, value, label in one.facets]
        insert(connection, models.Facet, FACET, rows)

    def _facets(self, uses: Sequence[str]) -> set[tuple[str, str, str, str]]:
        return {
            row
            for use in uses
            for row in self._rows(
                "SELECT facet, value, label, use FROM store_facet WHERE use = %s", [use]
            )
        }

    def _count(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_choice")
            cursor.execute(
                "INSERT INTO store_choice (facet, value, label, uses) "
                "SELECT facet, value, MAX(label), COUNT(*) FROM store_facet GROUP BY facet, value"
            )

    def _rows(self, query: str, asked: Sequence[Any] = ()) -> list[Any]:
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute(query, list(asked) or None)
            return list(cursor.fetchall())


def grown(connection: Any, leaf: int, kind: str, use: Any) -> None:
    """A leaf was added about a use: its entry is no longer what the log says. In the same transaction."""
    if not isinstance(use, str):
        return
    from licet.store import models

    insert(connection, models.About, ("leaf", "use"), [(leaf, use)])
    went_stale(connection, [use])
    if kind in RULED_ANEW:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE store_entry SET mark = '' WHERE use = %s", [use])


def went_stale(connection: Any, uses: Collection[str]) -> None:
    """Entries are to be made anew before they are read, for something else than a leaf that changed."""
    with connection.cursor() as cursor:
        for use in uses:
            cursor.execute("UPDATE store_entry SET stale = %s WHERE use = %s", [True, use])


def dialogue_moved(connection: Any, item: int) -> None:
    """Something was done about an item of the dialogue: the entry of its use is to be made anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_entry SET stale = %s WHERE use IN "
            "(SELECT d.use FROM store_dialogueact d WHERE d.item = %s AND d.use <> '')",
            [True, item],
        )


def _sorted_by(title: str) -> str:
    return " ".join(title.split())[:500]
