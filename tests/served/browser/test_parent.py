"""The parent's whole way on a phone: find, read, sign up, verify, say no for one child, receipt, next run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.served.browser.conftest import Opens
from tests.served.browser.keyboard import send
from tests.served.browser.place import Place
from tests.served.browser.steps import follow, press, said
from tests.web_permission.conftest import PASSWORD

pytestmark = pytest.mark.browser


def test_no_for_one_child_from_the_front_page_to_the_next_run(
    place: Place, opens: Opens, scripts: bool
) -> None:
    (child, code), (other, second) = next(place.children), next(place.children)
    assert place.rows(child) and place.rows(other)
    phone = opens(scripts=scripts)
    # Find and read.
    phone.goto("/")
    follow(phone, re.compile("^Early help"))
    for part in ("What families said", "Errors by group", "What did parents change?",
                 "Questions and answers", "Runs and refused runs"):  # fmt: skip
        inside = phone.get_by_role("navigation", name="Parts of this entry")
        with phone.expect_navigation():
            inside.get_by_role("link", name=part).click()
        assert part in phone.get_by_role("heading", level=1).inner_text()
        assert phone.get_by_role("link", name="How to say no").is_visible(), (
            "in one step from anywhere"
        )
        follow(phone, "Back to the use")
    follow(phone, "How to say no")
    assert phone.url.endswith("#no")
    # Sign up; the code of each child's letter opens that child alone.
    follow(phone, "Answer a letter")
    follow(phone, "Make an account", role="main")
    phone.get_by_label("Choose a name").fill(f"parent {'with' if scripts else 'without'}")
    phone.get_by_label("Choose a password").fill(PASSWORD)
    press(phone, "Make the account")
    assert "Your account is made" in said(phone)
    for typed in ("ABCD", code, second):
        phone.goto("/mine")
        phone.get_by_label("Code").fill(typed)
        press(phone, "Add")
        if typed == "ABCD":
            assert phone.title().startswith("Error:")
            assert phone.get_by_label("Code").input_value() == "ABCD", "what was typed stays"
    # No, for the first child alone.
    phone.goto("/mine")
    people = phone.get_by_role("main").get_by_role("listitem").get_by_role("link")
    assert people.count() == 2
    with phone.expect_navigation():
        people.first.click()
    follow(phone, re.compile("^Early help"), role="main")
    phone.get_by_label("No", exact=True).check()
    press(phone, "Send my answer")
    told = said(phone)
    assert "You said no" in told and "Early help" in told and "/mine/receipt/" in phone.url
    # The receipt is taken away, and found genuine; changed by one sign it is not.
    with phone.expect_download() as kept:
        phone.get_by_role("link", name="Keep this receipt as a file").click()
    receipt = Path(kept.value.path()).read_text("utf-8")
    for given, found in (
        (receipt, "The receipt is genuine"),
        (receipt.replace("refuse", "grant"), "NOT"),
    ):
        follow(phone, "Check a receipt", role="main")
        phone.get_by_label("Receipt, proof or number").fill(given)
        press(phone, "Check")
        assert found in phone.locator("#result").inner_text()
        phone.go_back()
        phone.go_back()
    # Gone at once, and from the next run; the other child stays.
    assert not place.rows(child) and place.rows(other)
    place.link()
    assert not place.rows(child) and place.rows(other)


def test_a_letter_from_right_to_left_is_answered_by_keyboard(place: Place, opens: Opens) -> None:
    code = place.urdu[1]
    phone = opens()
    phone.goto(f"/letter#{code}")
    assert phone.get_by_label("Code").input_value() == code, "scanned: the code is filled in"
    assert "#" not in phone.url
    send(phone, {}, "Go on")
    assert phone.locator('[lang="ur"]').evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert not phone.get_by_label("Yes", exact=True).count(), "nobody has reviewed the notice"
    send(phone, {"answer": "no"}, "Send my answer")
    assert "You said no" in said(phone)
