"""What the public log says of the ledger: salted roots of batches of events, and counts held back
where they are small. Nobody can tell from it whether anybody said anything."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from licet.disclosure import THRESHOLD
from licet.disclosure.counts import shown_counts
from licet.log.leaves import salted_root
from licet.permission.events import EFFECTS, Event, canonical
from licet.store import ledger
from licet.store.log import Entry
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

COLUMNS = ("name", "first", "last", "ledger_hash", "salt", "root", "leaf")


class Batches:
    """The batches of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def publish(self, at: datetime | None = None, threshold: int = THRESHOLD) -> Entry | None:
        """Write everything recorded since the last batch to the log as one leaf; None if nothing was."""
        from licet.store import models

        with self._store.changing() as connection:
            ledger.lock(connection)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*), max(last) FROM store_batch")
                count, last = cursor.fetchone()
            end = ledger.head(connection)
            first = (last or 0) + 1
            if end.sequence < first:
                return None
            events = [e for e, _ in ledger.everything(connection, first, end.sequence)]
            salt = os.urandom(32)
            root = salted_root([event_bytes(event) for event in events], salt).hex()
            name = f"permissions-{count + 1:05d}"
            body = {"batch": name, "root": root, "counts": counts(events, threshold)}
            entry = self._store.log.append("permission_batch", body, at)
            row = (name, first, end.sequence, end.hash, salt.hex(), root, entry.index)
            insert(connection, models.Batch, COLUMNS, [row])
        return entry


def event_bytes(event: Event) -> bytes:
    """What stands for an event in its batch: everything in it, and its hash by way of the next."""
    return canonical({**event.said(), "event_id": event.event_id, "hash": event.hash()})


def counts(events: list[Event], threshold: int = THRESHOLD) -> dict[str, int | None]:
    """How many events of each effect, and of all, rounded; None where it is kept back."""
    of: Counter[str] = Counter(event.effect for event in events)
    return shown_counts({**{name: of[name] for name in EFFECTS}, "all": len(events)}, threshold)
