"""Banner and chart pages in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import polars as pl
import pytest

from licet.chapters.banners import banner
from licet.chapters.charting import chart, notices_of
from licet.report.charts.drawings import drawing_page
from tests.unit.test_banner import people

pytestmark = [pytest.mark.browser, pytest.mark.long]
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
def test_page(name, tried) -> None:
    tried(PAGES[name]())
