"""What reviewers of the made-up town say and see."""

from __future__ import annotations

from datetime import date

from licet.chapters.offering import decide_offer, next_offer
from licet.identify.case import Case as Household
from licet.identify.offers import Item
from tests.identify.town import Case
from tests.linkage.town import TODAY, USE, store_of

POSTS = tuple(f"School office, desk {n}" for n in (1, 2, 3))
WHY = "The records fit together."


def queue(case: Case) -> tuple[Item, ...]:
    """Everybody who is in it."""
    with store_of(case.root) as store:
        return store.offers.of_use(USE)


def looks(case: Case, who: int, today: date = TODAY) -> Household | None:
    """What is before reviewer 1, 2 or 3."""
    return next_offer(case.root, f"reviewer {who}", POSTS[who - 1], today=today, use=USE)


def says(
    case: Case, who: int, answer: str, today: date = TODAY, because: str = WHY
) -> tuple[str, str]:
    """What a reviewer holds, and what it comes to when they have said."""
    seen = looks(case, who, today)
    assert seen is not None
    state = decide_offer(
        case.root, seen.name, USE, f"reviewer {who}", POSTS[who - 1],
        answer=answer, because=because, today=today,
    )  # fmt: skip
    return seen.name, state


def says_of(case: Case, name: str, who: int, answer: str) -> str:
    """The same of one household, whichever comes next."""
    with store_of(case.root) as store:
        from licet.chapters.offer_queue import reviewer_key

        key = reviewer_key(store, f"reviewer {who}")
        if not store.offers.take(name, key, POSTS[who - 1], TODAY):
            raise LookupError(name)
    return decide_offer(
        case.root, name, USE, f"reviewer {who}", POSTS[who - 1],
        answer=answer, because=WHY, today=TODAY,
    )  # fmt: skip


def offered(case: Case) -> Item:
    """A household that was offered support by reviewer 1, and maybe 2."""
    name, state = says(case, 1, "offer")
    if state == "second":
        state = says_of(case, name, 2, "offer")
    assert state == "offered"
    return next(one for one in queue(case) if one.name == name)


def people_of(case: Case, item: Item) -> set[int]:
    """The numbers in the town of everybody whose records a household in the queue rests on."""
    with store_of(case.root) as store:
        rows = store.offers.rows([item.name])[item.name]
    return {case.town.owner[row] for row in rows}
