"""Acts and votes are only ever added to; words can be taken down; who voted is apart from what they are."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from licet.dialogue.items import Act, items
from licet.errors import BadInput
from licet.store import Store
from tests.spec.test_dialogue_moves import due

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
WORDS = "Why are police records in it? Nobody asked us about that."


def asked(store: Store, number: int = 1, use: str = "early-help") -> Act:
    by = store.dialogue.pseudonym("an account")
    act = Act(number, "ask", by, "", NOW, use, "question", 1, "-")
    return store.dialogue.add(act, WORDS)


def run(store: Store, statement: str) -> None:
    with transaction.atomic(using=store.alias), store.connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_was_kept_comes_back_as_it_was(store: Store) -> None:
    kept = asked(store)
    moved = store.dialogue.add(
        Act(1, "open", "w-m", "Moderator", NOW + timedelta(hours=1), "early-help", "question")
    )
    asked(store, 2, "another")
    assert store.dialogue.acts(item=1) == [kept, moved]
    assert [act.item for act in store.dialogue.acts(use="another")] == [2]
    assert store.dialogue.next_item() == 3
    found = items(store.dialogue.acts(), due)
    assert (found[1].state, found[2].state) == ("open", "sent")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_dialogueact SET role = 'Somebody else'",
        "DELETE FROM store_dialogueact",
        "UPDATE store_dialoguevote SET said = 'agree'",
        "DELETE FROM store_dialoguevote",
    ],
)
def test_acts_and_votes_are_only_ever_added_to(store: Store, statement: str) -> None:
    asked(store)
    store.dialogue.votes.add(1, "w-1", "disagree", NOW)
    with pytest.raises(Error, match="only ever added to"):
        run(store, statement)
    assert store.dialogue.votes.of(1) == {"w-1": "disagree"}


def test_words_are_taken_down_and_the_act_and_its_hash_stay(store: Store) -> None:
    kept = asked(store)
    assert store.dialogue.words([kept.number]) == {kept.number: WORDS}
    assert len(kept.text) == 64 and kept.text != hashlib.sha256(WORDS.encode()).hexdigest()
    store.dialogue.forget(kept.number)
    assert store.dialogue.words([kept.number]) == {}
    assert store.dialogue.acts(item=1) == [kept]
    with store.reading() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM store_dialoguetext")
        assert cursor.fetchone() == (0,)


def test_the_same_words_twice_have_two_hashes(store: Store) -> None:
    assert asked(store, 1).text != asked(store, 2).text


def test_the_last_vote_counts_and_a_second_is_no_vote(store: Store) -> None:
    votes = store.dialogue.votes
    votes.add(1, "w-1", "agree", NOW)
    votes.add(1, "w-2", "pass", NOW)
    votes.add(1, "w-1", "disagree", NOW)
    votes.add(1, "w-1", "second", NOW)
    votes.add(2, "w-1", "agree", NOW)
    assert votes.of(1) == {"w-1": "disagree", "w-2": "pass"}
    assert votes.seconds(1) == {"w-1"}
    with pytest.raises(BadInput, match="vote"):
        votes.add(1, "w-1", "love", NOW)


def test_groups_are_held_apart_and_can_be_taken_back(store: Store) -> None:
    votes = store.dialogue.votes
    voter = store.dialogue.pseudonym("an account")
    votes.declare(voter, ["lone", "black", "lone"])
    assert votes.groups([voter, "w-other"]) == {voter: frozenset({"lone", "black"})}
    with store.reading() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT person FROM store_dialoguegroup")
        apart = {row[0] for row in cursor.fetchall()}
    assert len(apart) == 1 and not {voter, "an account"} & apart
    assert voter[2:] not in "".join(apart)
    votes.declare(voter, [])
    assert votes.groups([voter]) == {}


def test_no_account_is_named_in_any_table(store: Store) -> None:
    asked(store)
    voter = store.dialogue.pseudonym("an account")
    store.dialogue.votes.add(1, voter, "agree", NOW)
    store.dialogue.votes.declare(voter, ["lone"])
    tables = ("dialogueact", "dialoguetext", "dialoguevote", "dialoguegroup")
    held: list[Any] = []
    with store.reading() as connection, connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM store_{table}")
            held += cursor.fetchall()
    assert "an account" not in str(held) and voter in str(held)
