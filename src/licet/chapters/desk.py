"""The desk: a clerk records what somebody said on paper or by phone, and hands over codes for accounts.

Nobody is browsed. A code, a record number or a handle names one person or nobody, and every look is
written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from licet.chapters.permitting import Recorded, Said, record
from licet.chapters.stores import open_store
from licet.errors import BadInput, bad
from licet.files.workspace import read_workspace
from licet.permission.events import Channel, Relation
from licet.permission.voices import NewAct

if TYPE_CHECKING:
    from licet.store.opening import Store


@dataclass(frozen=True)
class Found:
    """The one person that the desk asked for. by_code: whether a letter's code named them."""

    subject: str
    initials: str
    year: int | None
    by_code: bool


def look_up(workspace: Path, who: str, *, by: str, now: datetime) -> Found | None:
    """The one person whom a code, a handle or a record number names; None for none, and for several.

    The look is written down. There is no other way to look for anybody.
    """
    with open_store(read_workspace(workspace)) as store:
        letter = store.voices.letter(who)
        subject = letter[0].subject if letter else store.voices.found(who)
        if subject is None:
            return None
        person = store.voices.person(subject)
        act = NewAct(kind="looked_up", key=subject, at=now, by=by, subject=subject)
        store.acts.add(act)
    return Found(subject, person.initials, person.year, letter is not None)


def record_for(
    workspace: Path,
    who: str,
    said: Said,
    *,
    at: datetime,
    by: str,
    now: datetime,
) -> Recorded:
    """Record at the desk what somebody said. who: as it was looked up."""
    with open_store(read_workspace(workspace)) as store:
        subject = _named(store, who)
    return record(workspace, replace(said, who=subject), at=at, now=now, by=by)


def _named(store: Store, who: str) -> str:
    letter = store.voices.letter(who)
    subject = letter[0].subject if letter else store.voices.found(who)
    if subject is None:
        raise nobody()
    return subject


def nobody() -> BadInput:
    """The desk found nobody, or more than one: told alike."""
    return bad(
        "Nobody was found, or more than one person",
        "who",
        "the code of a letter, a record number with its feed (education/10023), or a handle",
        "Ask for the letter, or look the number up in the service's own system",
    )


def link_for(
    workspace: Path,
    who: str,
    relation: Relation,
    said_by: str,
    checked: str,
    *,
    by: str,
    now: datetime,
) -> str:
    """A code for an account, after the desk checked who somebody is. It is told once."""
    if relation != "self" and not said_by.strip():
        raise bad("Who is it? Each holder is one voice, and has one name", "said_by")
    with open_store(read_workspace(workspace)) as store:
        subject = _named(store, who)
        name = "" if relation == "self" else said_by
        return store.voices.link(subject, relation, name, " ".join(checked.split()), by, now)


def letter_holder(workspace: Path, who: str) -> str:
    """The office's own name of the holder whom letters about somebody went to; "" if nobody knows."""
    with open_store(read_workspace(workspace)) as store:
        frame = store.voices.handle(_named(store, who))
    return f"{frame} holder" if frame else ""


CHANNELS: tuple[Channel, ...] = ("paper", "phone", "in_person")
"""How the desk heard it."""
