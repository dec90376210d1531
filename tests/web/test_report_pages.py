"""The page in a real browser: no accessibility fault, no sideways scrolling on a narrow telephone."""

from __future__ import annotations

import os
import shutil

import pytest

from licet.report.ruling.page import page
from tests.factories import PEOPLE
from tests.unit.test_report_cases import EXAMPLES, example, granted, nasty, unfit

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = (
    os.environ.get("LICET_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip(
        "playwright.sync_api",
        reason="playwright is not installed: pages are not tried in a browser",
    )
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    if not CHROMIUM:
        pytest.skip("chromium is not installed: pages are not tried in a browser")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with playwright.sync_playwright() as p:
        started = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if root else [])
        yield started
        started.close()


CASES = {name: (name, "printed") for name in EXAMPLES} | {
    "synthetic": ("early-help-wide", "synthetic")
}


def assessment(name):
    others = {"nasty": nasty, "granted": granted, "unfit": unfit}
    return others[name]() if name in others else example(*CASES[name])


SIDEWAYS = """[...document.querySelectorAll('.stack')]
    .filter(table => table.scrollWidth > table.clientWidth + 1)
    .map(table => table.getAttribute('aria-label'))"""
"""Tables that a reader of a narrow screen would have to push sideways."""
LABELS = """[...document.querySelectorAll('.stack td')]
    .filter(cell => getComputedStyle(cell).display !== 'none')
    .map(cell => getComputedStyle(cell, '::before').content)"""
"""What stands beside each figure once heads of columns are gone."""


def test_a_table_of_shares_on_a_telephone(browser, tmp_path):
    """The overview is stacked; the table of all figures is pushed sideways, by keyboard too."""
    from axe_playwright_python.sync_playwright import Axe

    import licet

    made = licet.table(PEOPLE, ["trust", "age"], ["race"], unweighted=True)
    path = tmp_path / "table.html"
    path.write_text(made.to_html(), "utf-8")
    view = browser.new_page(viewport={"width": 360, "height": 800})
    view.goto(path.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    assert view.evaluate(SIDEWAYS) == []
    assert all(label.strip('"') for label in view.evaluate(LABELS))
    full = view.query_selector_all(".full")
    assert full
    for region in full:
        assert region.get_attribute("tabindex") == "0" and region.get_attribute("aria-label")
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()
    view.close()


@pytest.mark.parametrize("name", [*CASES, "nasty", "granted", "unfit"])
def test_page(name, browser, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "assessment.html"
    path.write_text(page(assessment(name)), "utf-8")
    asked = []
    view = browser.new_page(viewport={"width": 320, "height": 640})
    view.on("request", lambda request: asked.append(request.url))
    view.on("dialog", lambda dialog: pytest.fail("a script ran"))
    view.goto(path.as_uri())
    for width in (1200, 360, 320):
        view.set_viewport_size({"width": width, "height": 800})
        wide = view.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} px wide on a page of {width} px"
    assert view.evaluate(SIDEWAYS) == [], "every table is read from top to bottom"
    for label in view.evaluate(LABELS):
        assert label not in ("", '""', "none", "normal"), "each figure says what it is"
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()
    assert asked == [path.as_uri()]
    view.close()
