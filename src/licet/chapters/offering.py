"""The queue of offers: put in, one shown to one named person at a time, decided, and let go.

Whoever opens the queue lets the run follow the ledger first, so that nobody who said no is in it. Nothing
here gives more than one household, and nothing says who needs more than another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters import offer_letters
from licet.chapters.arriving import feeds_of_run
from licet.chapters.offer_queue import Queue, queue_of, reviewer_key
from licet.chapters.stores import open_store
from licet.engines.zone import Zone
from licet.errors import BadInput, bad, unknown
from licet.files.runs import RunPlace, current
from licet.files.workspace import Workspace, read_workspace
from licet.identify.case import ASKED, Case, Shown
from licet.identify.offers import (
    ANSWERS,
    Item,
    Round,
    State,
    by_lot,
    looked_at_twice,
    name_of,
)
from licet.identify.picked import Picked
from licet.identify.release import Released
from licet.identify.words import sentence
from licet.log.forms import TEXT
from licet.permission.reach import Fit, Reach, row_reason
from licet.use import Use
from licet.vocabulary import label

if TYPE_CHECKING:
    from licet.store.opening import Store

DONE = frozenset({"not_offered", "taken_back"})
"""States in which a household takes no place any more."""


@dataclass(frozen=True)
class Put:
    """What came of a list: how many were picked, and how many wait in the queue for the first time; exact,
    for the program alone."""

    picked: int
    queued: int


def put(
    workspace: Workspace,
    store: Store,
    place: RunPlace,
    use: Use,
    released: Released,
    picked: Sequence[Picked],
    *,
    today: date,
    key: bytes,
    not_known: Sequence[str] = (),
) -> Put:
    """Put households into the queue of a use, as many as there is room for, by a fair lot.

    Those that are in it already stay as they are. key: makes the lot and the names. not_known: sentences of
    what the rule or model does not know. Refuses a proof of release that is of another use, run or day.
    """
    about = _round(place, use, released, today, not_known)
    held = [one for one in store.offers.of_use(use.id) if one.round.rule == about.rule]
    known = {person for one in held for person in one.people}
    new = [one for one in picked if not known.intersection(one.people)]
    fresh = _named(store, key, about, new)
    room = about.capacity - sum(one.state not in DONE for one in held)
    drawn = sorted(by_lot(key, fresh, room))
    items = [_item(name, about, fresh[name], key, today) for name in drawn]
    rows, parties, there = _reached(place, {one.name: one.people for one in items})
    items = [one for one in items if there.issuperset(one.people)]
    names = [one.name for one in items]
    store.offers.add(items, {n: rows[n] for n in names}, {n: parties[n] for n in names})
    return Put(len(picked), len(items))


def _named(store: Store, key: bytes, about: Round, picked: Sequence[Picked]) -> dict[str, Picked]:
    """By a name that nobody had before: of an earlier household of that name what was done is kept."""
    found: dict[str, Picked] = {}
    again = 0
    while picked:
        names = [name_of(key, about, one.key, again) for one in picked]
        used = store.offers.used(names)
        found |= {name: one for name, one in zip(names, picked, strict=True) if name not in used}
        picked = [one for name, one in zip(names, picked, strict=True) if name in used]
        again += 1
    return found


def _round(
    place: RunPlace, use: Use, released: Released, today: date, not_known: Sequence[str]
) -> Round:
    said = (released.use, released.version, released.use_hash, released.run, released.day)
    if said != (use.id, use.version, use.hash(), place.run, today):
        raise bad("this proof of release is of another use, run or day", "released", "release anew")
    offer = released.offer
    return Round(
        use.id, use.version, use.purpose, place.run, released.id, released.hash, released.as_of,
        offer.what, offer.capacity, tuple(offer.reviewers), offer.expires_days, tuple(not_known),
    )  # fmt: skip


def _item(name: str, about: Round, one: Picked, key: bytes, today: date) -> Item:
    until = today + timedelta(days=about.expires_days)
    twice = looked_at_twice(key, name)
    return Item(
        name, about, one.unit, one.key, one.people, one.reasons, twice, "waiting", today, until
    )


def _reached(
    place: RunPlace, people: Mapping[str, Collection[str]]
) -> tuple[dict[str, set[str]], dict[str, set[tuple[int, str]]], set[str]]:
    """By name in the queue: the rows, and whose no would take one of them out; and who is in the run."""
    service = [feed.service for feed in feeds_of_run(place)]
    of: dict[str, list[str]] = {}  # a child of two homes is of both households
    for name, some in people.items():
        for person in some:
            of.setdefault(person, []).append(name)
    rows: dict[str, set[str]] = {name: set() for name in people}
    parties: dict[str, set[tuple[int, str]]] = {name: set() for name in people}
    if not of:
        return rows, parties, set()
    with Zone(place.folder) as zone:
        held = zone.members().filter(pl.col("person").is_in(sorted(of)))
        where = {node: (row, source, of[person]) for node, row, source, _, person in held.rows()}
        fits: dict[int, list[tuple[int, Fit]]] = {}
        for node, number, score, known, certain in zone.fits([], list(where)):
            fits.setdefault(node, []).append((number, Fit("granted", score, known, certain)))
    for node, (row, source, names) in where.items():
        said = {(n, service[source]) for n in _whose_no(fits.get(node, []))}
        for name in names:
            rows[name].add(row)
            parties[name].update(said)
    return rows, parties, set(held["person"])


def _whose_no(fits: Sequence[tuple[int, Fit]]) -> Iterator[int]:
    """Those whose no would take a row out, whatever everybody else says."""
    for number, own in fits:
        said = [other for one, other in fits if one != number]
        no = Fit("refused", own.score, own.known, own.certain)
        if row_reason([no, *said], Reach()) != "permitted":
            yield number


def next_offer(
    root: Path, account: str, post: str, *, today: date, use: str = "", take: bool = True
) -> Case | None:
    """The household that a reviewer holds, or the next one for them to take; None where none waits.

    use: "" for every use of the workspace. take: False shows only what is held already. The log says that
    somebody looked, by post. Raises BadInput where the queue of the named use is closed.
    """
    for name in _uses(root, use):
        try:
            with queue_of(root, name, today) as found:
                case = _next(found, account, post, take)
        except BadInput:
            if use:
                raise
            continue  # one use's queue is closed: that closes no other's
        if case is not None:
            return case
    return None


def _uses(root: Path, use: str) -> list[str]:
    if use:
        return [use]
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        held = store.offers.uses()
    return [name for name in held if current(workspace.root, name)]


def _next(found: Queue, account: str, post: str, take: bool) -> Case | None:
    key = reviewer_key(found.store, account)
    post = checked_post(post)
    mine = [
        one for one in found.store.offers.of_use(found.use.id) if one.asks(key, post, found.today)
    ]
    held = [one for one in mine if one.holder == key]
    free = [one for one in mine if take and one.holder != key]
    for one in [*held, *free]:
        if one.holder == key or found.store.offers.take(one.name, key, post, found.today):
            body = {"run": found.place.run, "use": found.use.id, "role": post}
            found.store.log.append("offer_seen", body)
            return case_of(found, one)
    return None


def checked_post(post: str) -> str:
    """A post as it may stand in the public log. Refuses none, and what looks like a person."""
    said = " ".join(post.split())
    if not said or "@" in said or not TEXT.fits(said):
        raise bad("nobody is named who looks", "--as", "a post, as it may stand in the public log",
                  'add --as "Early help, team 1"')  # fmt: skip
    return said


def case_of(found: Queue, item: Item) -> Case:
    """A household as its reviewer is shown it."""
    rows = found.rows_of(item)
    people = tuple(_shown(found, item, person, rows) for person in item.people)
    services = {found.feeds[one.feed].service for one in item.reasons if one.feed in found.feeds}
    return Case(
        item.name, found.use.id, found.use.title, item.round.what, item.round.rule, item.round.as_of,
        ASKED[item.state], people, tuple(sorted(label("service", one) for one in services)),
        item.round.not_known, item.words if item.state in ("third", "contested") else (), item.until,
    )  # fmt: skip


def _shown(found: Queue, item: Item, person: str, rows: Sequence[Mapping[str, Any]]) -> Shown:
    own = [row for row in rows if row["person"] == person]
    told = [sentence(one, found.feeds) for one in item.reasons if one.person == person]

    def said(*fields: str) -> tuple[str, ...]:
        texts = (" ".join(str(row[f]) for f in fields if row.get(f)) for row in own)
        return tuple(dict.fromkeys(text for text in texts if text))

    home = said("house", "street", "postcode")
    return Shown(said("given", "family"), said("birth"), home, tuple(told))


def decide_offer(
    root: Path,
    item: str,
    use: str,
    account: str,
    post: str,
    *,
    answer: str,
    because: str,
    today: date,
) -> State:
    """Write down what a reviewer decides of the household they hold; returns the state it comes to.

    answer: "offer", "no_offer" or "second". An offer is written to the family at once. Raises BadInput for
    a household that this reviewer does not hold, and for a reason that is missing or names somebody.
    """
    if answer not in ANSWERS:
        raise unknown("decision", answer, list(ANSWERS), "decision")
    with queue_of(root, use, today) as found:
        held = found.store.offers.one(item)
        if held.round.use != found.use.id:
            raise bad("this household is in another queue", "use", held.round.use)
        words = checked_words(because, found.rows_of(held))
        key = reviewer_key(found.store, account)
        made = found.store.offers.step(
            item, answer, "reviewer", today, reviewer=key, post=checked_post(post), words=words
        )
        if made.state == "offered":
            offer_letters.write(found, made)
        offer_letters.sweep(found.workspace.root, found.store, found.use.id)
    return made.state


def put_back(root: Path, item: str, use: str, account: str, *, today: date) -> None:
    """Let somebody else take a household that a reviewer holds."""
    with queue_of(root, use, today) as found:
        found.store.offers.put_back(item, reviewer_key(found.store, account))


def checked_words(text: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A reason without names. Refuses none, one that is too long, and one that names somebody of the
    household; the fault never says whom."""
    said = " ".join(text.split())
    if not said or len(said) > 500:
        raise bad("a decision without a reason" if not said else "a reason that is too long", "--because",
                  "why, in 1 to 500 characters")  # fmt: skip
    written = _plain(said)
    names = ("given", "middle", "family", "previous_family")
    numbers = ("postcode", "nhs", "upn", "nino")
    named = {_plain(str(row[f])) for row in rows for f in names if row.get(f)} - {"  "}
    coded = {
        _plain(str(row[f])).replace(" ", "") for row in rows for f in numbers if row.get(f)
    } - {""}
    if any(one in written for one in named) or any(
        one in written.replace(" ", "") for one in coded
    ):
        raise bad("the reason names somebody", "--because", "words without names, places or numbers",
                  "write what the records say, not whom they are of")  # fmt: skip
    return said


def _plain(text: str) -> str:
    """Letters and figures alone, in small words with a space before, between and after: Sam's is Sam."""
    kept = unicodedata.normalize("NFKC", text)
    shown = "".join(one for one in kept if unicodedata.category(one) != "Cf").casefold()
    return " " + " ".join(re.findall(r"[^\W_]+", shown)) + " "
