"""The page of feeds in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

from datetime import date

import pytest

from licet.chapters import feeding
from tests.unit.test_feeds_profile import workspace
from tests.web.test_report_pages import SIDEWAYS, TAGS, browser  # noqa: F401


@pytest.mark.browser
def test_page(browser, tmp_path):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    found = feeding.check_feeds(workspace(tmp_path / "town"), today=date(2026, 11, 30))
    path = feeding.write_feeds(found, tmp_path / "out")["page"]
    asked = []
    view = browser.new_page(viewport={"width": 320, "height": 640})
    view.on("request", lambda request: asked.append(request.url))
    view.goto(path.as_uri())
    for width in (1200, 360, 320):
        view.set_viewport_size({"width": width, "height": 800})
        wide = view.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} px wide on a page of {width} px"
    assert view.evaluate(SIDEWAYS) == []
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    faults = Axe().run(view, options=options)
    assert faults.violations_count == 0, faults.generate_report()
    assert asked == [path.as_uri()]
    view.close()
