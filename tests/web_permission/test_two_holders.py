"""What one holder said is never shown to another, nor can it be inferred: the same bytes, whatever it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from licet.chapters.permitting import Said, record
from tests.served.visitor import Visitor
from tests.tiers import few
from tests.web_permission.conftest import opened
from tests.web_permission.test_mine import added, says

Visit = Callable[..., Visitor]
OTHER = {"relation": "parental_responsibility", "said_by": "second holder"}
CHECKED = {**OTHER, "verified": "passport"}
ACTS = {
    "says no": lambda who: Said(who, "refuse", "early-help", **OTHER),
    "says yes": lambda who: Said(who, "grant", "early-help", **CHECKED),
    "says yes, nobody checked": lambda who: Said(who, "grant", "early-help", unverified=True, **OTHER),
    "puts it off": lambda who: Said(who, "defer", "early-help", **OTHER),
    "takes it back": lambda who: Said(who, "withdraw", "early-help", **OTHER),
    "says no to one service": lambda who: Said(who, "refuse", "early-help", service="education", **OTHER),
    "says no to everything": lambda who: Said(who, "refuse", everything=True, **OTHER),
    "the child says no": lambda who: Said(who, "refuse", "early-help"),
    "the child says yes": lambda who: Said(who, "grant", "early-help", verified="seen"),
    "the authority says yes": lambda who: Said(
        who, "grant", "early-help", relation="corporate_parent", said_by="council",
        verified="record", independent="advocate",
    ),
}  # fmt: skip
"""What somebody else may do about the same child."""
OWN = ("", "yes", "no", "later", "yes", "withdraw")


def plain(text: str) -> str:
    """A page without its tokens."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "TOKEN", text)
    return re.sub(r'nonce="[^"]+"', "NONCE", text)


def seen(family: Visitor, key: str, code: str, receipt: str) -> dict[str, tuple]:
    """Everything that a holder can look at: status, headers that a page sets, bytes."""
    places = ["/mine", f"/mine/{key}", f"/mine/{key}/early-help", f"/mine/{key}/history",
              f"/mine/{key}/early-help?service=education", f"/mine/{key}/wrong", "/mine/wrong"]  # fmt: skip
    if receipt:
        places += [receipt, f"{receipt}.json"]
    found = {place: told(family.get(place)) for place in places}
    return {**found, "letter": told(family.send("/letter", code=code))}


def told(answer: httpx.Response) -> tuple:
    kept = {
        name: answer.headers.get(name)
        for name in ("content-type", "cache-control", "etag", "last-modified")
    }
    return (
        answer.status_code,
        str(answer.url.path),
        kept,
        plain(answer.text),
        len(plain(answer.text)),
    )


def test_the_same_bytes_whatever_another_holder_says_or_does(
    visitor: Visit, letters, asked: Path
) -> None:
    letter = next(letters)
    family = visitor(new=True)
    key = added(family, letter["code"])
    with opened(asked) as store:
        subject = store.invitations.sent(letter["code"])[0].subject
    receipt = ""
    for own in OWN:
        if own:
            receipt = says(family, key, own).url.path
            assert receipt.startswith("/mine/receipt/")
        before = seen(family, key, letter["code"], receipt)
        for name, act in ACTS.items():
            now = datetime.now(UTC)
            record(asked, act(subject), at=now, now=now)
            after = seen(family, key, letter["code"], receipt)
            different = [place for place in before if before[place] != after[place]]
            assert not different, (own, name, different)


def test_another_account_for_the_same_child_shows_nowhere(
    visitor: Visit, letters, asked: Path
) -> None:
    """A second holder opens an account, disputes a record and holds it out: nothing of it is seen."""
    letter = next(letters)
    family, second = visitor(new=True), visitor(new=True)
    key = added(family, letter["code"])
    with opened(asked) as store:
        subject = store.invitations.sent(letter["code"])[0].subject
        code = store.voices.link(
            subject, "guardian", "second holder", "order seen", "desk", datetime.now(UTC)
        )
    before = seen(family, key, letter["code"], "")
    other = added(second, code)
    assert seen(family, key, letter["code"], "") == before
    says(second, other, "no")
    second.send(
        f"/mine/{other}/wrong",
        service="education",
        record="",
        field="name",
        claim="Another name",
        hold="yes",
    )
    assert "Another name" in second.get("/mine/wrong").text
    assert seen(family, key, letter["code"], "") == before


def normal(answer: httpx.Response) -> str:
    """A receipt's page without what names the one event."""
    text = re.sub(r"\b[0-9a-f]{20,64}\b", "ID", plain(answer.text))
    return re.sub(r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC|\d{4}-\d\d-\d\d", "DAY", text)


@pytest.fixture
def children(letters) -> Iterator[str]:
    return (one["code"] for one in letters)


@pytest.mark.parametrize("own", few(["yes", "no", "later"], 1))
def test_an_answer_is_taken_and_receipted_alike(
    visitor: Visit, children, asked: Path, own: str
) -> None:
    """Whatever the other holder said before: status, place and receipt of one's own answer are the same."""
    found = {}
    for name in ("nothing", "says no", "says yes", "the child says no", "says no to everything"):
        code, family = next(children), visitor(new=True)
        with opened(asked) as store:
            subject = store.invitations.sent(code)[0].subject
        if name in ACTS:
            now = datetime.now(UTC)
            record(asked, ACTS[name](subject), at=now, now=now)
        done = says(family, added(family, code), own)
        content = json.loads(json.loads(family.get(f"{done.url.path}.json").text)["content"])
        says_all = {**content["recorded"], "event_id": "", "subject": "", "at": ""}
        page = re.sub(r"family \d+", "NAME", normal(done))
        found[name] = (
            done.status_code,
            page,
            json.dumps(says_all, sort_keys=True),
            sorted(content),
        )
    assert len({str(one) for one in found.values()}) == 1


def test_the_desk_alone_sees_what_follows(asked: Path, visitor: Visit, letters) -> None:
    """No page of a family says granted, refused, or why."""
    from licet.permission.rules import REASONS

    family = visitor(new=True)
    key = added(family, next(letters)["code"])
    says(family, key, "yes")
    texts = [text for _, _, _, text, _ in seen(family, key, "0000", "").values()]
    assert not any("log/checkpoint" in text for text in texts), "a no of anybody moves the log"
    for reason in REASONS.values():
        assert not any(reason.text in text for text in texts), reason.id
