"""What is decided on a few people, by their numbers: for changes to a run that is in force."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from licet.permission.identities import DETAILS
from licet.permission.rules import REASONS, Question, decide
from licet.store import asking
from licet.store.rows import chunks

if TYPE_CHECKING:
    from licet.store.opening import Store

FEW = 400
"""Up to so many people each is decided on from the ledger; more are decided on together."""


def effects(store: Store, numbers: Collection[int], question: Question) -> dict[int, str]:
    """ "granted", "refused" or "none" for each of these people, by the end of the ledger."""
    wanted = sorted(set(numbers))
    with store.reading() as connection:
        if len(wanted) > FEW:
            codes = asking.codes(connection, question, np.array(wanted, np.int64), None)
            reasons = list(REASONS.values())
            return {
                n: reasons[code].outcome for n, code in zip(wanted, codes.tolist(), strict=True)
            }
        names = pseudonyms(connection, wanted)
        standing = asking.standings(connection, list(names.values()), None)
    return {number: decide(standing[name], question).outcome for number, name in names.items()}


def pseudonyms(connection: Any, numbers: Collection[int]) -> dict[int, str]:
    """The pseudonyms of people, by their numbers."""
    found: dict[int, str] = {}
    for part in chunks(sorted(numbers)):
        marks = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, pseudonym FROM store_party WHERE id IN ({marks})", list(part)
            )
            found.update(cursor.fetchall())
    return found


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
