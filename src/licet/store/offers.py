"""The queue of offers, kept: households before reviewers, and what was said of them.

What says who a household is goes in the transaction in which anybody in it says no, or its rows leave the
run. What was done stays, and names nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from licet.errors import bad
from licet.identify.offers import OPEN, STANDS, Item, Round, State, after
from licet.identify.picked import Reason
from licet.permission.events import Event
from licet.permission.invitations import make_code, read_code
from licet.store.rows import chunks

if TYPE_CHECKING:
    from licet.store.opening import Store

NO = frozenset({"refuse", "withdraw", "defer"})
"""What a person says that takes their household out of the queue at once."""
Parties = Collection[tuple[int, str]]
"""(number in the ledger, service of the row that may be theirs)."""


class Offers:
    """The queue of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def _table(self, name: str) -> Any:
        """One of the tables of ``offer_tables``, in this store's database."""
        from licet.store import models

        return getattr(models, name).objects.using(self._store.alias)

    def add(
        self,
        items: Sequence[Item],
        rows: Mapping[str, Collection[str]],
        parties: Mapping[str, Parties],
    ) -> None:
        """Put households into the queue. rows: by name, the rows of feeds that they rest on. parties: by
        name, whose no takes them out."""
        from licet.store import models

        with self._store.changing():
            made = [models.Offer(**_values(one)) for one in items]
            self._table("Offer").bulk_create(made, batch_size=200)
            self._table("OfferRow").bulk_create(
                [models.OfferRow(item=n, record=row) for n in rows for row in sorted(rows[n])],
                batch_size=300,
            )
            self._table("OfferParty").bulk_create(
                [
                    models.OfferParty(item=name, party=number, service=service)
                    for name in parties
                    for number, service in sorted(parties[name])
                ],
                batch_size=300,
            )
            for one in items:
                self._did(one, "picked", "rule", one.made)

    def of_use(self, use: str) -> tuple[Item, ...]:
        """Every household of a use that is kept, by name, which says nothing."""
        with self._store.reading():
            return self._items(self._table("Offer").filter(use=use))

    def used(self, names: Sequence[str]) -> set[str]:
        """Those of these names under which a household was ever in the queue."""
        found: set[str] = set()
        with self._store.reading():
            for some in chunks(sorted(names)):
                acts = self._table("OfferAct").filter(item__in=some)
                found.update(acts.values_list("item", flat=True))
        return found

    def uses(self) -> tuple[str, ...]:
        """The uses that anything is kept of."""
        with self._store.reading():
            return tuple(sorted(set(self._table("Offer").values_list("use", flat=True))))

    def one(self, name: str) -> Item:
        """A household by its name in the queue. Raises BadInput for one that is there no more."""
        with self._store.reading():
            found = self._items(self._table("Offer").filter(name=name[:40]))
        if not found:
            raise gone()
        return found[0]

    def _items(self, query: Any) -> tuple[Item, ...]:
        offers = list(query.order_by("name"))
        said: dict[str, list[Any]] = {}
        words: dict[str, list[tuple[str, str]]] = {}
        for names in chunks([one.name for one in offers]):
            for act in self._table("OfferAct").filter(item__in=names, by="reviewer").order_by("id"):
                said.setdefault(act.item, []).append(act)
            for one in self._table("OfferWords").filter(item__in=names).order_by("id"):
                words.setdefault(one.item, []).append((one.by, one.text))
        return tuple(_item(one, said.get(one.name, ()), words.get(one.name, ())) for one in offers)

    def take(self, name: str, reviewer: str, post: str, today: date) -> bool:
        """Hold a household for a reviewer; False where they are not asked, or somebody else has it."""
        with self._store.changing():
            held = self._table("Offer").select_for_update().filter(name=name).first()
            if held is None or not self.one(name).asks(reviewer, post, today):
                return False
            held.holder, held.held = reviewer, today.isoformat()
            held.save(using=self._store.alias)
        return True

    def put_back(self, name: str, reviewer: str) -> None:
        """Let somebody else take a household."""
        with self._store.changing():
            self._table("Offer").filter(name=name, holder=reviewer).update(holder="", held="")

    def step(
        self, name: str, act: str, by: str, today: date, *, reviewer: str = "", post: str = "",
        words: str = "",
    ) -> Item:  # fmt: skip
        """Take a step of ``identify.offers.STEPS``; the household as it is then.

        by: "reviewer", who must hold it, "family" or "office". words: why. Raises BadInput for a step that
        is not open, and for a household that is there no more.
        """
        from licet.store import models

        with self._store.changing():
            locked = self._table("Offer").select_for_update().filter(name=name).first()
            item = self.one(name)
            if by == "reviewer" and (
                item.holder != reviewer or not item.asks(reviewer, post, today)
            ):
                raise bad("you do not hold this household, or it is decided", "item", "",
                          "take the next one")  # fmt: skip
            state = after(item.state, act, by, item.answers, drawn=item.drawn)
            locked.state, locked.holder, locked.held = state, "", ""
            if state not in OPEN and item.state in OPEN:
                locked.until = (today + timedelta(days=item.round.expires_days)).isoformat()
            if state in STANDS:
                locked.code_hash = self._mark(self.code(name))
            locked.save(using=self._store.alias)
            self._did(item, act, by, today, state=state, reviewer=reviewer, post=post)
            if words:
                said_by = post if by == "reviewer" else by
                self._table("OfferWords").bulk_create(
                    [models.OfferWords(item=name, by=said_by, text=words)]
                )
            return self.one(name)

    def code(self, name: str) -> str:
        """The code that the letter about an offer carries."""
        return make_code(self._store.keys.secret("offer"), name)

    def by_code(self, code: str) -> Item | None:
        """The household that a code was sent to; None for any other code. Raises BadInput for no code."""
        mark = self._mark(code)
        with self._store.reading():
            found = self._items(self._table("Offer").filter(code_hash=mark))
        return found[0] if found else None

    def _mark(self, code: str) -> str:
        secret = self._store.keys.secret("offer code hash")
        return hashlib.sha256(secret + read_code(code).encode()).hexdigest()

    def rows(self, names: Collection[str]) -> dict[str, frozenset[str]]:
        """The rows that households rest on, by name."""
        found: dict[str, set[str]] = {name: set() for name in names}
        with self._store.reading():
            for some in chunks(sorted(names)):
                for one in self._table("OfferRow").filter(item__in=some):
                    found[one.item].add(one.record)
        return {name: frozenset(some) for name, some in found.items()}

    def bind(self, names: Collection[str], run: str) -> None:
        """Say that these households were found again in a later run."""
        with self._store.changing():
            for some in chunks(sorted(names)):
                self._table("Offer").filter(name__in=some).update(run=run)

    def forget(self, names: Collection[str], why: str, today: date | None = None) -> None:
        """Delete everything that says who these households are, and count why.

        why: "withdraw", "expire", "gone" (its rows or people are no more what they were) or "closed".
        """
        with self._store.changing():
            for some in chunks(sorted(names)):
                for one in self._table("Offer").filter(name__in=some):
                    self._did(_item(one, (), ()), why, "rule", today)
                for table in ("OfferRow", "OfferParty", "OfferWords"):
                    self._table(table).filter(item__in=some).delete()
                self._table("Offer").filter(name__in=some).delete()

    def forget_rows(self, use: str, rows: Collection[str]) -> None:
        """Delete the households of a use that rest on one of these rows: it left the run."""
        gone: set[str] = set()
        with self._store.changing():
            for some in chunks(sorted(rows)):
                gone.update(
                    self._table("OfferRow").filter(record__in=some).values_list("item", flat=True)
                )
            if gone:
                self.forget(self._of_use(gone, use), "withdraw")

    def _of_use(self, names: Iterable[str], use: str) -> set[str]:
        found: set[str] = set()
        for some in chunks(sorted(names)):
            held = self._table("Offer").filter(name__in=some, use=use)
            found.update(held.values_list("name", flat=True))
        return found

    def close(self, use: str) -> None:
        """Delete the whole queue of a use: its run is no more."""
        with self._store.changing():
            names = list(self._table("Offer").filter(use=use).values_list("name", flat=True))
            self.forget(names, "closed")

    def said_no(self, events: Sequence[Event]) -> None:
        """Delete every household in which somebody just said no, within the transaction that records it.

        Whether that no counts by itself is not asked: a household of which anybody says no is let be.
        """
        said = [event for event in events if event.effect in NO]
        if not said or not self._table("Offer").exists():
            return
        from licet.store import parties, same_person

        with self._store.changing() as connection:
            numbers = parties.parties(connection, {event.subject for event in said})
            heard = same_person.heard(connection, list(numbers.values()))
            for event in said:
                number = numbers.get(event.subject)
                if number is not None:
                    self._left(event, (number, *heard.get(number, ())))

    def forget_subject(self, subject: str) -> None:
        """Delete every household that somebody may be of, by pseudonym: their details are erased."""
        from licet.store import parties

        with self._store.changing() as connection:
            numbers = list(parties.parties(connection, [subject]).values())
            held = self._table("OfferParty").filter(party__in=numbers)
            self.forget(set(held.values_list("item", flat=True)), "gone")

    def _left(self, event: Event, numbers: Sequence[int]) -> None:
        scope = event.scope
        found: set[str] = set()
        held = self._table("OfferParty").filter(party__in=list(numbers))
        if scope.service is not None:
            held = held.filter(service=scope.service)
        found.update(held.values_list("item", flat=True))
        records = self._records(numbers)
        if scope.service is None:
            for some in chunks(records):
                found.update(
                    self._table("OfferRow").filter(record__in=some).values_list("item", flat=True)
                )
        names = []
        for some in chunks(sorted(found)):
            for one in self._table("Offer").filter(name__in=some):
                if scope.use in (None, one.use) and scope.purpose in (None, one.purpose):
                    names.append(one.name)
        self.forget(names, "withdraw")

    def _records(self, numbers: Sequence[int]) -> list[str]:
        return sorted(
            set(self._table("Record").filter(party__in=list(numbers)).values_list("row", flat=True))
        )

    def counts(self, use: str) -> dict[str, Counter[str]]:
        """How often each act was done, by rule; exact, for disclosure control."""
        found: dict[str, Counter[str]] = {}
        with self._store.reading():
            for rule, act in self._table("OfferAct").filter(use=use).values_list("rule", "act"):
                found.setdefault(rule, Counter())[act] += 1
        return found

    def acts(self, use: str) -> list[tuple[str, str, str, str, str]]:
        """item, rule, act, by, state after it: everything that was done, in order."""
        fields = ("item", "rule", "act", "by", "state")
        with self._store.reading():
            return list(self._table("OfferAct").filter(use=use).order_by("id").values_list(*fields))

    def _did(
        self, item: Item, act: str, by: str, today: date | None, *, state: State | None = None,
        reviewer: str = "", post: str = "",
    ) -> None:  # fmt: skip
        from licet.store import models

        day = (today or item.made).isoformat()
        one = models.OfferAct(
            item=item.name, use=item.round.use, version=item.round.version, rule=item.round.rule,
            act=act, by=by, state=state or item.state, reviewer=reviewer, post=post, day=day,
        )  # fmt: skip
        self._table("OfferAct").bulk_create([one])


def gone() -> Exception:
    """The refusal of a household that is not in the queue, or is there no more."""
    return bad(
        "this is not in the queue: it was decided and forgotten, it expired, or somebody said no",
        "item", "a household that you were shown", "take the next one",
    )  # fmt: skip


_ABOUT = ("what", "capacity", "reviewers", "expires_days", "not_known")


def _values(item: Item) -> dict[str, Any]:
    held = item.round
    return {
        "name": item.name, "use": held.use, "version": held.version, "purpose": held.purpose,
        "run": held.run, "rule": held.rule, "rule_hash": held.hash, "as_of": held.as_of.isoformat(),
        "about": json.dumps({name: getattr(held, name) for name in _ABOUT}),
        "unit": item.unit, "key": item.key, "people": json.dumps(item.people),
        "reasons": json.dumps([asdict(one) for one in item.reasons], default=str),
        "drawn": item.drawn, "state": item.state, "made": item.made.isoformat(),
        "until": item.until.isoformat(), "holder": item.holder, "held": "",
    }  # fmt: skip


def _item(one: Any, acts: Sequence[Any], words: Sequence[tuple[str, str]]) -> Item:
    about = json.loads(one.about)
    held = Round(
        one.use, one.version, one.purpose, one.run, one.rule, one.rule_hash,
        date.fromisoformat(one.as_of), about["what"], about["capacity"], tuple(about["reviewers"]),
        about["expires_days"], tuple(about["not_known"]),
    )  # fmt: skip
    said = [
        (act.reviewer, act.post, act.act)
        for act in acts
        if act.state not in ("upheld", "taken_back")
    ]
    again = [
        (act.reviewer, act.post, act.act) for act in acts if act.state in ("upheld", "taken_back")
    ]
    return Item(
        one.name, held, one.unit, one.key, tuple(json.loads(one.people)),
        tuple(_reason(told) for told in json.loads(one.reasons)), one.drawn, one.state,
        date.fromisoformat(one.made), date.fromisoformat(one.until), one.holder, _day(one.held),
        tuple(said), tuple(again), tuple(words),
    )  # fmt: skip


def _reason(told: Mapping[str, Any]) -> Reason:
    days = {name: date.fromisoformat(told[name]) for name in ("first", "last")}
    return Reason(**{**told, **days})


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
