"""What is decided on a few people, by their numbers: for changes to a run that is in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from licet.permission.identities import DETAILS
from licet.permission.rules import REASONS, Question, decide
from licet.permission.standing import Place
from licet.store import asking, derived, same_person
from licet.store.rows import chunks

if TYPE_CHECKING:
    from licet.store.opening import Store

FEW = 20_000
"""Up to so many people each is decided on from their own events; for more, everybody is gone through."""


def effects(
    store: Store, numbers: Collection[int], questions: Sequence[Question]
) -> list[Mapping[int, str]]:
    """ "granted", "refused" or "none" for each of these people and each question, by the end of the
    ledger."""
    wanted = sorted(set(numbers))
    with store.reading() as connection:
        places = derived.places(connection)
        keys = [_what_bears_on(question, places) for question in questions]
        differing = dict(zip(keys, questions, strict=True))
        if len(wanted) > FEW:
            found = {key: _of_many(connection, wanted, q) for key, q in differing.items()}
            return [found[key] for key in keys]
        names = asking.pseudonyms(connection, wanted)
        standing = asking.standings(connection, list(names.values()), None)
    few: dict[_Key, dict[int, str]] = {
        key: {number: decide(standing[name], q).outcome for number, name in names.items()}
        for key, q in differing.items()
    }
    return [few[key] for key in keys]


_Key = tuple[Question, tuple[Place, ...], tuple[Place, ...]]


def _what_bears_on(question: Question, places: Collection[Place]) -> _Key:
    """Questions on which the same bears have the same answer: mostly those of all services."""
    no, yes = (tuple(p for p in places if question.covers(p, refusal)) for refusal in (True, False))
    return replace(question, service=""), no, yes


def _of_many(connection: Any, wanted: Sequence[int], question: Question) -> dict[int, str]:
    codes = asking.codes(connection, question, np.array(wanted, np.int64), None)
    outcomes = [reason.outcome for reason in REASONS.values()]
    return {n: outcomes[code] for n, code in zip(wanted, codes.tolist(), strict=True)}


def spoken_since(store: Store, sequence: int) -> dict[str, int]:
    """Whom the ledger's events after a place are about: pseudonyms and numbers."""
    with store.reading() as connection, connection.cursor() as cursor:
        # no DISTINCT: it would make SQLite walk the whole index of subjects
        cursor.execute("SELECT subject FROM store_event WHERE sequence > %s", [sequence])
        names = {name for (name,) in cursor.fetchall()}
        found: dict[str, int] = {}
        for part in chunks(sorted(names)):
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"SELECT pseudonym, id FROM store_party WHERE pseudonym IN ({marks})", list(part)
            )
            found.update(cursor.fetchall())
        heard = same_person.heard(connection, list(found.values()))
        others = {other for of in heard.values() for other in of}
        found |= {name: n for n, name in asking.pseudonyms(connection, others).items()}
    return found


def people(store: Store, numbers: Collection[int]) -> pl.DataFrame:
    """Details of a few people, columns as ``permissions.subjects`` gives them."""
    if len(numbers) > FEW:
        return store.permissions.subjects().filter(pl.col("number").is_in(sorted(numbers)))
    text: dict[str, Any] = {"subject": pl.String, "number": pl.Int64}
    text |= dict.fromkeys(DETAILS, pl.String)
    rows: list[tuple[Any, ...]] = []
    held: dict[int, list[str]] = {number: [] for number in numbers}
    with store.reading() as connection, connection.cursor() as cursor:
        quote = connection.ops.quote_name
        names = ", ".join(f"i.{quote(name)}" for name in DETAILS)
        for part in chunks(sorted(numbers)):
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"SELECT p.pseudonym, p.id, {names} FROM store_party p "
                f"LEFT JOIN store_identity i ON i.party = p.id WHERE p.id IN ({marks}) ORDER BY p.id",
                list(part),
            )
            rows += cursor.fetchall()
            cursor.execute(
                f"SELECT party, {quote('row')} FROM store_record WHERE party IN ({marks}) ORDER BY id",
                list(part),
            )
            for party, row in cursor.fetchall():
                held[party].append(row)
    frame = pl.DataFrame(rows, schema=text, orient="row")
    return frame.with_columns(
        pl.col("birth").str.to_date("%Y-%m-%d"),
        pl.Series("records", [held[n] for n in frame["number"]], dtype=pl.List(pl.String)),
    )
