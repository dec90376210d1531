"""The page of a forecast audit in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.report.audit.forecast_outputs import page
from tests.tiers import few
from tests.unit import audit_forecast_cases as cases
from tests.web.pages import folded, readable

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", few(["everything", "by_lot", "fixed"], 1))
def test_page(name, tried):
    view = tried(page(getattr(cases, name)()))
    readable(view)
    if name == "everything":
        folded(view)
