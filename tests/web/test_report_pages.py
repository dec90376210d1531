"""The page in a real browser: no accessibility fault, no sideways scrolling on a narrow telephone."""

from __future__ import annotations

import os
import shutil

import pytest

from licet.report.assessment_html import page
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
    for width in (1200, 320):
        view.set_viewport_size({"width": width, "height": 800})
        wide = view.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} px wide on a page of {width} px"
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()
    assert asked == [path.as_uri()]
    view.close()
