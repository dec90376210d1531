"""The dialogue in a browser without scripts: asked, moderated, answered, a condition accepted, voted on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from licet.chapters.stores import open_store
from licet.files.workspace import read_workspace
from tests.served.conftest import make_town, served
from tests.served.visitor import Visitor

Visit = Callable[..., Visitor]
USE = "early-help"
WORDS = "Please do not keep our records for longer than a year, whatever happens."
ANSWER = "We agree with this: it is not needed for longer than half a year."
GROUPS = '\n[dialogue]\ngroups = { lone = "Lone parents" }\n'


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of these tests alone, with a declared group."""
    root = make_town(tmp_path_factory.mktemp("dialogue") / "town")
    settings = root / "licet.toml"
    settings.write_text(settings.read_text("utf-8") + GROUPS, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def address(town: Path) -> Iterator[str]:
    with served(town, "--demo") as found:
        yield found


@pytest.fixture(scope="module")
def visitor(address: str) -> Iterator[Visit]:
    """Makes visitors: visitor() is anyone; visitor("owner") is signed in, once for all tests."""
    made: list[Visitor] = []
    signed: dict[str, Visitor] = {}

    def one(login: str = "") -> Visitor:
        if login not in signed or not login:
            made.append(Visitor(address))
            signed[login] = made[-1].sign_in(login) if login else made[-1]
        return signed[login]

    yield one
    for somebody in made:
        somebody.close()


def family(visitor: Visit, name: str) -> Visitor:
    """A new family account."""
    somebody = visitor()
    somebody.send("/sign-up", login=name, password="paper lantern river")
    return somebody


def ask(visitor: Visit, sort: str = "proposal", words: str = WORDS) -> int:
    answer = visitor("parent").send(f"/uses/{USE}/ask", words=words, sort=sort)
    found = re.search(r"Its name is q-(\d+)", answer.text)
    assert found, answer.text[:3000]
    return int(found[1])


def opened(visitor: Visit, sort: str = "proposal", words: str = WORDS) -> int:
    number = ask(visitor, sort, words)
    answer = visitor("auditor").send(f"/staff/questions/{number}", words="", move="open")
    assert "It is in the log" in answer.text
    return number


def kinds(town: Path) -> list[str]:
    with open_store(read_workspace(town)) as store:
        return [entry.leaf.kind for entry in store.log.entries()]


@pytest.mark.long
def test_a_question_is_asked_moderated_answered_and_rated(visitor: Visit, town: Path) -> None:
    before = len(kinds(town))
    number = ask(visitor, "question", "Who can read what is joined about our children?")
    assert visitor().get(f"/questions/{number}").status_code == 404
    assert "joined about our children" in visitor("parent").get("/mine/questions").text
    visitor("auditor").send(f"/staff/questions/{number}", words="", move="open")
    page = visitor().get(f"/questions/{number}")
    assert "joined about our children" in page.text and "Asked today." in page.text
    assert f"/questions/{number}" in visitor().get("/questions").text
    owner = visitor("owner")
    assert f"/staff/answers/{number}" in owner.get("/staff/answers").text
    answer = owner.send(
        f"/staff/answers/{number}", words="Two posts in the team, named in the entry."
    )
    assert "The answer is published" in answer.text and "Two posts in the team" in answer.text
    parent = visitor("parent")
    assert "Does the answer meet what you asked?" in parent.get(f"/questions/{number}").text
    rated = parent.post(f"/questions/{number}/own", move="satisfied")
    assert "It is settled" in rated.text
    assert "satisfied" in visitor().get(f"/questions/{number}").text
    assert kinds(town)[before:] == ["question", "answer", "question"]


def test_a_condition_is_accepted_in_two_steps_and_binds(visitor: Visit, town: Path) -> None:
    number, owner = opened(visitor), visitor("owner")
    path = f"/staff/answers/{number}"
    before = kinds(town)
    fields = {
        "words": ANSWER,
        "move": "accept",
        "condition": "exclude_service=education",
        "value": "",
    }
    shown = owner.send(path, **fields)
    assert "What would follow" in shown.text and "NOT PERMITTED" in shown.text
    assert "exclude_service = education" in shown.text and kinds(town) == before
    other = owner.send(path, **fields | {"condition": "retention=", "value": "180"})
    assert "What would follow" in other.text and kinds(town) == before
    told = owner.send(
        path, **fields | {"condition": "retention=", "value": "180", "seen": "retention=180"}
    )
    assert "What was joined is destroyed after at most 180 days" in told.text
    assert kinds(town)[len(before) :] == ["answer", "condition"]
    assert "What was joined is destroyed" in visitor().get("/questions").text
    end = owner.send(path, words="Families asked for it to end after a year.")
    assert end.status_code == 200 and kinds(town)[-1] == "condition_ended"
    assert "Nothing so far" in visitor().get("/questions").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"words": "short", "sort": "question"}, "20 to 1,000 characters"),
        ({"words": "", "sort": "question"}, "Write at least 20 characters"),
        ({"words": "x" * 1500, "sort": "question"}, "20 to 1,000 characters"),
        ({"words": WORDS, "sort": ""}, "Choose what you want to do"),
        ({"words": WORDS, "sort": "notice"}, "not one of the available"),
        (
            {"words": "Why did you write to Mrs Bennett about my neighbour?", "sort": "question"},
            "This may name somebody",
        ),
    ],
)
def test_faults_are_told_and_what_was_typed_stays(
    visitor: Visit, fields: dict[str, str], told: str
) -> None:
    answer = visitor("parent").send(f"/uses/{USE}/ask", **fields)
    assert answer.status_code == 400 and "There is a problem" in answer.text, answer.text[:500]
    assert told in answer.text and "<title>Error:" in answer.text
    assert fields["words"] in answer.text


def test_a_name_is_asked_about_once_and_may_be_kept(visitor: Visit) -> None:
    words = "Why did you write to Mrs Bennett and not to all of us at once?"
    parent = visitor("parent")
    asked = parent.send(f"/uses/{USE}/ask", words=words, sort="question")
    assert "No person can be recognised by it" in asked.text
    sent = parent.post(f"/uses/{USE}/ask", words=words, sort="question", sure="on")
    assert "It is sent" in sent.text


def test_reply_says_what_is_missing(visitor: Visit) -> None:
    number, owner = opened(visitor), visitor("owner")
    base = {"words": ANSWER, "move": "accept", "value": ""}
    for more, told in (
        ({"condition": ""}, "Choose the condition"),
        ({"condition": "maximum_age=", "value": "soon"}, "a whole number of days"),
        ({"condition": "exclude_service=polise"}, "not one of the available"),
        ({"condition": "", "move": ""}, "Choose an answer"),
    ):
        answer = owner.send(f"/staff/answers/{number}", **base | more)
        assert answer.status_code == 400 and told in answer.text
    withheld = visitor("auditor").send(f"/staff/questions/{number}", words="", move="take_down")
    assert "Say why" in withheld.text and withheld.status_code == 400


@pytest.mark.long
def test_people_agree_disagree_and_second(visitor: Visit) -> None:
    number = opened(visitor, "objection", "We object: nobody told us before the first run.")
    page = visitor().get(f"/questions/{number}").text
    assert "not enough voices yet to show" in page and "Sign in to agree" in page
    for n in range(12):
        somebody = family(visitor, f"voter {n}")
        somebody.send("/mine/groups", groups="lone")
        said = somebody.post(f"/questions/{number}/say", said="agree" if n < 11 else "disagree")
        assert "It is counted" in said.text
        somebody.post(f"/questions/{number}/say", said="second")
    page = visitor().get(f"/questions/{number}").text
    assert "11 of 12" in page and "Lone parents" in page and "In every group" in page
    assert "It must be answered" in page
    assert "You said: I disagree" in re.sub(r"\s+", " ", somebody.get(f"/questions/{number}").text)
    assert visitor("parent").post(f"/questions/{number}/say", said="second").status_code == 400


PAGES = (
    "/staff/questions",
    "/staff/answers",
    "/mine/questions",
    f"/uses/{USE}/ask",
    "/mine/groups",
    f"/uses/{USE}/notice",
)
MAY = {
    "parent": {"/mine/questions", f"/uses/{USE}/ask", "/mine/groups"},
    "auditor": {"/staff/questions"},
    "owner": {"/staff/answers", f"/uses/{USE}/notice"},
    "clerk": set(),
    "reviewer one": set(),
}


@pytest.mark.parametrize("login", MAY)
def test_every_page_is_for_those_it_is_for(visitor: Visit, login: str) -> None:
    somebody = visitor(login)
    for path in PAGES:
        assert somebody.get(path).status_code == (200 if path in MAY[login] else 403), path
    for path in PAGES:
        answer = httpx.get(f"{somebody.client.base_url}".rstrip("/") + path)
        assert answer.status_code == 302 and "/sign-in" in answer.headers["location"]


def test_nobody_does_what_is_anothers(visitor: Visit) -> None:
    number = ask(visitor)
    stranger = family(visitor, "a stranger here")
    for move in ("withdraw", "open", "accept", "appeal", "satisfied"):
        assert stranger.post(f"/questions/{number}/own", move=move).status_code == 404
    parent = visitor("parent")
    for move in ("open", "withhold", "accept", "end", "take_down", ""):
        assert parent.post(f"/questions/{number}/own", move=move).status_code == 403
    assert parent.post(f"/questions/{number}/say", said="agree").status_code == 400  # not open yet
    assert stranger.get(f"/questions/{number}").status_code == 404
    assert parent.post(f"/staff/answers/{number}", words=ANSWER, move="accept").status_code == 403
    assert parent.get(f"/questions/{number}/say").status_code == 405
    assert parent.get("/questions/999999").status_code == 404
    assert parent.post(f"/questions/{number}/own", move="withdraw").status_code == 200


def test_a_notice_counts_as_nothing(visitor: Visit) -> None:
    told = visitor("owner").send(
        f"/uses/{USE}/notice", words="A leaflet about this goes to every home."
    )
    assert "It counts as nothing" in told.text and "Notices" in told.text


def test_welsh_pages_are_there_and_marked_as_a_draft(visitor: Visit) -> None:
    page = visitor().get("/cy/questions")
    assert page.status_code == 200 and '<html lang="cy"' in page.text


@pytest.mark.long
def test_writing_is_limited(visitor: Visit) -> None:
    somebody = family(visitor, "writes much")
    codes = [
        somebody.send(f"/uses/{USE}/ask", words=WORDS, sort="question").status_code
        for _ in range(22)
    ]
    assert codes[:20] == [200] * 20 and codes[21] == 429
