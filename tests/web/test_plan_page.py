"""The page of a planned survey in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.report.plans.page import page
from licet.surveyplan.declaring import plan_of
from licet.surveyplan.outlook import outlook, purchases
from licet.surveyplan.sizing import PlannedSurvey
from tests.web.test_report_pages import TAGS, browser  # noqa: F401

pytestmark = pytest.mark.browser


def test_page(browser, tmp_path) -> None:  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    plan = plan_of({
        "title": "A plan", "interviews": 400, "items": {"police": {"share": 0.6}},
        "groups": {"black": {"share": 0.05}, "lone": {"share": 0.1}},
    })  # fmt: skip
    path = tmp_path / "plan.html"
    path.write_text(page(PlannedSurvey(outlook(plan), purchases(plan))), "utf-8")
    view = browser.new_page(viewport={"width": 1200, "height": 800})
    view.goto(path.as_uri())
    for width in (1200, 360, 320):
        view.set_viewport_size({"width": width, "height": 800})
        assert view.evaluate("document.documentElement.scrollWidth") <= width
    for table in view.query_selector_all("table"):
        assert table.query_selector("caption").inner_text().strip()
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()
    view.close()
