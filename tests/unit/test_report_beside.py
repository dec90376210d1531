"""What a use says stands beside what people were asked, on the page and in the explanation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licet import flow
from licet.report.ruling.explain import explanation
from licet.report.ruling.page import page

TODAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside") / "town"
    flow.init(folder)
    return folder


def test_the_own_words_of_the_use_stand_beside_the_wording(town: Path) -> None:
    assessment = flow.assess(town / "uses" / "early-help.toml", today=TODAY, vary=False)
    text, shown = " ".join(explanation(assessment).split()), page(assessment)
    source = assessment.use.sources[0].name
    assert "What the use says, and what people were asked" in shown
    for words in (assessment.use.support.offer.rstrip("."), source):
        assert words in text and words in shown
    assert "..." not in text.split("What people answered")[1]


def test_a_forecast_that_nobody_was_asked_about_is_pointed_at(town: Path) -> None:
    plain = town / "uses" / "early-help.toml"
    scored = plain.with_name("scored.toml")
    said = plain.read_text(encoding="utf-8").replace('title = "', 'title = "Risk scores for ', 1)
    scored.write_text(said.replace('id = "early-help"', 'id = "scored"', 1), encoding="utf-8")
    one, other = (flow.assess(path, today=TODAY, vary=False) for path in (plain, scored))
    flag = "people were not asked about that"
    assert flag not in explanation(one) and flag in " ".join(explanation(other).split())
    assert flag not in page(one) and flag in page(other)
