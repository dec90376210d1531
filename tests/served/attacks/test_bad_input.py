"""Each public form, filled badly: it says what to do, keeps what was typed, and nothing is half kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served.attacks.conftest import USE, WORDS, Site, World, snapshot
from tests.served.attacks.forms import forms_on
from tests.served.visitor import Visitor
from tests.web_permission.test_desk import form_of

pytestmark = pytest.mark.long

SOME = "some words of a parent"
Bad = tuple[str, str, dict[str, str], dict[str, str], str]
ASK, WRONG = f"/uses/{USE}/ask", "/mine/{key}/wrong"
DRAFT = {"id": "a-draft", "title": SOME, "controller": "Exampleton", "services": "education",
         "purpose": "direct_support", "people": "parents", "action": "offer_of_support"}  # fmt: skip
CASES: tuple[Bad, ...] = (
    # who, page, what is sent, what has to be there again, what is told
    ("", "/sign-in", {"login": SOME, "password": ""}, {"login": SOME}, "Enter your password"),
    ("", "/sign-in", {"login": "", "password": "x"}, {}, "Enter your name"),
    ("", "/sign-in", {"login": SOME, "password": "wrong"}, {"login": SOME}, "is wrong, or the account"),
    ("", "/sign-up", {"login": "ab", "password": "x" * 12}, {"login": "ab"}, "at least 3 characters"),
    ("", "/sign-up", {"login": "x" * 90, "password": "long enough"}, {"login": "x" * 90}, "at most 80"),
    ("", "/sign-up", {"login": "parent", "password": "x" * 12}, {"login": "parent"}, "name is taken"),
    ("", "/letter", {"code": SOME}, {"code": SOME}, "does not work"),
    ("", "/letter", {"code": ""}, {}, "Enter the code"),
    ("", "/check", {"given": SOME}, {"given": SOME}, "no receipt, no proof and no number"),
    ("", "/check", {"given": "x" * 100_001}, {}, "too long"),
    ("parent", "/mine", {"code": SOME}, {"code": SOME}, "does not work"),
    ("parent", ASK, {"words": WORDS, "sort": ""}, {"words": WORDS}, "Choose what you want to do"),
    ("parent", ASK, {"words": "short", "sort": "objection"}, {"words": "short", "sort": "objection"},
     "20 to 1,000 characters"),
    ("parent", WRONG, {"claim": "", "record": SOME, "service": "education", "field": "name", "hold": "no"},
     {"record": SOME, "service": "education", "field": "name", "hold": "no"}, "Say what would be right"),
    ("parent", WRONG, {"claim": SOME, "record": "no such", "service": "education", "field": "name",
                       "hold": "yes"}, {"claim": SOME, "record": "no such", "hold": "yes"}, "by that number"),
    ("parent", WRONG, {"claim": "x" * 1_500, "service": "education", "field": "name", "hold": "no"},
     {"claim": "x" * 1_500}, "at most 1,000"),
    ("parent", f"/mine/{{key}}/{USE}", {"answer": "perhaps"}, {}, "Choose an answer"),
    ("parent", "/account", {"old": "wrong", "password": "another lantern here"}, {}, "not your password"),
    ("parent", "/account", {"old": "paper lantern river", "password": "short"}, {}, "at least 10"),
    ("owner", f"/uses/{USE}/notice", {"words": "short"}, {"words": "short"}, "20 to 1,000"),
    ("owner", "/staff/uses", {**DRAFT, "title": ""}, {"controller": "Exampleton"}, "Enter a title"),
    ("owner", "/staff/uses", {**DRAFT, "id": "Not A Name"}, {"id": "Not A Name", "title": SOME},
     "small letters, digits and dashes"),
    ("owner", "/staff/answers/{open}", {"words": "short", "move": "decline"},
     {"words": "short", "move": "decline"}, "20 to 1,000"),
    ("owner", "/staff/answers/{open}", {"words": WORDS, "move": "accept", "condition": ""},
     {"words": WORDS, "move": "accept"}, "Choose the condition"),
    ("auditor", "/staff/questions/{sent}", {"words": "", "move": ""}, {}, "Choose what happens"),
    ("auditor", "/staff/questions/{sent}", {"words": "no", "move": "withhold"},
     {"words": "no", "move": "withhold"}, "20 to 1,000"),
    ("auditor", "/staff/samples", {"number": "3"}, {"number": "3"}, "at least 10"),
    ("auditor", "/staff/samples", {"number": "many"}, {"number": "many"}, "whole number"),
    ("clerk", "/staff/record", {"who": SOME}, {"who": SOME}, "Nobody was found"),
    ("keeper", "/staff/accounts", {"login": SOME, "post": "", "role": "clerk", "password": "x" * 12},
     {"login": SOME, "role": "clerk"}, "Enter the post"),
    ("keeper", "/staff/accounts", {"login": SOME, "post": "Desk", "role": "king", "password": "x" * 12},
     {"login": SOME, "post": "Desk"}, "not one of the available choices"),
    ("keeper", "/staff/accounts", {"login": "parent", "post": "Desk", "role": "clerk", "password": "x" * 12},
     {"login": "parent", "post": "Desk"}, "name is taken"),
)  # fmt: skip


def told_well(text: str, told: str, kept: dict[str, str]) -> None:
    """An error summary whose links lead to fields that say the same, and what was typed."""
    page = " ".join(html.unescape(text).split())
    assert "<title>Error: " in page and "There is a problem" in page, page[:300]
    summary = page[page.index("govuk-error-summary") :]
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary[: summary.index("</ul>")])
    assert any(told in words for _, words in links), links
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    for place, words in links:
        assert place in ids, (place, words)
    for name, value in kept.items():
        assert value in standing(text, name), (name, standing(text, name)[:3])


def standing(text: str, name: str) -> list[str]:
    """What stands in a field of a page, or is chosen in it."""
    found = [one.values[name] for one in forms_on(text) if name in one.values]
    for tag in re.findall(r"<(?:input|option)\b[^>]*>", text):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("name") == name and re.search(r"\bchecked\b", tag):
            found.append(html.unescape(given.get("value", "")))
    return found


def by(site: Site, world: World, login: str) -> Visitor:
    return world.one if login == "parent" else site.by(login)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[1]} {case[4]}")
def test_a_form_that_is_filled_badly(site: Site, world: World, town: Path, case: Bad) -> None:
    login, pattern, sent, kept, told = case
    visitor = by(site, world, login)
    place = pattern.format(key=world.key, open=world.open, sent=world.sent)
    form = next(one for one in forms_on(visitor.get(place).text) if {*sent} & {*one.kinds})
    before = snapshot(town)
    answer = visitor.client.post(form.action or place, data={**form.values, **sent})
    assert answer.status_code == 400, answer.status_code
    told_well(answer.text, told, kept)
    assert "Traceback" not in answer.text
    assert 'type="password" value="x' not in answer.text and "another lantern" not in answer.text
    assert {name for name, value in snapshot(town).items() if before.get(name) != value} == set()


@pytest.mark.parametrize("language", ["", "/cy"])
def test_every_form_that_is_sent_empty(site: Site, world: World, town: Path, language: str) -> None:
    """In both languages: 400, a summary, nothing kept."""
    before, told = snapshot(town), 0
    for login, place in (("", "/sign-in"), ("", "/sign-up"), ("", "/letter"), ("parent", "/mine"),
                         ("parent", ASK), ("parent", WRONG), ("parent", f"/mine/{{key}}/{USE}"),
                         ("parent", "/account"), ("owner", "/staff/uses"), ("owner", "/staff/answers/{open}"),
                         ("owner", f"/uses/{USE}/notice"), ("auditor", "/staff/questions/{sent}"),
                         ("auditor", "/staff/samples"), ("clerk", "/staff/record"),
                         ("keeper", "/staff/accounts")):  # fmt: skip
        visitor = by(site, world, login)
        page = language + place.format(key=world.key, open=world.open, sent=world.sent)
        form = forms_on(visitor.get(page).text)[0]
        empty = {name: "" for name, kind in form.kinds.items() if kind != "submit"}
        token = {"csrfmiddlewaretoken": form.values["csrfmiddlewaretoken"]}
        answer = visitor.client.post(form.action or page, data={**empty, **token})
        assert answer.status_code == 400, (page, answer.status_code)
        assert "govuk-error-summary" in answer.text, page
        ids = set(re.findall(r'\bid="([^"]+)"', answer.text))
        links = re.findall(
            r'<a href="#([^"]+)">', answer.text[answer.text.index("govuk-error-summary") :]
        )
        assert links and links[0] in ids, (page, links)
        told += 1
    assert told == 15
    assert {name for name, value in snapshot(town).items() if before.get(name) != value} == set()


@pytest.mark.parametrize(
    ("changed", "told", "kept"),
    [
        ({"answer": ""}, "Choose what they said", {"channel": "phone"}),
        (
            {"day": "2026-02-31"},
            "Enter a day that exists",
            {"day": "2026-02-31", "answer": "refuse"},
        ),
        ({"holder": "other", "said_by": ""}, "own name for them", {"channel": "phone"}),
        ({"answer": "grant", "verified": ""}, "", {"answer": "grant"}),
    ],
)
def test_what_the_desk_records_badly(
    site: Site, codes: Iterator[str], town: Path, changed: dict, told: str, kept: dict
) -> None:
    """The look is written down, as each look is; nothing that was said is."""
    clerk = site.by("clerk")
    given = form_of(clerk.send("/staff/record", who=next(codes)).text, "record")
    before = snapshot(town)
    sent = {
        **given,
        "holder": "letter",
        "use": USE,
        "answer": "refuse",
        "channel": "phone",
        **changed,
    }
    answer = clerk.client.post("/staff/record", data=sent)
    assert answer.status_code == 400
    told_well(answer.text, told, kept)
    changed_now = {name for name, value in snapshot(town).items() if before.get(name) != value}
    assert changed_now <= {"store_act"}


def test_an_answer_that_cannot_be_kept_whole_is_not_kept(
    site: Site, codes: Iterator[str], town: Path
) -> None:
    """The last of what an answer writes fails: its event, its receipt and its mark in the log are not there."""
    from tests.web_permission.conftest import answer, tables

    visitor, code = site.new(), next(codes)
    visitor.send("/letter", code=code)
    with tables(town) as held:
        held.execute(
            "CREATE TRIGGER nothing_more BEFORE INSERT ON store_receipt "
            "BEGIN SELECT RAISE(ABORT, 'marker-of-the-database'); END"
        )
        held.commit()
    try:
        before = snapshot(town)
        told = answer(visitor, code, "no")
        assert told.status_code == 503 and "Nothing was saved" in told.text
        assert "marker-of-the-database" not in told.text and "Traceback" not in told.text
        assert {
            name for name, value in snapshot(town).items() if before.get(name) != value
        } == set()
        assert "marker-of-the-database" not in (town / "served.txt").read_text("utf-8")
    finally:
        with tables(town) as held:
            held.execute("DROP TRIGGER nothing_more")
            held.commit()
    assert "You said no" in answer(visitor, code, "no").text, "and the code was not used up"
