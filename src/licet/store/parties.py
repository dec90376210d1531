"""Pseudonyms and who is behind them: the table that can be erased."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from licet.errors import BadInput, Fault
from licet.permission.identities import DETAILS, Identity
from licet.store.keys import Keys
from licet.store.rows import chunks, frame_of, insert

PSEUDONYM = re.compile(r"[sv]-[0-9a-f]{32}")
"""Subjects begin with s, other voices with v."""

COLUMNS = ("party", "handle", "salt", *DETAILS, "languages")


def languages_of(text: str) -> list[str]:
    """Languages as they are kept: a list in JSON."""
    found: list[str] = json.loads(text)
    return found


def parties(
    connection: Any, names: Collection[str], subjects: Collection[str] = ()
) -> dict[str, int]:
    """The numbers of pseudonyms, new ones added. subjects: those of them that are subjects."""
    from licet.store import models

    found = _known(connection, names)
    new = [name for name in dict.fromkeys(names) if name not in found]
    if new:
        rows = [(name, name in subjects) for name in new]
        insert(connection, models.Party, ("pseudonym", "subject"), rows)
        found |= _known(connection, new)
    return found


def _known(connection: Any, names: Collection[str]) -> dict[str, int]:
    found = {}
    for some in chunks(sorted(names)):
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT pseudonym, id FROM store_party WHERE pseudonym IN ({marks})", list(some)
            )
            found.update(dict(cursor.fetchall()))
    return found


def subjects_among(connection: Any, names: Collection[str]) -> set[str]:
    """Those of the names that are pseudonyms of subjects."""
    found: set[str] = set()
    for some in chunks(sorted(name for name in names if PSEUDONYM.fullmatch(name))):
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT pseudonym FROM store_party WHERE subject AND pseudonym IN ({marks})",
                list(some),
            )
            found.update(row[0] for row in cursor.fetchall())
    return found


def enrol(connection: Any, keys: Keys, identities: Sequence[Identity]) -> dict[str, str]:
    """Keep identities, new or changed; gives the pseudonym of each handle.

    A handle that is known keeps its pseudonym and takes the new details. Raises BadInput for a handle
    given twice or empty, a birth in no year that anybody can be of.
    """
    _checked(identities)
    known = handles(connection, [one.handle for one in identities])
    salts = {one.handle: os.urandom(16).hex() for one in identities if one.handle not in known}
    # The salt is erased with the identity, so that nobody can then tell whose pseudonym it was.
    new = {
        handle: "s-" + keys.stand_in("subject", f"{salt}\0{handle}")
        for handle, salt in salts.items()
    }
    numbers = parties(connection, new.values(), set(new.values()))
    _insert(connection, [i for i in identities if i.handle in new], salts, new, numbers)
    _change(connection, [i for i in identities if i.handle in known])
    return {handle: name for handle, (_, name) in known.items()} | new


def _checked(identities: Sequence[Identity]) -> None:
    faults, seen = [], set()
    for place, one in enumerate(identities, start=1):
        where = f"identity {place}"
        if not one.handle.strip() or PSEUDONYM.fullmatch(one.handle):
            faults.append(Fault(f"no handle: {one.handle!r}", where, "a text of your own"))
        if one.handle in seen:
            faults.append(Fault(f"the handle {one.handle!r} is given twice", where))
        seen.add(one.handle)
        if one.birth is not None and one.birth.year < 1850:
            faults.append(Fault(f"born in {one.birth.year}", where, "1850 or later, or none"))
    if faults:
        raise BadInput(*faults)


def handles(connection: Any, wanted: Collection[str]) -> dict[str, tuple[int, str]]:
    """Number and pseudonym of each handle that is known."""
    found: dict[str, tuple[int, str]] = {}
    for some in chunks(sorted(set(wanted))):
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT i.handle, p.id, p.pseudonym FROM store_identity i JOIN store_party p "
                f"ON p.id = i.party WHERE i.handle IN ({marks})",
                list(some),
            )
            found.update({handle: (party, name) for handle, party, name in cursor.fetchall()})
    return found


def _insert(
    connection: Any,
    identities: Sequence[Identity],
    salts: Mapping[str, str],
    names: Mapping[str, str],
    numbers: Mapping[str, int],
) -> None:
    from licet.store import models

    rows, records = [], []
    for one in identities:
        party = numbers[names[one.handle]]
        rows.append((party, one.handle, salts[one.handle], *_details(one)))
        records += [(party, row) for row in dict.fromkeys(one.records)]
    insert(connection, models.Identity, COLUMNS, rows)
    insert(connection, models.Record, ("party", "row"), records)


def _change(connection: Any, identities: Sequence[Identity]) -> None:
    from licet.store import models

    known = handles(connection, [one.handle for one in identities])
    sets = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in (*DETAILS, "languages"))
    records = []
    with connection.cursor() as cursor:
        for one in identities:
            party = known[one.handle][0]
            values = [*_details(one), party]
            cursor.execute(f"UPDATE store_identity SET {sets} WHERE party = %s", values)
            cursor.execute("DELETE FROM store_record WHERE party = %s", [party])
            records += [(party, row) for row in dict.fromkeys(one.records)]
    insert(connection, models.Record, ("party", "row"), records)


def _details(one: Identity) -> list[Any]:
    values = [getattr(one, name) for name in DETAILS]
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return [*plain, json.dumps(sorted(set(one.languages)))]


def erase(connection: Any, subject: str) -> None:
    """Delete everything that says who a subject is. Raises BadInput if nobody is called so."""
    numbers = _known(connection, [subject])
    if subject not in numbers:
        raise BadInput(nobody(subject))
    party = [numbers[subject]]
    with connection.cursor() as cursor:
        for table in ("store_identity", "store_record", "store_invitation", "store_disputed"):
            cursor.execute(f"DELETE FROM {table} WHERE party = %s", party)


def nobody(name: str) -> Fault:
    """The fault of a name that is no subject's. No nearest name is told: it would be somebody else's."""
    todo = "look them up by their details, or give the details with the event"
    return Fault(f"nobody is known as {name[:80]!r}", "subject", "a handle or pseudonym", todo)


def records(connection: Any) -> pl.DataFrame:
    """number, records: the rows known to be each subject's."""
    with connection.cursor() as cursor:
        quoted = connection.ops.quote_name("row")
        cursor.execute(f"SELECT party, {quoted} FROM store_record ORDER BY id")
        found = frame_of(cursor, {"number": pl.Int64, "records": pl.String})
    return found.group_by("number", maintain_order=True).agg("records")


def subject_rows(connection: Any) -> pl.DataFrame:
    """subject, number, handle, details and languages (JSON) of every subject; erased ones have none."""
    quote = connection.ops.quote_name
    named = (*DETAILS, "languages")
    names = ", ".join(f"i.{quote(name)}" for name in named)
    schema = {"subject": pl.String, "number": pl.Int64, "handle": pl.String}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.pseudonym, p.id, i.handle, {names} FROM store_party p "
            "LEFT JOIN store_identity i ON i.party = p.id WHERE p.subject ORDER BY p.id"
        )
        return frame_of(cursor, schema | dict.fromkeys(named, pl.String))
