"""The page of feeds in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

from datetime import date

import pytest

from licet.chapters import feeding
from tests.unit.test_feeds_profile import workspace
from tests.web.pages import folded, readable

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_page(tried, tmp_path):
    found = feeding.check_feeds(workspace(tmp_path / "town"), today=date(2026, 11, 30))
    view = tried(feeding.write_feeds(found, tmp_path / "out")["page"])
    readable(view)
    folded(view)
