"""A small town that was linked, served as a council would serve it, and everybody who signs in there."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b32decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from django_otp.oath import totp

from licet.chapters.inviting import written_notices
from licet.chapters.linking import link
from licet.files.permissions import notice_path
from licet.files.runs import current
from licet.files.use import read_use
from licet.permission.invitations import Recipient
from licet.store.pairs import Pair
from tests.linkage.town import (
    TODAY,
    USE,
    Person,
    Town,
    event,
    identity,
    made,
    make_workspace,
    store_of,
    use_of,
)
from tests.served.visitor import Visitor, forms_of
from tests.web_permission.conftest import PASSWORD, URDU, forget_tries

SAID = datetime(2025, 12, 1, 9, tzinfo=UTC)
GROUPS = '\n[dialogue]\ngroups = { lone = "Lone parents", young = "Parents under 30" }\n'
CHILDREN = 30
STAFF = {
    "owner": "owner",
    "officer": "owner",
    "officer without scripts": "owner",
    "auditor": "auditor",
    "clerk": "clerk",
    "reviewer one": "reviewer",
    "reviewer two": "reviewer",
    "reviewer three": "reviewer",
    "half": "clerk",  # never gives its second factor
}
"""Accounts that the keeper makes, with the role of each."""


@dataclass
class Place:
    """A town at an address. children: to whom a letter went, with its code; each is handed out once.

    urdu: codes of letters in that language. posts: who signed in already. passwords: of the staff.
    """

    root: Path
    town: Town
    children: Iterator[tuple[Person, str]]
    urdu: tuple[str, ...]
    address: str = ""
    posts: dict[str, Visitor] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def use(self) -> Path:
        """The document of the use that is linked."""
        return use_of(self.root)

    def link(self) -> None:
        """Run the use."""
        link(self.use, today=TODAY)

    def persons(self) -> dict[str, str]:
        """The person of each row of the run in force."""
        folder = self.root / "runs" / USE / current(self.root, USE)
        found = pl.read_parquet(folder / "crosswalk.parquet")
        return dict(found.select("row", "person").iter_rows())

    def rows(self, person: Person) -> set[str]:
        """The rows of somebody in the run in force."""
        return set(self.persons()) & self.town.rows_of({person.number})

    def post(self, name: str) -> Visitor:
        """Somebody who signs in without a browser, once: staff by name, else a new family account."""
        forget_tries(self.root)
        if name not in self.posts:
            self.posts[name] = one = Visitor(self.address)
            if name in self.passwords:
                page = one.send("/sign-in", login=name, password=self.passwords[name])
                if name != "half":
                    one.send("/second-factor", token=digits(page.text))
            elif name:
                assert name in one.send("/sign-up", login=name, password=PASSWORD).text
        return self.posts[name]

    def asked(self, sort: str, words: str, *, opened: bool = True) -> int:
        """The number of an item that a family sent; the auditor opened it."""
        sent = self.post("asker").send(f"/uses/{USE}/ask", words=words, sort=sort)
        found = re.search(r"Its name is q-(\d+)", sent.text)
        assert found, sent.text[:3000]
        if opened:
            self.post("auditor").send(f"/staff/questions/{found[1]}", words="", move="open")
        return int(found[1])

    def voice(self, name: str) -> str:
        """The key of a new voice of an account: it typed the code of a letter."""
        _, code = next(self.children)
        page = self.post(name).send("/mine", code=code)
        assert "You now speak for this person" in page.text, page.text[-3000:]
        return page.url.path.rpartition("/")[2]

    def says(self, name: str, key: str, answer: str) -> str:
        """The name of the receipt of an answer."""
        page = self.post(name).get(f"/mine/{key}/{USE}")
        form = next(f for f in forms_of(page.text) if f["action"].endswith(f"{key}/{USE}"))
        done = self.post(name).client.post(
            form["action"], data={**form["fields"], "answer": answer}
        )
        assert "/mine/receipt/" in str(done.url), done.text[-3000:]
        return done.url.path.rpartition("/")[2]


def digits(text: str, drift: int = 0) -> str:
    """The six digits of the key that a page shows."""
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", text)
    assert key is not None, text[-3000:]
    secret = key[1].replace(" ", "")
    return f"{totp(b32decode(secret + '=' * (-len(secret) % 8)), drift=drift):06d}"


def make_place(root: Path) -> Place:
    """The town: everybody said yes, it was linked, letters went to some children in two languages."""
    town = made(30, 3)
    make_workspace(root, town)
    settings = root / "licet.toml"
    settings.write_text(settings.read_text("utf-8") + GROUPS, encoding="utf-8")
    path = notice_path(root, USE, "ur", told=False)
    path.parent.mkdir(exist_ok=True)
    path.write_text(URDU, encoding="utf-8")
    children = [
        p for p in town.people if p.guardian is not None and len(town.rows_of({p.number})) > 1
    ][:CHILDREN]
    with store_of(root) as store:
        people = [
            identity(p, town.rows_of({p.number}) if p in children else []) for p in town.people
        ]
        told = [event(p, "grant", at=SAID) for p in town.people]
        store.permissions.append(told, people, now=SAID, sign=False)
    codes = _letters(root, town, children)
    link(use_of(root), today=TODAY)
    english = list(zip(children, codes, strict=True))[:-2]
    return Place(root, town, iter(english), tuple(codes[-2:]))


def _letters(root: Path, town: Town, children: Sequence[Person]) -> list[str]:
    """A letter about each child; the last two are in Urdu."""
    notices = written_notices(root, read_use(use_of(root)), "ask_first", TODAY)
    hashes = {language: notices[language].hash for language in ("en", "ur")}
    readers = [
        Recipient(
            identity(
                c,
                sorted(town.rows_of({c.number})),
                languages=("ur",) if c in children[-2:] else ("en",),
            ),
            f"{c.handle} holder",
            "parental_responsibility",
            "f",
        )
        for c in children
    ]
    with store_of(root) as store:
        sent = store.invitations.make(USE, 1, "education", readers, hashes, by="office")
    return [one.code for one in sent]


def a_pair(place: Place, name: str) -> tuple[str, str]:
    """Two rows of two persons, before the reviewers."""
    held = sorted(place.persons().items())
    first, person = held[0]
    second = next(row for row, other in reversed(held) if other != person)
    pair = Pair(
        name, USE, current(place.root, USE), first, second, "s", 1.0, "d", "2026-11-01T09:00:00Z"
    )
    with store_of(place.root) as store:
        store.pairs.add([pair])
    return first, second


def make_staff(place: Place) -> None:
    """The first keeper is made on the command line and makes the accounts of everybody else."""
    command = [sys.executable, "-m", "licet", "account", str(place.root), "keeper"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    place.passwords["keeper"] = done.stdout.split(": ")[1].strip()
    keeper = place.post("keeper")
    for name, role in STAFF.items():
        place.passwords[name] = PASSWORD
        sent = keeper.send(
            "/staff/accounts", login=name, post=f"Office {role}", role=role, password=PASSWORD
        )
        assert "The account is made" in sent.text, sent.text[-3000:]
