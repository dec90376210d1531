"""The register in a real browser: no accessibility fault, no sideways scrolling, nothing fetched."""

from __future__ import annotations

import pytest

from licet.report.register.page import index_page, use_page
from tests.unit.test_report_cases import example, nasty
from tests.unit.test_report_register import FOOT, told

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
def test_page(name, tried):
    tried(PAGES[name]())
