"""Signing up, in and out, and what somebody who guesses, forges or plants comes to."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from base64 import b32decode
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from django_otp.oath import totp

from tests.served.conftest import served
from tests.served.visitor import Visitor

Visit = Callable[..., Visitor]
GOOD = "paper lantern river"


def account(visit: Visit, name: str) -> Visitor:
    """A new family account, signed in."""
    visitor = visit()
    answer = visitor.send("/sign-up", login=name, password=GOOD)
    assert name in answer.text and answer.status_code in (200, 404), answer.text[:500]
    return visitor


@pytest.mark.long
def test_whoever_reads_welsh_signs_in_in_welsh_and_staff_pages_are_english(visitor: Visit) -> None:
    assert visitor().get("/cy/mine").url.path == "/cy/sign-in"
    assert visitor().get("/cy/mine").url.params["then"] == "/cy/mine"
    page = visitor("clerk").get("/cy/staff/record")
    assert '<html lang="en"' in page.text and page.headers["Content-Language"] == "en"
    assert "Cymraeg" not in page.text


def test_an_account_is_a_name_and_a_password(visitor: Visit) -> None:
    somebody = account(visitor, "willow")
    assert "Sign out" in somebody.get("/account").text
    somebody.send("/account", form=0)  # nothing typed
    changed = somebody.send("/account", old=GOOD, password="another lantern here")
    assert "Your password is changed" in changed.text
    assert visitor().sign_in("WILLOW", "another lantern here")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "at least 10 characters"),
        ("1234567890123", "digits alone"),
        ("password123", "most common"),
        ("", "Enter a password"),
    ],
)
def test_what_was_typed_stays_and_it_is_said_what_to_do(
    visitor: Visit, password: str, told: str
) -> None:
    answer = visitor().send("/sign-up", login="typed name", password=password)
    assert answer.status_code == 400
    assert "There is a problem" in answer.text and told in answer.text
    assert 'value="typed name"' in answer.text
    assert "<title>Error:" in answer.text
    assert password == "" or password not in answer.text


def test_a_wrong_name_and_a_wrong_password_are_told_alike(visitor: Visit) -> None:
    account(visitor, "known name")
    told = []
    for login in ("known name", "name nobody has"):
        answer = visitor().send("/sign-in", login=login, password="not the password")
        assert answer.status_code == 400
        text = re.sub(r'(nonce|value)="[^"]*"', "", answer.text)
        told.append(text)
    assert told[0] == told[1]


def test_guessing_is_stopped_and_the_right_password_does_not_help(visitor: Visit) -> None:
    account(visitor, "guessed at")
    guesser = visitor()
    statuses = [
        guesser.send("/sign-in", login="guessed at", password=f"guess number {n}").status_code
        for n in range(9)
    ]
    assert statuses[-1] == 429 and set(statuses[:8]) == {400}
    assert visitor().send("/sign-in", login="guessed at", password=GOOD).status_code == 429


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_elsewhere(visitor: Visit, wanted: str) -> None:
    one = visitor()
    page = one.get("/sign-in", params={"then": wanted})
    assert page.status_code == 200
    account(visitor, f"sent {abs(hash(wanted))}")
    one.client.follow_redirects = False
    answer = one.send(f"/sign-in?then={wanted}", login=f"sent {abs(hash(wanted))}", password=GOOD)
    assert answer.status_code == 302 and answer.headers["Location"] in ("/mine", "/account")


def test_a_session_is_new_after_signing_in(visitor: Visit) -> None:
    account(visitor, "fixed one")
    planted = visitor()
    planted.client.cookies.set("licet", "planted-by-somebody-else")
    planted.sign_in("fixed one", GOOD)
    assert planted.client.cookies.get("licet", domain="127.0.0.1") != "planted-by-somebody-else"


def test_a_form_from_elsewhere_is_refused(visitor: Visit, address: str) -> None:
    somebody = account(visitor, "forged at")
    answer = somebody.client.post("/sign-out", data={})
    assert answer.status_code == 403 and "came from another site" in answer.text
    answer = httpx.post(f"{address}/sign-up", data={"login": "forged", "password": GOOD})
    assert answer.status_code == 403


def test_nobody_makes_themselves_staff(visitor: Visit) -> None:
    visitor().send(
        "/sign-up", login="climber", password=GOOD, role="keeper", is_active="1", post="Head"
    )
    climber = visitor().sign_in("climber", GOOD)
    assert climber.get("/staff/accounts").status_code == 403


def test_a_locked_account_is_out_at_once(visitor: Visit) -> None:
    keeper = visitor("keeper")
    made = keeper.send(
        "/staff/accounts", login="short stay", post="Desk", role="clerk", password=GOOD
    )
    assert "The account is made" in made.text
    clerk = visitor().sign_in("short stay", GOOD)
    key = re.search(
        r'name="key" value="([^"]+)">\s*<button[^>]*>Lock\s*<span[^>]*>short stay', made.text
    )
    assert key is not None
    keeper.post("/staff/accounts", act="lock", key=key[1])
    assert "Sign out" not in clerk.get("/account").text
    again = visitor().send("/sign-in", login="short stay", password=GOOD)
    assert "The name or the password is wrong, or the account is locked" in again.text


def test_a_body_that_is_too_large_is_cut_off(address: str) -> None:
    answer = httpx.post(f"{address}/sign-in", content=b"x" * 1_100_000)
    assert answer.status_code == 413


def test_every_answer_has_the_headers(visitor: Visit) -> None:
    for path in ("/sign-in", "/no-such-page", "/static/site.css"):
        headers = visitor().get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        if not path.startswith("/static"):
            assert "script-src 'self' 'nonce-" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Referrer-Policy"] == "same-origin"
    somebody = account(visitor, "not kept")
    assert somebody.get("/account").headers["Cache-Control"] == "no-store"
    cookie = visitor().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_another_host_is_refused(address: str) -> None:
    answer = httpx.get(f"{address}/sign-in", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400 and "elsewhere" not in answer.text


def test_no_password_stands_in_what_the_program_says(visitor: Visit, town: Path) -> None:
    visitor().send("/sign-in", login="marker-name-qx", password="marker-password-qx")
    said = (town / "served.txt").read_text()
    assert "marker-" not in said


@pytest.mark.long
def test_staff_need_a_second_factor(tmp_path: Path, town: Path) -> None:
    """Where it is no demonstration: the first keeper is made on the command line."""
    own = tmp_path / "town"
    shutil.copytree(town, own)
    made = subprocess.run(
        [sys.executable, "-m", "licet", "account", str(own), "first keeper"],
        capture_output=True,
        text=True,
        check=True,
    )
    password = made.stdout.split(": ")[1].strip()
    with served(own) as address:
        visitor = Visitor(address)
        demo = visitor.send("/sign-in", login="keeper", password="three words here")
        assert demo.status_code == 400, "demo accounts work in a demonstration alone"
        assert "three words here" not in visitor.get("/sign-in").text
        page = visitor.send("/sign-in", login="first keeper", password=password)
        assert "second factor" in page.text
        assert visitor.client.get("/staff/accounts").url.path == "/second-factor"
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
        assert key is not None
        text = key[1].replace(" ", "")
        secret = b32decode(text + "=" * (-len(text) % 8))
        wrong = visitor.send("/second-factor", token="000000")
        assert wrong.status_code == 400 and "not right" in wrong.text
        visitor.send("/second-factor", token=f"{totp(secret):06d}")
        assert visitor.get("/staff/accounts").status_code == 200
        visitor.close()


def test_a_demonstration_tells_its_accounts_where_one_signs_in(visitor) -> None:
    page = visitor().get("/sign-in").text
    assert "three words here" in page and "Everybody may sign in" in page
    for login in ("parent", "owner", "clerk two", "auditor two", "keeper"):
        assert f">{login}</td>" in page
    assert "Sign out" in visitor("clerk two").get("/staff/disputes").text
