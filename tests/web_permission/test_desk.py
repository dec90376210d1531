"""The desk records what somebody said on paper or by phone, and hands over codes; nobody is browsed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.served.visitor import Visitor, forms_of, words_of
from tests.web_permission.conftest import events, opened
from tests.web_permission.test_mine import added, says

pytestmark = pytest.mark.long

Visit = Callable[..., Visitor]


def form_of(text: str, act: str) -> dict[str, str]:
    """The fields of the form that does something."""
    return dict(next(one["fields"] for one in forms_of(text) if one["fields"].get("act") == act))


def recorded(clerk: Visitor, who: str, **fields: str):
    """Find somebody and record what they said."""
    page = clerk.send("/staff/record", who=who)
    given = form_of(page.text, "record")
    return clerk.client.post("/staff/record", data={**given, **fields})


@pytest.fixture
def known(asked: Path, letters):
    """A letter, with handle, record number and pseudonym of its child."""
    letter = next(letters)
    with opened(asked) as store:
        subject = store.invitations.sent(letter["code"])[0].subject
        handle, record = store.voices.handle(subject), store.voices.records(subject)[0]
    return {**letter, "subject": subject, "handle": handle, "record": record}


@pytest.mark.parametrize("by", ["code", "handle", "record"])
def test_one_exact_hit_is_confirmed_by_initials_and_year(visitor: Visit, known, by: str) -> None:
    page = visitor("clerk").send("/staff/record", who=known[by])
    given, family = known["about"].split()[0], known["about"].split()[-1]
    assert f"<strong>{given[0]}{family[0]}</strong>" in page.text and "born in" in page.text
    assert not {given, family} & words_of(page.text) and known["postcode"] not in page.text


@pytest.mark.parametrize(
    "who", ["", "nobody", "%", "education/%", "education", "' OR 1=1 --", "0000-0000-0000-0000"]
)
def test_nobody_else_is_listed(visitor: Visit, known, who: str) -> None:
    page = visitor("clerk").send("/staff/record", who=who)
    assert page.status_code == 400 and "born in" not in page.text
    assert "Nobody was found, or more than one person" in page.text or who == ""


def test_a_name_finds_nobody(visitor: Visit, known) -> None:
    assert "born in" not in visitor("clerk").send("/staff/record", who=known["about"]).text


def test_what_was_said_on_paper_counts(visitor: Visit, known, asked: Path) -> None:
    clerk = visitor("clerk")
    done = recorded(clerk, known["handle"], holder="letter", use="early-help", answer="refuse",
                    channel="paper", day="2026-06-20")  # fmt: skip
    assert done.url.path.startswith("/staff/receipt/") and "You said no" in done.text
    event = events(asked)[-1]
    assert (event.channel, event.recorded_by, event.effect) == (
        "paper",
        "Permission desk",
        "refuse",
    )
    assert f"{event.at:%Y-%m-%d}" == "2026-06-20"
    with opened(asked) as store:
        asked_for = [
            e for e in store.permissions.history(known["subject"]) if e.effect == "request"
        ]
        assert event.expressed_by == asked_for[0].expressed_by, "the same voice as the letter's"
        looked = [a for a in store.acts.of(subject=known["subject"]) if a.kind == "looked_up"]
    assert looked and looked[0].by == "Permission desk"
    assert visitor("clerk").get(done.url.path).status_code == 404, (
        "a receipt is shown once, to who recorded"
    )


def test_a_yes_needs_somebody_who_checked(visitor: Visit, known, asked: Path) -> None:
    clerk = visitor("clerk")
    given = {"holder": "letter", "use": "early-help", "answer": "grant", "channel": "phone"}
    before = len(events(asked))
    refused = recorded(clerk, known["handle"], **given)
    assert (
        refused.status_code == 400 and "nobody has checked who says yes" in refused.text.casefold()
    )
    assert len(events(asked)) == before
    assert (
        "You said yes" in recorded(clerk, known["handle"], **given, verified="passport seen").text
    )
    assert events(asked)[-1].verified_by == "passport seen"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"holder": ""}, "Choose who says it"),
        ({"holder": "other"}, "Enter the office&#39;s own name"),
        ({"answer": ""}, "Choose what they said"),
        ({"channel": "telepathy"}, "telepathy is not one of the available choices"),
        ({"day": "2026-02-31"}, "Enter a day that exists"),
        (
            {"use": "*", "answer": "grant", "verified": "seen"},
            "nobody has read the notice of every use",
        ),
        ({"day": "2999-01-01"}, "still to come"),
    ],
)
def test_what_is_missing_or_wrong_is_told(
    visitor: Visit, known, asked: Path, changed, told: str
) -> None:
    before = len(events(asked))
    given = {"holder": "letter", "use": "early-help", "answer": "refuse", "channel": "paper"}
    page = recorded(visitor("clerk"), known["handle"], **{**given, **changed})
    assert page.status_code == 400 and told in page.text, re.findall("error-message.*", page.text)
    assert len(events(asked)) == before


def test_a_code_from_the_desk_opens_an_account_once(visitor: Visit, known, asked: Path) -> None:
    clerk = visitor("clerk")
    page = clerk.send("/staff/record", who=known["handle"])
    given = form_of(page.text, "link")
    page = clerk.client.post("/staff/record", data={
        **given, "holder": "other", "relation": "guardian", "said_by": "guardian of case 7",
        "checked": "court order seen",
    })  # fmt: skip
    code = re.search(r"<code>([0-9A-Z-]{19})</code>", page.text)
    assert code, page.text[-2000:]
    family = visitor(new=True)
    key = added(family, code[1])
    says(family, key, "yes")
    event = events(asked)[-1]
    assert (
        event.relation == "guardian" and event.verified_by == "code handed over: court order seen"
    )
    assert visitor(new=True).send("/mine", code=code[1]).status_code == 400
    with opened(asked) as store:
        made = [a for a in store.acts.of(subject=known["subject"]) if a.kind == "link_made"]
        assert code[1] not in str(made), "the code is kept nowhere"


@pytest.mark.parametrize("login", ["owner", "reviewer one", "auditor", "keeper"])
def test_the_desk_is_the_clerks(visitor: Visit, login: str) -> None:
    somebody = visitor(login)
    for place in ("/staff/record", "/staff/disputes", "/staff/receipt/0000"):
        assert somebody.get(place).status_code == 403, place
        assert somebody.post(place, who="x").status_code == 403, place
