"""The page of a planned survey in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.report.plans.page import page
from licet.surveyplan.declaring import plan_of
from licet.surveyplan.outlook import outlook, purchases
from licet.surveyplan.sizing import PlannedSurvey

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_page(tried) -> None:
    plan = plan_of({
        "title": "A plan", "interviews": 400, "items": {"police": {"share": 0.6}},
        "groups": {"black": {"share": 0.05}, "lone": {"share": 0.1}},
    })  # fmt: skip
    view = tried(page(PlannedSurvey(outlook(plan), purchases(plan))))
    for table in view.query_selector_all("table"):
        assert table.query_selector("caption").inner_text().strip()
