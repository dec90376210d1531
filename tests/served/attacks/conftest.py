"""One town for every attack: with letters, families, questions; and what it holds before and after."""

from __future__ import annotations

import hashlib
import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx
import pytest

from tests.served.conftest import served
from tests.served.visitor import Visitor
from tests.web_permission.conftest import DAY, forget_tries, mailed, make_town, tables
from tests.web_permission.test_mine import added, says

PASSWORD = "paper lantern river"
USE = "early-help"
WORDS = "Please do not keep our records for longer than a year, whatever happens."
ROLES = {
    "anyone": "", "family": "parent", "owner": "owner", "reviewer": "reviewer one", "clerk": "clerk",
    "auditor": "auditor", "keeper": "keeper",
}  # fmt: skip
PASSING = {"django_session", "accounts_attempts", "sqlite_sequence"}
"""Tables of what passes: visits and counted tries."""
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with letters about early help, and a group that people may say they belong to."""
    from licet.chapters.inviting import invite

    root = make_town(tmp_path_factory.mktemp("attacked"), people=500)
    settings = root / "licet.toml"
    more = '\n[dialogue]\ngroups = { lone = "Lone parents" }\n'
    settings.write_text(settings.read_text("utf-8") + more, encoding="utf-8")
    invite(root / "uses" / f"{USE}.toml", today=DAY, now=datetime.now(UTC))
    return root


@pytest.fixture(scope="session")
def address(town: Path) -> Iterator[str]:
    """Where it is served, with the accounts of the demonstration."""
    with served(town, "--demo", "--no-jobs") as found:
        yield found


@pytest.fixture(scope="session")
def codes(town: Path) -> Iterator[str]:
    """Codes of letters in English, each handed out once."""
    return iter([one["code"] for one in mailed(town) if one["language"] == "en"])


@dataclass
class Site:
    """Who visits the town. ``by``: signed in once, by the login; "" is anyone."""

    address: str
    town: Path
    visitors: list[Visitor] = field(default_factory=list)
    held: dict[str, Visitor] = field(default_factory=dict)

    def new(self) -> Visitor:
        """Somebody without an account."""
        self.visitors.append(Visitor(self.address))
        return self.visitors[-1]

    def by(self, login: str) -> Visitor:
        """The same visitor each time."""
        if login not in self.held:
            self.forget()
            self.held[login] = self.new().sign_in(login) if login else self.new()
        return self.held[login]

    def family(self) -> Visitor:
        """A new account."""
        self.forget()
        somebody, name = self.new(), f"somebody {next(_numbers)}"
        said = somebody.send("/sign-up", login=name, password=PASSWORD)
        assert name in said.text, said.text[:2000]
        return somebody

    def through(self, comes_from: str) -> Behind:
        """Somebody who comes through the proxy."""
        found = Behind(self.address, comes_from)
        self.visitors.append(found)
        return found

    def close(self) -> None:
        """Everybody leaves."""
        for visitor in self.visitors:
            visitor.close()

    def tried(self, times: int) -> None:
        """Whatever was tried so far was tried so often: a limit is reached without the work."""
        with tables(self.town) as held:
            held.execute("UPDATE accounts_attempts SET times = ?", [times])
            held.commit()

    def forget(self) -> None:
        """Tries are counted from the start."""
        forget_tries(self.town)


@pytest.fixture(scope="session")
def site(address: str, town: Path) -> Iterator[Site]:
    found = Site(address, town)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def tries_start_anew(request: pytest.FixtureRequest) -> None:
    """A test of one thing is not stopped by the tries of another."""
    if "site" in request.fixturenames:
        request.getfixturevalue("site").forget()


class Behind(Visitor):
    """Somebody who comes through the proxy of a site that is served over https. comes_from: the address
    that the proxy names."""

    def __init__(self, address: str, comes_from: str = "192.0.2.1") -> None:
        super().__init__(address)
        safe = address.replace("http:", "https:")
        self.client.headers.update(
            {"X-Forwarded-Proto": "https", "X-Forwarded-For": comes_from, "Origin": safe}
        )
        self.client.cookies.jar.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.client.event_hooks = {"request": [self._carry]}

    def _carry(self, request: httpx.Request) -> None:
        """Cookies for https too: here the proxy is not there."""
        held = {one.name: one.value for one in self.client.cookies.jar}
        request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in held.items())


@pytest.fixture(scope="session")
def behind(address: str, town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The town as a council serves it: https in front, second factors, no demonstration."""
    root = tmp_path_factory.mktemp("behind") / "town"
    shutil.copytree(town, root, ignore=shutil.ignore_patterns("*.sqlite3*"))
    with tables(town) as held:
        held.execute("VACUUM INTO ?", [str(root / "store" / "licet.sqlite3")])
    with tables(root) as held:
        held.execute("UPDATE accounts_account SET demo = 0")
        held.commit()
    with served(root, "--secure", "--no-jobs") as found:
        site = Site(found, root)
        yield site
        site.close()


@dataclass(frozen=True)
class World:
    """What is somebody's: of the family ``one``, and the same things of ``two``, who should see none of it."""

    one: Visitor
    two: Visitor
    key: str
    receipt: str
    dispute: str
    sent: int
    open: int

    def parts(self) -> dict[str, str]:
        """What stands in addresses."""
        return {"key": self.key, "name": self.receipt, "use": USE, "number": str(self.open),
                "size": "1", "page": "1", "facet": "service", "value": "education"}  # fmt: skip


@pytest.fixture(scope="session")
def world(site: Site, codes: Iterator[str]) -> World:
    """For tests that leave it as it is."""
    return made_world(site, codes)


def made_world(site: Site, codes: Iterator[str]) -> World:
    """Two new families, and what belongs to the first."""
    one, two = site.family(), site.family()
    key = added(one, next(codes))
    added(two, next(codes))
    receipt = says(one, key, "no").url.path.rpartition("/")[2]
    dispute = wrong(one, key)
    numbers = [asked(one, sort) for sort in ("question", "proposal")]
    site.by("auditor").send(f"/staff/questions/{numbers[1]}", words="", move="open")
    return World(one, two, key, receipt, dispute, *numbers)


def wrong(visitor: Visitor, key: str, /, **more: str) -> str:
    """Dispute a record; the key of the dispute."""
    told = {"service": "education", "record": "", "field": "name", "claim": "It is spelled another way.",
            "hold": "no", **more}  # fmt: skip
    page = visitor.send(f"/mine/{key}/wrong", **told)
    found = re.findall(r'name="key" value="([^"]+)"', page.text)
    assert found, page.text[-3000:]
    return found[0]


def asked(visitor: Visitor, sort: str = "question", /, **more: str) -> int:
    """Ask; the number of the item."""
    page = visitor.send(f"/uses/{USE}/ask", words=WORDS, sort=sort, **more)
    found = re.search(r"Its name is q-(\d+)", page.text)
    assert found, page.text[-3000:]
    return int(found[1])


@dataclass(frozen=True)
class Address:
    """An address of urls.py: its pattern, the action that its view names, how it may be asked."""

    pattern: str
    action: str
    methods: tuple[str, ...]

    def filled(self, parts: dict[str, str]) -> str:
        """With something in its parts."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts[found[1]], self.pattern)

    @property
    def role(self) -> str:
        """The login of somebody who may, "" for anyone."""
        from licet.web.roles import ACTIONS

        who = ACTIONS[self.action].who
        return (
            ""
            if "anyone" in who
            else ROLES[ACTIONS[self.action].owner if "family" not in who else "family"]
        )


@pytest.fixture(scope="session")
def addresses() -> list[Address]:
    """Every one of them."""
    code = (
        "from pathlib import Path\n"
        "from licet.web.settings import Serving, configure\n"
        "configure(Serving(Path('.'), 'x' * 50, {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}))\n"
        "from licet.web.urls import urlpatterns\n"
        "for one in urlpatterns:\n"
        "    view = one.callback\n"
        "    print(one.pattern, view.action, *getattr(view, 'methods', ('GET', 'HEAD', 'POST')), sep='\\t')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) > 60
    return [Address(pattern, action, tuple(methods)) for pattern, action, *methods in lines]


def snapshot(town: Path) -> dict[str, str]:
    """Everything that a town holds: each table, each file; but for visits and counted tries."""
    found = {}
    with tables(town) as held:
        names = [
            name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in sorted({*names} - PASSING):
            rows = sorted(map(repr, held.execute(f'SELECT * FROM "{name}"')))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    for path in town.rglob("*"):
        if path.is_file() and ".sqlite3" not in path.name and path.name != "served.txt":
            found[str(path.relative_to(town))] = str(path.stat().st_mtime_ns)
    return found


@pytest.fixture
def unchanged(site: Site, town: Path) -> Iterator[None]:
    """What the test does changes nothing that lasts. The register is read first: whoever reads it after a
    change makes its entries anew."""
    site.by("").get("/")
    before = snapshot(town)
    yield
    after = snapshot(town)
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == set()


def said(text: str) -> str:
    """A page without what is of the one answer: tokens, nonces, its own address."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text)
    return re.sub(r'(href|action)="/[^"]*"', "", text)
