"""A browser for pages, and what every page has to stand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.suites import CHROMIUM
from tests.web.pages import fault, fits, look, unfold


class Tried(Protocol):
    """Opens a page, given as text or as a file, and asks of it what is asked of every page.

    widths: of the window, in pixels; the page is left at the last of them. Returns the open page.
    """

    def __call__(self, page: str | Path, widths: tuple[int, ...] = (1200, 360, 320)) -> Any: ...


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Of a module and no longer: while Playwright runs, Django takes every test for an asynchronous one."""
    from playwright import sync_api as playwright

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with playwright.sync_playwright() as p:
        started = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if root else [])
        yield started
        started.close()


@pytest.fixture
def tried(browser: Any, tmp_path: Path) -> Iterator[Tried]:
    opened = []

    def trying(page: str | Path, widths: tuple[int, ...] = (1200, 360, 320)) -> Any:
        path = page if isinstance(page, Path) else tmp_path / "page.html"
        if isinstance(page, str):
            path.write_text(page, "utf-8")
        asked: list[str] = []
        view = browser.new_page(viewport={"width": 320, "height": 640})
        opened.append(view)
        view.on("request", lambda request: asked.append(request.url))
        view.on("dialog", lambda dialog: pytest.fail("a script ran"))
        view.goto(path.as_uri())
        for width in widths:
            fits(view, width)
        unfold(view)
        fits(view, widths[-1])
        look(view)
        fault(view)
        assert asked == [path.as_uri()], "a page fetches nothing"
        return view

    yield trying
    for view in opened:
        view.close()
