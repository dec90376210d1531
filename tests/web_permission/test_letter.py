"""A letter is answered without an account: code, notice, answer, receipt; and changed with the same code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from licet.chapters.permitting import Said, record
from licet.errors import BadInput
from tests.served.visitor import Visitor, forms_of, words_of
from tests.web_permission.conftest import answer, events, mailed, opened, tables

Visit = Callable[..., Visitor]


def test_a_no_with_a_receipt_that_is_genuine(
    visitor: Visit, letters, asked: Path, tmp_path
) -> None:
    from licet.chapters.looking import verify

    one, somebody = next(letters), visitor()
    page = somebody.send("/letter", code=one["code"].lower().replace("-", " "))
    assert page.status_code == 200 and "Education" in page.text
    given, family = one["about"].split()[0], one["about"].split()[-1]
    assert f"<strong>{given[0]}</strong>" in page.text
    assert not {given, family} & words_of(page.text), "no more than the letter itself says"
    assert one["postcode"] not in page.text and one["code"] not in page.url.path
    before = len(events(asked))
    done = answer(somebody, one["code"], "no")
    assert done.url.path.startswith("/letter/receipt/") and "You said no" in done.text
    assert "A no stops every new run at once." in done.text
    (event,) = events(asked)[before:]
    assert (event.effect, event.channel, event.verified_by) == ("refuse", "web", "invitation code")
    assert event.expressed_by != event.subject
    kept = somebody.get(f"{done.url.path}.json")
    assert kept.headers["content-disposition"].startswith("attachment")
    (tmp_path / "receipt.json").write_bytes(kept.content)
    assert verify(asked, tmp_path / "receipt.json").genuine
    assert visitor().get(done.url.path).status_code == 404, "a receipt is of the visit that got it"


def test_yes_not_now_and_no_say_what_they_do(visitor: Visit, letters) -> None:
    page = visitor().send("/letter", code=next(letters)["code"])
    for text in ("if everybody who is asked says yes", "Nobody else can change your no",
                 "until you decide"):  # fmt: skip
        assert text in page.text


def test_the_same_code_takes_a_yes_back_and_opens_no_more(visitor: Visit, letters, asked) -> None:
    one, somebody = next(letters), visitor()
    assert "You said yes" in answer(somebody, one["code"], "yes").text
    again = visitor().send("/letter", code=one["code"])
    assert "You said yes." in again.text and "This code was used" in again.text
    assert [
        b
        for b in ("withdraw", "later", '"yes"', '"no"')
        if f'value="{b.strip(chr(34))}"' in again.text
    ] == ["withdraw"]
    before = len(events(asked))
    refused = answer(visitor(), one["code"], "yes")
    assert refused.status_code == 400 and len(events(asked)) == before
    assert "took back every yes" in answer(visitor(), one["code"], "withdraw").text
    assert events(asked)[-1].effect == "withdraw"
    last = visitor().send("/letter", code=one["code"])
    assert "Your no stands" in last.text and 'name="answer"' not in last.text


def offers(page) -> set[str]:
    """The answers that a page offers."""
    tags = re.findall(r"<(?:button|input)[^>]*name=\"answer\"[^>]*>", page.text)
    return {re.search(r'value="(\w+)"', tag)[1] for tag in tags}


@pytest.mark.parametrize(("then", "effect"), [("no", "refuse"), ("yes", "grant")])
def test_who_put_it_off_answers_later_with_the_same_letter(
    visitor: Visit, letters, asked: Path, then: str, effect: str
) -> None:
    one = next(letters)
    assert "You put the answer off" in answer(visitor(), one["code"], "later").text
    page = visitor().send("/letter", code=one["code"])
    assert "You said not now." in page.text and "This code was used" not in page.text
    assert offers(page) == {"yes", "no", "later"}
    assert f"You said {then}" in answer(visitor(), one["code"], then).text
    assert events(asked)[-1].effect == effect
    assert "This code was used" in visitor().send("/letter", code=one["code"]).text


def test_a_no_by_letter_becomes_a_yes_only_where_somebody_checks(
    visitor: Visit, letters, asked: Path
) -> None:
    """The page says how; the desk does it, for the same voice, so that the no ends."""
    from tests.web_permission.test_desk import recorded

    one = next(letters)
    answer(visitor(), one["code"], "no")
    page = visitor().send("/letter", code=one["code"])
    assert "If you change your mind" in page.text and "come to the desk" in page.text
    assert offers(page) == set()
    assert visitor().post("/letter/answer", code=one["code"], answer="yes").status_code == 400
    said_no = events(asked)[-1]
    with opened(asked) as store:
        handle = store.voices.handle(store.invitations.sent(one["code"])[0].subject)
    done = recorded(visitor("clerk"), handle, holder="letter", use="early-help", answer="grant",
                    channel="in_person", verified="passport seen")  # fmt: skip
    assert "You said yes" in done.text
    yes = events(asked)[-1]
    assert (yes.effect, yes.subject, yes.expressed_by, yes.verified_by) == (
        "grant", said_no.subject, said_no.expressed_by, "passport seen",
    )  # fmt: skip


def test_a_letter_that_is_found_undoes_no_no_that_came_after_it(
    visitor: Visit, letters, asked: Path
) -> None:
    """Said at the desk, while the letter lies about unused."""
    one, now = next(letters), datetime.now(UTC)
    with opened(asked) as store:
        handle = store.voices.handle(store.invitations.sent(one["code"])[0].subject)
    holder = {"relation": "parental_responsibility", "said_by": f"{handle} holder"}
    record(asked, Said(handle, "refuse", "early-help", **holder), at=now, now=now)
    page = visitor().send("/letter", code=one["code"])
    assert "You said no after this letter was sent" in page.text and offers(page) == {"no"}
    before = len(events(asked))
    assert visitor().post("/letter/answer", code=one["code"], answer="yes").status_code == 400
    with pytest.raises(BadInput, match="a letter that somebody finds cannot undo it"):
        record(asked, Said(one["code"], "grant"), at=now, now=now)
    assert len(events(asked)) == before
    assert "You said no" in answer(visitor(), one["code"], "no").text


def test_wrong_codes_are_told_alike(visitor: Visit) -> None:
    somebody = visitor()
    found = set()
    for code in ("0000-0000-0000-0000", "not a code", "ABCD-EFGH-JKMN-PQRT", "🙂" * 10):
        page = somebody.send("/letter", code=code)
        assert page.status_code == 400 and "Error:" in page.text
        form = forms_of(page.text)[0]
        assert form["fields"]["code"] == code, "what was typed stays"
        text = page.text.replace(code, "CODE").replace(
            form["fields"]["csrfmiddlewaretoken"], "TOKEN"
        )
        found.add(text[text.index("<main") : text.index("<script nonce", text.index("<main"))])
    assert len(found) == 1


def test_codes_are_tried_ten_times_an_hour(visitor: Visit, letters) -> None:
    one, somebody = next(letters), visitor()
    for number in range(10):
        page = somebody.send("/letter", code=f"{number:04d}-0000-0000-0000")
        assert page.status_code == 400
    page = somebody.send("/letter", code=one["code"])
    assert page.status_code == 429 and "Too many tries" in page.text, (
        "not even a right one is looked at"
    )


def test_one_code_is_limited_from_anywhere(asked: Path) -> None:
    """Counted by code and by address apart, each by a keyed hash: nothing typed is kept."""
    with tables(asked) as held:
        marks = [mark for (mark,) in held.execute("SELECT mark FROM accounts_attempts")]
    assert all(len(mark) == 64 and set(mark) <= set("0123456789abcdef") for mark in marks)


def test_a_letter_on_screen_says_nothing_of_boxes_to_tick(visitor: Visit, letters) -> None:
    page = visitor().send("/letter", code=next(letters)["code"])
    assert "You can choose" in page.text and "How to answer" in page.text
    assert "tick one box" not in page.text


def test_no_yes_is_taken_on_a_notice_that_nobody_checked(visitor: Visit, asked: Path) -> None:
    codes = [one["code"] for one in mailed(asked) if one["language"] == "ur"]
    assert codes, "the town has readers of Urdu"
    page = visitor().send("/letter", code=codes[0])
    assert 'lang="ur" dir="rtl"' in page.text and "کیا ہم" in page.text
    assert "Nobody who speaks this language has checked this text yet" in page.text
    assert 'value="yes"' not in page.text
    before = len(events(asked))
    said = answer(visitor(), codes[0], "yes")
    assert said.status_code == 400 and "cannot be taken yet" in said.text
    assert len(events(asked)) == before
    assert "You said no" in answer(visitor(), codes[0], "no").text, "a no is always taken"
    assert events(asked)[-1].effect == "refuse"


def test_nor_at_the_desk_or_from_a_table(asked: Path, visitor: Visit) -> None:
    now = datetime.now(UTC)
    code = [one["code"] for one in mailed(asked) if one["language"] == "ur"][1]
    with pytest.raises(BadInput, match="nobody who speaks this language has checked"):
        record(asked, Said(code, "grant"), at=now, now=now)
    with opened(asked) as store:
        handle = store.permissions.subjects().drop_nulls("handle")["handle"][0]
    said = Said(handle, "grant", "early-help", verified="passport", language="ur")
    with pytest.raises(BadInput, match="nobody who speaks this language has checked"):
        record(asked, said, at=now, now=now)


def test_letters_say_where_to_answer(asked: Path) -> None:
    (path,) = (asked / "letters" / "early-help").glob("*/letters-education.html")
    text = path.read_text("utf-8")
    assert "https://permission.example/letter</p>" in text and "<svg" in text


def test_a_receipt_says_the_same_as_the_ledger(visitor: Visit, letters, asked: Path) -> None:
    somebody = visitor()
    done = answer(somebody, next(letters)["code"], "later")
    says = json.loads(json.loads(somebody.get(f"{done.url.path}.json").text)["content"])
    assert says["recorded"]["event_id"] == events(asked)[-1].event_id
