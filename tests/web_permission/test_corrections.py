"""A record is wrong: raised by its family, seen through by the desk, held out of linkage until settled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.served.visitor import Visitor, forms_of
from tests.web_permission.conftest import opened
from tests.web_permission.test_mine import added

pytestmark = pytest.mark.long

Visit = Callable[..., Visitor]
WRONG = {
    "service": "education",
    "record": "",
    "field": "address",
    "claim": "We moved to another house.",
    "hold": "no",
}


@pytest.fixture
def child(visitor: Visit, letters, asked: Path):
    """A family, the key of its voice, a record number of the child."""
    letter, family = next(letters), visitor(new=True)
    key = added(family, letter["code"])
    with opened(asked) as store:
        subject = store.invitations.sent(letter["code"])[0].subject
        row = next(r for r in store.voices.records(subject) if r.startswith("education/"))
    return family, key, row


def step(visitor: Visitor, key: str, name: str, reason: str = ""):
    """Take a step as the page's own form would."""
    page = visitor.get("/staff/disputes")
    found = [one["fields"] for one in forms_of(page.text) if one["fields"].get("key") == key]
    given = next((one for one in found if one["step"] == name), {**found[0], "step": name})
    return visitor.client.post("/staff/disputes", data={**given, "reason": reason})


def newest(asked: Path) -> str:
    with opened(asked) as store:
        return store.disputes.all()[-1].key


def test_from_raised_to_corrected(visitor: Visit, child, asked: Path) -> None:
    family, key, row = child
    number = row.partition("/")[2]
    done = family.send(f"/mine/{key}/wrong", **{**WRONG, "record": number, "hold": "yes"})
    assert (
        done.url.path == "/mine/wrong"
        and row in done.text
        and "left out of everything" in done.text
    )
    dispute, clerk = newest(asked), visitor("clerk")
    with opened(asked) as store:
        assert row in store.disputes.held().rows
    assert "it goes to the service" in done.text.casefold()
    assert step(clerk, dispute, "correct").status_code == 400, "the service has not had it yet"
    assert "We moved" in clerk.get("/staff/disputes").text
    assert step(clerk, dispute, "send").status_code == 200
    assert step(clerk, dispute, "correct").status_code == 200
    assert "has corrected the record" in family.get("/mine/wrong").text
    with opened(asked) as store:
        assert row not in store.disputes.held().rows
        assert store.acts.verify()


def test_a_refusal_has_a_reason_and_an_appeal_another_pair_of_eyes(
    visitor: Visit, child, asked: Path
) -> None:
    family, key, _ = child
    family.send(f"/mine/{key}/wrong", **WRONG)
    dispute, clerk = newest(asked), visitor("clerk")
    step(clerk, dispute, "send")
    page = step(clerk, dispute, "refuse")
    assert page.status_code == 400 and "Say why the record is kept" in page.text
    assert step(clerk, dispute, "refuse", "The tenancy agreement says so.").status_code == 200
    page = family.get("/mine/wrong")
    assert "The tenancy agreement says so." in page.text
    form = next(one for one in forms_of(page.text) if one["fields"].get("step") == "appeal")
    assert "another look" in family.client.post(form["action"], data=form["fields"]).text
    page = step(clerk, dispute, "correct")
    assert page.status_code == 400 and "for somebody else" in page.text
    second = step(visitor("clerk two"), dispute, "uphold", "We looked again; it is right.")
    assert second.status_code == 200 and "We looked again" in family.get("/mine/wrong").text
    assert visitor(new=True).post("/mine/wrong", key=dispute, step="withdraw").status_code == 404


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"record": "1"}, "knows no record of this person by that number"),
        ({"service": "tax"}, "tax is not one of the available choices"),
        ({"claim": ""}, "Say what would be right"),
        ({"hold": ""}, "Choose yes or no"),
        ({"field": ""}, "Choose what is wrong"),
    ],
)
def test_what_is_missing_or_wrong_is_told(child, asked: Path, changed, told: str) -> None:
    family, key, _ = child
    with opened(asked) as store:
        before = len(store.disputes.all())
    page = family.send(f"/mine/{key}/wrong", **{**WRONG, **changed})
    assert page.status_code == 400 and told in page.text and "There is a problem" in page.text
    with opened(asked) as store:
        assert len(store.disputes.all()) == before


def test_nobody_elses_record_can_be_named(child, asked: Path) -> None:
    family, key, row = child
    with opened(asked) as store:
        others = [
            r
            for rows in store.permissions.subjects()["records"].to_list()
            for r in rows
            if r != row
        ]
    other = next(r for r in others if r.startswith("education/"))
    page = family.send(f"/mine/{key}/wrong", **{**WRONG, "record": other, "hold": "yes"})
    assert page.status_code == 400
    with opened(asked) as store:
        assert other not in store.disputes.held().rows


def test_disputes_reach_the_audit_of_the_source(child, asked: Path) -> None:
    """As counts under disclosure control: one is kept back, as a group's are."""
    from licet.chapters.auditing_source import audit_source, source_json
    from licet.chapters.correcting import marked
    from licet.chapters.feeding import load_feed
    from licet.files.workspace import read_workspace

    family, key, row = child
    family.send(f"/mine/{key}/wrong", **{**WRONG, "record": row})
    path = asked / "feeds" / "education.toml"
    feed, frame = load_feed(path)
    now, rows = marked(read_workspace(asked), feed, frame)
    assert "disputed" in now.audit_only and "disputed" not in feed.audit_only
    number = row.partition("/")[2]
    held = dict(zip(rows[feed.fields.record].cast(str), rows["disputed"], strict=True))
    assert held[number] == "street" if feed.fields.street else "yes"
    found = audit_source(path)
    assert any(fault.kind == "disputed" for fault in found.faults)
    assert "We moved" not in source_json(found)
