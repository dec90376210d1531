"""The register in a real browser: no accessibility fault, no sideways scrolling, nothing fetched."""

from __future__ import annotations

import pytest

from licet.report.register.page import index_page, use_page
from tests.unit.test_report_cases import example, nasty
from tests.unit.test_report_register import FOOT, told
from tests.web.test_report_pages import LABELS, SIDEWAYS, TAGS, browser  # noqa: F401

pytestmark = pytest.mark.browser

PAGES = {
    "index": lambda: index_page(
        "Exampleton", [told(), told(example("immigration"), said=[])], FOOT
    ),
    "use": lambda: use_page("Exampleton", told(), FOOT),
    "company": lambda: use_page("Exampleton", told(example("early-help-wide"), said=[]), FOOT),
    "nasty": lambda: use_page("Exampleton", told(nasty(), said=[]), FOOT),
}


@pytest.mark.parametrize("name", PAGES)
def test_page(name, browser, tmp_path):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "page.html"
    path.write_text(PAGES[name](), "utf-8")
    asked = []
    view = browser.new_page(viewport={"width": 320, "height": 640})
    view.on("request", lambda request: asked.append(request.url))
    view.on("dialog", lambda dialog: pytest.fail("a script ran"))
    view.goto(path.as_uri())
    for width in (1200, 360, 320):
        view.set_viewport_size({"width": width, "height": 800})
        wide = view.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} px wide on a page of {width} px"
    assert view.evaluate(SIDEWAYS) == []
    assert all(label.strip('"') for label in view.evaluate(LABELS))
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()
    assert asked == [path.as_uri()]
    view.close()
