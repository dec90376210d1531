"""What stands, kept in tables beside the ledger and changed in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from licet.permission.events import Event
from licet.permission.standing import Details, Place, Row, Standing, standing
from licet.store import ledger
from licet.store.parties import languages_of, parties
from licet.store.rows import chunks, insert

STANDING = (
    "alone",
    "place",
    "subject",
    "own",
    "holder",
    "yes",
    "version",
    "until",
    "no",
    "pending",
    "thirteen",
    "sixteen",
)
TOLD = ("place", "version", "readable", "day", "subject")
_PAGE = 50_000


def renew(connection: Any, subjects: Iterable[str], known: Mapping[str, Sequence[Event]]) -> None:
    """Work out anew what stands of subjects, given all of their events."""
    from licet.store import models

    wanted = sorted(set(subjects))
    numbers, rows, notices = _worked_out(connection, wanted, known)
    _delete(connection, numbers)
    insert(connection, models.Standing, STANDING, rows)
    insert(connection, models.Told, TOLD, notices)


def edited(connection: Any) -> bool:
    """Whether the tables hold anything else than what follows from the ledger."""
    left = [_count(connection, table) for table in ("store_standing", "store_told")]
    for some in _pages(connection):
        numbers, *wanted = _worked_out(connection, some, ledger.of_subjects(connection, some))
        held = [_held(connection, "store_standing", STANDING, numbers)]
        held.append(_held(connection, "store_told", TOLD, numbers))
        if any(sorted(a) != sorted(b) for a, b in zip(wanted, held, strict=True)):
            return True
        left = [count - len(rows) for count, rows in zip(left, held, strict=True)]
    return left != [0, 0]  # else there are rows of nobody


def rebuild(connection: Any) -> None:
    """Make the tables again from the ledger alone."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_standing")
        cursor.execute("DELETE FROM store_told")
    for some in _pages(connection):
        renew(connection, some, ledger.of_subjects(connection, some))


def _pages(connection: Any) -> Iterator[list[str]]:
    """All subjects, so many at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pseudonym FROM store_party WHERE subject ORDER BY id")
        subjects = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(subjects), _PAGE):
        yield subjects[start : start + _PAGE]


def _count(connection: Any, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _held(
    connection: Any, table: str, names: Sequence[str], numbers: Sequence[int]
) -> list[tuple[Any, ...]]:
    """The rows of subjects as they are in a table."""
    found: list[tuple[Any, ...]] = []
    for some in chunks(numbers):
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            query = f"SELECT {', '.join(names)} FROM {table} WHERE subject IN ({marks})"
            cursor.execute(query, list(some))
            found += [tuple(row) for row in cursor.fetchall()]
    return found


def details(connection: Any, ids: Sequence[int]) -> dict[int, Details]:
    """What of identities bears on permission, by the number of the party."""
    found: dict[int, Details] = {}
    for some in chunks(ids):
        marks = ", ".join(["%s"] * len(some))
        query = f"SELECT party, birth, languages FROM store_identity WHERE party IN ({marks})"
        with connection.cursor() as cursor:
            cursor.execute(query, list(some))
            for party, birth, languages in cursor.fetchall():
                born = date.fromisoformat(birth) if birth else None
                found[party] = Details(born, frozenset(languages_of(languages)))
    return found


def places(connection: Any) -> dict[Place, int]:
    """The number of every place that something was said in."""
    with connection.cursor() as cursor:
        quote = connection.ops.quote_name
        names = ", ".join(quote(n) for n in ("use", "purpose", "service", "category", "id"))
        cursor.execute(f"SELECT {names} FROM store_place")
        return {tuple(row[:4]): row[4] for row in cursor.fetchall()}


def _voices(known: Mapping[str, Sequence[Event]], wanted: Sequence[str]) -> set[str]:
    return {event.expressed_by for name in wanted for event in known.get(name, ())}


def _delete(connection: Any, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for some in chunks(ids):
            marks = ", ".join(["%s"] * len(some))
            for table in ("store_standing", "store_told"):
                cursor.execute(f"DELETE FROM {table} WHERE subject IN ({marks})", list(some))


def _worked_out(
    connection: Any, wanted: Sequence[str], known: Mapping[str, Sequence[Event]]
) -> tuple[list[int], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Numbers of subjects, and the rows of both tables that follow from their events."""
    ids = parties(connection, {*wanted, *_voices(known, wanted)})
    numbers = [ids[name] for name in wanted]
    told_of = details(connection, numbers)
    found = [
        standing(known.get(name, ()), told_of.get(number, Details()))
        for name, number in zip(wanted, numbers, strict=True)
    ]
    where = _numbered(connection, found)
    rows: list[tuple[Any, ...]] = []
    notices: list[tuple[Any, ...]] = []
    for subject, what in zip(numbers, found, strict=True):
        for row, kind in zip(what.rows, _kinds(what.rows), strict=True):
            said = (row.yes, row.version, row.until, row.no, row.pending)
            voice = (int(row.own), ids[row.holder])
            birthdays = (what.thirteen, what.sixteen)
            rows.append((kind, where[row.place], subject, *voice, *said, *birthdays))
        for told in what.notices:
            notices.append((where[told.place], told.version, int(told.readable), told.day, subject))
    return numbers, rows, notices


def _kinds(rows: Sequence[Row]) -> list[int]:
    """How each row is grouped in a decision.

    1: no other row of the subject can bear on the same question. Of the others, 2 where no voice has
    two of them, else 0. Any grouping decides alike; this is about speed.
    """
    if len(rows) == 1:
        return [1]
    met = [any(_meet(row, other) for other in rows if other is not row) for row in rows]
    voices = [(row.holder, row.own) for row, meets in zip(rows, met, strict=True) if meets]
    together = 2 if len(set(voices)) == len(voices) else 0
    return [together if meets else 1 for meets in met]


def _meet(row: Row, other: Row) -> bool:
    """Whether two rows can bear on one question. Categories always may: see ``Question.covers``."""
    named = zip(row.place[:3], other.place[:3], strict=True)
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in named)


def _numbered(connection: Any, found: Collection[Standing]) -> dict[Place, int]:
    """Numbers of places, new ones added."""
    from licet.store import models

    known = places(connection)
    wanted = {row.place for what in found for row in what.rows}
    wanted |= {told.place for what in found for told in what.notices}
    new = sorted(wanted - known.keys(), key=str)
    if new:
        insert(connection, models.Place, ("use", "purpose", "service", "category"), new)
        known = places(connection)
    return known
