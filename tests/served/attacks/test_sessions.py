"""A visit has a new name whenever its rights grow, none once it is over, and a cookie that nobody else reads."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Iterator

import httpx
import pytest
from django_otp.oath import totp

from tests.served.attacks.conftest import PASSWORD, Site
from tests.served.visitor import Visitor
from tests.web_permission.conftest import answer
from tests.web_permission.test_mine import added

COOKIE = "licet"


def name_of(visitor: Visitor) -> str:
    """The name of a visit."""
    return next((one.value for one in visitor.client.cookies.jar if one.name == COOKIE), "") or ""


def planted(site: Site, name: str) -> Visitor:
    """Somebody whose browser was given the name of a visit."""
    visitor = site.new()
    visitor.client.cookies.set(COOKIE, name, domain="127.0.0.1")
    return visitor


def test_each_step_up_has_a_new_name_and_the_old_one_opens_nothing(
    site: Site, codes: Iterator[str]
) -> None:
    visitor, code = site.new(), next(codes)
    receipt = answer(visitor, code, "no").url.path
    names = [name_of(visitor)]

    def grown() -> None:
        assert name_of(visitor) not in names, "the same name as before"
        old = planted(site, names[-1])
        assert old.get(receipt).status_code == 404 and "Sign out" not in old.get("/uses").text
        names.append(name_of(visitor))

    other = next(codes)
    answer(visitor, other, "no")
    grown()
    visitor.send("/sign-up", login="grows by steps", password=PASSWORD)
    grown()
    added(visitor, next(codes))
    grown()
    visitor.send("/account", old=PASSWORD, password="another lantern here")
    grown()
    signed = planted(site, names[-1])
    assert "Sign out" in signed.get("/account").text, (
        "a name that holds is a key: so it must be new"
    )
    visitor.post("/sign-out")
    assert "Sign out" not in planted(site, names[-1]).get("/account").text
    assert visitor.get(receipt).status_code == 404


def test_a_planted_visit_is_not_taken_over(site: Site, codes: Iterator[str]) -> None:
    """A name that the attacker holds, planted in a parent's browser, shows nothing of the parent."""
    attacker = site.new()
    answer(attacker, next(codes), "later")
    victim = planted(site, name_of(attacker))
    receipt = answer(victim, next(codes), "no").url.path
    assert victim.get(receipt).status_code == 200 and attacker.get(receipt).status_code == 404
    second = planted(site, name_of(attacker))
    second.sign_in("parent")
    assert "Sign out" not in attacker.get("/uses").text
    assert name_of(second) != name_of(attacker)


@pytest.mark.parametrize("name", ["made-up-by-somebody", "0" * 32, "a" * 32])
def test_a_name_that_was_made_up_is_never_used(site: Site, name: str) -> None:
    visitor = planted(site, name)
    visitor.send("/sign-in", login="parent", password="three words here")
    held = [one.value for one in visitor.client.cookies.jar if one.name == COOKIE]
    assert (
        any(one != name for one in held) and "Sign out" not in planted(site, name).get("/uses").text
    )


def test_signing_out_and_another_password_end_every_other_visit(site: Site) -> None:
    site.forget()
    one, two = site.new(), site.new()
    one.send("/sign-up", login="in two places", password=PASSWORD)
    two.sign_in("in two places", PASSWORD)
    old = name_of(two)
    one.send("/account", old=PASSWORD, password="another lantern here")
    assert "Sign out" in one.get("/account").text
    assert (
        "Sign out" not in two.get("/account").text
        and "Sign out" not in planted(site, old).get("/").text
    )


def test_another_account_in_the_same_browser_sees_nothing_of_the_first(
    site: Site, codes: Iterator[str]
) -> None:
    visitor = site.new()
    receipt = answer(visitor, next(codes), "no").url.path
    visitor.sign_in("parent")
    visitor.send("/sign-in", login="clerk", password="three words here")
    assert visitor.get(receipt).status_code == 404
    visitor.post("/sign-out")
    assert visitor.get(receipt).status_code == 404


def test_cookies_are_for_https_and_this_site_alone(behind: Site) -> None:
    behind.forget()
    visitor = behind.through("192.0.2.1")
    given = [visitor.get("/sign-in")]
    form = visitor.send("/sign-in", login="parent", password="three words here")
    given += [*form.history, form]
    cookies = [one for each in given for one in each.headers.get_list("Set-Cookie")]
    assert {one.partition("=")[0] for one in cookies} == {"csrftoken", COOKIE}
    for one in cookies:
        flags = {part.strip().casefold() for part in one.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags, one
        assert not any(flag.startswith("domain") for flag in flags), one
    last = [one for one in cookies if one.startswith(COOKIE)][-1]
    assert "max-age" not in last.casefold(), "it ends with the browser"
    assert given[0].headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert form.headers["Cache-Control"] == "no-store"


def test_over_https_a_form_says_from_where_it_comes(behind: Site) -> None:
    """Without Origin the Referer has to be a page of this site."""
    behind.forget()
    visitor = behind.through("192.0.2.1")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', visitor.get("/check").text)
    assert token
    data = {"csrfmiddlewaretoken": token[1], "given": "0"}
    del visitor.client.headers["Origin"]
    safe = behind.address.replace("http:", "https:")
    told = {"https://elsewhere.example/": 403, "": 403, f"{safe}/check": 200,
            f"{behind.address}/check": 403}  # fmt: skip
    for referer, status in told.items():
        found = visitor.client.post(
            "/check", data=data, headers={"Referer": referer} if referer else {}
        )
        assert found.status_code == status, referer


def test_the_second_factor_gives_a_new_name_and_the_password_alone_opens_nothing(
    behind: Site,
) -> None:
    behind.forget()
    visitor = behind.through("192.0.2.1")
    page = visitor.send("/sign-in", login="auditor two", password="three words here")
    half = name_of(visitor)
    for place in ("/staff/questions", "/account", "/staff/samples"):
        assert visitor.get(place).url.path == "/second-factor"
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert key
    text = key[1].replace(" ", "")
    secret = b32decode(text + "=" * (-len(text) % 8))
    digits = f"{totp(secret):06d}"
    visitor.send("/second-factor", token=digits)
    assert visitor.get("/staff/questions").status_code == 200 and name_of(visitor) != half
    old = httpx.get(f"{behind.address}/staff/questions", cookies={COOKIE: half},
                    headers={"X-Forwarded-Proto": "https"})  # fmt: skip
    assert old.status_code == 302
    again = behind.through("192.0.2.1")
    again.send("/sign-in", login="auditor two", password="three words here")
    # The same six, also where half a minute has turned in between and new ones are due.
    used = again.send("/second-factor", token=digits)
    assert used.status_code == 400, "digits that were used once are used up"
    assert not re.search(r"<code>[A-Z2-7 ]+</code>", used.text), "the key is shown once"
