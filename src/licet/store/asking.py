"""From a question to a code for every subject, from the end of the ledger or from a place before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from licet.errors import bad
from licet.permission.rules import CODE, OUTCOMES, REASONS, Question, decide
from licet.permission.standing import Details, Standing, standing
from licet.store import decisions, derived, ledger, parties, same_person
from licet.store.decisions import Numbers
from licet.store.ledger import Snapshot
from licet.store.rows import chunks, frame_of

Heard = Mapping[int, tuple[int, ...]]

OUTCOME = pl.Enum(list(OUTCOMES))
REASON = pl.Enum(list(REASONS))
_OUTCOME_OF = pl.Series([reason.outcome for reason in REASONS.values()], dtype=OUTCOME)
_REASON_OF = pl.Series(list(REASONS), dtype=REASON)


def everybody(connection: Any) -> pl.DataFrame:
    """Number and pseudonym of every subject, by number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, pseudonym FROM store_party WHERE subject ORDER BY id")
        return frame_of(cursor, {"number": pl.Int64, "subject": pl.String})


def codes(
    connection: Any,
    question: Question,
    who: Numbers,
    snapshot: Snapshot | None,
    heard: Heard | None = None,
    asked: dict[str, Numbers] | None = None,
) -> Numbers:
    """Codes of the reasons, one for each subject of ``who`` (numbers; all subjects or some).

    heard: see ``same_person.heard``; looked up where it is not given. asked: what the database was asked
    before, and its answers: questions that differ in the service alone often come to the same.
    """
    if heard is None:
        heard = same_person.heard(connection, who.tolist())
    later = _later(connection, snapshot)
    places = derived.places(connection)
    numbers = {number for pair in heard.items() for number in (pair[0], *pair[1])}
    size = max([int(who.max()) if len(who) else -1, *numbers]) + 1
    found = np.full(size, CODE["unknown"], dtype=np.int64)
    number, code = np.divmod(decisions.said(connection, question, places, asked), decisions.CODES)
    wanted = number < size
    found[number[wanted]] = code[wanted]
    if question.floor == "objection":
        notices = decisions.told(connection, question, places, asked)
        told = decisions.strongest_notice(notices, size)
        found = np.where(np.isin(found, decisions.REFUSED), found, told)
    if snapshot is not None and later:
        then = _alone(connection, list(later), snapshot.sequence)
        for name, subject in later.items():
            if subject < size:
                found[subject] = CODE[decide(then[name], question).reason.id]
    upto = snapshot.sequence if snapshot is not None and later else None
    return _together(connection, question, found, heard, upto)[who]


def _together(
    connection: Any,
    question: Question,
    alone: Numbers,
    heard: Heard,
    upto: int | None,
) -> Numbers:
    """Codes of everybody, where those who are heard together are decided on together.

    alone: by number, what each is decided on alone. Where only one of them has said anything that is
    what counts for all; else everything is looked at anew.
    """
    found, silent = alone.copy(), {CODE["unknown"], CODE["requested"]}
    anew = []
    for number, others in heard.items():
        said = {int(alone[one]) for one in (number, *others)}
        if question.floor == "objection" and not said.intersection(decisions.REFUSED):
            found[number] = max(said, key=_TOLD.index)
            continue
        talking = [one for one in (number, *others) if int(alone[one]) not in silent]
        if question.floor == "objection" or len(talking) > 1:
            anew.append(number)
        elif talking:
            found[number] = alone[talking[0]]
    if anew:
        names = pseudonyms(connection, anew)
        then = standings(connection, list(names.values()), upto)
        for number, name in names.items():
            found[number] = CODE[decide(then[name], question).reason.id]
    return found


_TOLD = [CODE[name] for name in ("not_told", "notice_unread", "notice_recent", "told")]
"""What may be known of a notice, from the least telling."""


def permitted(
    connection: Any,
    question: Question,
    snapshot: Snapshot | None,
) -> Numbers:
    """The numbers of those whom a question permits, ascending."""
    heard = same_person.heard(connection)
    if heard or _later(connection, snapshot):
        who = everybody(connection)["number"].to_numpy()
        found = codes(connection, question, who, snapshot, heard)
        granted: Numbers = who[np.isin(found, decisions.GRANTED)]
        return granted
    places = derived.places(connection)
    said = decisions.said(connection, question, places)
    if question.floor == "ask_first":
        return decisions.those(said, decisions.GRANTED)
    told = decisions.told(connection, question, places)
    in_time = np.unique(decisions.those(told, (CODE["told"],)))
    kept: Numbers = in_time[~np.isin(in_time, decisions.those(said, decisions.REFUSED))]
    return kept


def standings(
    connection: Any,
    subjects: Sequence[str],
    upto: int | None,
) -> dict[str, Standing]:
    """What stands, or stood after so many events, of subjects: worked out from the ledger.

    Of those who are heard together, what all of them said.
    """
    ids = parties.parties(connection, subjects)
    heard = same_person.heard(connection, list(ids.values()))
    if not heard:
        return _alone(connection, subjects, upto)
    numbers = {*ids.values(), *(other for others in heard.values() for other in others)}
    names = pseudonyms(connection, numbers)
    events = ledger.of_subjects(connection, names.values(), upto)
    told_of = derived.details(connection, sorted(numbers))
    found = {}
    for name, number in ids.items():
        group = {names[one]: told_of.get(one, Details()) for one in heard.get(number, ())}
        said = [event for one in (name, *group) for event in events.get(one, ())]
        found[name] = standing(said, told_of.get(number, Details()), group)
    return found


def _alone(connection: Any, subjects: Sequence[str], upto: int | None) -> dict[str, Standing]:
    """The same by each subject's own events."""
    events = ledger.of_subjects(connection, subjects, upto)
    ids = parties.parties(connection, subjects)
    told_of = derived.details(connection, list(ids.values()))
    return {
        name: standing(events.get(name, ()), told_of.get(ids[name], Details())) for name in subjects
    }


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
    if ledger.head(connection).sequence == snapshot.sequence:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT e.subject, p.id FROM store_event e "
            "JOIN store_party p ON p.pseudonym = e.subject WHERE e.sequence > %s",
            [snapshot.sequence],
        )
        return dict(cursor.fetchall())
