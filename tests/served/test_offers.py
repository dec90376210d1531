"""An offer, from a reviewer's page to the family's: by the server, with everybody's own account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.permitting import Said, record
from tests.linkage.town import TODAY, USE, event, identity, made, make_workspace, store_of, use_of
from tests.served.browser.place import Place, make_staff
from tests.served.conftest import served
from tests.served.offers import a_household, decided_to_do
from tests.served.visitor import Visitor, forms_of
from tests.web_permission.conftest import forget_tries

POSTS = ("Office reviewer", "Another office")
LOGINS = ("reviewer one", "reviewer two", "reviewer three")
SAYS = {"answer": "offer", "because": "The records fit together."}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, trained: None) -> Path:
    """A linked town in which everybody said yes, and it was decided to do it."""
    from licet.chapters.linking import link

    folder = tmp_path_factory.mktemp("offers") / "town"
    town = made(12, 3)
    make_workspace(folder, town)
    with store_of(folder) as store:
        people = [identity(p, sorted(town.rows_of({p.number}))) for p in town.people]
        store.permissions.append([event(p, "grant") for p in town.people], people, sign=False)
    link(use_of(folder), today=TODAY)
    decided_to_do(folder)
    return folder


@pytest.fixture(scope="module")
def trained(spared: None, models: Path, full: bool) -> Iterator[None]:
    """Equal rows are trained on once."""
    import random

    from tests.sparing import spare_training

    before = random.getstate()
    with pytest.MonkeyPatch.context() as patched:
        if not full:
            spare_training(patched, models)
        yield
    random.setstate(before)


@pytest.fixture(scope="module")
def town(root: Path) -> Iterator[Place]:
    with served(root, "--no-jobs") as address:
        place = Place(root, made(12, 3), iter(()), (), address)
        make_staff(place)
        yield place
        for visitor in place.posts.values():
            visitor.close()


@pytest.fixture
def visits(town: Place) -> Iterator[Callable[..., Visitor]]:
    """Staff by their login; somebody new without an account. The queue is empty before."""
    forget_tries(town.root)
    with store_of(town.root) as store:
        store.offers.close(USE)
    found: list[Visitor] = []

    def one(login: str = "") -> Visitor:
        if login:
            return town.post(login)
        found.append(Visitor(town.address))
        return found[-1]

    yield one
    for visitor in found:
        visitor.close()


def take(visitor: Visitor) -> str:
    """The page of the household that a reviewer takes."""
    return str(visitor.send("/staff/offers", act="take").text)


@pytest.mark.long
def test_from_the_reviewer_to_the_family_and_to_another_reviewer(
    town: Place, visits: Callable[..., Visitor]
) -> None:
    root = town.root
    name, code = a_household(root, POSTS)
    one, two = visits(LOGINS[0]), visits(LOGINS[1])
    page = take(one)
    assert "Somebody gets a benefit" in page and "child-protection" in page
    assert "No household waits for you" in take(two), "one household, one reviewer"
    assert "letter is written" in one.send("/staff/offers", **SAYS).text
    letter = (root / "letters" / USE / "offers" / f"{name}.txt").read_text("utf-8")
    assert code in letter and "Office reviewer" in letter
    family = visits()
    read = family.send("/offer", code=code)
    assert "The records fit together." in read.text and "Somebody gets a benefit" in read.text
    done = family.client.post("/offer/answer", data={**_form(read.text), "why": "We moved away."})
    assert "Somebody who had no part in it" in done.text
    forget_tries(root)
    assert "No household waits for you" in take(one), "never the same person"
    page = take(two)
    assert "We moved away." in page and "says that the letter is wrong" in page
    two.send("/staff/offers", answer="no_offer", because="They moved.")
    assert "took the offer back" in family.send("/offer", code=code).text
    assert not list((root / "letters" / USE / "offers").iterdir())


def _form(text: str) -> dict[str, str]:
    found = next(one for one in forms_of(text) if "why" in one["fields"])
    return dict(found["fields"])


def test_a_no_on_any_page_takes_it_off_every_other_at_once(
    town: Place, visits: Callable[..., Visitor]
) -> None:
    root = town.root
    name, code = a_household(root, POSTS)
    one = visits(LOGINS[0])
    assert "Somebody gets a benefit" in take(one)
    with store_of(root) as store:
        row = sorted(store.offers.rows([name])[name])[0]
    now = datetime.now(UTC)
    record(root, Said(row, "refuse", USE), at=now, now=now)
    page = one.get("/staff/offers")
    assert "You hold no household" in page.text and "Somebody gets a benefit" not in page.text
    late = one.post("/staff/offers", item=name, use=USE, **SAYS)
    assert late.status_code == 400 and "letter is written" not in late.text
    assert "does not work" in visits().send("/offer", code=code).text


@pytest.mark.long
def test_no_page_of_the_queue_shows_two_households_or_names_one_in_its_address(
    town: Place, visits: Callable[..., Visitor]
) -> None:
    root = town.root
    frame = pl.read_parquet(next(root.glob(f"runs/{USE}/*/crosswalk.parquet")))
    a_household(root, POSTS)
    one = visits(LOGINS[0])
    page = take(one)
    assert not any(person in page for person in set(frame["person"]))
    assert not any(row in page for row in set(frame["row"]))
    assert str(one.get("/staff/offers").url).endswith("/staff/offers")
    for path in (
        "/staff/offers.csv",
        "/staff/offers.json",
        "/staff/offers/1",
        "/offers",
        "/offer/1",
    ):
        assert one.get(path).status_code == 404, path
    assert "score" not in page.casefold() and not re.search(r"\brank", page.casefold())


@pytest.mark.long
def test_who_guesses_codes_is_stopped(town: Place, visits: Callable[..., Visitor]) -> None:
    guesser = visits()
    said = [
        guesser.send("/offer", code=f"ABCD-EFGH-JKMN-PQR{n}").status_code
        for n in "0123456789ABCDEF"
    ]
    assert said[0] == 400 and said[-1] == 429
    forget_tries(town.root)


def test_another_post_is_shown_nobody(town: Place, visits: Callable[..., Visitor]) -> None:
    a_household(town.root, ("Somebody else", "Another office"))
    for login in LOGINS:
        assert "No household waits for you" in take(visits(login))


def test_what_was_typed_and_who_it_was_about_stand_in_no_journal_and_no_log(
    town: Place, visits: Callable[..., Visitor]
) -> None:
    _, code = a_household(town.root, POSTS)
    one, family = visits(LOGINS[2]), visits()
    page = take(one)
    name = next(
        p.given for p in town.town.people if re.search(rf"\b{p.given}\b", page, re.IGNORECASE)
    )
    refused = one.send("/staff/offers", answer="offer", because=f"I know {name.title()} well.")
    assert refused.status_code == 400 and "names somebody" in refused.text
    summary = refused.text.partition("govuk-error-summary")[2].partition("</div>")[0]
    assert name not in summary.casefold()
    one.send("/staff/offers", answer="offer", because="Frobnicated records agree.")
    read = family.send("/offer", code=code)
    if "Frobnicated" in read.text:  # else the lot has another look at it first
        family.client.post(
            "/offer/answer", data={**_form(read.text), "why": "Blorptangle is wrong."}
        )
    with store_of(town.root) as store:
        log = b"\n".join(store.log.export().values()).decode()
    journal = (town.root / "served.txt").read_text("utf-8")
    assert "/staff/offers" in journal and "offer_seen" in log
    for planted in (name, code, code.replace("-", ""), "frobnicated", "blorptangle"):
        assert (
            planted.casefold() not in journal.casefold()
            and planted.casefold() not in log.casefold()
        )
