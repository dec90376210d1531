"""The same pages served: equal to the written ones, in whatever form a machine asks for, without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from licet.chapters.stores import open_store
from licet.files.workspace import find_workspace
from tests.register.conftest import Town, contents
from tests.served.conftest import served


@pytest.fixture(scope="module")
def town(made: Town, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A copy of its own: serving adds tables."""
    import shutil
    from datetime import UTC, datetime

    found = Town(Path(shutil.copytree(made.root, tmp_path_factory.mktemp("served") / "town")))
    found.publish(today=datetime.now(UTC).date())
    return found


@pytest.fixture(scope="module")
def client(town: Town) -> Iterator[httpx.Client]:
    with served(town.root) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield found


class Main(HTMLParser):
    """What stands in <main>: tags and text, links as places of the site."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base, self.inside, self.said = base, False, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or tag == "main"
        if self.inside:
            given = [(n, self._place(v) if n in ("href", "src") else v) for n, v in attrs]
            self.said.append((tag, *given))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "main"

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.said.append(" ".join(data.split()))

    def _place(self, link: str | None) -> str:
        place = urlsplit(urljoin(f"http://site/{self.base}", link or ""))
        path = place.path.removesuffix("index.html").removesuffix(".html").rstrip("/")
        return f"{path}#{place.fragment}"


def main_of(text: str, base: str) -> list[object]:
    found = Main(base)
    found.feed(text)
    assert found.said
    return found.said


OWN_FORMS = re.compile(r"(^|/)(check|questions/\d+)$")
"""Pages whose served form holds a form: what is written tells how to do it at home."""


@pytest.mark.long
def test_every_written_page_says_the_same_as_the_served_one(
    town: Town, client: httpx.Client
) -> None:
    pages = [name for name in contents(town.site) if name.endswith(".html")]
    compared = 0
    for name in pages:
        path = name.removesuffix("index.html").removesuffix(".html")
        if OWN_FORMS.search(path):
            continue
        answer = client.get(f"/{path}")
        assert answer.status_code == 200, path
        written = (town.site / name).read_text("utf-8")
        assert main_of(answer.text, path) == main_of(written, name), path
        compared += 1
    assert compared > 80


def test_every_written_file_is_served_byte_for_byte(town: Town, client: httpx.Client) -> None:
    names = [
        name for name in contents(town.site)
        if not name.endswith(".html") and not name.startswith("static/") and name != "licet-site.json"
    ]  # fmt: skip
    assert len(names) > 25
    for name in names:
        answer = client.get(f"/{name}")
        assert answer.status_code == 200, name
        assert answer.content == (town.site / name).read_bytes(), name


FORMS = [
    # path, Accept, type
    ("/uses/early-help", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
    ("/uses/early-help", "application/json", "application/json"),
    ("/uses/early-help", "application/ld+json", "application/ld+json"),
    ("/uses/early-help", "text/csv", "text/csv"),
    ("/uses/early-help", "application/json;q=0.5, text/csv", "text/csv"),
    ("/uses/early-help", "image/png", "text/html"),
    ("/uses/early-help", "", "text/html"),
    ("/uses", "application/json", "application/json"),
    ("/uses", "text/csv", "text/csv"),
    ("/uses", "text/html", "text/html"),
    ("/vocabulary", "application/ld+json", "application/ld+json"),
]


@pytest.mark.parametrize(("path", "accept", "form"), FORMS)
def test_whoever_asks_gets_the_form_they_ask_for(
    path: str, accept: str, form: str, client: httpx.Client
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == form
    assert "Accept" in answer.headers["vary"]


def test_a_form_finds_uses_by_several_things_at_once(client: httpx.Client) -> None:
    every = client.get("/search").text
    assert "3 uses." in every
    some = client.get("/search", params={"service": "police", "paid": "yes"}).text
    assert "1 use." in some and "Early help with police records" in some
    assert '<option value="police" selected>' in some
    none = client.get("/search", params={"service": "police", "ruling": "licensed"}).text
    assert "There is no such use in this register." in none


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/uses/nobody", 404),
        ("/uses/nobody.json", 404),
        ("/uses/early-help/nothing", 404),
        ("/list/2", 404),
        ("/list/99999999999999999999", 404),
        ("/by/service/nobody", 404),
        ("/by/nothing/police", 404),
        ("/search?page=9999", 404),
        ("/search?page=x", 404),
        ("/search?service=polise", 400),
        ("/log/checkpoints/999.txt", 404),
        ("/log/../licet.toml", 404),
        ("/uses/../../licet.toml", 404),
        ("/uses/..%2f..%2flicet-ruling.json", 404),
    ],
)
def test_what_is_not_there_is_said(path: str, status: int, client: httpx.Client) -> None:
    assert client.get(path).status_code == status
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def typed(client: httpx.Client, given: str) -> httpx.Response:
    """The form of the page, sent without any script."""
    with httpx.Client(base_url=client.base_url, timeout=30) as own:
        page = own.get("/check")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        return own.post("/check", data={"given": given, "csrfmiddlewaretoken": token[1]})


def proof(town: Town, index: int) -> str:
    workspace = find_workspace(town.root)
    assert workspace is not None
    with open_store(workspace) as store:
        return store.log.proof(index).decode()


def test_an_entry_of_the_log_is_checked_without_a_script(town: Town, client: httpx.Client) -> None:
    assert "The entry is in the log." in typed(client, "0").text
    assert "The log has no such entry." in typed(client, "999").text
    good = proof(town, 2)
    assert "The entry is in the log." in typed(client, good).text
    value = json.loads(good)
    for changed in (
        {**value, "leaf": value["leaf"].replace("early-help", "early-held")},
        {**value, "index": value["index"] + 1},
        {**value, "checkpoint": value["checkpoint"].replace("exampleton", "elsewhere")},
    ):
        said = typed(client, json.dumps(changed, separators=(",", ":"))).text
        assert "The entry is in the log." not in said


@pytest.mark.parametrize(
    "given", ["", "hello", "{}", "[" * 5000, '{"proof": 1}', '{"signature": 1}', "9" * 40]
)
def test_anything_else_is_said_on_the_page_and_kept(given: str, client: httpx.Client) -> None:
    answer = typed(client, given)
    assert answer.status_code == (200 if '": 1}' in given else 400)
    assert "The entry is in the log." not in answer.text and "genuine" not in answer.text
    if given in ("", "hello"):
        assert "There is a problem" in answer.text and 'href="#id_given"' in answer.text
        assert f">{given}</textarea>" in answer.text


def test_a_forged_form_is_refused(client: httpx.Client) -> None:
    assert client.post("/check", data={"given": "0"}).status_code == 403


def test_a_receipt_is_genuine_only_as_it_was_given_out(town: Town, client: httpx.Client) -> None:
    from datetime import UTC, datetime

    from licet.chapters.looking import receipt_json
    from licet.permission.events import NewEvent, Scope
    from licet.permission.identities import Identity

    workspace = find_workspace(town.root)
    assert workspace is not None
    now = datetime.now(UTC)
    event = NewEvent(subject="planted-marker", expressed_by="planted-marker", relation="self",
                     effect="refuse", at=now, recorded_by="desk", scope=Scope(use="early-help", version=1),
                     channel="phone")  # fmt: skip
    with open_store(workspace) as store:
        (kept,) = store.permissions.append(
            [event], now=now, identities=[Identity(handle="planted-marker")]
        )
        given = receipt_json(store.permissions.receipt(kept.event_id))
    assert "The receipt is genuine" in typed(client, given).text
    value = json.loads(given)
    other = {**value, "content": value["content"].replace("refuse", "grant")}
    assert "NOT" in typed(client, json.dumps(other)).text
    stranger = {**value, "receipt_id": "0" * 20}
    assert "NOT" in typed(client, json.dumps(stranger)).text
    assert "planted-marker" not in typed(client, given).text


def test_what_the_log_gains_is_on_the_page_at_once(town: Town, client: httpx.Client) -> None:
    before = client.get("/uses/immigration/runs").text
    assert "The council asked too soon." not in before
    town.log("run_refused", use="immigration", why="x", reasons=["The council asked too soon."])
    assert "The council asked too soon." in client.get("/uses/immigration/runs").text
    assert client.get("/uses/immigration.json").json()["refused_runs"] == 1
    assert "uses of which a run was refused: 2" in client.get("/").text.replace("U", "u")


def test_who_only_reads_gets_no_cookie(client: httpx.Client) -> None:
    for page in ("/", "/uses", "/questions", "/vocabulary"):
        assert "set-cookie" not in client.get(page).headers, page
    assert "set-cookie" in client.get("/sign-in").headers, "a form is guarded by one"
