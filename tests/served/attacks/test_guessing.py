"""Whoever guesses is stopped, by account and by address, and learns nothing from how they are stopped."""

from __future__ import annotations

import re
import statistics
import time
from base64 import b32decode
from collections.abc import Iterator

import pytest
from django_otp.oath import totp

from tests.served.attacks.conftest import PASSWORD, Site, said
from tests.served.visitor import Visitor

pytestmark = pytest.mark.long

RIGHT = "three words here"


def guess(visitor: Visitor, login: str, password: str = "not the password"):
    """One try to sign in."""
    return visitor.send("/sign-in", login=login, password=password)


def same(*answers) -> bool:
    """Whether answers are alike in status and text."""
    texts = [re.sub(r'value="(parent|nobody at all)"', "", said(one.text)) for one in answers]
    return len({*zip([one.status_code for one in answers], texts, strict=True)}) == 1


def test_nobody_learns_whether_a_name_is_there(site: Site) -> None:
    """Known or not: the same text, before the limit and beyond it, and work of the same order."""
    visitor, spent = site.new(), {"parent": [], "nobody at all": []}
    for limit in (0, 0, 0, 7, 8, 50):
        site.tried(limit)
        told = []
        for login, held in spent.items():
            start = time.perf_counter()
            told.append(guess(visitor, login))
            held.append(time.perf_counter() - start)
        assert same(*told) and told[0].status_code == (400 if limit < 8 else 429)
    known, unknown = (statistics.median(held[:4]) for held in spent.values())
    assert 1 / 3 < known / unknown < 3, (known, unknown)
    site.forget()


def test_an_account_is_locked_from_everywhere(behind: Site) -> None:
    """From a new address each time; and the right password does not help."""
    behind.forget()
    for n in range(2):
        assert guess(behind.through(f"198.51.100.{n}"), "parent").status_code == 400
    behind.tried(7)
    assert guess(behind.through("198.51.100.8"), "parent").status_code == 400
    assert guess(behind.through("198.51.100.9"), "parent").status_code == 429
    visitor = behind.through("203.0.113.7")
    told = guess(visitor, "parent", RIGHT)
    assert (
        told.status_code == 429
        and "Too many tries" in told.text
        and "quarter of an hour" in told.text
    )
    assert "second factor" in guess(visitor, "owner", RIGHT).text, "others are not locked with it"
    behind.forget()


def test_an_address_is_locked_for_every_account(behind: Site) -> None:
    behind.forget()
    here, there = behind.through("198.51.100.9"), behind.through("198.51.100.10")
    assert guess(here, "first name").status_code == 400
    behind.tried(59)
    assert guess(here, "second name").status_code == 400
    assert guess(here, "third name").status_code == 429
    assert guess(here, "parent", RIGHT).status_code == 429
    assert guess(there, "parent", RIGHT).status_code == 200
    behind.forget()


def test_names_that_are_taken_are_not_asked_for_without_end(site: Site) -> None:
    """Signing up has to say that a name is taken: each asking counts, also with a password too short."""
    visitor = site.new()
    page = visitor.send("/sign-up", login="parent", password="x")
    assert page.status_code == 400 and "That name is taken" in page.text
    found = [
        visitor.send("/sign-up", login=f"name {n}", password="x").status_code for n in range(60)
    ]
    assert set(found[:59]) == {400} and found[59] == 429
    site.forget()


def test_nobody_is_believed_who_says_from_where_they_come(site: Site) -> None:
    """Without a proxy the address is that of the connection, whatever a header says."""
    visitor = site.new()
    for n in range(11):
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP"):
            visitor.client.headers[name] = (
                f"for=198.51.100.{n}" if name == "Forwarded" else f"198.51.100.{n}"
            )
        page = visitor.send("/letter", code=f"{n:04d}-0000-0000-0000")
        assert page.status_code == (400 if n < 10 else 429)
    site.forget()


def test_a_right_code_buys_no_more_guesses(site: Site, codes: Iterator[str]) -> None:
    """Whoever has one letter guesses at others no more often than anybody else."""
    own, visitor = next(codes), site.new()
    for n in range(10):
        assert visitor.send("/letter", code=f"{n:04d}-0000-0000-0000").status_code == 400
        if n < 9:
            assert visitor.send("/letter", code=own).status_code == 200
    assert visitor.send("/letter", code="9999-0000-0000-0000").status_code == 429
    site.forget()


def test_a_street_with_one_address_can_answer(site: Site, codes: Iterator[str]) -> None:
    """Codes that are right are no guesses: fifteen and more in an hour from one address."""
    visitor, own = site.new(), next(codes)
    assert {visitor.send("/letter", code=own).status_code for _ in range(15)} == {200}


@pytest.mark.parametrize("place", ["/letter", "/letter/answer", "/mine"])
def test_codes_are_counted_together_wherever_they_are_typed(
    site: Site, codes: Iterator[str], place: str
) -> None:
    visitor = site.family()
    assert visitor.post("/letter", code="0000-0000-0000-0000").status_code == 400
    site.tried(10)
    own = next(codes)
    assert visitor.post(place, code=own, answer="no").status_code == 429
    site.forget()
    assert visitor.post(place, code=own, answer="no").status_code == 200, (
        "and the code was not used up"
    )


@pytest.mark.long
def test_whoever_finds_a_browser_open_does_not_guess_the_password(site: Site) -> None:
    visitor = site.family()
    change = {"password": "another lantern here"}
    found = [
        visitor.send("/account", old=f"guess number {n}", **change).status_code for n in range(9)
    ]
    assert set(found[:8]) == {400} and found[8] == 429
    assert visitor.send("/account", old=PASSWORD, **change).status_code == 429
    site.forget()
    assert "Your password is changed" in visitor.send("/account", old=PASSWORD, **change).text


def test_second_factors_are_tried_six_times(behind: Site) -> None:
    """The right digits do not help then; nor does signing in anew start the count again."""
    behind.forget()
    visitor = behind.through("192.0.2.1")
    page = guess(visitor, "keeper", RIGHT)
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert key
    text = key[1].replace(" ", "")
    secret = b32decode(text + "=" * (-len(text) % 8))
    found = [visitor.send("/second-factor", token=f"{n:06d}").status_code for n in range(7)]
    assert set(found[:6]) == {400} and found[6] == 429
    guess(visitor, "keeper", RIGHT)
    told = visitor.send("/second-factor", token=f"{totp(secret):06d}")
    assert told.status_code == 429 and visitor.get("/staff/accounts").url.path == "/second-factor"
    behind.forget()


def test_families_have_no_second_factor_to_guess(site: Site) -> None:
    answer = site.family().get("/second-factor")
    assert answer.url.path == "/account"
