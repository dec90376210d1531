"""Every page of the site, in each state and language: no fault, 320 pixels, keyboard, right to left, Welsh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from licet.report.site.environment import translator
from tests.conftest import FULL
from tests.served.browser.conftest import cookies, listen, went
from tests.served.browser.keyboard import send, walk
from tests.served.browser.known import PREPARED, Known
from tests.served.browser.place import Place
from tests.served.browser.steps import said
from tests.served.browser.table import (
    LOOKS,
    NOT_PAGES,
    WITHOUT_ERROR,
    Look,
    every,
    in_short,
    is_file,
)
from tests.served.test_rights import views
from tests.web.pages import fault, fits, look
from tests.web_permission.conftest import forget_tries

pytestmark = pytest.mark.browser
CASES = [(one, language) for one, language in every(LOOKS) if FULL or in_short(one, language)]
SAMPLE = {"", "letter/answer"}
"""Addresses that `make test` looks at: one of each kind of page and form. The others are long."""
ENGLISH = r"\b(the|you|your|and|with|what|this|that|not|for|are|who|said|it|of|by|from|can)\b"
UNTOLD = """words => {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim(), around = texts.currentNode.parentElement;
    if (!text || around.closest('script, style, code, textarea, [dir=auto]')) continue;
    if (around.closest('[lang]').lang === 'cy' && new RegExp(words, 'i').test(text)) found.push(text);
  }
  return found;
}"""
"""Texts of a Welsh page that hold English words and do not say that they are English."""


@pytest.fixture(scope="module")
def known(place: Place) -> Known:
    found = Known(place)
    assert found.accepted
    assert place.post("looker"), "signs up, whatever test comes first"
    return found


@pytest.fixture(scope="module")
def page(browser: Any, place: Place) -> Iterator[Any]:
    """One page for all: what every page needs is fetched once."""
    context = browser.new_context(viewport={"width": 320, "height": 800}, base_url=place.address)
    found = context.new_page()
    found.faults = faults = []
    listen(found, faults)
    yield found
    context.close()


@pytest.fixture
def visit(page: Any, place: Place) -> Iterator[Callable[[str], Any]]:
    """The page as somebody opens it. Whatever a script does wrong fails the test."""

    came: list[str] = []

    def visiting(who: str) -> Any:
        forget_tries(place.root)
        page.context.clear_cookies()
        if who:
            came.append(who)
            page.context.add_cookies(cookies(place, who))
        return page

    page.faults.clear()
    yield visiting
    for who in came:
        went(place, who, page.context.cookies())
    assert page.faults == []


@pytest.mark.parametrize(
    ("one", "language"),
    [
        case if case[0].address in SAMPLE else pytest.param(*case, marks=pytest.mark.long)
        for case in CASES
    ],
    ids=[f"{one.name} [{language}]" for one, language in CASES],
)
def test_page(one: Look, language: str, visit: Callable[[str], Any], known: Known) -> None:
    prefix, _ = ("/" if language == "en" else f"/{language}/"), translator(language)
    who, first, field, button = PREPARED.get(one.who, (one.who, "", "", ""))
    path = known.fill(one.path)  # what has to be there is made before anybody comes
    sent = None if one.sent is None else known.filled(one.sent)
    view = visit(known.fill(who))
    if first:
        view.goto(f"{prefix}{first}")
        typed = known.offer if first == "offer" else known.code
        send(view, {field: typed}, _(button))
    else:
        view.goto(f"{prefix}{path}")
    if sent is not None:
        send(view, sent, _(one.button))
    if one.state == "error" and one.sent is not None:
        assert view.title().startswith(_("Error:"))
        assert "govuk-error-summary" in view.evaluate("document.activeElement.className")
    elif one.sent is not None and one.state == "done":
        assert not view.title().startswith(_("Error:")), said(view)
    if one.said and language == "en":
        assert one.said in said(view)
    stands(view, language, keyboard=one.sent is None and language == "en")


def stands(view: Any, language: str, *, keyboard: bool) -> None:
    """What every page has to stand."""
    fits(view, 320)
    look(view)
    fault(view)
    assert view.locator("html").get_attribute("lang") == language
    if language != "en":
        assert view.evaluate(UNTOLD, ENGLISH) == []
    if keyboard:
        walk(view)
    view.evaluate("document.documentElement.dir = 'rtl'")
    fits(view, 320)
    assert view.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") in (
        "start",
        "right",
    )


def test_every_address_is_looked_at() -> None:
    addresses = {address for address, _ in views()}
    pages = {address for address in addresses if not is_file(address)}
    assert pages == {one.address for one in LOOKS} | set(NOT_PAGES)


def test_every_form_is_looked_at_with_a_fault_and_done() -> None:
    sent: dict[str, set[str]] = {}
    for one in LOOKS:
        sent.setdefault(one.address, set()).update([one.state] if one.sent is not None else [])
    for address, states in sent.items():
        if states:
            assert "done" in states, address
            assert ("error" in states) != (address in WITHOUT_ERROR), address
