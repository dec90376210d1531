"""A household in the queue: what may become of it, who says so, in which order, and until when.

Whoever is picked is in no order of need: a lot decides where more are picked than can be seen, and a keyed
hash says who is looked at next. ``STEPS`` is the whole table of what may happen.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from licet.errors import bad, unknown
from licet.identify.picked import Reason

State = Literal[
    "waiting", "second", "third", "offered", "not_offered", "contested", "upheld", "taken_back",
    "taken_up", "not_taken_up",
]  # fmt: skip
Answer = Literal["offer", "no_offer", "second"]
ANSWERS: Mapping[Answer, str] = {
    "offer": "Offer support",
    "no_offer": "Offer nothing",
    "second": "Somebody else should look",
}
"""What a reviewer says, in words."""

STATES: Mapping[State, str] = {
    "waiting": "A reviewer will look at it.",
    "second": "A second reviewer, who is not shown what the first said, will look at it.",
    "third": "Two reviewers see it differently. A third, who reads both reasons, decides.",
    "offered": "Support was offered. You can take it, leave it, or say that this letter is wrong about you.",
    "not_offered": "Nothing was offered, and nothing follows from that.",
    "contested": "You said that this letter is wrong. Somebody who had no part in it looks at it again.",
    "upheld": "Somebody else looked again, and the offer stands. You can still leave it.",
    "taken_back": "Somebody else looked again and took the offer back. Nothing follows from it.",
    "taken_up": "You took the offer.",
    "not_taken_up": "You left the offer. Nothing follows from that.",
}
"""What the family reads of each state."""

OPEN: frozenset[State] = frozenset({"waiting", "second", "third", "contested"})
"""States in which a reviewer is asked."""
STANDS: frozenset[State] = frozenset({"offered", "upheld"})
"""States in which an offer is with the family."""


@dataclass(frozen=True)
class Step:
    """What may happen in these states, and who does it. after: the state that follows; "" where it depends
    on what was said before (``come_to``), or where the household is forgotten."""

    act: str
    before: frozenset[State]
    by: Literal["reviewer", "family", "office", "rule"]
    after: State | Literal[""] = ""


_EVERY: frozenset[State] = frozenset(STATES)
STEPS: tuple[Step, ...] = (
    Step("offer", frozenset({"waiting", "second", "third"}), "reviewer"),
    Step("no_offer", frozenset({"waiting", "second", "third"}), "reviewer"),
    Step("second", frozenset({"waiting", "second"}), "reviewer"),
    Step("contest", frozenset({"offered"}), "family", "contested"),
    Step("offer", frozenset({"contested"}), "reviewer", "upheld"),
    Step("no_offer", frozenset({"contested"}), "reviewer", "taken_back"),
    Step("took_up", STANDS, "office", "taken_up"),
    Step("left", STANDS, "office", "not_taken_up"),
    Step("left", STANDS, "family", "not_taken_up"),
    Step("expire", _EVERY, "rule"),
    Step("withdraw", _EVERY, "family"),
)
"""Everything that may happen to a household in the queue. Of one that expires, or in which anybody says no,
nothing is left but a count."""

SECOND_OF = 5
"""One household in so many is looked at twice, by a keyed lot, so that it shows where reviewers differ."""
HOLD_DAYS = 2
"""A household that a reviewer took and said nothing of is free again after so many days."""


def come_to(said: Sequence[Answer], *, drawn: bool) -> State:
    """What the answers of reviewers come to, in the order of saying. drawn: whether the lot says twice.

    Refuses an answer after it was decided, and a third that decides nothing.
    """
    if not said:
        return "waiting"
    if come_to(said[:-1], drawn=drawn) not in OPEN:
        raise bad("it is decided", "decision", "nothing more")
    first, *more = said
    if not more:
        return "second" if first == "second" or drawn else _settled(first)
    if len(more) == 1:
        agree = more[0] in ("offer", "no_offer") and first in ("second", more[0])
        return _settled(more[0]) if agree else "third"
    if more[1] == "second":
        raise bad("the third reviewer decides", "decision", "offer, no_offer")
    return _settled(more[1])


def _settled(answer: Answer) -> State:
    return "offered" if answer == "offer" else "not_offered"


def after(state: State, act: str, by: str, said: Sequence[Answer], *, drawn: bool) -> State:
    """The state after a step. said: what reviewers said before it. Raises BadInput for a step that the
    table does not hold."""
    names = sorted({step.act for step in STEPS})
    if act not in names:
        raise unknown("decision", act, names, "decision")
    for step in STEPS:
        if step.act == act and step.by == by and state in step.before:
            return step.after or come_to([*said, _answer(act)], drawn=drawn)
    can = sorted({step.act for step in STEPS if state in step.before and step.by == by})
    raise bad(f"{act!r} is not open: {STATES[state]}", "decision", ", ".join(can) or "nothing")


def _answer(act: str) -> Answer:
    found = next((answer for answer in ANSWERS if answer == act), None)
    if found is None:
        raise bad(f"{act!r} is no answer of a reviewer", "decision", ", ".join(ANSWERS))
    return found


@dataclass(frozen=True)
class Round:
    """What picked the households, and what they are offered. rule, hash: of the rule or model as it stands.

    capacity: families that can be offered it; reviewers: the posts of those who decide; expires_days: how
    long a household waits, and then how long a family has to answer. not_known: in sentences.
    """

    use: str
    version: int
    purpose: str
    run: str
    rule: str
    hash: str
    as_of: date
    what: str
    capacity: int
    reviewers: tuple[str, ...]
    expires_days: int = 60
    not_known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A household, or a person, in the queue. name: drawn by a keyed hash, so that nothing follows from it.

    people: ids in the run. drawn: whether the lot has it looked at twice. holder: the key of the reviewer who
    took it, "" for nobody; held: since when. until: the last day it is kept. said: (reviewer's key, post,
    answer), in order. contested: (reviewer's key, post, answer) after the family contested it.
    """

    name: str
    round: Round
    unit: str
    key: str
    people: tuple[str, ...]
    reasons: tuple[Reason, ...]
    drawn: bool
    state: State
    made: date
    until: date
    holder: str = ""
    held: date | None = None
    said: tuple[tuple[str, str, Answer], ...] = ()
    contested: tuple[tuple[str, str, Answer], ...] = ()
    words: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What reviewers said, before anybody contested it."""
        return tuple(answer for _, _, answer in self.said)

    def asks(self, reviewer: str, post: str, today: date) -> bool:
        """Whether a reviewer may take it: their post decides on it, they had no part in it so far, and
        nobody else holds it."""
        looked = {who for who, _, _ in (*self.said, *self.contested)}
        free = self.holder in ("", reviewer) or is_free(self.held, today)
        return (
            self.state in OPEN
            and today <= self.until
            and reviewer not in looked
            and same_post(post, self.round.reviewers)
            and free
        )


def is_free(held: date | None, today: date) -> bool:
    """Whether a household that was taken on a day is free again."""
    return held is None or today > held + timedelta(days=HOLD_DAYS)


def same_post(post: str, posts: Collection[str]) -> bool:
    """Whether a post is one of these, however it is spaced or capitalised."""
    return _plain(post) in {_plain(one) for one in posts}


def _plain(post: str) -> str:
    return " ".join(post.split()).casefold()


def name_of(key: bytes, about: Round, unit: str, again: int = 0) -> str:
    """What a household is called in the queue: nothing can be read from it. again: how often it was in the
    queue of this round before, since what was done about a name stays."""
    day = about.as_of.isoformat()
    return _hashed(key, "name", about.use, about.hash, day, unit, str(again))[:24]


def by_lot(key: bytes, names: Collection[str], room: int) -> frozenset[str]:
    """Whom a fair lot takes where there is room for so many; everybody where there is room for all."""
    drawn = sorted(set(names), key=lambda name: _hashed(key, "lot", name))
    return frozenset(drawn[: max(room, 0)])


def looked_at_twice(key: bytes, name: str) -> bool:
    """Whether the lot says that two look at a household."""
    return int(_hashed(key, "second", name), 16) % SECOND_OF == 0


def _hashed(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\0".join(parts).encode(), "sha256").hex()
