"""One served town for every browser test of this folder, and browsers to visit it with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from tests.linkage.conftest import (
    equal_rows_are_trained_on_once,
    global_random_state_stays_untouched,
)
from tests.served.browser.place import Place, make_place, make_staff
from tests.served.conftest import served
from tests.sparing import spare_training
from tests.web.conftest import browser
from tests.web_permission.conftest import forget_tries

__all__ = [
    "browser",
    "equal_rows_are_trained_on_once",
    "global_random_state_stays_untouched",
]
PHONE = {"width": 390, "height": 844}


class Opens(Protocol):
    """A page of a browser. who: an account that is signed in already; "" for anyone."""

    def __call__(self, who: str = "", *, scripts: bool = True) -> Any: ...


@pytest.fixture(scope="session")
def place(
    tmp_path_factory: pytest.TempPathFactory, spared: None, models: Any, full: bool
) -> Iterator[Place]:
    """The town, served without the accounts of the demonstration: staff need their second factor."""
    before = random.getstate()
    with pytest.MonkeyPatch.context() as patched:
        if not full:
            spare_training(patched, models)
        found = make_place(tmp_path_factory.mktemp("browser") / "town")
    random.setstate(before)  # Splink names its own tables from the global state
    with served(found.root) as address:
        found.address = address
        make_staff(found)
        yield found
        for visitor in found.posts.values():
            visitor.close()


@pytest.fixture(scope="module", autouse=True)
def while_a_browser_runs() -> Iterator[None]:
    """Django takes every test beside Playwright for an asynchronous one; none is."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def opens(browser: Any, place: Place) -> Iterator[Opens]:
    """Whatever a script does wrong fails the test."""
    made: list[Any] = []
    faults: list[str] = []

    def opening(who: str = "", *, scripts: bool = True) -> Any:
        forget_tries(place.root)
        context = browser.new_context(
            viewport=PHONE, java_script_enabled=scripts, base_url=place.address
        )
        context.set_default_timeout(15_000)
        made.append(context)
        if who:
            context.add_cookies(cookies(place, who))
        view = context.new_page()
        listen(view, faults)
        return view

    yield opening
    for context in made:
        context.close()
    assert faults == []


def cookies(place: Place, who: str) -> list[dict[str, str]]:
    """What the browser of somebody who signed in keeps."""
    held = place.post(who).client.cookies.jar
    return [{"name": one.name, "value": one.value or "", "url": place.address} for one in held]


def went(place: Place, who: str, held: list[dict[str, Any]]) -> None:
    """A visit got a new name, as when a code is typed: whoever comes next has it."""
    jar = place.posts[who].client.cookies
    for one in held:
        for old in [cookie for cookie in jar.jar if cookie.name == one["name"]]:
            jar.delete(old.name, domain=old.domain, path=old.path)
            jar.set(one["name"], one["value"], domain=old.domain, path=old.path)


def listen(view: Any, faults: list[str]) -> None:
    """Note whatever a script of a page does wrong."""
    view.on("pageerror", lambda error: faults.append(str(error)))
    view.on("console", lambda said: faults.append(said.text) if _wrong(said) else None)


def _wrong(said: Any) -> bool:
    return said.type == "error" and "status of 4" not in said.text


@pytest.fixture(params=["with scripts", pytest.param("without", marks=pytest.mark.long)])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Each journey is made twice."""
    return bool(request.param == "with scripts")
