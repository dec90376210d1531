"""Every view as every role: what the table of roles says is what a browser meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from licet.web.roles import ACTIONS, ROLES, may
from tests.served.visitor import Visitor
from tests.tiers import few

Visit = Callable[..., Visitor]
ACCOUNTS = {
    "family": "parent",
    "owner": "owner",
    "reviewer": "reviewer one",
    "clerk": "clerk",
    "auditor": "auditor",
    "keeper": "keeper",
}


def views() -> Iterator[tuple[str, str]]:
    """Every address without its parts, and the action that its view names."""
    import os
    import subprocess
    import sys

    code = (
        "from pathlib import Path\n"
        "from licet.web.settings import Serving, configure\n"
        "configure(Serving(Path('.'), 'x' * 50, {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}))\n"
        "from licet.web.urls import urlpatterns\n"
        "for one in urlpatterns: print(one.pattern, getattr(one.callback, 'action', '?'), sep='\\t')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    for line in done.stdout.splitlines():
        address, action = line.split("\t")
        yield address, action


@pytest.fixture(scope="module")
def known() -> list[tuple[str, str]]:
    return list(views())


def filled(address: str) -> str:
    """An address with something in its parts."""
    import re

    return "/" + re.sub(r"<(?:\w+:)?\w+>", "1", address)


def test_every_view_names_an_action_of_the_table(known: list[tuple[str, str]]) -> None:
    assert known and {action for _, action in known} <= set(ACTIONS)


def test_every_action_is_some_views(known: list[tuple[str, str]]) -> None:
    assert {action for _, action in known} == set(ACTIONS)


def test_every_action_has_an_owner_who_may_or_keeps_it() -> None:
    for name, action in ACTIONS.items():
        assert action.owner in ROLES and action.who <= set(ROLES), name
        assert action.who, name


@pytest.mark.parametrize("role", few(ROLES, 3))
def test_what_a_role_may_not_it_cannot(
    visitor: Visit, known: list[tuple[str, str]], role: Any
) -> None:
    one = visitor(ACCOUNTS[role]) if role != "anyone" else visitor()
    one.client.follow_redirects = False
    for address, action in known:
        if address == "sign-out":
            continue
        for method in ("GET", "POST"):
            place = filled(address)
            if method == "GET":
                answer = one.get(place)
            else:
                answer = one.post(place)
            sent = answer.headers.get("Location", "").startswith(("/sign-in?", "/second-factor"))
            if may(role, action):
                assert answer.status_code not in (401, 403, 500) and not sent, (place, method)
            elif role == "anyone":
                assert answer.status_code == 302 and sent, (place, method, answer.status_code)
            else:
                assert answer.status_code == 403, (place, method, answer.status_code)
