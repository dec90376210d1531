"""What a family says of an offer with the code of its letter: that it is wrong, or that they leave it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from licet.chapters import offer_letters
from licet.chapters.offer_queue import Queue, queue_of
from licet.chapters.stores import open_store
from licet.errors import BadInput, bad
from licet.files.workspace import read_workspace
from licet.identify.notice import Part
from licet.identify.offers import STANDS, STATES, Item
from licet.permission.voices import wrong_code

LONGEST = 1000
"""Characters in which a family says what is wrong."""


@dataclass(frozen=True)
class Letter:
    """What the code of a letter about an offer opens. parts: the letter, which names nobody; empty where
    the offer was taken back. state: what became of it, in words. contests, leaves: what can be said now."""

    title: str
    parts: tuple[Part, ...]
    state: str
    contests: bool
    leaves: bool
    until: date


def open_offer(root: Path, code: str, *, today: date) -> Letter:
    """What a code opens. Raises BadInput in the same words for every code that does not work."""
    with _opened(root, code, today) as (found, item):
        told = item.state != "taken_back"
        return Letter(
            found.use.title, offer_letters.told_of(found, item) if told else (), STATES[item.state],
            item.state == "offered", item.state in STANDS, item.until,
        )  # fmt: skip


def contest_offer(root: Path, code: str, why: str, *, today: date) -> str:
    """Say that a letter is wrong; somebody who had no part in it looks again. Returns what follows."""
    words = " ".join(why.split())
    if not words or len(words) > LONGEST:
        raise bad("Say what is wrong" if not words else "That is too long", "why",
                  f"1 to {LONGEST:,} characters")  # fmt: skip
    with _opened(root, code, today) as (found, item):
        return STATES[
            found.store.offers.step(item.name, "contest", "family", today, words=words).state
        ]


def leave_offer(root: Path, code: str, *, today: date) -> str:
    """Leave an offer. Nothing follows from it. Returns what follows, in words."""
    with _opened(root, code, today) as (found, item):
        return STATES[found.store.offers.step(item.name, "left", "family", today).state]


def record_outcome(root: Path, who: str, *, took_up: bool, today: date) -> str:
    """Write down, for the office, whether a family took an offer up. who: the code of the letter, or the
    name in the queue. Returns what follows, in words."""
    with _opened(root, who, today, named=True) as (found, item):
        act = "took_up" if took_up else "left"
        return STATES[found.store.offers.step(item.name, act, "office", today).state]


@contextmanager
def _opened(
    root: Path, code: str, today: date, *, named: bool = False
) -> Iterator[tuple[Queue, Item]]:
    """The queue and the household of a code, once the run followed the ledger."""
    use, name = _meant(root, code, named)
    with ExitStack() as stack:
        try:
            found = stack.enter_context(queue_of(root, use, today))
        except BadInput:
            if named:
                raise
            raise not_in_force() from None
        held = next((one for one in found.store.offers.of_use(use) if one.name == name), None)
        if held is None:
            raise wrong_code()
        yield found, held


def not_in_force() -> BadInput:
    """What a family is told whose letter is about a use that does not go ahead now."""
    return bad("This offer is not in force at present", "code", "",
               "You need not do anything. Ask us on the phone or at the desk")  # fmt: skip


def _meant(root: Path, code: str, named: bool) -> tuple[str, str]:
    with open_store(read_workspace(root)) as store:
        try:
            item = store.offers.by_code(code)
        except BadInput:
            item = store.offers.one(code) if named else None
    if item is None:
        raise wrong_code()
    return item.round.use, item.name
