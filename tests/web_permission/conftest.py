"""A town in which families were written to, served; and who visits it."""

from __future__ import annotations

import csv
import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.served.conftest import served
from tests.served.visitor import Visitor

DAY = date(2026, 6, 2)
PASSWORD = "paper lantern river"
URDU = """\
% unreviewed

# کیا ہم {person} کے ریکارڈ استعمال کر سکتے ہیں؟

{service} کے پاس {person} کا ریکارڈ ہے۔ {controller}: {title}. {summary}

{services}

{code}

[ ] ہاں
[ ] نہیں

{contact}
"""
_numbers = itertools.count(1)


def make_town(folder: Path, people: int = 1200) -> Path:
    """A published workspace with the feeds of made-up people."""
    from licet.chapters.registering import publish_site
    from licet.chapters.workspaces import init
    from licet.files.town import write_town

    init(folder / "town")
    write_town(folder / "small", people, 1)
    shutil.copytree(folder / "small" / "feeds", folder / "town" / "feeds", dirs_exist_ok=True)
    # Made-up evidence of another place: it counts for nothing here, and says that the town is made up.
    elsewhere = folder / "town" / "evidence" / "town-2026"
    shutil.copytree(folder / "small" / "evidence" / "town-2026", elsewhere)
    codebook = elsewhere / "codebook.toml"
    text = codebook.read_text("utf-8").replace("UK/England/Exampleton", "UK/Wales/Elsewhere")
    codebook.write_text(text, encoding="utf-8")
    publish_site(folder / "town", today=DAY)
    return folder / "town"


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with letters about early help; the Urdu notice is a draft that nobody has checked."""
    from licet.chapters.inviting import invite

    town = make_town(tmp_path_factory.mktemp("permission"))
    (town / "notices").mkdir(exist_ok=True)
    (town / "notices" / "early-help-ur.txt").write_text(URDU, encoding="utf-8")
    settings = town / "licet.toml"
    address = '\n[site]\naddress = "https://permission.example"\n'
    settings.write_text(settings.read_text("utf-8") + address, encoding="utf-8")
    invite(town / "uses" / "early-help.toml", today=DAY, now=datetime.now(UTC))
    return town


@pytest.fixture(scope="session")
def letters(asked: Path) -> Iterator[dict[str, str]]:
    """The letters in English about children under 11, each handed out once."""
    with opened(asked) as store:
        subjects = store.permissions.subjects()
        born = dict(subjects.select("subject", "birth").iter_rows())
        young = [
            one
            for one in mailed(asked)
            if (birth := born[_subject(store, one)]) and birth.year > 2015
        ]
    return iter([one for one in young if one["language"] == "en"])


def _subject(store, letter: dict[str, str]) -> str:
    return store.invitations.sent(letter["code"])[0].subject


def mailed(town: Path, service: str = "education") -> list[dict[str, str]]:
    """Every letter of a service."""
    (path,) = (town / "letters" / "early-help").glob(f"*/mailing-{service}.csv")
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


@pytest.fixture(scope="session")
def address(asked: Path) -> Iterator[str]:
    """Where the town is served."""
    with served(asked, "--demo") as found:
        yield found


@pytest.fixture
def visitor(address: str, asked: Path) -> Iterator[Callable[..., Visitor]]:
    """visitor(): anyone; visitor("clerk"): staff; visitor(new=True): a new family account."""
    forget_tries(asked)
    made: list[Visitor] = []

    def one(login: str = "", *, new: bool = False) -> Visitor:
        made.append(Visitor(address))
        if new:
            name = f"family {next(_numbers)}"
            said = made[-1].send("/sign-up", login=name, password=PASSWORD)
            assert name in said.text
            return made[-1]
        return made[-1].sign_in(login) if login else made[-1]

    yield one
    for visitor in made:
        visitor.close()


def forget_tries(town: Path) -> None:
    """Count tries from the start."""
    with tables(town) as held:
        held.execute("DELETE FROM accounts_attempts")
        held.commit()


@contextmanager
def tables(town: Path) -> Iterator[sqlite3.Connection]:
    """The tables of a town, as somebody with the file sees them."""
    held = sqlite3.connect(town / "store" / "licet.sqlite3", timeout=20)
    try:
        yield held
    finally:
        held.close()


@contextmanager
def visiting(address: str) -> Iterator[Visitor]:
    """Anyone who visits a site."""
    somebody = Visitor(address)
    try:
        yield somebody
    finally:
        somebody.close()


def events(town: Path):
    """The ledger."""
    from licet.chapters.stores import open_store
    from licet.files.workspace import read_workspace

    with open_store(read_workspace(town)) as store:
        return store.permissions.events()


def opened(town: Path):
    """The store."""
    from licet.chapters.stores import open_store
    from licet.files.workspace import read_workspace

    return open_store(read_workspace(town))


def answer(visitor: Visitor, code: str, said: str):
    """Answer a letter without an account, by its pages."""
    from tests.served.visitor import forms_of

    page = visitor.send("/letter", code=code)
    form = next(one for one in forms_of(page.text) if one["action"].endswith("/letter/answer"))
    return visitor.client.post(form["action"], data={**form["fields"], "answer": said})
