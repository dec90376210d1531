"""Charts on a telephone: letters that can be read, nothing outside its drawing, no fault."""

from __future__ import annotations

import pytest

from licet.chapters.charting import chart, notices_of
from licet.report.charts.drawings import drawing_page
from licet.report.ruling.page import page
from tests.conftest import FULL
from tests.web.pages import fits
from tests.web.test_report_pages import assessment

pytestmark = [pytest.mark.browser, pytest.mark.long]
PRINTED = "src/licet/bundled/town/evidence/parents-2021"
LEAST = 10.0
"""Pixels, of letters; a whole map on a large screen may be drawn a little smaller before it scrolls."""
LETTERS = """[...document.querySelectorAll('svg text')]
    .filter(text => text.getBoundingClientRect().width)
    .map(text => {
        const svg = text.ownerSVGElement;
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return [parseFloat(getComputedStyle(text).fontSize) * scale, text.textContent];
    })"""
OUTSIDE = """[...document.querySelectorAll('svg text')]
    .filter(text => text.getBoundingClientRect().width)
    .filter(text => {
        const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
        return box.x < -1 || box.y < -1 || box.x + box.width > view.width + 1
            || box.y + box.height > view.height + 1;
    })
    .map(text => text.textContent)"""
SHOWN = """[...document.querySelectorAll('svg')]
    .filter(svg => svg.getBoundingClientRect().width).length"""

PAGES = {
    **{
        kind: lambda kind=kind: drawing_page(chart(PRINTED, kind), notices_of(PRINTED))
        for kind in ("stances", "intervals", "waves", "map")
    },
    "split": lambda: drawing_page(chart(PRINTED, "stances", neutral="split")),
    "one item": lambda: drawing_page(chart(PRINTED, "stances", items=["trust_police"])),
    "assessment": lambda: page(assessment("early-help-wide")),
}


LIKE_SPLIT = () if FULL else ("stances", "one item")
"""Drawings of which "split" shows every part."""


@pytest.mark.parametrize("name", [name for name in PAGES if name not in LIKE_SPLIT])
def test_letters_can_be_read(name, tried) -> None:
    view = tried(PAGES[name](), widths=(360,))
    for width in (1200, 768, 360):
        fits(view, width)
        letters = view.evaluate(LETTERS)
        small = [text for size, text in letters if size < LEAST * (0.9 if width > 1000 else 1.0)]
        assert letters and not small, f"{width} px"
        assert view.evaluate(OUTSIDE) == [], f"{width} px"


@pytest.mark.long
def test_a_map_is_whole_where_there_is_room_and_in_pieces_elsewhere(browser, tmp_path):
    drawing = chart(PRINTED, "map")
    path = tmp_path / "page.html"
    path.write_text(drawing_page(drawing), "utf-8")
    view = browser.new_page(viewport={"width": 1200, "height": 800})
    view.goto(path.as_uri())
    assert view.evaluate(SHOWN) == 1
    view.set_viewport_size({"width": 360, "height": 800})
    assert view.evaluate(SHOWN) == len(drawing.pieces) == 5
    view.set_viewport_size({"width": 1200, "height": 800})
    view.emulate_media(media="print")
    assert view.evaluate(SHOWN) == 5, "a page of paper is as narrow"
    region = view.query_selector(".whole")
    assert region.get_attribute("role") == "region" and region.get_attribute("aria-label")
    view.close()
