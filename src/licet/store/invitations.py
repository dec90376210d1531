"""Letters with codes: who was asked, and which codes can still be used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from licet.errors import bad
from licet.permission.events import Channel, Effect, NewEvent, Relation, Scope, moment_text
from licet.permission.invitations import (
    Invitation,
    Recipient,
    language_for,
    make_code,
    read_code,
)
from licet.permission.receipts import Receipt
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

COLUMNS = (
    "code_hash",
    "party",
    "expressed_by",
    "relation",
    "use",
    "version",
    "service",
    "language",
    "notice_hash",
    "made",
)
BY_CODE = "invitation code"
"""How whoever answers with a code is verified: the letter went to the address of the service's client."""


@dataclass(frozen=True)
class Invited:
    """What a code opens."""

    subject: str
    expressed_by: str
    relation: Relation
    use: str
    version: int
    service: str
    language: str
    notice_hash: str


class Invitations:
    """The invitations of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(
        self,
        use: str,
        version: int,
        service: str,
        recipients: Sequence[Recipient],
        notices: Mapping[str, str],
        *,
        by: str,
        at: datetime | None = None,
    ) -> tuple[Invitation, ...]:
        """One letter to each recipient that can be reached; each is recorded as asked.

        service: whose clients they are; letters of several services are made apart. notices: the hash
        of the notice in each language that it is written in. by: who sends them. A person asked twice
        for the same version gets the same code, until it is used.
        """
        moment = at or datetime.now(UTC)
        found, events = [], []
        for one in recipients:
            language = language_for(one, list(notices))
            if language is None or not one.has_address:
                continue
            code = make_code(
                self._store.keys.secret("invitation"),
                use,
                str(version),
                service,
                one.subject.handle,
                one.sent_to,
            )
            found.append(
                Invitation(one.subject.handle, one.sent_to, use, version, service, language, code)
            )
            events.append(
                NewEvent(
                    subject=one.subject.handle,
                    expressed_by=one.sent_to,
                    relation=one.relation,
                    effect="request",
                    scope=Scope(use, version),
                    at=moment,
                    recorded_by=by,
                    notice_hash=notices[language],
                    language=language,
                    channel="paper",
                )
            )
        people = {one.subject.handle: one.subject for one in recipients}
        with self._store.changing() as connection:
            self._store.permissions.append(events, tuple(people.values()), now=moment, sign=False)
            self._keep(connection, found, events)
        return tuple(found)

    def open(self, code: str) -> Invited:
        """What a code opens. Raises BadInput for a code that is none, or was used."""
        with self._store.reading() as connection:
            return self._open(connection, code)[1]

    def answer(
        self,
        code: str,
        effect: Effect,
        *,
        by: str,
        channel: Channel = "web",
        at: datetime | None = None,
        valid_until: date | None = None,
        now: datetime | None = None,
    ) -> Receipt:
        """Record an answer and use the code up, both or neither. Raises BadInput as ``open``."""
        moment = at or datetime.now(UTC)
        with self._store.changing() as connection:
            key, invited = self._open(connection, code)
            version = invited.version if effect == "grant" else None
            event = NewEvent(
                subject=invited.subject,
                expressed_by=invited.expressed_by,
                relation=invited.relation,
                effect=effect,
                scope=Scope(invited.use, version),
                at=moment,
                recorded_by=by,
                verified_by=BY_CODE,
                notice_hash=invited.notice_hash,
                language=invited.language,
                channel=channel,
                valid_until=valid_until,
            )
            (receipt,) = self._store.permissions.append([event], now=now or moment)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE store_invitation SET answered = %s "
                    "WHERE code_hash = %s AND answered IS NULL",
                    [moment_text(moment), key],
                )
                if cursor.rowcount != 1:
                    raise _used()
        return receipt

    def _hash(self, code: str) -> str:
        secret = self._store.keys.secret("code hash")
        return hashlib.sha256(secret + read_code(code).encode()).hexdigest()

    def _open(self, connection: Any, code: str) -> tuple[str, Invited]:
        key = self._hash(code)
        quote = connection.ops.quote_name
        names = ", ".join(f"i.{quote(name)}" for name in (*COLUMNS[2:-1], "answered"))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT p.pseudonym, {names} FROM store_invitation i "
                "JOIN store_party p ON p.id = i.party WHERE code_hash = %s",
                [key],
            )
            row = cursor.fetchone()
        if row is None:
            raise bad("nobody was sent this code", "code", "the code on the letter")
        if row[-1] is not None:
            raise _used()
        return key, Invited(*row[:-1])

    def _keep(
        self, connection: Any, found: Sequence[Invitation], events: Sequence[NewEvent]
    ) -> None:
        from licet.store import models

        numbers = self._numbers(connection, events)
        rows = []
        for one, event in zip(found, events, strict=True):
            party, voice = numbers[event.subject, event.expressed_by]
            place = (one.use, one.version, one.service, one.language)
            rows.append(
                (
                    self._hash(one.code),
                    party,
                    voice,
                    event.relation,
                    *place,
                    event.notice_hash,
                    moment_text(event.at),
                )
            )
        with connection.cursor() as cursor:
            for row in rows:
                cursor.execute("SELECT 1 FROM store_invitation WHERE code_hash = %s", [row[0]])
                if cursor.fetchone() is None:
                    insert(connection, models.Invitation, COLUMNS, [row])

    def _numbers(
        self, connection: Any, events: Sequence[NewEvent]
    ) -> dict[tuple[str, str], tuple[int, str]]:
        from licet.store import appending, parties

        named = appending.named(connection, self._store.keys, events, {})
        ids = parties.parties(connection, {event.subject for event in named})
        return {
            (old.subject, old.expressed_by): (ids[new.subject], new.expressed_by)
            for old, new in zip(events, named, strict=True)
        }


def _used() -> Exception:
    return bad(
        "this code was used before",
        "code",
        "a code that was not used",
        "ask the office for a new letter, or change the answer with the receipt",
    )
