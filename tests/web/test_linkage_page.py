"""The page of a run in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.report.linkage.explaining import explanation_page
from licet.report.linkage.page import page
from tests.tiers import few
from tests.unit.test_report_linkage import hostile, report
from tests.unit.test_report_linkage_explaining import pair, person

pytestmark = pytest.mark.browser

CASES = {
    "usual": lambda: page(report()),
    "hostile": lambda: page(hostile(report())),
    "little": lambda: page(report(by_group=[], parameters=[], events={}, excluded=[])),
    "two rows": lambda: explanation_page(pair()),
    "a person": lambda: explanation_page(person()),
}


@pytest.mark.parametrize("name", few(CASES, 1))
def test_page(name, tried):
    view = tried(CASES[name]())
    smallest = view.evaluate(
        "Math.min(99, ...[...document.querySelectorAll('svg text')]"
        ".map(text => text.getBoundingClientRect().height))"
    )
    assert smallest >= 8, "the words of charts can be read on a telephone"
