"""The dialogue, kept: acts that are only added to, and the words of people, which can be taken down.

People are pseudonyms made with the store's key from their account. What an act says of the words is a
salted hash: the words and the salt can go, the act and the hash stay.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from licet.dialogue.items import Act
from licet.log.leaves import Leaf, read_leaf
from licet.permission.events import moment_text
from licet.store.entries import dialogue_moved
from licet.store.rows import chunks, insert
from licet.store.votes import Votes

if TYPE_CHECKING:
    from licet.store.opening import Store

COLUMNS = tuple(field.name for field in fields(Act))
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Dialogue:
    """The dialogue of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.votes = Votes(store)

    def pseudonym(self, account: str) -> str:
        """What an account is called here."""
        return f"w-{self._store.keys.stand_in('dialogue', account)}"

    def lock(self) -> None:
        """Inside ``store.changing()``: nobody else adds an act until it is over."""
        with self._store.changing() as connection:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("LOCK TABLE store_dialogueact IN EXCLUSIVE MODE")

    def next_item(self) -> int:
        """The number of the next item."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT max(item) FROM store_dialogueact")
            return int(cursor.fetchone()[0] or 0) + 1

    def acts(self, *, use: str | None = None, item: int | None = None) -> list[Act]:
        """Acts in their order: all, or those of a use or of an item."""
        quote = self._store.connection.ops.quote_name
        names = ", ".join(f"a.{quote(name)}" for name in COLUMNS)
        query, values = f"SELECT {names} FROM store_dialogueact a", []
        if item is not None:
            query, values = f"{query} WHERE a.item = %s", [item]
        elif use is not None:
            own = "SELECT o.item FROM store_dialogueact o WHERE o.use = %s"
            query, values = f"{query} WHERE a.item IN ({own})", [use]  # type: ignore[list-item]
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute(f"{query} ORDER BY a.number", values)
            rows = cursor.fetchall()
        return [_act(row) for row in rows]

    def add(self, act: Act, words: str = "") -> Act:
        """Keep an act, and beside it what was written. Gives it with its number and the hash."""
        from licet.store import models

        with self._store.changing() as connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT max(number) FROM store_dialogueact")
                number = int(cursor.fetchone()[0] or 0) + 1
            kept = replace(act, number=number)
            if words:
                salt = os.urandom(32).hex()
                kept = replace(kept, text=hash_of(salt, words))
                insert(connection, models.DialogueText, ("number", "salt", "text"),
                       [(number, salt, words)])  # fmt: skip
            row = [getattr(kept, name) for name in COLUMNS]
            row[COLUMNS.index("at")] = moment_text(kept.at)
            insert(connection, models.DialogueAct, COLUMNS, [row])
            dialogue_moved(connection, act.item)
        return kept

    def words(self, numbers: Collection[int]) -> dict[int, str]:
        """What was written, by the number of the act; what was taken down is not there."""
        found: dict[int, str] = {}
        for some in chunks(sorted(set(numbers))):
            marks = ", ".join(["%s"] * len(some))
            with self._store.reading() as connection, connection.cursor() as cursor:
                quoted = connection.ops.quote_name("text")
                cursor.execute(
                    f"SELECT number, {quoted} FROM store_dialoguetext WHERE number IN ({marks})",
                    list(some),
                )
                found.update(dict(cursor.fetchall()))
        return found

    def forget(self, number: int) -> None:
        """Take the words of an act down, with their salt."""
        with self._store.changing() as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_dialoguetext WHERE number = %s", [number])


def hash_of(salt: str, words: str) -> str:
    """What an act says of words."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def _act(row: tuple[Any, ...]) -> Act:
    values: Mapping[str, Any] = dict(zip(COLUMNS, row, strict=True))

    at = datetime.strptime(values["at"], _MOMENT).replace(tzinfo=UTC)
    return Act(**{**values, "at": at})


def leaves_of(store: Store, kinds: Collection[str]) -> list[Leaf]:
    """The leaves of some kinds, in their order."""
    marks = ", ".join(["%s"] * len(kinds))
    with store.reading() as connection, connection.cursor() as cursor:
        index = connection.ops.quote_name("index")
        cursor.execute(
            f"SELECT data FROM store_leaf WHERE kind IN ({marks}) ORDER BY {index}", list(kinds)
        )
        return [read_leaf(data.encode()) for (data,) in cursor.fetchall()]
