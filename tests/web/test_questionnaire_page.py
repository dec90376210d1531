"""The questionnaire in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.instrument.template import template
from licet.report.questionnaire.page import questionnaire_page
from licet.vocabulary import PROCESSORS, REASONS, SERVICES
from tests.unit.test_instrument_report import nasty
from tests.web.test_report_pages import TAGS, browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

CASES = {
    "everything": lambda: template(tuple(SERVICES), tuple(REASONS), tuple(PROCESSORS)),
    "nasty": nasty,
}


@pytest.mark.parametrize("name", CASES)
def test_page(name, browser, tmp_path):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "questionnaire.html"
    path.write_text(questionnaire_page(CASES[name]()), "utf-8")
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
