"""What is said as one subject counts for another that is the same person: on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.permission import Identity, NewEvent, Question, Scope
from licet.permission.invitations import Recipient
from licet.store import Store
from licet.store.effects import effects

ON = date(2026, 11, 30)
ASKED = datetime(2026, 10, 1, tzinfo=UTC)
SAID = datetime(2026, 11, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
ANN = Identity(
    handle="education/1", given="ann", family="lee", birth=date(2018, 3, 1), postcode="AB1 2CD",
    house="4", street="high street", upn="A1", languages=("en",), records=("education/1",),
)  # fmt: skip
DETAILS = Identity(
    handle="desk-1", given="ann", family="lee", birth=date(2018, 3, 1), postcode="AB1 2CD"
)


def write_to(store: Store, *people: Identity, service: str = "education") -> list[str]:
    readers = [
        Recipient(one, f"{one.handle} holder", "parental_responsibility", "f") for one in people
    ]
    made = store.invitations.make(
        "early-help", 1, service, readers, {"en": "n"}, by="office", at=ASKED
    )
    return [one.code for one in made]


def say(store: Store, effect: Any, who: Identity = DETAILS, by: str = "mum", **more: Any) -> None:
    event = NewEvent(
        subject=who.handle,
        expressed_by=by,
        relation="parental_responsibility",
        effect=effect,
        at=SAID,
        recorded_by="office",
        scope=Scope("early-help", 1 if effect == "grant" else None),
        verified_by="passport",
        notice_hash="n",
        language="en",
    )
    store.permissions.append([replace(event, **more)], [who], now=NOW)


def question(**more: Any) -> Question:
    asked = {"use": "early-help", "version": 1, "purpose": "early_intervention"}
    asked |= {"service": "education", "floor": "ask_first", "on": ON, "material": 1}
    return Question(**(asked | more))


def outcome(store: Store, handle: str, **more: Any) -> str:
    """What is decided on somebody: the same alone, among everybody, and as a number."""
    asked = question(**more)
    found = store.permissions.decision(handle, asked).outcome
    terms = (asked.use, asked.version, asked.purpose, [asked.service], asked.floor)
    frame = store.permissions.decisions(*terms, on=asked.on, material=asked.material)
    people = store.permissions.subjects().select("subject", "handle", "number")
    row = frame.join(people, on="subject").row(by_predicate=pl.col("handle") == handle, named=True)
    assert str(row["effect"]) == found
    permitted = store.permissions.permitted(asked)
    assert (row["number"] in permitted.to_list()) == (found == "granted")
    assert np.all(np.diff(permitted.to_numpy()) > 0)
    (few,) = effects(store, people["number"].to_list(), [asked])
    assert few[row["number"]] == found
    return found


@pytest.mark.parametrize(("effect", "found"), [("grant", "granted"), ("refuse", "refused")])
def test_an_answer_by_details_counts_for_whoever_was_written_to(
    store: Store, effect: str, found: str
) -> None:
    write_to(store, ANN)
    assert outcome(store, "education/1") == "none"
    say(store, effect)
    assert outcome(store, "education/1") == outcome(store, "desk-1") == found
    assert [e.effect for e in store.permissions.history("education/1")] == ["request"]
    name, other = (store.permissions.pseudonym(h) for h in ("education/1", "desk-1"))
    assert store.permissions.heard_with([name]) == {name: (other,)}
    store.permissions.erase("desk-1")
    assert outcome(store, "education/1") == "none"
    store.permissions.verify()


def test_the_answer_may_be_there_before_the_letter(store: Store) -> None:
    say(store, "grant")
    assert not store.permissions.heard_with([store.permissions.pseudonym("desk-1")])
    write_to(store, ANN)
    assert outcome(store, "education/1") == "granted"


@pytest.mark.parametrize(
    "who",
    [
        replace(DETAILS, given="bea"),
        replace(DETAILS, birth=date(2018, 3, 2)),
        replace(DETAILS, upn="A2"),
        replace(DETAILS, records=("education/2",)),
    ],
    ids=["a twin", "another birth", "another number", "another client"],
)
def test_a_yes_of_somebody_else_counts_for_nobody_but_them(store: Store, who: Identity) -> None:
    write_to(store, ANN)
    say(store, "grant", who)
    assert outcome(store, "education/1") == "none" and outcome(store, "desk-1") == "granted"


def test_two_clients_with_equal_details_are_two_people(store: Store) -> None:
    again = replace(ANN, handle="education/2", upn=None, records=("education/2",))
    write_to(store, ANN, again)
    say(store, "grant")
    assert outcome(store, "education/1") == outcome(store, "education/2") == "none"
    store.permissions.declare_several(lambda: {"education"})
    assert outcome(store, "education/1") == outcome(store, "education/2") == "granted"


def test_letters_of_several_services_to_one_person(store: Store) -> None:
    health = replace(ANN, handle="health/9", upn=None, nhs="N1", records=("health/9",))
    (code,) = write_to(store, ANN)
    write_to(store, health, service="health")
    assert outcome(store, "education/1") == outcome(store, "health/9") == "none"
    store.invitations.answer(code, "grant", by="office", at=SAID)
    assert outcome(store, "education/1") == outcome(store, "health/9") == "granted"
    once = store.permissions.counted_once()
    assert once.height == 2 and once["person"].n_unique() == 1


def test_a_no_by_details_is_not_outdone_by_a_yes_with_a_code(store: Store) -> None:
    """The father comes to the desk, the mother has the letter: refusal wins."""
    (code,) = write_to(store, ANN)
    store.invitations.answer(code, "grant", by="office", at=SAID)
    assert outcome(store, "education/1") == "granted"
    say(store, "refuse", by="dad")
    assert outcome(store, "education/1") == outcome(store, "desk-1") == "refused"
    say(store, "grant", by="dad", at=LATER)
    assert outcome(store, "education/1") == "granted"


ADULT = replace(ANN, birth=date(1985, 3, 1), upn=None)
DESK = replace(DETAILS, birth=date(1985, 3, 1))
AFTER = datetime(2026, 11, 3, tzinfo=UTC)
SELF = {"by": "desk-1", "relation": "self"}


def own_letter(store: Store, who: Identity = ADULT) -> str:
    reader = Recipient(who, who.handle, "self", "f")
    (made,) = store.invitations.make(
        "early-help", 1, "education", [reader], {"en": "n"}, by="office", at=ASKED
    )
    return made.code


def test_ones_own_earlier_no_by_details_ends_with_ones_own_yes_by_code(store: Store) -> None:
    code = own_letter(store)
    say(store, "refuse", DESK, at=SAID, **SELF)
    assert outcome(store, "education/1") == outcome(store, "desk-1") == "refused"
    store.invitations.answer(code, "grant", by="office", at=LATER)
    assert outcome(store, "education/1") == outcome(store, "desk-1") == "granted"
    assert outcome(store, "education/1", floor="objection") == "none", "no notice was sent"
    say(store, "refuse", DESK, at=AFTER, **SELF)
    assert outcome(store, "education/1") == outcome(store, "desk-1") == "refused"
    store.permissions.verify()


NO_STANDS: dict[str, tuple[Identity, dict[str, Any]]] = {
    "said later than the yes": (DESK, {**SELF, "at": AFTER}),
    "said at the same moment": (DESK, {**SELF, "at": LATER}),
    "said by somebody else for them": (DESK, {"by": "dad", "relation": "guardian", "at": AFTER}),
    "of somebody who may be another": (replace(DESK, postcode="ZZ1 1ZZ"), {**SELF, "at": SAID}),
    "of a twin": (replace(DESK, given="bea"), {**SELF, "at": SAID}),
}


@pytest.mark.parametrize("name", NO_STANDS)
def test_any_other_no_stands(store: Store, name: str) -> None:
    """Also where it counts for its own handle alone: which rows it may mean is asked when they are let in."""
    who, more = NO_STANDS[name]
    code = own_letter(store)
    say(store, "refuse", who, **more)
    store.invitations.answer(code, "grant", by="office", at=LATER)
    assert outcome(store, "desk-1") == "refused"


def test_whose_own_answer_differs_is_decided_on_by_all_that_was_said(store: Store) -> None:
    """What is put off as one handle does not take the yes of another voice away; a no does."""
    (code,) = write_to(store, ANN)
    store.invitations.answer(code, "defer", by="office", at=SAID)
    say(store, "grant", verified_by="")
    assert outcome(store, "education/1") == outcome(store, "desk-1") == "none"
    say(store, "grant", by="dad")
    assert outcome(store, "education/1") == outcome(store, "desk-1") == "granted"
    say(store, "withdraw", by="dad", at=LATER)
    assert outcome(store, "education/1") == outcome(store, "desk-1") == "refused"


def test_who_moved_is_heard_if_there_is_nobody_else(store: Store) -> None:
    moved = replace(DETAILS, postcode="ZZ1 1ZZ")
    write_to(store, ANN)
    say(store, "grant", moved)
    assert outcome(store, "education/1") == "granted"
    say(store, "refuse", replace(moved, handle="desk-2", postcode="YY1 1YY"))
    assert outcome(store, "education/1") == "none" and outcome(store, "desk-1") == "granted"


def test_under_objection_only_a_no_travels_and_a_notice_does(store: Store) -> None:
    write_to(store, ANN)
    told = NewEvent(
        subject="education/1", expressed_by="education/1 holder", effect="notify", at=ASKED,
        relation="parental_responsibility", scope=Scope("early-help", 1), recorded_by="office",
        notice_hash="n", language="en",
    )  # fmt: skip
    store.permissions.append([told], now=NOW)
    assert outcome(store, "education/1", floor="objection") == "granted"
    say(store, "defer", replace(DETAILS, languages=("en",)))
    assert outcome(store, "desk-1", floor="objection") == "granted"
    say(store, "refuse", replace(DETAILS, handle="desk-2"), by="dad")
    for handle in ("education/1", "desk-1", "desk-2"):
        assert outcome(store, handle, floor="objection") == "refused"


def test_an_earlier_place_in_the_ledger_is_decided_from_as_it_was(store: Store) -> None:
    write_to(store, ANN)
    say(store, "grant")
    place = store.permissions.snapshot()
    say(store, "refuse", by="dad")
    terms = ("early-help", 1, "early_intervention", ["education"], "ask_first")
    then = store.permissions.decisions(*terms, on=ON, material=1, snapshot=place)
    now = store.permissions.decisions(*terms, on=ON, material=1)
    assert set(then["effect"].cast(pl.String)) == {"granted"}
    assert set(now["effect"].cast(pl.String)) == {"refused"}
    asked = question()
    assert len(store.permissions.permitted(asked, place)) == 2
    assert len(store.permissions.permitted(asked)) == 0


def test_a_used_code_is_never_printed_again(store: Store) -> None:
    (first,) = write_to(store, ANN)
    assert write_to(store, ANN) == [first], "who did not answer is asked with the same code"
    store.invitations.answer(first, "defer", by="office", at=SAID)
    assert write_to(store, ANN) == [first], "who puts it off has not answered"
    store.invitations.answer(first, "refuse", by="office", at=SAID)
    (second,) = write_to(store, ANN)
    assert second != first and write_to(store, ANN) == [second]
    with pytest.raises(BadInput, match="used before"):
        store.invitations.open(first)
    store.invitations.answer(second, "grant", by="office", at=LATER)
    assert outcome(store, "education/1") == "granted"
    (third,) = write_to(store, ANN)
    assert len({first, second, third}) == 3


def test_at_another_stage_there_is_another_code(store: Store) -> None:
    codes = set()
    for stage in ("under_13", "13_to_15", "16_over"):
        reader = Recipient(ANN, ANN.handle, "self", "f", stage=stage)
        (made,) = store.invitations.make(
            "early-help", 1, "education", [reader], {"en": "n"}, by="office", at=ASKED
        )
        codes.add(made.code)
    assert len(codes) == 3


def test_somebody_is_looked_for_in_an_index(store: Store) -> None:
    """By birth and given name: among a million this is asked at each answer."""
    query = "SELECT given, birth, party FROM store_identity WHERE birth IN ('2018-03-01')"
    with store.reading() as connection, connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        else:
            cursor.execute("SET enable_seqscan = off")  # a table this small would be read whole
            cursor.execute(f"EXPLAIN {query}")
        told = " ".join(str(row) for row in cursor.fetchall())
    assert "store_identity_born" in told
