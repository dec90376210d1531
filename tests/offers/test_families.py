"""What a family reads, contests and refuses; and that a no takes its household out at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from licet.chapters.arriving import follow
from licet.chapters.contesting import contest_offer, leave_offer, open_offer, record_outcome
from licet.chapters.linking import link
from licet.chapters.offering import next_offer
from licet.chapters.permitting import Said, record
from licet.chapters.publishing import publish
from licet.chapters.sealing import keep_in_force
from licet.errors import BadInput
from licet.identify.offers import STATES, Item
from licet.identify.words import NEVER_HINDERS
from tests.identify.town import Case
from tests.linkage.town import NOW, TODAY, USE, edit_use, event, store_of
from tests.offers.reviewers import POSTS, WHY, looks, offered, people_of, queue, says_of
from tests.tiers import few

LETTERS = Path("letters") / USE / "offers"


def code_of(case: Case, item: Item) -> str:
    with store_of(case.root) as store:
        return store.offers.code(item.name)


def letters(case: Case) -> dict[str, str]:
    folder = case.root / LETTERS
    return {p.name: p.read_text("utf-8") for p in folder.glob("*")} if folder.exists() else {}


def test_the_letter_says_why_from_whom_by_whom_how_to_contest_and_how_to_say_no(town: Case) -> None:
    item = offered(town)
    found = letters(town)
    assert set(found) == {f"{item.name}.html", f"{item.name}.txt"}
    assert (town.root / LETTERS).stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (town.root / LETTERS).iterdir())
    code = code_of(town, item)
    for text in found.values():
        for said in ("Free school meals, and help with the form", "(Education" , WHY, POSTS[0][:13],
                     "No machine decided", code, "say no", "Information Commissioner", "is not the law",
                     "until 29 January 2027", "Families who moved here this month", NEVER_HINDERS):  # fmt: skip
            assert said in text or said == "(Education", said
    given = [p.given for p in town.town.people if p.number in people_of(town, item)]
    assert any(name in found[f"{item.name}.html"].casefold() for name in given), "it has an address"
    assert not any(name in found[f"{item.name}.txt"].casefold() for name in given)
    others = [p.given for p in town.town.people if p.number not in people_of(town, item)]
    assert not any(name in text.casefold() for name in others for text in found.values())


def test_a_code_opens_its_own_offer_and_no_other(town: Case) -> None:
    item = offered(town)
    found = open_offer(town.root, code_of(town, item), today=TODAY)
    assert found.contests and found.leaves and found.state == STATES["offered"]
    assert any(WHY in part.text for part in found.parts)
    other = next(one for one in queue(town) if one.name != item.name)
    said = set()
    for code in ("ABCD-EFGH-JKMN-PQRS", "no code at all", item.name, code_of(town, other)):
        with pytest.raises(BadInput) as refused:
            open_offer(town.root, code, today=TODAY)
        said.add(str(refused.value))
    assert len(said) == 1, "nobody learns which codes there are"


@pytest.mark.parametrize(
    ("answer", "state"), few([("offer", "upheld"), ("no_offer", "taken_back")], 1)
)
def test_what_is_contested_goes_to_somebody_who_had_no_part_in_it(
    town: Case, answer: str, state: str
) -> None:
    item = offered(town)
    code = code_of(town, item)
    told = contest_offer(town.root, code, "We moved away in spring.", today=TODAY)
    assert told == STATES["contested"]
    had_part = {post for _, post, _ in item.said}
    for who, post in enumerate(POSTS[:2], start=1):
        if post in had_part:
            seen = looks(town, who)
            assert seen is None or seen.name != item.name
            with pytest.raises(LookupError):
                says_of(town, item.name, who, "offer")
    with store_of(town.root) as store:
        from licet.chapters.offer_queue import reviewer_key

        store.offers.put_back(item.name, reviewer_key(store, "reviewer 1"))
        assert store.offers.take(item.name, reviewer_key(store, "reviewer 3"), POSTS[2], TODAY)
    seen = looks(town, 3)
    assert seen is not None and seen.name == item.name
    assert ("family", "We moved away in spring.") in seen.words
    assert says_of(town, item.name, 3, answer) == state
    found = open_offer(town.root, code, today=TODAY)
    assert found.state == STATES[state] and not found.contests  # type: ignore[index]
    assert found.leaves == (state == "upheld") and bool(found.parts) == (state == "upheld")
    assert bool(letters(town)) == (state == "upheld")
    with pytest.raises(BadInput, match="not open"):
        contest_offer(town.root, code, "Again.", today=TODAY)


def test_a_family_leaves_an_offer_and_the_office_writes_down_what_came_of_it(town: Case) -> None:
    item = offered(town)
    assert leave_offer(town.root, code_of(town, item), today=TODAY) == STATES["not_taken_up"]
    with pytest.raises(BadInput, match="not open"):
        record_outcome(town.root, item.name, took_up=True, today=TODAY)


def test_the_office_may_name_the_code_or_the_household(town: Case) -> None:
    item = offered(town)
    with pytest.raises(BadInput):
        record_outcome(town.root, "neither", took_up=True, today=TODAY)
    assert record_outcome(town.root, code_of(town, item), took_up=True, today=TODAY) == STATES["taken_up"]  # fmt: skip


@pytest.mark.parametrize("effect", few(["refuse", "withdraw"], 1))
def test_a_no_of_anybody_takes_the_household_out_at_once_with_its_letter(
    town: Case, effect: str
) -> None:
    item = offered(town)
    code, numbers = code_of(town, item), people_of(town, item)
    person = next(p for p in town.town.people if p.number in numbers and p.guardian is None)
    if (
        effect == "refuse"
    ):  # straight into the ledger: nothing follows but what is in that transaction
        with store_of(town.root) as store:
            store.permissions.append([event(person, "refuse", day=29)], now=NOW)
            assert item.name not in {one.name for one in store.offers.of_use(USE)}
    else:
        record(town.root, Said(person.handle, "withdraw", USE), at=NOW, now=NOW)
        assert item.name not in {one.name for one in queue(town)}
        assert letters(town) == {}
    with pytest.raises(BadInput, match="does not work"):
        open_offer(town.root, code, today=TODAY)
    assert looks(town, 1) is not None
    assert letters(town) == {}
    with store_of(town.root) as store:
        assert store.offers.counts(USE)["meals"]["withdraw"] == 1
        held = store.offers.of_use(USE)
    left = {row for one in held for row in one.people}
    assert not left & set(item.people)


def test_nobody_in_the_queue_or_before_a_reviewer_is_outside_the_permitted_rows(town: Case) -> None:
    for item in queue(town):
        assert {town.answers[number] for number in people_of(town, item)} == {"yes"}


@pytest.mark.long
def test_a_household_whose_yes_ends_leaves_as_soon_as_the_run_follows(town: Case) -> None:
    item = queue(town)[0]
    person = next(p for p in town.town.people if p.number in people_of(town, item))
    with store_of(town.root) as store:
        yes = next(e for e in store.permissions.history(person.handle) if e.effect == "grant")
        ended = event(
            person, "expire", day=29, supersedes=yes.event_id, verified_by="", scope=yes.scope
        )
        store.permissions.append([ended], now=NOW)
    follow(town.use, today=TODAY)
    assert item.name not in {one.name for one in queue(town)}


@pytest.mark.long
def test_a_new_run_keeps_those_who_are_there_and_lets_the_others_go(town: Case) -> None:
    before = queue(town)
    gone = people_of(town, before[0])
    town.town.write(town.root, without=gone)
    made = link(town.use, today=TODAY + timedelta(days=1))
    looks(town, 1, TODAY + timedelta(days=1))
    left = queue(town)
    assert before[0].name not in {one.name for one in left} and left
    assert {one.round.run for one in left} == {made.run}
    assert {one.name for one in left} <= {one.name for one in before}


def test_a_family_is_told_plainly_where_the_use_does_not_go_ahead_now(town: Case) -> None:
    item = offered(town)
    code = code_of(town, item)
    town.decided("stop")
    for call in (lambda: open_offer(town.root, code, today=TODAY),
                 lambda: leave_offer(town.root, code, today=TODAY)):  # fmt: skip
        with pytest.raises(BadInput, match="not in force at present"):
            call()


def test_a_use_that_ends_takes_its_queue_along(town: Case) -> None:
    offered(town)
    letters = town.root / "letters" / USE / "offers"
    assert queue(town) and list(letters.iterdir())
    edit_use(town.root, "version = 2\n", "version = 3\n")
    edit_use(town.root, 'status = "proposed"', 'status = "ended"')
    publish(town.root, today=TODAY)
    assert [one.state for one in keep_in_force(town.root, today=TODAY)] == ["destroyed"]
    assert queue(town) == () and list(letters.iterdir()) == []
    assert next_offer(town.root, "reviewer 1", POSTS[0], today=TODAY) is None
