"""Reading and writing the ledger: events in order, each bound to the one before it by its hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from licet.errors import bad
from licet.permission.events import FIRST, Event, NewEvent, Scope, canonical, moment_text
from licet.store.keys import Keys
from licet.store.rows import chunks, insert

_SCOPE = ("use", "version", "purpose", "service", "category")
_TEXTS = (
    "event_id",
    "subject",
    "expressed_by",
    "relation",
    "effect",
    "recorded_by",
    "verified_by",
    "independent",
    "notice_hash",
    "language",
    "channel",
    "supersedes",
    "reason",
    "previous_hash",
)
COLUMNS = ("sequence", "at", "valid_until", "hash", *_SCOPE, *_TEXTS)
_PAGE = 20_000


@dataclass(frozen=True)
class Snapshot:
    """A place in the ledger: the sequence number of its last event, 0 if there is none, and its hash.

    at: when it was taken, UTC.
    """

    sequence: int
    hash: str
    at: datetime | None = None


@dataclass(frozen=True)
class Verified:
    """What was found sound: so many events, and the hash of the last."""

    events: int
    hash: str


def event_id(new: NewEvent, keys: Keys) -> str:
    """What a new event is called: the same event is always called the same, and nobody else can
    tell which."""
    return keys.stand_in("event", canonical(new.said()).decode())


def head(connection: Any) -> Snapshot:
    """The end of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM store_event ORDER BY sequence DESC LIMIT 1")
        row = cursor.fetchone()
    return Snapshot(*row) if row else Snapshot(0, FIRST)


def at_position(connection: Any, sequence: int) -> Snapshot:
    """The ledger as it was when it had so many events. Raises BadInput if it never had."""
    if sequence == 0:
        return Snapshot(0, FIRST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM store_event WHERE sequence = %s", [sequence])
        row = cursor.fetchone()
    if row is None:
        raise bad(f"the ledger has no event {sequence}", "sequence", "a position of this ledger")
    return Snapshot(sequence, row[0])


def exists(connection: Any, name: str) -> bool:
    """Whether an event is called so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM store_event WHERE event_id = %s", [name])
        return cursor.fetchone() is not None


def one(connection: Any, name: str) -> Event | None:
    """The event called so."""
    found = [event for event, _ in _read(connection, "event_id = %s", [name])]
    return found[0] if found else None


def anchors(connection: Any) -> dict[int, tuple[str, str]]:
    """Hashes of the ledger that were written down elsewhere in the store, and where."""
    found: dict[int, tuple[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, ledger_hash, run FROM store_run WHERE sequence > 0")
        found |= {place: (known, f"the run {run}") for place, known, run in cursor.fetchall()}
        cursor.execute("SELECT last, ledger_hash, name FROM store_batch")
        found |= {place: (known, f"the batch {name}") for place, known, name in cursor.fetchall()}
    return found


def lock(connection: Any) -> None:
    """Let nobody else write to the ledger until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE store_event IN EXCLUSIVE MODE")


def write(connection: Any, last: Snapshot, new: Sequence[tuple[str, NewEvent]]) -> list[Event]:
    """Append events, given with their ids, after ``last``."""
    from licet.store.models import Event as Table

    events, rows = [], []
    sequence, previous = last.sequence, last.hash
    for name, one in new:
        sequence += 1
        event = Event(
            **{f: getattr(one, f) for f in _FIELDS},
            event_id=name,
            sequence=sequence,
            previous_hash=previous,
        )
        previous = event.hash()
        events.append(event)
        rows.append(_values(event, previous))
    insert(connection, Table, COLUMNS, rows)
    return events


_FIELDS = tuple(NewEvent.__dataclass_fields__)


def _values(event: Event, own_hash: str) -> tuple[Any, ...]:
    until = event.valid_until.isoformat() if event.valid_until else None
    scope = (getattr(event.scope, name) for name in _SCOPE)
    texts = (getattr(event, name) for name in _TEXTS)
    return (event.sequence, moment_text(event.at), until, own_hash, *scope, *texts)


def of_subjects(
    connection: Any, subjects: Iterable[str], upto: int | None = None
) -> dict[str, list[Event]]:
    """The events of subjects in their order. upto: the last sequence number to read."""
    found: dict[str, list[Event]] = {}
    for some in chunks(sorted(set(subjects))):
        marks = ", ".join(["%s"] * len(some))
        where = f"subject IN ({marks})" + ("" if upto is None else f" AND sequence <= {int(upto)}")
        for event, _ in _read(connection, where, list(some)):
            found.setdefault(event.subject, []).append(event)
    return found


def everything(
    connection: Any, first: int = 1, last: int | None = None
) -> Iterator[tuple[Event, str]]:
    """Events ``first`` to ``last`` in their order, each with the hash that is written beside it."""
    start = first
    while last is None or start <= last:
        end = start + _PAGE - 1 if last is None else min(last, start + _PAGE - 1)
        page = list(_read(connection, f"sequence BETWEEN {start} AND {end}", []))
        if not page and not _any_after(connection, end):
            return
        yield from page
        start = end + 1


def _any_after(connection: Any, sequence: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM store_event WHERE sequence > %s LIMIT 1", [sequence])
        return cursor.fetchone() is not None


def _read(connection: Any, where: str, values: list[Any]) -> Iterator[tuple[Event, str]]:
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in COLUMNS)
    query = f"SELECT {names} FROM store_event WHERE {where} ORDER BY sequence"
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        for row in cursor.fetchall():
            yield _event(row), row[3]


def _event(row: Sequence[Any]) -> Event:
    sequence, at, until, _, *others = row
    return Event(
        sequence=sequence,
        at=datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        valid_until=date.fromisoformat(until) if until else None,
        scope=Scope(*others[:5]),
        **dict(zip(_TEXTS, others[5:], strict=True)),
    )


def check(connection: Any, anchors: Mapping[int, tuple[str, str]]) -> Verified:
    """Check every event against its hash and the one before it.

    anchors: hashes that were written down elsewhere, by sequence number, each with where. Raises
    BadInput that names the first event which does not fit.
    """
    sequence, previous = 0, FIRST
    for event, written in _sound(everything(connection)):
        sequence += 1
        if event.sequence != sequence:
            raise _edited(sequence, f"event {sequence} is missing")
        if event.previous_hash != previous:
            raise _edited(sequence, f"event {sequence} does not follow on the one before it")
        previous = event.hash()
        if previous != written:
            raise _edited(sequence, f"event {sequence} is not what was recorded")
        known, where = anchors.get(sequence, (previous, ""))
        if known != previous:
            raise _edited(sequence, f"event {sequence} is not the one that {where} names")
    lost = [place for place in anchors if place > sequence]
    if lost:
        text = f"event {sequence + 1} is missing: {anchors[min(lost)][1]} names event {min(lost)}"
        raise _edited(sequence + 1, text)
    return Verified(sequence, previous)


def _sound(events: Iterator[tuple[Event, str]]) -> Iterator[tuple[Event, str]]:
    """The same events; what can no longer be read as one is told as an edit."""
    count = 0
    while True:
        try:
            found = next(events)
        except StopIteration:
            return
        except (TypeError, ValueError):
            text = f"an event after {count} is not what was recorded"
            raise _edited(count + 1, text) from None
        count += 1
        yield found


def _edited(sequence: int, what: str) -> Exception:
    return bad(
        f"the ledger was edited by hand: {what}",
        f"ledger, event {sequence}",
        "a ledger that was only added to",
        "find out who had access, and put back a copy from before",
    )
