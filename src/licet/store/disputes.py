"""Records that families say are wrong. What says who it is about lies apart and can be erased."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from licet.errors import bad
from licet.permission.disputes import Dispute, checked_move, folded
from licet.permission.voices import NewAct, Voice
from licet.store import parties
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

_COLUMNS = ("key", "party", "row", "field", "claim", "answer")


@dataclass(frozen=True)
class Held:
    """What stays out of linkage until it is settled. rows: ids of rows (FEED/RECORD). people: pseudonyms
    by service, of whom every record of that service is disputed."""

    rows: frozenset[str] = frozenset()
    people: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rows or self.people)

    @property
    def mark(self) -> list[str]:
        """What changes whenever anything else is held."""
        named = [f"{service} {one}" for service, people in self.people.items() for one in people]
        return sorted([*self.rows, *named])


@dataclass(frozen=True)
class Told:
    """What a family wrote, and what the service answered; empty once erased. row: "" for every record."""

    row: str = ""
    field: str = ""
    claim: str = ""
    answer: str = ""


class Disputes:
    """The disputes of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def raise_by(
        self, voice: Voice, service: str, told: Told, *, hold: bool, at: datetime
    ) -> Dispute:
        """Write down that a record is wrong. told: without an answer."""
        key = os.urandom(10).hex()
        data = {
            "service": service,
            "feed": told.row.partition("/")[0],
            "hold": "yes" if hold else "no",
        }
        from licet.store import models

        with self._store.changing() as connection:
            act = NewAct(
                kind="dispute_raised", key=key, at=at, by="web", account=voice.account,
                subject=voice.subject, once=f"{key} 1", data=data,
            )  # fmt: skip
            self._store.acts.add(act)
            party = parties.parties(connection, [voice.subject])[voice.subject]
            row = (key, party, told.row, told.field, told.claim, "")
            insert(connection, models.Disputed, _COLUMNS, [row])
        return self.one(key)

    def move(
        self,
        key: str,
        name: str,
        *,
        by: str,
        post: str,
        account: str,
        at: datetime,
        reason: str = "",
    ) -> Dispute:
        """Take one step of ``permission.disputes.MOVES``. by: "family" or "clerk". Raises BadInput."""
        with self._store.changing() as connection:
            old = self.one(key)
            move = checked_move(old, name, by, reason, account or post)
            act = NewAct(
                kind=move.kind, key=key, at=at, by=post, account=account, subject=old.subject,
                once=f"{key} {old.step + 1}",
            )  # fmt: skip
            self._store.acts.add(act)
            if reason:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "UPDATE store_disputed SET answer = %s WHERE key = %s", [reason, key]
                    )
        return self.one(key)

    def one(self, key: str) -> Dispute:
        """A dispute by its key. Raises BadInput for none."""
        found = folded(self._store.acts.of(key=key)).get(key)
        if found is None:
            raise bad(f"there is no dispute {key[:40]!r}", "dispute", "licet dispute list")
        return found

    def all(self) -> tuple[Dispute, ...]:
        """Every dispute, in the order of raising."""
        return tuple(folded(self._store.acts.with_prefix("dispute_")).values())

    def told(self, keys: Sequence[str]) -> dict[str, Told]:
        """What was written, by dispute."""
        if not keys:
            return {}
        with self._store.reading() as connection, connection.cursor() as cursor:
            quote = connection.ops.quote_name
            names = ", ".join(quote(name) for name in ("key", *_COLUMNS[2:]))
            marks = ", ".join(["%s"] * len(keys))
            cursor.execute(f"SELECT {names} FROM store_disputed WHERE key IN ({marks})", list(keys))
            return {key: Told(*texts) for key, *texts in cursor.fetchall()}

    def held(self) -> Held:
        """What stays out of linkage now."""
        held = [one for one in self.all() if one.held]
        told = self.told([one.key for one in held])
        rows = {of.row for one in held if (of := told.get(one.key, Told())).row}
        people: dict[str, set[str]] = {}
        for one in held:
            if one.key in told and not told[one.key].row:
                people.setdefault(one.service, set()).add(one.subject)
        for some in people.values():
            same = self._store.permissions.heard_with(some)
            some.update(other for others in same.values() for other in others)
        return Held(frozenset(rows), {s: frozenset(some) for s, some in people.items()})
