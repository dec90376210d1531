"""The queue of offers of a use, opened: the run follows the ledger, and whoever is over goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet import decision
from licet.chapters import offer_letters
from licet.chapters.arriving import feeds_of_run
from licet.chapters.explaining import readable_run
from licet.chapters.stores import open_store
from licet.chapters.working import use_path
from licet.disclosure.counts import shown_counts
from licet.engines.zone import Zone, read_rows
from licet.errors import bad, unknown
from licet.feeds.contract import Feed
from licet.files.runs import RunPlace
from licet.files.use import read_use
from licet.files.workspace import Workspace, read_workspace
from licet.identify.offers import OPEN, Item, same_post
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store


@dataclass(frozen=True)
class Queue:
    """The queue of one use, open: its run follows the ledger, and what is over was let go."""

    workspace: Workspace
    store: Store
    use: Use
    place: RunPlace
    today: date

    @cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """The feeds of the run, by id."""
        return {feed.id: feed for feed in feeds_of_run(self.place)}

    def rows_of(self, item: Item) -> list[dict[str, Any]]:
        """What the records of a household say, in standard form, with the person of each."""
        with Zone(self.place.folder) as zone:
            held = zone.members(sorted(self.store.offers.rows([item.name])[item.name]))
        person = dict(held.select("node", "person").iter_rows())
        found = read_rows(self.place.folder, list(person)).to_dicts()
        return [{**row, "person": person[row["node"]]} for row in found]


@contextmanager
def queue_of(root: Path, use: str, today: date) -> Iterator[Queue]:
    """The queue of a use, once its run followed the ledger. Refuses one that is closed."""
    workspace = read_workspace(root)
    path = document_of(workspace, use)
    declared = read_use(path)
    place = readable_run(workspace, declared.id, path, today)
    with open_store(workspace) as store:
        refuse_closed(store, declared, today)
        found = Queue(workspace, store, declared, place, today)
        settle(found)
        yield found


def document_of(workspace: Workspace, use: str) -> Path:
    """The document of a use by its file's name or its id. Raises BadInput for one that is not there."""
    if use not in {path.stem for path in workspace.uses}:
        for path in workspace.uses:
            if read_use(path).id == use:
                return path
    return use_path(workspace.root, use)


def refuse_closed(store: Store, use: Use, today: date) -> None:
    """Refuse a use that was suspended, or that nobody decided to do."""
    leaves = [entry.leaf for entry in store.log.entries()]
    block = decision.blocked(leaves, use, today)
    made = decision.binding(leaves, use, today)
    if block is not None or made is None or made["decision"] != "do":
        why = (
            block.text
            if block
            else "no decision binds this version of the use today that it is done"
        )
        raise bad(
            f"the queue is closed: {why}", use.id, "a use that goes ahead", "licet decide shows why"
        )


def settle(found: Queue) -> None:
    """Let go whoever waited too long, or is no more in the run who they were; and the letters about them."""
    offers = found.store.offers
    let_go(found.workspace.root, found.store, found.use.id, found.today)
    held = offers.of_use(found.use.id)
    there = _still_there(found, held)
    offers.forget([one.name for one in held if one.name not in there], "gone")
    offers.bind(there, found.place.run)
    offer_letters.sweep(found.workspace.root, found.store, found.use.id)


def let_go(root: Path, store: Store, use: str, today: date) -> None:
    """Forget whoever waited too long, and those whose time to answer is over; delete their letters."""
    over = [one for one in store.offers.of_use(use) if today > one.until]
    store.offers.forget([one.name for one in over if one.state in OPEN], "expire")
    store.offers.forget([one.name for one in over if one.state not in OPEN], "ended")
    offer_letters.sweep(root, store, use)


def _still_there(found: Queue, items: Sequence[Item]) -> set[str]:
    """Those of whom every record is in the run, as the same people's, under the same version of the use."""
    rows = found.store.offers.rows([one.name for one in items])
    every = sorted({row for some in rows.values() for row in some})
    if not every:
        return set()
    with Zone(found.place.folder) as zone:
        person = dict(zone.members(every).select("row", "person").iter_rows())
    return {
        one.name
        for one in items
        if one.round.version == found.use.version
        and all(row in person for row in rows[one.name])
        and {person[row] for row in rows[one.name]} == set(one.people)
    }


def reviewer_key(store: Store, account: str) -> str:
    """A reviewer as the queue knows them: nobody can go from one to the other without the key."""
    return store.keys.stand_in("reviewer of offers", account)


def queue_counts(root: Path, use: str, *, today: date) -> dict[str, dict[str, int | None]]:
    """How many households of each rule are in which state, as they may be shown; None: too few to say."""
    with queue_of(root, use, today) as found:
        every: dict[str, Counter[str]] = {}
        for one in found.store.offers.of_use(found.use.id):
            every.setdefault(one.round.rule, Counter())[one.state] += 1
        least = found.workspace.disclosure_threshold
    return {rule: shown_counts(count, least) for rule, count in sorted(every.items())}


def known_post(root: Path, use: str, post: str) -> None:
    """Refuse a post that decides on nobody in the queue of a use: posts are published, so a slip is told."""
    with open_store(read_workspace(root)) as store:
        queued = store.offers.of_use(use)
    posts = list(dict.fromkeys(post for one in queued for post in one.round.reviewers))
    if posts and not same_post(post, posts):
        raise unknown("post", post, posts, "--as")
