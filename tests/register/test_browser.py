"""Public pages in a real browser: no accessibility fault, no sideways scrolling, keyboard, right to left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from licet.chapters.indexing import index
from licet.chapters.stores import open_store
from licet.files.workspace import find_workspace
from licet.register.entry import Condition, Dialogue, GroupFigure, Question
from licet.report.site import pages
from licet.report.site.around import Around
from tests.conftest import FULL
from tests.register.conftest import TODAY, Town
from tests.register.test_entry import told
from tests.tiers import few
from tests.unit.test_report_cases import example, nasty
from tests.web.conftest import browser  # noqa: F401
from tests.web.pages import fault, fits, look

pytestmark = pytest.mark.browser
WAITING = Question(id="q-1", kind="Question", state="Open. It waits for an answer.", text="Who sees it?",
                   asked=date(2026, 10, 1), due=date(2026, 11, 2), waits=60, overdue=True)  # fmt: skip
ANSWERED = Question(id="q-2", kind="Objection", state="Answered.", text="I do not want this.",
                    asked=date(2026, 10, 1), answer="Accepted. We took it out.")  # fmt: skip
HEARD = {
    "dialogue": Dialogue(open=1, answered=1, overdue=1, median_days=12.0, longest_wait=60,
                         items=(WAITING, ANSWERED)),
    "conditions": (Condition(parameter="no_company", value="true", text="No company takes part.",
                             agreed=TODAY, question="q-2"),
                   Condition(parameter="floor", value="ask_first", text="Ask.", ended=True)),
}  # fmt: skip
FIGURE = GroupFigure(
    measure="Missed", group="Black parents", text="4 % [2, 6]", value=0.04, base=120
)


@pytest.fixture(scope="module")
def faults() -> list[str]:
    """What scripts of a page did wrong, and what it fetched from elsewhere."""
    return []


@pytest.fixture(scope="module")
def view(browser: Any, faults: list[str]) -> Iterator[Any]:  # noqa: F811
    """One page for all."""
    found = browser.new_page(viewport={"width": 320, "height": 640})
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    found.on("request", lambda asked: faults.append(asked.url) if _elsewhere(asked.url) else None)
    yield found
    found.close()


def _elsewhere(url: str) -> bool:
    return "://" in url and not url.startswith(("file://", "data:"))


@pytest.fixture
def opened(view: Any, faults: list[str]) -> Callable[[Path], Any]:
    def opening(path: Path) -> Any:
        faults.clear()
        view.goto(path.as_uri())
        assert faults == []
        return view

    return opening


def stands(view: Any) -> None:
    """What is asked of every page."""
    for width in (1200, 700, 320):
        fits(view, width)
    look(view)
    fault(view)


PLACES = ["index", "by/service/police", "uses/early-help", "questions", "about", "accessibility", "check",
          "vocabulary", *(f"uses/early-help-wide/{part}" for part in pages.PARTS if part)]  # fmt: skip


@pytest.mark.parametrize(
    "language", ["", "cy/"] if FULL else [""]
)  # in Welsh: tests/served/browser
@pytest.mark.parametrize("place", few(PLACES, 2))
def test_written_page(place: str, language: str, made: Town, opened: Callable[[Path], Any]) -> None:
    stands(opened(made.site / f"{language}{place}.html"))


def kind(name: str) -> str:
    """A kind of page: all uses are of one kind, all lists are, all parts of one name are."""
    found = name.removesuffix(".html").split("/")
    return "/".join([*found[:1], *found[2:]]) if found[0] in ("uses", "questions") else found[0]


def test_every_kind_of_written_page_is_looked_at(made: Town) -> None:
    written = {p.relative_to(made.site).as_posix() for p in made.site.rglob("*.html")}
    looked = {kind(place) for place in PLACES}
    assert {kind(name) for name in written if not name.startswith("cy/")} == looked


def state(name: str) -> str:
    """A page in a state that a new town does not have."""
    kind, _, part = name.partition(" ")
    around = Around(
        "Exampleton", path=f"uses/x/{part}".rstrip("/"), language="ur" if kind == "rtl" else "en"
    )
    entry = {
        "nasty": lambda: told(nasty()),
        "empty": lambda: told(example("immigration"), said=[]),
    }.get(kind, lambda: told().model_copy(update=HEARD))()
    if kind == "full" and part == "audits":
        (audit,) = told(said=[(0, _audit())]).audits
        entry = entry.model_copy(
            update={"audits": (audit.model_copy(update={"figures": (FIGURE,)}),)}
        )
    if part == "list":
        return pages.uses_page(around.at(""), [], {}, uses=0)
    return pages.use_page(around, entry, "uses/x", part)


def _audit() -> Any:
    from tests.register.test_entry import leaf

    return leaf(
        "audit", version=1, audit="linkage", standing="fail", day="2026-11-30", report="1" * 64
    )


STATES = ["empty list", "empty", "empty audits", "empty changed", "empty questions", "nasty",
          "nasty figures", "nasty versions", "full", "full questions", "full changed", "full audits",
          "rtl", "rtl figures"]  # fmt: skip


@pytest.mark.parametrize("name", few(STATES, 1))
def test_state_of_a_page(
    name: str, made: Town, tmp_path: Path, opened: Callable[[Path], Any]
) -> None:
    text = state(name)
    depth = text.split('href="', 1)[1].split("static/")[0]
    path = tmp_path / "site" / "a" / "b" / "page.html"
    path.parent.mkdir(parents=True)
    (path.parent / depth).resolve().joinpath("static").symlink_to(made.site / "static")
    path.write_text(text, "utf-8")
    view = opened(path)
    stands(view)
    if name.startswith("rtl"):
        assert view.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"


@pytest.mark.parametrize("place", few(["index", "bodies", "body", "use"], 1))
def test_page_of_a_central_record(
    place: str, made: Town, tmp_path: Path, opened: Callable[[Path], Any]
) -> None:
    public = tmp_path / "public.csv"
    public.write_text(
        "body,title,source,seen\nNorton,Debts,https://p.example,2026-06-01\nSilent,,,\n"
    )
    found = index([made.site], tmp_path / "all", public=public, today=TODAY)
    own = next(one for one in found.bodies if one.register)
    name = {"body": own.path, "use": f"{own.path}/uses/early-help"}.get(place, place)
    stands(opened(found.folder / f"{name}.html"))


def test_every_link_can_be_reached_by_keyboard(made: Town, opened: Callable[[Path], Any]) -> None:
    view = opened(made.site / "uses/early-help.html")
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    wanted = view.evaluate("document.querySelectorAll('a[href], button, select, textarea').length")
    seen = set()
    for _ in range(wanted + 5):
        seen.add(view.evaluate(
            "[...document.querySelectorAll('a[href], button, select, textarea')].indexOf(document.activeElement)"
        ))  # fmt: skip
        view.keyboard.press("Tab")
    assert set(range(wanted)) <= seen


def proofs_of(town: Town) -> list[str]:
    workspace = find_workspace(town.root)
    assert workspace is not None
    with open_store(workspace) as store:
        return [store.log.proof(place).decode() for place in range(store.log.size)]


def test_a_proof_is_checked_in_the_browser_and_nothing_is_sent(
    town: Town, opened: Callable[[Path], Any]
) -> None:
    with ThreadPoolExecutor(1) as aside:  # Playwright's loop is this thread's
        proofs = aside.submit(proofs_of, town).result()
    view = opened(town.site / "check.html")

    def said(given: str) -> str:
        view.fill("#given", given)
        view.click("#check-now")
        view.wait_for_function("document.getElementById('check-said').textContent !== ''")
        return str(view.inner_text("#check-said"))

    for good in proofs:
        assert said(good).startswith(
            ("The entry is in the log, and", "The entry is in the log of this checkpoint. This")
        )
    value = json.loads(proofs[2])
    assert "NOT in the log" in said(json.dumps({**value, "leaf": value["leaf"] + " "}))
    assert "NOT in the log" in said(json.dumps({**value, "index": 1}))
    signature = value["checkpoint"].rstrip("\n")
    other = signature[:-6] + ("A" if signature[-6] != "A" else "B") + signature[-5:] + "\n"
    assert "NOT" in said(json.dumps({**value, "checkpoint": other})) or "cannot check" in said(
        json.dumps({**value, "checkpoint": other})
    )
    assert said("hello") == "This is no proof of an entry."
    fault(view)
