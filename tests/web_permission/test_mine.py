"""An account speaks for oneself and each child: what one said, changed, withdrawn; nobody else's word."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.served.visitor import Visitor, forms_of
from tests.web_permission.conftest import PASSWORD, answer, events, opened, tables

Visit = Callable[..., Visitor]


def added(visitor: Visitor, code: str) -> str:
    """Add somebody by a code; the key of the voice."""
    page = visitor.send("/mine", code=code)
    assert "You now speak for this person here" in page.text, page.text[-3000:]
    return str(page.url.path).rpartition("/")[2]


def says(visitor: Visitor, key: str, said: str, service: str = "", use: str = "early-help"):
    """Say something of a use by its page."""
    place = f"/mine/{key}/{use}"
    page = visitor.get(f"{place}?service={service}")
    form = next(one for one in forms_of(page.text) if one["action"].endswith(place))
    return visitor.client.post(form["action"], data={**form["fields"], "answer": said})


def test_one_account_for_several_children(visitor: Visit, letters, asked: Path) -> None:
    family = visitor(new=True)
    assert "speaks for nobody yet" in family.get("/mine").text
    keys = [added(family, next(letters)["code"]) for _ in range(2)]
    page = family.get("/mine").text
    assert all(f"/mine/{key}" in page for key in keys)
    done = says(family, keys[0], "no")
    assert "You said no" in done.text and done.url.path.startswith("/mine/receipt/")
    assert "You said no." in family.get(f"/mine/{keys[0]}").text
    assert "You said no." not in family.get(f"/mine/{keys[1]}").text
    event = events(asked)[-1]
    assert (
        event.effect == "refuse"
        and event.recorded_by == "web"
        and event.verified_by == "invitation code"
    )
    done = says(family, keys[0], "yes", "education")
    assert "You said yes" in done.text
    assert events(asked)[-1].scope.service == "education"
    page = family.get(f"/mine/{keys[0]}/early-help").text
    assert "You said no." in page and "You said yes." in page
    assert "took back every yes" in says(family, keys[0], "withdraw", "education").text
    history = family.get(f"/mine/{keys[0]}/history").text
    assert re.findall(r'data-label="What">([^<]+)', history) == ["Withdrawn", "Yes", "No"]


def test_a_code_opens_one_account_and_answers_no_more(visitor: Visit, letters, asked: Path) -> None:
    code = next(letters)["code"]
    added(visitor(new=True), code)
    second = visitor(new=True).send("/mine", code=code)
    assert second.status_code == 400 and "This code does not work" in second.text
    assert 'value="yes"' not in visitor().send("/letter", code=code).text


def test_a_used_code_opens_an_account_only_in_the_visit_that_used_it(
    visitor: Visit, letters
) -> None:
    one, two = next(letters)["code"], next(letters)["code"]
    answer(visitor(), one, "yes")
    assert visitor(new=True).send("/mine", code=one).status_code == 400
    here = visitor()
    answer(here, two, "yes")
    here.send("/sign-up", login="stays here", password=PASSWORD)
    assert "You now speak" in here.send("/mine", code=two).text


def test_nobody_elses_person_opens(visitor: Visit, letters) -> None:
    one, other = visitor(new=True), visitor(new=True)
    key = added(one, next(letters)["code"])
    done = says(one, key, "no")
    wrong = [f"/mine/{key}", f"/mine/{key}/early-help", f"/mine/{key}/history", f"/mine/{key}/wrong",
             f"/mine/{key}/end", done.url.path, f"{done.url.path}.json"]  # fmt: skip
    for place in wrong:
        assert one.get(place).status_code == 200, place
        assert other.get(place).status_code == 404, place
        assert visitor().get(place).url.path == "/sign-in"
        assert visitor("clerk").get(place).status_code == 403
    there = {re.sub(r'value="[^"]{60,}"|nonce="[^"]+"', "", other.get(place).text)
             for place in (f"/mine/{key}", "/mine/0123456789abcdef0123")}  # fmt: skip
    assert len({re.sub(r"/mine/\w+", "", one) for one in there}) == 1, (
        "somebody's and nobody's alike"
    )
    before = other.post(f"/mine/{key}/early-help", answer="yes", service="", language="en")
    assert before.status_code == 404


def test_an_account_that_stops_speaking_sees_nothing_more(
    visitor: Visit, letters, asked: Path
) -> None:
    family = visitor(new=True)
    key = added(family, next(letters)["code"])
    receipt = says(family, key, "no").url.path
    family.send(f"/mine/{key}/end")
    assert family.get(f"/mine/{key}").status_code == 404
    assert family.get(receipt).status_code == 200, "its own receipts stay"
    with opened(asked) as store:
        assert store.acts.verify() > 0


@pytest.mark.parametrize("said", ["maybe", "", "withdraw"])
def test_an_answer_that_is_not_open_is_told(
    visitor: Visit, letters, asked: Path, said: str
) -> None:
    family = visitor(new=True)
    key = added(family, next(letters)["code"])
    before = len(events(asked))
    page = says(family, key, said)
    assert (
        page.status_code == 400
        and "There is a problem" in page.text
        and 'href="#answer"' in page.text
    )
    assert len(events(asked)) == before


def test_what_is_kept_names_no_account(visitor: Visit, letters, asked: Path) -> None:
    added(visitor(new=True), next(letters)["code"])
    with tables(asked) as held:
        keys = [key for (key,) in held.execute("SELECT key FROM accounts_account")]
        text = " ".join(str(row) for row in held.execute("SELECT * FROM store_act"))
    assert keys and not any(key in text or key.replace("-", "") in text for key in keys)
