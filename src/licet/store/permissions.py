"""The permission ledger: what was said goes in, who may be linked comes out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from licet.errors import BadInput, bad
from licet.permission.events import SPOKEN, Event, NewEvent
from licet.permission.identities import Identity
from licet.permission.receipts import Receipt
from licet.permission.rules import GRACE_DAYS, NOTICE_DAYS, Decision, Question, decide
from licet.permission.same_person import together
from licet.store import appending, asking, derived, ledger, parties, receipts, same_person
from licet.store.decisions import Numbers
from licet.store.ledger import Snapshot, Verified
from licet.use import FLOORS, Floor

if TYPE_CHECKING:
    from licet.store.opening import Store

_TEXTS = pl.List(pl.String)


class Permissions:
    """The ledger of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def declare_several(self, feeds: Callable[[], Collection[str]]) -> None:
        """Say which feeds may have several records of one person; asked for where it matters. Without
        this two records of one feed are two people."""
        same_person.declare(self._store.alias, feeds)

    def append(
        self,
        events: Sequence[NewEvent],
        identities: Sequence[Identity] = (),
        *,
        now: datetime | None = None,
        uses: Mapping[str, int] | None = None,
        sign: bool = True,
    ) -> tuple[Receipt, ...]:
        """Record events, all or none, and give a receipt for each that a person said.

        events: ``subject`` is a pseudonym or the handle of an identity that is known or given here;
        ``expressed_by`` the same or any text, which becomes a pseudonym. identities: new ones, or new
        details of known ones. now: UTC, by default the clock; nothing may be later. uses: the latest
        version of every known use; None leaves uses unchecked. sign: no for large imports, whose
        receipts ``receipt`` makes when they are asked for. An event that was recorded before is not
        recorded again. Raises BadInput with every fault at once; then nothing was recorded.
        """
        moment = now or datetime.now(UTC)
        with self._store.changing() as connection:
            same_person.forget(connection)
            recorded = appending.append(
                connection, self._store.keys, events, identities, moment, uses
            )
            self._store.offers.said_no(recorded)
            spoken = [event for event in recorded if event.effect in SPOKEN] if sign else []
            return tuple(receipts.keep(connection, spoken, self._store.signing))

    def snapshot(self, at: datetime | None = None) -> Snapshot:
        """The end of the ledger now. at: the moment to write beside it, UTC."""
        with self._store.reading() as connection:
            return replace(ledger.head(connection), at=at)

    def decisions(
        self,
        use: str,
        version: int,
        purpose: str,
        services: Sequence[str],
        floor: Floor,
        *,
        on: date,
        snapshot: Snapshot | None = None,
        material: int = 0,
        category: str | None = None,
        grace_days: int = GRACE_DAYS,
        notice_days: int = NOTICE_DAYS,
    ) -> pl.DataFrame:
        """The decision on every subject for each service, on a day.

        Columns: subject (pseudonym), service, effect ("granted", "refused" or "none"), reason (an id of
        ``rules.REASONS``). Only "granted" may be linked. snapshot: the place in the ledger to decide
        from, by default its end. material: the earliest version whose answers still count, by default
        the version itself. category, grace_days, notice_days: see ``rules.Question``.
        """
        if floor not in FLOORS:
            raise bad(f"unknown floor {floor!r}", "floor", ", ".join(FLOORS))
        terms = (floor, on, material, category, grace_days, notice_days)
        with self._store.reading() as connection:
            who = asking.everybody(connection)
            ids = who["number"].to_numpy()
            parts = [asking.frame(who.clear(), "", ids[:0])]
            heard = same_person.heard(connection)
            asked: dict[str, Numbers] = {}
            for service in dict.fromkeys(services):
                question = Question(use, version, purpose, service, *terms)
                found = asking.codes(connection, question, ids, snapshot, heard, asked)
                parts.append(asking.frame(who, service, found))
        return pl.concat(parts)

    def told_about(self, use: str) -> bool:
        """Whether anybody was written to about a use, or anything was recorded of it."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            if any(place[0] == use for place in derived.places(connection)):
                return True
            cursor.execute("SELECT 1 FROM store_invitation WHERE use = %s LIMIT 1", [use])
            return cursor.fetchone() is not None

    def permitted(self, question: Question, snapshot: Snapshot | None = None) -> pl.Series:
        """The numbers (``subjects``: number) of those whom a question permits, ascending."""
        with self._store.reading() as connection:
            return pl.Series("number", asking.permitted(connection, question, snapshot))

    def decision(self, subject: str, question: Question) -> Decision:
        """The decision on one subject, by pseudonym or handle."""
        name = self.pseudonym(subject)
        with self._store.reading() as connection:
            found = asking.standings(connection, [name], None)
            return decide(found[name], question)

    def heard_with(self, subjects: Collection[str]) -> dict[str, tuple[str, ...]]:
        """For subjects, by pseudonym, the others that are the same person: what was said as one counts
        for all. Only those who are the same person with somebody: see ``permission.same_person``."""
        with self._store.reading() as connection:
            numbers = parties.parties(connection, subjects)
            heard = same_person.heard(connection, list(numbers.values()))
            names = asking.pseudonyms(connection, {one for of in heard.values() for one in of})
        return {
            subject: tuple(sorted(names[one] for one in heard[number]))
            for subject, number in numbers.items()
            if number in heard
        }

    def counted_once(self) -> pl.DataFrame:
        """subject, person: for those who are one person with others, a pseudonym that stands for all."""
        with self._store.reading() as connection:
            person = together(same_person.heard(connection))
            names = asking.pseudonyms(connection, {*person, *person.values()})
        rows = [(names[number], names[first]) for number, first in person.items()]
        return pl.DataFrame(rows, schema={"subject": pl.String, "person": pl.String}, orient="row")

    def subjects(self) -> pl.DataFrame:
        """Details of every subject, columns as of a standardised row, ``subject`` being the pseudonym.

        Besides: number, handle, languages (list) and records (list of row ids). Null or empty where
        nothing is known or the identity was erased.
        """
        with self._store.reading() as connection:
            frame = parties.subject_rows(connection)
            held = parties.records(connection)
        spoken = frame["languages"].fill_null("[]").unique()
        read = [parties.languages_of(value) for value in spoken]
        languages = pl.DataFrame({"languages": spoken, "read": pl.Series(read, dtype=_TEXTS)})
        return (
            frame.with_columns(
                pl.col("birth").str.to_date("%Y-%m-%d"), pl.col("languages").fill_null("[]")
            )
            .join(languages, on="languages", how="left", maintain_order="left")
            .join(held, on="number", how="left", maintain_order="left")
            .with_columns(
                languages=pl.col("read"),
                records=pl.col("records").fill_null(pl.lit([], dtype=_TEXTS)),
            )
            .drop("read")
        )

    def pseudonym(self, name: str) -> str:
        """The pseudonym of a subject, given that or their handle. Raises BadInput for nobody."""
        with self._store.reading() as connection:
            found = parties.handles(connection, [name])
            if name in found:
                return found[name][1]
            if parties.subjects_among(connection, [name]):
                return name
            raise BadInput(parties.nobody(name))

    def history(self, subject: str) -> tuple[Event, ...]:
        """Every event of a subject, by pseudonym or handle, in the order of recording."""
        name = self.pseudonym(subject)
        with self._store.reading() as connection:
            return tuple(ledger.of_subjects(connection, [name]).get(name, ()))

    def events(self, first: int = 1, last: int | None = None) -> tuple[Event, ...]:
        """Events by sequence number."""
        with self._store.reading() as connection:
            return tuple(event for event, _ in ledger.everything(connection, first, last))

    def receipt(self, event_id: str) -> Receipt:
        """The receipt of an event, signed now if it was not before. Raises BadInput if there is none."""
        with self._store.changing() as connection:
            return receipts.of_event(connection, event_id, self._store.signing)

    def erase(self, subject: str) -> None:
        """Delete everything that says who a subject is; what was said stays, of nobody known.

        Afterwards nobody can tell whose events these were, and no row of a feed is known as theirs.
        """
        name = self.pseudonym(subject)
        with self._store.changing() as connection:
            ledger.lock(connection)
            self._store.offers.forget_subject(name)
            parties.erase(connection, name)
            same_person.forget(connection)
            derived.renew(connection, [name], ledger.of_subjects(connection, [name]))

    def verify(self) -> Verified:
        """Check the ledger, and what was derived from it.

        Raises BadInput at the first event that does not fit, or where what stands is not what follows
        from the ledger.
        """
        with self._store.changing() as connection:
            ledger.lock(connection)
            found = ledger.check(connection, ledger.anchors(connection))
            if derived.edited(connection):
                what = (
                    "what stands of permissions was edited by hand: it is not what the ledger says"
                )
                todo = "find out who had access; permissions.rebuild() makes it again"
                raise bad(what, "store_standing", "what follows from the ledger", todo)
            return found

    def rebuild(self) -> None:
        """Make what stands again from the ledger."""
        with self._store.changing() as connection:
            ledger.lock(connection)
            derived.rebuild(connection)
