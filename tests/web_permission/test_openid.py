"""A sign-in provider says who an account is; it opens nobody's records, and nothing unsigned is believed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.served.conftest import served
from tests.served.visitor import Visitor
from tests.tiers import few
from tests.web_permission.conftest import PASSWORD, events, opened, visiting
from tests.web_permission.provider import CLIENT, SECRET, SUBJECT, Provider, running
from tests.web_permission.test_mine import added, says


@pytest.fixture(scope="module")
def place(asked: Path, tmp_path_factory) -> Iterator[tuple[Path, str, Provider]]:
    """A town of its own that trusts a provider, served."""
    town = tmp_path_factory.mktemp("openid") / "town"
    with running() as provider:
        shutil.copytree(asked, town)
        settings = town / "licet.toml"
        said = f'\n[openid]\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\nname = "Example sign-in"\n'
        settings.write_text(settings.read_text("utf-8") + said, encoding="utf-8")
        with served(town, LICET_OPENID_SECRET=SECRET) as address:
            yield town, address, provider


@pytest.fixture
def family(place) -> Iterator[Callable[[str], Visitor]]:
    with visiting(place[1]) as somebody:

        def named(login: str) -> Visitor:
            somebody.send("/sign-up", login=login, password=PASSWORD)
            return somebody

        yield named
        place[2].wrong = ""


def verified(town: Path) -> int:
    with opened(town) as store:
        return sum(act.kind == "account_verified" for act in store.acts.with_prefix("account"))


def test_the_provider_says_who_and_a_code_is_still_needed(place, family, letters) -> None:
    town, _, _ = place
    somebody = family("known elsewhere")
    assert "Example sign-in" in somebody.get("/mine").text
    before = verified(town)
    page = somebody.get("/mine/verify")
    assert page.url.path == "/mine" and "The provider has said who you are" in page.text
    assert verified(town) == before + 1
    assert "speaks for nobody yet" in page.text, "it opens no record by itself"
    says(somebody, added(somebody, next(letters)["code"]), "yes")
    event = events(town)[-1]
    assert event.verified_by == "OpenID Connect, invitation code"
    with opened(town) as store:
        kept = " ".join(str(act) for act in store.acts.with_prefix(""))
    assert SUBJECT not in kept, "the provider's name for a person is kept as a keyed hash"


@pytest.mark.parametrize(
    "wrong", few(["issuer", "audience", "nonce", "expired", "key", "unsigned"], 2)
)
def test_what_cannot_be_checked_changes_nothing(place, family, wrong: str) -> None:
    town, _, provider = place
    somebody = family(f"somebody {wrong}")
    provider.wrong = wrong
    before = verified(town)
    page = somebody.get("/mine/verify")
    assert page.status_code == 400 and "could not be checked" in page.text
    assert verified(town) == before


def test_an_answer_that_nobody_asked_for_changes_nothing(place, family) -> None:
    town, _, _ = place
    somebody, before = family("forged"), verified(town)
    for query in ("?code=x&state=y", "?state=", ""):
        assert somebody.get(f"/mine/verified{query}").status_code == 400
    assert verified(town) == before


@pytest.mark.long
def test_without_a_provider_there_is_nothing(address: str) -> None:
    with visiting(address) as somebody:
        somebody.send("/sign-up", login="no provider", password=PASSWORD)
        assert "Show who you are" not in somebody.get("/mine").text
        assert somebody.get("/mine/verify").status_code == 404
