"""The rules of permission on generated histories: as the oracle says, and never more by a no."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from licet.permission import Details, NewEvent, Question, Scope, decide, standing
from licet.permission.checking import given as was_given
from licet.permission.rules import OUTCOMES, REASONS
from tests.generative.test_permission_draws import (
    MANY,
    PLACES,
    SPEAKERS,
    as_recorded,
    histories,
    oracle,
    people,
    questions,
)

Person = tuple[date | None, frozenset[str]]


def decided(history: list[NewEvent], person: Person, asked: Question) -> str:
    return decide(standing(as_recorded(history), Details(*person)), asked).outcome


@settings(max_examples=MANY)
@given(histories(), people, questions)
def test_the_rules_decide_as_the_oracle(
    history: list[NewEvent], person: Person, asked: Question
) -> None:
    assert decided(history, person, asked) == oracle(history, *person, asked)


@settings(max_examples=MANY)
@given(
    histories(),
    people,
    questions,
    st.sampled_from(SPEAKERS),
    st.sampled_from(PLACES),
    st.sampled_from(("refuse", "withdraw", "defer")),
    st.booleans(),
)
def test_a_no_never_permits_more(
    history: list[NewEvent],
    person: Person,
    asked: Question,
    speaker: tuple[Any, str],
    place: tuple[str | None, ...],
    effect: Any,
    verified: bool,
) -> None:
    use, purpose, service, category = place
    no = NewEvent(
        subject="s",
        expressed_by=speaker[1] or "s",
        relation=speaker[0],
        effect=effect,
        at=datetime(2027, 1, 1, tzinfo=UTC),
        recorded_by="office",
        scope=Scope(use, None, purpose, service, category),
        verified_by="letter" if verified else "",
    )
    if effect == "withdraw" and not was_given(no, history):
        return
    before, after = decided(history, person, asked), decided([*history, no], person, asked)
    assert after != "granted" or before == "granted"


@settings(max_examples=MANY)
@given(histories(), people, questions)
def test_whoever_verifies_nothing_links_nothing(
    history: list[NewEvent], person: Person, asked: Question
) -> None:
    """Unverified, every yes is as if it had not been said, and every no is as before."""
    asked = replace(asked, floor="ask_first")
    bare = [replace(event, verified_by="") for event in history]
    found = decided(bare, person, asked)
    assert found != "granted"
    if decided(history, person, asked) == "refused":
        assert found == "refused"


@settings(max_examples=MANY)
@given(histories(), people, questions)
def test_nobody_known_is_linked_by_nobody(
    history: list[NewEvent], person: Person, asked: Question
) -> None:
    """Erased details take every yes and every readable notice away."""
    assert decided(history, (None, frozenset()), asked) != "granted"


@given(histories(), people, questions, st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_nothing(
    history: list[NewEvent], person: Person, asked: Question, chance: Any
) -> None:
    recorded = as_recorded(history)
    moments = [event.at for event in history if event.effect == "grant"]
    if len(set(moments)) < len(moments):
        return  # of two yeses at one moment the one recorded last counts
    mixed = list(recorded)
    chance.shuffle(mixed)
    mixed = [replace(event, sequence=place) for place, event in enumerate(mixed, start=1)]
    one, other = (decide(standing(events, Details(*person)), asked) for events in (recorded, mixed))
    assert one.outcome == other.outcome


def test_every_reason_has_a_sentence_and_a_state() -> None:
    for name, reason in REASONS.items():
        assert reason.id == name and reason.outcome in OUTCOMES and reason.text.endswith(".")
        assert reason.state.startswith("Consent")
        assert (reason.state == "ConsentGiven") == (reason.outcome == "granted") or name == "told"
