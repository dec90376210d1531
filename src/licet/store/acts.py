"""What accounts and clerks did: added to, chained by hashes, and sealed into the log in batches.

The same promises as of the permission ledger: triggers refuse a change, every act is bound to the one
before it, and the public log holds salted roots and counts, with small ones kept back.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from licet.disclosure import THRESHOLD, suppress
from licet.errors import bad
from licet.log.leaves import salted_root
from licet.permission.events import FIRST, canonical, moment_text
from licet.permission.voices import KINDS, NewAct
from licet.store.log import Entry
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

COLUMNS = (
    "sequence", "kind", "key", "account", "subject", "data", "once", "by", "at", "previous_hash",
    "hash",
)  # fmt: skip
NOT_COUNTED = frozenset({"outputs_changed"})
_BATCH = ("name", "first", "last", "act_hash", "salt", "root", "leaf")


@dataclass(frozen=True)
class Kept:
    """An act as it is kept, with its place and hash."""

    act: NewAct
    sequence: int
    hash: str


class Acts:
    """The acts of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, act: NewAct) -> Kept:
        """Write an act down. Raises BadInput where ``once`` was used before."""
        from licet.store import models

        with self._store.changing() as connection:
            _lock(connection)
            if act.once is not None and self.happened(act.once):
                raise bad("this was done before", act.kind, "once")
            last, previous = _end(connection)
            values = _values(act, last + 1, previous)
            own = _hash(values)
            insert(connection, models.Act, COLUMNS, [(*values.values(), own)])
        return Kept(act, last + 1, own)

    def happened(self, once: str) -> bool:
        """Whether what may happen once has happened."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM store_act WHERE once = %s", [once])
            return cursor.fetchone() is not None

    def of(self, **named: str) -> tuple[NewAct, ...]:
        """Acts with these values, in their order. named: key, account or subject."""
        where = " AND ".join(f"{name} = %s" for name in named) or "1 = 1"
        return tuple(act for act, _ in self._read(where, list(named.values())))

    def with_prefix(self, kind: str) -> tuple[NewAct, ...]:
        """Acts whose kind begins so, in their order."""
        return tuple(act for act, _ in self._read("kind LIKE %s", [f"{kind}%"]))

    def verify(self) -> int:
        """How many acts there are. Raises BadInput at the first that was edited or is missing."""
        previous, count = FIRST, 0
        for act, (sequence, before, own) in self._read("1 = 1", []):
            count += 1
            if (
                sequence != count
                or before != previous
                or own != _hash(_values(act, count, previous))
            ):
                raise bad(
                    f"the list of acts was edited by hand: act {count} is not what was written down",
                    f"acts, {count}",
                    "a list that was only added to",
                    "find out who had access, and put back a copy from before",
                )
            previous = own
        for last, known in self._sealed():
            if last > count or (last == count and known != previous):
                raise bad(f"act {last} is not the one that was sealed", f"acts, {last}")
        return count

    def publish(self, at: datetime | None = None, threshold: int = THRESHOLD) -> Entry | None:
        """Seal everything since the last batch into the log as one leaf; None if nothing was done."""
        from licet.store import models

        with self._store.changing() as connection:
            _lock(connection)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*), max(last) FROM store_actbatch")
                count, last = cursor.fetchone()
            first = (last or 0) + 1
            found = self._read("sequence >= %s", [first])
            if not found:
                return None
            salt = os.urandom(32)
            root = salted_root([own.encode() for _, (_, _, own) in found], salt).hex()
            name = f"acts-{count + 1:05d}"
            body = {
                "batch": name,
                "root": root,
                "counts": _counts([a for a, _ in found], threshold),
            }
            entry = self._store.log.append("act_batch", body, at)
            _, (end, _, own) = found[-1]
            row = (name, first, end, own, salt.hex(), root, entry.index)
            insert(connection, models.ActBatch, _BATCH, [row])
        return entry

    def _sealed(self) -> list[tuple[int, str]]:
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT last, act_hash FROM store_actbatch ORDER BY last")
            return [(int(last), str(known)) for last, known in cursor.fetchall()]

    def _read(self, where: str, values: Sequence[Any]) -> list[tuple[NewAct, tuple[int, str, str]]]:
        with self._store.reading() as connection, connection.cursor() as cursor:
            names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
            cursor.execute(
                f"SELECT {names} FROM store_act WHERE {where} ORDER BY sequence", list(values)
            )
            rows = cursor.fetchall()
        return [(_act(row), (row[0], row[9], row[10])) for row in rows]


def _lock(connection: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE store_act IN EXCLUSIVE MODE")


def _end(connection: Any) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM store_act ORDER BY sequence DESC LIMIT 1")
        row = cursor.fetchone()
    return (int(row[0]), str(row[1])) if row else (0, FIRST)


def _values(act: NewAct, sequence: int, previous: str) -> dict[str, Any]:
    """Everything of an act but its hash, in the order of ``COLUMNS``."""
    return {
        "sequence": sequence,
        "kind": act.kind,
        "key": act.key,
        "account": act.account,
        "subject": act.subject,
        "data": canonical(act.data).decode(),
        "once": act.once,
        "by": act.by,
        "at": moment_text(act.at),
        "previous_hash": previous,
    }


def _hash(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(values)).hexdigest()


def _act(row: Sequence[Any]) -> NewAct:
    _, kind, key, account, subject, data, once, by, at, _, _ = row
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return NewAct(
        kind=kind, key=key, at=moment, by=by, account=account, subject=subject, once=once,
        data=json.loads(data),
    )  # fmt: skip


def _counts(acts: Sequence[NewAct], threshold: int) -> dict[str, int | None]:
    """How many acts of each kind, and of all; None where it is kept back.

    What Licet itself did because somebody said no is not counted: answers are, in their own batch, rounded.
    """
    of = Counter(act.kind for act in acts if act.kind not in NOT_COUNTED)
    kinds = [kind for kind in KINDS if kind not in NOT_COUNTED]
    table = [of[kind] for kind in kinds]
    found = suppress([table], threshold=threshold)
    shown: dict[str, int | None] = {
        kind: None if hidden else count
        for kind, count, hidden in zip(kinds, table, found.hidden[0], strict=True)
    }
    shown["all"] = None if found.bases[0] else sum(table)
    return shown
