"""The ledger is only ever added to, is found out when edited, and survives the erasing of who people are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, transaction

from licet.errors import BadInput
from licet.permission import Identity, NewEvent
from licet.permission.receipts import genuine
from licet.store import Store
from licet.store import ledger as rows_of_the_ledger
from tests.spec.test_permission_ages import question, said

NOW = datetime(2026, 11, 30, tzinfo=UTC)
ADULT = date(1985, 1, 1)


def person(handle: str = "education/1", **more: Any) -> Identity:
    return Identity(**({"handle": handle, "birth": ADULT, "languages": ("en",)} | more))


def events(text: str, handle: str = "education/1") -> list[NewEvent]:
    return said(text, handle)


def filled(store: Store) -> Store:
    people = [person(), person("education/2"), person("education/3", birth=date(2018, 1, 1))]
    spoken = events("person yes 2026-10-01; person no 2026-10-02 other use")
    spoken += events("person no 2026-10-03", "education/2")
    spoken += events("parent yes 2026-10-04; father no 2026-10-05", "education/3")
    store.permissions.append(spoken, people, now=NOW)
    return store


def run(store: Store, statement: str) -> int:
    with transaction.atomic(using=store.alias), store.connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


ATTEMPTS = {
    "update": "UPDATE store_event SET effect = 'grant' WHERE sequence = 3",
    "delete": "DELETE FROM store_event WHERE sequence = 5",
    "update nothing new": "UPDATE store_event SET effect = effect",
    "delete everything": "DELETE FROM store_event",
    "leaves": "DELETE FROM store_leaf",
    "receipts": "UPDATE store_receipt SET content = ''",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=list(ATTEMPTS))
def test_the_ledger_is_only_ever_added_to(store: Store, attempt: str) -> None:
    filled(store).log.append(
        "suspension",
        {
            "use": "early-help",
            "version": 1,
            "state": "suspended",
            "role": "Director",
            "reason": "R.",
        },
        NOW,
    )
    before = store.permissions.events()
    with pytest.raises(Error, match="only ever added to"):
        run(store, attempt)
    assert store.permissions.events() == before and store.log.size == 1


def test_replacing_a_row_is_refused_too(store: Store) -> None:
    """SQLite deletes for it without asking the trigger, unless triggers are recursive."""
    filled(store)
    names = "sequence, event_id, subject, expressed_by, relation, effect, at, recorded_by, verified_by, independent, notice_hash, language, channel, reason, previous_hash, hash"
    values = names.replace("effect", "'grant'")
    before = store.permissions.events()
    if store.connection.vendor == "sqlite":
        statement = f"INSERT OR REPLACE INTO store_event ({names}) SELECT {values} FROM store_event WHERE sequence = 3"
        wanted = "only ever added to"
    else:
        statement = "TRUNCATE store_event"
        wanted = "only ever added to"
    with pytest.raises(Error, match=wanted):
        run(store, statement)
    assert store.permissions.events() == before


def unguarded(store: Store, statement: str) -> None:
    """What somebody can do who owns the database: take the guards off first."""
    with transaction.atomic(using=store.alias), store.connection.cursor() as cursor:
        if store.connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER store_event_no_UPDATE")
            cursor.execute("DROP TRIGGER store_event_no_DELETE")
        else:
            cursor.execute("ALTER TABLE store_event DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount


EDITS = {
    "UPDATE store_event SET effect = 'grant' WHERE sequence = 3": "event 3 is not what was recorded",
    "UPDATE store_event SET verified_by = '' WHERE sequence = 1": "event 1 is not what was recorded",
    "UPDATE store_event SET at = '2026-10-03T00:00:00.000001Z' WHERE sequence = 3": "event 3 is not what was recorded",
    "UPDATE store_event SET at = 'then' WHERE sequence = 3": "event after 0 is not what was recorded",
    "UPDATE store_event SET valid_until = '2030-01-01' WHERE sequence = 5": "event 5 is not what was recorded",
    "UPDATE store_event SET hash = previous_hash WHERE sequence = 2": "event 2 is not what was recorded",
    "UPDATE store_event SET previous_hash = hash WHERE sequence = 2": "event 2 does not follow",
    "DELETE FROM store_event WHERE sequence = 2": "event 2 is missing",
    "DELETE FROM store_event WHERE sequence = 1": "event 1 is missing",
    "UPDATE store_event SET sequence = 9 WHERE sequence = 5": "event 5 is missing",
    "DELETE FROM store_event WHERE sequence > 3": "event 4 is missing: the batch permissions-00001 names event 5",
}


@pytest.mark.parametrize(("edit", "what"), EDITS.items(), ids=list(EDITS))
def test_a_ledger_edited_by_hand_is_found_out(store: Store, edit: str, what: str) -> None:
    filled(store).batches.publish(NOW)
    assert store.permissions.verify().events == 5
    unguarded(store, edit)
    with pytest.raises(BadInput, match=what) as error:
        store.permissions.verify()
    assert "edited by hand" in str(error.value)


def test_a_ledger_written_anew_is_found_out_by_what_was_written_elsewhere(store: Store) -> None:
    filled(store).runs.start("run-1", "early-help", 2, "f" * 64, store.permissions.snapshot())
    with store.changing() as connection:
        kept = [event for event, _ in rows_of_the_ledger.everything(connection)]
    kept[4] = replace(kept[4], effect="grant", notice_hash="n", language="en")
    unguarded(store, "DELETE FROM store_event WHERE sequence = 5")
    with store.changing() as connection:
        last = rows_of_the_ledger.head(connection)
        rows_of_the_ledger.write(connection, last, [(kept[4].event_id, kept[4])])
    with pytest.raises(BadInput, match="event 5 is not the one that the run run-1 names"):
        store.permissions.verify()


def test_what_stands_edited_by_hand_is_found_out(store: Store) -> None:
    filled(store)
    assert run(
        store,
        "UPDATE store_standing SET no = 0, yes = 1790000000000000, version = 2, until = 2932896 WHERE no > 0",
    )
    with pytest.raises(BadInput, match="what stands of permissions was edited by hand"):
        store.permissions.verify()
    store.permissions.rebuild()
    store.permissions.verify()


def test_what_stands_of_nobody_is_found_out(store: Store) -> None:
    filled(store)
    run(store, "UPDATE store_told SET subject = 999")
    run(
        store,
        "INSERT INTO store_told (place, version, readable, day, subject) VALUES (1, 2, 1, 1, 999)",
    )
    with pytest.raises(BadInput, match="what stands of permissions was edited by hand"):
        store.permissions.verify()


def test_nothing_is_recorded_where_one_event_is_wrong(store: Store) -> None:
    good, wrong = events("person yes 2026-10-01; person withdraws 2026-09-01")
    with pytest.raises(BadInput, match="event 2: withdraw"):
        store.permissions.append([good, wrong], [person()], now=NOW)
    assert store.permissions.events() == () and store.permissions.subjects().is_empty()


def test_all_faults_are_told_at_once(store: Store) -> None:
    odd = [
        replace(event, recorded_by="")
        for event in events("person yes 2026-10-01; person no 2026-12-24")
    ]
    with pytest.raises(BadInput) as error:
        store.permissions.append(odd, [person()], now=NOW, uses={"other": 1})
    assert len(error.value.faults) == 5  # nobody recorded either, one is of the future, no such use


def test_an_event_of_nobody_is_refused_and_nobody_else_is_named(store: Store) -> None:
    filled(store)
    with pytest.raises(BadInput, match="nobody is known as 'education/11'") as error:
        store.permissions.append(events("person no 2026-10-01", "education/11"), now=NOW)
    assert "education/1'" not in str(error.value)


def test_the_same_event_is_recorded_once(store: Store) -> None:
    spoken = events("person yes 2026-10-01")
    first = store.permissions.append(spoken + spoken, [person()], now=NOW)
    again = store.permissions.append(spoken, [person()], now=NOW)
    assert first == again and len(store.permissions.events()) == 1


def test_events_name_nobody(store: Store) -> None:
    filled(store)
    text = repr(store.permissions.events())
    assert "education/" not in text
    assert all(event.subject.startswith("s-") for event in store.permissions.events())
    voices = {event.expressed_by for event in store.permissions.history("education/3")}
    assert len(voices) == 2 and all(voice.startswith("v-") for voice in voices)


def test_a_withdrawal_counts_at_once(store: Store) -> None:
    filled(store)
    assert store.permissions.decision("education/1", question()).permitted
    store.permissions.append(events("person withdraws 2026-11-01"), now=NOW)
    assert not store.permissions.decision("education/1", question()).permitted
    assert store.permissions.permitted(question()).is_empty()


def test_receipts_are_signed_kept_and_the_same_whatever_another_holder_did(store: Store) -> None:
    child = person("education/9", birth=date(2018, 1, 1))
    mine = events("parent yes 2026-10-04", "education/9")
    (alone,) = store.permissions.append(mine, [child], now=NOW)
    store.permissions.append(events("father no 2026-10-01", "education/9"), now=NOW)
    (again,) = store.permissions.append(mine, now=NOW)
    assert alone == again == store.permissions.receipt(alone.event_id)
    assert genuine(alone) and alone.says["recorded"]["subject"].startswith("s-")
    assert alone.says["said"].startswith("You said yes")
    with pytest.raises(BadInput, match="no event"):
        store.permissions.receipt("0")


def test_receipts_of_an_import_are_signed_when_asked_for(store: Store) -> None:
    assert (
        store.permissions.append(events("person no 2026-10-01"), [person()], now=NOW, sign=False)
        == ()
    )
    (event,) = store.permissions.events()
    assert genuine(store.permissions.receipt(event.event_id))


def test_details_are_kept_apart_and_come_back_as_columns(store: Store) -> None:
    whole = person(
        given="ann",
        family="smith",
        postcode="AB1 2CD",
        languages=("en", "cy"),
        records=("education/1", "health/7"),
    )
    store.permissions.append([], [whole, person("education/2", birth=None, languages=())], now=NOW)
    frame = store.permissions.subjects().sort("handle")
    first = frame.row(0, named=True)
    assert (first["given"], first["birth"], first["postcode"]) == ("ann", ADULT, "AB1 2CD")
    assert first["languages"] == ["cy", "en"] and first["records"] == ["education/1", "health/7"]
    second = frame.row(1, named=True)
    assert second["birth"] is None and second["languages"] == [] and second["records"] == []


def test_new_details_take_effect_at_once(store: Store) -> None:
    filled(store)
    assert store.permissions.decision("education/1", question()).permitted
    before = store.permissions.pseudonym("education/1")
    store.permissions.append([], [person(languages=("ur",))], now=NOW)
    assert store.permissions.pseudonym("education/1") == before
    assert store.permissions.decision("education/1", question()).reason.id == "notice_unread"
    assert store.permissions.permitted(question()).is_empty()
    store.permissions.verify()


def test_erasing_leaves_the_chain_and_nobody_known(store: Store) -> None:
    filled(store)
    kept = store.permissions.events()
    subject = store.permissions.pseudonym("education/1")
    store.permissions.append([], [person(records=("education/1",), given="ann")], now=NOW)
    store.permissions.erase("education/1")
    assert store.permissions.events() == kept and store.permissions.verify().events == 5
    row = store.permissions.subjects().filter(subject=subject).row(0, named=True)
    assert row["handle"] is None and row["given"] is None and row["records"] == []
    assert store.permissions.decision(subject, question()).reason.id == "age_unknown"
    with pytest.raises(BadInput, match="nobody is known as 'education/1'"):
        store.permissions.pseudonym("education/1")
    with store.reading() as connection, connection.cursor() as cursor:
        for table in ("store_identity", "store_record"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "education/1" not in [value for found in cursor.fetchall() for value in found]


def test_who_is_erased_and_comes_back_is_somebody_new(store: Store) -> None:
    """The salt died with the identity: not even the keys tell whose the old events were."""
    filled(store)
    old = store.permissions.pseudonym("education/1")
    store.permissions.erase("education/1")
    store.permissions.append([], [person()], now=NOW)
    assert store.permissions.pseudonym("education/1") != old
    assert store.permissions.history("education/1") == ()


def test_erasing_nobody_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="nobody is known"):
        store.permissions.erase("education/1")


@pytest.mark.parametrize(
    ("identities", "what"),
    [
        ([person(), person()], "given twice"),
        ([person("")], "no handle"),
        ([person("s-" + "0" * 32)], "no handle"),
        ([person(birth=date(1066, 1, 1))], "born in 1066"),
    ],
)
def test_identities_that_cannot_be_are_refused(
    store: Store, identities: list[Identity], what: str
) -> None:
    with pytest.raises(BadInput, match=what):
        store.permissions.append([], identities, now=NOW)
    assert store.permissions.subjects().is_empty()


def test_a_snapshot_is_a_place_and_a_hash(store: Store) -> None:
    assert store.permissions.snapshot().sequence == 0
    filled(store)
    found = store.permissions.snapshot(NOW)
    last = store.permissions.events()[-1]
    assert (found.sequence, found.hash, found.at) == (5, last.hash(), NOW)


def test_another_process_adds_to_the_same_chain(url: str, opened: Callable[[str], Store]) -> None:
    one, other = opened(url), opened(url)
    one.permissions.append(events("person yes 2026-10-01"), [person()], now=NOW)
    other.permissions.append(events("person no 2026-10-02"), now=NOW)
    one.permissions.append(events("person yes 2026-10-03"), now=NOW)
    assert [event.sequence for event in other.permissions.events()] == [1, 2, 3]
    other.permissions.verify()


def test_several_at_once_add_to_one_chain(url: str, tmp_path: Path) -> None:
    """Nobody reads the end of the chain while another is about to add to it."""
    Store.open(url, tmp_path / "keys").close()

    def add(turn: int) -> None:
        with Store.open(url, tmp_path / "keys", lock_seconds=60) as store:
            for number in range(8):
                handle = f"education/{turn}-{number}"
                spoken = events("person yes 2026-10-01", handle)
                store.permissions.append(spoken, [person(handle)], now=NOW)

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(add, range(4)))
    with Store.open(url, tmp_path / "keys") as store:
        assert store.permissions.verify().events == 32


def test_one_withdrawal_is_quick(store: Store) -> None:
    from time import perf_counter

    many = [person(f"education/{n}") for n in range(300)]
    spoken = [
        event for n in range(300) for event in events("person yes 2026-10-01", f"education/{n}")
    ]
    store.permissions.append(spoken, many, now=NOW, sign=False)
    taken = []
    for n in range(15):
        one = replace(
            events("person withdraws 2026-11-01", f"education/{n}")[0], at=NOW - timedelta(days=1)
        )
        started = perf_counter()
        store.permissions.append([one], now=NOW)
        taken.append(perf_counter() - started)
    assert min(taken) < 0.02, taken
