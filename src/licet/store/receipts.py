"""Receipts as they were signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from licet.errors import bad
from licet.permission.events import Event
from licet.permission.receipts import Receipt, sign_receipt
from licet.store import ledger
from licet.store.rows import chunks, insert

COLUMNS = ("receipt_id", "event_id", "content", "key", "signature")


def keep(connection: Any, events: Sequence[Event], seed: bytes) -> list[Receipt]:
    """The receipts of events, in their order; those not signed yet are signed and kept."""
    from licet.store import models

    found = _kept(connection, [event.event_id for event in events])
    new = [sign_receipt(event, seed) for event in events if event.event_id not in found]
    rows = [(r.receipt_id, r.event_id, r.content.decode(), r.key, r.signature.hex()) for r in new]
    insert(connection, models.Receipt, COLUMNS, rows)
    found |= {receipt.event_id: receipt for receipt in new}
    return [found[event.event_id] for event in events]


def of_event(connection: Any, event_id: str, seed: bytes) -> Receipt:
    """The receipt of one event. Raises BadInput for an event that is not there or has none."""
    event = ledger.one(connection, event_id)
    if event is None:
        raise bad(f"no event {event_id[:80]!r}", "event", "the id of an event of the ledger")
    return keep(connection, [event], seed)[0]


def by_id(connection: Any, name: str) -> Receipt | None:
    """A receipt that was signed here, by its own id; None where there is none."""
    with connection.cursor() as cursor:
        names = ", ".join(connection.ops.quote_name(column) for column in COLUMNS)
        cursor.execute(f"SELECT {names} FROM store_receipt WHERE receipt_id = %s", [name])
        row = cursor.fetchone()
    if row is None:
        return None
    receipt_id, event_id, content, key, signature = row
    return Receipt(receipt_id, event_id, content.encode(), bytes.fromhex(signature), key)


def _kept(connection: Any, ids: Iterable[str]) -> dict[str, Receipt]:
    found = {}
    for some in chunks(sorted(ids)):
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
            cursor.execute(
                f"SELECT {names} FROM store_receipt WHERE event_id IN ({marks})", list(some)
            )
            for receipt_id, event_id, content, key, signature in cursor.fetchall():
                found[event_id] = Receipt(
                    receipt_id, event_id, content.encode(), bytes.fromhex(signature), key
                )
    return found
