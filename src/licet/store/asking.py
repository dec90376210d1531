"""From a question to a code for every subject, from the end of the ledger or from a place before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from licet.errors import bad
from licet.permission.rules import CODE, OUTCOMES, REASONS, Question, decide
from licet.permission.standing import Details, Standing, standing
from licet.store import decisions, derived, ledger, parties
from licet.store.decisions import Numbers
from licet.store.ledger import Snapshot

OUTCOME = pl.Enum(list(OUTCOMES))
REASON = pl.Enum(list(REASONS))
_OUTCOME_OF = pl.Series([reason.outcome for reason in REASONS.values()], dtype=OUTCOME)
_REASON_OF = pl.Series(list(REASONS), dtype=REASON)


def everybody(connection: Any) -> pl.DataFrame:
    """Number and pseudonym of every subject, by number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, pseudonym FROM store_party WHERE subject ORDER BY id")
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema={"number": pl.Int64, "subject": pl.String}, orient="row")


def codes(connection: Any, question: Question, who: Numbers, snapshot: Snapshot | None) -> Numbers:
    """Codes of the reasons, one for each subject of ``who`` (numbers; all subjects or some)."""
    later = _later(connection, snapshot)
    places = derived.places(connection)
    size = int(who.max()) + 1 if len(who) else 0
    found = np.full(size, CODE["unknown"], dtype=np.int64)
    number, code = np.divmod(decisions.said(connection, question, places), decisions.CODES)
    wanted = number < size
    found[number[wanted]] = code[wanted]
    if question.floor == "objection":
        told = decisions.strongest_notice(decisions.told(connection, question, places), size)
        found = np.where(np.isin(found, decisions.REFUSED), found, told)
    if snapshot is not None and later:
        then = standings(connection, list(later), snapshot.sequence)
        for name, subject in later.items():
            if subject < size:
                found[subject] = CODE[decide(then[name], question).reason.id]
    return found[who]


def permitted(connection: Any, question: Question, snapshot: Snapshot | None) -> Numbers:
    """The numbers of those whom a question permits, ascending."""
    if _later(connection, snapshot):
        who = everybody(connection)["number"].to_numpy()
        granted: Numbers = who[
            np.isin(codes(connection, question, who, snapshot), decisions.GRANTED)
        ]
        return granted
    places = derived.places(connection)
    said = decisions.said(connection, question, places)
    if question.floor == "ask_first":
        return decisions.those(said, decisions.GRANTED)
    told = decisions.told(connection, question, places)
    in_time = np.unique(decisions.those(told, (CODE["told"],)))
    kept: Numbers = in_time[~np.isin(in_time, decisions.those(said, decisions.REFUSED))]
    return kept


def standings(connection: Any, subjects: Sequence[str], upto: int | None) -> dict[str, Standing]:
    """What stands, or stood after so many events, of subjects: worked out from the ledger."""
    events = ledger.of_subjects(connection, subjects, upto)
    ids = parties.parties(connection, subjects)
    told_of = derived.details(connection, list(ids.values()))
    return {
        name: standing(events.get(name, ()), told_of.get(ids[name], Details())) for name in subjects
    }


def frame(who: pl.DataFrame, service: str, found: Numbers) -> pl.DataFrame:
    """Codes as the columns subject, service, effect, reason."""
    place = pl.Series(found, dtype=pl.UInt32)
    return pl.DataFrame(
        {
            "subject": who["subject"],
            "service": pl.Series([service], dtype=pl.String).new_from_index(0, len(who)),
            "effect": _OUTCOME_OF.gather(place),
            "reason": _REASON_OF.gather(place),
        }
    )


def _later(connection: Any, snapshot: Snapshot | None) -> dict[str, int]:
    """The subjects of events after a snapshot. Raises BadInput if it is not of this ledger."""
    if snapshot is None:
        return {}
    if ledger.at_position(connection, snapshot.sequence).hash != snapshot.hash:
        what = f"the snapshot is of another ledger: event {snapshot.sequence} is not the same here"
        raise bad(what, "snapshot", "a snapshot of this ledger", "take a new one")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT e.subject, p.id FROM store_event e "
            "JOIN store_party p ON p.pseudonym = e.subject WHERE e.sequence > %s",
            [snapshot.sequence],
        )
        return dict(cursor.fetchall())
