"""Banner and chart pages in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import polars as pl
import pytest

from licet.chapters.banners import banner
from licet.chapters.charting import chart, notices_of
from licet.report.charts.drawings import drawing_page
from tests.unit.test_banner import people
from tests.web.test_report_pages import TAGS, browser  # noqa: F401

pytestmark = pytest.mark.browser
LONG = "<b>long</b> " + "word " * 30
SYNTHETIC = "src/licet/bundled/parents-2020"


def hostile() -> str:
    frame = people(3).with_columns(pl.col("trust").cast(pl.String).replace({"some": LONG}))
    how = {
        "weight": "w",
        "order": ["a lot", LONG, "little", "none", "unsure"],
        "first": 2,
        "scores": "order",
        "multiplicity": "none",
        "threshold": 1,
    }
    return banner(frame, ["trust", "share"], ["race", "age"], **how).to_html()


PAGES = {
    "evidence": lambda: banner(SYNTHETIC).to_html(),
    "hostile": hostile,
    "rest": lambda: banner(SYNTHETIC, ["trust_police"], compare="rest").to_html(),
    **{
        kind: lambda kind=kind: drawing_page(chart(SYNTHETIC, kind), notices_of(SYNTHETIC))
        for kind in ("stances", "intervals", "waves", "map")
    },
}


@pytest.mark.parametrize("name", PAGES)
def test_page(name, browser, tmp_path) -> None:  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "page.html"
    path.write_text(PAGES[name](), "utf-8")
    asked: list[str] = []
    view = browser.new_page(viewport={"width": 320, "height": 640})
    view.on("request", lambda request: asked.append(request.url))
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
