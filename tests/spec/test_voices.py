"""What a page offers depends on the age of the person, on who speaks, and on what this one said last: a yes
that would count for nothing is not offered, and only a yes can be taken back. It never depends on what
anybody else said.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.permission.events import Event, Scope
from licet.permission.standing import Details, standing
from licet.permission.voices import (
    ANSWERS,
    HOW,
    KINDS,
    OWN_WORDS,
    NewAct,
    Voice,
    last_word,
    link_lapsed,
    offered,
    refuse_second,
    words,
)
from licet.permission.voices import standing as voices
from tests.spec.tables import Row, cases

TITLE = "Which answers a page offers"

TABLE = """
age      | who speaks | said last | notice     | offered
-------- | ---------- | --------- | ---------- | -----------------------
under_13 | holder     |           | checked    | yes no later
under_13 | holder     | grant     | checked    | yes no later withdraw
under_13 | holder     | refuse    | checked    | yes no later
under_13 | person     |           | checked    | no later
13_to_15 | holder     |           | checked    | yes no later
13_to_15 | person     |           | checked    | yes no later
16_over  | person     | grant     | checked    | yes no later withdraw
16_over  | holder     |           | checked    | no later
16_over  | holder     | grant     | checked    | no later withdraw
under_13 | holder     |           | unreviewed | no later
16_over  | person     | grant     | unreviewed | no later withdraw
"""

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("row", cases(TABLE))
def test_offered(row: Row) -> None:
    found = offered(row["age"], row["who speaks"] == "person", row["said last"],
                    reviewed=row["notice"] == "checked")  # fmt: skip
    assert " ".join(one.id for one in found) == row["offered"]


def test_a_no_is_always_offered() -> None:
    for stage, own, last, reviewed in product(
        ("under_13", "13_to_15", "16_over"), (True, False), OWN_WORDS, (True, False)
    ):
        assert "no" in {one.id for one in offered(stage, own, last, reviewed=reviewed)}


def test_every_way_and_kind_has_words() -> None:
    assert all(term.definition for term in HOW.values()) and all(KINDS.values())
    assert {one.effect for one in ANSWERS.values()} <= set(OWN_WORDS)
    with pytest.raises(ValueError):
        NewAct(kind="unheard_of", key="k", at=NOW, by="web")


def opened(
    key: str, account: str = "a", subject: str = "s", who: str = "v", relation: str = "guardian"
):
    return NewAct(kind="voice_opened", key=key, at=NOW, by="web", account=account, subject=subject,
                  data={"expressed_by": who, "relation": relation, "how": "letter_code", "service": "health"})  # fmt: skip


def ended(key: str):
    return NewAct(kind="voice_ended", key=key, at=NOW, by="web", account="a", subject="s")


def test_voices_end_and_do_not_repeat() -> None:
    acts = [opened("1"), opened("2"), opened("3", who="w"), opened("4", subject="t"), ended("3")]
    assert [one.key for one in voices(acts)] == ["1", "4"]
    assert [one.key for one in voices([*acts, ended("1")])] == ["2", "4"]
    assert voices(reversed([])) == ()


def test_one_hand_is_not_two_voices() -> None:
    held = voices([opened("1"), opened("2", subject="t", who="t", relation="self")])
    refuse_second(held, "s", own=False)
    refuse_second(held, "u", own=True)
    for subject, own in (("s", True), ("t", False)):
        with pytest.raises(BadInput, match="in another way"):
            refuse_second(held, subject, own)


def test_a_code_of_the_desk_lasts_thirty_days() -> None:
    assert not link_lapsed(NOW, NOW + timedelta(30)) and link_lapsed(NOW, NOW + timedelta(30, 1))


def test_how_a_voice_was_checked_stands_in_the_ledger() -> None:
    (one,) = voices([opened("1")])
    assert one.verified_by == "invitation code"
    desk = Voice("k", "a", "s", "v", "guardian", "openid", "order seen", "", NOW)
    assert desk.verified_by == "OpenID Connect, code handed over: order seen"


PLACES = st.sampled_from(
    [Scope("u"), Scope("u", service="health"), Scope("w"), Scope(), Scope("u", service="tax")]
)
SAID = st.lists(
    st.tuples(st.sampled_from(["grant", "refuse", "withdraw", "defer"]), PLACES), max_size=7
)


def events(said) -> list[Event]:
    return [
        Event(subject="s", expressed_by="v", relation="guardian", effect=effect, at=NOW + timedelta(n),
              recorded_by="web", scope=scope, verified_by="x", event_id=f"e{n}", sequence=n + 1,
              previous_hash="")
        for n, (effect, scope) in enumerate(said)
    ]  # fmt: skip


@given(SAID)
def test_the_words_shown_are_what_stands_in_the_ledger(said) -> None:
    """Against the reduction that decides: a yes is shown exactly where one still stands."""
    shown = words(events(said))
    stands = standing(events(said), Details(birth=NOW.date()))
    for row in stands.rows:
        word = shown.get(row.place)
        latest_is_yes = row.yes > row.no
        assert (word is not None and word.effect == "grant") == latest_is_yes


def test_what_was_said_of_everything_is_shown_for_each_use() -> None:
    found = words(events([("refuse", Scope()), ("grant", Scope("u", service="health"))]))
    assert last_word(found, "u", None).effect == "refuse"
    assert last_word(found, "u", "health").effect == "grant"
    assert last_word(found, "u", "tax") is None and last_word({}, "u", None) is None
