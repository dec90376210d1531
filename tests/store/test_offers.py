"""The queue of offers, kept: on SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from licet.errors import BadInput
from licet.identify.offers import Item, Round
from licet.identify.picked import Reason
from licet.permission import Identity, NewEvent, Scope
from licet.store.opening import Store

DAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
POSTS = ("Team 1", "Team 2", "Team 3")
ROUND = Round(
    "help",
    1,
    "early_intervention",
    "run",
    "meals",
    "ab" * 32,
    DAY,
    "Free school meals",
    9,
    POSTS,
    30,
)
REASON = Reason("p1", "benefit", "Somebody gets a benefit", "benefits", "awards", 2, None, DAY, DAY)


def item(name: str, *, drawn: bool = False, use: str = "help") -> Item:
    about = replace(ROUND, use=use)
    until = DAY + timedelta(days=30)
    return Item(
        name, about, "household", f"h{name}", (f"p{name}",), (REASON,), drawn, "waiting", DAY, until
    )


def party(store: Store, handle: str) -> int:
    """The number of somebody who said yes."""
    identity = Identity(handle=handle, given=handle, birth=date(1990, 1, 1))
    store.permissions.append([yes(handle)], [identity], now=NOW)
    people = store.permissions.subjects()
    return int(people.filter(handle=handle)["number"].item())


def said(handle: str, effect: str, **more: object) -> NewEvent:
    told = NewEvent(
        subject=handle, expressed_by=handle, relation="self", effect=effect, scope=Scope("help"),
        at=NOW, recorded_by="office",
    )  # type: ignore[arg-type]  # fmt: skip
    return replace(told, **more)  # type: ignore[arg-type]


def yes(handle: str) -> NewEvent:
    told = {"verified_by": "letter", "notice_hash": "0" * 64, "language": "en"}
    before = NOW - timedelta(days=9)
    return said(handle, "grant", scope=Scope("help", 1), at=before, **told)


def tables(store: Store) -> dict[str, int]:
    """How many rows each table of the queue holds."""
    found = {}
    with store.reading() as connection, connection.cursor() as cursor:
        for name in ("offer", "offerrow", "offerparty", "offerwords"):
            cursor.execute(f"SELECT COUNT(*) FROM store_{name}")
            found[name] = cursor.fetchone()[0]
    return found


def test_what_goes_in_comes_out(store: Store) -> None:
    given = [item("b", drawn=True), item("a")]
    store.offers.add(given, {"a": {"benefits/1"}, "b": {"benefits/2"}}, {"a": set(), "b": set()})
    assert store.offers.of_use("help") == (given[1], given[0])
    assert store.offers.rows(["a"]) == {"a": frozenset({"benefits/1"})}
    assert store.offers.of_use("other") == ()


def test_one_reviewer_holds_it_and_only_they_decide(store: Store) -> None:
    store.offers.add([item("a")], {"a": {"benefits/1"}}, {"a": set()})
    assert store.offers.take("a", "one", "Team 1", DAY)
    assert not store.offers.take("a", "two", "Team 1", DAY)
    with pytest.raises(BadInput, match="do not hold"):
        store.offers.step("a", "offer", "reviewer", DAY, reviewer="two", post="Team 2")
    assert store.offers.take("a", "two", "Team 1", DAY + timedelta(days=3)), "a hold ends"
    found = store.offers.step(
        "a", "offer", "reviewer", DAY, reviewer="two", post="team  2", words="It says so."
    )
    assert found.state == "offered" and found.until == DAY + timedelta(days=30)
    assert found.words == (("team  2", "It says so."),) and found.holder == ""
    assert store.offers.by_code(store.offers.code("a")) == found
    assert store.offers.by_code("ABCD-EFGH-JKMN-PQRS") is None


def test_a_post_that_does_not_review_is_never_asked(store: Store) -> None:
    store.offers.add([item("a")], {"a": {"benefits/1"}}, {"a": set()})
    store.offers.take("a", "one", "Team 1", DAY)
    assert not store.offers.one("a").asks("one", "Police", DAY)
    with pytest.raises(BadInput, match="do not hold"):
        store.offers.step("a", "offer", "reviewer", DAY, reviewer="one", post="Police")


def test_the_second_and_the_third_are_other_people_and_so_is_whoever_is_contested_to(
    store: Store,
) -> None:
    store.offers.add([item("a", drawn=True)], {"a": {"benefits/1"}}, {"a": set()})

    def says(who: str, answer: str) -> str:
        assert store.offers.take("a", who, "Team 1", DAY)
        return store.offers.step("a", answer, "reviewer", DAY, reviewer=who, post="Team 1").state

    assert says("one", "no_offer") == "second"
    assert says("two", "offer") == "third"
    for who in ("one", "two"):
        assert not store.offers.one("a").asks(who, "Team 1", DAY)
        assert not store.offers.take("a", who, "Team 1", DAY)
        with pytest.raises(BadInput):
            store.offers.step("a", "offer", "reviewer", DAY, reviewer=who, post="Team 1")
        store.offers.put_back("a", who)
    assert says("three", "offer") == "offered"
    store.offers.step("a", "contest", "family", DAY, words="We earn more.")
    with pytest.raises(BadInput, match="not open"):
        store.offers.step("a", "contest", "family", DAY)
    for who in ("one", "two", "three"):
        assert not store.offers.one("a").asks(who, "Team 1", DAY)
    assert says("four", "no_offer") == "taken_back"
    assert [who for who, _, _ in store.offers.one("a").contested] == ["four"]


def _undone(store: Store, event: NewEvent) -> None:
    """One transaction: both are kept, or neither."""
    with store.changing():
        store.permissions.append([event], now=NOW)
        assert [one.name for one in store.offers.of_use("help")] == ["b"]
        raise RuntimeError


@pytest.mark.parametrize("effect", ["refuse", "withdraw", "defer"])
def test_a_no_takes_the_household_out_in_the_same_transaction(store: Store, effect: str) -> None:
    number, other = party(store, "amina"), party(store, "bilal")
    store.offers.add(
        [item("a"), item("b")],
        {"a": {"benefits/1"}, "b": {"benefits/2"}},
        {"a": {(number, "benefits")}, "b": {(other, "benefits")}},
    )
    store.offers.take("a", "one", "Team 1", DAY)
    store.offers.step(
        "a", "second", "reviewer", DAY, reviewer="one", post="Team 1", words="Unsure."
    )
    with pytest.raises(RuntimeError):
        _undone(store, said("amina", effect))
    assert [one.name for one in store.offers.of_use("help")] == ["a", "b"]
    store.permissions.append([said("amina", effect)], now=NOW)
    assert [one.name for one in store.offers.of_use("help")] == ["b"]
    assert tables(store) == {"offer": 1, "offerrow": 1, "offerparty": 1, "offerwords": 0}
    assert store.offers.counts("help")["meals"] == {"picked": 2, "second": 1, "withdraw": 1}


@pytest.mark.parametrize(
    ("scope", "goes"),
    [
        (Scope(), True),
        (Scope("help"), True),
        (Scope("other"), False),
        (Scope(purpose="early_intervention"), True),
        (Scope(purpose="evaluation"), False),
        (Scope("help", service="benefits"), True),
        (Scope("help", service="police"), False),
    ],
)
def test_a_no_reaches_as_far_as_it_says(store: Store, scope: Scope, goes: bool) -> None:
    number = party(store, "amina")
    store.offers.add([item("a")], {"a": {"benefits/1"}}, {"a": {(number, "benefits")}})
    store.permissions.append([said("amina", "refuse", scope=scope)], now=NOW)
    assert (store.offers.of_use("help") == ()) == goes


def test_a_yes_takes_nobody_out_and_somebody_elses_no_neither(store: Store) -> None:
    number = party(store, "amina")
    party(store, "bilal")
    store.offers.add([item("a")], {"a": {"benefits/1"}}, {"a": {(number, "benefits")}})
    again = replace(yes("amina"), at=NOW)
    store.permissions.append([again, said("bilal", "refuse")], now=NOW)
    assert len(store.offers.of_use("help")) == 1


def test_a_no_of_somebody_new_whose_record_it_is_takes_it_out(store: Store) -> None:
    store.offers.add([item("a")], {"a": {"benefits/1"}}, {"a": set()})
    identity = Identity(handle="new", given="amina", records=("benefits/1",))
    store.permissions.append([said("new", "refuse")], [identity], now=NOW)
    assert store.offers.of_use("help") == ()


def test_rows_that_leave_a_run_take_their_household_along_of_that_use_alone(store: Store) -> None:
    rows = {"a": {"benefits/1", "education/1"}, "b": {"benefits/2"}, "c": {"benefits/1"}}
    store.offers.add(
        [item("a"), item("b"), item("c", use="other")], rows, {name: set() for name in rows}
    )
    store.offers.forget_rows("help", ["education/1", "benefits/1"])
    assert [one.name for one in store.offers.of_use("help")] == ["b"]
    assert len(store.offers.of_use("other")) == 1
    store.offers.close("help")
    assert store.offers.of_use("help") == () and len(store.offers.of_use("other")) == 1


def test_somebody_whose_details_are_erased_is_in_no_queue(store: Store) -> None:
    number = party(store, "amina")
    store.offers.add([item("a")], {"a": {"benefits/1"}}, {"a": {(number, "benefits")}})
    store.permissions.erase("amina")
    assert store.offers.of_use("help") == ()


def test_what_was_done_is_only_added_to_and_names_nobody(store: Store) -> None:
    store.offers.add([item("a")], {"a": {"benefits/1"}}, {"a": set()})
    store.offers.forget(["a"], "expire", DAY)
    assert store.offers.acts("help") == [
        ("a", "meals", "picked", "rule", "waiting"), ("a", "meals", "expire", "rule", "waiting"),
    ]  # fmt: skip
    for change in ("DELETE FROM store_offeract", "UPDATE store_offeract SET act = 'offer'"):
        with pytest.raises(Exception, match="cannot be changed"), store.changing() as connection:
            connection.cursor().execute(change)
    with pytest.raises(BadInput, match="not in the queue"):
        store.offers.one("a")
