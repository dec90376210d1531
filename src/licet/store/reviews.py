"""What reviewers said of pairs of rows: that they are one person, or are not.

It is never changed, and goes when one of its rows leaves the run: nobody who said no is named in it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from licet.errors import bad, unknown
from licet.permission.events import moment_text
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

LINKS = ("must", "cannot", "open")
COLUMNS = ("use", "first", "second", "link", "reviewer", "at", "reason")


@dataclass(frozen=True)
class Review:
    """What one reviewer said. first, second: ids of rows, in alphabetical order. link: ``must``,
    ``cannot``, or ``open`` for what is taken back. at: UTC as text."""

    use: str
    first: str
    second: str
    link: str
    reviewer: str
    at: str
    reason: str


class Reviews:
    """The reviews of one store. A reviewer changes their mind by saying so again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        use: str,
        rows: tuple[str, str],
        link: str,
        reviewer: str,
        *,
        at: datetime | None = None,
        reason: str = "",
    ) -> Review:
        """Write down what a reviewer says of two rows. Raises BadInput for a row against itself, an
        unknown link, no name."""
        from licet.store import models

        first, second = sorted(rows)
        if first == second:
            raise bad(f"the row {first!r} is reviewed against itself", "rows", "two rows")
        if link not in LINKS:
            raise unknown("link", link, list(LINKS), "link")
        if not reviewer.strip():
            raise bad("nobody is named as reviewer", "reviewer", "who reviewed it")
        moment = moment_text(at or datetime.now(UTC))
        found = Review(use, first, second, link, reviewer, moment, reason)
        with self._store.changing() as connection:
            row = tuple(getattr(found, name) for name in COLUMNS)
            insert(connection, models.Review, COLUMNS, [row])
        return found

    def history(self, use: str) -> tuple[Review, ...]:
        """Everything that reviewers said, in the order of saying."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
            cursor.execute(f"SELECT {names} FROM store_review WHERE use = %s ORDER BY id", [use])
            return tuple(Review(*row) for row in cursor.fetchall())

    def forget_rows(self, use: str, rows: Collection[str]) -> None:
        """Delete what was said of these rows, and of pairs that one of them is in: they left the run."""
        gone = set(rows)
        if not gone:
            return
        with self._store.changing() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id, first, second FROM store_review WHERE use = %s", [use])
            ids = [(number,) for number, *ends in cursor.fetchall() if gone.intersection(ends)]
            cursor.executemany("DELETE FROM store_review WHERE id = %s", ids)

    def standing(self, use: str) -> tuple[Review, ...]:
        """The latest of each reviewer on each pair, without what was taken back; by rows, then name."""
        latest = {(one.first, one.second, one.reviewer): one for one in self.history(use)}
        return tuple(one for _, one in sorted(latest.items()) if one.link != "open")
