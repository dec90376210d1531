"""One household before one named person: what is seen, what is decided, and what never is."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta

import pytest

from licet.chapters import offering
from licet.chapters.identifying import identify
from licet.chapters.offer_queue import queue_counts
from licet.chapters.offering import checked_words, decide_offer, next_offer
from licet.chapters.overseeing import keep
from licet.errors import BadInput
from licet.identify.case import Case as Household
from licet.identify.offers import Item, by_lot
from licet.identify.words import NEVER_HINDERS, NO_IS_NORMAL
from licet.report.permission.offer_screen import case_text
from tests.identify.town import AS_OF, Case
from tests.linkage.town import TODAY, USE, store_of
from tests.offers.reviewers import POSTS, WHY, looks, offered, queue, says, says_of
from tests.tiers import few


def test_a_reviewer_sees_one_household_with_its_reasons_and_no_score(town: Case) -> None:
    seen = looks(town, 1)
    assert seen is not None
    text = case_text(seen)
    for said in (NEVER_HINDERS, NO_IS_NORMAL, "Free school meals, and help with the form",
                 "Families who moved here this month", "school meals are paid for"):  # fmt: skip
        assert said in text
    assert len([one for one in seen.people if one.reasons]) >= 1
    item = next(one for one in queue(town) if one.name == seen.name)
    told = {reason.person for reason in item.reasons}
    assert len(seen.people) == len(item.people) and told <= set(item.people)
    other = [one for one in queue(town) if one.name != seen.name]
    assert other and not any(one.name in text or one.key in text for one in other)
    assert item.key not in text and not any(person in text for person in item.people)


@pytest.mark.parametrize("kind", [Household, Item])
def test_nothing_in_the_queue_can_hold_a_score_a_rank_or_a_place(kind: type) -> None:
    names = {field.name for field in fields(kind)}
    assert not {n for n in names if re.search(r"score|rank|chance|risk|place|order|weight|need", n)}


def test_the_next_order_is_by_a_name_from_which_nothing_follows(town: Case) -> None:
    items = queue(town)
    assert len(items) >= 5
    assert [one.name for one in items] == sorted(one.name for one in items)
    assert all(re.fullmatch(r"[0-9a-f]{24}", one.name) for one in items)


def test_each_reviewer_holds_another_household_until_they_decide(town: Case) -> None:
    one, two, again = looks(town, 1), looks(town, 2), looks(town, 1)
    assert one and two and again and one.name == again.name != two.name
    with pytest.raises(BadInput, match="do not hold"):
        decide_offer(town.root, two.name, USE, "reviewer 1", POSTS[0], answer="offer", because=WHY, today=TODAY)  # fmt: skip
    late = looks(town, 3, TODAY + timedelta(days=3))
    assert late is not None


def test_every_look_is_in_the_log_by_post_and_nothing_of_the_household(town: Case) -> None:
    before = len(town.leaves())
    seen = looks(town, 1)
    assert seen is not None
    (kind, body), *rest = town.leaves()[before:]
    assert rest == [] and kind == "offer_seen"
    assert set(body) == {"use", "run", "role"} and body["role"] == POSTS[0]


def test_who_looks_second_is_shown_nothing_of_the_first_and_the_third_reads_both(
    town: Case,
) -> None:
    name, state = says(town, 1, "second", because="I cannot tell from this.")
    assert state == "second"
    first = next(one for one in queue(town) if one.state == "waiting")
    with store_of(town.root) as store:
        from licet.chapters.offer_queue import queue_of
        from licet.chapters.offering import case_of

        del store
        with queue_of(town.root, USE, TODAY) as found:
            blind = case_of(found, found.store.offers.one(name))
            plain = case_of(found, found.store.offers.one(first.name))
    assert blind.words == () and blind.why == plain.why
    assert says_of(town, name, 2, "second") == "third"
    with queue_of(town.root, USE, TODAY) as found:
        told = case_of(found, found.store.offers.one(name))
    assert [by for by, _ in told.words] == [POSTS[0], POSTS[1]] and "differently" in told.why
    assert says_of(town, name, 3, "no_offer") == "not_offered"


def test_somebody_without_the_post_is_shown_nobody(town: Case) -> None:
    assert next_offer(town.root, "x", "Police", today=TODAY, use=USE) is None
    for post in ("", "jo@council.example"):
        with pytest.raises(BadInput, match="nobody is named who looks"):
            next_offer(town.root, "x", post, today=TODAY, use=USE)


def test_a_reason_is_needed_and_names_nobody(town: Case) -> None:
    seen = looks(town, 1)
    assert seen is not None
    given = seen.people[0].names[0].split()[0]
    for because in ("", " ", f"We know {given.title()} well.", "x" * 501):
        with pytest.raises(BadInput) as refused:
            decide_offer(town.root, seen.name, USE, "reviewer 1", POSTS[0], answer="offer", because=because, today=TODAY)  # fmt: skip
        assert given.casefold() not in str(refused.value).casefold()
    with pytest.raises(BadInput, match="unknown decision"):
        decide_offer(town.root, seen.name, USE, "reviewer 1", POSTS[0], answer="sanction", because=WHY, today=TODAY)  # fmt: skip


@pytest.mark.parametrize(
    "because",
    ["Sam's meals", "Sam/Kate", "see Zoe\u0308 here", "Sam-Lee", "for O\u2019Brien", "at AB12CD", "S\u200bam ok", "_Sam_"],
)  # fmt: skip
def test_a_name_is_known_however_it_is_written(because: str) -> None:
    rows = [{"given": "sam", "family": "o'brien", "postcode": "ab1 2cd"}, {"given": "zo\u00eb"}]
    with pytest.raises(BadInput, match="names somebody"):
        checked_words(because, rows)
    assert checked_words("The same records, and a sample", rows)


def test_the_same_list_again_puts_nobody_in_twice_and_no_more_than_there_is_room(
    town: Case, queued: Case
) -> None:
    before = queue(town)
    identify(town.use, as_of=AS_OF, today=TODAY)
    assert queue(town) == before
    assert len({person for one in before for person in one.people}) == sum(len(one.people) for one in before)  # fmt: skip


@pytest.mark.long
def test_who_was_in_it_before_is_looked_at_afresh(town: Case) -> None:
    name, _ = says(town, 1, "second")
    before = {one.key: one.name for one in queue(town)}
    with store_of(town.root) as store:
        store.offers.forget([name], "expire")
    identify(town.use, as_of=AS_OF, today=TODAY)
    key = next(key for key, old in before.items() if old == name)
    (again,) = [one for one in queue(town) if one.key == key]
    assert again.name != name and again.said == () and again.state == "waiting"
    others = {one.key: one.name for one in queue(town) if one.key != key}
    assert others == {key: old for key, old in before.items() if old != name}


def test_the_lot_is_fair_and_takes_no_more_than_there_is_room() -> None:
    names = [f"n{n}" for n in range(40)]
    taken = dict.fromkeys(names, 0)
    for seed in range(400):
        found = by_lot(f"key {seed}".encode(), names, 10)
        assert len(found) == 10
        for name in found:
            taken[name] += 1
    # Each is taken with chance 1/4: 100 of 400, give or take 4.5 standard deviations of 8.66.
    assert all(61 <= many <= 139 for many in taken.values())
    assert by_lot(b"key", names, -1) == frozenset() and by_lot(b"key", names, 99) == set(names)


@pytest.mark.long
def test_whoever_waits_too_long_is_forgotten_and_counted(town: Case) -> None:
    one = offered(town)
    many = len(queue(town))
    last = TODAY + timedelta(days=60)
    assert looks(town, 1, last) is not None
    over = last + timedelta(days=1)
    assert looks(town, 2, over) is None and queue(town) == ()
    with store_of(town.root) as store:
        counts = store.offers.counts(USE)["meals"]
    assert counts["picked"] == many and counts["expire"] == many - 1 and counts["ended"] == 1
    assert not list((town.root / "letters" / USE / "offers").iterdir()), one.state


@pytest.mark.long
def test_the_daily_keeping_forgets_them_too_even_where_the_queue_is_closed(town: Case) -> None:
    offered(town)
    town.decided("stop")
    over = TODAY + timedelta(days=61)
    keep(town.root, today=over)
    assert queue(town) == () and not list((town.root / "letters" / USE / "offers").iterdir())


def test_counts_are_shown_under_disclosure_control(town: Case) -> None:
    held = queue(town)
    for _ in range(2):
        says(town, 1, "no_offer")
    shown = queue_counts(town.root, USE, today=TODAY)["meals"]
    for state, count in shown.items():
        many = sum(one.state == state for one in queue(town))
        assert count is None if many < 10 else count == 5 * ((many + 2) // 5), state
    assert len(queue(town)) == len(held)


@pytest.mark.parametrize("choice", few(["stop", "build", "narrow"], 1))
def test_once_nobody_does_it_the_queue_is_closed(town: Case, choice: str) -> None:
    seen = looks(town, 1)
    assert seen is not None
    town.decided(choice)
    for look in (lambda: looks(town, 1), lambda: queue_counts(town.root, USE, today=TODAY),
                 lambda: decide_offer(town.root, seen.name, USE, "reviewer 1", POSTS[0], answer="offer",
                                      because=WHY, today=TODAY)):  # fmt: skip
        with pytest.raises(BadInput, match=r"closed|sealed"):
            look()


def test_no_call_gives_more_than_one_household() -> None:
    public = {n for n in dir(offering) if not n.startswith("_") and callable(getattr(offering, n))}
    own = {
        n for n in public if getattr(getattr(offering, n), "__module__", "") == offering.__name__
    }
    assert own == {
        "Put", "put", "next_offer", "checked_post", "case_of", "decide_offer", "put_back", "checked_words",
    }  # fmt: skip
