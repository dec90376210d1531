"""Nothing is done by a form of another site, and nothing by looking."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.served.attacks.conftest import ROLES, USE, Address, Site, World, snapshot
from tests.served.visitor import forms_of
from tests.tiers import few

FOREIGN = {
    "another site": {"Origin": "https://elsewhere.example"},
    "nobody's page": {"Origin": "null"},
    "another port": {"Origin": "http://127.0.0.1:1"},
}


def token(visitor) -> str:
    """The right token of a visit."""
    form = next(one for one in forms_of(visitor.get("/check").text) if "given" in one["fields"])
    return str(form["fields"]["csrfmiddlewaretoken"])


@pytest.mark.usefixtures("unchanged")
def test_no_form_is_taken_without_a_token(
    site: Site, world: World, addresses: list[Address]
) -> None:
    for one in addresses:
        visitor = world.one if one.role == "parent" else site.by(one.role)
        answer = visitor.client.post(
            one.filled(world.parts()), data={"x": "y"}, follow_redirects=False
        )
        assert answer.status_code == (403 if "POST" in one.methods else 405), one.pattern


@pytest.mark.parametrize("who", FOREIGN)
@pytest.mark.usefixtures("unchanged")
def test_nor_with_the_right_token_from_elsewhere(
    site: Site, world: World, addresses: list[Address], who: str
) -> None:
    right = {one: token(one) for one in [world.one, *map(site.by, {a.role for a in addresses})]}
    for one in addresses:
        visitor = world.one if one.role == "parent" else site.by(one.role)
        answer = visitor.client.post(
            one.filled(world.parts()),
            data={"csrfmiddlewaretoken": right[visitor]},
            headers=FOREIGN[who],
            follow_redirects=False,
        )
        assert answer.status_code == (403 if "POST" in one.methods else 405), one.pattern


def test_a_token_of_another_visit_opens_nothing(site: Site, world: World) -> None:
    other = token(site.by("owner"))
    answer = world.one.client.post(f"/uses/{USE}/ask", data={"csrfmiddlewaretoken": other})
    assert answer.status_code == 403


@pytest.mark.parametrize("role", few(list(ROLES), 2))
def test_looking_changes_nothing(
    site: Site, world: World, addresses: list[Address], town: Path, role: str
) -> None:
    """Every address by GET and HEAD, as every role: all tables and files are as before."""
    visitor = world.one if role == "family" else site.by(ROLES[role])
    visitor.get(
        "/uses"
    )  # entries that the calendar has outrun are made anew by whoever looks first
    before = snapshot(town)
    for one in addresses:
        for method in ("GET", "HEAD"):
            answer = visitor.client.request(
                method, one.filled(world.parts()), follow_redirects=False
            )
            assert answer.status_code < 500, (one.pattern, method)
    after = snapshot(town)
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == set()
    assert "Sign out" in visitor.get("/account").text or role == "anyone", "nor does it sign out"


def test_other_methods_are_refused(site: Site, world: World, addresses: list[Address]) -> None:
    visitor = site.by("")
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        for one in addresses[::6]:
            answer = visitor.client.request(
                method, one.filled(world.parts()), follow_redirects=False
            )
            assert answer.status_code == 405 and "GET" in answer.headers["Allow"], (
                method,
                one.pattern,
            )
