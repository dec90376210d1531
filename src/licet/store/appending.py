"""Adding to the ledger: names become pseudonyms, everything is checked, then all is written at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from licet.errors import BadInput, Fault
from licet.permission.checking import contradictions, faults_of
from licet.permission.events import Event, NewEvent
from licet.permission.identities import Identity
from licet.store import derived, ledger, parties
from licet.store.keys import Keys

Known = dict[str, list[Event]]


def append(
    connection: Any,
    keys: Keys,
    events: Sequence[NewEvent],
    identities: Sequence[Identity],
    now: datetime,
    uses: Mapping[str, int] | None,
) -> list[Event]:
    """Record events inside a transaction; the events as recorded, those recorded before among them."""
    ledger.lock(connection)
    enrolled = parties.enrol(connection, keys, identities)
    found = named(connection, keys, events, enrolled)
    ids = [ledger.event_id(event, keys) for event in found]
    touched = {*enrolled.values(), *(event.subject for event in found)}
    known = ledger.of_subjects(connection, touched)
    recorded = {event.event_id: event for of in known.values() for event in of}
    fresh = {n: e for n, e in zip(ids, found, strict=True) if n not in recorded}
    _check(connection, found, ids, known, now, uses)
    for event in ledger.write(connection, ledger.head(connection), list(fresh.items())):
        known.setdefault(event.subject, []).append(event)
        recorded[event.event_id] = event
    derived.renew(connection, touched, known)
    return [recorded[name] for name in dict.fromkeys(ids)]


def named(
    connection: Any, keys: Keys, events: Sequence[NewEvent], enrolled: Mapping[str, str]
) -> list[NewEvent]:
    """The events with pseudonyms in place of names. Raises BadInput for subjects nobody knows."""
    names = {name for event in events for name in (event.subject, event.expressed_by)}
    found = {
        h: name for h, (_, name) in parties.handles(connection, names - enrolled.keys()).items()
    }
    found |= enrolled
    found |= {name: name for name in parties.subjects_among(connection, names)}
    unknown = dict.fromkeys(
        e.subject for e in events if e.subject.strip() and e.subject not in found
    )
    if unknown:
        raise BadInput(*(parties.nobody(name) for name in list(unknown)[:20]))

    def voice(name: str) -> str:
        if name in found or not name.strip() or parties.PSEUDONYM.fullmatch(name):
            return found.get(name, name)
        return "v-" + keys.stand_in("voice", name)

    return [
        replace(e, subject=found.get(e.subject, e.subject), expressed_by=voice(e.expressed_by))
        for e in events
    ]


def _check(
    connection: Any,
    events: Sequence[NewEvent],
    ids: Sequence[str],
    known: Mapping[str, Sequence[Event]],
    now: datetime,
    uses: Mapping[str, int] | None,
) -> None:
    """Raise BadInput with every fault of every event, each with the event's place in the list."""
    earlier: dict[str, dict[str, NewEvent]] = {
        subject: {event.event_id: event for event in of} for subject, of in known.items()
    }
    faults: list[Fault] = []
    for place, (event, name) in enumerate(zip(events, ids, strict=True), start=1):
        own = earlier.setdefault(event.subject, {})
        if name in own:
            continue
        found = faults_of(event, now=now, uses=uses)
        if not found:
            elsewhere = (
                event.supersedes is not None
                and event.supersedes not in own
                and ledger.exists(connection, event.supersedes)
            )
            found = contradictions(event, own, recorded=elsewhere)
        faults += [fault.within(f"event {place}") for fault in found]
        own[name] = event
    if faults:
        raise BadInput(*faults)
