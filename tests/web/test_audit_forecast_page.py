"""The page of a forecast audit in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.report.audit.forecast_outputs import page
from tests.unit import audit_forecast_cases as cases

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["everything", "by_lot", "fixed"])
def test_page(name, tried):
    view = tried(page(getattr(cases, name)()))
    view.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    wide = view.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, "what was folded up is no wider than the page either"
    smallest = view.evaluate(
        "Math.min(99, ...[...document.querySelectorAll('svg text')]"
        ".map(text => text.getBoundingClientRect().height))"
    )
    assert smallest >= 8, "the words of charts can be read on a telephone"
