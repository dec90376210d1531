"""What accounts and the desk did: added to, chained, sealed in batches; codes work once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from licet.errors import BadInput
from licet.permission.identities import Identity
from licet.permission.invitations import Recipient
from licet.permission.voices import NewAct
from licet.store import Store
from licet.store.disputes import Told

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def child(store: Store, number: int = 1) -> str:
    """A child to whose parent a letter was sent; the code."""
    identity = Identity(
        handle=f"education/{number}", given="Ann", family="Lee", records=(f"education/{number}",)
    )
    reader = Recipient(identity, f"education/{number} holder", "parental_responsibility", "f")
    (letter,) = store.invitations.make(
        "help", 1, "education", [reader], {"en": "n"}, by="office", at=NOW
    )
    return letter.code


def test_acts_cannot_be_changed_and_an_edit_is_told(store: Store) -> None:
    for number in range(3):
        store.acts.add(NewAct(kind="looked_up", key=f"k{number}", at=NOW, by="desk"))
    assert store.acts.verify() == 3
    for statement in ("UPDATE store_act SET kind = 'x'", "DELETE FROM store_act"):
        with (
            pytest.raises(BadInput, match="cannot be changed"),
            store.changing() as held,
            held.cursor() as cursor,
        ):
            cursor.execute(statement)
    with store.changing() as held, held.cursor() as cursor:
        if held.vendor == "postgresql":
            cursor.execute("ALTER TABLE store_act DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER store_act_no_UPDATE")
        cursor.execute("UPDATE store_act SET kind = 'voice_opened' WHERE sequence = 2")
    with pytest.raises(BadInput, match="edited by hand: act 2"):
        store.acts.verify()


def test_what_may_happen_once_happens_once(store: Store) -> None:
    act = NewAct(kind="looked_up", key="k", at=NOW, by="desk", once="only")
    store.acts.add(act)
    with pytest.raises(BadInput, match="done before"):
        store.acts.add(act)


def test_batches_name_nobody(store: Store) -> None:
    store.voices.open(store.voices.account("key"), child(store), NOW)
    entry = store.acts.publish(NOW)
    assert entry is not None and store.acts.publish(NOW) is None
    body = entry.leaf.body
    assert body["counts"]["voice_opened"] is None and body["counts"]["all"] is None, (
        "small counts are kept back"
    )
    for number in range(12):
        store.acts.add(NewAct(kind="looked_up", key=f"k{number}", at=NOW, by="desk"))
    entry = store.acts.publish(NOW)
    assert entry is not None and entry.leaf.body["counts"]["looked_up"] == 12
    assert store.acts.verify() == 13 and not store.log.verify().findings


def test_a_code_opens_one_voice_and_is_used_up(store: Store) -> None:
    code, account = child(store), store.voices.account("somebody")
    voice = store.voices.open(account, code, NOW)
    assert voice.how == "letter_code" and voice.account == account and not voice.own
    assert store.voices.of(account) == (voice,)
    letter = store.voices.letter(code)
    assert letter is not None and letter[1], "the letter answers no more by itself"
    for again in (account, store.voices.account("another")):
        with pytest.raises(BadInput, match="does not work"):
            store.voices.open(again, code, NOW)


def test_every_wrong_code_is_refused_in_the_same_words(store: Store) -> None:
    used = child(store)
    store.invitations.answer(used, "refuse", by="web", at=NOW)
    subject = store.permissions.pseudonym("education/1")
    late = store.voices.link(subject, "guardian", "guardian 1", "order seen", "desk", NOW)
    told = set()
    for code, at in (
        ("nonsense", NOW),
        ("0000-0000-0000-0000", NOW),
        (used, NOW),
        (late, NOW + timedelta(31)),
    ):
        with pytest.raises(BadInput) as refused:
            store.voices.open("a", code, at)
        told.add(str(refused.value))
    assert len(told) == 1
    assert store.voices.open("a", used, NOW, answered_here=True)


def test_a_code_of_the_desk_is_for_one_holder(store: Store) -> None:
    child(store)
    code = store.voices.link("education/1", "guardian", "guardian 1", "order seen", "desk", NOW)
    voice = store.voices.open("a-1", code, NOW)
    assert (voice.how, voice.checked, voice.relation) == ("clerk", "order seen", "guardian")
    with pytest.raises(BadInput):
        store.voices.link("nobody", "guardian", "g", "seen", "desk", NOW)


def test_a_verified_account_says_so_of_its_voices(store: Store) -> None:
    account = store.voices.account("x")
    store.voices.verify(account, "https://provider.example", "person 1", NOW)
    assert store.voices.verified(account) and not store.voices.verified("a-other")
    assert store.voices.of(account) == (), "who somebody is opens nobody's records"
    assert store.voices.open(account, child(store), NOW).how == "openid"


def test_ending_a_voice_ends_it_for_good(store: Store) -> None:
    account = store.voices.account("x")
    voice = store.voices.open(account, child(store), NOW)
    store.voices.end(voice, NOW)
    assert store.voices.of(account) == ()


def test_a_voice_sees_its_own_words_alone(store: Store) -> None:
    from licet.permission.events import NewEvent, Scope

    voice = store.voices.open("a", child(store), NOW)
    for who, relation in (("office second", "guardian"), ("education/1", "self")):
        event = NewEvent(subject="education/1", expressed_by=who, relation=relation, effect="refuse",
                         at=NOW, recorded_by="office", scope=Scope("help"))  # fmt: skip
        store.permissions.append([event], now=NOW)
    assert store.voices.said(voice) == ()
    own = NewEvent(subject=voice.subject, expressed_by=voice.expressed_by, relation=voice.relation,
                   effect="refuse", at=NOW, recorded_by="web", scope=Scope("help"))  # fmt: skip
    (receipt,) = store.permissions.append([own], now=NOW)
    (event,) = store.voices.said(voice)
    assert store.voices.receipt(receipt.receipt_id) == (receipt, event)
    assert store.voices.receipt("none") is None


def test_found_by_what_names_one_person(store: Store) -> None:
    child(store)
    child(store, 2)
    subject = store.permissions.pseudonym("education/1")
    assert store.voices.found(" education/1 ") == subject == store.voices.found(subject)
    for who in ("education", "", "1", "Ann", "Ann Lee", "%", "education/3"):
        assert store.voices.found(who) is None, who


def test_erasing_takes_what_a_family_wrote(store: Store) -> None:
    voice = store.voices.open("a", child(store), NOW)
    told = Told("education/1", "name", "It is spelled Anne.")
    raised = store.disputes.raise_by(voice, "education", told, hold=True, at=NOW)
    assert store.disputes.held().rows == {"education/1"}
    store.permissions.erase(voice.subject)
    assert store.disputes.told([raised.key]) == {} and not store.disputes.held()
    assert store.acts.verify() == 2


@pytest.mark.parametrize("row", ["education/1", ""])
def test_held_until_settled(store: Store, row: str) -> None:
    voice = store.voices.open("a", child(store), NOW)
    raised = store.disputes.raise_by(
        voice, "education", Told(row, "name", "wrong"), hold=True, at=NOW
    )
    held = store.disputes.held()
    assert held and (row in held.rows or voice.subject in held.people["education"])
    step: Callable[..., object] = store.disputes.move
    step(raised.key, "send", by="clerk", post="desk", account="c", at=NOW)
    assert store.disputes.held()
    with pytest.raises(BadInput, match="cannot follow"):
        step(
            raised.key,
            "uphold",
            by="clerk",
            post="desk",
            account="c",
            at=NOW,
            reason="because it is",
        )
    step(raised.key, "refuse", by="clerk", post="desk", account="c", at=NOW, reason="because it is")
    assert not store.disputes.held()
    step(raised.key, "appeal", by="family", post="web", account="a", at=NOW)
    assert (
        store.disputes.held()
        and store.disputes.told([raised.key])[raised.key].answer == "because it is"
    )
