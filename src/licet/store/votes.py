"""Votes and seconds, only ever added to; and what voters say of themselves, held apart by a pseudonym."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from licet.dialogue.agreement import VOTES
from licet.errors import unknown
from licet.permission.events import moment_text
from licet.store.rows import chunks, insert

if TYPE_CHECKING:
    from licet.store.opening import Store

SECOND = "second"
SAID = (*VOTES, SECOND)


class Votes:
    """The votes of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, item: int, voter: str, said: str, at: datetime) -> None:
        """Write down what a voter says: agree, disagree, pass or second. The last vote counts."""
        self.add_all([(item, voter, said, at)])

    def add_all(self, votes: Iterable[tuple[int, str, str, datetime]]) -> None:
        """The same of many, in their order, all or none."""
        from licet.store import models

        rows = []
        for item, voter, said, at in votes:
            if said not in SAID:
                raise unknown("vote", said, list(SAID), "vote")
            rows.append((item, voter, said, moment_text(at)))
        with self._store.changing() as connection:
            insert(connection, models.DialogueVote, ("item", "voter", "said", "at"), rows)

    def of(self, item: int) -> dict[str, str]:
        """The vote that counts of each voter."""
        return {voter: said for voter, said in self._rows(item) if said != SECOND}

    def seconds(self, item: int) -> frozenset[str]:
        """Who seconds an item."""
        return frozenset(voter for voter, said in self._rows(item) if said == SECOND)

    def _rows(self, item: int) -> list[tuple[str, str]]:
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT voter, said FROM store_dialoguevote WHERE item = %s ORDER BY id", [item]
            )
            return list(cursor.fetchall())

    def declare(self, voter: str, groups: Collection[str]) -> None:
        """What a voter says of themselves from now on; nothing takes back all."""
        from licet.store import models

        person = self._apart(voter)
        with self._store.changing() as connection:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM store_dialoguegroup WHERE person = %s", [person])
            rows = [(person, group) for group in sorted(set(groups))]
            insert(connection, models.DialogueGroup, ("person", "group"), rows)

    def groups(self, voters: Collection[str]) -> dict[str, frozenset[str]]:
        """What voters say of themselves, for counting alone."""
        apart = {self._apart(voter): voter for voter in voters}
        found: dict[str, set[str]] = {}
        for some in chunks(sorted(apart)):
            marks = ", ".join(["%s"] * len(some))
            with self._store.reading() as connection, connection.cursor() as cursor:
                quoted = connection.ops.quote_name("group")
                cursor.execute(
                    f"SELECT person, {quoted} FROM store_dialoguegroup WHERE person IN ({marks})",
                    list(some),
                )
                for person, group in cursor.fetchall():
                    found.setdefault(apart[person], set()).add(group)
        return {voter: frozenset(groups) for voter, groups in found.items()}

    def _apart(self, voter: str) -> str:
        """The pseudonym that groups are held under: who has the tables alone cannot join them."""
        return f"g-{self._store.keys.stand_in('dialogue groups', voter)}"
