"""Which account speaks for whom, and what it said: by pseudonyms and keyed hashes alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from licet.errors import BadInput
from licet.permission.events import SPOKEN, Event, Relation, moment_text
from licet.permission.invitations import make_code, read_code
from licet.permission.receipts import Receipt
from licet.permission.standing import Details
from licet.permission.voices import (
    NewAct,
    Voice,
    link_lapsed,
    no_since,
    refuse_second,
    standing,
    wrong_code,
)
from licet.store import derived, ledger, parties, receipts

if TYPE_CHECKING:
    from licet.store.invitations import Invited
    from licet.store.opening import Store


@dataclass(frozen=True)
class Person:
    """What a page may show of a subject: no more than the letter did. initials: "A", or "AB" for the
    desk. year: of birth. details: what bears on who decides."""

    initial: str
    initials: str
    year: int | None
    details: Details


class Voices:
    """The voices of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def account(self, key: str) -> str:
        """What stands for an account here: nobody can tell which account of the site it is."""
        return "a-" + self._store.keys.stand_in("account", key)

    def of(self, account: str) -> tuple[Voice, ...]:
        """Whom an account speaks for."""
        return standing(self._store.acts.of(account=account))

    def verified(self, account: str) -> bool:
        """Whether a sign-in provider said who the account is."""
        return any(act.kind == "account_verified" for act in self._store.acts.of(account=account))

    def verify(self, account: str, issuer: str, subject: str, at: datetime) -> None:
        """Write down that a provider said who an account is. subject: the provider's name for them."""
        who = self._store.keys.stand_in("openid", f"{issuer}\0{subject}")
        data = {"issuer": issuer, "who": who}
        act = NewAct(
            kind="account_verified", key=account, at=at, by="web", account=account, data=data
        )
        self._store.acts.add(act)

    def open(self, account: str, code: str, at: datetime, *, answered_here: bool = False) -> Voice:
        """From now on the account speaks for whom a code is about. The code is used up.

        answered_here: whether the code was answered in this very visit; else a used code opens nothing.
        Raises BadInput in one and the same words for every code that does not work.
        """
        with self._store.changing():
            marks, subject, expressed_by, relation = self._code(code, at, answered_here)
            voices = self.of(account)
            refuse_second(voices, subject, relation in ("self", "deputy"))
            how = "openid" if self.verified(account) else marks.pop("how")
            once = marks.pop("once")
            if self._store.acts.happened(once):
                raise wrong_code()
            key = os.urandom(10).hex()
            data = {"expressed_by": expressed_by, "relation": relation, **marks, "how": how}
            act = NewAct(
                kind="voice_opened", key=key, at=at, by="web", account=account, subject=subject,
                once=once, data=data,
            )  # fmt: skip
            self._store.acts.add(act)
            self._use_up(code, at)
        return next(
            one
            for one in self.of(account)
            if (one.subject, one.expressed_by) == (subject, expressed_by)
        )

    def _code(
        self, code: str, at: datetime, answered_here: bool
    ) -> tuple[dict[str, str], str, str, Relation]:
        """What a code opens: marks of the voice, subject, holder and relation."""
        try:
            once = self._once(code)
        except BadInput:
            raise wrong_code() from None
        made = [act for act in self._store.acts.of(key=once) if act.kind == "link_made"]
        if made and not link_lapsed(made[0].at, at):
            data = made[0].data
            marks = {"once": once, "how": "clerk", "checked": data["checked"]}
            return marks, made[0].subject, data["expressed_by"], data["relation"]  # type: ignore[return-value]
        invited = self.letter(code)
        if invited is None or (invited[1] and not answered_here):
            raise wrong_code()
        one = invited[0]
        marks = {"once": once, "how": "letter_code", "service": one.service}
        return marks, one.subject, one.expressed_by, one.relation

    def letter(self, code: str) -> tuple[Invited, bool] | None:
        """What the code of a letter opens and whether it was used; None for a code of no letter."""
        try:
            return self._store.invitations.sent(code)
        except BadInput:
            return None

    def _once(self, code: str) -> str:
        return self._store.keys.stand_in("code of a voice", read_code(code))

    def _use_up(self, code: str, at: datetime) -> None:
        """A letter whose code opened an account answers no more by itself."""
        mark = self._store.invitations.mark(code)
        with self._store.changing() as connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE store_invitation SET answered = %s "
                "WHERE code_hash = %s AND answered IS NULL",
                [moment_text(at), mark],
            )

    def end(self, voice: Voice, at: datetime, by: str = "web") -> None:
        """The account speaks for this person no more. What it said stays."""
        for act in standing_of(self._store.acts.of(account=voice.account), voice):
            self._store.acts.add(
                NewAct(
                    kind="voice_ended", key=act.key, at=at, by=by, account=voice.account,
                    subject=voice.subject, once=f"ended {act.key}",
                )
            )  # fmt: skip

    def link(
        self, subject: str, relation: Relation, said_by: str, checked: str, by: str, at: datetime
    ) -> str:
        """A code that a clerk hands over after checking who somebody is. Returned once, kept nowhere.

        said_by: the office's own name for a holder, "" for the person. Raises BadInput for nobody.
        """
        name = self._store.permissions.pseudonym(subject)
        voice = self.named(said_by) if said_by else name
        code = make_code(os.urandom(32), "link")
        data = {"expressed_by": voice, "relation": relation, "checked": checked}
        act = NewAct(kind="link_made", key=self._once(code), at=at, by=by, subject=name, data=data)
        self._store.acts.add(act)
        return code

    def named(self, said_by: str) -> str:
        """The pseudonym of a holder, by the office's own name for them."""
        if parties.PSEUDONYM.fullmatch(said_by):
            return said_by
        with self._store.reading() as connection:
            known = parties.handles(connection, [said_by])
        if said_by in known:
            return known[said_by][1]
        return "v-" + self._store.keys.stand_in("voice", said_by)

    def person(self, subject: str) -> Person:
        """What may be shown of a subject, by pseudonym."""
        with self._store.reading() as connection:
            number = parties.parties(connection, [subject])[subject]
            details = derived.details(connection, [number]).get(number, Details())
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT given, family FROM store_identity WHERE party = %s", [number]
                )
                given, family = cursor.fetchone() or (None, None)
        first, second = ((text or "")[:1].upper() for text in (given, family))
        return Person(first, first + second, details.birth.year if details.birth else None, details)

    def said(self, voice: Voice) -> tuple[Event, ...]:
        """What this voice said, and what the authority did to that; nothing of anybody else."""
        with self._store.reading() as connection:
            events = ledger.of_subjects(connection, [voice.subject]).get(voice.subject, [])
        own = [e for e in events if e.effect in SPOKEN and e.expressed_by == voice.expressed_by]
        ids = {event.event_id for event in own}
        about = [e for e in events if e.effect not in SPOKEN and e.supersedes in ids]
        return tuple(sorted([*own, *about], key=lambda event: event.sequence))

    def said_no_since(self, invited: Invited) -> bool:
        """Whether whoever a letter went to said no after it was made, and nothing else later."""
        with self._store.reading() as connection:
            events = ledger.of_subjects(connection, [invited.subject]).get(invited.subject, [])
        own = [e for e in events if e.effect in SPOKEN and e.expressed_by == invited.expressed_by]
        made = datetime.strptime(invited.made, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        return no_since(own, invited.use, made)

    def receipt(self, name: str) -> tuple[Receipt, Event] | None:
        """A receipt by its id, with its event; None where there is none."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT event_id FROM store_receipt WHERE receipt_id = %s", [name])
            row = cursor.fetchone()
            if row is None:
                return None
            event = ledger.one(connection, row[0])
            assert event is not None  # a receipt is made of an event that is kept for good
            return receipts.of_event(connection, row[0], self._store.signing), event

    def found(self, who: str) -> str | None:
        """The one subject that a handle, a pseudonym or a record number names; None for none or several."""
        text = " ".join(who.split())
        try:
            return self._store.permissions.pseudonym(text)
        except BadInput:
            pass
        names = self._by_record(text)
        return names[0] if len(names) == 1 else None

    def _by_record(self, record: str) -> Sequence[str]:
        with self._store.reading() as connection, connection.cursor() as cursor:
            row = connection.ops.quote_name("row")
            cursor.execute(
                f"SELECT DISTINCT p.pseudonym FROM store_record r JOIN store_party p "
                f"ON p.id = r.party WHERE r.{row} = %s",
                [record],
            )
            return [name for (name,) in cursor.fetchall()]

    def handle(self, subject: str) -> str:
        """What the office calls a subject; "" once erased."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT i.handle FROM store_identity i JOIN store_party p ON p.id = i.party "
                "WHERE p.pseudonym = %s",
                [subject],
            )
            row = cursor.fetchone()
        return str(row[0]) if row else ""

    def records(self, subject: str) -> tuple[str, ...]:
        """The rows known to be a subject's."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            row = connection.ops.quote_name("row")
            cursor.execute(
                f"SELECT r.{row} FROM store_record r JOIN store_party p ON p.id = r.party "
                "WHERE p.pseudonym = %s ORDER BY r.id",
                [subject],
            )
            return tuple(name for (name,) in cursor.fetchall())


def standing_of(acts: Sequence[NewAct], voice: Voice) -> list[Voice]:
    """Every voice of an account for the same subject and holder, those that repeat another among them."""
    found: dict[str, Voice] = {}
    for act in acts:
        if act.kind == "voice_ended":
            found.pop(act.key, None)
        for one in standing([act]):
            found[one.key] = one
    same = (voice.subject, voice.expressed_by)
    return [one for one in found.values() if (one.subject, one.expressed_by) == same]
