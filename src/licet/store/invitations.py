"""Letters with codes: who was asked, and which codes can still be used."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Mapping, Sequence
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
    used,
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
    """What a code opens. made: when the letter was, UTC, as text."""

    subject: str
    expressed_by: str
    relation: Relation
    use: str
    version: int
    service: str
    language: str
    notice_hash: str
    made: str


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
        for the same version gets the same code, until it is used or another stage decides: what was
        used is never printed again. Nobody is enrolled who is not written to.
        """
        moment = at or datetime.now(UTC)
        found, events, people = [], [], {}
        spent = self._used()
        for one in recipients:
            language = language_for(one, list(notices))
            if language is None or not one.has_address:
                continue
            parts = (use, str(version), service, one.subject.handle, one.sent_to, one.stage)
            code = self._fresh(parts, spent)
            people[one.subject.handle] = one.subject
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
        with self._store.changing() as connection:
            self._store.permissions.append(events, tuple(people.values()), now=moment, sign=False)
            self._keep(connection, found, events)
        return tuple(found)

    def open(self, code: str) -> Invited:
        """What a code opens. Raises BadInput for a code that is none, or was used."""
        found, answered = self.sent(code)
        if answered:
            raise used(read_code(code))
        return found

    def sent(self, code: str) -> tuple[Invited, bool]:
        """What a code opens, and whether it was used: whoever said yes with it can take that back with
        it. Raises BadInput for a code that nobody was sent."""
        quote = self._store.connection.ops.quote_name
        names = ", ".join(f"i.{quote(name)}" for name in (*COLUMNS[2:], "answered"))
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute(
                f"SELECT p.pseudonym, {names} FROM store_invitation i "
                "JOIN store_party p ON p.id = i.party WHERE code_hash = %s",
                [self._hash(code)],
            )
            row = cursor.fetchone()
        if row is None:
            todo = (
                "read the code again, sign by sign; or name the person by the office's own handle"
            )
            raise bad("nobody was sent this code", "code", "the code on the letter", todo)
        return Invited(*row[:-1]), row[-1] is not None

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
        """Record an answer and use the code up, both or neither. Raises BadInput as ``open``.

        Whoever puts the answer off has not answered: the letter goes on as it was.
        """
        moment = at or datetime.now(UTC)
        with self._store.changing() as connection:
            invited = self.open(code)
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
            if effect == "defer":
                return receipt
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE store_invitation SET answered = %s "
                    "WHERE code_hash = %s AND answered IS NULL",
                    [moment_text(moment), self._hash(code)],
                )
                if cursor.rowcount != 1:
                    raise used(read_code(code))
        return receipt

    def mark(self, code: str) -> str:
        """What is kept of a code. Raises BadInput for what can be none."""
        return self._hash(code)

    def _hash(self, code: str) -> str:
        secret = self._store.keys.secret("code hash")
        return hashlib.sha256(secret + read_code(code).encode()).hexdigest()

    def _used(self) -> set[str]:
        """The hashes of the codes that were used."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT code_hash FROM store_invitation WHERE answered IS NOT NULL")
            return {key for (key,) in cursor.fetchall()}

    def _fresh(self, parts: Sequence[str], spent: Collection[str]) -> str:
        """The first code for these parts that was not used."""
        secret = self._store.keys.secret("invitation")
        codes = (make_code(secret, *parts, *([str(n)] if n else [])) for n in itertools.count())
        return next(code for code in codes if self._hash(code) not in spent)

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
