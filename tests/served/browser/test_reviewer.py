"""Two reviewers settle a pair, blind to each other; the next run holds its rows as one person."""

from __future__ import annotations

from typing import Any

import pytest

from tests.linkage.town import USE, store_of
from tests.served.browser.conftest import Opens
from tests.served.browser.place import Place, a_pair
from tests.served.browser.steps import follow, press, said

pytestmark = [pytest.mark.browser, pytest.mark.long]
REASON = "The birth and the street decide it."


def told(place: Place, first: str, second: str) -> set[str]:
    """What the linker was told of two rows."""
    with store_of(place.root) as store:
        held = store.reviews.standing(USE)
    return {one.link for one in held if (one.first, one.second) == (first, second)}


def too_late(view: Any) -> None:
    """Who answers a pair once more, in another window, changes nothing and is shown the next."""
    view.get_by_label("No, two people").check()
    press(view, "Keep my answer")
    assert "you answered it before" in said(view) and view.url.endswith("/staff/pairs")


def test_two_who_agree_join_two_rows(place: Place, opens: Opens, scripts: bool) -> None:
    name = f"{int(scripts):024x}"
    first, second = a_pair(place, name)
    seen = []
    for who in ("reviewer one", "reviewer two"):
        view = opens(who, scripts=scripts)
        view.goto("/")
        follow(view, "Pairs to review")
        assert view.locator('input[name="pair"]').get_attribute("value") == name
        other = view.context.new_page()
        other.goto("/staff/pairs")
        seen.append(said(view))
        assert not view.locator('input[name="answer"]:checked').count()
        assert REASON not in view.content()
        assert not told(place, first, second), "one alone tells the linker nothing"
        press(view, "Keep my answer")
        assert view.title().startswith("Error:"), "nothing was chosen"
        view.get_by_label("Yes, the same person").check()
        view.get_by_label("Why (optional)").fill(REASON)
        press(view, "Keep my answer")
        assert "Your answer is kept" in said(view)
        too_late(other)
        if view.locator('input[name="pair"]').count():
            assert view.locator('input[name="pair"]').get_attribute("value") != name, "asked once"
    assert seen[0].partition("Two records")[2] == seen[1].partition("Two records")[2], "blind"
    assert told(place, first, second) == {"must"}
    assert place.persons()[first] != place.persons()[second]
    place.link()
    assert place.persons()[first] == place.persons()[second]
