"""Whoever follows a link of this site stays on it, whatever stands in the address."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.served.attacks.conftest import Address, Site, World
from tests.tiers import few

ELSEWHERE = (
    "//elsewhere.example", "///elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example",
    "https:elsewhere.example", "https:///elsewhere.example", "http://elsewhere.example/mine",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,hello", "/\t/elsewhere.example",
    "/\n/elsewhere.example", " //elsewhere.example", "\x00//elsewhere.example",
    "//127.0.0.1@elsewhere.example", "//elsewhere.example\\@127.0.0.1",
    "https://127.0.0.1.elsewhere.example", "mine\r\nLocation: https://elsewhere.example",
)  # fmt: skip
NAMES = (
    "then",
    "next",
    "url",
    "return",
    "return_to",
    "redirect",
    "redirect_uri",
    "continue",
    "done",
)


def led_to(base: str, location: str) -> str:
    """The host that a browser would go to: it drops tabs and breaks, and takes \\ for /."""
    seen = "".join(sign for sign in location.strip() if sign not in "\t\r\n").replace("\\", "/")
    place = urlsplit(urljoin(base, seen))
    return place.netloc if place.scheme in ("http", "https") else f"{place.scheme}:"


@pytest.mark.parametrize("wanted", few(ELSEWHERE, 3))
def test_after_signing_in(site: Site, wanted: str) -> None:
    """Asked in the address, and in the form itself."""
    home = urlsplit(site.address).netloc
    for place, more in (
        (f"/sign-in?then={quote(wanted, safe='')}", {}),
        ("/sign-in", {"then": wanted}),
    ):
        visitor = site.new()
        page = visitor.get(place)
        assert page.status_code in (200, 400) and 'action="//' not in page.text
        visitor.client.follow_redirects = False
        answer = visitor.post(place, login="parent", password="three words here", **more)
        assert answer.status_code in (302, 400), answer.status_code
        if answer.status_code == 302:
            assert led_to(site.address, answer.headers["Location"]) == home
            assert answer.headers["Location"] == "/mine"


@pytest.mark.parametrize("wanted", ["/mine/questions", "/%09/elsewhere.example"])
def test_a_place_of_this_site_is_gone_to(site: Site, wanted: str) -> None:
    visitor = site.new()
    visitor.client.follow_redirects = False
    place = f"/sign-in?then={quote(wanted)}"
    answer = visitor.post(place, login="parent", password="three words here")
    assert answer.headers["Location"] == wanted


@pytest.mark.parametrize("wanted", few([ELSEWHERE[6], ELSEWHERE[0], ELSEWHERE[10]]))
def test_from_every_address(
    site: Site, world: World, addresses: list[Address], wanted: str
) -> None:
    """With anything that sites call such a parameter, and from a page elsewhere, in both languages."""
    home = urlsplit(site.address).netloc
    query = "&".join(f"{name}={quote(wanted, safe='')}" for name in NAMES)
    for one in addresses:
        visitors = {world.one if one.role == "parent" else site.by(one.role), site.by("")}
        for visitor in visitors:
            for language in ("", "/cy"):
                place = f"{language}{one.filled(world.parts())}?{query}"
                answer = visitor.client.get(
                    place, headers={"Referer": wanted.strip()}, follow_redirects=False
                )
                if "Location" in answer.headers:
                    assert led_to(site.address, answer.headers["Location"]) == home, place


@pytest.mark.parametrize(
    "path", ["//elsewhere.example/mine", "/cy//elsewhere.example", "/\\elsewhere.example"]
)
def test_an_address_that_looks_like_another_host(site: Site, path: str) -> None:
    answer = site.by("").client.get(f"{site.address}{path}", follow_redirects=False)
    location = answer.headers.get("Location", "")
    assert not location or led_to(site.address, location) == urlsplit(site.address).netloc
