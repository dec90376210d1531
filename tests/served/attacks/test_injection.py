"""What is typed is text and nothing else: for the database, the page, the header, the file, the template."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.served.attacks.conftest import USE, Address, Site, World, asked, made_world, snapshot
from tests.served.attacks.forms import TYPED, Form, forms_on
from tests.served.test_staff import drafted
from tests.served.visitor import Visitor

pytestmark = pytest.mark.long

EVERYTHING = (
    "x'\"; DROP TABLE store_event; -- <script>alert(1)</script><img src=x onerror=alert(2)> "
    "{{7*191919}} {% include 'site.html' %} ${7*191919} %s %(x)s \u202eright to left\u202c "
    "../../../../etc/passwd \\..\\ =cmd|' /C calc'!A1"
)
LINES = "first line\r\nX-Planted: yes\r\n\r\n<b>second</b>"
NOTHING = "with\x00nothing"
LONG = "a long word, " * 8_000
WORDS = {"everything": EVERYTHING, "lines": LINES, "nothing": NOTHING, "long": LONG}
PARTS = {
    "up": "..%2f..%2f..%2fetc%2fpasswd",
    "dots": "..",
    "nothing": "x%00y",
    "lines": "x%0d%0aX-Planted:%20yes",
    "turned": "%E2%80%AEx",
    "sql": "1'%20OR%20'1'='1",
    "template": "%7B%7B7*191919%7D%7D",
    "script": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "broken": "%ff%fe",
    "half": "%",
    "number": "9" * 40,
    "edge": "x" * 200,
    "long": "x" * 4_000,
}
PAGES: tuple[tuple[str, str], ...] = (
    ("", "/check"), ("", "/letter"), ("", "/sign-in"), ("", "/sign-up"), ("", "/search"),
    ("parent", "/mine"), ("parent", "/mine/questions"), ("parent", "/mine/groups"),
    ("parent", f"/uses/{USE}/ask"), ("parent", "/mine/{key}"), ("parent", f"/mine/{{key}}/{USE}"),
    ("parent", "/mine/{key}/wrong"), ("parent", "/mine/wrong"), ("parent", "/questions/{open}"),
    ("parent", "/account"),
    ("owner", "/staff/uses"), ("owner", "/staff/runs"), ("owner", f"/uses/{USE}/notice"),
    ("owner", "/staff/answers/{open}"), ("owner", "/staff/samples"),
    ("reviewer one", "/staff/pairs"), ("auditor", "/staff/questions/{sent}"),
    ("parent", "/offer"), ("auditor", "/staff/samples"), ("clerk", "/staff/record"), ("clerk", "/staff/disputes"),
    ("keeper", "/staff/accounts"), ("keeper", "/account"),
)  # fmt: skip
"""Who meets a form where."""


@pytest.fixture(scope="module")
def world(site: Site, codes: Iterator[str]) -> World:
    """One of its own: whoever sends every form also takes questions back, and opens them."""
    return made_world(site, codes)


def met(site: Site, world: World) -> Iterator[tuple[Visitor, str, Form]]:
    """Every form of every page, with somebody who may send it."""
    places = {"key": world.key, "open": world.open, "sent": world.sent}
    for login, pattern in PAGES:
        visitor, page = (
            (world.one if login == "parent" else site.by(login)),
            pattern.format(**places),
        )
        for form in forms_on(visitor.get(page).text):
            if form.values.get("act") == "lock":
                continue  # it locks somebody whom other tests need
            yield visitor, page, form


def sound(answer: httpx.Response) -> None:
    """Nothing that was sent became more than text."""
    assert answer.status_code < 500, answer.url
    assert "X-Planted" not in answer.headers
    for bad in ("<script>alert", "<img src=x", "onerror=alert(2)>", "1343433", "root:x:0"):
        assert bad not in answer.text, (answer.url, bad)
    shown = re.sub(
        r'value="[^"]*"', "", answer.text
    )  # what somebody typed stays as it was in its field
    assert "\u202e" not in shown, answer.url


def test_the_walk_meets_every_form(site: Site, world: World, addresses: list[Address]) -> None:
    """Where a view takes a form, a page of the walk has it; but for what follows other pages."""
    seen = {form.action or page for _, page, form in met(site, world)}
    patterns = {one.pattern for one in addresses if "POST" in one.methods}
    places = {one.filled({**world.parts(), "number": number}): one.pattern
              for one in addresses if one.pattern in patterns
              for number in (str(world.open), str(world.sent))}  # fmt: skip
    left = patterns - {places.get(place.partition("?")[0], "") for place in seen}
    assert left == {
        "letter/answer",  # with a code that works: the page /letter leads there
        "letter/receipt/<name:name>.json", "letter/receipt/<name:name>", "mine/receipt/<name:name>.json",
        "mine/receipt/<name:name>", "staff/receipt/<name:name>.json", "staff/receipt/<name:name>",
        "mine/<name:key>", "mine/<name:key>/history", "mine/verify", "mine/verified",
        "mine/<name:key>/end",  # ended once, it is gone
        "second-factor",  # see test_guessing
        "mine/questions",  # its forms go to questions/<number:number>/own
        "staff/questions", "staff/answers", "sign-out",
        "staff/pairs", "staff/samples/<name:use>.csv",  # nothing was joined here: see test_ids
            "staff/offers", "offer/answer",  # nobody was picked out here: see test_offers
    }  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
def test_every_field_of_every_form(site: Site, world: World, words: str) -> None:
    sent = 0
    for visitor, page, form in met(site, world):
        site.forget()
        answer = visitor.client.post(form.action or page, data=form.filled(WORDS[words]))
        sound(answer)
        assert words != "nothing" or answer.status_code == 400 or "text" not in form.kinds.values()
        sent += 1
    assert sent > 20
    assert "Sign out" in world.one.get("/mine").text, "and nobody was signed out by it"


def test_every_hidden_field_and_every_choice(site: Site, world: World) -> None:
    """What no browser would send: each field that is not typed replaced by text."""
    for visitor, page, form in met(site, world):
        hidden = {n for n, kind in form.kinds.items() if kind not in TYPED} - {
            "csrfmiddlewaretoken"
        }
        for name in hidden:
            for text in (EVERYTHING, LONG[:5_000]):
                site.forget()
                data = {**form.filled("plain words of somebody"), name: text}
                sound(visitor.client.post(form.action or page, data=data))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.usefixtures("unchanged")
def test_every_part_of_every_address(
    site: Site, world: World, addresses: list[Address], part: str
) -> None:
    for one in addresses:
        names = [name for name in world.parts() if f":{name}>" in one.pattern]
        for name in names:
            visitor = world.one if one.role == "parent" else site.by(one.role)
            place = one.filled({**world.parts(), name: PARTS[part]})
            answer = visitor.client.get(f"{site.address}{place}", follow_redirects=False)
            sound(answer)
            if part not in ("sql", "dots"):
                assert answer.status_code in (302, 400, 404, 405), (place, answer.status_code)


@pytest.mark.usefixtures("unchanged")
def test_every_question_after_an_address(
    site: Site, world: World, addresses: list[Address]
) -> None:
    names = ("place", "service", "state", "ruling", "company", "paid", "forecast", "questions", "runs",
             "evidence", "page", "use", "language", "service", "settled", "then", "code")  # fmt: skip
    for text in (EVERYTHING, LINES, NOTHING, "9" * 40, "-1"):
        query = "&".join(f"{name}={quote(text, safe='')}" for name in names)
        for one in addresses:
            visitor = world.one if one.role == "parent" else site.by(one.role)
            sound(
                visitor.client.get(f"{one.filled(world.parts())}?{query}", follow_redirects=False)
            )
    for name in names:
        sound(site.by("").get("/search", params={name: EVERYTHING}))


HEADERS = (
    ("Accept", "text/html;q=much"), ("Accept", ";;;/"), ("Accept", "application/json;q=1;;"),
    ("Accept", "\u00e9/\u00e9"), ("Accept-Language", "x" * 3000), ("Cookie", "licet=../../../etc/passwd"),
    ("Cookie", "licet=" + "x" * 3000), ("Cookie", "csrftoken=\u00e9; licet=%00"),
    ("Referer", "not an address"), ("User-Agent", EVERYTHING.encode("ascii", "ignore").decode()),
    ("X-Forwarded-For", "<script>"), ("X-Forwarded-Host", "elsewhere.example"),
    ("X-HTTP-Method-Override", "DELETE"), ("Range", "bytes=0-1,-5"), ("If-None-Match", '"'),
    ("If-Modified-Since", "never"), ("X-Original-URL", "/staff/accounts"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "value"), HEADERS)
def test_headers(site: Site, name: str, value: str) -> None:
    for place in (
        "/",
        f"/uses/{USE}",
        "/uses.json",
        "/letter",
        "/sign-in",
        "/nothing",
        "/static/site.css",
    ):
        answer = httpx.get(f"{site.address}{place}", headers={name: value.encode()})
        sound(answer)
        assert "elsewhere.example" not in answer.text and answer.status_code in (200, 206, 404)


KINDS = (
    ("application/json", b'{"login": {"$ne": ""}}'),
    ("application/x-www-form-urlencoded; charset=utf-16", "login=x".encode("utf-16")),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x; charset=zlib_codec",
     b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\ny\r\n--x--\r\n'),
    ("multipart/form-data; boundary=x",
     b'--x\r\nContent-Disposition: form-data; name="login"; filename="../../x"\r\n\r\ny\r\n--x--\r\n'),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="login'),
    ("text/plain", b"\xff\xfe"),
    ("", b"login=x"),
    ("application/x-www-form-urlencoded", b"%ff=%fe&login=%ff&=&&;"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), KINDS)
@pytest.mark.usefixtures("unchanged")
def test_bodies_that_are_no_form(site: Site, kind: str, body: bytes) -> None:
    for place in ("/sign-in", "/letter", "/check", "/uses.json"):
        answer = httpx.post(f"{site.address}{place}", content=body, headers={"Content-Type": kind})
        sound(answer)
        assert answer.status_code in (400, 403, 405)


def test_what_is_typed_comes_back_as_it_was_typed(site: Site, world: World) -> None:
    """Escaped where it is shown; only signs that turn or hide text are replaced, and seen to be."""
    answer = site.by("").send("/letter", code=EVERYTHING[:75])
    assert html.escape(EVERYTHING[:75], quote=False) in html.unescape(answer.text).replace(
        EVERYTHING[:75], html.escape(EVERYTHING[:75], quote=False)
    )
    page = world.one.send(f"/uses/{USE}/ask", words=f"<b>{EVERYTHING}", sort="")
    assert (
        page.status_code == 400 and "&lt;b&gt;" in page.text and "\ufffdright to left" in page.text
    )


def test_what_is_kept_is_shown_as_text(site: Site, world: World) -> None:
    """To everybody, in every form, once it is opened."""
    number = asked(world.one, "question", sure="on")
    words = (
        f"Is this shown as it was written? <script>alert(1)</script> {{{{7*191919}}}} {NOTHING[:4]}"
    )
    page = world.two.post(f"/uses/{USE}/ask", words=words, sort="question", sure="on")
    assert "It is sent" in page.text
    for one in (number, number + 1):
        site.by("auditor").send(f"/staff/questions/{one}", words="", move="open")
    place = f"/questions/{number + 1}"
    for answer in (
        site.by("").get(place),
        site.by("").get(f"/cy{place}"),
        site.by("").get("/questions"),
    ):
        sound(answer)
    assert "&lt;script&gt;alert(1)" in site.by("").get(place).text
    for ending in (".json", ".jsonld", ".csv", ".atrs.json", "/questions"):
        answer = site.by("").get(f"/uses/{USE}{ending}")
        assert "html" not in answer.headers["Content-Type"] or "<script>alert" not in answer.text


TITLES = (
    'quoted " title',
    'x"\nstatus = "ended',
    'x"""\n[support]\noffer = "none"',
    "back\\slash \\u0041",
    "\u202eturned",
    "{{7*191919}}",
)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_no_more_than_a_title(site: Site, town: Path, title: str) -> None:
    """A drafted use is written as TOML: what is typed cannot become a line of it."""
    before = snapshot(town)
    answer = drafted(site.by("owner"), id="typed-use", title=title, act="keep")
    sound(answer)
    path = town / "uses" / "typed-use.toml"
    if not path.exists():
        assert answer.status_code == 400 and snapshot(town) == before
        return
    held = tomllib.loads(path.read_text("utf-8"))
    path.unlink()
    assert " ".join(str(held["title"]).split()) == " ".join(title.split())
    assert held.get("status", "") != "ended" and held["support"].get("offer", "") != "none"


@pytest.mark.parametrize(
    "name", ["../outside", "a/b", "..", "x\n", "x\r\n", "con.toml", "X", "x" * 60, ""]
)
@pytest.mark.usefixtures("unchanged")
def test_a_use_is_kept_nowhere_else(site: Site, name: str) -> None:
    answer = drafted(site.by("owner"), id=name, act="keep")
    assert (
        answer.status_code == 400 and "small letters, digits and dashes" in answer.text.lower()
    ) or name == ""


def test_no_button_shows_the_marks_of_a_page(site: Site, world: World) -> None:
    """What is escaped twice is read as code by whoever looks."""
    for visitor, page, _ in met(site, world):
        assert "&lt;span" not in visitor.get(page).text, page
