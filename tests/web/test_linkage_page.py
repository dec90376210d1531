"""The page of a run in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.report.linkage.explaining import explanation_page
from licet.report.linkage.page import page
from tests.unit.test_report_linkage import hostile, report
from tests.unit.test_report_linkage_explaining import pair, person
from tests.web.test_report_pages import LABELS, SIDEWAYS, TAGS, browser  # noqa: F401

pytestmark = pytest.mark.browser

CASES = {
    "usual": lambda: page(report()),
    "hostile": lambda: page(hostile(report())),
    "little": lambda: page(report(by_group=[], parameters=[], events={}, excluded=[])),
    "two rows": lambda: explanation_page(pair()),
    "a person": lambda: explanation_page(person()),
}


@pytest.mark.parametrize("name", CASES)
def test_page(name, browser, tmp_path):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "report.html"
    path.write_text(CASES[name](), "utf-8")
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
    smallest = view.evaluate(
        "Math.min(99, ...[...document.querySelectorAll('svg text')]"
        ".map(text => text.getBoundingClientRect().height))"
    )
    assert smallest >= 8, "the words of charts can be read on a telephone"
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(view, options=options)
    assert found.violations_count == 0, found.generate_report()
    assert asked == [path.as_uri()]
    view.close()
