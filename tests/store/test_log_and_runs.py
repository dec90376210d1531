"""Log, batches, runs, reviews and invitations in the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from licet.errors import BadInput
from licet.log.checkpoint import read_checkpoint
from licet.log.export import verify_folder, verify_growth, verify_proof
from licet.log.leaves import salted_root
from licet.log.tree import leaf_hash, root
from licet.permission import Identity
from licet.permission.events import EFFECTS
from licet.permission.invitations import Recipient
from licet.store import Store
from licet.store.batches import event_bytes
from licet.store.keys import prepare_signing
from tests.spec.test_permission_ages import question, said

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def leaf(store: Store, number: int) -> Any:
    body = {
        "use": "early-help",
        "version": number,
        "state": "suspended",
        "role": "Director",
        "reason": "R.",
    }
    return store.log.append("suspension", body, NOW)


def people(count: int) -> list[Identity]:
    return [
        Identity(handle=f"education/{n}", birth=date(1985, 1, 1), languages=("en",))
        for n in range(count)
    ]


def test_the_log_grows_proves_and_verifies(store: Store) -> None:
    notes = []
    for number in range(1, 12):
        assert leaf(store, number).index == number - 1
        if number in (1, 4, 8):
            notes.append(store.log.checkpoint())
    data = [entry.data for entry in store.log.entries()]
    final = read_checkpoint(store.log.checkpoint())[0]
    assert (
        final.root == root([leaf_hash(one) for one in data]) and final.size == store.log.size == 11
    )
    for index in range(11):
        found, entry = verify_proof(store.log.proof(index), store.log.key.encode() + b"\n")
        assert found.sound and found.signature == "valid" and entry is not None
        assert entry.body["version"] == index + 1
    from licet.log.checkpoint import from_base64

    proof = [from_base64(part) or b"" for part in store.log.growth(4)]
    assert verify_growth(notes[1], store.log.checkpoint(), proof)
    found = store.log.verify()
    assert found.sound and found.signature == "valid" and len(found.grown_from) == 3
    assert verify_folder(store.log.export()).sound
    with pytest.raises(BadInput, match="no leaf 11"):
        store.log.proof(11)
    with pytest.raises(BadInput, match="no log of 12"):
        store.log.growth(12)


def test_an_empty_log_verifies(store: Store) -> None:
    assert store.log.verify().sound and list(store.log.entries()) == []


def test_a_leaf_is_written_with_what_it_is_about_or_not_at_all(store: Store) -> None:
    def half() -> None:
        with store.changing():
            store.runs.start("run-1", "early-help", 1, "f" * 64, store.permissions.snapshot())
            leaf(store, 1)
            store.runs.become("run-1", "perfect")

    with pytest.raises(BadInput, match="unknown state"):
        half()
    assert store.log.size == 0 and store.runs.all() == ()


def test_a_leaf_that_cannot_be_said_is_refused(store: Store) -> None:
    with pytest.raises(BadInput):
        store.log.append("suspension", {"name": "Ann"}, NOW)
    assert store.log.size == 0


def sound(store: Store) -> bool:
    """A log too damaged to be laid out is refused in words."""
    try:
        return store.log.verify().sound
    except BadInput:
        return False


EDITS = {
    "leaf": "UPDATE store_leaf SET data = replace(data, 'R.', 'S.') WHERE kind = 'suspension'",
    "dropped": "DELETE FROM store_leaf WHERE kind = 'suspension'",
    "node": "UPDATE store_node SET hash = repeated WHERE level = 1",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
def test_a_log_edited_by_hand_is_found_out(store: Store, edit: str) -> None:
    for number in range(1, 6):
        leaf(store, number)
    store.log.checkpoint()
    assert sound(store)
    with transaction.atomic(using=store.alias), store.connection.cursor() as cursor:
        if store.connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER store_leaf_no_UPDATE")
            cursor.execute("DROP TRIGGER store_leaf_no_DELETE")
        else:
            cursor.execute("ALTER TABLE store_leaf DISABLE TRIGGER USER")
        cursor.execute(edit.replace("repeated", f"'{'0' * 64}'"))
    assert not sound(store)


def test_the_key_is_changed_and_old_checkpoints_stay_valid(store: Store) -> None:
    leaf(store, 1)
    old = store.log.key
    store.log.checkpoint()
    entry = store.log.change_key("Yearly change.", NOW)
    assert entry.leaf.body == {"key": store.log.key, "previous": old, "reason": "Yearly change."}
    assert store.log.key != old
    found = store.log.verify()
    assert found.sound and found.key == store.log.key and len(found.grown_from) == 1
    store.log.change_key("Again.", NOW)
    assert store.log.verify().sound
    names = sorted(path.name for path in store.keys.folder.iterdir())
    assert names == ["pseudonym.key", "signing.key", "signing.key.1", "signing.key.2"]


def test_a_change_of_keys_cut_short_is_finished_later(url: str, tmp_path: Path) -> None:
    with Store.open(url, tmp_path / "keys") as store:
        leaf(store, 1)
        from licet.log.checkpoint import make_key

        new = make_key(store.log.origin, prepare_signing(store.keys)).text
        store.log.append("key_change", {"key": new, "previous": store.log.key, "reason": "R."}, NOW)
        # here the power fails
    with Store.open(url, tmp_path / "keys") as store:
        assert store.log.key == new and store.log.verify().sound
    (tmp_path / "keys" / "signing.key").unlink()
    with (
        Store.open(url, tmp_path / "keys") as store,
        pytest.raises(BadInput, match="not the one that the log names"),
    ):
        store.log.checkpoint()


def test_a_key_that_is_lost_before_any_change_of_keys_is_not_made_anew_in_silence(
    url: str, tmp_path: Path
) -> None:
    with Store.open(url, tmp_path / "keys") as store:
        leaf(store, 1)
        store.log.checkpoint()
    kept = (tmp_path / "keys" / "signing.key").rename(tmp_path / "kept")
    with Store.open(url, tmp_path / "keys") as store:
        leaf(store, 2)
        with pytest.raises(BadInput, match="not the one that the log names"):
            store.log.checkpoint()
    kept.replace(tmp_path / "keys" / "signing.key")
    with Store.open(url, tmp_path / "keys") as store:
        assert store.log.verify().sound


def test_batches_say_nothing_of_anybody(store: Store) -> None:
    spoken = [event for n in range(25) for event in said("person yes 2026-10-01", f"education/{n}")]
    spoken += [event for n in range(3) for event in said("person no 2026-10-02", f"education/{n}")]
    store.permissions.append(spoken, people(25), now=NOW, sign=False)
    entry = store.batches.publish(NOW)
    assert entry is not None
    counts = entry.leaf.body["counts"]
    assert set(counts) == {*EFFECTS, "all"} and counts["refuse"] is None
    assert (counts["grant"], counts["all"]) == (25, 30), "rounded to fives: 28 less 25 would tell"
    text = entry.data.decode()
    assert not any(
        event.subject in text or event.event_id in text or event.hash() in text
        for event in store.permissions.events()
    )
    assert store.batches.publish(NOW) is None
    store.permissions.append(said("person no 2026-10-03", "education/7"), now=NOW)
    second = store.batches.publish(NOW)
    assert second is not None and set(second.leaf.body["counts"].values()) == {0, None}


def test_the_root_of_a_batch_is_that_of_its_events(store: Store) -> None:
    store.permissions.append(
        said("person yes 2026-10-01; person no 2026-10-02", "education/0"), people(1), now=NOW
    )
    entry = store.batches.publish(NOW)
    assert entry is not None
    with store.reading() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT salt FROM store_batch")
        salt = bytes.fromhex(cursor.fetchone()[0])
    events = [event_bytes(event) for event in store.permissions.events()]
    assert salted_root(events, salt).hex() == entry.leaf.body["root"]
    assert salt.hex() not in entry.data.decode()


def test_runs_go_from_state_to_state_and_can_be_resumed(store: Store) -> None:
    place = store.permissions.snapshot()
    first = store.runs.start("run-1", "early-help", 1, "f" * 64, place, at=NOW)
    store.runs.stage("run-1", "gate", {"rows": 5})
    assert store.runs.start("run-1", "early-help", 1, "f" * 64, place).stages == {
        "gate": {"rows": 5}
    }
    store.runs.stage("run-1", "score", [1, 2])
    done = store.runs.become("run-1", "finished", manifest="a" * 64)
    assert (done.state, done.manifest, done.started) == ("finished", "a" * 64, first.started)
    assert done.stages == {"gate": {"rows": 5}, "score": [1, 2]}
    store.runs.start(
        "run-2", "other", 1, "f" * 64, place, state="refused", at=NOW + timedelta(days=1)
    )
    assert [run.run for run in store.runs.all()] == ["run-1", "run-2"]
    assert [run.run for run in store.runs.all("other")] == ["run-2"]
    for run, state, what in (
        ("run-2", "started", "refused cannot become started"),
        ("run-1", "failed", "finished cannot become failed"),
        ("run-1", "finsihed", "unknown state"),
        ("run-3", "failed", "unknown run"),
    ):
        with pytest.raises(BadInput, match=what):
            store.runs.become(run, state)
    with pytest.raises(BadInput, match="another run is called"):
        store.runs.start("run-1", "other", 1, "f" * 64, place)
    with pytest.raises(BadInput, match="unknown first state"):
        store.runs.start("run-9", "other", 1, "f" * 64, place, state="finished")
    from dataclasses import replace

    with pytest.raises(BadInput, match="another ledger"):
        store.runs.start("run-9", "other", 1, "f" * 64, replace(place, hash="1" * 64))


def test_reviewers_change_their_mind_and_nothing_is_lost(store: Store) -> None:
    rows = ("education/2", "education/1")
    store.reviews.add("early-help", rows, "must", "ann")
    store.reviews.add("early-help", rows, "cannot", "bob", reason="twins")
    store.reviews.add("early-help", rows[::-1], "cannot", "ann")
    store.reviews.add("early-help", ("a/1", "b/1"), "must", "ann")
    store.reviews.add("early-help", ("a/1", "b/1"), "open", "ann")
    standing = store.reviews.standing("early-help")
    assert [(one.first, one.second, one.link, one.reviewer) for one in standing] == [
        ("education/1", "education/2", "cannot", "ann"),
        ("education/1", "education/2", "cannot", "bob"),
    ]
    assert len(store.reviews.history("early-help")) == 5 and store.reviews.standing("other") == ()
    for pair, link, name, what in (
        (("a/1", "a/1"), "must", "ann", "against itself"),
        (rows, "maybe", "ann", "unknown link"),
        (rows, "must", " ", "nobody is named"),
    ):
        with pytest.raises(BadInput, match=what):
            store.reviews.add("early-help", pair, link, name)


def test_what_was_said_of_a_row_goes_with_the_row(store: Store) -> None:
    store.reviews.add("early-help", ("a/1", "b/1"), "must", "ann")
    store.reviews.add("early-help", ("b/1", "c/1"), "cannot", "ann")
    store.reviews.add("early-help", ("a/1", "c/1"), "must", "bob")
    store.reviews.add("other", ("a/1", "b/1"), "must", "ann")
    store.reviews.forget_rows("early-help", ["b/1", "z/9"])
    left = store.reviews.history("early-help")
    assert [(one.first, one.second) for one in left] == [("a/1", "c/1")]
    assert len(store.reviews.history("other")) == 1, "another use has the row still"
    store.reviews.forget_rows("early-help", [])
    assert len(store.reviews.history("early-help")) == 1
    with pytest.raises(BadInput), store.changing() as held, held.cursor() as cursor:
        cursor.execute("UPDATE store_review SET link = 'must'")
    assert [one.link for one in store.reviews.history("early-help")] == ["must"]


def recipient(number: int, **more: Any) -> Recipient:
    child = Identity(handle=f"education/{number}", birth=date(2018, 1, 1), languages=("en",))
    asked = {
        "subject": child,
        "sent_to": f"education/{number}#mother",
        "relation": "parental_responsibility",
        "family": f"f{number}",
    }
    return Recipient(**(asked | more))


def test_an_invitation_is_answered_once(store: Store) -> None:
    (letter,) = store.invitations.make(
        "early-help", 2, "education", [recipient(1)], {"en": "n"}, by="office", at=NOW
    )
    assert store.permissions.decision("education/1", question()).reason.id == "requested"
    assert store.invitations.open(letter.code).relation == "parental_responsibility"
    receipt = store.invitations.answer(letter.code.casefold(), "grant", by="web", at=NOW)
    assert receipt.says["recorded"]["effect"] == "grant" and receipt.says["recorded"]["verified"]
    assert store.permissions.decision("education/1", question()).permitted
    for again in (
        store.invitations.open,
        lambda code: store.invitations.answer(code, "refuse", by="web", at=NOW),
    ):
        with pytest.raises(BadInput, match="used before"):
            again(letter.code)
    with pytest.raises(BadInput, match="nobody was sent"):
        store.invitations.open("0000-0000-0000-0000")


def test_an_answer_that_fails_does_not_use_the_code_up(store: Store) -> None:
    (letter,) = store.invitations.make(
        "early-help", 2, "education", [recipient(1)], {"en": "n"}, by="office", at=NOW
    )
    with pytest.raises(BadInput, match="nothing within"):
        store.invitations.answer(letter.code, "withdraw", by="web", at=NOW)
    store.invitations.answer(letter.code, "refuse", by="web", at=NOW)


def test_no_code_is_kept_and_letters_are_the_same_again(store: Store) -> None:
    everybody = [
        recipient(1),
        recipient(2),
        recipient(3, has_address=False),
        recipient(4, subject=Identity(handle="education/4", languages=("ur",))),
    ]
    made = store.invitations.make(
        "early-help", 2, "education", everybody, {"en": "n"}, by="office", at=NOW
    )
    assert [one.subject for one in made] == ["education/1", "education/2"]
    assert made == store.invitations.make(
        "early-help", 2, "education", everybody, {"en": "n"}, by="office", at=NOW
    )
    assert len({one.code for one in made}) == 2
    with store.reading() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM store_invitation")
        kept = repr(cursor.fetchall())
    assert not any(one.code in kept or one.code.replace("-", "") in kept for one in made)
    assert len(store.permissions.events()) == 2


def test_codes_of_two_stores_differ(tmp_path: Path, opened: Callable[[str], Store]) -> None:
    codes = set()
    for name in ("a", "b"):
        with Store.open(f"sqlite:///{tmp_path}/{name}.sqlite3", tmp_path / name) as store:
            (made,) = store.invitations.make(
                "early-help", 2, "education", [recipient(1)], {"en": "n"}, by="office", at=NOW
            )
            codes.add(made.code)
    assert len(codes) == 2
