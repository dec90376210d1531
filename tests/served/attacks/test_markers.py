"""Names that nobody else has, put into every form and address: they are in nothing that others read."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from licet.chapters.registering import publish_site
from licet.register.exports.openapi import ADDRESSES
from licet.web.journal import Line
from tests.served.attacks.conftest import USE, Site, wrong
from tests.served.attacks.forms import forms_on
from tests.web_permission.conftest import answer, mailed, opened, tables
from tests.web_permission.test_desk import form_of
from tests.web_permission.test_mine import added, says

PARENT, CHILD, HOME = "Quorvaxnell", "Zibberline", "77 Frumblewick Lane"
LOGIN, SECRET, FREE = "vexmoor the second", "snarfle lantern river", "blorptangle"
ALL = (PARENT, CHILD, HOME, "Frumblewick", LOGIN, "vexmoor", SECRET, "snarfle", FREE)
SENTENCE = f"{PARENT} of {HOME} says that {CHILD} is not {FREE} at all, and never was."


class Heard:
    """What was sent back: addresses that a browser was sent to, and pages that tell of a fault."""

    def __init__(self) -> None:
        self.places: list[str] = []
        self.faults: list[str] = []

    def listen(self, visitor) -> None:
        visitor.client.event_hooks = {"response": [self.hear]}

    def hear(self, response: httpx.Response) -> None:
        response.read()
        self.places += [response.headers[name] for name in ("Location", "Content-Location", "Link", "Refresh")
                        if name in response.headers]  # fmt: skip
        if (
            response.status_code in (401, 403, 404, 405, 413, 429, 503)
            or response.status_code >= 500
        ):
            self.faults.append(response.text)


@pytest.fixture(scope="module")
def heard() -> Heard:
    return Heard()


@pytest.fixture(scope="module")
def planted(site: Site, town: Path, codes: Iterator[str], heard: Heard) -> tuple[str, ...]:
    """Everything that has to be nowhere: what was typed, and the codes."""
    site.forget()
    family, letter, mine = site.new(), next(codes), next(codes)
    heard.listen(family)
    family.send("/sign-up", login=LOGIN, password=SECRET)
    answer(family, letter, "no")
    key = added(family, mine)
    says(family, key, "no")
    says(family, key, "yes", "education")
    wrong(family, key, claim=SENTENCE)
    asked = family.post(f"/uses/{USE}/ask", words=SENTENCE, sort="question", sure="on")
    assert "It is sent" in asked.text
    family.send("/account", old=SECRET, password=f"{SECRET} again")
    _faults(site, family, key, heard)
    _staff(site, heard, letter, next(codes))
    _every_form(site, heard, family, key)
    return (*ALL, letter, mine, letter.replace("-", ""), mine.replace("-", ""))


def _faults(site: Site, family, key: str, heard: Heard) -> None:
    """In every part of a request that can be wrong."""
    anyone = site.new()
    heard.listen(anyone)
    for visitor in (family, anyone):
        for place in (f"/{PARENT}", f"/uses/{CHILD}", f"/uses/{CHILD}.json", f"/by/service/{FREE}",
                      f"/search?service={FREE}", f"/search?page={FREE}", f"/letter/receipt/{FREE}",
                      f"/questions/{FREE}", f"/cy/{PARENT}", f"/mine%00{CHILD}", f"/schema/{PARENT}.json"):  # fmt: skip
            found = visitor.client.get(place)
            assert found.status_code in (400, 404), place
            assert (
                PARENT not in found.text and CHILD not in found.text and FREE not in found.text
            ), place
    for place in (f"/mine/{CHILD}", f"/mine/{key}/{FREE}", f"/mine/receipt/{FREE}"):
        family.get(place)
    for headers in ({"Host": f"{FREE}.example"}, {"X-Forwarded-Host": FREE}, {"Accept": f"text/{FREE}"},
                    {"Referer": f"https://x.example/{PARENT}"}, {"User-Agent": SENTENCE},
                    {"Cookie": f"licet={FREE}; csrftoken={FREE}"}):  # fmt: skip
        for method in ("GET", "POST", "PUT"):
            found = anyone.client.request(method, "/letter", headers=headers)
            heard.faults += [found.text] if found.status_code >= 400 else []
    anyone.client.post("/sign-in", data={"login": LOGIN, "password": SECRET})
    anyone.client.post("/check", data={"csrfmiddlewaretoken": FREE, "given": SENTENCE})
    heard.faults.append(
        httpx.post(f"{site.address}/check", data={f"{FREE}{n}": PARENT for n in range(300)}).text
    )
    heard.faults.append(
        httpx.post(f"{site.address}/check", content=SENTENCE.encode() * 20_000).text
    )
    guesser = site.new()
    heard.listen(guesser)
    site.forget()
    for _ in range(9):
        guesser.post("/sign-in", login=LOGIN, password=f"{SECRET} {CHILD}")
    site.forget()


def _staff(site: Site, heard: Heard, letter: str, other: str) -> None:
    """What the desk types of somebody, and what reviewers and owners type."""
    clerk = site.by("clerk")
    heard.listen(clerk)
    for who in (PARENT, SENTENCE, f"education/{FREE}", letter):
        page = clerk.send("/staff/record", who=who)
    record, link = (form_of(page.text, act) for act in ("record", "link"))
    told = {"holder": "other", "relation": "guardian", "said_by": PARENT}
    clerk.client.post("/staff/record", data={**record, **told, "use": USE, "answer": "grant",
                                             "channel": "phone", "verified": f"passport of {PARENT}"})  # fmt: skip
    page = clerk.client.post(
        "/staff/record", data={**link, **told, "checked": f"seen: {SENTENCE}"[:110]}
    )
    assert "<code>" in page.text
    clerk.send("/staff/record", who=other)
    site.by("reviewer one").post(
        "/staff/pairs", pair=FREE, use=CHILD, answer="same", reason=SENTENCE
    )
    for given in ({"act": "back"}, {"answer": "offer", "because": SENTENCE}):
        site.by("reviewer one").post("/staff/offers", item=FREE, use=CHILD, **given)
    anyone = site.new()
    heard.listen(anyone)
    for given in ({"act": "left"}, {"why": SENTENCE}):
        anyone.post("/offer/answer", code=letter, **given)
    site.by("owner").post("/staff/runs", kind="link", use=CHILD)


def _every_form(site: Site, heard: Heard, family, key: str) -> None:
    """The rest: typed, and not taken."""
    for place in (
        "/letter",
        "/offer",
        "/mine",
        f"/mine/{key}/wrong",
        f"/mine/{key}/{USE}",
        "/sign-in",
        "/check",
    ):
        site.forget()
        form = forms_on(family.get(place).text)[0] if forms_on(family.get(place).text) else None
        if form:
            family.client.post(form.action or place, data={**form.filled(SENTENCE[:70])})


def absent(planted: tuple[str, ...], text: str, where: str) -> None:
    found = [one for one in planted if one.casefold() in text.casefold()]
    assert found == [], f"{where} says {found}"


@pytest.mark.long
def test_the_journal_of_the_server(site: Site, town: Path, planted) -> None:
    text = (town / "served.txt").read_text("utf-8")
    assert " 404 GET " in text and " 403 POST " in text, "it says that something was"
    absent(planted, text, "the journal")


def test_places_that_browsers_are_sent_to(planted, heard: Heard) -> None:
    places = [one for one in heard.places if not one.startswith("/sign-in?then=")]
    assert len(places) > 8
    absent(planted, "\n".join(places), "an address")


def test_pages_that_tell_of_a_fault(planted, heard: Heard) -> None:
    assert len(heard.faults) > 30
    texts = [text for text in heard.faults if "sign-out" not in text]  # whose own name is on top
    absent(planted, "\n".join(texts), "a page of a fault")
    told = "\n".join(text[text.find("<main") :] for text in heard.faults)
    absent(planted, told, "a page of a fault")


def test_the_log_and_its_copies(site: Site, town: Path, planted) -> None:
    with opened(town) as store:
        held = b"\n".join(store.log.export().values()).decode()
        assert "question" in held or store.log.size > 0
    absent(planted, held, "the log")


def test_everything_that_anybody_can_read(site: Site, planted) -> None:
    """Data, lists, questions, the page of the use: asked for by somebody without an account."""
    anyone = site.new()
    places = [f"/{one.path.format(use=USE, size=1)}" for one in ADDRESSES]
    places += [
        f"/uses/{USE}/{part}"
        for part in ("figures", "versions", "runs", "audits", "questions", "changed")
    ]
    places += [
        "/",
        "/questions",
        "/cy/questions",
        "/about",
        "/accessibility",
        "/mine",
        "/letter",
        "/check",
    ]
    places += [f"/questions/{number}" for number in range(1, 12)]
    for place in places:
        found = anyone.get(place)
        absent(planted, f"{found.text}\n{found.headers}", place)


def test_the_written_site(town: Path, planted, tmp_path: Path) -> None:
    publish_site(town, tmp_path / "site", today=datetime.now(UTC).date())
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert len(files) > 50
    for path in files:
        absent(planted, f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}", path.name)


def test_what_is_queued_and_counted(town: Path, planted) -> None:
    """Jobs, tries, visits: no name, no code, no address of anybody."""
    with tables(town) as held:
        names = [
            name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in names:
            if name.startswith(("django_", "accounts_progress", "accounts_attempts", "otp_")):
                text = "\n".join(map(repr, held.execute(f'SELECT * FROM "{name}"')))
                absent(planted, text, name)
                assert "127.0.0.1" not in text, name


def test_codes_and_passwords_are_kept_nowhere(town: Path, planted) -> None:
    """As they are: in no table at all."""
    with tables(town) as held:
        text = "\n".join(held.iterdump())
    for one in (*planted[len(ALL) :], SECRET):
        assert one not in text


def test_names_and_addresses_of_letters_are_in_none_of_it(
    site: Site, town: Path, planted, heard: Heard
) -> None:
    """The children of the town itself: whole names, and where they live."""
    children = mailed(town)
    with opened(town) as store:
        log = b"\n".join(store.log.export().values()).decode()
    texts = (
        log + (town / "served.txt").read_text("utf-8") + "\n".join([*heard.places, *heard.faults])
    )
    texts += "".join(path.read_text("utf-8") for path in (town / "site").rglob("*.html"))
    for one in children:
        for text in (one["about"], one["postcode"], one["code"]):
            assert len(text) > 4 and text not in texts


def test_an_error_that_nobody_thought_of_is_told_without_its_words() -> None:
    """Its kind and where it passed; the message may hold what a parent wrote."""
    request = type(
        "Request", (), {"method": "POST", "path": f"/mine/{CHILD}", "resolver_match": None}
    )()
    try:
        try:
            raise KeyError(SENTENCE)
        except KeyError as error:
            raise ValueError(f"{PARENT} cannot be read") from error
    except ValueError:
        info = sys.exc_info()
    records = [
        logging.LogRecord(
            "django.request", 40, __file__, 1, "%s: %s", ("Server Error", f"/{PARENT}"), info
        ),
        logging.LogRecord(
            "django.security.DisallowedHost", 40, __file__, 1, f"Invalid: {FREE}", (), info
        ),
        logging.LogRecord("some.library", 30, __file__, 1, f"{HOME} is odd", (), None),
        logging.LogRecord(
            "waitress", 40, __file__, 1, "Exception while serving %s", (f"/{PARENT}",), info
        ),
    ]
    records[0].request, records[0].status_code = request, 500
    text = "\n".join(map(Line().format, records))
    absent(ALL, text, "the journal")
    assert (
        "builtins.ValueError" in text and "builtins.KeyError" in text and "test_markers.py" in text
    )
    assert "500 POST no such page" in text
