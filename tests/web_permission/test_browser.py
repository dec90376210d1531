"""Every page of permission in a real browser: 320 pixels, keyboard, right to left, nothing that axe finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import browser
from tests.web.pages import fault, fits
from tests.web_permission.conftest import PASSWORD, forget_tries, mailed, opened

pytestmark = pytest.mark.browser
__all__ = ["browser"]


@pytest.fixture(scope="module", autouse=True)
def while_a_browser_runs() -> Iterator[None]:
    """Django takes every test beside Playwright for an asynchronous one; none is."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


def good(view: Any) -> None:
    """Nothing that axe knows of, and no sideways scrolling; where no script runs, only what HTML shows."""
    if view.evaluate("() => document.body.className.includes('js-enabled')"):
        fault(view)
        fits(view, 320)


PAGES = ("letter", "mine", "mine/KEY", "mine/KEY/early-help", "mine/KEY/early-help?service=education",
         "mine/KEY/history", "mine/KEY/wrong", "mine/KEY/end", "mine/wrong", "cy/letter", "cy/mine/KEY")  # fmt: skip
STAFF = ("staff/record", "staff/disputes", "staff/disputes?settled=yes")


def signed_in(view: Any, address: str, login: str, password: str) -> None:
    view.goto(f"{address}/sign-in")
    view.get_by_label("Name").fill(login)
    view.get_by_label("Password", exact=True).fill(password)
    view.get_by_role("button", name="Sign in").click()


@pytest.fixture
def view(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


def test_every_page_of_a_family(view: Any, address: str, asked: Path, letters) -> None:
    """Empty, in error and done: nothing that axe knows of, at 320 pixels, right to left too."""
    from licet.chapters.correcting import dispute
    from licet.chapters.speaking import voice_of

    forget_tries(asked)
    view.goto(f"{address}/sign-up")
    view.get_by_label("Choose a name").fill("looks at all")
    view.get_by_label("Choose a password").fill(PASSWORD)
    view.get_by_role("button", name="Make the account").click()
    for place in ("mine", "mine/wrong"):
        view.goto(f"{address}/{place}")
        good(view)
    view.goto(f"{address}/mine")
    view.get_by_role("button", name="Add").click()
    good(view)
    view.get_by_label("Code").fill(next(letters)["code"])
    view.get_by_role("button", name="Add").click()
    good(view)
    key = view.url.rpartition("/")[2]
    for place in PAGES:
        view.goto(f"{address}/{place.replace('KEY', key)}")
        good(view)
    for place, button in ((f"mine/{key}/early-help", "Send my answer"), (f"mine/{key}/wrong", "Send it"),
                          ("letter", "Go on")):  # fmt: skip
        view.goto(f"{address}/{place}")
        view.get_by_role("button", name=button).click()
        assert view.title().startswith("Error:"), place
        assert view.evaluate("() => document.activeElement.className").startswith(
            "govuk-error-summary"
        )
        good(view)
    view.goto(f"{address}/mine/{key}/early-help")
    view.get_by_label("Not now").check()
    view.get_by_role("button", name="Send my answer").click()
    good(view)
    with opened(asked) as store:
        account = next(a.account for a in store.acts.of(key=key))
        voice = next(v for v in store.voices.of(account) if v.key == key)
        assert voice_of(asked, "nobody", key) is None
    dispute(
        asked, voice, "education", "", "name", "Another name.", hold=True, now=datetime.now(UTC)
    )
    view.goto(f"{address}/mine/wrong")
    good(view)


def test_a_letter_from_right_to_left(view: Any, address: str, asked: Path) -> None:
    forget_tries(asked)
    code = [one["code"] for one in mailed(asked) if one["language"] == "ur"][-1]
    view.goto(f"{address}/letter#{code}")
    assert view.get_by_label("Code").input_value() == code, "scanned: the code is filled in"
    assert "#" not in view.url
    view.get_by_role("button", name="Go on").click()
    good(view)
    assert view.locator('[lang="ur"]').evaluate("e => getComputedStyle(e).direction") == "rtl"
    view.keyboard.press("Tab")
    assert (
        view.evaluate("() => document.activeElement.textContent.trim()") == "Skip to main content"
    )
    view.get_by_label("No", exact=True).focus()
    view.keyboard.press("Space")
    view.keyboard.press("Enter")
    view.wait_for_url("**/letter/receipt/*")
    good(view)


def test_every_page_of_the_desk(view: Any, address: str, asked: Path, letters) -> None:
    signed_in(view, address, "clerk", "three words here")
    for place in STAFF:
        view.goto(f"{address}/{place}")
        good(view)
    view.goto(f"{address}/staff/record")
    view.get_by_role("button", name="Find").click()
    good(view)
    view.get_by_label("Code of a letter").fill(next(letters)["code"])
    view.get_by_role("button", name="Find").click()
    good(view)
    view.get_by_role("button", name="Record it").click()
    good(view)
    form = view.locator("form", has=view.locator('input[value="link"]'))
    form.get_by_label("The parent or carer to whom our letter went").check()
    form.get_by_label("How did you check").fill("passport seen at the desk")
    form.get_by_role("button", name="Make a code").click()
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", view.locator("main code").inner_text())
    good(view)
