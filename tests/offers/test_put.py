"""What goes into the queue: with proof of release alone, as many as there is room for, people of the run alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from licet.audit.standing import Standing
from licet.chapters.offer_queue import queue_counts
from licet.chapters.offering import Put, put
from licet.errors import BadInput
from licet.files.runs import RunPlace, current
from licet.files.use import read_use
from licet.files.workspace import read_workspace
from licet.identify.criteria import Offer
from licet.identify.picked import Picked, Reason
from licet.identify.release import ENTITLED, Facts, release
from tests.identify.town import AS_OF, Case
from tests.linkage.town import TODAY, USE, store_of
from tests.offers.reviewers import POSTS, queue

Puts = Callable[..., Put]


@pytest.fixture
def puts(town: Case) -> Puts:
    """Puts persons of the run, and others, into the queue under another rule. wrong: what the proof is of."""
    use, place = read_use(town.use), RunPlace(town.root, USE, current(town.root, USE))
    passed = dict.fromkeys(ENTITLED, Standing.PASS)

    def putting(
        people: list[str], capacity: int = 40, as_of: date = AS_OF,
        homes: dict[str, tuple[str, ...]] | None = None, **wrong: Any,
    ) -> Put:  # fmt: skip
        facts = Facts(
            USE, use.version, use.hash(), "entitlement", "other", "cd" * 32, place.run, as_of, TODAY, TODAY,
            True, True, "do", dict.fromkeys(("linkage", "entitlement"), Standing.PASS), passed,
            offer=Offer(what="Help", capacity=capacity, reviewers=POSTS),
            intended_action="offer_of_support", setting="operational",
        )  # fmt: skip
        picked = [Picked("person", one, (one,), (reason(one),)) for one in people]
        picked += [
            Picked("household", home, some, (reason(some[0]),))
            for home, some in (homes or {}).items()
        ]
        with store_of(town.root) as store:
            return put(read_workspace(town.root), store, place, use, release(replace(facts, **wrong)),
                       picked, today=TODAY, key=b"k" * 32)  # fmt: skip

    return putting


def reason(person: str) -> Reason:
    return Reason(person, "c", "Something is noted", "education", "meals", 1, 1, AS_OF, AS_OF)


def persons(case: Case) -> list[str]:
    path = next((case.root / "runs" / USE).glob("*/crosswalk.parquet"))
    return sorted(set(pl.read_parquet(path)["person"]))


def of_rule(case: Case) -> list[str]:
    return [one.key for one in queue(case) if one.round.rule == "other"]


def test_no_more_than_there_is_room_for_and_others_come_when_some_leave(
    town: Case, puts: Puts
) -> None:
    people = persons(town)
    assert puts(people, capacity=3) == Put(len(people), 3)
    first = of_rule(town)
    assert len(first) == 3 and puts(people, capacity=3).queued == 0 and of_rule(town) == first
    with store_of(town.root) as store:
        store.offers.forget([one.name for one in queue(town) if one.key == first[0]], "withdraw")
    assert puts([one for one in people if one != first[0]], capacity=3).queued == 1
    left = of_rule(town)
    assert len(left) == 3 and set(first[1:]) < set(left) and first[0] not in left


def test_who_is_not_in_the_run_never_comes_in(town: Case, puts: Puts) -> None:
    known = persons(town)[0]
    made = puts(["p" + "0" * 24, known])
    assert made.queued == 1 and of_rule(town) == [known]


def test_nobody_goes_in_on_a_proof_of_another_use_run_or_day(town: Case, puts: Puts) -> None:
    for wrong in ({"use": "other"}, {"version": 9}, {"use_hash": "e" * 64}, {"run": "other"},
                  {"today": TODAY - timedelta(days=1)}):  # fmt: skip
        with pytest.raises(BadInput, match="proof of release"):
            puts(persons(town), **wrong)
    assert of_rule(town) == []


def test_whom_the_lot_takes_does_not_hang_on_the_order_they_come_in(town: Case, puts: Puts) -> None:
    people = persons(town)
    puts(people, capacity=3)
    first = of_rule(town)
    with store_of(town.root) as store:
        store.offers.forget([one.name for one in queue(town) if one.key in first], "expire")
        with store.changing() as connection:  # as if they had never been in it
            connection.cursor().execute("DROP TRIGGER IF EXISTS store_offeract_no_DELETE")
            connection.cursor().execute("DELETE FROM store_offeract WHERE rule = 'other'")
    puts(people[::-1], capacity=3)
    assert sorted(of_rule(town)) == sorted(first)


def test_a_child_of_two_homes_is_of_both_households_in_the_queue(town: Case, puts: Puts) -> None:
    a, child, b = persons(town)[:3]
    assert puts([], homes={"home-a": (a, child), "home-b": (child, b)}).queued == 2
    held = {one.key: one for one in queue(town) if one.round.rule == "other"}
    crosswalk = pl.read_parquet(next((town.root / "runs" / USE).glob("*/crosswalk.parquet")))
    records = crosswalk.filter(pl.col("person") == child)
    own = {f"{feed}/{record}" for feed, record in records.select("feed", "record").rows()}
    with store_of(town.root) as store:
        rows = store.offers.rows([one.name for one in held.values()])
    assert own and all(own <= rows[one.name] for one in held.values())
    queue_counts(
        town.root, USE, today=TODAY
    )  # whoever opens it drops those who are not who they were
    assert set(of_rule(town)) == {"home-a", "home-b"}
