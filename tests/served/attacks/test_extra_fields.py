"""What no form of ours holds changes nothing: a field more is a field that nobody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.served.attacks.conftest import PASSWORD, USE, WORDS, Site, asked, wrong
from tests.web_permission.conftest import events, opened, tables
from tests.web_permission.test_desk import form_of
from tests.web_permission.test_mine import added

RIGHTS = {
    "role": "keeper", "is_staff": "1", "is_superuser": "1", "is_active": "0", "staff": "1", "demo": "1",
    "post": "Head of everything", "key": "0" * 32, "id": "1", "pk": "1", "user": "1", "account": "keeper",
    "groups": "all", "password_hash": "x", "language": "xx", "verified": "passport seen",
}  # fmt: skip
"""Of an account."""
SAID = {
    "subject": "p-0", "who": "p-0", "holder": "other", "relation": "corporate_parent", "said_by": "council",
    "expressed_by": "council", "recorded_by": "Permission desk", "by": "clerk", "verified": "passport",
    "verified_by": "passport", "channel": "paper", "effect": "grant", "everything": "1", "at": "1999-01-01",
    "now": "1999-01-01", "use": "immigration", "event_id": "e-1", "day": "1999-01-01", "service_id": "police",
    "independent": "advocate", "person": "p-0",
}  # fmt: skip
"""Of something that a family says."""
ITEM = {
    "state": "open", "move": "open", "item": "1", "number": "1", "by": "keeper", "role": "owner",
    "post": "Head of everything", "moderator": "auditor", "decided_by": "auditor", "public": "1",
    "answer": "accept", "parameter": "no_company", "condition": "no_company=yes", "value": "yes",
    "due": "1999-01-01", "asked": "1999-01-01", "use": "immigration", "version": "99", "seen": "x",
}  # fmt: skip
"""Of a question."""


def row(town: Path, login: str) -> dict[str, object]:
    """An account as it is kept."""
    with tables(town) as held:
        cursor = held.execute("SELECT * FROM accounts_account WHERE login = ?", [login])
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def test_an_account_is_what_its_form_says(site: Site, town: Path) -> None:
    visitor = site.new()
    visitor.send("/sign-up", login="wants more", password=PASSWORD, **RIGHTS)
    made = row(town, "wants more")
    assert (made["role"], made["post"], made["is_active"], made["demo"]) == ("family", "", 1, 0)
    assert made["language"] == "en" and made["key"] != "0" * 32
    visitor.send(
        "/account", old=PASSWORD, password="another lantern here", login="parent", **RIGHTS
    )
    changed = row(town, "wants more")
    assert {name for name in made if made[name] != changed[name]} == {"password"}
    assert visitor.get("/staff/accounts").status_code == 403


def test_signing_in_gives_no_more_than_the_account_has(site: Site) -> None:
    visitor = site.new()
    visitor.send("/sign-in", login="parent", password="three words here", **RIGHTS)
    for place in ("/staff/accounts", "/staff/record", "/staff/questions"):
        assert visitor.get(place).status_code == 403


def test_a_keeper_makes_the_account_that_the_form_says(site: Site, town: Path) -> None:
    more = {name: value for name, value in RIGHTS.items() if name not in ("role", "post")}
    site.by("keeper").send("/staff/accounts", login="made here", post="Desk", role="clerk",
                           password=PASSWORD, **more)  # fmt: skip
    made = row(town, "made here")
    assert (made["role"], made["post"], made["is_active"], made["demo"]) == ("clerk", "Desk", 1, 0)
    told = site.by("keeper").send("/staff/accounts", login="made there", post="Desk", role="family",
                                  password=PASSWORD)  # fmt: skip
    assert told.status_code == 400


def test_an_answer_is_for_the_person_and_the_use_of_its_page(
    site: Site, codes: Iterator[str], town: Path
) -> None:
    family, code = site.family(), next(codes)
    key = added(family, code)
    with opened(town) as store:
        sent = store.invitations.sent(code)[0]
    before = len(events(town))
    answer = family.post(f"/mine/{key}/{USE}", answer="no", service="", language="en", **SAID)
    assert "You said no" in answer.text
    (event,) = events(town)[before:]
    assert (event.subject, event.effect, event.channel, event.recorded_by) == (
        sent.subject,
        "refuse",
        "web",
        "web",
    )
    assert event.verified_by == "invitation code" and event.scope.use == USE
    assert event.relation == sent.relation and event.at.year > 2000


def test_the_same_of_a_letter(site: Site, codes: Iterator[str], town: Path) -> None:
    visitor, code = site.new(), next(codes)
    with opened(town) as store:
        subject = store.invitations.sent(code)[0].subject
    before = len(events(town))
    visitor.post("/letter/answer", code=code, answer="no", **SAID)
    (event,) = events(town)[before:]
    assert (event.subject, event.effect, event.channel) == (subject, "refuse", "web")
    assert event.scope.use == USE and event.recorded_by == "web" and event.at.year > 2000


def test_a_question_is_one_that_waits_for_a_moderator(site: Site, town: Path) -> None:
    family = site.family()
    page = family.post(f"/uses/{USE}/ask", words=WORDS, sort="question", **ITEM)
    number = int(re.findall(r"Its name is q-(\d+)", page.text)[0])
    assert site.by("").get(f"/questions/{number}").status_code == 404
    with opened(town) as store:
        (act,) = store.dialogue.acts(item=number)
    assert (act.use, act.role, act.move, act.parameter) == (USE, "", "ask", "")
    assert family.post(f"/uses/{USE}/ask", words=WORDS, sort="notice", **ITEM).status_code == 400
    for move in ("open", "accept", "end", "take_down", "withhold"):
        given = {**ITEM, "move": move}
        assert family.post(f"/questions/{number}/own", **given).status_code == 403


def test_a_vote_is_one_voice(site: Site, town: Path) -> None:
    family = site.family()
    number = asked(family)
    site.by("auditor").send(f"/staff/questions/{number}", words="", move="open")
    voter = site.family()
    for _ in range(2):
        voter.post(
            f"/questions/{number}/say", said="agree", voter="somebody", account="keeper", times="9"
        )
    with opened(town) as store:
        assert list(store.dialogue.votes.of(number).values()) == ["agree"]
    told = voter.post("/mine/groups", groups="keeper", group="lone", weight="99")
    assert told.status_code == 400


def test_a_dispute_is_of_the_own_person_and_settled_by_others(
    site: Site, codes: Iterator[str], town: Path
) -> None:
    family = site.family()
    key = added(family, next(codes))
    more = {"state": "settled", "subject": "p-0", "account": "keeper", "due": "1999-01-01", "by": "clerk",
            "key": "x", "answer": "yes", "row": "education/1"}  # fmt: skip
    dispute = wrong(family, key, **more)
    with opened(town) as store:
        found = store.disputes.one(dispute)
    assert (
        found.state not in ("corrected", "settled")
        and found.due is not None
        and found.due.year > 2000
    )
    for step in ("correct", "keep", "look", "settle"):
        told = family.post("/mine/wrong", key=dispute, step=step, by="clerk", post="Desk", role="clerk",
                           decided_by="clerk", reason="because")  # fmt: skip
        assert told.status_code == 404, step
    with opened(town) as store:
        assert store.disputes.one(dispute) == found


def test_what_the_desk_records_is_recorded_by_the_desk(
    site: Site, codes: Iterator[str], town: Path
) -> None:
    clerk, code = site.by("clerk"), next(codes)
    with opened(town) as store:
        handle = store.voices.handle(store.invitations.sent(code)[0].subject)
    given = form_of(clerk.send("/staff/record", who=handle).text, "record")
    before = len(events(town))
    more = {"recorded_by": "Somebody else", "by": "Somebody else", "post": "Head", "subject": "p-0",
            "event_id": "e-1", "at": "1999-01-01", "override": "1", "expressed_by": "x"}  # fmt: skip
    clerk.client.post("/staff/record", data={
        **given, "holder": "letter", "use": USE, "answer": "refuse", "channel": "phone", **more,
    })  # fmt: skip
    (event,) = events(town)[before:]
    assert (event.recorded_by, event.effect, event.channel) == (
        "Permission desk",
        "refuse",
        "phone",
    )
    assert event.at.year > 2000


def test_a_moderator_is_whoever_signed_in(site: Site, town: Path) -> None:
    number = asked(site.family())
    more = {name: value for name, value in ITEM.items() if name not in ("move", "condition")}
    site.by("auditor").send(f"/staff/questions/{number}", words="", move="open", **more)
    with opened(town) as store:
        last = store.dialogue.acts(item=number)[-1]
    assert (last.move, last.role, last.parameter) == ("open", "Information governance", "")
    told = site.by("auditor").post(f"/staff/questions/{number}", words=WORDS, move="accept", **more)
    assert told.status_code == 400


def test_a_run_is_asked_for_by_name_alone(site: Site) -> None:
    owner = site.by("owner")
    for given in ({"kind": "link", "use": "../x"}, {"kind": "link", "use": ""}, {"kind": "__import__"},
                  {"kind": "shell", "use": USE}, {"use": USE}):  # fmt: skip
        assert owner.post("/staff/runs", **given).status_code == 404
