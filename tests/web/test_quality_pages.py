"""The pages of quality and waves in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

from datetime import date

import pytest

from licet.chapters import checking, following
from licet.checks import Checks
from licet.survey.answers import Answers
from licet.waves import Wave, follow
from tests.unit.test_quality import evidence, frame
from tests.unit.test_waves import printed, reworded

pytestmark = [pytest.mark.browser, pytest.mark.long]
TODAY = date(2026, 11, 30)


def quality_page(folder):
    pair = (evidence(), Answers(frame(effect=0.2)))
    found = checking.quality(pair, today=TODAY, checks=Checks(flip="flip", mode="mode"))
    return checking.write_quality(found, folder)["page"]


def waves_page(folder):
    declared = (printed(2020, 45), printed(2023, 60), reworded(2026))
    found = follow([Wave(one) for one in declared], today=TODAY)
    return following.write_waves(found, folder)["page"]


@pytest.mark.parametrize("made", [quality_page, waves_page])
def test_page(made, tried, tmp_path):
    view = tried(made(tmp_path))
    for table in view.query_selector_all("table"):
        assert table.query_selector("caption").inner_text().strip()
        assert not table.query_selector_all("th:not([scope])")
