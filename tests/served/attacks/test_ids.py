"""What is another's is not there: the same answer as for what nobody ever had, and no name can be guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.served.attacks.conftest import USE, WORDS, Site, World, asked, said, wrong
from tests.served.visitor import Visitor
from tests.web_permission.conftest import opened, tables
from tests.web_permission.test_mine import says

NOBODYS = "0123456789abcdef0123"
PLACES = (
    "/mine/{key}", f"/mine/{{key}}/{USE}", "/mine/{key}/history", "/mine/{key}/end", "/mine/{key}/wrong",
    "/mine/receipt/{receipt}", "/mine/receipt/{receipt}.json", "/letter/receipt/{receipt}",
    "/letter/receipt/{receipt}.json", "/questions/{sent}", "/cy/mine/{key}", f"/cy/mine/{{key}}/{USE}",
)  # fmt: skip
STAFF = ("/staff/receipt/{receipt}", "/staff/receipt/{receipt}.json", "/staff/questions/{sent}",
         "/staff/answers/{sent}")  # fmt: skip
SENT = (
    (f"/mine/{{key}}/{USE}", {"answer": "no", "service": "", "language": "en"}),
    ("/mine/{key}/end", {}),
    (
        "/mine/{key}/wrong",
        {"service": "education", "field": "name", "claim": "Another", "hold": "yes"},
    ),
    ("/mine/wrong", {"key": "{dispute}", "step": "withdraw"}),
    ("/mine/wrong", {"key": "{dispute}", "step": "appeal"}),
    ("/questions/{sent}/own", {"move": "withdraw"}),
    ("/questions/{sent}/say", {"said": "agree"}),
)
WHO = ("two", "owner", "clerk", "reviewer one", "keeper", "")


def alike(one, other) -> bool:
    """Whether two answers differ in nothing but the address that was asked."""
    told = [(a.status_code, a.headers.get("Content-Type"), a.headers.get("Cache-Control"), said(a.text))
            for a in (one, other)]  # fmt: skip
    return told[0] == told[1] and one.url.path.count("/") == other.url.path.count("/")


def visitor_of(site: Site, world: World, who: str) -> Visitor:
    return world.two if who == "two" else site.by(who)


def pairs(world: World) -> tuple[dict[str, object], dict[str, object]]:
    """What is the first family's, and what is nobody's."""
    own = {"key": world.key, "receipt": world.receipt, "sent": world.sent, "dispute": world.dispute}
    return own, {"key": NOBODYS, "receipt": f"{NOBODYS}{NOBODYS}"[: len(world.receipt)],
                 "sent": 987_654, "dispute": NOBODYS}  # fmt: skip


@pytest.mark.parametrize("who", WHO)
@pytest.mark.usefixtures("unchanged")
def test_anothers_and_nobodys_are_told_alike(site: Site, world: World, who: str) -> None:
    visitor, (own, nobodys) = visitor_of(site, world, who), pairs(world)
    for place in (*PLACES, *STAFF):
        answers = [
            visitor.client.get(place.format(**of), follow_redirects=False) for of in (own, nobodys)
        ]
        assert alike(*answers), (place, [one.status_code for one in answers])
        assert answers[0].status_code in (302, 403, 404), place
        texts = "".join(one.text for one in answers)
        assert WORDS not in texts and "spelled another way" not in texts


@pytest.mark.parametrize("who", WHO)
def test_nor_can_anything_be_done_with_them(
    site: Site, world: World, town: Path, unchanged: None, who: str
) -> None:
    visitor, (own, nobodys) = visitor_of(site, world, who), pairs(world)
    for place, fields in SENT:
        site.forget()
        answers = []
        for of in (own, nobodys):
            data = {name: str(value).format(**of) for name, value in fields.items()}
            visitor.client.follow_redirects = False
            answers.append(visitor.post(place.format(**of), **data))
            visitor.client.follow_redirects = True
        assert alike(*answers), (place, [one.status_code for one in answers])
        assert answers[0].status_code in (302, 403, 404), place
        location = answers[0].headers.get("Location", "/sign-in")
        assert location.startswith("/sign-in"), (place, location)


def test_the_family_itself_reads_all_of_it(site: Site, world: World) -> None:
    own, _ = pairs(world)
    for place in PLACES:
        if "letter" not in place:
            assert world.one.get(place.format(**own)).status_code == 200, place
    assert site.by("auditor").get(f"/staff/questions/{world.sent}").status_code == 200
    assert site.by("auditor").get(f"/questions/{world.sent}").status_code == 200


@pytest.mark.parametrize("login", ["owner", "clerk", "reviewer one", "keeper"])
def test_of_staff_moderators_alone_read_what_nobody_opened(
    site: Site, world: World, login: str
) -> None:
    assert site.by(login).get(f"/questions/{world.sent}").status_code == 404
    assert site.by(login).get(f"/questions/{world.open}").status_code == 200


def test_a_pair_of_rows_and_a_dispute_that_are_not_there(site: Site) -> None:
    """A reviewer and the desk are told alike of what is made up, and nothing is kept."""
    reviewer, clerk = site.by("reviewer one"), site.by("clerk")
    told = [reviewer.post("/staff/pairs", pair=pair, use=use, answer="same", reason="")
            for pair, use in ((NOBODYS, USE), ("x", USE), (NOBODYS, "no-such-use"))]  # fmt: skip
    assert {one.status_code for one in told} <= {200, 400, 404}
    for one in told:
        assert "Your answer is kept" not in one.text
        assert one.status_code != 200 or "Nothing was changed" in one.text
    told = [
        clerk.post("/staff/disputes", key=key, step="correct") for key in (NOBODYS, "x", "0" * 40)
    ]
    assert {one.status_code for one in told} == {400}
    assert clerk.post("/staff/disputes", key="", step="").status_code == 400


def test_an_account_of_a_family_cannot_be_named_by_the_keeper(site: Site, town: Path) -> None:
    keeper = site.by("keeper")
    with tables(town) as held:
        keys = [
            key for (key,) in held.execute("SELECT key FROM accounts_account WHERE role = 'family'")
        ]
    for key in (*keys[:2], "0" * 32, "not a key", ""):
        assert keeper.post("/staff/accounts", act="lock", key=key).status_code == 404
    with tables(town) as held:
        active = held.execute("SELECT min(is_active) FROM accounts_account").fetchone()
    assert active == (1,)


def test_one_account_for_two_children_takes_neither_for_the_other(
    site: Site, world: World, codes
) -> None:
    """The receipt of one's own child at the address of another's person shows nothing."""
    other = re.findall(r"/mine/([0-9a-f]{16,})", world.two.get("/mine").text)[0]
    for place in (f"/mine/{other}/receipt/{world.receipt}", f"/mine/{other}/{world.receipt}"):
        assert world.two.get(place).status_code == 404


def test_names_of_what_is_private_cannot_be_counted(site: Site, world: World, town: Path) -> None:
    """At least 80 bits each, and the next tells nothing of the one before."""
    keys = [world.key, re.findall(r"/mine/([0-9a-f]{16,})", world.two.get("/mine").text)[0]]
    receipts = [world.receipt, says(world.one, world.key, "no").url.path.rpartition("/")[2]]
    disputes = [world.dispute, wrong(world.one, world.key, claim="And another thing of it.")]
    with tables(town) as held:
        accounts = [key for (key,) in held.execute("SELECT key FROM accounts_account LIMIT 2")]
    with opened(town) as store:
        subjects = store.permissions.subjects()["subject"].to_list()[:2]
    for pair in (keys, receipts, disputes, accounts, subjects):
        digits = [re.sub("[^0-9a-f]", "", one) for one in pair]
        assert min(map(len, digits)) >= 20, pair
        same = sum(a == b for a, b in zip(*digits, strict=False))
        assert same < len(digits[0]) / 2, pair


def test_a_question_that_was_sent_shows_only_that_some_were(site: Site, world: World) -> None:
    """Numbers of questions are public and follow each other; what is not opened is not told by them."""
    number = asked(world.two)
    assert number > world.open
    texts = site.by("").get("/questions").text + site.by("").get(f"/uses/{USE}/questions").text
    assert f"questions/{number}" not in texts and f"q-{number}" not in texts
