"""Corrections: a family says that a record is wrong, the service that holds it answers within 30 days.

Until it is settled the record stays out of linkage, if the family wants that. How many records of a
feed are disputed, and of whom, reaches the audit of the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.audit.source import DISPUTED
from licet.chapters.noticing import declared_uses
from licet.chapters.permitting import follow_runs
from licet.chapters.stores import open_store
from licet.errors import LicetError, bad, unknown
from licet.feeds.contract import Feed
from licet.files.feeds import read_feeds
from licet.files.workspace import Workspace, read_workspace
from licet.permission.disputes import STATES, Dispute, Move
from licet.permission.voices import Voice
from licet.vocabulary import label

if TYPE_CHECKING:
    from licet.store.disputes import Told
    from licet.store.opening import Store

FIELDS: Mapping[str, str] = {
    "name": "Name",
    "birth": "Date of birth",
    "address": "Address",
    "family": "Who is in the family",
    "number": "A number",
    "events": "What happened, or when",
    "other": "Something else",
}
"""What of a record may be wrong."""
_STANDARD = {"name": "family", "birth": "birth", "address": "street", "number": "record"}
"""The standard column that stands for each in the audit of a source; the others are of the whole row."""
LONGEST = 1_000


@dataclass(frozen=True)
class Shown:
    """A dispute as its family, or the desk, reads it."""

    dispute: Dispute
    service: str
    row: str
    field: str
    claim: str
    answer: str
    state: str
    days: int
    overdue: bool
    moves: tuple[Move, ...]


def services(workspace: Path) -> dict[str, str]:
    """The services whose records are joined for a published use, with their labels."""
    uses = declared_uses(read_workspace(workspace)).values()
    named = dict.fromkeys(service for use in uses for service in use.services)
    return {service: label("service", service) for service in named}


def dispute(
    workspace: Path,
    voice: Voice,
    service: str,
    record: str,
    field: str,
    claim: str,
    *,
    hold: bool,
    now: datetime,
) -> Dispute:
    """Write down that a record is wrong. record: its own number, or "" for every record of the service.

    Where it is to be held out, every run in force leaves it out before this returns. Raises BadInput.
    """
    from licet.store.disputes import Told

    place = read_workspace(workspace)
    if service not in (known := services(workspace)):
        raise unknown("service", service, list(known), "service")
    if field not in FIELDS:
        raise unknown("field", field, list(FIELDS), "field")
    text = " ".join(claim.split())
    if not 3 <= len(text) <= LONGEST:
        raise bad("Say what would be right", "claim", f"3 to {LONGEST:,} letters")
    with open_store(place) as store:
        row = _row(store, place, voice, service, record)
        found = store.disputes.raise_by(voice, service, Told(row, field, text), hold=hold, at=now)
    if hold:
        _follow(place, now)
    return found


def _row(store: Store, place: Workspace, voice: Voice, service: str, record: str) -> str:
    """The row that a number names, of those known to be this person's. Nobody else's can be named."""
    text = " ".join(record.split())
    if not text:
        return ""
    feeds = {feed.id for _, feed in read_feeds(place.root) if feed.service == service}
    same = store.permissions.heard_with([voice.subject]).get(voice.subject, ())
    for row in (row for one in (voice.subject, *same) for row in store.voices.records(one)):
        feed, _, number = row.partition("/")
        if feed in feeds and text in (row, number):
            return row
    raise bad(
        "This service knows no record of this person by that number",
        "record",
        "the number on the service's letter, or nothing for every record",
        "Leave it empty if you do not know it",
    )


def _follow(place: Workspace, now: datetime) -> str:
    """Runs in force leave out what is held; why one could not, for the office."""
    try:
        follow_runs(place, today=now.date())
    except LicetError as error:
        return str(error)
    return ""


def move(
    workspace: Path,
    key: str,
    name: str,
    *,
    by: str,
    post: str,
    account: str = "",
    reason: str = "",
    now: datetime,
) -> Dispute:
    """Take a dispute one step on. by: "family" or "clerk". account: the key of the account that does it.

    Raises BadInput for a step that is not open; then nothing changed.
    """
    place = read_workspace(workspace)
    told = " ".join(reason.split())
    if len(told) > LONGEST:
        raise bad("The reason is too long", "reason", f"{LONGEST:,} letters at most")
    with open_store(place) as store:
        who = store.voices.account(account) if account else ""
        found = store.disputes.one(key)
        if by == "family" and found.account != who:
            raise bad("there is no such dispute", "dispute")
        done = store.disputes.move(key, name, by=by, post=post, account=who, at=now, reason=told)
    if done.held and not found.held:
        _follow(place, now)
    return done


def of_account(workspace: Path, account: str, *, today: date) -> list[Shown]:
    """The disputes of an account, the latest first."""
    with open_store(read_workspace(workspace)) as store:
        who = store.voices.account(account)
        found = [one for one in store.disputes.all() if one.account == who]
        told = store.disputes.told([one.key for one in found])
    return [_shown(one, told, "family", today) for one in reversed(found)]


def all_disputes(workspace: Path, *, today: date, settled: bool = False) -> list[Shown]:
    """Disputes for the desk: those that wait, the one due first; or those that are settled."""
    with open_store(read_workspace(workspace)) as store:
        found = store.disputes.all()
        found = tuple(one for one in found if settled == (one.due is None))
        told = store.disputes.told([one.key for one in found])
    return [
        _shown(one, told, "clerk", today)
        for one in sorted(found, key=lambda one: (one.due or one.since, one.key))
    ]


def _shown(one: Dispute, told: Mapping[str, Told], by: str, today: date) -> Shown:
    from licet.store.disputes import Told

    of = told.get(one.key, Told())
    return Shown(
        one, label("service", one.service), of.row, FIELDS.get(of.field, ""), of.claim, of.answer,
        STATES[one.state], (today - one.since).days, one.overdue(today), one.moves(by),
    )  # fmt: skip


def marked(workspace: Workspace, feed: Feed, frame: pl.DataFrame) -> tuple[Feed, pl.DataFrame]:
    """A feed with the column that says which of its rows families dispute.

    What the service itself marks stays. Only counts of it leave the audit.
    """
    held = (workspace.root / "store").is_dir() or workspace.database
    found = _disputed_rows(workspace, feed) if held else {}
    if not found:
        return feed, frame
    given = feed.audit_only.get(DISPUTED)
    column = given or DISPUTED
    if column in frame.columns and given is None:
        return feed, frame  # another column of the feed is called so
    numbers = [str(number).strip() for number in frame[feed.fields.record].to_list()]
    before: list[Any] = frame[column].to_list() if given else [None] * frame.height
    values = [found.get(number) or old for number, old in zip(numbers, before, strict=True)]
    declared = {**feed.model_dump(), "audit_only": {**feed.audit_only, DISPUTED: column}}
    return Feed(**declared), frame.with_columns(pl.Series(column, values, dtype=pl.String))


def _disputed_rows(workspace: Workspace, feed: Feed) -> dict[str, str]:
    """Record numbers of a feed that somebody disputes, each with the fields in question."""
    with open_store(workspace) as store:
        of = [
            one for one in store.disputes.all()
            if one.service == feed.service and one.state not in ("corrected", "withdrawn")
        ]  # fmt: skip
        told = store.disputes.told([one.key for one in of])
        marks: dict[str, set[str]] = {}
        for one in of:
            if one.key not in told:
                continue
            known = [told[one.key].row] if told[one.key].row else store.voices.records(one.subject)
            for row in known:
                name, _, number = row.partition("/")
                if name == feed.id:
                    marks.setdefault(number, set()).add(_mark(feed, told[one.key].field))
    return {number: _together(names) for number, names in marks.items()}


def _mark(feed: Feed, field: str) -> str:
    name = _STANDARD.get(field, "")
    return name if name and getattr(feed.fields, name, None) else "yes"


def _together(names: set[str]) -> str:
    return "; ".join(sorted(names - {"yes"})) or "yes"
